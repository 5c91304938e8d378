"""What holds of the summands L = log q_n(z)/q(z) and G(z) = E[L | z] themselves, in the form in which it is judged."""

from __future__ import annotations

from theory import aggregate, finite, gaussian
from theory.arrays import (
    Array,
    exp,
    log_number,
    logsumexp,
    mean,
    total,
    trailing,
    weigh,
    zeros_like,
)
from theory.printed.brackets import sum_of_axes_corrected


def ceiling(z: Array, mu: Array) -> Array:
    """log N."""
    return log_number(mu.shape[-2], z) + zeros_like(z[..., 0])


def dependence_ceiling(z: Array, mu: Array) -> Array:
    """(d - 1) log N."""
    return (z.shape[-1] - 1) * ceiling(z, mu)


def dependence_of_equals(Sigma: Array) -> Array:
    """mean_n TC(q_n), which log q / prod_j q_j is at the common mean of equal posteriors."""
    return mean(total(gaussian.entropy(Sigma.diagonal(0, -2, -1)[..., None, None]), -1) - gaussian.entropy(Sigma), -1)


def _log_ratio(log_q: Array) -> Array:
    return log_q - finite.log_aggregate(log_q)[..., None, :]


def _log_phi(log_q: Array) -> Array:
    return log_q - logsumexp(log_q, -2)[..., None, :]


def exponential_moment(log_q: Array) -> Array:
    """E[e^-L | n] for each n."""
    return total(weigh(log_q, exp(-_log_ratio(log_q))), -1)


def gain(log_q: Array) -> Array:
    """G(z) = log N - H(phi(.|z))."""
    return log_number(log_q.shape[-2], log_q) - aggregate.responsibility_entropy(_log_phi(log_q).mT)


def mean_gain(log_q: Array) -> Array:
    """E_q G."""
    return total(weigh(finite.log_aggregate(log_q), gain(log_q)), -1)


def gain_variance(log_q: Array) -> Array:
    """Var G under q."""
    offset = gain(log_q) - trailing(mean_gain(log_q), 1)
    return total(weigh(finite.log_aggregate(log_q), offset * offset), -1)


def gain_variance_ceiling(log_q: Array) -> Array:
    """I (log N - I)."""
    information = finite.index_information(log_q)
    return information * (log_number(log_q.shape[-2], log_q) - information)


def gain_second_moment_ceiling(log_q: Array) -> Array:
    """log N times I."""
    return log_number(log_q.shape[-2], log_q) * finite.index_information(log_q)


def second_moment_ceiling(log_q: Array) -> Array:
    """c_B I, c_B = B^2 / (B - 1 + e^-B), B = log N."""
    B = log_number(log_q.shape[-2], log_q)
    return B * B / (B - 1 + exp(-B)) * finite.index_information(log_q)


def entropy_from_information(Sigma: Array, information: Array) -> Array:
    """I + mean_n h(q_n)."""
    return information + mean(gaussian.entropy(Sigma), -1)


def total_correlation_from_information(mu: Array, Sigma: Array, information: Array) -> Array:
    """sum_j I_j - I + mean_n TC(q_n)."""
    return sum_of_axes_corrected(mu, Sigma) - information
