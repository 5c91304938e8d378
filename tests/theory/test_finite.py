import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import entr, rel_entr

from theory import finite

q = np.array([[0.1, 0.2, 0.7], [0.5, 0.25, 0.25]])
p = np.array([0.3, 0.3, 0.4])
log_q, log_p = np.log(q), np.log(p)


def test_each_sum_is_its_definition():
    whole = q.mean(0)
    np.testing.assert_allclose(np.exp(finite.log_aggregate(log_q)), whole, rtol=1e-13)
    assert finite.average_kl(log_q, log_p) == pytest.approx(rel_entr(q, p).sum(-1).mean(), rel=1e-13)
    assert finite.index_information(log_q) == pytest.approx(rel_entr(q, whole).sum(-1).mean(), rel=1e-12)
    assert finite.aggregate_kl(log_q, log_p) == pytest.approx(rel_entr(whole, p).sum(), rel=1e-12)
    phi = q / q.sum(0)
    assert finite.conditional_entropy(log_q) == pytest.approx((whole * entr(phi).sum(0)).sum(), rel=1e-12)
    tilt = whole**0.7 * p**0.3
    assert finite.log_normalizer(log_q, log_p, 0.3) == pytest.approx(np.log(tilt.sum()), rel=1e-12)
    np.testing.assert_allclose(np.exp(finite.log_implicit_prior(log_q, log_p, 0.3)), tilt / tilt.sum(), rtol=1e-12)


def test_a_value_that_no_posterior_takes_counts_nothing():
    with np.errstate(divide="ignore"):
        wider = np.log(np.pad(q, ((0, 0), (0, 1))))
    log_p = np.log([0.2, 0.2, 0.3, 0.3])
    assert finite.index_information(wider) == pytest.approx(finite.index_information(log_q), rel=1e-13)
    assert finite.conditional_entropy(wider) == pytest.approx(finite.conditional_entropy(log_q), rel=1e-13)
    assert np.isfinite(finite.average_kl(wider, log_p))
    assert np.isfinite(finite.aggregate_kl(wider, log_p))


@given(seed=st.integers(0, 2**32 - 1), N=st.integers(1, 6), K=st.integers(1, 6))
def test_average_kl_splits_into_information_and_aggregate_kl(seed, N, K):
    rng = np.random.default_rng(seed)
    log_q, log_p = np.log(rng.dirichlet(np.ones(K), (8, N))), np.log(rng.dirichlet(np.ones(K), 8))
    parts = finite.index_information(log_q) + finite.aggregate_kl(log_q, log_p)
    np.testing.assert_allclose(finite.average_kl(log_q, log_p), parts, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(
        finite.index_information(log_q), np.log(N) - finite.conditional_entropy(log_q), rtol=1e-9, atol=1e-12
    )
