"""Every small slip in `theory` turns a check of the fast tier red; what changes nothing is listed with a proof."""

from __future__ import annotations

import importlib
import tomllib
import warnings
from concurrent.futures import ProcessPoolExecutor
from inspect import unwrap
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType

import pytest
import torch
from power_power import suite
from power_sites import Site, _swap_values, all_sites, planted, sites_in

EQUIVALENT = tomllib.loads((Path(__file__).parent / "equivalents.toml").read_text(encoding="utf-8"))
WORKERS = 2


def _catcher(site: Site) -> tuple[str, str | None]:
    return site.key, suite().catcher(site)


@pytest.fixture(scope="module")
def survivors() -> set[str]:
    """Sites that no check catches; those with a proof are not asked."""
    torch.set_num_threads(1)
    suite()
    sites = [site for site in all_sites() if site.key not in EQUIVALENT]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking is meant: the oracles' answers go along
        with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as pool:
            return {key for key, check in pool.map(_catcher, sites, chunksize=4) if check is None}


@pytest.mark.slow
def test_every_check_holds_where_no_slip_is_planted() -> None:
    failing = suite().failing  # by itself: pytest would print the whole suite, answers and all
    assert failing == []


def test_sites_are_told_apart() -> None:
    keys = [site.key for site in all_sites()]
    assert len(keys) > 900
    assert len(set(keys)) == len(keys)


def test_every_proof_is_of_a_site_that_exists() -> None:
    assert set(EQUIVALENT) - {site.key for site in all_sites()} == set()
    assert all(EQUIVALENT.values())


@pytest.mark.slow
def test_every_slip_is_caught(survivors: set[str]) -> None:
    assert survivors == set()


@pytest.mark.parametrize("name", ["gaussian", "objects", "envelope", "validation"])
def test_a_slip_is_planted_and_taken_back(name: str) -> None:
    """Everything is as it was afterwards: code, constants and what was made at import."""
    module = importlib.import_module(f"theory.{name}")

    def state() -> dict[str, object]:
        return {key: getattr(unwrap(v), "__code__", v) if callable(v) else v for key, v in vars(module).items()}

    before = state()
    for site in sites_in(module):
        with planted(site):
            pass
        assert state() == before


def test_default_arguments_slip_too() -> None:
    source = "def halve(x, by=2, *, less=0.5):\n    return x / by - less\n"
    module = ModuleType("halving")
    exec(source, vars(module))
    halve, undo = module.halve, []
    _swap_values(module, compile(source.replace("2", "3").replace("0.5", "0.25"), "halving", "exec"), undo)
    assert module.halve is halve and halve(3.0) == 0.75
    for restore in undo:
        restore()
    assert halve(3.0) == 1.0
