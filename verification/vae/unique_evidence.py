"""Measured claims about uniqueness: where the latents of stacked runs lie, and what their ELBO says of it.

All take a run's ``seed`` and ``device`` and return Estimates of grade TRAINED; the radius belongs to confidence 1 -
alpha over W, z, noise and starts, by inequalities that hold at the number of runs at hand.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from theory import rotations
from verification.estimate import Estimate, Grade
from verification.vae import circular, unique
from verification.vae.unique import NOISE, Panel, Runs, start, turn, world
from verification.vae.unique_dense import Dense
from verification.vae.unique_outcome import fold
from verification.vae.unique_predicted import farthest_at, law, slow_path
from verification.vae.unique_results import results

Array = np.ndarray[Any, Any]

ALPHA = 1e-9
NEAR, FAR = 3.0, 5.0  # degrees
OVER_RUNS = "order statistics and shares over runs, whose W, data and start are drawn anew"


@functools.lru_cache(maxsize=32)
def _table(tier: str, seed: int, device: str, panel: Panel) -> dict[str, Array]:
    return results(tier, seed, device, (panel,))[panel]


def _interval(low: float, high: float, certificate: str = OVER_RUNS) -> Estimate:
    return Estimate(np.array([(low + high) / 2]), np.array([(high - low) / 2]), Grade.TRAINED, certificate=certificate)


def _share(hit: Array, threshold: float, alpha: float) -> Estimate:
    low, high = circular.share(int(hit.sum()), len(hit), alpha)
    return _interval(low - threshold, high - threshold)


def _identity(tier: str, seed: int, device: str, columns: str, family: str = "mean-field") -> dict[str, Array]:
    return _table(tier, seed, device, Panel("identity", family, True, columns))


def closed_form(table: dict[str, Array]) -> Array:
    """The angle at which the columns of W R(angle) are orthogonal, of each run, in degrees."""
    W = np.stack([np.stack([table["W00"], table["W01"]], -1), np.stack([table["W10"], table["W11"]], -1)], -2)
    return np.asarray(rotations.mean_field_angle(W))


def at_the_true_latents(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """5 degrees less the median size of the angle that settled mean-field runs have to the true latents: (1,)."""
    table = _identity(tier, seed, device, "printed")
    low, high = circular.quantile(np.abs(table["settled"]), 0.5, alpha)
    return _interval(FAR - high, FAR - low)


def at_the_axes_of_w(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The share of settled mean-field runs within 3 degrees of where W's columns become orthogonal, less 4/5."""
    table = _identity(tier, seed, device, "printed")
    return _share(np.abs(fold(table["settled"] - closed_form(table))) < NEAR, 0.8, alpha)


