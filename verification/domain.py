"""A named domain: literal witnesses on which mistakes must be caught, and seeded draws that look for violations.

Every array has one leading axis of cases. Cases depend on the seed and the domain's name alone, so claims share them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from verification.balls import as_balls, working_precision

Array = np.ndarray[Any, Any]
Case = Mapping[str, Any]
Draw = Callable[[np.random.Generator, int], Iterator[dict[str, Array]]]


@dataclass(frozen=True)
class Batch:
    """Cases of one shape: ``args`` by name, witnesses first."""

    label: str
    args: dict[str, Array]
    witnesses: int

    @property
    def size(self) -> int:
        return len(next(iter(self.args.values())))

    def only_witnesses(self) -> Batch:
        return Batch(self.label, self.head(), self.witnesses)

    def head(self) -> dict[str, Array]:
        return {name: value[: self.witnesses] for name, value in self.args.items()}


@dataclass(frozen=True)
class Border:
    """Where validity ends: ``argument`` runs from a value inside to one outside; outside, the formula must raise
    ``error``."""

    argument: str
    inside: float
    outside: float
    error: type[Exception] = ValueError


@dataclass(frozen=True, eq=False)
class Domain:
    """Witnesses and draws of one kind of object, with the predicate that makes a case valid."""

    name: str
    witnesses: tuple[Case, ...]
    draw: Draw | None = None
    requires: Callable[..., Any] | None = None
    border: Border | None = None

    def batches(self, seed: int, draws: int) -> list[Batch]:
        """All cases, grouped by shape: the same for the same seed, whatever else is run."""
        return _batches(self, seed, draws)


@cache
def _batches(domain: Domain, seed: int, draws: int) -> list[Batch]:
    groups: dict[Any, list[tuple[dict[str, Array], int]]] = {}
    for case in domain.witnesses:
        args = {name: as_numbers(value)[None] for name, value in case.items()}
        groups.setdefault(_shapes(args), []).append((args, 1))
    if domain.draw is not None and draws:
        rng = np.random.default_rng([seed, zlib.crc32(domain.name.encode())])
        for args in domain.draw(rng, draws):
            groups.setdefault(_shapes(args), []).append((args, 0))
    batches: list[Batch] = []
    for shapes, members in groups.items():
        label = shape_label(members[0][0])
        if any(batch.label == label for batch in batches):  # what is remembered of a batch is kept under its label
            label = ", ".join(f"{name} {' x '.join(map(str, shape))}" for name, shape in shapes if shape)
        joined = {name: join([m[name] for m, _ in members]) for name in members[0][0]}
        if domain.requires is not None:
            valid = np.asarray(domain.requires(**joined))
            witnesses = sum(w for _, w in members)
            if not valid[:witnesses].all():
                raise ValueError(
                    f"domain {domain.name}: witness {int(np.argmin(valid))} of {label} is outside the domain"
                )
            if not valid.any():  # draws alone, none of them valid
                continue
            joined = {name: value[valid] for name, value in joined.items()}
        batches.append(Batch(label, joined, sum(w for _, w in members)))
    return batches


def _shapes(args: Mapping[str, Array]) -> Any:
    return tuple(sorted((name, value.shape[1:]) for name, value in args.items()))


def as_numbers(value: Any) -> Array:
    """Floats, or balls where a witness is given in balls because no float says it exactly."""
    array = np.asarray(value)
    return array if array.dtype == object else array.astype(float)


def join(parts: list[Array]) -> Array:
    """Cases one after the other, all in balls where any is."""
    balls = any(part.dtype == object for part in parts)
    return np.concatenate([as_balls(part) for part in parts] if balls else parts)


def exact_log(value: Any) -> Array:
    """Logarithms of dyadic fractions as balls: probabilities that sum to one exactly."""
    with working_precision(600):
        return np.asarray(np.log(as_balls(np.asarray(value, float))), dtype=object)


def shape_label(args: Mapping[str, Array]) -> str:
    """The sub-domain in words: dimension k, number of posteriors N, states K, data dimension D."""
    sizes: dict[str, int] = {}
    if "mu0" in args:
        sizes["k"] = args["mu0"].shape[-1]
    elif "mu" in args:
        sizes["k"] = args["mu"].shape[-1]
        if args["mu"].ndim == 3:
            sizes["N"] = args["mu"].shape[1]
    elif "Sigma" in args:
        sizes["k"] = args["Sigma"].shape[-1]
        if args["Sigma"].ndim == 4:
            sizes["N"] = args["Sigma"].shape[1]
    if "U" in args:
        sizes["k"] = args["U"].shape[-1]
    if "log_p" in args:
        sizes["K"] = args["log_p"].shape[-1]
    if "mean_of" in args:
        sizes["N"] = args["mean_of"].shape[1]
    if "log_q" in args:
        sizes["N"] = args["log_q"].shape[1]
    if "log_phi" in args:
        sizes["N"] = args["log_phi"].shape[1]
    if "log_aggregate" in args:
        sizes["J"], sizes["K"] = args["log_aggregate"].shape[1:]
    if "log_enc" in args:
        sizes["M"], sizes["K"] = args["log_enc"].shape[1:]
    if "code" in args:
        sizes["M"] = args["code"].shape[1]
    if "log_enc1" in args:
        sizes["M"], sizes["K"] = args["log_enc1"].shape[1:]
    if "log_v1" in args:
        sizes["I"], sizes["J"] = args["log_v1"].shape[1], args["log_v2"].shape[1]
    if "p_a" in args:
        sizes["I"], sizes["J"] = args["p_a"].shape[1], args["p_b"].shape[1]
    if "log_joint" in args:
        sizes["M"], sizes["K"] = args["log_joint"].shape[1:]
    if "tables" in args:
        sizes["k"], sizes["K"] = args["tables"].shape[1:3]
    if "laws" in args:
        sizes["K"], sizes["V"] = args["laws"].shape[1:]
    if "log_encoder" in args:
        sizes["K"] = args["log_encoder"].shape[-1]
    elif "log_w" in args:
        sizes["m"] = args["log_w"].shape[-1]
    if "log_cross" in args:
        sizes["B"] = args["log_cross"].shape[-1]
    if "log_cross_each" in args:
        sizes["d"], sizes["B"] = args["log_cross_each"].shape[1:3]
    if "log_posteriors" in args:
        sizes["N"], sizes["K"] = args["log_posteriors"].shape[1:]
    if "kept" in args:
        sizes["k"] = args["kept"].shape[-1]
    if "discarded" in args:
        sizes["D"] = sizes["k"] + args["discarded"].shape[-1]
    if "x" in args:
        sizes["D"] = args["x"].shape[-1]
    if "W3" in args:
        sizes["D"], sizes["k"] = args["W3"].shape[-2], args["W1"].shape[-1]
    if "H" in args:
        sizes["k"] = args["H"].shape[-1]
    if "J" in args:
        sizes["D"], sizes["k"] = args["J"].shape[-2:]
    if not sizes and "log_lik" in args and (args["log_lik"].ndim == 3 or "delta" in args):
        sizes.update(zip("KN", args["log_lik"].shape[:0:-1], strict=False))
    if "log_q1" in args:
        sizes["I"], sizes["J"], sizes["K"] = args["log_q1"].shape[1:]
    return ", ".join(f"{name} = {size}" for name, size in sizes.items()) or "all"
