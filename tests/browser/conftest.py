"""A real browser, driven over a pipe by its own protocol: nothing to install but chromium."""

from __future__ import annotations

import importlib.util
import json
import os
import select
import shutil
import subprocess
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 60.0


class Browser:
    """One headless page: opens files, runs expressions in them, and keeps what they logged and asked for."""

    def __init__(self, profile: Path) -> None:
        program = next((found for name in NAMES if (found := shutil.which(name))), None)
        if program is None:
            raise FileNotFoundError(f"The browser tests need one of {', '.join(NAMES)} on the PATH and found none.")
        inward, self._out = os.pipe()
        self._in, outward = os.pipe()
        os.set_inheritable(inward, True)
        os.set_inheritable(outward, True)
        flags = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --remote-debugging-pipe"
        # The protocol speaks on descriptors 3 and 4 and on no others; high copies first, in case one of ours is 3 or 4.
        shell = f'exec 30<&{inward} 31>&{outward}; exec 3<&30 4>&31; exec "$0" {flags} --user-data-dir="$1" about:blank'
        self._process = subprocess.Popen(
            ["bash", "-c", shell, program, str(profile)],
            pass_fds=(inward, outward),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(inward)
        os.close(outward)
        self._buffer, self._count, self.events = b"", 0, []
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """A command of the protocol to the page."""
        return self._call(method, self._session, **arguments)

    def open(self, page: Path, width: int = 1200, height: int = 900, dark: bool = False, fragment: str = "") -> None:
        """Loads a file at a width and in a colour scheme."""
        self.size(width, height)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", media="", features=scheme)
        self.call("Page.navigate", url="about:blank")
        self._until("Page.loadEventFired")
        self.events.clear()
        self.call("Page.navigate", url=page.as_uri() + fragment)
        self._until("Page.loadEventFired")
        self.run("document.fonts.ready.then(() => true)")

    def size(self, width: int, height: int) -> None:
        """The viewport, as a phone or a desk has it."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 500
        )

    def run(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page; the page itself needs no script."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise AssertionError(
                found["exceptionDetails"]["exception"].get("description", found["exceptionDetails"]["text"])
            )
        return found["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """One key, down and up."""
        facts = {"key": key, "code": key, "windowsVirtualKeyCode": code}
        self.call("Input.dispatchKeyEvent", type="rawKeyDown", **facts)
        if key == "Enter":
            self.call("Input.dispatchKeyEvent", type="char", text="\r", **facts)
        self.call("Input.dispatchKeyEvent", type="keyUp", **facts)

    def logged(self) -> list[str]:
        """Errors and warnings since the page was opened."""
        told = [e["params"]["entry"]["text"] for e in self.events if e["method"] == "Log.entryAdded"]
        told += [str(e["params"]["args"]) for e in self.events if e["method"] == "Runtime.consoleAPICalled"]
        return told + [str(e["params"]) for e in self.events if e["method"] == "Runtime.exceptionThrown"]

    def requested(self) -> list[str]:
        """Addresses that the page asked for, itself included."""
        return [e["params"]["request"]["url"] for e in self.events if e["method"] == "Network.requestWillBeSent"]

    def pdf(self) -> bytes:
        """The page on A4, as its reader's browser would print it."""
        paper = {"paperWidth": 8.27, "paperHeight": 11.69, "preferCSSPageSize": True}
        return b64decode(self.call("Page.printToPDF", printBackground=False, **paper)["data"])

    def picture(self, path: Path, height: int | None = None, y: int = 0) -> None:
        """A PNG of the whole page or of a stretch of it."""
        size = self.call("Page.getLayoutMetrics")["cssContentSize"]
        clip = {
            "x": 0,
            "y": y,
            "width": size["width"],
            "height": min(height or size["height"], size["height"] - y),
            "scale": 1,
        }
        path.write_bytes(b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True, clip=clip)["data"]))

    def close(self) -> None:
        """Ends the browser that this object started."""
        try:
            self._call("Browser.close")
            self._process.wait(PATIENCE)
        except (OSError, AssertionError, subprocess.TimeoutExpired):
            self._process.kill()
            self._process.wait()
        os.close(self._in)
        os.close(self._out)

    def _call(self, method: str, session: str | None = None, **arguments: Any) -> dict[str, Any]:
        self._count += 1
        message: dict[str, Any] = {"id": self._count, "method": method, "params": arguments}
        if session is not None:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        while True:
            reply = self._message(method)
            if reply.get("id") == self._count:
                if "error" in reply:
                    raise AssertionError(f"{method}: {reply['error']['message']}")
                return dict(reply["result"])
            self.events.append(reply)

    def _until(self, event: str) -> None:
        # A navigation may have fired its event while its own reply was awaited.
        for index, found in enumerate(self.events):
            if found.get("method") == event:
                del self.events[index]
                return
        while (found := self._message(event)).get("method") != event:
            self.events.append(found)

    def _message(self, awaited: str) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._in], [], [], max(0.0, end - time.monotonic()))
            chunk = os.read(self._in, 1 << 20) if ready else b""
            if not chunk:
                raise AssertionError(
                    f"The browser said nothing for {PATIENCE:.0f} s while {awaited} was awaited, or it ended."
                )
            self._buffer += chunk
        text, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(text))


@pytest.fixture(scope="session")
def sample() -> ModuleType:
    """The made-up run."""
    path = Path(__file__).parents[1] / "report" / "sample.py"
    spec = importlib.util.spec_from_file_location("report_sample", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests; its absence is a failure, never a skip."""
    try:
        started = Browser(tmp_path_factory.mktemp("profile"))
    except FileNotFoundError as error:
        pytest.fail(str(error), pytrace=False)
    yield started
    started.close()


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory, sample: ModuleType) -> Path:
    """The report of the made-up run, on disk."""
    from verification.report import write_all

    folder = tmp_path_factory.mktemp("report")
    write_all(sample.results(), folder)
    return folder / "index.html"


Opened = Callable[..., Browser]


@pytest.fixture
def opened(browser: Browser, page: Path) -> Opened:
    """Opens the report at a width and in a colour scheme."""

    def at(width: int = 1200, dark: bool = False, fragment: str = "") -> Browser:
        browser.open(page, width, dark=dark, fragment=fragment)
        return browser

    return at
