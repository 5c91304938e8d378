"""The claims as a whole: what they cover, and what each must carry."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import verification
from verification.claim import REFUTED, SUPPORTED
from verification.claims import MODULES
from verification.coverage import by_place, rows
from verification.evidence import TIERS, Context, method
from verification.judge import judge
from verification.report import math
from verification.run import registry, select

CLAIMS = registry()
HOFFMAN = [c for c in CLAIMS.values() if c.source.document == "hoffman"]


@pytest.mark.parametrize("row", rows(CLAIMS.values()), ids=lambda row: row.document)
def test_every_numbered_equation_and_displayed_formula_has_a_printed_claim(row):
    assert row.missing == ()
    assert row.covered == len(row.places)


def test_the_coverage_table_names_every_claim_once():
    listed = Counter(i for places in by_place(CLAIMS.values()).values() for ids in places.values() for i in ids)
    assert listed == dict.fromkeys(CLAIMS, 1)


@pytest.mark.parametrize("claim", [c for c in CLAIMS.values() if c.expected == REFUTED], ids=lambda c: c.id)
def test_a_refuted_claim_says_how_it_is_wrong_and_what_is_true(claim):
    for other in (claim.pinned, claim.corrected):
        assert other is not None
        assert CLAIMS[other].expected == SUPPORTED
    assert CLAIMS[claim.pinned].mutants


@pytest.mark.parametrize("claim", [c for c in CLAIMS.values() if c.expected == REFUTED], ids=lambda c: c.id)
def test_a_refutation_is_seen_by_two_methods(claim):
    verdict = judge(claim, Context(CLAIMS, tier=TIERS["fast"]))
    assert verdict.verdict == REFUTED
    assert len({t.method for t in verdict.testimonies if t.violations}) >= 2


@pytest.mark.parametrize("claim", [c for c in CLAIMS.values() if c.expected == SUPPORTED], ids=lambda c: c.id)
def test_a_supported_claim_has_mistakes_to_catch_and_methods_that_could(claim):
    if claim.relation.name == "empirical":
        return
    assert len(claim.mutants) >= 4
    assert len({method(oracle) for oracle in claim.oracles.values()}) >= 2


@pytest.mark.parametrize("claim", [c for c in CLAIMS.values() if c.tight], ids=lambda c: c.id)
def test_a_bound_and_its_tight_companion_speak_of_one_formula(claim):
    assert CLAIMS[claim.tight].shipped is claim.shipped


@pytest.mark.parametrize("module", MODULES)
def test_claims_are_literals(module):
    path = Path(verification.__file__).parent / "claims" / f"{module.replace('.', '/')}.py"
    control = (ast.For, ast.While, ast.If, ast.IfExp, ast.ListComp, ast.DictComp, ast.GeneratorExp)
    assert not any(isinstance(node, control) for node in ast.walk(ast.parse(path.read_text())))


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("hoffman.eq11", "hoffman.eq11"),
        ("hoffman.eq12*", "hoffman.eq12.D"),
        ("(3)", "hoffman.eq3"),
        ("11", "hoffman.eq11"),
    ],
)
def test_a_selection_takes_ids_globs_and_equation_numbers(pattern, found):
    assert found in {c.id for c in select([pattern])}


def test_an_equation_number_selects_no_other_equation():
    assert {c.source.equation for c in select(["(1)"])} == {"(1)"}


@pytest.mark.parametrize("claim", [c for c in CLAIMS.values() if c.latex], ids=lambda c: c.id)
def test_the_report_can_set_every_formula(claim):
    math.check(claim.latex)


@pytest.mark.parametrize("claim", [c for c in CLAIMS.values() if c.expected == REFUTED], ids=lambda c: c.id)
def test_mistakes_are_planted_in_what_is_true(claim):
    assert claim.mutants == ()
