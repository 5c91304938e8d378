r"""Maps that mix the latents and leave the prior as it is: Gaussian, factorised or correlated.

Each is a rotation of independent standard normal scores, between the prior's own distribution functions and back. Such
a map r keeps probability, not volume: |det J_r(z)| = p(z) / p(r(z)), which is 1 throughout only where the prior is
constant along r. Its inverse is the map of the transposed rotation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from theory.arrays import (
    Array,
    broadcast_to,
    cholesky,
    concatenate,
    exp,
    log,
    log_number,
    matvec,
    minimum,
    normal_cdf,
    normal_quantile,
    number,
    solve,
    sqrt,
    total,
    trailing,
    zeros_like,
)
from theory.maps import check_dependence, check_orthogonal, check_ranks, check_support
from theory.validation import validated

# --- factorised priors ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Marginal:
    """The law of each latent of a factorised prior: P(z_i <= z), P(z_i > z), z from both, and the log-density."""

    below: Callable[[Array], Array] = field(repr=False)
    above: Callable[[Array], Array] = field(repr=False)
    quantile: Callable[[Array, Array], Array] = field(repr=False)
    log_density: Callable[[Array], Array] = field(repr=False)


def _rank(u: Array) -> Array:
    return u


def _rest(u: Array) -> Array:
    return 1 - u


def _below(u: Array, v: Array) -> Array:
    return u


def _logistic_below(z: Array) -> Array:
    return exp(minimum(z, zeros_like(z))) / (1 + exp(-abs(z)))


def _logistic_above(z: Array) -> Array:
    return _logistic_below(-z)


def _logit(u: Array, v: Array) -> Array:
    return log(u) - log(v)


def _log_logistic(z: Array) -> Array:
    return -abs(z) - 2 * log(1 + exp(-abs(z)))


def _laplace_below(z: Array) -> Array:
    return exp(minimum(z, zeros_like(z))) - exp(-abs(z)) / 2


def _laplace_above(z: Array) -> Array:
    return _laplace_below(-z)


def _laplace_quantile(u: Array, v: Array) -> Array:
    one = exp(zeros_like(u))
    return log(minimum(2 * u, one)) - log(minimum(2 * v, one))


def _log_laplace(z: Array) -> Array:
    return -abs(z) - log_number(2, z)


UNIFORM = Marginal(_rank, _rest, _below, zeros_like)
LOGISTIC = Marginal(_logistic_below, _logistic_above, _logit, _log_logistic)
LAPLACE = Marginal(_laplace_below, _laplace_above, _laplace_quantile, _log_laplace)


def _scores(z: Array, prior: Marginal) -> Array:
    half = number(0.5, z)  # each tail by its own probability, which does not round to 1
    return normal_quantile(minimum(prior.below(z), half)) - normal_quantile(minimum(prior.above(z), half))


@validated(check_orthogonal, check_support, U="k k'", z="k")
def mix(U: Array, z: Array, prior: Marginal) -> Array:
    r"""r(z), a map that mixes independent latents and keeps their law.

    .. math:: r = F^{-1}\circ\Psi\circ U\circ\Psi^{-1}\circ F

    Psi is the distribution function of N(0, 1), F that of the prior's marginals, each taken latent by latent.
    Shapes: U (..., k, k) orthogonal, z (..., k) -> (..., k). ValueError: a U that is not orthogonal, a z outside the
    prior's support, or so far out that F or 1 - F rounds to 0. Source: Kumar & Poole, appendix A, with Psi^-1 of u, not
    of z.

    >>> print(mix([[0.0, 1.0], [-1.0, 0.0]], [1.0, 0.5], LOGISTIC).round(12).tolist())  # a quarter turn
    [0.5, -1.0]
    """
    n = matvec(U, _scores(z, prior))
    return prior.quantile(normal_cdf(n), normal_cdf(-n))


def _log_stretch(z: Array, prior: Marginal) -> Array:
    n = _scores(z, prior)
    return prior.log_density(z) + n * n / 2


@validated(check_orthogonal, check_support, U="k k'", z="k")
def jacobian(U: Array, z: Array, prior: Marginal) -> Array:
    r"""J_r(z) of `mix`: an entry vanishes exactly where U's does, at every z.

    .. math:: \frac{\partial r_i}{\partial z_j} = U_{ij}\,\frac{f(z_j)/\varphi(n_j)}{f(r_i)/\varphi(n'_i)},
        \quad n = \Psi^{-1}(F(z)),\ n' = Un

    Shapes: U (..., k, k) orthogonal, z (..., k) -> (..., k, k). ValueError: as for `mix`. Source: Kumar & Poole,
    appendix A.

    >>> print(jacobian([[0.0, 1.0], [-1.0, 0.0]], [1.0, 0.5], LAPLACE).round(12).tolist())
    [[0.0, 1.0], [-1.0, 0.0]]
    """
    after = _log_stretch(mix(U, z, prior), prior)
    return U * exp(_log_stretch(z, prior)[..., None, :] - trailing(after, 1))


@validated(check_orthogonal, check_support, U="k k'", z="k")
def log_volume(U: Array, z: Array, prior: Marginal) -> Array:
    r"""log |det J_r(z)| of `mix`, in nats: 0 on average over the prior, and 0 everywhere only for a flat prior.

    .. math:: \log|\det J_r(z)| = \log p(z) - \log p(r(z))

    Shapes: U (..., k, k) orthogonal, z (..., k) -> (...). ValueError: as for `mix`. Source: Kumar & Poole, appendix A,
    corrected.

    >>> print(round(float(log_volume([[0.0, 1.0], [-1.0, 0.0]], [1.0, 0.5], LAPLACE)), 12))  # a signed permutation
    0.0
    """
    return total(prior.log_density(z) - prior.log_density(mix(U, z, prior)), -1)


# --- correlated priors ------------------------------------------------------------------------------------------------


@validated(check_orthogonal, U="k k'", z="k", Sigma="k k")
def mix_gaussian(U: Array, z: Array, Sigma: Array) -> Array:
    r"""r(z) of the correlated Gaussian prior N(0, Sigma): conditional scores, turned, and back.

    .. math:: r(z) = L U L^{-1} z, \quad \Sigma = LL^\top

    (L^-1 z)_i is the score of z_i given the latents before it. It keeps volume: |det J_r| = 1.
    Shapes: U (..., k, k) orthogonal, z (..., k), Sigma (..., k, k) -> (..., k). ValueError: a U that is not orthogonal,
    a Sigma that is no covariance. Source: Kumar & Poole, appendix A, on correlated priors.

    >>> mix_gaussian([[0.0, 1.0], [-1.0, 0.0]], [2.0, 0.0], [[4.0, 0.0], [0.0, 1.0]]).tolist()
    [0.0, -1.0]
    """
    L = cholesky(Sigma)
    return matvec(L @ U @ L.mT, solve(Sigma, z[..., None])[..., 0])


@validated(check_ranks, check_dependence, ranks="2", dependence="")
def log_dependent(ranks: Array, dependence: Array) -> Array:
    r"""The log-density of two dependent uniform latents, after Farlie, Gumbel and Morgenstern, in nats.

    .. math:: p(u_1,u_2) = 1 + \theta(1-2u_1)(1-2u_2)

    Shapes: ranks = u (..., 2), dependence = theta (...) -> (...). ValueError: u outside (0, 1), theta outside [-1, 1].
    Source: a correlated prior for Kumar & Poole, appendix A.

    >>> float(log_dependent([0.5, 0.25], 1.0))
    0.0
    """
    tilt = 1 - 2 * ranks
    return log(1 + dependence * tilt[..., 0] * tilt[..., 1])


def _slope(first: Array, dependence: Array) -> Array:
    return trailing(dependence, 1) * (1 - 2 * first)


@validated(check_orthogonal, check_ranks, check_dependence, U="2 2", ranks="2", dependence="")
def mix_dependent(U: Array, ranks: Array, dependence: Array) -> Array:
    r"""r(u) of the prior of `log_dependent`: the conditional distribution function of u_2 given u_1, and its inverse.

    .. math:: F_{2|1}(v|u) = v + a\,v(1-v), \quad F^{-1}_{2|1}(w|u) = \frac{2w}{1 + a + \sqrt{(1+a)^2 - 4aw}},
        \quad a = \theta(1-2u)

    Shapes: U (..., 2, 2) orthogonal, ranks = u (..., 2), dependence = theta (...) -> (..., 2). ValueError: a U that is
    not orthogonal, u outside (0, 1), theta outside [-1, 1]. Source: Kumar & Poole, appendix A, on correlated priors.

    >>> print(mix_dependent([[0.0, 1.0], [1.0, 0.0]], [0.5, 0.5], 1.0).round(12).tolist())
    [0.5, 0.5]
    """
    first, second = ranks[..., :1], ranks[..., 1:]
    given = second + _slope(first, dependence) * second * (1 - second)
    mixed = mix(U, concatenate([broadcast_to(first, given.shape), given], -1), UNIFORM)
    start, w = mixed[..., :1], mixed[..., 1:]
    a = _slope(start, dependence)
    return concatenate([start, 2 * w / (1 + a + sqrt((1 + a) * (1 + a) - 4 * a * w))], -1)


@validated(check_orthogonal, check_ranks, check_dependence, U="2 2", ranks="2", dependence="")
def log_volume_dependent(U: Array, ranks: Array, dependence: Array) -> Array:
    r"""log |det J_r(u)| of `mix_dependent`, in nats.

    .. math:: \log|\det J_r(u)| = \log p(u) - \log p(r(u))

    Shapes and ValueError: as for `mix_dependent`, -> (...). Source: Kumar & Poole, appendix A, on correlated priors.

    >>> print(round(float(log_volume_dependent([[0.0, 1.0], [1.0, 0.0]], [0.5, 0.5], 1.0)), 12))
    0.0
    """
    return log_dependent(ranks, dependence) - log_dependent(mix_dependent(U, ranks, dependence), dependence)
