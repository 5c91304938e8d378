import numpy as np
import pytest

from theory import existence
from theory import implicit_prior as r

WIDE = [[[4.0, 0.0], [0.0, 0.25]], [[0.25, 0.0], [0.0, 4.0]]]


def test_tail_curvature_is_the_decay_along_a_ray(case):
    u, t = np.array([1.5, -2.0]), 1e6
    for beta in (-0.3, 0.4, 1.2):
        decay = -2 * r.log_tilt(t * u, case.mu, case.Sigma, beta) / t**2
        assert existence.tail_curvature(u, case.Sigma, beta) == pytest.approx(decay, rel=1e-4)


def test_it_always_exists_between_zero_and_one(case):
    assert existence.exists(case.Sigma, [0.0, 0.5, 1.0]).all()


@pytest.mark.parametrize(("beta", "answer"), [(-0.99 / 3, True), (-1.01 / 3, False)])
def test_below_zero_every_posterior_must_be_narrow_enough(beta, answer):
    assert existence.exists([[[1.0]], [[4.0]]], beta) == answer  # beta + (1 - beta) / 4 > 0


@pytest.mark.parametrize(("beta", "answer"), [(1.99, True), (2.01, False)])
def test_above_one_the_widest_posterior_decides_on_the_line(beta, answer):
    assert existence.exists([[[0.5]], [[0.25]]], beta) == answer  # beta + 2 (1 - beta) > 0


@pytest.mark.parametrize(("variance", "beta"), [(2.0, -1.0), (0.5, 2.0)])
def test_on_the_border_the_means_decide_so_it_is_not_promised(variance, beta):
    assert not existence.exists([[[variance]]], beta)


@pytest.mark.parametrize("beta", [1.2, 1.8])
def test_above_one_two_posteriors_may_cover_each_others_narrow_axis(beta):
    alone = [existence.exists([Sigma], beta) for Sigma in WIDE]
    assert existence.exists(WIDE, beta) == (beta < 4.25 / 2.25)
    assert alone == [beta < 4 / 3] * 2


def test_above_one_a_principal_axis_can_refute_it():
    narrow_together = [[[0.25, 0.0], [0.0, 4.0]], [[0.2, 0.0], [0.0, 0.2]]]
    assert not existence.exists(narrow_together, 1.5)


def test_a_principal_axis_that_only_touches_zero_is_not_undecided():
    touching = [[[0.5, 0.0], [0.0, 0.25]], [[0.25, 0.0], [0.0, 1.0]]]
    assert not existence.exists(touching, 2.0)


NEARLY = [[[0.5, 0.0], [0.0, 0.25]], [[0.24, 0.0], [0.0, 0.5]]]
AMPLY = [[[4.0, 0.0], [0.0, 0.25]], [[0.24, 0.0], [0.0, 4.0]], [[0.2, 0.0], [0.0, 0.2]]]


@pytest.mark.parametrize("undecided", [NEARLY, AMPLY])
def test_what_it_cannot_decide_it_says(undecided):
    with pytest.raises(ValueError, match=r"^whether r exists is undecided for Sigma\[1\]: minimise tail_curvature"):
        existence.exists([undecided, undecided], [0.5, 1.7])
