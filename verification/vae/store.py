"""Arrays that are dear to make, kept on disk: made once under a lock, renamed into place, never pickled."""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Arrays = dict[str, Array]


class FixtureError(ValueError):
    """A trained ensemble cannot be had; the message says why in one sentence."""


def cache_folder() -> Path:
    """BETAVAE_CACHE, else ~/.cache/betavae."""
    return Path(os.environ.get("BETAVAE_CACHE") or Path.home() / ".cache" / "betavae")


def kept(path: Path, names: Collection[str], make: Callable[[], Arrays]) -> Arrays:
    """The arrays of that file, which must be called ``names``; made and written now if they are not there."""
    arrays = read(path, names)
    if arrays is not None:
        return arrays
    from filelock import FileLock

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(str(path) + ".lock"):
            arrays = read(path, names)
            if arrays is None:
                arrays = make()
                write(path, arrays)
    except OSError as error:
        raise FixtureError(
            f"The cache folder {path.parent} is of no use ({error.strerror or error}); set BETAVAE_CACHE to another."
        ) from error
    return arrays


def read(path: Path, names: Collection[str]) -> Arrays | None:
    """The arrays of a file, or None where there is none or it is broken: such a file is made again, never trusted."""
    try:
        with path.open("rb") as handle, np.load(handle, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return None
    return arrays if set(arrays) == set(names) else None


def write(path: Path, arrays: Arrays) -> None:
    """Write beside the place and rename: a reader sees the whole file or none."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
