"""Derivations by id, glob or document, and a user's own from the path of a Python file."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from theory.derivations import Derivation, all_derivations
from verification.user_file import BadInput, definitions


def load_file(path: Path) -> list[Derivation]:
    """Every Derivation at the top level of a Python file. BadInput: there is none, or the file cannot be read."""
    found = definitions(path, Derivation)
    ids = [d.id for d in found]
    if twice := {i for i in ids if ids.count(i) > 1}:
        raise BadInput(f"{path}: two derivations have the id {min(twice)}; rename one of them")
    if taken := set(ids) & set(all_derivations()):
        raise BadInput(f"{path}: a derivation of the package is called {min(taken)}; give yours another id")
    return found


def select(patterns: Sequence[str] = ()) -> list[Derivation]:
    """Derivations by id, glob, document (``hoffman``) or path (``file.py::id``); all that ship for no pattern.

    A glob may match nothing; BadInput: nothing answers to a name.
    """
    shipped = all_derivations()
    chosen: dict[str, Derivation] = {} if patterns else dict(shipped)
    for pattern in patterns:
        path, _, name = pattern.partition("::")
        if path.endswith(".py"):
            found = [d for d in load_file(Path(path)) if not name or fnmatchcase(d.id, name)]
        elif pattern in shipped:
            found = [shipped[pattern]]
        else:
            found = [d for d in shipped.values() if fnmatchcase(d.id, pattern) or d.id.startswith(f"{pattern}.")]
        if not found and not set(pattern) & set("*?["):
            close = get_close_matches(pattern, shipped, 1)
            near = f"the nearest id is {close[0]}" if close else "`betavae derive` lists all of them"
            if Path(path).exists():
                near = "a file with derivations has a name that ends in .py"
            raise BadInput(f"no derivation answers to '{pattern}'; {near}")
        chosen.update({d.id: d for d in found})
    return list(chosen.values())
