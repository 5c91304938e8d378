r"""Two unbiased estimators of a gradient in the mean of N(mu, diag sigma^2), and their exact variances.

With z = mu + sigma epsilon the pathwise one is the slope of f at z, the other f(z) times the score,

.. math:: \partial_{\mu_i}\mathbb{E} f(z) = \mathbb{E}\,\partial_i f(z)
    = \mathbb{E}\,f(z)\,\frac{z_i - \mu_i}{\sigma_i^2}

of one draw each. All integrals are those of Gaussian moments: for f quadratic, a cosine, an exponential.
"""

from __future__ import annotations

from theory.arrays import Array, exp, matvec, outer, sin, squared_norm, total, trace, trailing
from theory.validation import check_scales, validated

# --- quadratic: f(z) = z' H z / 2 + v' z + c --------------------------------------------------------------------------


def _scaled(H: Array, sigma: Array) -> Array:
    """H in units of sigma."""
    return H * outer(sigma, sigma)


@validated(H="k k'", v="k", mu="k")
def quadratic_gradient(H: Array, v: Array, mu: Array) -> Array:
    r"""The gradient of E f(z) in mu.

    .. math:: H\mu + v

    Shapes: H (..., k, k) symmetric, v (..., k), mu (..., k) -> (..., k). Source: Levy, section 2.3.

    >>> quadratic_gradient([[2.0]], [1.0], [3.0]).tolist()
    [7.0]
    """
    return matvec(H, mu) + v


@validated(check_scales, H="k k'", sigma="k")
def quadratic_scale_gradient(H: Array, sigma: Array) -> Array:
    r"""The gradient of E f(z) in sigma.

    .. math:: Q_{ii}\,\sigma_i

    Shapes: H (..., k, k) symmetric, sigma (..., k) -> (..., k). ValueError: sigma <= 0. Source: Levy, section 2.3.

    >>> quadratic_scale_gradient([[2.0]], [3.0]).tolist()
    [6.0]
    """
    return H.diagonal(0, -2, -1) * sigma


@validated(check_scales, H="k k'", sigma="k")
def quadratic_pathwise_variance(H: Array, sigma: Array) -> Array:
    r"""The variance of the pathwise gradient in each mu_i.

    .. math:: \sum_j Q_{ij}^2\sigma_j^2

    Shapes: H (..., k, k) symmetric, sigma (..., k) -> (..., k). ValueError: sigma <= 0. Source: Levy, section 2.3.

    >>> quadratic_pathwise_variance([[2.0]], [3.0]).tolist()
    [36.0]
    """
    return squared_norm(H * sigma[..., None, :])


@validated(check_scales, H="k k'", v="k", c="", mu="k", sigma="k")
def quadratic_score_variance(H: Array, v: Array, c: Array, mu: Array, sigma: Array) -> Array:
    r"""The variance of the score-function gradient in each mu_i.

    .. math:: \frac{m^2 + 2 m B_{ii} + |a|^2 + a_i^2 + \tfrac12|B|^2 + 2(B^2)_{ii}}{\sigma_i^2}, \quad
        B = \operatorname{diag}(\sigma)\,H\operatorname{diag}(\sigma),\ a = \sigma(H\mu + v),\ m = \mathbb{E} f

    Larger than the pathwise one in every case: (B^2)_ii is at least B_ii^2, so that the difference is at least
    (m + B_ii)^2 + |a|^2 + a_i^2 + |B|^2/2 over sigma_i^2. It alone depends on c: a baseline lowers it, and m = -B_ii is
    the best one. Shapes: H (..., k, k) symmetric, v (..., k), c (...), mu (..., k), sigma (..., k) -> (..., k).
    ValueError: sigma <= 0. Source: Levy, section 2.3.

    >>> quadratic_score_variance([[0.0]], [0.0], 3.0, [0.0], [0.5]).tolist()  # c^2 / sigma^2
    [36.0]
    """
    B = _scaled(H, sigma)
    a = sigma * quadratic_gradient(H, v, mu)
    m = total(mu * matvec(H, mu), -1) / 2 + total(v * mu, -1) + c + trace(B) / 2
    rows = squared_norm(B)
    shared = m * m + squared_norm(a) + total(rows, -1) / 2
    own = 2 * trailing(m, 1) * B.diagonal(0, -2, -1) + a * a + 2 * rows
    return (trailing(shared, 1) + own) / (sigma * sigma)


# --- cosine: f(z) = cos(u' z + phase) ---------------------------------------------------------------------------------


def _phase(u: Array, phase: Array, mu: Array, sigma: Array) -> tuple[Array, Array]:
    """The phase at the mean and the variance of u' z."""
    return trailing(total(u * mu, -1) + phase, 1), trailing(squared_norm(u * sigma), 1)


def _double(u: Array, phase: Array, mu: Array, sigma: Array) -> Array:
    """E cos 2(u' z + phase)."""
    theta, v = _phase(u, phase, mu, sigma)
    return (1 - 2 * sin(theta) ** 2) * exp(-2 * v)


@validated(check_scales, u="k", phase="", mu="k", sigma="k")
def cosine_gradient(u: Array, phase: Array, mu: Array, sigma: Array) -> Array:
    r"""The gradient of E cos(u' z + phase) in mu.

    .. math:: -u_i\sin(u^\top\mu + \varphi)\,e^{-v/2}, \quad v = \sum_j u_j^2\sigma_j^2

    Shapes: u (..., k), phase (...), mu (..., k), sigma (..., k) -> (..., k). ValueError: sigma <= 0.
    Source: Levy, section 2.3.

    >>> float(cosine_gradient([1.0], 0.0, [0.0], [1.0])[0]) + 0  # at the top
    0.0
    """
    theta, v = _phase(u, phase, mu, sigma)
    return -u * sin(theta) * exp(-v / 2)


