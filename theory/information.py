"""The average divergence to the prior and the index's information; of N posteriors with guaranteed intervals
(`certify`), between deterministic ends (`bracket`), and what held-out inputs tell of a population (`at_least`)."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from theory import gaussian
from theory.arrays import Array, log_number, mean
from theory.validation import validated

# Of functions that are found here too; they stand on formulas that stand on this module.
HOMES = {
    "at_least": "population",
    "bracket": "brackets",
    "certify": "certificate",
    "information_from_log_ratios": "certificate",
    "samples_needed": "certificate",
}


def __getattr__(name: str) -> Any:
    if name in HOMES:
        return getattr(import_module(f"theory.{HOMES[name]}"), name)
    raise AttributeError(f"module 'theory.information' has no attribute '{name}'")


@validated(mu="N k", Sigma="N k k")
def average_kl(mu: Array, Sigma: Array) -> Array:
    r"""mean_n KL(N(mu_n, Sigma_n) || N(0, I)), in nats.

    .. math:: \frac1N\sum_n \mathrm{KL}(q(z|x_n)\|p(z)) = I(z;n) + \mathrm{KL}(q(z)\|p(z))

    Shapes: mu (..., N, k), Sigma (..., N, k, k) -> (...). ValueError: a Sigma that is no covariance.
    Source: Hoffman et al., eq (3).

    >>> float(average_kl([[0.0], [2.0]], [[[1.0]], [[1.0]]]))
    1.0
    """
    return mean(gaussian.kl_to_prior(mu, Sigma), -1)


@validated(conditional_entropy="")
def index_information(conditional_entropy: Array, N: int) -> Array:
    r"""I(z; n), what a draw from q tells of which of the N posteriors it came from, in nats.

    .. math:: I(z;n) = \log N - \mathbb{E}_{q(z)} H(\phi^*(\cdot;z))

    Shapes: conditional_entropy = E_q H (...), N an integer -> (...). Source: Hoffman et al., eq (3).

    >>> import numpy as np
    >>> float(index_information(np.log(4), 4))
    0.0
    """
    return log_number(N, conditional_entropy) - conditional_entropy
