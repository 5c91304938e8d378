"""The same quantities where z takes K values: short exact sums, so that balls enclose them."""

from __future__ import annotations

from theory.aggregate import responsibility_entropy
from theory.arrays import Array, log_number, logsumexp, mean, total, trailing, weigh
from theory.validation import validated


@validated(log_q="N K")
def log_aggregate(log_q: Array) -> Array:
    r"""log q(z), the aggregate posterior.

    .. math:: q(z) = \frac1N\sum_n q_n(z)

    Shapes: log_q (..., N, K) -> (..., K). In nats. Source: Hoffman et al., eq (3).

    >>> import numpy as np
    >>> print(np.exp(log_aggregate(np.log([[0.25, 0.75], [0.75, 0.25]]))).round(12))
    [0.5 0.5]
    """
    N = log_q.shape[-2]
    return logsumexp(log_q, -2) - log_number(N, log_q)


@validated(log_q="N K", log_p="K")
def average_kl(log_q: Array, log_p: Array) -> Array:
    r"""mean_n KL(q_n || p), in nats; q_n(z) = 0 counts nothing.

    .. math:: \frac1N\sum_n\sum_z q_n(z)\log\frac{q_n(z)}{p(z)}

    Shapes: log_q (..., N, K), log_p (..., K) -> (...). Source: Hoffman et al., eq (3).

    >>> import numpy as np
    >>> print(round(average_kl([[0.0, -np.inf], [-np.inf, 0.0]], np.log([0.5, 0.5])), 12))  # log 2
    0.69314718056
    """
    return mean(total(weigh(log_q, log_q - log_p[..., None, :]), -1), -1)


@validated(log_q="N K")
def index_information(log_q: Array) -> Array:
    r"""I(z; n), in nats.

    .. math:: I(z;n) = \frac1N\sum_n\sum_z q_n(z)\log\frac{q_n(z)}{q(z)}

    Shapes: log_q (..., N, K) -> (...). Source: Hoffman et al., eq (3).

    >>> import numpy as np
    >>> print(round(index_information([[0.0, -np.inf], [-np.inf, 0.0]]), 12))  # saturated: log N
    0.69314718056
    """
    return average_kl(log_q, log_aggregate(log_q))


@validated(log_q="N K", log_p="K")
def aggregate_kl(log_q: Array, log_p: Array) -> Array:
    r"""KL(q || p) of the aggregate posterior to the prior, in nats.

    .. math:: \mathrm{KL}(q\|p) = \sum_z q(z)\log\frac{q(z)}{p(z)}

    Shapes: log_q (..., N, K), log_p (..., K) -> (...). Source: Hoffman et al., eq (3).

    >>> import numpy as np
    >>> print(round(aggregate_kl(np.log([[0.5, 0.5]]), np.log([0.25, 0.75])), 12))  # log(4/3) / 2
    0.143841036226
    """
    q = log_aggregate(log_q)
    return total(weigh(q, q - log_p), -1)


def _log_tilt(log_q: Array, log_p: Array, beta: Array) -> Array:
    b = trailing(beta, 1)
    return (1 - b) * log_aggregate(log_q) + b * log_p


@validated(log_q="N K", log_p="K", beta="")
def log_normalizer(log_q: Array, log_p: Array, beta: Array) -> Array:
    r"""log C, in nats.

    .. math:: C = \sum_z q(z)^{1-\beta} p(z)^\beta

    Shapes: log_q (..., N, K), log_p (..., K), beta (...) -> (...). Source: Hoffman et al., eq (4).

    >>> import numpy as np
    >>> print(round(log_normalizer([[0.0, -np.inf]], np.log([0.5, 0.5]), 0.5), 12))  # -log(2) / 2
    -0.34657359028
    """
    return logsumexp(_log_tilt(log_q, log_p, beta), -1)


@validated(log_q="N K", log_p="K", beta="")
def log_implicit_prior(log_q: Array, log_p: Array, beta: Array) -> Array:
    r"""log r(z), the implicit prior, in nats.

    .. math:: r(z) = q(z)^{1-\beta} p(z)^\beta / C

    Shapes: log_q (..., N, K), log_p (..., K), beta (...) -> (..., K). Source: Hoffman et al., eq (4).

    >>> import numpy as np
    >>> print(np.exp(log_implicit_prior(np.log([[0.1, 0.9]]), np.log([0.9, 0.1]), 0.5)).round(12))
    [0.5 0.5]
    """
    return _log_tilt(log_q, log_p, beta) - trailing(log_normalizer(log_q, log_p, beta), 1)


@validated(log_q="N K")
def conditional_entropy(log_q: Array) -> Array:
    r"""E_q H(phi*(.; z)), what z leaves open about n, in nats.

    .. math:: \sum_z q(z) H(\phi^*(\cdot;z)), \quad \phi^*(n;z) = \frac{q_n(z)}{\sum_m q_m(z)}

    Shapes: log_q (..., N, K) -> (...). Source: Hoffman et al., eqs (3) and (8).

    >>> import numpy as np
    >>> print(round(conditional_entropy(np.log([[0.5, 0.5], [0.5, 0.5]])), 12))  # log N
    0.69314718056
    """
    log_phi = log_q - logsumexp(log_q, -2)[..., None, :]
    return total(weigh(log_aggregate(log_q), responsibility_entropy(log_phi.mT)), -1)
