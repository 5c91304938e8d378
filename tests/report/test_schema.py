"""results.json is read whole or refused in a sentence, and written whole or not at all."""

from __future__ import annotations

import errno
import json
import math
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from verification.report import schema, write_all
from verification.report.schema import ResultsError


def sentence(path: Path) -> str:
    with pytest.raises(ResultsError) as caught:
        schema.load(path)
    told = str(caught.value)
    assert "\n" not in told and told.endswith(".") and str(path) in told
    return told


def test_what_is_written_is_read_back(tmp_path: Path, sample: ModuleType) -> None:
    schema.dump(sample.results(), tmp_path / "results.json")
    found = schema.load(tmp_path / "results.json")
    assert [claim.id for claim in found.claims] == [record["id"] for record in sample.claims()]
    schema.dump(found, tmp_path / "again.json")
    assert (tmp_path / "again.json").read_bytes() == (tmp_path / "results.json").read_bytes()


def test_infinity_is_not_read_back_as_absent(tmp_path: Path, sample: ModuleType) -> None:
    schema.dump(sample.results(), tmp_path / "results.json")
    found = schema.load(tmp_path / "results.json")
    zheng = found.claim("zheng.eq4")
    assert zheng is not None and zheng.evidence["monte_carlo.balance_weights"].radius == "inf"
    weights = found.claim("hoffman.eq13.weights")
    assert weights is not None and weights.counterexample is not None and weights.counterexample.shipped == "nan"
    json.loads((tmp_path / "results.json").read_text(), parse_constant=pytest.fail)


def test_numpy_numbers_are_taken(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq1")
    raw["claims"][0]["resolution"] = {"best": np.float64(1e-3), "median": np.float32(0.5)}
    raw["claims"][0]["seconds"] = np.float64(0.25)
    found = schema.of(raw).claims[0].resolution
    assert found is not None and found.best == 1e-3 and found.median == 0.5


def test_a_missing_file_names_the_command_that_writes_one(tmp_path: Path) -> None:
    assert "betavae verify --out" in sentence(tmp_path / "results.json")


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert "is a folder" in sentence(tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.999])
def test_a_file_cut_short_is_told_from_one_that_is_not_json(tmp_path: Path, sample: ModuleType, share: float) -> None:
    path = tmp_path / "results.json"
    schema.dump(sample.results(), path)
    whole = path.read_bytes().rstrip()
    path.write_bytes(whole[: int(share * len(whole))])
    assert "cut short" in sentence(path)


@pytest.mark.parametrize("data", [b"\x7fELF\x00", b"claims: 3", b"{'a': 1}", b'{"schema": 1} trailing', b'"\xff\xfe"'])
def test_what_is_not_json_is_said_so(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.json").write_bytes(data)
    assert "is not JSON" in sentence(tmp_path / "x.json")


@pytest.mark.parametrize("data", ["[]", "{}", "3", '{"name": "other", "version": 2}', '{"claims": []}', "null"])
def test_foreign_json_is_said_so(tmp_path: Path, data: str) -> None:
    (tmp_path / "x.json").write_text(data)
    assert "is not of betavae: " in sentence(tmp_path / "x.json")


@pytest.mark.parametrize(("version", "advice"), [(2, "newer"), (0, "again"), ("1", "again"), (None, "again")])
def test_another_schema_is_named_with_what_to_do(tmp_path: Path, version: Any, advice: str) -> None:
    (tmp_path / "x.json").write_text(json.dumps({"schema": version, "run": {}, "claims": []}))
    assert advice in sentence(tmp_path / "x.json")


@pytest.mark.parametrize(
    ("field", "value"),
    [("verdict", "passed"), ("grade", 3), ("statement", None), ("evidence", []), ("seconds", "long")],
)
def test_a_field_of_the_wrong_type_is_located(tmp_path: Path, sample: ModuleType, field: str, value: Any) -> None:
    raw = sample.only("hoffman.eq1")
    raw["claims"][0][field] = value
    (tmp_path / "x.json").write_text(json.dumps(raw))
    assert field in sentence(tmp_path / "x.json")


def test_two_claims_of_one_id_are_refused(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq1")
    raw["claims"] *= 2
    with pytest.raises(ResultsError, match=r"hoffman\.eq1"):
        schema.of(raw)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_or_closed_disk_leaves_the_old_file(
    tmp_path: Path, sample: ModuleType, monkeypatch: pytest.MonkeyPatch, number: int, step: str
) -> None:
    path = tmp_path / "results.json"
    path.write_text("old")

    def fail(*_: Any) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(ResultsError, match=r"cannot be written: (the disk is full|permission|the file system)"):
        schema.dump(sample.results(), path)
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path, sample: ModuleType) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(ResultsError, match="a file, not a folder"):
        write_all(sample.results(), tmp_path / "out")


def test_lone_surrogates_and_controls_are_written(tmp_path: Path, sample: ModuleType) -> None:
    schema.write(tmp_path / "x.txt", "a\ud800b\x00")
    assert (tmp_path / "x.txt").read_bytes().startswith(b"a\\ud800b")


def test_a_nan_stays_one(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq1")
    raw["claims"][0]["evidence"]["balls.component_integral"]["largest_violation"] = math.nan
    kept = schema.of(raw).claims[0].evidence["balls.component_integral"].largest_violation
    assert isinstance(kept, float) and math.isnan(kept)
