"""The Taylor objective: log p(x|z) to second order about the posterior's mean, its Hessian from the decoder, its error.

f(z) = log p(x|z) = log p(x; g(z)). The decoder enters by J, the Jacobian of g, and by ``bends``, the second derivatives
of every output; the observation model by its gradient and curvature in g (`theory.observation`); all at the mean h.
"""

from __future__ import annotations

from theory.arrays import Array, exp, log_two_pi, matvec, normal_cdf, total, trace, trailing
from theory.validation import check_positive_beta, check_scales, validated


@validated(value="", slope="k", H="k k'", step="k")
def expansion(value: Array, slope: Array, H: Array, step: Array) -> Array:
    r"""f(h + step) to second order, in nats.

    .. math:: f_x(z) \approx f_x(h) + J_{f_x}(h)(z-h) + \tfrac12 (z-h)^\top H_{f_x}(h)(z-h)

    Shapes: value = f(h) (...), slope (..., k), H (..., k, k), step = z - h (..., k) -> (...).
    Source: Kumar and Poole, eq (3).

    >>> float(expansion(-1.0, [0.5, 0.0], [[-2.0, 0.0], [0.0, 0.0]], [1.0, 3.0]))
    -1.5
    """
    return value + total(slope * step, -1) + total(step * matvec(H, step), -1) / 2


@validated(check_positive_beta, value="", H="k k'", Sigma="k k", kl="", beta="")
def objective(value: Array, H: Array, Sigma: Array, kl: Array, beta: Array) -> Array:
    r"""The beta-VAE's objective of one datum with f to second order, in nats.

    .. math:: \log p(x|h) + \tfrac12\operatorname{tr}(H_{f_x}(h)\Sigma) - \beta\,\mathrm{KL}(q(z|x)\|p(z))

    Shapes: value = log p(x|h) (...), H (..., k, k), Sigma (..., k, k), kl (...), beta (...) -> (...).
    ValueError: beta <= 0, a Sigma that is no covariance. Source: Kumar and Poole, eq (4).

    >>> float(objective(-1.0, [[-2.0]], [[0.5]], 0.25, 2.0))
    -2.0
    """
    return value + trace(H @ Sigma) / 2 - beta * kl


@validated(J="D k", gradient="D")
def slope(J: Array, gradient: Array) -> Array:
    r"""The gradient of f in z, in nats per unit of z.

    .. math:: \nabla_z \log p(x;g(z)) = (\nabla_g \log p(x;g))\,J_g(z)

    Shapes: J (..., D, k), gradient (..., D) -> (..., k). Source: Kumar and Poole, eq (5), second line.

    >>> slope([[1.0, 2.0], [0.0, 1.0]], [3.0, -1.0]).tolist()
    [3.0, 5.0]
    """
    return matvec(J.mT, gradient)


@validated(J="D k", curvature="D")
def gauss_newton(J: Array, curvature: Array) -> Array:
    r"""The Hessian of f as far as the Jacobian makes it: all of it where g is linear about h.

    .. math:: J_g^\top H_{p_x} J_g, \quad H_{p_x} = \operatorname{diag}(\mathrm{curvature})

    Shapes: J (..., D, k), curvature (..., D) -> (..., k, k). Source: Kumar and Poole, eq (6).

    >>> gauss_newton([[1.0, 2.0]], [-0.5]).tolist()
    [[-0.5, -1.0], [-1.0, -2.0]]
    """
    return (J * trailing(curvature, 1)).mT @ J


@validated(gradient="D", bends="D k k'")
def bending(gradient: Array, bends: Array) -> Array:
    r"""The rest of the Hessian of f: second derivatives of each output, weighed by what the output is to change.

    .. math:: (\nabla_g \log p(x;g))\,\nabla_z^2 g = \sum_i \frac{\partial\log p}{\partial g_i}\,\nabla_z^2 g_i

    Of either sign: with it, f need not be concave. Shapes: gradient (..., D), bends (..., D, k, k) -> (..., k, k).
    Source: Kumar and Poole, eq (5), last term.

    >>> bending([2.0, -1.0], [[[1.0]], [[3.0]]]).tolist()
    [[-1.0]]
    """
    return total(trailing(gradient, 2) * bends, -3)


@validated(J="D k", curvature="D", gradient="D", bends="D k k'")
def hessian(J: Array, curvature: Array, gradient: Array, bends: Array) -> Array:
    r"""The Hessian of f in z.

    .. math:: H_{f_x}(z) = J_g^\top H_{p_x} J_g + (\nabla_g \log p(x;g))\,\nabla_z^2 g

    Shapes: J (..., D, k), curvature (..., D), gradient (..., D), bends (..., D, k, k) -> (..., k, k).
    Source: Kumar and Poole, eq (5).

    >>> hessian([[1.0]], [-1.0], [2.0], [[[3.0]]]).tolist()
    [[5.0]]
    """
    return gauss_newton(J, curvature) + bending(gradient, bends)


