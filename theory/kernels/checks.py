"""What the kernels ask of posteriors, told in one sentence."""

from __future__ import annotations

import numpy as np

from theory.arrays import Array, as_float
from theory.validation import at


def check_posteriors(mu: Array) -> None:
    """At least one posterior."""
    if 0 in mu.shape[-2:]:
        raise ValueError(f"mu has shape {tuple(mu.shape)}: no posteriors; pass at least one, as (N, k).")


def check_sigma(sigma: Array) -> None:
    """Standard deviations: positive."""
    values = as_float(sigma)
    bad = ~(values > 0)
    if bad.any():
        index = tuple(map(int, np.argwhere(bad)[0]))
        raise ValueError(f"{at('sigma', index)} = {values[index]:.6g} is not positive; pass standard deviations.")


def check_scale_tril(scale_tril: Array) -> None:
    """Cholesky factors: lower triangular, with a positive diagonal."""
    values = as_float(scale_tril)
    if values.shape[-1] != values.shape[-2]:
        raise ValueError(f"scale_tril has shape {values.shape}; it must end in (N, k, k).")
    bad = ~(values.diagonal(0, -2, -1) > 0).all(-1) | (np.triu(values, 1) != 0).any((-2, -1))
    if bad.any():
        place = at("scale_tril", tuple(map(int, np.argwhere(bad)[0])))
        raise ValueError(f"{place} is not lower triangular with a positive diagonal; pass Cholesky factors.")
