"""Two independent causes of one effect, A -> C <- B: what seeing the effect does to them."""

from __future__ import annotations

import numpy as np

from theory.arrays import Array, log, number, outer, total, trailing
from theory.validation import check_chances, check_strengths, validated


@validated(check_chances, p_a="I", p_b="J", p_effect="I J")
def posterior(p_a: Array, p_b: Array, p_effect: Array) -> Array:
    r"""P(a, b | c), the causes once the effect is seen.

    .. math:: P(a,b|c) = \frac{P(a)\,P(b)\,P(c|a,b)}{\sum_{a,b} P(a)\,P(b)\,P(c|a,b)}

    Shapes: p_a (..., I), p_b (..., J), p_effect = P(c|a,b) (..., I, J) -> (..., I, J). ValueError: a chance outside
    [0, 1]. Source: the InfoMax note, on explaining away.

    >>> print(posterior([0.5, 0.5], [0.5, 0.5], [[0.0, 1.0], [1.0, 1.0]]).round(12).tolist())  # seen: a or b
    [[0.0, 0.333333333333], [0.333333333333, 0.333333333333]]
    """
    joint = outer(p_a, p_b) * p_effect
    return joint / trailing(total(total(joint, -1), -1), 2)


@validated(check_chances, p_a="I", p_b="J", p_effect="I J")
def belief(p_a: Array, p_b: Array, p_effect: Array) -> Array:
    r"""P(b | c), the second cause once the effect is seen.

    .. math:: P(b|c) = \sum_a P(a,b|c)

    Shapes: p_a (..., I), p_b (..., J), p_effect = P(c|a,b) (..., I, J) -> (..., J). ValueError: a chance outside
    [0, 1]. Source: the InfoMax note, on explaining away.

    >>> print(belief([0.5, 0.5], [0.5, 0.5], [[0.0, 1.0], [1.0, 1.0]]).round(12).tolist())  # seen: a or b
    [0.333333333333, 0.666666666667]
    """
    return total(posterior(p_a, p_b, p_effect), -2)


@validated(check_chances, p_a="I", p_b="J", p_effect="I J")
def belief_given_cause(p_a: Array, p_b: Array, p_effect: Array) -> Array:
    r"""P(b | a, c), the second cause once the effect and the first cause are seen; NaN where P(a | c) = 0.

    .. math:: P(b|a,c) = \frac{P(a,b|c)}{P(a|c)}

    Shapes: p_a (..., I), p_b (..., J), p_effect = P(c|a,b) (..., I, J) -> (..., I, J). ValueError: a chance outside
    [0, 1]. Source: the InfoMax note, on explaining away.

    >>> print(belief_given_cause([0.5, 0.5], [0.5, 0.5], [[0.0, 1.0], [1.0, 1.0]]).round(12).tolist())  # seen: a or b
    [[0.0, 1.0], [0.5, 0.5]]
    """
    joint = posterior(p_a, p_b, p_effect)
    return joint / trailing(total(joint, -1), 1)


@validated(p_effect="I J")
def interaction(p_effect: Array) -> Array:
    r"""The log odds ratios, against the first states, that seeing the effect puts between two independent causes.

    .. math:: \log\frac{P(c|a,b)\,P(c|0,0)}{P(c|a,0)\,P(c|0,b)} = \log\frac{P(a,b|c)\,P(0,0|c)}{P(a,0|c)\,P(0,b|c)}

    Zero throughout exactly where the causes stay independent, P(c|a,b) = f(a) g(b); negative where one explains the
    other away. Shapes: p_effect = P(c|a,b) > 0 (..., I, J) -> (..., I, J). Source: the InfoMax note, on explaining
    away.

    >>> print(interaction([[0.5, 0.5], [0.25, 0.25]]).tolist())  # the effect does not ask for b
    [[0.0, 0.0], [0.0, 0.0]]
    """
    L = log(p_effect)
    return L + L[..., :1, :1] - L[..., :, :1] - L[..., :1, :]


@validated(check_strengths, leak="", s_a="", s_b="")
def noisy_or(leak: Array, s_a: Array, s_b: Array) -> Array:
    r"""P(C = 1 | a, b) where each cause that is there, and a leak, may set the effect off on its own.

    .. math:: P(C=1|a,b) = 1 - (1 - \ell)(1 - s_A)^a (1 - s_B)^b

    Shapes: leak (...), s_a (...), s_b (...) -> (..., 2, 2). ValueError: a chance outside [0, 1].
    Source: the InfoMax note, on explaining away.

    >>> print(noisy_or(0.0, 1.0, 1.0).tolist())  # a or b
    [[0.0, 1.0], [1.0, 1.0]]
    """
    there = number(np.arange(2), leak)
    off_a, off_b = 1 - trailing(s_a, 1) * there, 1 - trailing(s_b, 1) * there
    return 1 - trailing(1 - leak, 2) * outer(off_a, off_b)
