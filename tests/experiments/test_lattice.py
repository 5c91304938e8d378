"""The exact settings of the tightness profiles, against independent integrals and the certified interval."""

from __future__ import annotations

import numpy as np
import pytest

from theory import confidence
from verification.experiments import tightness
from verification.experiments.lattice import METHODS, Lattice, errors
from verification.experiments.regions import regions
from verification.vae.progress import watching

CASES = [
    (Lattice(16, 4.0), 0.5),
    (Lattice(3, 0.3), 0.1),
    (Lattice(4, 2.0, 3), 0.3),
    (Lattice(2, 32.0), 0.9),
    (Lattice(16, 0, 1, 1e-4), 0.7),
]


@pytest.mark.parametrize(("lattice", "beta"), CASES)
def test_the_truth_lies_in_the_certified_interval(lattice, beta):
    mu, Sigma = lattice.posteriors()
    low, high, _ = confidence.log_normalizer_interval(np.random.default_rng(0), mu, Sigma, beta, 4000, 1e-6)
    assert low <= lattice.truth(beta) <= high


@pytest.mark.parametrize(("lattice", "beta"), [case for case in CASES if case[0].axes == 1])
def test_the_truth_and_the_indicator_agree_with_a_fine_sum(lattice, beta):
    x = np.linspace(-13, 13, 400_001)
    log_n = [-0.5 * ((x - m) / lattice.scale) ** 2 - np.log(lattice.scale * np.sqrt(2 * np.pi)) for m in lattice.line]
    log_p = -0.5 * (x**2 + np.log(2 * np.pi))
    shared = (beta - 1) * np.log(lattice.points)
    step = x[1] - x[0]
    for found, log_q in (
        (lattice.truth(beta), np.logaddexp.reduce(log_n)),
        (lattice.indicator(beta), np.max(log_n, 0)),
    ):
        assert np.isclose(found, shared + np.log(np.exp(beta * log_p + (1 - beta) * log_q).sum() * step), atol=1e-7)


def test_one_posterior_equal_to_the_prior_has_log_c_zero():
    assert abs(Lattice(1, 1.0).truth(0.4)) < 1e-13


@pytest.mark.parametrize(("lattice", "beta"), CASES)
def test_every_bound_lies_on_its_side(lattice, beta):
    _, off = errors(lattice, beta)
    for method, error in zip(METHODS, off, strict=True):
        if method.side == "below":
            assert error <= 1e-10, method.name
        if method.side == "above":
            assert error >= -1e-10, method.name


def test_the_aggregate_has_the_variance_of_the_prior():
    lattice = Lattice(7, 3.0)
    assert np.isclose(lattice.scale**2 + lattice.line.var(), 1.0)


def test_slopes_find_the_order_and_ignore_rounding():
    x = np.geomspace(1e-6, 1e-1, 11)
    assert np.isclose(tightness.slope(x, 3 * x**2 + 1e-30), 2.0)
    assert np.isnan(tightness.slope(x, np.full(11, 1e-14)))


def test_the_corrected_form_has_order_one_and_the_printed_form_none():
    by_sigma = next(f for f in tightness._orders("betavae verify") if f.id == "tightness.order.Sigma")
    assert "order 0.00 as printed" in by_sigma.title and "1.00 as corrected" in by_sigma.title


def test_a_map_tells_how_far_it_has_come():
    heard = []
    with watching(lambda done, total, what: heard.append((done, total))):
        regions(3, "")
    assert heard == [(0, 3), (1, 3), (2, 3)]
