"""What a decoder's output g says of x: log p(x; g), its gradient and the diagonal of its Hessian in g.

The D outputs are independent given g, so that the Hessian has nothing beside its diagonal.
"""

from __future__ import annotations

from theory.arrays import Array, exp, log, log_two_pi, logsumexp, squared_norm, stack, total, trailing, zeros_like
from theory.validation import check_noise, check_pixels, check_probabilities, validated


@validated(check_noise, x="D", g="D", noise="")
def gaussian(x: Array, g: Array, noise: Array) -> Array:
    r"""log N(x; g, noise I), in nats.

    .. math:: \log p(x;g) = -\frac12\left(D\log 2\pi\sigma^2 + \frac{|x-g|^2}{\sigma^2}\right)

    Shapes: x (..., D), g (..., D), noise = sigma^2 (...) -> (...). ValueError: noise <= 0.
    Source: Kumar and Poole, section 4.

    >>> round(float(gaussian([1.0], [1.0], 1.0)), 12)  # -log(2 pi) / 2
    -0.918938533205
    """
    D = x.shape[-1]
    return -(D * (log_two_pi(x) + log(noise)) + squared_norm(x - g) / noise) / 2


@validated(check_noise, x="D", g="D", noise="")
def gaussian_gradient(x: Array, g: Array, noise: Array) -> Array:
    r"""The gradient of log N(x; g, noise I) in g, in nats per unit of g.

    .. math:: \nabla_g \log p(x;g) = (x - g)/\sigma^2

    Shapes: x (..., D), g (..., D), noise = sigma^2 (...) -> (..., D). ValueError: noise <= 0.
    Source: Kumar and Poole, eq (5).

    >>> gaussian_gradient([2.0], [1.0], 0.5).tolist()
    [2.0]
    """
    return (x - g) / trailing(noise, 1)


@validated(check_noise, x="D", g="D", noise="")
def gaussian_curvature(x: Array, g: Array, noise: Array) -> Array:
    r"""The diagonal of the Hessian of log N(x; g, noise I) in g: the same for all x and g.

    .. math:: \partial^2\log p/\partial g_i^2 = -1/\sigma^2

    Shapes: x (..., D), g (..., D), noise = sigma^2 (...) -> (..., D). ValueError: noise <= 0.
    Source: Kumar and Poole, section 4, where sigma = 1.

    >>> gaussian_curvature([2.0], [1.0], 0.5).tolist()
    [-2.0]
    """
    return (zeros_like(x - g) - 1) / trailing(noise, 1)


@validated(check_pixels, check_probabilities, x="D", g="D")
def bernoulli(x: Array, g: Array) -> Array:
    r"""log p(x; g) of D independent pixels that are 1 with probabilities g, in nats; grey x are weighed.

    .. math:: \log p(x;g) = \sum_i x_i \log g_i + (1-x_i)\log(1-g_i)

    Shapes: x (..., D), g (..., D) -> (...). ValueError: x outside [0, 1], g outside (0, 1).
    Source: Kumar and Poole, section 5.1.

    >>> round(float(bernoulli([1.0, 0.0], [0.5, 0.5])), 12)  # -2 log 2
    -1.38629436112
    """
    return total(x * log(g) + (1 - x) * log(1 - g), -1)


@validated(check_pixels, check_probabilities, x="D", g="D")
def bernoulli_gradient(x: Array, g: Array) -> Array:
    r"""The gradient of `bernoulli` in the probabilities.

    .. math:: \partial\log p/\partial g_i = x_i/g_i - (1-x_i)/(1-g_i)

    Shapes: x (..., D), g (..., D) -> (..., D). ValueError: x outside [0, 1], g outside (0, 1).
    Source: Kumar and Poole, eq (5).

    >>> bernoulli_gradient([1.0, 0.0], [0.5, 0.5]).tolist()
    [2.0, -2.0]
    """
    return x / g - (1 - x) / (1 - g)


@validated(check_pixels, check_probabilities, x="D", g="D")
def bernoulli_curvature(x: Array, g: Array) -> Array:
    r"""The diagonal of the Hessian of `bernoulli` in the probabilities.

    .. math:: \partial^2\log p/\partial g_i^2 = -x_i/g_i^2 - (1-x_i)/(1-g_i)^2

    Shapes: x (..., D), g (..., D) -> (..., D). ValueError: x outside [0, 1], g outside (0, 1).
    Source: Kumar and Poole, section 5.1, whose form for x in {0, 1} this is there.

    >>> bernoulli_curvature([1.0, 0.5], [0.5, 0.5]).tolist()
    [-4.0, -4.0]
    """
    return -x / (g * g) - (1 - x) / ((1 - g) * (1 - g))


def _softplus(a: Array) -> Array:
    return logsumexp(stack([zeros_like(a), a], -1), -1)


def _sigmoid(a: Array) -> Array:
    return exp(-_softplus(-a))


@validated(check_pixels, x="D", a="D")
def bernoulli_logit(x: Array, a: Array) -> Array:
    r"""log p(x; sigmoid(a)) of D independent pixels by their logits, in nats.

    .. math:: \log p(x;a) = \sum_i x_i a_i - \log(1 + e^{a_i})

    Shapes: x (..., D), a (..., D) -> (...). ValueError: x outside [0, 1]. Source: Kumar and Poole, section 5.1, with
    g the sigmoid of a.

    >>> round(float(bernoulli_logit([1.0, 0.0], [0.0, 0.0])), 12)  # -2 log 2
    -1.38629436112
    """
    return total(x * a - _softplus(a), -1)


@validated(check_pixels, x="D", a="D")
def bernoulli_logit_gradient(x: Array, a: Array) -> Array:
    r"""The gradient of `bernoulli_logit` in the logits.

    .. math:: \partial\log p/\partial a_i = x_i - \mathrm{sigmoid}(a_i)

    Shapes: x (..., D), a (..., D) -> (..., D). ValueError: x outside [0, 1]. Source: Kumar and Poole, eq (5).

    >>> bernoulli_logit_gradient([1.0, 0.0], [0.0, 0.0]).tolist()
    [0.5, -0.5]
    """
    return x - _sigmoid(a)


@validated(check_pixels, x="D", a="D")
def bernoulli_logit_curvature(x: Array, a: Array) -> Array:
    r"""The diagonal of the Hessian of `bernoulli_logit` in the logits: the same for all x.

    .. math:: \partial^2\log p/\partial a_i^2 = -\mathrm{sigmoid}(a_i)\,\mathrm{sigmoid}(-a_i)

    Shapes: x (..., D), a (..., D) -> (..., D). ValueError: x outside [0, 1]. Source: Kumar and Poole, section 5.1,
    with g the sigmoid of a.

    >>> bernoulli_logit_curvature([1.0, 0.0], [0.0, 0.0]).tolist()
    [-0.25, -0.25]
    """
    return -_sigmoid(a) * _sigmoid(-a) + zeros_like(x)