@validated(check_positive_beta, value="", J="D k", curvature="D", Sigma="k k", kl="", beta="")
def gauss_newton_objective(value: Array, J: Array, curvature: Array, Sigma: Array, kl: Array, beta: Array) -> Array:
    r"""`objective` with the Hessian as far as the Jacobian makes it, in nats.

    .. math:: \log p(x|h) - \beta\,\mathrm{KL}(q(z|x)\|p(z)) + \tfrac12\operatorname{tr}(J_g^\top H_{p_x}J_g\Sigma)

    Shapes: value = log p(x|h) (...), J (..., D, k), curvature (..., D), Sigma (..., k, k), kl (...), beta (...)
    -> (...). ValueError: beta <= 0, a Sigma that is no covariance. Source: Kumar and Poole, eq (7).

    >>> float(gauss_newton_objective(-1.0, [[2.0]], [-1.0], [[0.5]], 0.25, 2.0))
    -2.5
    """
    return objective(value, gauss_newton(J, curvature), Sigma, kl, beta)


@validated(fourth="k k' k'' k'''", Sigma="k k")
def next_term(fourth: Array, Sigma: Array) -> Array:
    r"""What a Gaussian posterior adds to the Taylor objective at the next order, in nats.

    .. math:: \tfrac18 \sum_{abcd} \partial_{abcd} f_x(h)\, \Sigma_{ab}\Sigma_{cd}

    E f less its expansion is this and O(s^6) for Sigma = s^2 S. Shapes: fourth (..., k, k, k, k) symmetric, Sigma
    (..., k, k) -> (...). ValueError: a Sigma that is no covariance. Beyond Kumar and Poole, eq (4).

    >>> float(next_term([[[[-24.0]]]], [[0.5]]))  # E -u^4 = -3 s^4
    -0.75
    """
    inner = total(total(fourth * Sigma[..., None, None, :, :], -1), -1)
    return total(total(inner * Sigma, -1), -1) / 8


def _beyond(distance: Array, sigma: Array) -> tuple[Array, Array]:
    """The mass beyond the kink, and sigma times the density in units of sigma there."""
    u = distance / sigma
    return normal_cdf(-u), sigma * exp(-(u * u + log_two_pi(u)) / 2)


@validated(check_scales, turn="", bend="", distance="", sigma="")
def kink_error(turn: Array, bend: Array, distance: Array, sigma: Array) -> Array:
    r"""E f less its expansion on h's own side of a kink, for f quadratic on both sides, in nats.

    .. math:: a\left(\sigma\varphi(\delta/\sigma) - \delta Q\right)
        + \tfrac b2\left((\delta^2+\sigma^2) Q - \delta\sigma\varphi(\delta/\sigma)\right),
        \quad Q = \Phi(-\delta/\sigma)

    Beyond the kink f has a y + b y^2 / 2 more, y > 0 the way beyond it; the posterior's deviation across the kink is
    sigma and its mean delta before it. Exponentially small where delta is many sigmas; of first order in sigma on the
    kink, or of second where f does not turn there (a = 0). Shapes: turn = a (...), bend = b (...), distance = delta
    (...), sigma (...) -> (...). ValueError: sigma <= 0. Beyond Kumar and Poole, eq (4).

    >>> float(kink_error(0.0, -4.0, 0.0, 1.0))  # half of the mass sees b / 2
    -1.0
    """
    mass, height = _beyond(distance, sigma)
    once = height - distance * mass
    return turn * once + bend * (sigma * sigma * mass - distance * once) / 2


@validated(check_scales, turn="", bend="", distance="", sigma="")
def kink_curvature(turn: Array, bend: Array, distance: Array, sigma: Array) -> Array:
    r"""The second derivative of E f across a kink, in h, less that of f on h's own side, in nats per unit squared.

    .. math:: \frac a\sigma\,\varphi(\delta/\sigma) + b\,Q, \quad Q = \Phi(-\delta/\sigma)

    The first term is what a Hessian that is zero almost everywhere misses: the narrower the posterior, the more of it
    there is near the kink. Twice the derivative of E f in sigma^2 is the same, so that the best covariance knows of
    it. Shapes: as `kink_error` -> (...). ValueError: sigma <= 0. Beyond Kumar and Poole, eq (6).

    >>> float(kink_curvature(0.0, -4.0, 0.0, 1.0))  # half of the mass sees b
    -2.0
    """
    mass, height = _beyond(distance, sigma)
    return turn * height / (sigma * sigma) + bend * mass
