r"""The beta-VAE as a constrained problem: the best reconstruction for a budget of nats, and beta as its multiplier.

Of the linear-Gaussian model with a given noise, over decoder, encoder and covariance, what is spent on a dimension of
eigenvalue lambda lowers its squared error to lambda exp(-2 r). The last nat is worth the same everywhere it is spent:
beta = level / sigma^2 for a water level that every active dimension is lowered to. Of a latent variable that takes K
values the best posterior for a datum is p tilted by the likelihood to the power 1/beta.
"""

from __future__ import annotations

from theory import infomax, joint
from theory.arrays import (
    Array,
    exp,
    log,
    log_two_pi,
    logsumexp,
    minimum,
    number,
    smallest,
    total,
    trailing,
    weigh,
)
from theory.eigenvalues import check_budget, check_split
from theory.validation import check_noise, check_positive_beta, validated

# --- the linear-Gaussian model ----------------------------------------------------------------------------------------


def _level(kept: Array, delta: Array) -> Array:
    """The water level: of the levels at which the j largest eigenvalues alone would spend the budget, the highest."""
    larger = number(kept[..., None, :] >= kept[..., None], kept)
    shares = total(larger * log(kept)[..., None, :], -1) - 2 * trailing(delta, 1)
    return exp(-smallest(-shares / total(larger, -1), -1))


@validated(check_noise, check_budget, kept="k", noise="", delta="")
def multiplier(kept: Array, noise: Array, delta: Array) -> Array:
    r"""beta, the multiplier of the constraint E KL(q(z|x) || p) <= delta at the optimum of the linear-Gaussian model.

    .. math:: \beta(\delta) = \frac1{\sigma^2}\max_{j\le k}\left(\prod_{i\le j}\lambda_i\right)^{1/j} e^{-2\delta/j}

    The slope of `optimum` in delta: positive, and falling; lambda_1 / sigma^2 at delta = 0. No budget is so large that
    the constraint would not bind. Shapes: kept (..., k), noise = sigma^2 (...), delta (...) -> (...). ValueError:
    noise <= 0, delta < 0, an eigenvalue <= 0. Source: Levy, section 2.4: the multiplier of the Lagrangian.

    >>> float(multiplier([4.0, 1.0], 0.5, 0.0))  # the largest eigenvalue over the noise
    8.0
    >>> round(float(multiplier([4.0, 1.0], 0.5, 2.0794415416798357)), 12)  # log 8: both active, level 1/4
    0.5
    """
    return _level(kept, delta) / noise


@validated(check_noise, check_budget, check_split, kept="k", discarded="d", noise="", delta="")
def optimum(kept: Array, discarded: Array, noise: Array, delta: Array) -> Array:
    r"""The largest average of E log p(x|z) for which E KL(q(z|x) || p) <= delta, in nats.

    .. math:: \max_{W,A,\Sigma}\mathbb{E}\log p(x|z) = -\tfrac D2\log 2\pi\sigma^2 - \frac1{2\sigma^2}\left(
        \sum_{i\le k}\min(\lambda_i, \beta(\delta)\sigma^2) + \sum_{i>k}\lambda_i\right)

    Concave in delta. Shapes: kept (..., k), discarded (..., d) with d = D - k, noise = sigma^2 (...), delta (...)
    -> (...). ValueError: noise <= 0, delta < 0, a kept eigenvalue <= 0 or one smaller than a discarded one.
    Source: Levy, section 2.4: the constrained problem.

    >>> print(round(float(optimum([4.0], [1.0], 1.0, 0.6931471805599453)), 12))  # log 2: -log(2 pi) - 1
    -2.837877066409
    """
    D = kept.shape[-1] + discarded.shape[-1]
    missed = total(minimum(kept, trailing(_level(kept, delta), 1)), -1) + total(discarded, -1)
    return -(D * (log_two_pi(kept) + log(noise)) + missed / noise) / 2


# --- one datum, z of K values -----------------------------------------------------------------------------------------


