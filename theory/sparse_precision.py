r"""The best covariance whose inverse has given zeros: in closed form where a separator parts the rest, else by search.

Zeros of Sigma^-1 are no convex constraint: beyond blocks and separators, a chain of four dimensions already may have
several best covariances. (Zeros of Sigma itself are one, and blocks are both.)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from theory.arrays import Array, as_float, eye_like, inverse, log_det, solve, trailing
from theory.families import Blocks, check_best_exists, check_hessian, restricted
from theory.validation import validated


def check_full(H: Array, beta: Array) -> None:
    """H below beta I."""
    check_best_exists(H, beta, "full", None)


def _rest(k: int, separator: Sequence[int]) -> list[int]:
    """The dimensions that are not in the separator."""
    rest = [i for i in range(k) if i not in separator]
    if len(rest) + len(separator) != k or not rest:
        raise ValueError(
            f"separator = {tuple(separator)} does not part k = {k} dimensions; pass different indices from 0 to "
            f"{k - 1}, fewer than {k}."
        )
    return rest


def _precision(H: Array, beta: Array) -> Array:
    return eye_like(H) - H / trailing(beta, 2)


def _corner(A: Array, rest: list[int]) -> Array:
    return A[..., rest, :][..., rest]


@validated(check_hessian, check_full, H="k k'", beta="")
def separated_precision(H: Array, beta: Array, separator: Sequence[int], family: str, blocks: Blocks = None) -> Array:
    r"""The best Sigma^-1 where the dimensions outside of a separator are independent given it, singly or by blocks.

    .. math:: \Sigma^{-1} = A - W^\top\left(A_{cc} - [A_{cc}]_F\right)W, \quad W = A_{cc}^{-1}A_{c\cdot},
        \quad A = I - \tfrac1\beta H

    c are the dimensions outside of the separator; [.]_F keeps what the family sees of them ("diagonal" or "block", in
    their order). With nothing in the separator it is the family's own best; a star or a chain of three has one
    dimension in it; one zero at (i, j) has all but i and j. A restricted to the zeros is the best only if A has them.
    Shapes: H (..., k, k), beta (...) -> (..., k, k). ValueError: beta <= 0, an H that is not symmetric or not below
    beta I, a separator, family or blocks that do not fit. Source: Kumar and Poole, section 5.1.

    >>> H = [[-1.0, 0.5, 0.5], [0.5, -1.0, 0.5], [0.5, 0.5, -1.0]]
    >>> separated_precision(H, 1.0, (0,), "diagonal")[0].round(12).tolist()  # 19/9, -2/3, -2/3
    [2.111111111111, -0.666666666667, -0.666666666667]
    """
    A = _precision(H, beta)
    rest = _rest(A.shape[-1], separator)
    within = _corner(A, rest)
    W = solve(within, A[..., rest, :])
    return A - W.mT @ (within - restricted(within, family, blocks)) @ W


@validated(check_hessian, check_full, H="k k'", beta="")
def separated_cost(H: Array, beta: Array, separator: Sequence[int], family: str, blocks: Blocks = None) -> Array:
    r"""How many nats `separated_precision` costs against the best of all covariances.

    .. math:: \tfrac\beta2\left(\log\left|[A_{cc}]_F\right| - \log|A_{cc}|\right), \quad A = I - \tfrac1\beta H

    One zero at (i, j) costs -(beta/2) log(1 - r^2), r the entry of A scaled to a unit diagonal. Shapes: H (..., k, k),
    beta (...) -> (...). ValueError: as `separated_precision`. Source: Kumar and Poole, section 5.1.

    >>> H = [[-1.0, 0.5, 0.5], [0.5, -1.0, 0.5], [0.5, 0.5, -1.0]]
    >>> print(round(float(separated_cost(H, 2.0, (0,), "diagonal")), 12))  # log(36/35), of A_23 = -1/4 against 3/2
    0.028170876967
    """
    A = _precision(H, beta)
    within = _corner(A, _rest(A.shape[-1], separator))
    return beta * (log_det(restricted(within, family, blocks)) - log_det(within)) / 2


@validated(check_hessian, check_full, H="k k'", beta="")
def separated_covariance(H: Array, beta: Array, separator: Sequence[int], family: str, blocks: Blocks = None) -> Array:
    r"""The best Sigma with zeros between the parts that a separator leaves, each of which may covary with it.

    .. math:: \Sigma = G - V^\top\left(G_{cc} - [S]_F^{-1}\right)V, \quad G = A^{-1},\ S = G_{cc}^{-1},\
        V = SG_{c\cdot}, \quad A = I - \tfrac1\beta H

    Zeros of Sigma are a convex constraint, and this is the only best: Sigma^-1 agrees with A wherever Sigma is free.
    Shapes: H (..., k, k), beta (...) -> (..., k, k). ValueError: as `separated_precision`.
    Source: Kumar and Poole, section 5.1.

    >>> H = [[-1.0, 0.5, 0.5], [0.5, -1.0, 0.5], [0.5, 0.5, -1.0]]
    >>> separated_covariance(H, 1.0, (0,), "diagonal")[0].round(12).tolist()  # 17/30, 2/15, 2/15
    [0.566666666667, 0.133333333333, 0.133333333333]
    """
    G = inverse(_precision(H, beta))
    rest = _rest(G.shape[-1], separator)
    within = _corner(G, rest)
    S = inverse(within)
    V = S @ G[..., rest, :]
    return G - V.mT @ (within - inverse(restricted(S, family, blocks))) @ V


@validated(check_hessian, check_full, H="k k'", beta="")
def separated_covariance_cost(
    H: Array, beta: Array, separator: Sequence[int], family: str, blocks: Blocks = None
) -> Array:
    r"""How many nats `separated_covariance` costs against the best of all covariances.

    .. math:: \tfrac\beta2\left(\log\left|[S]_F\right| - \log|S|\right), \quad S^{-1} = (A^{-1})_{cc},
        \quad A = I - \tfrac1\beta H

    Shapes: H (..., k, k), beta (...) -> (...). ValueError: as `separated_precision`.
    Source: Kumar and Poole, section 5.1.

    >>> H = [[-1.0, 0.5, 0.5], [0.5, -1.0, 0.5], [0.5, 0.5, -1.0]]
    >>> print(round(float(separated_covariance_cost(H, 2.0, (0,), "diagonal")), 12))  # log(25/24)
    0.04082199452
    """
    G = inverse(_precision(H, beta))
    S = inverse(_corner(G, _rest(G.shape[-1], separator)))
    return beta * (log_det(restricted(S, family, blocks)) - log_det(S)) / 2


@validated(check_hessian, check_full, H="k k'", beta="", K="k k")
def stationarity(H: Array, beta: Array, K: Array) -> Array:
    r"""What must vanish at every entry of Sigma^-1 = K that is free, times the scale of its diagonal.

    .. math:: R = \Sigma A\Sigma - \Sigma, \quad A = I - \tfrac1\beta H;
        \quad \partial\,\text{objective} = \tfrac\beta2\operatorname{tr}(R\,dK)

    Shapes: H (..., k, k), beta (...), K (..., k, k) -> (..., k, k). ValueError: as `separated_precision`.
    Source: Kumar and Poole, section 5.1.

    >>> stationarity([[-3.0]], 1.0, [[2.0]]).round(12).tolist()  # 4/4 - 1/2
    [[0.5]]
    """
    Sigma = inverse(K)
    return Sigma @ _precision(H, beta) @ Sigma - Sigma


def check_pattern(H: Array, pattern: Any) -> None:
    """Booleans of H's size, symmetric, with the diagonal free."""
    free = np.asarray(pattern, bool)
    if free.shape != tuple(H.shape[-2:]) or (free != free.T).any() or not free.diagonal().all():
        raise ValueError(
            f"pattern has shape {free.shape}; pass a symmetric ({H.shape[-1]}, {H.shape[-1]}) table that is true where "
            "Sigma^-1 may be other than 0, its diagonal among them."
        )


