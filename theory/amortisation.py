"""What it costs to learn posteriors one by one, by an encoder, or one for several data together."""

from __future__ import annotations

from theory.arrays import Array, logsumexp, mean
from theory.validation import validated


@validated(N="", d="")
def local_parameters(N: Array, d: Array) -> Array:
    r"""How many numbers N Gaussian posteriors with diagonal covariances are: a mean and a variance each dimension.

    .. math:: 2 N d

    Shapes: N (...), d (...) -> (...). Source: Levy, section 2.2.

    >>> float(local_parameters(1000, 10))
    20000.0
    """
    return 2 * N * d


@validated(D="", width="", d="")
def encoder_parameters(D: Array, width: Array, d: Array) -> Array:
    r"""How many weights and biases an encoder with one hidden layer has, whatever the number of data.

    .. math:: (D + 1)\,w + (w + 1)\,2d

    Shapes: D (...), width = w (...), d (...) -> (...). Source: Levy, section 2.2, with the outputs mu and log sigma^2.

    >>> float(encoder_parameters(784, 400, 20))
    330040.0
    """
    return (D + 1) * width + (width + 1) * 2 * d


@validated(log_lik="N K", log_prior="K")
def gap(log_lik: Array, log_prior: Array) -> Array:
    r"""What the evidence lower bound loses on average when N data must share one posterior, in nats.

    .. math:: \frac1N\sum_i\log p(x_i) - \log\sum_z\exp\frac1N\sum_i\log p(x_i, z) \ge 0

    The best shared posterior is the normalised geometric mean of the p(x_i, z); the gap is 0 only where all true
    posteriors are equal. Shapes: log_lik (..., N, K), log_prior (..., K) -> (...). Source: Levy, section 2.2.

    >>> import numpy as np
    >>> print(round(float(gap(np.log([[0.75, 0.25], [0.25, 0.75]]), np.log([0.5, 0.5]))), 12))  # log(2/sqrt(3))
    0.143841036226
    """
    log_joint = log_lik + log_prior[..., None, :]
    return mean(logsumexp(log_joint, -1), -1) - logsumexp(mean(log_joint, -2), -1)
