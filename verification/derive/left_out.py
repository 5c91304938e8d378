"""Formulas that have no derivative here, each with the reason; a test holds the list against a sweep over them all."""

from __future__ import annotations

from verification.run import BadInput


class NoDerivative(BadInput):
    """A formula that has none, in one sentence."""


LEFT_OUT: dict[str, str] = {
    "confidence.betting_interval": "its limits are roots of a polynomial of degree n, found by bisection: "
    "they have no closed form",
    "confidence.log_normalizer_interval": "it draws at random",
    "envelope.sample": "it draws at random",
    "existence.exists": "it answers yes or no",
    "marginals.marginals": "the entropy of a mixture has no closed form: it is a quadrature whose panels depend on the "
    "values",
    "sparse_precision.sparse_precision": "it is the best of several runs of Newton's method: zeros of Sigma^-1 "
    "leave no closed form",
}