@validated(check_hessian, check_full, check_pattern, H="k k'", beta="")
def sparse_precision(H: Array, beta: Array, pattern: Any, starts: int = 4) -> Any:
    r"""A best Sigma^-1 with zeros where ``pattern`` is false, by Newton's method from several starts; float64.

    .. math:: \min_{K_{ij} = 0 \text{ off the pattern}}\ \operatorname{tr}(AK^{-1}) + \log|K|

    The best of the local optima that were found: others may be better, since the problem is not convex; `stationarity`
    tells how well it is solved. Shapes: H (k, k), beta (), pattern (k, k) -> (k, k). ValueError: as
    `separated_precision`, or a pattern that is not symmetric. Source: Kumar and Poole, section 5.1.

    >>> H = [[-1.0, 0.5, 0.5], [0.5, -1.0, 0.5], [0.5, 0.5, -1.0]]
    >>> pattern = [[1, 1, 1], [1, 1, 0], [1, 0, 1]]
    >>> bool(abs(sparse_precision(H, 1.0, pattern) - separated_precision(H, 1.0, (0,), "diagonal")).max() < 1e-6)
    True
    """
    from scipy.optimize import minimize

    A = as_float(_precision(H, beta))
    scale = np.sqrt(A.diagonal())
    A = A / np.outer(scale, scale)
    k, free = len(A), np.argwhere(np.triu(np.asarray(pattern, bool)))
    units = np.zeros((len(free), k, k))
    for unit, (i, j) in zip(units, free, strict=True):
        unit[i, j] = unit[j, i] = 1

    def parts(x: Any) -> tuple[Any, Any]:
        Sigma = np.linalg.inv(np.tensordot(x, units, 1))
        return Sigma, Sigma @ A @ Sigma

    def loss(x: Any) -> float:
        K = np.tensordot(x, units, 1)
        sign = np.linalg.eigvalsh(K)
        return float(np.trace(np.linalg.solve(K, A)) + np.log(sign).sum()) if sign[0] > 0 else np.inf

    def slope(x: Any) -> Any:
        Sigma, B = parts(x)
        return np.tensordot(units, Sigma - B, 2)

    def curvature(x: Any) -> Any:
        Sigma, B = parts(x)
        return np.einsum("eij,fij->ef", (B + B - Sigma) @ units @ Sigma, units)

    rng = np.random.default_rng(0)
    found = []
    for start in range(starts):
        K = np.eye(k) + (start > 0) * rng.uniform(-1, 1, (k, k)) / k
        x = np.array([K[i, j] for i, j in free])
        found.append(minimize(loss, x, jac=slope, hess=curvature, method="trust-exact", options={"gtol": 1e-12}))
    best = min(found, key=lambda answer: answer.fun)
    return np.tensordot(best.x, units, 1) * np.outer(scale, scale)
