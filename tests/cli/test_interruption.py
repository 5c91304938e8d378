"""Ctrl-C in the middle of a real run: what is finished stays, and the same command goes on from there."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "verification", "verify", "hoffman.eq1*", "--tier", "fast", "--jobs", "2"]


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


@pytest.mark.slow
def test_an_interrupted_run_resumes(tmp_path):
    unfinished = tmp_path / "betavae-report" / "unfinished.jsonl"
    # A session of its own, so that the signal reaches the workers too, as a terminal's Ctrl-C does; heard even where
    # these tests run in the background of a script, whose shell has it ignored.
    first = subprocess.Popen(
        COMMAND, cwd=tmp_path, stdout=-1, stderr=-1, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip
    patience = time.monotonic() + 240
    while len(lines(unfinished)) < 3 and first.poll() is None and time.monotonic() < patience:
        time.sleep(0.01)
    os.killpg(first.pid, signal.SIGINT)
    out, err = first.communicate(timeout=60)
    assert (first.returncode, out) == (2, "")
    assert "the same command resumes" in err and "Traceback" not in err
    kept = {json.loads(line)["id"]: json.loads(line)["seconds"] for line in lines(unfinished)[1:]}
    assert len(kept) >= 2
    second = subprocess.run(COMMAND, cwd=tmp_path, capture_output=True, text=True, timeout=300)
    assert second.returncode == 0, second.stderr
    claims = {one["id"]: one for one in json.loads((unfinished.parent / "results.json").read_text())["claims"]}
    assert {name: claims[name]["seconds"] for name in kept} == kept
    assert not unfinished.exists()
