"""Finite models: enumeration against plain NumPy, and its own identities."""

import numpy as np
import pytest

from verification.oracles import enumeration

B, N, K = 20, 3, 5


def normalised(x):
    return x - np.log(np.exp(x).sum(-1, keepdims=True))


@pytest.fixture(scope="module")
def model():
    rng = np.random.default_rng(0)
    log_q, log_p = normalised(2 * rng.normal(size=(B, N, K))), normalised(rng.normal(size=(B, K)))
    return {
        "log_q": log_q,
        "log_p": log_p,
        "log_lik": rng.normal(size=(B, N, K)) - 2,
        "beta": rng.uniform(0.05, 0.95, B),
        "phi": np.swapaxes(rng.dirichlet(np.ones(N), (B, K)), -1, -2),
    }


def ask(name, model, **changes):
    model = {**model, **changes}
    oracle = getattr(enumeration, name)
    names = oracle.__code__.co_varnames[: oracle.__code__.co_argcount]
    return np.array([float(x) for x in oracle(**{n: model[n] for n in names}).value])


def plain(model):
    q, p, lik, b = np.exp(model["log_q"]), np.exp(model["log_p"]), model["log_lik"], model["beta"]
    mean = q.mean(1)
    tilted = mean ** (1 - b[:, None]) * p ** b[:, None]
    r = tilted / tilted.sum(1, keepdims=True)
    mixed, power = p[:, None] ** b[:, None, None], 1 - b[:, None, None]
    average = (q * np.log(q / p[:, None])).sum(2).mean(1)
    fit = (q * lik).sum(2).mean(1)
    return {
        "average_kl": average,
        "aggregate_kl": (mean * np.log(mean / p)).sum(1),
        "index_information": (q * np.log(q / mean[:, None])).sum(2).mean(1),
        "conditional_entropy": np.log(N) - (q * np.log(q / mean[:, None])).sum(2).mean(1),
        "log_normalizer": np.log(tilted.sum(1)),
        "jensen_bound": np.log(N ** (b - 1) * (mixed * model["phi"] ** b[:, None, None] * q**power).sum((1, 2))),
        "indicator_bound": np.log(N ** (b - 1) * (mixed[:, 0] * (q**power).max(1)).sum(1)),
        "elbo": fit - average,
        "beta_elbo": fit - b * average,
        "implicit_elbo": (q * (lik + np.log(r)[:, None] - np.log(q))).sum(2).mean(1),
        "expected_implicit_prior": (q * (np.log(r)[:, None] - np.log(q))).sum(2).mean(1),
        "log_evidence": np.log((p[:, None] * np.exp(lik)).sum(2)).mean(1),
        "log_evidence_under_r": np.log((r[:, None] * np.exp(lik)).sum(2)).mean(1),
    }


@pytest.mark.parametrize("name", [
    "average_kl", "aggregate_kl", "index_information", "conditional_entropy", "log_normalizer", "jensen_bound",
    "indicator_bound", "elbo", "beta_elbo", "implicit_elbo", "expected_implicit_prior", "log_evidence",
    "log_evidence_under_r",
])  # fmt: skip
def test_enumeration_is_the_plain_sum(name, model):
    assert ask(name, model) == pytest.approx(plain(model)[name], abs=1e-13)


def test_the_chain_of_equation_5_holds_state_by_state(model):
    chain = (
        ask("beta_elbo", model) - (1 - model["beta"]) * ask("index_information", model) - ask("log_normalizer", model)
    )
    assert ask("implicit_elbo", model) == pytest.approx(chain, abs=1e-13)


def test_the_optimal_phi_closes_the_jensen_bound_and_no_other_exceeds_it(model):
    q = np.exp(model["log_q"])
    best = q / q.sum(1, keepdims=True)
    assert ask("jensen_bound", model, phi=best) == pytest.approx(ask("log_normalizer", model), abs=1e-13)
    assert np.all(ask("jensen_bound", model) <= ask("log_normalizer", model))


def test_impossible_states_count_nothing():
    log_q = np.log(np.array([[[1.0, 1e-300], [0.5, 0.5]]]))
    log_q[0, 0] = 0.0, -np.inf
    log_p = np.log(np.array([[0.25, 0.75]]))
    (kl,) = enumeration.average_kl(log_q, log_p).value
    assert float(kl) == pytest.approx((np.log(4) + 0.5 * np.log(2) + 0.5 * np.log(2 / 3)) / 2)
    assert float(enumeration.indicator_bound(log_q, log_p, np.array([0.5])).value[0]) < 0


def test_the_importance_weighted_bias_is_exact_and_vanishes_slowly():
    rng = np.random.default_rng(1)
    log_w, log_g = rng.normal(size=(1, 4)), normalised(rng.normal(size=(1, 4)))
    w, g = np.exp(log_w[0]), np.exp(log_g[0])
    biases = [float(enumeration.importance_mean_log_bias(log_w, log_g, np.array([n])).value[0]) for n in (1, 2, 4, 8)]
    two = sum(g[i] * g[j] * np.log((w[i] + w[j]) / 2) for i in range(4) for j in range(4)) - np.log((g * w).sum())
    assert biases[0] == pytest.approx((g * log_w[0]).sum() - np.log((g * w).sum()))
    assert biases[1] == pytest.approx(two)
    assert biases == sorted(biases)
    assert biases[-1] < 0
