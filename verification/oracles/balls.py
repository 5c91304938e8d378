"""Rigorous enclosures by ball arithmetic: integrals with their tails, and naive formulas at a point.

Values are object arrays of ``arb`` (the radius lies in the ball, ``error`` is zero). Inputs are floats, taken as
exact, or balls. Oracles work at the bits that :func:`precision` asks for (128), or at flint's own precision where that
is higher. A ball that is not finite says that nothing was enclosed, +inf that the integral diverges.
"""

from __future__ import annotations

from . import costly
from ._ball_arithmetic import precision
from ._ball_gaussians import (
    average_kl,
    gaussian_reconstruction,
    jensen_bound,
    kl_between,
    kl_to_prior,
    log_component_integral,
    log_evidence,
    log_normalizer_estimate,
    normal_entropy,
    posterior_covariance,
    posterior_mean,
    reconstruction,
    renyi,
)
from ._ball_mixtures import (
    aggregate_kl,
    conditional_entropy,
    expected_implicit_prior,
    implicit_elbo,
    index_information,
    indicator_bound,
    indicator_gap,
    information_plus_aggregate_kl,
    log_normalizer,
)
from ._ball_points import (
    log_density,
    log_jensen_integrand,
    log_responsibilities,
    log_tilt,
    mixture_log_density,
    power_of_mean,
    responsibilities,
    responsibility_entropy,
)

__all__ = [
    "aggregate_kl",
    "average_kl",
    "conditional_entropy",
    "expected_implicit_prior",
    "gaussian_reconstruction",
    "implicit_elbo",
    "index_information",
    "indicator_bound",
    "indicator_gap",
    "information_plus_aggregate_kl",
    "jensen_bound",
    "kl_between",
    "kl_to_prior",
    "log_component_integral",
    "log_density",
    "log_evidence",
    "log_jensen_integrand",
    "log_normalizer",
    "log_normalizer_estimate",
    "log_responsibilities",
    "log_tilt",
    "mixture_log_density",
    "normal_entropy",
    "posterior_covariance",
    "posterior_mean",
    "power_of_mean",
    "precision",
    "reconstruction",
    "renyi",
    "responsibilities",
    "responsibility_entropy",
]

# an oracle's method is its module: the private modules are parts of this one
for _name in __all__:
    globals()[_name].__module__ = __name__

for _costly in (
    aggregate_kl,
    conditional_entropy,
    expected_implicit_prior,
    index_information,
    indicator_bound,
    indicator_gap,
    information_plus_aggregate_kl,
    log_normalizer,
):
    costly(_costly)
