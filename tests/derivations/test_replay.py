"""Every derivation follows as it says; brute force in floats agrees; each line can be set."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import sympy as sp
from derivations_plain import value

from theory.derivations import Derivation, all_derivations
from verification.derive import as_declared, as_dict, replay
from verification.derive.text import as_latex, line, names, told
from verification.report.math import check, plain

DERIVATIONS = all_derivations()
every = pytest.mark.parametrize("derivation", DERIVATIONS.values(), ids=DERIVATIONS)


@every
def test_every_step_follows_but_those_that_are_said_not_to(derivation: Derivation) -> None:
    found = replay(derivation)
    assert as_declared(derivation, found), told(derivation, found)
    assert as_latex(derivation, found).count("\\\\\n") == len(derivation.steps) - 1


@every
def test_every_line_can_be_set(derivation: Derivation) -> None:
    for index in range(len(derivation.steps)):
        check(line(derivation, index))
        assert plain(line(derivation, index))
    for name, body in names(derivation):
        check(name)
        check(body)


@every
def test_brute_force_in_floats_finds_equal_what_was_proved_equal(derivation: Derivation) -> None:
    free = [s for step in derivation.steps for s in step.expression.free_symbols if _is_letter(s)]
    for index in range(1, len(derivation.steps)):
        step = derivation.steps[index]
        if index in derivation.breaks or step.relation not in ("=", "<=", ">="):
            continue
        try:
            before, after = (
                value(e, free, 7, dict(derivation.domain))
                for e in (derivation.steps[derivation.before(index)].expression, step.expression)
            )
        except (NotImplementedError, np.linalg.LinAlgError):
            continue
        gap = float(np.max(np.abs(before - after)))
        if step.relation == "=":
            assert gap <= 1e-9 * (1 + np.max(np.abs(before))), (derivation.id, index)
        else:
            assert (before - after) * (1 if step.relation == ">=" else -1) > -1e-9, (derivation.id, index)


def _is_letter(s: Any) -> bool:
    return isinstance(s, sp.Symbol) and bool(s.is_integer) and not s.is_positive


def test_a_broken_chain_names_the_derivation_that_mends_it() -> None:
    broken = [d for d in DERIVATIONS.values() if d.breaks]
    assert broken
    for d in broken:
        assert d.instead == "" or not DERIVATIONS[d.instead].breaks, d.id


def test_claims_that_derivations_lead_to_exist() -> None:
    from verification.run import registry

    missing = {f"{d.id} -> {c}" for d in DERIVATIONS.values() for c in d.claims if c not in registry()}
    assert missing == set()


def test_what_reports_are_given_is_plain_data() -> None:
    found = as_dict(DERIVATIONS["levy.elbo"])
    assert found["as_declared"] and found["instead"] == "levy.elbo.corrected"
    broken = found["steps"][6]
    assert broken["breaks"] and broken["verdict"] == "does not follow" and broken["since"] == 0
    assert broken["counterexample"]["point"]["weight p_theta(0,0)"] == "2"


def test_workers_replay_as_one_does() -> None:
    from verification.derive.batch import by_claim, replay_all

    ids, heard = ["levy.bayes", "levy.elbo", "levy.kl"], []
    alone = replay_all(ids, jobs=1)
    assert replay_all(ids, jobs=2, progress=lambda done, total, what: heard.append((done, total, what))) == alone
    assert heard == [(1, 3, "levy.bayes"), (2, 3, "levy.elbo"), (3, 3, "levy.kl")]
    assert "levy.bayes" in by_claim()["levy.bayes"]
