"""The shape of results.json, read and written so that a broken file is told in one sentence."""

from __future__ import annotations

import errno
import math
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

SCHEMA = 1

Verdict = Literal["supported", "refuted", "inconclusive"]
Grade = Literal["trained", "sampled", "bounded", "certified", "proved"]
# JSON has no NaN and no infinity: those three are written as words, and null means "not measured".
Number = float | Literal["nan", "inf", "-inf"] | None


class ResultsError(ValueError):
    """A results file that cannot be read or written; its message is one sentence for the user."""


class Evidence(msgspec.Struct, kw_only=True):
    """What one oracle said of one claim."""

    method: str
    grade: Grade
    cases: int = 0
    violations: int | None = None
    largest_violation: Number = None
    radius: Number = None
    mutants: list[str] = []
    subdomains: list[str] = []
    outside: list[str] = []
    dropped: str | None = None
    counted: bool = True


class Resolution(msgspec.Struct, kw_only=True):
    """The smallest error that would have been caught, in the best and in the median case."""

    best: Number = None
    median: Number = None
    unit: str = "relative"


class Counterexample(msgspec.Struct, kw_only=True):
    """Arguments at which the printed formula and the truth differ."""

    args: dict[str, Any] = {}
    shipped: Any = None
    truth: Any = None
    radius: Any = None
    by: str = ""
    confirmed_by: list[str] = []
    command: str = ""


class Tightness(msgspec.Struct, kw_only=True):
    """The slack of a bound (min, median, max), the observed order of an approximation, or the way left to a limit."""

    min: Number = None
    median: Number = None
    max: Number = None
    unit: str = "nats"
    cases: int | None = None
    order: Number = None
    needed: Number = None
    coefficient: Number = None
    start: Number = None
    left: Number = None
    value: Any = None
    error: Any = None


class Claim(msgspec.Struct, kw_only=True):
    """One claim and all that a run found out about it."""

    id: str
    document: str
    equation: str = ""
    statement: str
    latex: str = ""
    relation: str
    domain: str = ""
    expected: Literal["supported", "refuted"]
    verdict: Verdict
    reason: str = ""
    grade: Grade | Literal[""] | None = None
    printed: bool = False
    subdomains: dict[str, Grade] = {}
    resolution: Resolution | None = None
    evidence: dict[str, Evidence] = {}
    accuracy: dict[str, Number] | None = None
    mutants: dict[str, list[str]] = {}
    counterexample: Counterexample | None = None
    tightness: Tightness | None = None
    exercised: Any = None
    corrected: str | None = None
    pinned: str | None = None
    tight: str | None = None
    note: str = ""
    seconds: float = 0.0

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the one the claim's author expected."""
        return self.verdict == self.expected


class Break(msgspec.Struct, kw_only=True):
    """Numbers at which a line of a derivation does not follow from the line before."""

    reading: str = ""
    point: dict[str, str] = {}
    before: str = ""
    after: str = ""


class Named(msgspec.Struct, kw_only=True):
    """What a name in a derivation stands for, in LaTeX."""

    name: str
    body: str


class Line(msgspec.Struct, kw_only=True):
    """One line of a derivation, the rule that leads to it from line ``since``, and what its replay found."""

    latex: str
    rule: str
    relation: str = ""
    since: int | None = None
    printed: bool = True
    note: str = ""
    breaks: bool = False
    verdict: str = ""
    how: str = ""
    counterexample: Break | None = None

    @property
    def follows(self) -> bool:
        """Whether it follows from the line that it is said to follow from."""
        return self.verdict not in ("does not follow", "undecided")


class Replay(msgspec.Struct, kw_only=True):
    """A derivation as it was replayed; a line that ``breaks`` was known not to follow."""

    id: str
    sentence: str
    source: str = ""
    claims: list[str] = []
    instead: str = ""
    as_declared: bool = True
    where: list[Named] = []
    steps: list[Line] = []

    @property
    def document(self) -> str:
        """The source that it belongs to."""
        return self.id.partition(".")[0]


class Figure(msgspec.Struct, kw_only=True):
    """A drawn finding: an SVG, its numbers in words and in a table, and the command that makes it."""

    id: str
    title: str
    caption: str = ""
    alt: str = ""
    svg: str = ""
    columns: list[str] = []
    rows: list[list[Any]] = []
    command: str = ""
    claims: list[str] = []
    section: str = "experiments"
    source: str = ""


class Run(msgspec.Struct, kw_only=True):
    """Under what circumstances the numbers were made."""

    versions: dict[str, str] = {}
    seed: int = 0
    platform: str = ""
    commit: str = ""
    tier: str = "default"
    false_alarm: float = 1e-6
    seconds: float = 0.0
    started: str = ""
    command: str = ""
    device: str = "cpu"
    data: str = "digits"
    claims: int | None = None
    not_run: list[str] = []
    # What was asked for where not everything was, and how many claims there were to choose from.
    selection: list[str] = []
    available: int | None = None


