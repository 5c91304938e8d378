import numpy as np
import pytest

from theory import amortisation

PRIOR = np.log([0.5, 0.25, 0.25])


def _bound(q, log_lik):
    return (q * (log_lik + PRIOR - np.log(q))).sum(-1).mean(-1)


def test_no_shared_posterior_loses_less_than_the_gap():
    log_lik = np.log([[0.9, 0.3, 0.1], [0.2, 0.6, 0.5]])
    evidence = np.log(np.exp(log_lik + PRIOR).sum(-1)).mean()
    tried = np.random.default_rng(3).dirichlet(np.ones(3), size=2000)
    lost = evidence - np.array([_bound(q, log_lik) for q in tried])
    gap = amortisation.gap(log_lik, PRIOR)
    assert gap - 1e-12 <= lost.min() <= gap + 0.01


def test_data_that_differ_by_a_factor_alone_lose_nothing():
    log_lik = np.log([0.9, 0.3, 0.1])
    assert amortisation.gap([log_lik, log_lik - 2.0], PRIOR) == pytest.approx(0, abs=1e-12)


def test_from_some_number_of_data_on_an_encoder_is_the_smaller_one():
    encoder = amortisation.encoder_parameters(784, 400, 20)
    assert amortisation.local_parameters(8251, 20) <= encoder < amortisation.local_parameters(8252, 20)
