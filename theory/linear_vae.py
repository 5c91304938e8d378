r"""The linear-Gaussian beta-VAE solved: decoder N(W z + b, noise I), encoder N(A (x - b), Sigma), prior N(0, I).

The data enter by their mean, which is the best b whatever the rest, and their covariance Sigma_x. With A and Sigma at
their best for W, and tau = beta noise, the objective is beta times the log-likelihood of a factor model of noise tau,

.. math:: \mathcal L(W) = -\tfrac D2\log2\pi\sigma^2 - \tfrac\beta2\left(\operatorname{tr}\Sigma_xM^{-1}
    + \log|M/\tau|\right), \quad M = WW^\top + \tau I

M has at most k eigenvalues above tau, and none below. Given M's eigenvalues m_1 >= ... >= m_D, von Neumann's trace
inequality bounds tr Sigma_x M^-1 from below by sum lambda_i / m_i, attained where the eigenvectors are shared in order;
each lambda / m + log m is least at m = lambda, on m >= tau at max(lambda, tau). So the k largest eigenvalues are kept,
each where it is above tau, and no other W, rank or choice of eigenvectors is better: every further stationary point
keeps other eigenvectors or fewer, and is a saddle. The optimum is the point of the Gaussian rate-distortion function
at water level tau, and its aggregated posterior is the prior when the data are Gaussian.

Of eigenvalues, ``kept`` (..., k) are the k largest and ``discarded`` (..., D - k) the rest.
"""

from __future__ import annotations

from theory import implicit_prior, linear_gaussian
from theory.arrays import (
    Array,
    eye_like,
    log,
    log_det,
    log_two_pi,
    maximum,
    minimum,
    number,
    solve,
    sqrt,
    squared_norm,
    total,
    trace,
    trailing,
    zeros_like,
)
from theory.eigenvalues import check_eigenvalues, check_split
from theory.validation import (
    check_integrable,
    check_noise,
    check_positive_beta,
    validated,
)

# --- any decoder, any encoder -----------------------------------------------------------------------------------------


@validated(check_noise, check_positive_beta, A="k D", Sigma="k k", Sigma_x="D D", W="D k", noise="", beta="")
def objective(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array, beta: Array) -> Array:
    r"""The objective of the beta-VAE, averaged over the data, in nats.

    .. math:: \mathbb{E}\log p(x|z) - \beta\,\mathbb{E}\,\mathrm{KL}(q(z|x)\|p(z))

    Shapes: A (..., k, D), Sigma (..., k, k), Sigma_x (..., D, D), W (..., D, k), noise = sigma^2 (...), beta (...)
    -> (...). ValueError: noise <= 0, beta <= 0, a Sigma that is no covariance. Source: Kumar & Poole, eq (2).

    >>> print(round(float(objective([[0.5]], [[0.5]], [[2.0]], [[1.0]], 1.0, 1.0)), 12))  # the log-likelihood
    -1.765512123485
    """
    reached = linear_gaussian.nell(A, Sigma, Sigma_x, W, noise)
    return -reached - beta * linear_gaussian.div(A, Sigma, Sigma_x, eye_like(Sigma))


@validated(check_noise, Sigma_x="D D", W="D k", noise="")
def log_likelihood(Sigma_x: Array, W: Array, noise: Array) -> Array:
    r"""The decoder's log marginal likelihood, averaged over the data, in nats.

    .. math:: -\tfrac12\left(D\log2\pi + \log|WW^\top + \sigma^2I|
        + \operatorname{tr}\Sigma_x(WW^\top + \sigma^2I)^{-1}\right)

    Shapes: Sigma_x (..., D, D), W (..., D, k), noise = sigma^2 (...) -> (...). ValueError: noise <= 0, a Sigma_x that
    is no covariance. Source: Tipping & Bishop, the likelihood of a model that Kumar & Poole, section 3.1 names.

    >>> print(round(float(log_likelihood([[2.0]], [[1.0]], 1.0)), 12))  # -log(4 pi e) / 2
    -1.765512123485
    """
    spread = W @ W.mT
    marginal = spread + trailing(noise, 2) * eye_like(spread)
    D = W.shape[-2]
    fit = trace(solve(marginal, Sigma_x))
    return -(D * log_two_pi(W) + log_det(marginal) + fit) / 2


