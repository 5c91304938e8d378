"""For which real beta the implicit prior r exists."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory.arrays import Array, as_float, eye_like, inv_quad, smallest, squared_norm, trailing
from theory.validation import at, validated


@validated(u="k", Sigma="N k k", beta="")
def tail_curvature(u: Array, Sigma: Array, beta: Array) -> Array:
    r"""c(u), how fast q^(1-beta) p^beta falls along the ray t u: its log is -c(u) t^2 / 2 + O(t).

    .. math:: c(u) = \beta\,u^\top u + (1-\beta)\min_n u^\top\Sigma_n^{-1}u

    For every real beta, r exists if c(u) > 0 for every u != 0, and does not if c(u) < 0 for some u. Where c only
    touches zero, the means decide. Shapes: u (..., k), Sigma (..., N, k, k), beta (...) -> (...).

    >>> float(tail_curvature([1.0], [[[0.5]], [[0.25]]], 3.0))  # 3 - 2 * 2
    -1.0
    """
    return beta * squared_norm(u) + (1 - beta) * smallest(inv_quad(Sigma, u[..., None, :]), -1)


@validated(Sigma="N k k", beta="")
def exists(Sigma: Array, beta: Array) -> Any:
    r"""Whether C is finite, so that r exists, whatever the means; booleans.

    .. math:: \int q^{1-\beta}p^\beta < \infty \iff \beta I + (1-\beta)\Sigma_n^{-1} \succ 0
        \begin{cases} \text{for all } n, & \beta \le 1 \\ \text{for some } n, & \beta > 1,\ k = 1 \end{cases}

    So it always exists for 0 <= beta <= 1. For beta > 1 and k > 1 the exact condition is `tail_curvature` > 0 in every
    direction: proved by any average of the curvatures that is positive definite (each one alone and their mean are
    tried), disproved by one direction (their principal axes are tried). Where C is finite for some means only, False.
    Shapes: Sigma (..., N, k, k), beta (...) -> (...). ValueError: neither proved nor disproved.

    >>> exists([[[0.5]], [[0.25]]], [-0.5, 0.5, 1.5, 3.0]).tolist()
    [True, True, True, False]
    """
    Sigma, beta = as_float(Sigma), as_float(beta)
    b = trailing(beta, 3)
    curvature = b * eye_like(Sigma) + (1 - b) * np.linalg.inv(Sigma)
    curvature = np.concatenate([curvature, curvature.mean(-3, keepdims=True)], -3)
    eigenvalues, axes = np.linalg.eigh(curvature)
    definite = eigenvalues[..., 0] > 0
    beyond = beta > 1
    proved = np.where(beyond, definite.any(-1), definite.all(-1))
    along = np.einsum("...mia,...nij,...mja->...man", axes, curvature[..., :-1, :, :], axes).max(-1)
    open_cases = beyond & ~proved & (along > 0).all((-2, -1))
    if open_cases.any():
        case = at("Sigma", np.argwhere(open_cases)[0])
        raise ValueError(f"whether r exists is undecided for {case}: minimise tail_curvature over directions.")
    return proved
