"""Float64 quadrature with a certificate: mixtures in one and two dimensions adaptively, one Gaussian in any.

Errors are first-order bounds: what two orders still differ by, round-off of every logarithm and sum, and what an
inexact eigenbasis moves. Where that is not small compared with the value, the error says so; it is infinite where
nothing is known.
"""

from __future__ import annotations

from ._quadrature_gaussians import (
    average_kl,
    gaussian_reconstruction,
    jensen_bound,
    kl_between,
    kl_to_prior,
    log_component_integral,
    log_evidence,
    log_normalizer_estimate,
    normal_entropy,
    reconstruction,
    renyi,
)
from ._quadrature_mixtures import (
    aggregate_entropy,
    aggregate_kl,
    conditional_entropy,
    expected_implicit_prior,
    group_entropy,
    implicit_elbo,
    index_information,
    indicator_bound,
    indicator_gap,
    information_plus_aggregate_kl,
    log_normalizer,
    total_correlation,
)

__all__ = [
    "aggregate_entropy",
    "aggregate_kl",
    "average_kl",
    "conditional_entropy",
    "expected_implicit_prior",
    "gaussian_reconstruction",
    "group_entropy",
    "implicit_elbo",
    "index_information",
    "indicator_bound",
    "indicator_gap",
    "information_plus_aggregate_kl",
    "jensen_bound",
    "kl_between",
    "kl_to_prior",
    "log_component_integral",
    "log_evidence",
    "log_normalizer",
    "log_normalizer_estimate",
    "normal_entropy",
    "reconstruction",
    "renyi",
    "total_correlation",
]

# an oracle's method is its module: the private modules are parts of this one
for _name in __all__:
    globals()[_name].__module__ = __name__
