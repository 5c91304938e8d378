"""Formulas that have no derivative here, each with the reason; a test holds the lists against a sweep over them all."""

from __future__ import annotations

from verification.run import BadInput


class NoDerivative(BadInput):
    """A formula that has none, in one sentence."""


_BLOCKS = "it runs over pairs of posteriors in blocks that fit into memory"
_BOUND = "it is a bisection over numbers, whose answer follows no formula"
_COMPILED = "it is computed from float64 numbers by compiled or numerical routines"
_DRAWS = "it draws at random"
_GIVEN = "it asks for {}, which is no array and has no usual value"
_KINKS = "it chooses by the values given, smallest, largest or sorted, and has a gradient only between the kinks"
_YES_NO = "it answers yes or no"

LEFT_OUT: dict[str, str] = {
    "brackets.pairwise": _BLOCKS,
    "brackets.pairwise_diagonal": _BLOCKS,
    "brackets.mixture_upper": "it runs over the components one by one and stops where they end",
    "brackets.refitted": "it runs over the components one by one and stops where they end",
    "certificate.information_from_log_ratios": _KINKS,
    "confidence.betting_interval": _BOUND,
    "confidence.paired_interval": _COMPILED,
    "confidence.bernstein_interval": _COMPILED,
    "confidence.log_normalizer_interval": _DRAWS,
    "constrained.multiplier": _KINKS,
    "constrained.optimum": _KINKS,
    "constrained.enough": _KINKS,
    "controls.interpolant": _KINKS,
    "controls.knot_weights": "it runs over the knots in blocks that fit into memory",
    "controls.interpolant_mean": "it runs over the knots in blocks that fit into memory",
    "controls.clipped_values": _KINKS,
    "controls.interpolant_range": _KINKS,
    "controls.distance_mean": _COMPILED,
    "deterministic.smallest_beta": _COMPILED,
    "envelope.log_mass": _COMPILED,
    "envelope.sample": _DRAWS,
    "existence.tail_curvature": _KINKS,
    "existence.exists": _YES_NO,
    "grae.column_estimate": _GIVEN.format("the columns that were drawn"),
    "linear_vae.active": _YES_NO,
    "linear_vae_noise.best_noise": _KINKS,
    "linear_vae_noise.active": _YES_NO,
    "linear_vae_noise.rate": _KINKS,
    "linear_vae_noise.optimum": _KINKS,
    "marginals.marginals": _COMPILED,
    "marginals.error_bound": _COMPILED,
    "mixing.mix": _GIVEN.format("a prior"),
    "mixing.jacobian": _GIVEN.format("a prior"),
    "mixing.log_volume": _GIVEN.format("a prior"),
    "mixing.mix_dependent": _KINKS,
    "mixing.log_volume_dependent": "it goes through the inverse of a distribution function",
    "rotations.procrustes": _COMPILED,
    "rotations.rotation_angle": _COMPILED,
    "rotations.mean_field_angle": _COMPILED,
    "sparse_precision.separated_precision": _GIVEN.format("a separator"),
    "sparse_precision.separated_cost": _GIVEN.format("a separator"),
    "sparse_precision.separated_covariance": _GIVEN.format("a separator"),
    "sparse_precision.separated_covariance_cost": _GIVEN.format("a separator"),
    "sparse_precision.sparse_precision": _COMPILED,
    "strata.adaptive_wealth": _KINKS,
}

# Derived entry by entry in small dimensions alone: they have no pattern in the indices, and why.
ENTRY_BY_ENTRY: dict[str, str] = {
    "entropy_estimators.stratified": "its entries are weighted by where they stand",
    "entropy_estimators.stratified_by_column": "its entries are weighted by where they stand",
    "importance.expected_iw_elbo": "it runs over all draws of m values",
    "mixing.mix_gaussian": "it uses the Cholesky factor, entry by entry",
    "strata.pass_wealth": "it multiplies factors one by one",
    "strata.remainder_wealth": "it multiplies factors one by one",
}
