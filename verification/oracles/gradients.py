"""Optimality of a decoder or an encoder by trial: differences along the simplex in balls, and rivals that do no better.

The objectives are written out once more from their definitions; ``point (B, M, K)`` holds chances, whose sums are asked
for too. Steps h and h/2 of a chance's own size, from the likeliest state to it; the h^2 term removed; twice the last
change is the radius.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = Any
BITS = 400
STEP = arb(2) ** -60
RIVALS = 4


def _balls(x: Any) -> Array:
    flat = [v if isinstance(v, arb) else arb(float(v)) for v in np.asarray(x).ravel()]
    return np.array(flat, dtype=object).reshape(np.shape(x))


def _slope(f: Callable[[Any], Any]) -> tuple[float, float]:
    coarse = (f(STEP) - f(-STEP)) / (2 * STEP)
    fine = (f(STEP / 2) - f(-STEP / 2)) / STEP
    best = (4 * fine - coarse) / 3
    return float(best.mid()), 2 * float(abs(fine - coarse).upper()) + float(best.rad()) + 2.0**-50


def _simplex(row: Array, objective: Callable[[Array], Any], rng: np.random.Generator) -> list[tuple[float, float]]:
    """How far one row is from a minimum on the simplex: its sum less one, its slopes, and by how much rivals win."""
    whole = sum(row, arb(0)) - 1
    entries = [(float(whole.mid()), float(whole.rad()) + 2.0**-60)]
    likeliest = max(range(len(row)), key=lambda k: float(row[k]))
    for k in set(range(len(row))) - {likeliest}:

        def along(h: Any, k: int = k) -> Any:
            moved = row.copy()
            moved[likeliest], moved[k] = moved[likeliest] - h * row[k], moved[k] + h * row[k]
            return objective(moved)

        entries.append(_slope(along))
    here = objective(row)
    for rival in rng.dirichlet(np.ones(len(row)), size=RIVALS):
        entries.append((max(float((here - objective(_balls(rival))).lower()), 0.0), 2.0**-50))
    return entries


def _estimate(rows: list[Any]) -> Estimate:
    values = np.array(rows, float)
    return Estimate(values[..., 0], values[..., 1], Grade.BOUNDED, certificate="differences along the simplex, rivals")


def decoder_optimality(point: Array, log_data: Array, log_enc: Array) -> Estimate:
    """Of -E log p(x|z) over decoders, the distribution of x for each z on its own."""
    rng, rows = np.random.default_rng(11), []
    with flint.ctx.workprec(BITS):
        for b in range(len(log_data)):
            joint = np.exp(_balls(log_data[b]))[:, None] * np.exp(_balls(log_enc[b]))
            entries: list[tuple[float, float]] = []
            for z in range(joint.shape[1]):

                def loss(p: Array, w: Array = joint[:, z]) -> Any:
                    return -(w * np.log(p)).sum()

                entries += _simplex(_balls(point[b])[:, z], loss, rng)
            rows.append(entries)
    return _estimate(rows)


def _encoder(point: Array, log_prior: Array, log_dec: Array, fit: Array, cost: Array) -> Estimate:
    rng, rows = np.random.default_rng(12), []
    with flint.ctx.workprec(BITS):
        for b in range(len(log_prior)):
            prior, dec = _balls(log_prior[b]), _balls(log_dec[b])
            f, c = _balls(fit)[b], _balls(cost)[b]
            entries: list[tuple[float, float]] = []
            for x in range(dec.shape[0]):

                def loss(q: Array, x: int = x, f: Any = f, c: Any = c, p: Array = prior, d: Array = dec) -> Any:
                    return (q * (c * (np.log(q) - p) - f * d[x])).sum()

                entries += _simplex(_balls(point[b])[x], loss, rng)
            rows.append(entries)
    return _estimate(rows)


def encoder_optimality(point: Array, log_prior: Array, log_dec: Array, beta: Array) -> Estimate:
    """Of the beta-VAE objective over encoders, the distribution of z for each x on its own."""
    return _encoder(point, log_prior, log_dec, np.ones(len(beta)), beta)


def bound_optimality(point: Array, log_prior: Array, log_dec: Array, lam: Array) -> Estimate:
    """Of the final bound over encoders."""
    with flint.ctx.workprec(BITS):
        fit = 1 + _balls(lam)
    return _encoder(point, log_prior, log_dec, fit, np.ones(len(lam)))