def _check_aggregate(A: Array, Sigma: Array, Sigma_x: Array, beta: Array) -> None:
    check_integrable(linear_gaussian.aggregate_covariance(A, Sigma, Sigma_x), beta)


@validated(_check_aggregate, A="k D", Sigma="k k", Sigma_x="D D", beta="")
def log_normalizer(A: Array, Sigma: Array, Sigma_x: Array, beta: Array) -> Array:
    r"""log C of the implicit prior, for Gaussian data, in nats.

    .. math:: \log\int q(z)^{1-\beta}p(z)^\beta\,dz, \quad q(z) = N(z; 0, A\Sigma_xA^\top + \Sigma)

    Shapes: A (..., k, D), Sigma (..., k, k), Sigma_x (..., D, D), beta (...) -> (...). ValueError: a Sigma that is no
    covariance, a beta at which the integral diverges. Source: Hoffman et al., eqs (4) and (11).

    >>> print(round(float(log_normalizer([[1.0]], [[1.0]], [[3.0]], 0.5)), 12))  # log(4) / 4 - log(5/2) / 2
    -0.111571775657
    """
    spread = linear_gaussian.aggregate_covariance(A, Sigma, Sigma_x)
    return implicit_prior.log_component_integral(zeros_like(spread[..., 0]), spread, beta)


# --- the best encoder of a decoder ------------------------------------------------------------------------------------


def _sharpness(W: Array, noise: Array, beta: Array) -> Array:
    """I + W'W / (beta noise), the precision of the best posterior."""
    gram = W.mT @ W / trailing(beta * noise, 2)
    return gram + eye_like(gram)


@validated(check_noise, check_positive_beta, W="D k", noise="", beta="")
def encoder_gain(W: Array, noise: Array, beta: Array) -> Array:
    r"""A, the linear map to the best posterior mean A (x - b).

    .. math:: A = (W^\top W + \beta\sigma^2I)^{-1}W^\top

    Shapes: W (..., D, k), noise = sigma^2 (...), beta (...) -> (..., k, D). ValueError: noise <= 0, beta <= 0.
    Source: maximises Kumar & Poole, eq (2), over linear means.

    >>> encoder_gain([[2.0]], 2.0, 3.0).tolist()  # 2 / (4 + 6)
    [[0.2]]
    """
    return solve(_sharpness(W, noise, beta), W.mT / trailing(beta * noise, 2))


@validated(check_noise, check_positive_beta, W="D k", noise="", beta="")
def encoder_covariance(W: Array, noise: Array, beta: Array) -> Array:
    r"""Sigma, the best posterior covariance.

    .. math:: \Sigma = \left(I + \frac{W^\top W}{\beta\sigma^2}\right)^{-1}

    Shapes: W (..., D, k), noise = sigma^2 (...), beta (...) -> (..., k, k). ValueError: noise <= 0, beta <= 0.
    Source: Kumar & Poole, eq (11), with noise.

    >>> encoder_covariance([[2.0]], 2.0, 0.5).tolist()  # 1 / (1 + 4)
    [[0.2]]
    """
    A = _sharpness(W, noise, beta)
    return solve(A, eye_like(A))


@validated(check_noise, check_positive_beta, W="D k", noise="", beta="")
def mean_field_variances(W: Array, noise: Array, beta: Array) -> Array:
    r"""The variances of the best posterior among those whose covariance is diagonal.

    .. math:: s_j = \left(1 + \frac{\|W_j\|^2}{\beta\sigma^2}\right)^{-1}

    Shapes: W (..., D, k), noise = sigma^2 (...), beta (...) -> (..., k). ValueError: noise <= 0, beta <= 0.
    Source: Kumar & Poole, eq (8), maximised over diagonals.

    >>> mean_field_variances([[2.0, 0.0]], 2.0, 0.5).tolist()
    [0.2, 1.0]
    """
    return 1 / (1 + squared_norm(W.mT) / trailing(beta * noise, 1))