@validated(check_scales, u="k", phase="", mu="k", sigma="k")
def cosine_pathwise_variance(u: Array, phase: Array, mu: Array, sigma: Array) -> Array:
    r"""The variance of the pathwise gradient of E cos(u' z + phase) in each mu_i.

    .. math:: \frac{u_i^2}2\,(1 - C) - g_i^2, \quad C = \cos 2(u^\top\mu + \varphi)\,e^{-2v}

    with g the gradient. Shapes: u (..., k), phase (...), mu (..., k), sigma (..., k) -> (..., k). ValueError:
    sigma <= 0. Source: Levy, section 2.3.

    >>> cosine_pathwise_variance([0.0], 0.0, [0.0], [1.0]).tolist()
    [0.0]
    """
    g = cosine_gradient(u, phase, mu, sigma)
    return u * u * (1 - _double(u, phase, mu, sigma)) / 2 - g * g


@validated(check_scales, u="k", phase="", mu="k", sigma="k")
def cosine_score_variance(u: Array, phase: Array, mu: Array, sigma: Array) -> Array:
    r"""The variance of the score-function gradient of E cos(u' z + phase) in each mu_i.

    .. math:: \frac{1 + (1 - 4t_i)\,C}{2\sigma_i^2} - g_i^2, \quad t_i = u_i^2\sigma_i^2

    with C and the gradient g of `cosine_pathwise_variance`. Bounded in u, as the pathwise one is not. Shapes: u
    (..., k), phase (...), mu (..., k), sigma (..., k) -> (..., k). ValueError: sigma <= 0. Source: Levy, section 2.3.

    >>> cosine_score_variance([0.0], 0.0, [0.0], [0.5]).tolist()  # f = 1
    [4.0]
    """
    g, t = cosine_gradient(u, phase, mu, sigma), u * u * sigma * sigma
    return (1 + (1 - 4 * t) * _double(u, phase, mu, sigma)) / (2 * sigma * sigma) - g * g


@validated(check_scales, u="k", phase="", mu="k", sigma="k")
def cosine_advantage(u: Array, phase: Array, mu: Array, sigma: Array) -> Array:
    r"""By how much the pathwise gradient of E cos(u' z + phase) has the lower variance, in each mu_i.

    .. math:: \frac{1 + C - t_i\,(1 + 3C)}{2\sigma_i^2}

    with C of `cosine_pathwise_variance` and t of `cosine_score_variance`: negative for a cosine that turns fast,
    t > 1 once e^{-2v} is small. Shapes: u (..., k), phase (...), mu (..., k), sigma (..., k) -> (..., k). ValueError:
    sigma <= 0. Source: Levy, section 2.3.

    >>> cosine_advantage([0.0], 0.0, [0.0], [0.5]).tolist()
    [4.0]
    """
    t, C = u * u * sigma * sigma, _double(u, phase, mu, sigma)
    return (1 + C - t * (1 + 3 * C)) / (2 * sigma * sigma)


# --- exponential: f(z) = exp(u' z) ------------------------------------------------------------------------------------


def _grown(u: Array, mu: Array, sigma: Array) -> tuple[Array, Array]:
    """E exp(u' z), and exp of the variance of u' z."""
    v = squared_norm(u * sigma)
    return trailing(exp(total(u * mu, -1) + v / 2), 1), trailing(exp(v), 1)


@validated(check_scales, u="k", mu="k", sigma="k")
def exponential_gradient(u: Array, mu: Array, sigma: Array) -> Array:
    r"""The gradient of E exp(u' z) in mu.

    .. math:: u_i E, \quad E = e^{u^\top\mu + v/2},\ v = \sum_j u_j^2\sigma_j^2

    Shapes: u (..., k), mu (..., k), sigma (..., k) -> (..., k). ValueError: sigma <= 0. Source: Levy, section 2.3.

    >>> exponential_gradient([0.0], [1.0], [1.0]).tolist()
    [0.0]
    """
    return u * _grown(u, mu, sigma)[0]


@validated(check_scales, u="k", mu="k", sigma="k")
def exponential_pathwise_variance(u: Array, mu: Array, sigma: Array) -> Array:
    r"""The variance of the pathwise gradient of E exp(u' z) in each mu_i.

    .. math:: u_i^2 E^2\,(e^v - 1)

    with E and v of `exponential_gradient`. Shapes: u (..., k), mu (..., k), sigma (..., k) -> (..., k). ValueError:
    sigma <= 0. Source: Levy, section 2.3.

    >>> exponential_pathwise_variance([0.0], [1.0], [1.0]).tolist()
    [0.0]
    """
    E, spread = _grown(u, mu, sigma)
    return u * u * E * E * (spread - 1)


@validated(check_scales, u="k", mu="k", sigma="k")
def exponential_score_variance(u: Array, mu: Array, sigma: Array) -> Array:
    r"""The variance of the score-function gradient of E exp(u' z) in each mu_i.

    .. math:: E^2\left(e^v\,\frac{1 + 4u_i^2\sigma_i^2}{\sigma_i^2} - u_i^2\right)

    Larger than the pathwise one always, by E^2 e^v (1/sigma_i^2 + 3 u_i^2); E and v are those of
    `exponential_gradient`. Shapes: u (..., k), mu (..., k), sigma (..., k) -> (..., k). ValueError: sigma <= 0.
    Source: Levy, section 2.3.

    >>> exponential_score_variance([0.0], [1.0], [0.5]).tolist()  # f = 1
    [4.0]
    """
    E, spread = _grown(u, mu, sigma)
    s = sigma * sigma
    return E * E * (spread * (1 + 4 * u * u * s) / s - u * u)
