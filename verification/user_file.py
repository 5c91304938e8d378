"""A user's own Python file: what it defines at its top level, or one sentence about what is wrong with it."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TypeVar

Thing = TypeVar("Thing")


class BadInput(ValueError):
    """Something the user gave cannot be used; the message is one sentence that says what and how to mend it."""


def definitions(path: Path, kind: type[Thing]) -> list[Thing]:
    """Every object of a kind at the top level of the file. BadInput: it is missing, holds none, or fails on import."""
    word = kind.__name__
    if not path.is_file():
        raise BadInput(
            f"there is no file {path}; pass the path of a Python file with {word.lower()}s, or a {word.lower()}'s id"
        )
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise BadInput(f"{path} is not a Python file; its name must end in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        spec.loader.exec_module(module)
    except SystemExit as error:
        raise BadInput(
            f"{path} ends the process when it is imported (SystemExit: {error}); put what runs under "
            'if __name__ == "__main__":'
        ) from error
    except Exception as error:
        raise BadInput(f"{path} cannot be imported: {type(error).__name__}: {error}") from error
    found = [value for value in vars(module).values() if isinstance(value, kind)]
    if not found:
        raise BadInput(f"{path} holds no {word} at its top level")
    return found
