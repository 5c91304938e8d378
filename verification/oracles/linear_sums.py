"""The linear beta-VAE by sums over a lattice of codes: for Gaussians a trapezoidal sum errs less than any power of its
step.
"""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = np.ndarray[Any, Any]
REACH, STEP, ROUNDING = 10.0, 0.25, 1e-10  # in standard deviations of the integrand: what is cut off is below 1e-21


def log_normalizer(A: Array, Sigma: Array, Sigma_x: Array, beta: Array) -> Estimate:
    """log of the sum of q(z)^(1-beta) p(z)^beta over a lattice along the integrand's own axes."""
    k = Sigma.shape[-1]
    if k > 2:
        raise NotApplicable("a lattice of at most two dimensions")
    ticks = np.arange(-REACH, REACH + STEP / 2, STEP)
    lattice = np.array(list(product(ticks, repeat=k)))
    values = []
    for a, s, x, b in zip(A, Sigma, Sigma_x, np.asarray(beta, float), strict=True):
        spread = np.asarray(a @ x @ a.T + s, float)
        precision = (1 - b) * np.linalg.inv(spread) + b * np.eye(k)
        lengths, axes = np.linalg.eigh(precision)
        z = lattice / np.sqrt(lengths) @ axes.T
        log_q = -(np.einsum("si,ij,sj->s", z, np.linalg.inv(spread), z) + np.linalg.slogdet(2 * np.pi * spread)[1]) / 2
        log_p = -((z * z).sum(1) + k * np.log(2 * np.pi)) / 2
        cell = STEP**k / np.sqrt(lengths.prod())
        values.append(np.log(np.exp((1 - b) * log_q + b * log_p).sum() * cell))
    value = np.array(values)
    return Estimate(
        value, ROUNDING * np.maximum(1, np.abs(value)), Grade.BOUNDED, certificate="trapezoidal sums, 1e-10"
    )
