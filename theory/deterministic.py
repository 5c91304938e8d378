r"""The beta-VAE's objective with log p(x|z) expanded to second order at the posterior's mean h, at its best covariance.

H is the Hessian of log p(x|z) in z at h, or J' H_p J for a decoder of Jacobian J. ``family`` is "full", "diagonal" or
"block"; ``blocks`` are the sizes of the blocks (`theory.families`). Every family sees the blocks of H along the
diagonal and nothing else: its best covariance is that of H with zeros elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from theory.arrays import (
    Array,
    alike,
    as_float,
    concatenate,
    eye_like,
    inverse,
    is_object,
    log_det,
    log_det_and_inverse,
    squared_norm,
    total,
    trace,
    trailing,
)
from theory.families import Blocks, check_best_exists, check_hessian, restricted
from theory.kernels.chunks import spread
from theory.validation import check_positive_beta, validated

PIECE = 128  # points that the caches hold
AXES = (0, 2, 1, 2, 0)  # own axes of what `compare` takes


def _inner(A: Array, B: Array) -> Array:
    """tr(A B) of symmetric matrices."""
    return total(total(A * B, -1), -1)


def _precision(H: Array, beta: Array, family: str = "full", blocks: Blocks = None) -> Array:
    """I - H/beta, as the family sees it."""
    own = restricted(H, family, blocks)
    return eye_like(own) - own / trailing(beta, 2)


@validated(check_positive_beta, check_hessian, log_lik="", H="k k'", h="k", Sigma="k k", beta="")
def objective(log_lik: Array, H: Array, h: Array, Sigma: Array, beta: Array) -> Array:
    r"""The expanded objective, to be made large, in nats; concave in Sigma.

    .. math:: \log p(x|h) + \tfrac12\operatorname{tr}(H\Sigma)
        - \tfrac\beta2\left(|h|^2 + \operatorname{tr}\Sigma - \log|\Sigma| - k\right)

    Shapes: log_lik = log p(x|h) (...), H (..., k, k), h (..., k), Sigma (..., k, k), beta (...) -> (...).
    ValueError: beta <= 0, an H that is not symmetric, a Sigma that is no covariance. Source: Kumar and Poole, eq (8).

    >>> float(objective(-1.0, [[-1.0]], [2.0], [[1.0]], 0.5))  # -1 - 1/2 - 1
    -2.5
    """
    k = Sigma.shape[-1]
    divergence = squared_norm(h) + trace(Sigma) - log_det(Sigma) - k
    return log_lik + _inner(H, Sigma) / 2 - beta * divergence / 2


@validated(check_positive_beta, check_hessian, H="k k'", Sigma="k k", beta="")
def covariance_gradient(H: Array, Sigma: Array, beta: Array) -> Array:
    r"""The gradient G of the objective in Sigma: d objective = tr(G dSigma) for symmetric dSigma.

    .. math:: G = \tfrac12 H - \tfrac\beta2\left(I - \Sigma^{-1}\right)

    With respect to one entry above the diagonal, which moves its mirror image along, the derivative is 2 G_ij.
    Shapes: H (..., k, k), Sigma (..., k, k), beta (...) -> (..., k, k). ValueError: as `objective`.
    Source: Kumar and Poole, eq (9).

    >>> covariance_gradient([[-1.0]], [[0.25]], 1.0).tolist()  # (-1 - (1 - 4)) / 2
    [[1.0]]
    """
    return (H - trailing(beta, 2) * (eye_like(Sigma) - inverse(Sigma))) / 2


@validated(check_hessian, check_best_exists, H="k k'", beta="")
def optimal_covariance(H: Array, beta: Array, family: str, blocks: Blocks = None) -> Array:
    r"""The covariance of the family that makes the objective largest.

    .. math:: \Sigma^* = \left(I - \tfrac1\beta H\right)^{-1}; \quad
        \Sigma^*_{ii} = \frac{1}{1 - H_{ii}/\beta} \text{ diagonal}; \quad
        \Sigma^*_{bb} = \left(I - \tfrac1\beta H_{bb}\right)^{-1} \text{ in blocks}

    It exists exactly where what the family sees of H is below beta I; beyond, the objective has no upper bound.
    Shapes: H (..., k, k), beta (...) -> (..., k, k). ValueError: beta <= 0, an H that is not symmetric or not below
    beta I, a family or blocks that do not fit. Source: Kumar and Poole, eqs (9) and (11).

    >>> optimal_covariance([[-3.0, 1.0], [1.0, -15.0]], 1.0, "diagonal").tolist()
    [[0.25, 0.0], [0.0, 0.0625]]
    """
    return inverse(_precision(H, beta, family, blocks))


@validated(check_hessian, check_best_exists, log_lik="", H="k k'", h="k", beta="")
def optimal_value(log_lik: Array, H: Array, h: Array, beta: Array, family: str, blocks: Blocks = None) -> Array:
    r"""The objective at the best covariance of the family, in nats.

    .. math:: \log p(x|h) - \tfrac\beta2|h|^2 - \tfrac\beta2\log\left|I - \tfrac1\beta H\right|,

    with the entries of H that the family does not see replaced by zeros: a sum over blocks, or over dimensions.
    Shapes: log_lik (...), H (..., k, k), h (..., k), beta (...) -> (...). ValueError: as `optimal_covariance`.
    Source: Kumar and Poole, eqs (10) and (12).

    >>> print(round(float(optimal_value(0.0, [[-3.0, 1.0], [1.0, -1.0]], [0.0, 0.0], 1.0, "diagonal")), 12))  # log(8)/2
    -1.03972077084
    """
    return log_lik - beta * (squared_norm(h) + log_det(_precision(H, beta, family, blocks))) / 2


@validated(check_hessian, check_best_exists, H="k k'", Sigma="k k", beta="")
def gap(H: Array, Sigma: Array, beta: Array, family: str, blocks: Blocks = None) -> Array:
    r"""How many nats Sigma costs against the best covariance of the family; negative only for a Sigma outside of it.

    .. math:: \tfrac\beta2\left[\operatorname{tr}(A\Sigma) - \log|A_F\Sigma| - k\right]
        = \beta\,\mathrm{KL}\left(N(h,\Sigma)\,\|\,N(h,A_F^{-1})\right) \text{ for } \Sigma \in F,
        \quad A = I - \tfrac1\beta H

    A_F is A with zeros in the place of what the family F does not see. Shapes: H (..., k, k), Sigma (..., k, k),
    beta (...) -> (...). ValueError: as `optimal_covariance`, and a Sigma that is no covariance.
    Source: Kumar and Poole, section 7, corrected.

    >>> print(round(float(gap([[-1.0]], [[0.5]], 3.0, "full")), 12))  # (3/2) (2/3 - log(2/3) - 1)
    0.108197662162
    """
    spread = trace(Sigma) - _inner(H, Sigma) / beta - Sigma.shape[-1]
    return beta * (spread - log_det(_precision(H, beta, family, blocks)) - log_det(Sigma)) / 2


class Comparison(NamedTuple):
    """A covariance beside the best of its family: both objectives, the gap between them, and the best itself."""

    objective: Array
    value: Array
    gap: Array
    covariance: Array


def compare(
    log_lik: Array, H: Array, h: Array, Sigma: Array, beta: Array, family: str, blocks: Blocks = None
) -> Comparison:
    r"""`objective`, `optimal_value`, `gap` and `optimal_covariance` at once; many points in pieces, shared by threads.

    Shapes: log_lik (...), H (..., k, k), h (..., k), Sigma (..., k, k), beta (...) -> (...) three times, (..., k, k).
    ValueError: as `gap`. Source: Kumar and Poole, eqs (8) to (12).

    >>> float(compare(-1.0, [[-1.0]], [2.0], [[1.0]], 1.0, "full").objective)  # -1 - 1/2 - 2
    -3.5
    """
    args = alike(log_lik, H, h, Sigma, beta)
    compared: Callable[..., Comparison] = partial(_compare, family=family, blocks=blocks)
    leads = {tuple(x.shape[: x.ndim - own]) for x, own in zip(args, AXES, strict=True)} - {()}
    lead = leads.pop() if len(leads) == 1 else ()
    if len(lead) != 1 or is_object(args[1]):
        return compared(*args)
    pieces: dict[int, Comparison] = {}

    def work(rows: slice) -> None:
        for start in range(rows.start, rows.stop, PIECE):
            mine = slice(start, min(start + PIECE, rows.stop))
            some = (x[mine] if x.ndim > own else x for x, own in zip(args, AXES, strict=True))
            pieces[start] = compared(*some)

    try:
        spread(work, lead[0], PIECE)
    except ValueError:
        return compared(*args)  # to name the case
    ordered = [pieces[start] for start in sorted(pieces)]
    return Comparison(*(concatenate(list(parts), 0) for parts in zip(*ordered, strict=True)))


@validated(check_hessian, check_best_exists, log_lik="", H="k k'", h="k", Sigma="k k", beta="")
def _compare(
    log_lik: Array, H: Array, h: Array, Sigma: Array, beta: Array, family: str, blocks: Blocks = None
) -> Comparison:
    volume, covariance = log_det_and_inverse(_precision(H, beta, family, blocks))
    value = log_lik - beta * (squared_norm(h) + volume) / 2
    spread_out = trace(Sigma) - _inner(H, Sigma) / beta - Sigma.shape[-1]
    apart = beta * (spread_out - volume - log_det(Sigma)) / 2
    return Comparison(value - apart, value, apart, covariance)


@validated(check_positive_beta, check_hessian, H="k k'", E="k k'", beta="")
def gap_curvature(H: Array, E: Array, beta: Array) -> Array:
    r"""The leading term of the gap of Sigma* + E, in nats: what a small error of the covariance costs.

    .. math:: \tfrac\beta4\operatorname{tr}\left(AEAE\right), \quad A = I - \tfrac1\beta H

    The gap itself differs from it by O(|E|^3). Shapes: H (..., k, k), E (..., k, k), beta (...) -> (...).
    ValueError: as `objective`. Source: Kumar and Poole, section 7, expanded.

    >>> float(gap_curvature([[-1.0]], [[0.5]], 1.0))  # (2 * 0.5)^2 / 4
    0.25
    """
    AE = _precision(H, beta) @ E
    return beta * trace(AE @ AE) / 4


@validated(check_hessian, check_best_exists, H="k k'", beta="")
def family_cost(H: Array, beta: Array, family: str, blocks: Blocks = None) -> Array:
    r"""How many nats the family costs against full covariances, each at its best; 0 exactly where H fits the family.

    .. math:: \tfrac\beta2\left(\log|A_F| - \log|A|\right), \quad A = I - \tfrac1\beta H

    The soft constraint on the decoder: with a diagonal family, Hadamard's deficit of A. It needs the full optimum to
    exist as well. Shapes: H (..., k, k), beta (...) -> (...). ValueError: as `optimal_covariance`.
    Source: Kumar and Poole, section 5.1.

    >>> print(round(float(family_cost([[-1.0, -1.0], [-1.0, -1.0]], 1.0, "diagonal")), 12))  # log(4/3) / 2
    0.143841036226
    """
    return beta * (log_det(_precision(H, beta, family, blocks)) - log_det(_precision(H, beta))) / 2


@validated(check_positive_beta, Sigma="k k", beta="")
def metric(Sigma: Array, beta: Array) -> Array:
    r"""The metric that a posterior covariance stands for, under unit-noise Gaussian observations.

    .. math:: G = \beta\left(\Sigma^{-1} - I\right)

    At the best full covariance it is the pullback J'J, which is positive definite exactly where J has full column
    rank. Shapes: Sigma (..., k, k), beta (...) -> (..., k, k). ValueError: beta <= 0, a Sigma that is no covariance.
    Source: Kumar and Poole, section 5.2.

    >>> metric([[0.25]], 2.0).tolist()
    [[6.0]]
    """
    return trailing(beta, 2) * (inverse(Sigma) - eye_like(Sigma))


@validated(check_hessian, H="k k'")
def smallest_beta(H: Array, family: str, blocks: Blocks = None) -> Any:
    r"""The beta above which the family has a best covariance, float64.

    .. math:: \max\left(0, \lambda_{\max}(H_F)\right)

    Shapes: H (..., k, k) -> (...). ValueError: an H that is not symmetric, a family or blocks that do not fit.
    Source: Kumar and Poole, eq (9), where it is finite.

    >>> H = [[1.0, 2.0], [2.0, 1.0]]
    >>> round(float(smallest_beta(H, "full")), 12), float(smallest_beta(H, "diagonal"))
    (3.0, 1.0)
    """
    return np.maximum(np.linalg.eigvalsh(as_float(restricted(H, family, blocks)))[..., -1], 0)