@validated(check_noise, check_positive_beta, W="D k", noise="", beta="")
def mean_field_gap(W: Array, noise: Array, beta: Array) -> Array:
    r"""What the objective loses when the posterior's covariance must be diagonal, in nats.

    .. math:: \frac\beta2\left(\sum_j\log P_{jj} - \log|P|\right) \ge 0, \quad P = I + \frac{W^\top W}{\beta\sigma^2}

    By Hadamard it is 0 only for columns orthogonal to each other: a decoder turned by R keeps it at 0 only where R
    turns columns of equal norms, or is a permutation with signs. Shapes: W (..., D, k), noise = sigma^2 (...),
    beta (...) -> (...). ValueError: noise <= 0, beta <= 0. Source: Kumar & Poole, section 3.1.

    >>> print(round(float(mean_field_gap([[1.0, 1.0]], 1.0, 1.0)), 12))  # log(4/3) / 2
    0.143841036226
    """
    return beta * linear_gaussian.total_correlation(_sharpness(W, noise, beta))


# --- the optimum for a given noise ------------------------------------------------------------------------------------


@validated(check_noise, check_positive_beta, check_eigenvalues, U="D k", kept="k", noise="", beta="")
def decoder(U: Array, kept: Array, noise: Array, beta: Array) -> Array:
    r"""W, the best decoder, on the data's eigenvectors; W R is as good for every rotation R of the latents.

    .. math:: W_i = u_i\sqrt{(\lambda_i - \beta\sigma^2)_+}

    Its columns are orthogonal, so that the best diagonal covariance is the best covariance. Shapes: U (..., D, k),
    kept (..., k), noise = sigma^2 (...), beta (...) -> (..., D, k). ValueError: noise <= 0, beta <= 0, a negative
    eigenvalue. Source: Tipping & Bishop's maximum at noise beta sigma^2.

    >>> decoder([[0.0, 1.0], [1.0, 0.0]], [5.0, 0.5], 0.5, 2.0).tolist()
    [[0.0, 0.0], [2.0, 0.0]]
    """
    gain = kept - trailing(beta * noise, 1)
    return U * sqrt(maximum(gain, zeros_like(gain)))[..., None, :]


@validated(check_noise, kept="k", noise="")
def thresholds(kept: Array, noise: Array) -> Array:
    r"""The beta at which each dimension collapses onto the prior, the noise held fixed.

    .. math:: \beta_i = \lambda_i/\sigma^2

    Shapes: kept (..., k), noise = sigma^2 (...) -> (..., k). ValueError: noise <= 0. Source: the zeros of the columns
    of `decoder`.

    >>> thresholds([4.0, 1.0], 0.5).tolist()
    [8.0, 2.0]
    """
    return kept / trailing(noise, 1)


@validated(check_noise, check_positive_beta, kept="k", noise="", beta="")
def active(kept: Array, noise: Array, beta: Array) -> Array:
    r"""How many dimensions have not collapsed.

    .. math:: \#\{i \le k: \lambda_i > \beta\sigma^2\}

    Shapes: kept (..., k), noise = sigma^2 (...), beta (...) -> (...). ValueError: noise <= 0, beta <= 0. Source: the
    rank of `decoder`.

    >>> float(active([4.0, 1.0], 0.5, 3.0))
    1.0
    """
    return number(total(kept > trailing(beta * noise, 1), -1), kept)


@validated(check_noise, check_positive_beta, check_eigenvalues, kept="k", noise="", beta="")
def rate(kept: Array, noise: Array, beta: Array) -> Array:
    r"""The average KL(q(z|x) || p) at the optimum, which is also I(x; z) for Gaussian data, in nats.

    .. math:: \tfrac12\sum_{i\le k}\log\max\left(\frac{\lambda_i}{\beta\sigma^2}, 1\right)

    The aggregated posterior is then the prior: KL(q(z) || p), its total correlation and log C are 0. Minus this is the
    slope of the optimum in beta. Shapes: kept (..., k), noise = sigma^2 (...), beta (...) -> (...). ValueError:
    noise <= 0, beta <= 0, a negative eigenvalue. Source: the optimum of Kumar & Poole, eq (2).

    >>> print(round(float(rate([4.0, 0.5], 0.5, 2.0)), 12))  # log(4) / 2
    0.69314718056
    """
    ratio = kept / trailing(beta * noise, 1)
    return total(log(maximum(ratio, number(1, ratio))), -1) / 2