class Results(msgspec.Struct, kw_only=True):
    """Everything a run found, as in results.json."""

    schema: int = SCHEMA
    run: Run
    claims: list[Claim]
    figures: list[Figure] = []
    derivations: list[Replay] = []
    coverage: dict[str, dict[str, list[str]]] = {}

    def claim(self, identifier: str | None) -> Claim | None:
        """The claim of that id, or None."""
        return next((claim for claim in self.claims if claim.id == identifier), None)


def of(results: Results | Mapping[str, Any], name: str = "the results") -> Results:
    """Results from a dictionary of their shape (NumPy numbers are taken too); raises ResultsError.

    >>> of({"schema": 1, "run": {}, "claims": []}).run.seed
    0
    """
    if isinstance(results, Results):
        return results
    if not isinstance(results, Mapping):
        raise ResultsError(f"{name} is not of betavae: results are a JSON object, and this is none.")
    if lacking := [f'"{key}"' for key in ("schema", "claims") if key not in results]:
        raise ResultsError(f"{name} is not of betavae: it lacks {' and '.join(lacking)}.")
    version = results["schema"]
    if version != SCHEMA:
        advice = (
            "install a newer betavae-theory" if isinstance(version, int) and version > SCHEMA else "run verify again"
        )
        raise ResultsError(f"{name} has schema {version!r} and this version reads schema {SCHEMA}: {advice}.")
    try:
        found = msgspec.convert(plain(results), Results)
    except msgspec.ValidationError as error:
        raise ResultsError(f"{name} is not of schema {SCHEMA}: {str(error).rstrip('.')}.") from None
    seen: set[str] = set()
    for claim in found.claims:
        if claim.id in seen:
            raise ResultsError(f"{name} holds two claims of the id {claim.id!r}.")
        seen.add(claim.id)
    return found


def load(path: str | os.PathLike[str]) -> Results:
    """Results read from a file; raises ResultsError where it is missing, cut short, foreign or unreadable."""
    where = Path(path)
    try:
        data = where.read_bytes()
    except FileNotFoundError:
        # Whatever its folder, verify calls its file results.json.
        ours = where.name == "results.json"
        advice = (
            f"`betavae verify --out {where.parent}` writes it"
            if ours
            else "`betavae verify` writes betavae-report/results.json"
        )
        raise ResultsError(f"There is no file {where}; {advice}.") from None
    except IsADirectoryError:
        raise ResultsError(f"{where} is a folder: name the results.json inside it.") from None
    except OSError as error:
        raise ResultsError(f"{where} cannot be read: {_cause(error)}.") from None
    try:
        raw = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        if _cut(data, str(error)):
            raise ResultsError(f"{where} ends in the middle of its JSON: it was cut short; run verify again.") from None
        why = str(error).removeprefix("JSON is malformed: ").rstrip(".")
        raise ResultsError(f"{where} is not JSON: {why}.") from None
    return of(raw, str(where))


def _cut(data: bytes, trouble: str) -> bool:
    """Whether the JSON only lacks its end; a number or a word cut in two is malformed there, and nowhere before."""
    place = re.search(r"byte (\d+)", trouble)
    at_end = place is not None and int(place[1]) >= len(data.rstrip()) - 5
    return "truncated" in trouble or (at_end and data.lstrip()[:1] == b"{")


def dump(results: Results | Mapping[str, Any], path: str | os.PathLike[str]) -> None:
    """Writes results.json whole or not at all; ResultsError where the folder or the disk does not let it."""
    plain = _words(msgspec.to_builtins(of(results)))
    write(path, msgspec.json.format(msgspec.json.encode(plain), indent=1).decode() + "\n")


def write(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Writes a file whole or not at all: a temporary neighbour, flushed to the disk, renamed into place."""
    where = Path(path)
    beside = None
    try:
        where.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{where.name}.", dir=where.parent)
        data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, where)
    except OSError as error:
        raise ResultsError(f"{where} cannot be written: {_cause(error)}.") from None
    finally:
        if beside is not None:
            Path(beside).unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _cause(error: OSError) -> str:
    told = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EACCES: "permission is denied",
        errno.EPERM: "permission is denied",
        errno.EROFS: "the file system is read-only",
        errno.ENOTDIR: "a part of its path is a file, not a folder",
        errno.EEXIST: "a part of its path is a file, not a folder",
        errno.EISDIR: "it is a folder",
        errno.ENAMETOOLONG: "its name is too long",
    }
    return told.get(error.errno or 0, (error.strerror or str(error)).lower())


def plain(value: Any) -> Any:
    """NumPy scalars and arrays, tuples and paths become what JSON has."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(inner) for inner in value]
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if isinstance(value, (bool, int, float, str)):
        return value
    return str(value)


def _words(value: Any) -> Any:
    """Numbers that JSON lacks become words, so that an infinite radius is not read back as an absent one."""
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0 else "-inf"
    if isinstance(value, dict):
        return {key: _words(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_words(inner) for inner in value]
    return value
