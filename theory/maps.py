"""What maps of the latents ask of their arguments, each told in one sentence."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory.arrays import Array, as_float, eye_like
from theory.validation import ASYMMETRY, _check_interval, _check_positive, _first, _unseen, at


def _gap_from_identity(U: Array) -> Any:
    values = as_float(U)
    return abs(values.mT @ values - eye_like(values)).max((-2, -1))


def check_orthogonal(U: Array) -> None:
    """U'U = I."""
    if _unseen(U):
        return
    gap = _gap_from_identity(U)
    bad = gap > ASYMMETRY
    if bad.any():
        index = _first(bad)
        raise ValueError(
            f"{at('U', index)} is not orthogonal (U'U is off the identity by {gap[index]:.1e}); "
            "pass a rotation or a reflection."
        )


def check_support(z: Array, prior: Any) -> None:
    """Latents with probability on both sides, so that they have normal scores."""
    if _unseen(z):
        return
    below, above = as_float(prior.below(z)), as_float(prior.above(z))
    bad = ~((below > 0) & (above > 0))
    if bad.any():
        index = _first(bad)
        raise ValueError(
            f"{at('z', index)} = {as_float(z)[index]:.6g} has no normal score: the prior puts {below[index]:.3g} below "
            f"it and {above[index]:.3g} above; pass a point inside its support."
        )


def check_ranks(ranks: Array) -> None:
    """Latents of uniform margins: 0 < u < 1."""
    _check_interval("ranks", ranks, lambda value: (value > 0) & (value < 1), "(0, 1)")


def check_dependence(dependence: Array) -> None:
    """A density 1 + theta (1 - 2u)(1 - 2v) that is nowhere negative: -1 <= theta <= 1."""
    _check_interval("dependence", dependence, lambda value: (value >= -1) & (value <= 1), "[-1, 1]")


def check_variances(variances: Array) -> None:
    """Variances: positive."""
    _check_positive("variances", variances)


def _check_unique(name: str, size: Any, scale: Any, told: str) -> None:
    bad = size <= ASYMMETRY * scale
    if bad.any():
        raise ValueError(f"{at(name, _first(bad))} {told}")


def check_rank(Z: Array, M: Array) -> None:
    """Z M' has an inverse, so that one orthogonal matrix is the best."""
    spread = np.linalg.svd(as_float(Z) @ as_float(M).mT, compute_uv=False)
    told = "has a cross-moment Z M' without an inverse; pass latents that span every axis, k or more of them."
    _check_unique("Z", spread[..., -1], spread[..., 0], told)


def check_columns(columns: Array) -> None:
    """Two columns that are not orthogonal or not of one norm."""
    if _unseen(columns):
        return
    values = as_float(columns)
    gram = values.mT @ values
    apart = np.hypot(gram[..., 0, 0] - gram[..., 1, 1], 2 * gram[..., 0, 1])
    told = "has orthogonal columns of equal norm, for which no angle is best; pass columns of different norms."
    _check_unique("columns", apart, gram[..., 0, 0] + gram[..., 1, 1], told)
