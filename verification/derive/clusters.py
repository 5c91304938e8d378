"""The envelope's mass in index notation: the least over its candidates, where the code looks at their values."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import Any

from theory import aggregate, envelope
from theory.arrays import eye_like, zeros_like
from theory.derivations.components import WORDS, Indexed, kept
from theory.derivations.tracing import retold

WORDS_IN_PARTS = {**WORDS, "parts": dict.fromkeys(("moments", "_clusters"), kept)}


def _one_case(compute: Callable[..., Any], *arrays: Indexed) -> tuple[list[Any], tuple[int, ...]]:
    return [compute(*arrays)], ()


def _every_candidate(mu: Indexed, Sigma: Indexed, beta: Indexed) -> list[Any]:
    """Under the prior, in one cluster, and each by itself: of so few posteriors none are sorted."""
    clusters, moments, split, zeros, eye = (
        retold(word, WORDS_IN_PARTS)
        for word in (envelope._clusters, aggregate.moments, envelope.split, zeros_like, eye_like)
    )
    found = [[clusters(mu[None], Sigma[None], beta, zeros(mu[:1]), eye(Sigma)[None])]]
    for groups in split(mu):
        matched = [kept((mu[members], Sigma[members])) for members in groups]
        found.append([clusters(*q, beta, *moments(*q)) for q in matched])
    return found


def _least(candidates: list[Any], beta: Indexed) -> Indexed:
    mass = retold(envelope._log_sum_mass, WORDS)
    return reduce(WORDS["minimum"], [kept(mass(candidate, beta)) for candidate in candidates])


LEAST_MASS: dict[str, Callable[..., Any]] = {
    "per_case": _one_case,
    "_smallest": _every_candidate,
    "_log_sum_mass": _least,
}
