"""The options of ``pytest --betavae``, and nothing else until one is given.

A module of its own at the top level: pytest imports it wherever the package is installed, also in a project that has a
package `verification` of its own, which it must neither load nor disturb.
"""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options, in a group of their own."""
    group = parser.getgroup("betavae", "claims of betavae-theory as tests")
    group.addoption(
        "--betavae",
        metavar="SELECT",
        action="append",
        default=[],
        help="Judge the claims that answer to an id, a glob, a document, an equation number such as '(11)', or the "
        "path of your own my_claims.py, one test a claim; may be given again.",
    )
    group.addoption("--betavae-only", action="store_true", help="Collect the claims alone, no test from a file.")
    group.addoption(
        "--betavae-tier",
        choices=("fast", "default", "deep"),
        default="default",
        help="fast: trains nothing and proves nothing; default; deep: as long as it takes.",
    )
    group.addoption(
        "--betavae-strict",
        action="store_true",
        help="An inconclusive claim fails; without it, it is skipped with its reason.",
    )
    group.addoption("--betavae-seed", type=int, default=0, metavar="SEED", help="The same seed, the same cases.")


def pytest_configure(config: pytest.Config) -> None:
    """Brings in what judges claims, where claims are asked for."""
    if config.getoption("betavae"):
        from verification.pytest_plugin import ClaimsAsTests

        config.pluginmanager.register(ClaimsAsTests(config), "betavae-claims")
    elif config.getoption("betavae_only"):
        raise pytest.UsageError("--betavae-only needs --betavae SELECT.")