def at_the_axes_of_sigma(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The share of settled mean-field runs within 3 degrees of the eigenvectors of Sigma of a full run, less 4/5."""
    table, full = (_identity(tier, seed, device, "printed", family) for family in unique.FAMILIES)
    return _share(np.abs(fold(table["settled"] - full["axes"])) < NEAR, 0.8, alpha)


def orthogonal_columns(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """With orthogonal columns: the share of settled mean-field runs within 3 degrees of the truth, less 4/5."""
    return _share(np.abs(_identity(tier, seed, device, "orthogonal")["settled"]) < NEAR, 0.8, alpha)


def law_of_angles(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Three tenths less the distance of the law of settled mean-field angles from its closed form: (1,)."""
    size = np.abs(_identity(tier, seed, device, "printed")["settled"])
    middle, half = circular.distance(size, law), circular.radius(len(size), alpha)
    return _interval(0.3 - middle - half, 0.3 - max(middle - half, 0.0), "Massart's inequality over runs")


def higher_is_farther(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Kendall's tau of the ELBO and the size of the angle over settled mean-field runs: (1,), by Hoeffding's bound."""
    from scipy.stats import kendalltau

    table = _identity(tier, seed, device, "printed")
    tau = float(kendalltau(table["best"], np.abs(table["settled"])).statistic)
    half = float(np.sqrt(2 * np.log(2 / alpha) / (len(table["best"]) // 2)))
    return _interval(tau - half, min(tau + half, 1.0), "Hoeffding's inequality for U-statistics over runs")


def full_is_uniform(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """0.3 less the distance of full-covariance angles from the uniform law, as printed and settled: (2,).

    A run that diverged may have had any angle: its share is added to the distance.
    """
    table = _identity(tier, seed, device, "printed", "full")
    found = []
    for name in ("angle", "settled"):
        there = np.isfinite(table[name])
        found.append(circular.distance(table[name][there], lambda v: (v + 45) / 90) + float((~there).mean()))
    half = circular.radius(len(table["n"]), alpha / 2)
    return Estimate(
        0.25 - np.array(found), np.full(2, half), Grade.TRAINED, certificate="Massart's inequality over runs"
    )


BRIEF = [(10, 0.1, 0.0), (10, 0.01, 0.0)]
SMALL = 64  # samples


def turning_the_start(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """1e-6 less how far A and C miss being turned along, 20 steps after a turned start of tanh: (2,)."""
    panel, trials = Panel("tanh", "full"), range(3)
    some = world(panel, 100, trials, seed, SMALL)
    p, turns = start(panel, 100, trials, seed, SMALL)
    R = np.asarray(turn(np.array([0.3, 1.1, 2.0])))
    dense = Dense("tanh", True, False, NOISE**2, unique.rule(), "cpu", "float64")
    back = {name: R.mT @ O for name, O in turns.items()}
    one = Runs.of(panel, dense.descend(some.x, p, turns, BRIEF), turns)
    two = Runs.of(panel, dense.descend(some.x, {**p, "A": p["A"] @ R}, back, BRIEF), back)
    assert one.C is not None and two.C is not None
    misses = np.array([np.abs(two.A - one.A @ R).max(), np.abs(two.C - R.mT @ one.C).max()])
    return Estimate(1e-6 - misses, np.full(2, 1e-9), Grade.TRAINED, certificate="round-off of float64")


def turning_the_parameters(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """1e-6 less how far A and Sigma on the path of C', D' part from those on the path of C, D: (2,)."""
    panel, trials = Panel("tanh", "mean-field"), range(3)
    some = world(panel, 100, trials, seed, SMALL)
    p, turns = start(panel, 100, trials, seed, SMALL)
    still, same = Runs.of(panel, p, turns).as_trained()
    dense = Dense("tanh", True, True, NOISE**2, unique.rule(), "cpu", "float64")
    one = Runs.of(panel, dense.descend(some.x, p, turns, BRIEF), turns)
    two = Runs.of(panel, dense.descend(some.x, still, same, BRIEF), same)
    misses = np.array([np.abs(one.A - two.A).max(), np.abs(one.covariances() - two.covariances()).max()])
    return Estimate(1e-6 - misses, np.full(2, 1e-9), Grade.TRAINED, certificate="round-off of float64")


def unfinished(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Orthogonal columns, n = 20,000: the share of runs that print's schedule leaves over 3 degrees off, less 2/5."""
    table = _identity(tier, seed, device, "orthogonal")
    return _share(np.abs(table["angle"][table["n"] == 20_000]) > NEAR, 0.4, alpha)


def bent(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """tanh, orthogonal columns: the share of settled mean-field runs over 5 degrees from the truth, less a tenth."""
    table = _table(tier, seed, device, Panel("tanh", "mean-field", True, "orthogonal"))
    return _share(np.abs(table["settled"]) > FAR, 0.1, alpha)


def predicted_path(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Two fifths less the distance of the angles that the printed schedule leaves from their predicted law: (1,).

    Starts are uniform and keep their order, so that an angle is a share of the starts that end nearer; all n from
    3,000 to 20,000 together.
    """
    table = _identity(tier, seed, device, "orthogonal")
    ns = np.unique(table["n"][(table["n"] >= 3000) & (table["n"] <= 20_000)])
    starts = np.linspace(0.05, 44.95, 30)
    ends = np.abs(slow_path(starts, ns, True)[0])
    nearer = [
        np.interp(np.abs(table["angle"][table["n"] == n]), end, starts) / 45 for n, end in zip(ns, ends.T, strict=True)
    ]
    shares = np.concatenate(nearer)
    middle, half = circular.distance(shares, lambda v: v), circular.radius(len(shares), alpha)
    return _interval(0.4 - middle - half, 0.4 - max(middle - half, 0.0), "Massart's inequality over runs")


def nears_the_axes(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The share of printed runs, orthogonal columns, no farther off than their nats allow and 1 degree, less 4/5."""
    table, full = (_identity(tier, seed, device, "orthogonal", family) for family in unique.FAMILIES)
    best = np.fmax.reduce([t[name] for t in (table, full) for name in ("elbo", "best")])
    off = np.abs(fold(table["angle"] - full["axes"]))
    return _share(off <= farthest_at(best - table["elbo"]) + 1, 0.8, alpha)