@validated(check_noise, check_positive_beta, check_split, kept="k", discarded="d", noise="", beta="")
def distortion(kept: Array, discarded: Array, noise: Array, beta: Array) -> Array:
    r"""The average of -log p(x|z) at the optimum, in nats.

    .. math:: \tfrac D2\log2\pi\sigma^2 + \frac1{2\sigma^2}\left(\sum_{i\le k}\min(\lambda_i, \beta\sigma^2)
        + \sum_{i>k}\lambda_i\right)

    Shapes: kept (..., k), discarded (..., d) with d = D - k, noise = sigma^2 (...), beta (...) -> (...). ValueError:
    noise <= 0, beta <= 0, a negative eigenvalue. Source: the optimum of Kumar & Poole, eq (2).

    >>> print(round(float(distortion([4.0], [1.0], 1.0, 2.0)), 12))  # log(2 pi) + 3/2
    3.337877066409
    """
    D = kept.shape[-1] + discarded.shape[-1]
    level = trailing(beta * noise, 1)
    missed = total(minimum(kept, level), -1) + total(discarded, -1)
    return (D * (log_two_pi(kept) + log(noise)) + missed / noise) / 2


@validated(check_noise, check_positive_beta, check_split, kept="k", discarded="d", noise="", beta="")
def optimum(kept: Array, discarded: Array, noise: Array, beta: Array) -> Array:
    r"""The largest value of the objective, with full or with diagonal covariance, in nats.

    .. math:: \max_{W,b,A,\Sigma}\mathcal L = -\text{distortion} - \beta\,\text{rate}

    Shapes: kept (..., k), discarded (..., d) with d = D - k, noise = sigma^2 (...), beta (...) -> (...). ValueError:
    noise <= 0, beta <= 0, a negative eigenvalue. Source: the optimum of Kumar & Poole, eq (2).

    >>> print(round(float(optimum([4.0], [1.0], 1.0, 2.0)), 12))  # -log(2 pi) - 3/2 - log 2
    -4.031024246969
    """
    return -distortion(kept, discarded, noise, beta) - beta * rate(kept, noise, beta)


@validated(check_noise, check_positive_beta, check_split, kept="k", discarded="d", noise="", beta="")
def log_likelihood_at_optimum(kept: Array, discarded: Array, noise: Array, beta: Array) -> Array:
    r"""The log marginal likelihood of the optimum's decoder, averaged over the data, in nats.

    .. math:: -\tfrac12\sum_i\left(\log2\pi m_i + \frac{\lambda_i}{m_i}\right), \quad
        m_i = \sigma^2 + (\lambda_i - \beta\sigma^2)_+ \text{ for } i \le k, \text{ else } \sigma^2

    Largest at beta = 1, where it is the optimum itself. Shapes: kept (..., k), discarded (..., d) with d = D - k,
    noise = sigma^2 (...), beta (...) -> (...). ValueError: noise <= 0, beta <= 0, a negative eigenvalue.
    Source: `log_likelihood` of `decoder`.

    >>> print(round(float(log_likelihood_at_optimum([2.0], [], 1.0, 1.0)), 12))  # -log(4 pi e) / 2
    -1.765512123485
    """
    D, level = kept.shape[-1] + discarded.shape[-1], trailing(noise, 1)
    gain = kept - trailing(beta * noise, 1)
    m = level + maximum(gain, zeros_like(gain))
    lost = total(discarded, -1) / noise + discarded.shape[-1] * log(noise)
    return -(D * log_two_pi(kept) + total(log(m) + kept / m, -1) + lost) / 2
