"""What mini-batch estimators in circulation would have said of trained posteriors: I, TC and KL(q || p)."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from theory import entropy_estimators as estimators
from verification.vae.decomposition import source_hash, swept
from verification.vae.objectives import log_normal
from verification.vae.store import cache_folder, kept
from verification.vae.training import derived_seed

Array = np.ndarray[Any, Any]

ESTIMATORS = {
    "mini-batch weighted": estimators.weighted,
    "mini-batch stratified": estimators.stratified,
    "partially stratified": estimators.partially_stratified,
    "mini-batch alone": lambda log_cross, N: estimators.full_data(log_cross),
}
QUANTITIES = ("I", "TC", "KL")
# How many mini-batches of each size: independent of one another, each without replacement.
BATCHES = {
    "fast": {64: 64},
    "default": {64: 192, 128: 40, 512: 4},
    "deep": {64: 1024, 128: 512, 512: 64},
}
AT_ONCE = 2**18  # pairs


@functools.lru_cache(maxsize=32)
def estimates(tier: str, seed: int, device: str, data: str, B: int) -> Array:
    """I, TC and KL by every estimator from independent mini-batches of B: (models, estimators, 3, batches), in nats.

    Kept on disk where the models are.
    """
    ensemble = swept(tier, seed, device, data)
    count = BATCHES[tier][B]

    def made() -> dict[str, Array]:
        found = []
        for model in range(ensemble.config.models):
            rng = np.random.default_rng(derived_seed("mini-batches", ensemble.name, ensemble.seed, model, B))
            mu, logvar = ensemble.mu[model].astype(float), ensemble.logvar[model].astype(float)
            found.append(of_posteriors(mu, logvar, B, count, rng))
        return {"estimates": np.array(found)}

    if not ensemble.key:
        return made()["estimates"]
    key = hashlib.sha256(repr([ensemble.key, B, count, source_hash(Path(__file__))]).encode()).hexdigest()
    return kept(cache_folder() / f"{ensemble.name}.batches-{key[:32]}.npz", ("estimates",), made)["estimates"]


def of_posteriors(mu: Array, logvar: Array, B: int, count: int, rng: np.random.Generator) -> Array:
    """I, TC and KL by every estimator from ``count`` mini-batches of B of N posteriors, mu and logvar (N, k):
    (estimators, 3, count)."""
    parts = []
    while count:
        step = min(count, max(AT_ONCE // B**2, 1))
        parts.append(_some(mu, logvar, B, step, rng))
        count -= step
    return np.concatenate(parts, axis=-1)


def _some(mu: Array, logvar: Array, B: int, count: int, rng: np.random.Generator) -> Array:
    N = len(mu)
    n = rng.permuted(np.tile(np.arange(N), (count, 1)), axis=1)[:, :B]
    z = mu[n] + np.exp(logvar[n] / 2) * rng.standard_normal((*n.shape, mu.shape[1]))
    log_p = log_normal(z, np.zeros(1), np.zeros(1))
    axes = range(mu.shape[1])
    # one axis at a time: (k, count, B, B), own posteriors on the diagonal
    columns = [(z[..., j, None, None], mu[n][:, None, :, j, None], logvar[n][:, None, :, j, None]) for j in axes]
    log_each = np.array([log_normal(*column) for column in columns])
    log_cross = log_each.sum(0)
    own = np.diagonal(log_cross, axis1=-2, axis2=-1)
    found = []
    for estimator in ESTIMATORS.values():
        log_q = estimator(log_cross, N)
        log_q_each = np.moveaxis(estimator(log_each, N), 0, -1)
        found.append([
            estimators.index_information(own, log_q),
            estimators.total_correlation(log_q, log_q_each),
            estimators.kl_to_prior(log_q, log_p),
        ])  # fmt: skip
    return np.array(found)
