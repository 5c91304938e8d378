"""How the command line talks: exit codes, one-sentence errors, output that survives closed pipes and full disks."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any


class Code(IntEnum):
    """The exit codes of ``betavae``."""

    AS_EXPECTED = 0
    UNEXPECTED = 1
    INTERRUPTED = 2
    INTERNAL = 3
    USAGE = 4
    NOTHING_SELECTED = 5
    INCONCLUSIVE = 6
    REGRESSION = 7


class Refusal(Exception):
    """What the command will not do, in one sentence for the user."""

    def __init__(self, sentence: str, code: Code = Code.USAGE) -> None:
        super().__init__(sentence)
        self.code = code


def interactive(stream: Any) -> bool:
    """Whether a stream is a terminal that a person watches."""
    return stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"


def emit(content: Any, *, end: str = "\n") -> None:
    """Prints a result to stdout, rich content where it is a terminal; a reader that left early is no error."""
    if sys.stdout is None:
        return
    try:
        if isinstance(content, str):
            sys.stdout.write(content + end)
        else:
            from rich.console import Console

            Console(highlight=False).print(content, end=end)
        sys.stdout.flush()
    except BrokenPipeError:
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        raise Refusal(f"Standard output could not be written: {cause(error)}.") from None


def note(sentence: str) -> None:
    """A sentence beside the results, on stderr."""
    if sys.stderr is None:
        return
    try:
        print(f"betavae: {sentence}", file=sys.stderr, flush=True)
    except OSError:
        _silence(sys.stderr)


def _silence(stream: Any) -> None:
    """Points a stream's descriptor at nothing, so that the interpreter's own flush at exit has nowhere to fail."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def cause(error: OSError) -> str:
    """Why the operating system refused, in lower case and without its number."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "the disk is full"
    return (error.strerror or str(error)).lower().rstrip(".")


def users_fault(error: BaseException) -> str | None:
    """The sentence for an error that the user can mend, None for one of betavae's own."""
    # Looked up rather than imported: an error of a module that was never loaded cannot have been raised.
    for module, name in (
        ("verification.user_file", "BadInput"),
        ("verification.report.schema", "ResultsError"),
        ("verification.report.math", "MathError"),
        ("verification.vae.data", "DataError"),
        ("verification.vae.store", "FixtureError"),
    ):
        loaded = sys.modules.get(module)
        if loaded is not None and isinstance(error, getattr(loaded, name, ())):
            return f"{str(error).strip().rstrip('.')}."
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        place = f" while writing {error.filename}" if error.filename else ""
        return f"The disk is full{place}; free some space or choose another folder with --out."
    return None


def guarded(command: Callable[[], int], *, debug: bool) -> int:
    """Runs a command; every error becomes one sentence on stderr and an exit code."""
    try:
        return int(command())
    except KeyboardInterrupt:
        note("Interrupted.")
        return Code.INTERRUPTED
    except Refusal as refusal:
        note(str(refusal))
        return refusal.code
    except Exception as error:
        sentence = users_fault(error)
        if sentence is not None:
            note(sentence)
            return Code.USAGE
        if hasattr(error, "format_message"):
            note(_usage(error))
            return Code.USAGE
        if debug:
            traceback.print_exc()
        note(f"Internal error, {type(error).__name__}: {_first_line(error)} ({_saved_traceback(debug)})")
        return Code.INTERNAL


def _usage(error: Any) -> str:
    context = getattr(error, "ctx", None)
    asked = f"{context.command_path} --help" if context is not None else "betavae --help"
    message = error.format_message().replace("Value error, ", "").strip().rstrip(".")
    message = f"{message[:1].upper()}{message[1:]}"
    # A question that click appends ends the sentence by itself.
    said, ask, suggestion = message.partition(". Did you mean ")
    end = f": did you mean {suggestion} `" if ask else "; `"
    return f"{said}{end}{asked}` lists what there is."


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else "no message"


def _saved_traceback(shown: bool) -> str:
    if shown:
        return "traceback above"
    try:
        handle, place = tempfile.mkstemp(prefix="betavae-error-", suffix=".txt", text=True)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            traceback.print_exc(file=file)
        return f"traceback in {place}"
    except OSError:
        return "run again with --debug for the traceback"


def writable_folder(folder: Path) -> None:
    """Makes sure that a report can be written to a folder; raises Refusal before any work is done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b" " * 4096)
            probe.flush()
    except FileExistsError:
        raise Refusal(f"--out {folder} is a file; name a folder.") from None
    except OSError as error:
        raise Refusal(f"The folder {folder} cannot be written: {cause(error)}; choose another with --out.") from None


@contextmanager
def progress(total: int) -> Iterator[Callable[[int, int, str], None] | None]:
    """A progress bar with the time left on stderr while it is a terminal, else None."""
    if not interactive(sys.stderr):
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)

        def advance(done: int, of: int, claim: str) -> None:
            bar.update(task, completed=done, total=of, description=claim)

        yield advance
