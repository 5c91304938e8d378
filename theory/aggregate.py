"""The aggregate posterior q(z) = mean_n N(z; mu_n, Sigma_n): formulas at a point, and moments.

Its information, entropy, total correlation and divergence from the prior have no closed form: `theory.certify` gives
each in an interval that holds, of N posteriors in any form.
"""

from __future__ import annotations

from theory import gaussian
from theory.arrays import Array, log_number, logsumexp, mean, outer, total, trailing, weigh
from theory.validation import validated


@validated(z="k", mu="N k", Sigma="N k k")
def log_density(z: Array, mu: Array, Sigma: Array) -> Array:
    r"""log q(z), the log-density of the aggregate posterior, in nats.

    .. math:: \log q(z) = \log \sum_n N(z;\mu_n,\Sigma_n) - \log N

    Shapes: z (..., k), mu (..., N, k), Sigma (..., N, k, k) -> (...). ValueError: a Sigma that is no covariance.
    Source: Hoffman et al., eq (3).

    >>> round(float(log_density([0.0], [[-1.0], [1.0]], [[[1.0]], [[1.0]]])), 12)  # log N(1; 0, 1)
    -1.418938533205
    """
    N = mu.shape[-2]
    return logsumexp(gaussian.log_density(z[..., None, :], mu, Sigma), -1) - log_number(N, mu)


@validated(z="k", mu="N k", Sigma="N k k")
def log_responsibilities(z: Array, mu: Array, Sigma: Array) -> Array:
    r"""log phi*(n; z), the log-posterior over which of the N posteriors z came from, in nats.

    .. math:: \phi^*(n;z) = \frac{N(z;\mu_n,\Sigma_n)}{\sum_m N(z;\mu_m,\Sigma_m)}

    Shapes: z (..., k), mu (..., N, k), Sigma (..., N, k, k) -> (..., N). ValueError: a Sigma that is no covariance.
    Source: Hoffman et al., eq (8).

    >>> print(log_responsibilities([0.0], [[-1.0], [1.0]], [[[1.0]], [[1.0]]]).round(9))  # log(1/2)
    [-0.693147181 -0.693147181]
    """
    log_q = gaussian.log_density(z[..., None, :], mu, Sigma)
    return log_q - trailing(logsumexp(log_q, -1), 1)


@validated(log_phi="N")
def responsibility_entropy(log_phi: Array) -> Array:
    r"""H(phi), the entropy of the responsibilities, in nats; phi = 0 counts nothing.

    .. math:: H(\phi) = -\sum_n \phi(n) \log \phi(n)

    Shapes: log_phi (..., N) -> (...). Source: Hoffman et al., eq (9).

    >>> import numpy as np
    >>> print(round(responsibility_entropy([-np.log(2), -np.log(2), -np.inf]), 12))  # log 2
    0.69314718056
    """
    return -total(weigh(log_phi, log_phi), -1)


@validated(mu="N k", Sigma="N k k")
def moments(mu: Array, Sigma: Array) -> tuple[Array, Array]:
    r"""The mean and the covariance of the aggregate posterior.

    .. math:: \bar\mu = \frac1N\sum_n\mu_n, \quad
        \bar\Sigma = \frac1N\sum_n\left(\Sigma_n + (\mu_n-\bar\mu)(\mu_n-\bar\mu)^\top\right)

    Shapes: mu (..., N, k), Sigma (..., N, k, k) -> (..., k), (..., k, k). ValueError: a Sigma that is no covariance.

    >>> centre, spread = moments([[-1.0], [1.0]], [[[1.0]], [[1.0]]])
    >>> centre.tolist(), spread.tolist()
    ([0.0], [[2.0]])
    """
    centre = mean(mu, -2)
    offset = mu - centre[..., None, :]
    return centre, mean(Sigma + outer(offset, offset), -3)
