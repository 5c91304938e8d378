r"""What N held-out inputs tell of all: a lower bound of I(x; z), and no upper one.

For x_1..x_N drawn independently and not used to train the encoder, I_N = I(z; n) of their posteriors is on average at
most I(x; z), and moves by at most H_b(1/N) when one input is replaced, whence McDiarmid's inequality. An upper bound
for every population does not exist: of K equally likely codes far apart, N << sqrt(K) inputs show N different ones,
as they do for any larger K (`all_different`), while I(x; z) = log K.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory.arrays import Array, log, sqrt
from theory.certificate import Certificate
from theory.validation import check_codes, check_inputs, check_level, validated


@validated(check_inputs, N="")
def replacement(N: Array) -> Array:
    r"""H_b(1/N): by how much I(z; n) of N posteriors can change when one of them is replaced, in nats.

    .. math:: H_b(\tfrac1N) = \log N - \left(1-\tfrac1N\right)\log(N-1) \le \frac{1+\log N}{N}

    From the chain rule with the indicator of one input: with I' of the other N - 1 alone,
    (1 - 1/N) I' <= I_N <= (1 - 1/N) I' + H_b(1/N). Shapes: N (...) -> (...). ValueError: N < 2.

    >>> round(float(replacement(2)), 12)  # log 2
    0.69314718056
    """
    return log(N) - (1 - 1 / N) * log(N - 1)


@validated(check_inputs, check_level, information="", N="", alpha="")
def information_lower(information: Array, N: Array, alpha: Array) -> Array:
    r"""A lower limit for I(x; z) from I(z; n) of N held-out inputs, of error probability alpha, in nats.

    .. math:: I(x;z) \ge I_N - H_b(\tfrac1N)\sqrt{\tfrac N2\log\tfrac1\alpha}

    Shapes: information (...), N (...), alpha (...) -> (...). ValueError: N < 2, alpha outside (0, 1).

    >>> import numpy as np
    >>> round(float(information_lower(np.log(1797), 1797, 0.05)), 4)  # of log N = 7.4939
    7.2487
    """
    return information - replacement(N) * sqrt(N * log(1 / alpha) / 2)


@validated(check_codes, K="")
def all_different(K: Array, N: int) -> Array:
    r"""The probability that N inputs out of K equally likely codes show no code twice.

    .. math:: \prod_{i<N}\left(1-\frac iK\right) \ge 1 - \frac{N(N-1)}{2K}

    Given that, and codes far apart at places of chance, what N inputs show has one law for every K. Shapes: K (...),
    N an integer -> (...). ValueError: K < 1.

    >>> float(all_different(4.0, 2))
    0.75
    """
    chance = K / K
    for i in range(N):
        chance = chance * (1 - i / K)
    return chance


@dataclass(frozen=True)
class AtLeast:
    """I(x; z) of the population is at least ``lower``, in nats, but for a probability ``alpha`` over inputs and draws.

    For inputs that were drawn independently and held out from the encoder's training. Nothing is said from above.
    """

    lower: float
    alpha: float
    N: int

    def __str__(self) -> str:
        return (
            f"I(x;z) >= {self.lower:.4f} nats, if the {self.N} inputs were drawn independently and the encoder was not "
            f"trained on them; error probability {self.alpha:g}; no upper bound follows"
        )


def at_least(certificate: Certificate, alpha: float = 0.05) -> AtLeast:
    r"""What a certificate of N held-out inputs tells of I(x; z) over all inputs: a lower limit, in nats.

    .. math:: I(x;z) \ge \max\left(0,\ \underline I_N - H_b(\tfrac1N)\sqrt{\tfrac N2\log\tfrac1\alpha}\right)

    The error probabilities of inputs and of the certificate's draws add up. Never above log N. ValueError: N < 2,
    alpha outside (0, 1).

    >>> import numpy as np
    >>> from theory.certificate import certify
    >>> apart = certify(np.arange(900.0)[:, None] * 20, std=np.ones((900, 1)), size=1800)
    >>> round(at_least(apart).lower, 3)  # of log N = 6.802
    6.5
    """
    lower = information_lower(certificate.information.lower, certificate.N, alpha)
    return AtLeast(float(np.maximum(lower, 0)), alpha + certificate.alpha, certificate.N)
