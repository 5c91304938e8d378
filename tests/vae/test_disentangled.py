"""Scores of a sample: what constructed codes come to, what leaves scores alone, and what each bad argument is told."""

from __future__ import annotations

import re

import numpy as np
import pytest

from theory import disentanglement as theory
from verification.vae.disentangled import NAMES, higgins, scores, tables

RNG = np.random.default_rng(7)
FACTORS = np.stack(np.meshgrid(*[np.arange(6.0)] * 3, indexing="ij"), -1).reshape(-1, 3).repeat(4, axis=0)
SIZE = dict(batches=200, pairs=32)


def of(codes, **more):
    return scores(codes, FACTORS, **SIZE, **more)


@pytest.fixture(scope="module")
def truth():
    return of(FACTORS)


def test_the_ground_truth_scores_one_but_for_the_printed_norm(truth):
    perfect = {name: value for name, value in truth.as_dict().items() if name != "norm"}
    assert all(value > 0.99 for value in perfect.values()), perfect
    assert abs(truth.norm - 1 / 3) < 0.12


def test_order_signs_and_units_of_codes_change_nothing_but_the_norm(truth):
    moved = of(FACTORS[:, [2, 0, 1]] * [-3.0, 0.01, 700.0] + [5.0, -1.0, 0.0])
    for name in ("higgins", "factor_vae", "mig", "sap"):
        assert getattr(moved, name) == pytest.approx(getattr(truth, name), abs=1e-9), name
    for name in ("disentanglement", "completeness", "informativeness"):
        assert getattr(moved, name) == pytest.approx(getattr(truth, name), abs=0.01), name


def test_noise_scores_by_chance():
    found = of(RNG.normal(size=FACTORS.shape))
    for name in ("higgins", "norm", "factor_vae"):
        assert abs(getattr(found, name) - 1 / 3) < 0.14, name
    assert found.mig < 0.05 and found.sap < 0.02 and found.informativeness < 0.05


def test_codes_that_stand_twice_have_no_gap_and_keep_the_accuracies(truth):
    found = of(np.concatenate([FACTORS, FACTORS], axis=1))
    assert (found.mig, found.sap) == pytest.approx((0.0, 0.0), abs=1e-12)
    assert found.higgins == truth.higgins == 1.0 and found.factor_vae == 1.0


def test_a_bent_code_loses_only_what_is_linear():
    found = of(np.exp(FACTORS))
    assert found.mig < 1 and found.higgins > 0.99 and found.factor_vae > 0.99
    assert found.sap < 0.9


def test_turned_codes_deceive_higgins_and_the_vote_but_not_the_gaps():
    c, s = np.cos(0.5), np.sin(0.5)
    codes = FACTORS @ np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    found = of(codes)
    assert found.higgins > 0.98 and found.factor_vae > 0.98
    assert found.sap < 0.75 and found.mig < 0.6
    assert found.sap == pytest.approx((1 + 2 * np.cos(1.0)) / 3, abs=1e-9)


def test_a_factor_that_no_code_holds_deceives_higgins_but_not_the_vote():
    found = of(FACTORS[:, :2])
    assert found.higgins > 0.98 and found.factor_vae < 0.8
    assert found.mig < 0.7


def test_a_code_that_never_varies_takes_no_part(truth):
    found = of(np.column_stack([FACTORS, np.ones(len(FACTORS))]))
    assert found.higgins == truth.higgins and found.sap == truth.sap


def test_draws_lower_higgins_score_and_no_spread_leaves_it(truth):
    found = [higgins(FACTORS, FACTORS, np.full(FACTORS.shape, spread), **SIZE)[0] for spread in (0.0, 20.0)]
    assert found[0] > 0.99 and found[1] < 0.9


def test_the_same_seed_gives_the_same_scores_and_another_does_not():
    codes = FACTORS + RNG.normal(size=FACTORS.shape)
    assert of(codes, seed=3) == of(codes, seed=3)
    assert of(codes, seed=3) != of(codes, seed=4)


def test_accuracy_of_the_norm_is_what_the_closed_form_says():
    """Two factors of two values, one in units of eight: the best classifier of the norm is nearly linear."""
    factors = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0]), -1).reshape(-1, 2).repeat(100, axis=0)
    found = scores(factors, factors, pairs=3, batches=4000)
    best = theory.accuracy([1 / 8, 1 / 8])
    assert abs(found.higgins - float(best)) < 0.015
    assert abs(found.norm - 0.5) < 0.03


def test_tables_hold_all_rows_and_constant_codes_one_bin():
    found = tables(np.column_stack([FACTORS, np.ones(len(FACTORS))]), FACTORS, 6)
    assert found.shape == (4, 3, 6, 6)
    assert np.allclose(found.sum((-2, -1)), 1)
    assert np.allclose(found[3, 0, 0], 1 / 6) and np.allclose(np.diagonal(found[0, 0]), 1 / 6)


def test_names_are_the_scores_in_order(truth):
    assert tuple(truth.as_dict()) == NAMES


BAD = FACTORS.copy()
BAD[3, 1] = np.nan
ALONE = FACTORS.copy()
ALONE[0, 2] = 9.5


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: of(FACTORS[:, :1]), "codes has shape (864, 1); pass rows of two codes at least."),
        (lambda: scores(FACTORS, FACTORS[:, 0]), "factors has shape (864,); pass rows of two factors at least."),
        (lambda: of(FACTORS[1:]), "codes has 863 rows and factors 864; pass the factors of each code."),
        (lambda: of(BAD), "codes[3, 1] is nan; every entry must be a finite number."),
        (lambda: of(0 * FACTORS), "every code is constant: nothing can be told from them."),
        (lambda: scores(FACTORS, FACTORS * [1, 0, 1]), "factors[:, 1] is constant; leave it out."),
        (
            lambda: scores(FACTORS, ALONE),
            "factors[:, 2] is 9.5 in one row only, which has no partner; round the factor.",
        ),
        (
            lambda: higgins(FACTORS, FACTORS, np.ones((2, 3))),
            "std has shape (2, 3); pass one standard deviation, not negative, for each code.",
        ),
        (lambda: scores(FACTORS, FACTORS, pairs=1), "pairs = 1 is too few; pass 2 at least."),
        (lambda: scores(FACTORS, FACTORS, bins=1), "bins = 1 is too few; pass 2 at least."),
        (lambda: scores(FACTORS, FACTORS, batches=1), "1 batches share one factor only by chance; raise batches."),
    ],
)  # fmt: skip
def test_a_bad_argument_is_told_in_one_sentence(call, told):
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        call()
