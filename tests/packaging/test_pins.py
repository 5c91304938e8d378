"""What is declared, what is pinned, and that neither says where packages come from."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

HOME = Path(__file__).parents[2]
PROJECT = tomllib.loads((HOME / "pyproject.toml").read_text())["project"]
EXTRAS = PROJECT["optional-dependencies"]
DECLARED = [Requirement(line) for line in [*PROJECT["dependencies"], *EXTRAS["train"], *EXTRAS["pdf"], *EXTRAS["dev"]]]
LINES = [line for line in (HOME / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
PINS = {canonicalize_name(name): Version(version) for name, version in (line.split("==") for line in LINES)}


@pytest.mark.parametrize("requirement", DECLARED, ids=lambda one: one.name)
def test_every_declared_package_is_pinned_within_its_bounds(requirement):
    assert requirement.specifier.contains(PINS[canonicalize_name(requirement.name)])


@pytest.mark.parametrize("line", LINES)
def test_a_pin_is_a_name_and_a_version_and_nothing_else(line):
    assert re.fullmatch(r"[a-z0-9-]+==[0-9]+(\.[0-9]+)+", line)


def test_torch_is_pinned_without_a_build_of_its_own():
    assert "torch==2.13.0" in LINES


def test_the_core_stays_light():
    assert not {one.name for one in map(Requirement, PROJECT["dependencies"])} & {"torch", "pytest", "mypy", "ruff"}


def test_the_extra_all_is_the_sum_of_the_others():
    (everything,) = map(Requirement, EXTRAS["all"])
    assert (everything.name, everything.extras) == (PROJECT["name"], set(EXTRAS) - {"all"})


def imported(package: str) -> Iterator[str]:
    """Top-level names that a package imports from elsewhere, at the top of a module or within a function."""
    for file in (HOME / package).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from (name.name.split(".")[0] for name in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield node.module.split(".")[0]


def named(*groups: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for group in groups for line in group}


@pytest.mark.parametrize("folder", ["theory", "verification", "tests"])
def test_every_import_is_of_a_package_that_is_declared(folder):
    foreign = set(imported(folder)) - set(sys.stdlib_module_names) - {"theory", "verification"}
    optional = [EXTRAS[name] for name in EXTRAS if name not in ("all", "dev")]
    # Only pytest itself ever loads the plugin.
    declared = named(PROJECT["dependencies"], *optional, EXTRAS["dev"] if folder == "tests" else ["pytest"])
    providers = packages_distributions()
    if folder != "tests":  # tests import each other as well, under names that no distribution provides
        providers = {name: providers.get(name, [name]) for name in foreign}
    assert {name for name in foreign & set(providers) if not named(providers[name]) & declared} == set()


def test_every_declared_package_is_imported_somewhere():
    names = {name for package in ("theory", "verification") for name in imported(package)}
    used = {canonicalize_name(dist) for name in names for dist in packages_distributions().get(name, [name])}
    assert named(PROJECT["dependencies"], EXTRAS["train"]) - used == set()