@validated(check_positive_beta, log_lik="K", log_prior="K", beta="")
def log_best_posterior(log_lik: Array, log_prior: Array, beta: Array) -> Array:
    r"""log q(z|x), the best posterior for the datum's multiplier, in nats.

    .. math:: q_\beta(z|x) = \frac{p(z)\,p(x|z)^{1/\beta}}{Z_\beta}

    Shapes: log_lik = log p(x|z) (..., K), log_prior (..., K), beta (...) -> (..., K). ValueError: beta <= 0.
    Source: Levy, section 2.4: where the Lagrangian is stationary in q.

    >>> import numpy as np
    >>> print(np.exp(log_best_posterior(np.log([0.25, 0.75]), np.log([0.5, 0.5]), 1.0)).round(12))
    [0.25 0.75]
    """
    return infomax.optimal_encoder(log_prior, log_lik[..., None, :], beta)[..., 0, :]


@validated(check_positive_beta, log_lik="K", log_prior="K", beta="")
def spent(log_lik: Array, log_prior: Array, beta: Array) -> Array:
    r"""KL(q_beta(z|x) || p), the budget for which beta is the datum's multiplier, in nats.

    .. math:: \delta(\beta) = \frac1\beta\,\mathbb{E}_{q_\beta}\log p(x|z) - \log Z_\beta

    Shapes: log_lik = log p(x|z) (..., K), log_prior (..., K), beta (...) -> (...). ValueError: beta <= 0.
    Source: Levy, section 2.4.

    >>> import numpy as np
    >>> print(round(float(spent([0.0, 800.0], np.log([0.5, 0.5]), 1.0)), 12))  # log 2
    0.69314718056
    """
    return joint.kl(log_best_posterior(log_lik, log_prior, beta), log_prior)


@validated(check_positive_beta, log_lik="K", log_prior="K", beta="")
def spending_slope(log_lik: Array, log_prior: Array, beta: Array) -> Array:
    r"""How `spent` changes with beta, in nats for its unit: it falls, but where the likelihood ignores z.

    .. math:: \frac{d\delta}{d\beta} = -\frac{\operatorname{Var}_{q_\beta}\log p(x|z)}{\beta^3}

    Shapes: log_lik = log p(x|z) (..., K), log_prior (..., K), beta (...) -> (...). ValueError: beta <= 0.
    Source: Levy, section 2.4: differentiates the budget.

    >>> import numpy as np
    >>> print(round(float(spending_slope([0.0, 2.0], np.log([0.5, 0.5]), 1e4)) * 1e12, 6))  # variance 1 at the prior
    -1.0
    """
    log_q = log_best_posterior(log_lik, log_prior, beta)
    away = log_lik - trailing(total(weigh(log_q, log_lik), -1), 1)
    return -total(weigh(log_q, away * away), -1) / (beta * beta * beta)


@validated(check_positive_beta, log_lik="K", log_prior="K", beta="", delta="")
def dual(log_lik: Array, log_prior: Array, beta: Array, delta: Array) -> Array:
    r"""The largest value of the Lagrangian over q(z|x), in nats.

    .. math:: \max_q\mathcal F = \beta\log\sum_z p(z)\,p(x|z)^{1/\beta} + \beta\delta

    At least the best E_q log p(x|z) for which KL(q || p) <= delta, and that itself at the multiplier. Shapes:
    log_lik = log p(x|z) (..., K), log_prior (..., K), beta (...), delta (...) -> (...). ValueError: beta <= 0.
    Source: Levy, section 2.4: the Lagrangian.

    >>> import numpy as np
    >>> print(round(float(dual(np.log([0.25, 0.75]), np.log([0.5, 0.5]), 1.0, 0.0)), 12))  # log(1/2)
    -0.69314718056
    """
    return beta * logsumexp(log_prior + log_lik / trailing(beta, 1), -1) + beta * delta


@validated(log_lik="K", log_prior="K")
def enough(log_lik: Array, log_prior: Array) -> Array:
    r"""The budget beyond which nothing is gained: from there on the datum's multiplier is 0, in nats.

    .. math:: -\log\sum_{z\in\arg\max p(x|z)} p(z)

    Shapes: log_lik = log p(x|z) (..., K), log_prior (..., K) -> (...). Source: Levy, section 2.4: complementary
    slackness.

    >>> import numpy as np
    >>> print(round(float(enough(np.log([0.25, 0.75]), np.log([0.5, 0.5]))), 12))  # log 2
    0.69314718056
    """
    best = number(log_lik >= -smallest(-log_lik, -1)[..., None], log_lik)
    return -log(total(best * exp(log_prior), -1))
