"""What the linear VAE asks of eigenvalues, told in one sentence."""

from __future__ import annotations

import numpy as np

from theory.arrays import Array, as_float
from theory.validation import _check_interval, _check_positive, _first, _unseen, at


def check_eigenvalues(kept: Array) -> None:
    """Eigenvalues of a covariance: none negative."""
    _check_interval("kept", kept, lambda value: value >= 0, "[0, inf)")


def check_budget(kept: Array, delta: Array) -> None:
    """Eigenvalues to spend nats on, and nats that may be spent: none below 0."""
    _check_positive("kept", kept)
    _check_interval("delta", delta, lambda value: value >= 0, "[0, inf)")


def check_split(kept: Array, discarded: Array) -> None:
    """No negative eigenvalue, and none kept that is smaller than a discarded one."""
    check_eigenvalues(kept)
    _check_interval("discarded", discarded, lambda value: value >= 0, "[0, inf)")
    if _unseen(kept) or _unseen(discarded):
        return
    low, high = as_float(kept).min(-1, initial=np.inf), as_float(discarded).max(-1, initial=0)
    bad = low < high
    if bad.any():
        index = _first(bad)
        raise ValueError(
            f"{at('kept', index)} holds {np.broadcast_to(low, bad.shape)[index]:.6g}, less than the largest discarded "
            f"eigenvalue {np.broadcast_to(high, bad.shape)[index]:.6g}; keep the largest ones."
        )


def check_learned_noise(kept: Array, discarded: Array, beta: Array) -> None:
    """Eigenvalues in descending order, among which a noise is best: some are discarded, or beta holds the noise up."""
    check_split(kept, discarded)
    if _unseen(kept) or _unseen(discarded):
        return
    values, betas = as_float(kept), as_float(beta)
    bad = (np.diff(values) > 0).any(-1)
    if bad.any():
        raise ValueError(f"{at('kept', _first(bad))} is not in descending order; pass -np.sort(-kept).")
    D, rank = kept.shape[-1] + discarded.shape[-1], (values > 0).sum(-1)
    bad = (as_float(discarded).sum(-1) == 0) & (betas * rank <= D)
    if bad.any():
        index = _first(bad)
        raise ValueError(
            f"{at('beta', index)} = {np.broadcast_to(betas, bad.shape)[index]:.6g} gives no best noise: nothing is "
            f"discarded and beta times {np.broadcast_to(rank, bad.shape)[index]} eigenvalues is at most D = {D}; "
            "keep fewer dimensions, raise beta or fix the noise."
        )
