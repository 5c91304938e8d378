"""Domains of the constrained problem: Lagrangians, eigenvalues and likelihoods with budgets of nats."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.balls import as_balls, working_precision
from verification.domain import Array, Border, Case, Domain, exact_log
from verification.domains.finite import dyadic
from verification.domains.gaussians import covariances

Rng = np.random.Generator
Drawn = Iterator[dict[str, Array]]

# --- budgets ----------------------------------------------------------------------------------------------------------


def _lagrangians(rng: Rng, n: int) -> Drawn:
    yield {"reconstruction": rng.normal(size=n), "kl": np.exp(rng.normal(size=n)), "delta": rng.uniform(0.1, 2.0, n),
           "beta": rng.uniform(0.1, 4.0, n)}  # fmt: skip


def lagrangian(reconstruction: float, kl: float, delta: float, beta: float) -> Case:
    return {"reconstruction": reconstruction, "kl": kl, "delta": delta, "beta": beta}


LAGRANGIANS = Domain(
    "a reconstruction, a divergence, a budget and a multiplier that is positive",
    (lagrangian(-3.0, 1.0, 0.5, 2.0), lagrangian(-1.5, 0.25, 0.75, 0.5)),
    _lagrangians,
)
NOTHING_ADDED = Domain(
    "a multiplier or a budget of 0", (lagrangian(-3.0, 1.0, 0.0, 2.0), lagrangian(-1.5, 0.25, 0.75, 0.0))
)
NEGATIVE_MULTIPLIERS = Domain(
    "a multiplier below 0", (lagrangian(-3.0, 1.0, 0.5, -2.0), lagrangian(-1.5, 0.25, 0.75, -0.5))
)


def spectrum(kept: Any, discarded: Any, noise: float, delta: float) -> Case:
    """``delta2`` is a smaller budget."""
    return {"kept": kept, "discarded": discarded, "noise": noise, "delta": delta, "delta2": delta / 2}


def _corners(kept: Array) -> Array:
    """Budgets at which one more dimension becomes active."""
    logs = np.log(kept.astype(float))
    return np.asarray(np.maximum(logs[..., None] - logs[..., None, :], 0).sum(-2) / 2)


def _clear(kept: Array, delta: Array, delta2: Array, **_: Any) -> Array:
    """No budget at a corner, where the multiplier has a kink; of the corner at 0 only one side is there."""
    corners = _corners(kept)
    apart = [
        ((abs(corners - np.asarray(d, float)[:, None]) > 1e-3) | (corners < 1e-9)).all(-1) for d in (delta, delta2)
    ]
    return np.asarray(np.logical_and(*apart) & (np.asarray(delta, float) >= 0))


def _spectra(rng: Rng, n: int) -> Drawn:
    for k, D in ((1, 2), (2, 3)):
        lam = -np.sort(-np.exp(rng.uniform(-1.5, 1.5, (n, D))))
        delta = rng.uniform(0.2, 2.0, n)
        yield {"kept": lam[:, :k], "discarded": lam[:, k:], "noise": np.exp(rng.uniform(-1.0, 0.5, n)), "delta": delta,
               "delta2": delta / 2}  # fmt: skip


BUDGETS = Domain(
    "eigenvalues of the data, noise given, a budget of nats",
    (
        spectrum([4.0], [1.0], 0.5, 1.0),
        spectrum([4.0, 1.0], [0.5], 0.5, 0.5),
        spectrum([4.0, 1.0], [0.5], 2.0, 2.0),
        spectrum([2.0, 1.5, 0.25], [], 1.0, 0.75),
    ),
    _spectra,
    requires=_clear,
    border=Border("delta", 1.0, -1.0),
)
TWO_BUDGETS = Domain("eigenvalues of the data, noise given, two budgets", BUDGETS.witnesses, _spectra, requires=_clear)


def datum(lik: Any, prior: Any, beta: float, delta: float) -> Case:
    """``lik`` holds log p(x|z)."""
    return {"log_lik": lik, "log_prior": exact_log(prior), "beta": beta, "delta": delta}


def _data(rng: Rng, n: int) -> Drawn:
    for K in (2, 3):
        yield {"log_lik": -2 * rng.gamma(1.0, size=(n, K)), "log_prior": exact_log(dyadic(rng, (n, K))),
               "beta": np.exp(rng.uniform(-0.5, 1.5, n)), "delta": np.asarray(rng.uniform(0.05, 0.4, n))}  # fmt: skip


# The last budget is beyond what any posterior spends that puts all on the best code.
DATA_WITH_BUDGETS = Domain(
    "the likelihood of K codes for a datum, any multiplier, any budget",
    (
        datum([-0.5, -2.0], [0.25, 0.75], 1.0, 0.25),
        datum([-3.0, -1.0], [0.25, 0.75], 2.0, 0.125),
        datum([-0.5, -2.0, -1.0], [0.5, 0.25, 0.25], 0.75, 0.25),
        datum([-1.5, -0.25, -4.0], [0.5, 0.25, 0.25], 1.5, 2.0),
    ),
    _data,
)
TIED = Domain(
    "the likelihood of K codes well apart for a datum, of which the best may be two",
    (*DATA_WITH_BUDGETS.witnesses, datum([-1.0, -1.0, -3.0], [0.5, 0.25, 0.25], 0.75, 0.5)),
)


def _at_multiplier(case: Case) -> Case:
    """The budget that belongs to beta, as a ball: no float says it."""
    with working_precision(300):
        f, p, b = (as_balls(case[name]) for name in ("log_lik", "log_prior", "beta"))
        weights = np.exp(p + f / b)
        log_q = np.log(weights / weights.sum())
        return {**case, "delta": (np.exp(log_q) * (log_q - p)).sum()}


AT_MULTIPLIER = Domain(
    "the likelihood of K codes for a datum, the multiplier of its budget",
    tuple(map(_at_multiplier, DATA_WITH_BUDGETS.witnesses)),
)


def _others(rng: Rng, n: int) -> Drawn:
    for args in _data(rng, n):
        yield {**args, "beta2": args["beta"] * np.exp(rng.uniform(0.5, 1.0, n))}


# Of two codes that are equally likely the budget is that of the log-odds (f_1 - f_2)/beta: in the first 1, as for a
# datum whose log-likelihoods are 2 apart and whose multiplier is 2.
OTHER_MULTIPLIER = Domain(
    "the likelihood of K codes for a datum, and another datum's multiplier",
    (
        {**datum([-0.5, -1.5], [0.5, 0.5], 1.0, 0.0), "beta2": 2.0},
        {**datum([-2.0, -1.75], [0.5, 0.5], 0.125, 0.0), "beta2": 0.5},
        {**datum([-0.5, -2.0, -1.0], [0.5, 0.25, 0.25], 0.75, 0.0), "beta2": 1.5},
    ),
    _others,
)


def _model(prior: Any, dec: Any, beta: float = 1.0) -> Case:
    """The data are those of the model: p(x) = sum_z p(z) p(x|z)."""
    table = np.asarray(dec, float)
    found = exact_log(table @ np.asarray(prior))
    return {"log_data": found, "log_prior": exact_log(prior), "log_dec": exact_log(table), "beta": beta}


WELL_SPECIFIED = Domain(
    "data that the decoder itself generates, beta = 1",
    (
        _model([0.25, 0.75], [[0.75, 0.25], [0.25, 0.75]]),
        _model([0.5, 0.25, 0.25], [[0.5, 0.25, 0.125], [0.25, 0.625, 0.125], [0.25, 0.125, 0.75]]),
    ),
)
ENCODED = Domain(
    "a decoder and the multiplier of its data",
    (
        _model([0.25, 0.75], [[0.75, 0.25], [0.25, 0.75]], 2.0),
        _model([0.5, 0.25, 0.25], [[0.5, 0.25, 0.125], [0.25, 0.625, 0.125], [0.25, 0.125, 0.75]], 0.5),
    ),
)

# --- one Gaussian posterior under a linear decoder --------------------------------------------------------------------


def _decoded(rng: Rng, n: int) -> Drawn:
    for k in (1, 2):
        yield {"x": rng.normal(size=(n, 2)), "W": rng.normal(size=(n, 2, k)), "noise": np.exp(rng.uniform(-1, 0.5, n)),
               "mu": rng.normal(size=(n, k)), "Sigma": covariances(rng, (n,), k, 0.5)}  # fmt: skip


DECODED = Domain(
    "a linear decoder and a Gaussian posterior",
    (
        {"x": [0.5, -1.0], "W": [[0.75], [-0.25]], "noise": 0.5, "mu": [0.5], "Sigma": [[0.5]]},
        {"x": [1.5, 0.5, -0.5], "W": [[0.5, 1.0], [-0.25, 0.75], [1.0, 0.5]], "noise": 0.25, "mu": [0.5, -0.25],
         "Sigma": [[0.5, 0.125], [0.125, 0.75]]},
    ),
    _decoded,
)  # fmt: skip
COLLAPSED = Domain(
    "beta between the collapse of the first dimension and twice that",
    (
        {"kept": [4.0], "discarded": [1.0], "noise": 0.5, "beta": 10.0},
        {"kept": [4.0, 1.0], "discarded": [0.5], "noise": 1.0, "beta": 5.0},
    ),
)
STEADY = Domain(
    "no dimension collapses between beta and twice that, one soon after",
    (
        {"kept": [4.0], "discarded": [1.0], "noise": 0.5, "beta": 3.0},
        {"kept": [4.0, 0.5], "discarded": [0.25], "noise": 1.0, "beta": 1.0},
        {"kept": [8.0, 4.0], "discarded": [0.25], "noise": 0.5, "beta": 2.0},
    ),
)
