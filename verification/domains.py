"""Named domains: literal witnesses on which mistakes must be caught, and seeded draws that look for violations.

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
    groups: dict[str, list[tuple[dict[str, Array], int]]] = {}
    for case in domain.witnesses:
        args = {name: as_numbers(value)[None] for name, value in case.items()}
        groups.setdefault(shape_label(args), []).append((args, 1))
    if domain.draw is not None and draws:
        rng = np.random.default_rng([seed, zlib.crc32(domain.name.encode())])
        for args in domain.draw(rng, draws):
            groups.setdefault(shape_label(args), []).append((args, 0))
    batches = []
    for label, members in groups.items():
        joined = {name: join([m[name] for m, _ in members]) for name in members[0][0]}
        if domain.requires is not None:
            valid = np.asarray(domain.requires(**joined))
            witnesses = sum(w for _, w in members)
            if not valid[:witnesses].all():
                raise ValueError(
                    f"domain {domain.name}: witness {int(np.argmin(valid))} of {label} is outside the domain"
                )
            joined = {name: value[valid] for name, value in joined.items()}
        batches.append(Batch(label, joined, sum(w for _, w in members)))
    return batches


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
    if "log_p" in args:
        sizes["K"] = args["log_p"].shape[-1]
    if "log_q" in args:
        sizes["N"] = args["log_q"].shape[1]
    if "log_phi" in args:
        sizes["N"] = args["log_phi"].shape[1]
    if "x" in args:
        sizes["D"] = args["x"].shape[-1]
    return ", ".join(f"{name} = {size}" for name, size in sizes.items()) or "all"


# --- the field's objects ----------------------------------------------------------------------------------------------


def covariances(rng: np.random.Generator, shape: tuple[int, ...], k: int, spread: float = 1.0) -> Array:
    """Random covariances with log-normal eigenvalues around 0.5 and random orientations."""
    rotation, _ = np.linalg.qr(rng.normal(size=(*shape, k, k)))
    scales = np.exp(spread * rng.normal(size=(*shape, k)) - 0.7)
    sigma = (rotation * scales[..., None, :]) @ rotation.swapaxes(-1, -2)
    return np.asarray((sigma + sigma.swapaxes(-1, -2)) / 2)


def covariance(k: int, seed: int, spread: float = 1.0) -> Array:
    """One fixed covariance, for a witness."""
    return covariances(np.random.default_rng(seed), (), k, spread)


def simplex(rng: np.random.Generator, shape: tuple[int, ...], concentration: float = 1.0) -> Array:
    """Random probability vectors along the last axis, none smaller than 1e-12."""
    weights = rng.gamma(concentration, size=shape) + 1e-12
    return np.asarray(weights / weights.sum(-1, keepdims=True))


def beta_inside(rng: np.random.Generator, n: int) -> Array:
    """beta in (0, 1), a tenth of them within 1 % of an end."""
    beta = rng.uniform(0.02, 0.98, size=n)
    beta[: n // 10] = rng.uniform(0.0005, 0.01, size=n // 10)
    return beta


def aggregates(rng: np.random.Generator, n: int, N: int, k: int) -> dict[str, Array]:
    """N posteriors a case: from nearly equal to well separated."""
    separation = np.exp(rng.uniform(np.log(0.02), np.log(4.0), size=(n, 1, 1)))
    return {
        "mu": separation * rng.normal(size=(n, N, k)),
        "Sigma": covariances(rng, (n, N), k, 0.6),
        "beta": beta_inside(rng, n),
    }


def one(mu: Any, Sigma: Any, beta: float) -> Case:
    return {"mu": mu, "Sigma": Sigma, "beta": beta}


def _one_gaussian(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2, 3):
        yield {
            "mu": 1.5 * rng.normal(size=(n, k)),
            "Sigma": covariances(rng, (n,), k, 1.2),
            "beta": beta_inside(rng, n),
        }


_S2 = [[0.9, 0.3], [0.3, 0.4]]
_S3 = [[0.9, 0.2, 0.1], [0.2, 0.6, -0.1], [0.1, -0.1, 0.8]]

ONE_GAUSSIAN = Domain(
    "one Gaussian, 0 < beta < 1",
    (
        one([0.0], [[1.0]], 0.5),
        one([1.0], [[0.25]], 0.3),
        one([-2.0], [[3.0]], 0.8),
        one([0.7], [[0.01]], 0.95),
        one([1.0, -0.5], _S2, 0.3),
        one([-0.4, 1.2], covariance(2, 1), 0.7),
        one([0.5, -1.0, 0.8], _S3, 0.4),
    ),
    _one_gaussian,
)


def _any_beta(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2):
        beta = np.where(rng.random(n) < 0.5, rng.uniform(-2.0, -0.05, n), rng.uniform(1.05, 3.0, n))
        inside = rng.uniform(0.05, 0.9, size=(n, k))
        negative, above = (1 - beta) / -beta, (beta - 1) / beta
        eigenvalues = np.where(beta[:, None] < 0, inside * negative[:, None], above[:, None] / inside)
        rotation, _ = np.linalg.qr(rng.normal(size=(n, k, k)))
        sigma = (rotation * eigenvalues[:, None, :]) @ rotation.swapaxes(-1, -2)
        yield {"mu": rng.normal(size=(n, k)), "Sigma": (sigma + sigma.swapaxes(-1, -2)) / 2, "beta": beta}


def tilt_exists(mu: Array, Sigma: Array, beta: Array) -> Array:
    """beta I + (1 - beta) Sigma^-1 positive definite: the tilted Gaussian is integrable."""
    s = np.linalg.eigvalsh(Sigma)
    b = np.asarray(beta)[:, None]
    return np.asarray((b + (1 - b) / s > 0).all(-1))


ANY_BETA = Domain(
    "one Gaussian, beta outside [0, 1] where the integral is finite",
    (
        one([0.5], [[1.5]], -0.5),
        one([1.0], [[0.3]], -1.0),
        one([1.0], [[1.0]], 1.5),
        one([-0.8], [[2.0]], 2.0),
        one([0.5, 1.0], [[1.4, 0.2], [0.2, 1.1]], -0.6),
        one([0.5, -0.3], [[1.4, 0.2], [0.2, 1.1]], 1.8),
    ),
    _any_beta,
    requires=tilt_exists,
    border=Border("beta", 0.5, -3.0),
)


def _aggregate(shapes: tuple[tuple[int, int], ...]) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for N, k in shapes:
            yield aggregates(rng, n, N, k)

    return draw


_LINE = (
    one([[-0.5], [1.5]], [[[0.25]], [[0.6]]], 0.3),
    one([[-2.0], [0.3], [1.4]], [[[0.1]], [[0.5]], [[0.2]]], 0.6),
    one([[0.6], [0.7], [-0.9]], [[[0.8]], [[0.5]], [[1.6]]], 0.85),
)
_PLANE = (
    one([[-1.0, 0.4], [0.8, 0.9]], [_S2, [[0.3, -0.1], [-0.1, 0.5]]], 0.4),
    one([[0.5, 0.1], [0.6, -0.2]], [[[0.7, 0.2], [0.2, 0.9]], [[0.5, 0.0], [0.0, 1.3]]], 0.75),
)

AGGREGATE = Domain("aggregate of N Gaussians", (*_LINE, *_PLANE), _aggregate(((2, 1), (3, 1), (2, 2))))
AGGREGATE_LINE = Domain("aggregate of N Gaussians on the line", _LINE, _aggregate(((2, 1), (3, 1))))

_EQUAL = np.array([[0.4, -0.8]])
EQUAL_POSTERIORS = Domain(
    "N equal posteriors (where the Jensen and power-mean bounds are attained)",
    (
        one([[0.7], [0.7]], [[[0.3]], [[0.3]]], 0.35),
        one([[-1.0]] * 4, [[[0.6]]] * 4, 0.8),
        one([[0.4, -0.8]] * 2, [_S2] * 2, 0.55),
    ),
)
EQUAL_TO_PRIOR = Domain(
    "every posterior equal to the prior (where collapse bounds are attained)",
    (
        one([[0.0], [0.0]], [[[1.0]]] * 2, 0.35),
        one([[0.0]] * 3, [[[1.0]]] * 3, 0.8),
        one([[0.0, 0.0]] * 2, [np.eye(2).tolist()] * 2, 0.55),
    ),
)
SEPARATED = Domain(
    "posteriors so far apart that they do not overlap (where the sum over components is attained)",
    (
        one([[-1.0], [1.0]], [[[1e-4]], [[2e-4]]], 0.4),
        one([[-2.0], [0.5], [3.0]], [[[1e-4]], [[5e-5]], [[2e-4]]], 0.25),
        one([[-1.0, 0.2], [1.0, -0.7]], [[[2e-4, 5e-5], [5e-5, 1e-4]], [[1e-4, 0.0], [0.0, 3e-4]]], 0.3),
    ),
)


def _with_phi(draw: Draw, concentration: float = 1.5) -> Draw:
    def with_phi(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for args in draw(rng, n):
            yield {**args, "phi": simplex(rng, args["mu"].shape[:2], concentration)}

    return with_phi


AGGREGATE_WITH_WEIGHTS = Domain(
    "aggregate on the line with constant weights phi",
    (
        {**_LINE[0], "phi": [0.5, 0.5]},
        {**_LINE[0], "phi": [0.9, 0.1]},
        {**_LINE[1], "phi": [0.2, 0.3, 0.5]},
    ),
    _with_phi(_aggregate(((2, 1), (3, 1)))),
)

SEPARATED_LINE = Domain("posteriors on the line that do not overlap", SEPARATED.witnesses[:2])
SHRINKING = Domain(
    "distinct means on the line, variances running to zero",
    (one([[-0.5], [1.5]], [[[0.25]], [[0.6]]], 0.3), one([[-2.0], [0.3], [1.4]], [[[0.1]], [[0.5]], [[0.2]]], 0.6)),
)


def _two(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2):
        yield {
            "mu0": rng.normal(size=(n, k)), "Sigma0": covariances(rng, (n,), k, 0.6),
            "mu1": rng.normal(size=(n, k)), "Sigma1": covariances(rng, (n,), k, 0.6),
            "alpha": rng.uniform(0.05, 0.95, n),
        }  # fmt: skip


TWO_GAUSSIANS = Domain(
    "two Gaussians and an order alpha",
    (
        {"mu0": [0.3], "Sigma0": [[0.5]], "mu1": [-1.0], "Sigma1": [[1.3]], "alpha": 0.4},
        {"mu0": [0.3, 1.0], "Sigma0": _S2, "mu1": [-1.0, 0.4], "Sigma1": [[1.3, -0.2], [-0.2, 0.8]], "alpha": 0.7},
    ),
    _two,
)


def _point_gaussian(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 3):
        yield {"z": rng.normal(size=(n, k)), "mu": rng.normal(size=(n, k)), "Sigma": covariances(rng, (n,), k, 0.8)}


POINT_GAUSSIAN = Domain(
    "a point z and one Gaussian",
    (
        {"z": [0.4], "mu": [-0.3], "Sigma": [[0.6]]},
        {"z": [0.4, 1.0], "mu": [-0.3, 0.5], "Sigma": _S2},
        {"z": [0.4, 1.0, -0.2], "mu": [-0.3, 0.5, 0.1], "Sigma": _S3},
    ),
    _point_gaussian,
)

EQUAL_WEIGHTS = Domain(
    "equal posteriors on the line with equal weights",
    ({**EQUAL_POSTERIORS.witnesses[0], "phi": [0.5, 0.5]}, {**EQUAL_POSTERIORS.witnesses[1], "phi": [0.25] * 4}),
)


def _line_gaussian(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"mu": 1 + rng.random((n, 1)), "Sigma": covariances(rng, (n,), 1, 0.6), "beta": rng.uniform(0.05, 0.9, n)}


ONE_GAUSSIAN_LINE = Domain(
    "one Gaussian on the line with mean other than 0",
    (one([1.0], [[0.25]], 0.3), one([-2.0], [[3.0]], 0.8), one([0.7], [[0.5]], 0.5)),
    _line_gaussian,
)


def _order_gaussian(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2):
        beta = rng.uniform(0.05, 0.9, n)
        yield {"mu": 0.5 * rng.random((n, k)) + 0.1, "Sigma": covariances(rng, (n,), k, 0.6), "beta": beta}


ORDER_GAUSSIAN = Domain(
    "one Gaussian whose leading coefficient is not 0",
    (one([0.5], [[0.25]], 0.3), one([0.7], [[3.0]], 0.4), one([1.0, -0.5], [[0.9, 0.3], [0.3, 0.4]], 0.3)),
    _order_gaussian,
)


EQUAL_DETERMINANTS = Domain(
    "covariances of equal determinants (dyadic, so that they are equal in floats)",
    (
        {"Sigma": [[[0.5]], [[0.5]]], "mu": [[0.0], [1.0]], "beta": 0.3},
        {"Sigma": [[[2.0, 0.0], [0.0, 0.5]], [[1.0, 0.0], [0.0, 1.0]]], "mu": [[0.0, 1.0], [1.0, 0.5]], "beta": 0.6},
        {"Sigma": [[[1.0, 0.5], [0.5, 1.25]], [[4.0, 0.0], [0.0, 0.25]]], "mu": [[0.0, 1.0], [1.0, 0.5]], "beta": 0.8},
    ),
)

ENVELOPED = Domain("aggregate under an envelope", (*_LINE, *_PLANE), _aggregate(((3, 1),)))
SAMPLED_AGGREGATE = Domain(
    "aggregates whose r is sampled",
    (
        one([[-1.5], [1.5]], [[[0.2]], [[0.4]]], 0.25),
        one([[-1.5, 0.5], [1.0, -1.0], [0.3, 1.2]], [_S2, [[0.3, -0.1], [-0.1, 0.5]], [[0.2, 0.0], [0.0, 0.1]]], 0.6),
    ),
)

_CLOSE = [[-0.5], [0.5]]
FLAT_DECODER = Domain(
    "small equal variances about means close to 0 (a decoder that does not care)",
    (
        one(_CLOSE, [[[1e-3]]] * 2, 0.5),
        one([[-0.75], [0.5]], [[[5e-4]]] * 2, 0.7),
        one([[-0.25], [0.75]], [[[1e-3]]] * 2, 0.3),
    ),
)
SHRINKING_EQUALLY = Domain(
    "distinct means on the line, one variance for all, running to zero",
    (one(_CLOSE, [[[0.5]]] * 2, 0.5), one([[-2.0], [0.3], [1.4]], [[[0.3]]] * 3, 0.6)),
)
SHRINKING_EQUALLY_CLOSE = Domain(
    "distinct means on the line, one variance for all, non-zero slope",
    (one(_CLOSE, [[[1.0]]] * 2, 0.5), one([[-0.75], [0.5]], [[[0.5]]] * 2, 0.7)),
)
DEGENERATE = Domain(
    "means with log-likelihoods at them",
    (
        {"log_lik_at_means": [-1.0, -2.5], "mu": [[0.3], [-1.0]], "beta": 0.4},
        {"log_lik_at_means": [-1.0, -2.5, 0.5], "mu": [[0.3, 1.0], [-1.0, 0.2], [0.6, -0.7]], "beta": 0.7},
    ),
)

# --- one point z: densities q_n(z) and weights phi(n; z) ------------------------------------------------------------


def _mixture_terms(spread: float) -> Draw:
    def draw(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for N in (2, 4):
            log_q = 1.5 * rng.normal(size=(n, N))
            posterior = log_q - np.logaddexp.reduce(log_q, axis=-1, keepdims=True)
            tilt = posterior + spread * rng.normal(size=(n, N)) * 10.0 ** rng.uniform(-5, 0, size=(n, 1))
            log_phi = tilt - np.logaddexp.reduce(tilt, axis=-1, keepdims=True)
            yield {"log_q": log_q, "log_phi": log_phi, "beta": beta_inside(rng, n)}

    return draw


def point(log_q: Any, phi: Any, beta: float) -> Case:
    return {"log_q": log_q, "log_phi": exact_log(phi), "beta": beta}


MIXTURE_TERMS = Domain(
    "densities q_n(z) at a point with weights phi(n; z), many of them near the optimal ones",
    (
        point([0.3, -1.0], [0.5, 0.5], 0.4),
        point([-2.0, 0.5, 1.0], [0.2, 0.3, 0.5], 0.25),
        point([-0.1, 0.2, 0.4, -3.0], [0.7, 0.1, 0.1, 0.1], 0.8),
    ),
    _mixture_terms(1.0),
)


OPTIMAL_WEIGHTS = Domain(
    "densities q_n(z) at a point with one component only, or equal ones: weights exactly optimal",
    (
        point([0.75], [1.0], 0.4),
        point([0.5, 0.5], [0.5, 0.5], 0.3),
        point([-1.25] * 4, [0.25] * 4, 0.7),
    ),
)


def _terms_only(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N in (2, 4):
        yield {"log_q": 1.5 * rng.normal(size=(n, N)), "beta": beta_inside(rng, n)}


MINUS_ONE = Domain(
    "densities q_n(z) at a point, beta = -1",
    ({"log_q": [0.3, -1.0], "beta": -1.0}, {"log_q": [-2.0, 0.5, 1.0], "beta": -1.0}),
)
MIXTURE_TERMS_BELOW_ZERO = Domain(
    "densities q_n(z) at a point with weights phi(n; z), beta < 0",
    (
        point([0.0, 1.0], [0.5, 0.5], -1.0),
        point([-2.0, 0.5, 1.0], [0.2, 0.3, 0.5], -0.5),
        point([-0.1, 0.2, 0.4, -3.0], [0.7, 0.1, 0.1, 0.1], -2.0),
    ),
)
OPTIMAL_WEIGHTS_BELOW_ZERO = Domain(
    "weights exactly optimal, beta < 0",
    tuple({**case, "beta": -case["beta"]} for case in OPTIMAL_WEIGHTS.witnesses),
)
ONE_DENSITY = Domain(
    "one component, or one of several that has all the density",
    (
        {"log_q": [0.75], "beta": 0.4},
        {"log_q": [-1.25], "beta": 0.7},
        {"log_q": [-2000.0, 0.75, -2000.0], "beta": 0.4},
    ),
)

DENSITIES = Domain(
    "densities q_n(z) at a point",
    (
        {"log_q": [0.3, -1.0], "beta": 0.4},
        {"log_q": [-2.0, 0.5, 1.0], "beta": 0.25},
        {"log_q": [-0.1, 0.2, 0.4, -3.0], "beta": 0.8},
    ),
    _terms_only,
)


def _points(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, k in ((2, 1), (3, 2)):
        yield {"z": rng.normal(size=(n, k)), **aggregates(rng, n, N, k)}


AGGREGATE_AT_POINT = Domain(
    "a point z and an aggregate of N Gaussians",
    (
        {"z": [0.3], **_LINE[0]},
        {"z": [-1.1], **_LINE[1]},
        {"z": [0.2, -0.6], **_PLANE[0]},
        {"z": [1.2, 0.5], **_PLANE[1]},
    ),
    _points,
)

# --- one data point under a linear-Gaussian decoder -----------------------------------------------------------------


def _linear(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k in (1, 2):
        yield {
            "x": rng.normal(size=(n, 2)),
            "W": rng.normal(size=(n, 2, k)),
            "noise": np.exp(rng.uniform(-1.5, 1.0, n)),
            "mu": rng.normal(size=(n, k)),
            "Sigma": covariances(rng, (n,), k, 0.7),
            "beta": rng.uniform(0.05, 0.95, n),
        }


def _above_one(draw: Draw) -> Draw:
    def raised(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for args in draw(rng, n):
            yield {**args, "beta": 1 + 3 * args["beta"]}

    return raised


_DECODED = (
    {"x": [0.5, -1.0], "W": [[0.8], [-0.3]], "noise": 0.5, "mu": [0.4], "Sigma": [[0.6]], "beta": 0.3},
    {"x": [1.5, 0.4], "W": [[0.4], [1.1]], "noise": 0.2, "mu": [-0.2], "Sigma": [[1.3]], "beta": 0.7},
)
_DECODED_PLANE = (
    {"x": [0.5, -1.0], "W": [[0.8, 0.2], [-0.3, 0.5]], "noise": 0.4, "mu": [0.4, -0.6], "Sigma": _S2, "beta": 0.6},
)
LINEAR_DECODER = Domain("linear-Gaussian decoder, any Gaussian encoder", (*_DECODED, *_DECODED_PLANE), _linear)
LINEAR_DECODER_ABOVE_ONE = Domain(
    "linear-Gaussian decoder, any Gaussian encoder, beta > 1",
    tuple({**case, "beta": 1 + case["beta"]} for case in (*_DECODED, *_DECODED_PLANE)),  # type: ignore[operator]
    _above_one(_linear),
)


def _exact_posterior(x: Any, W: Any, noise: float, beta: float) -> Case:
    W_, x_ = np.asarray(W, float), np.asarray(x, float)
    precision = np.eye(W_.shape[1]) + W_.T @ W_ / noise
    return {"x": x, "W": W, "noise": noise, "mu": np.linalg.solve(precision, W_.T @ x_ / noise).tolist(),
            "Sigma": np.linalg.inv(precision).tolist(), "beta": beta}  # fmt: skip


IGNORED_DECODER = Domain(
    "decoder that ignores z, encoder equal to the prior, beta > 1",
    (
        {"x": [0.5, -1.0], "W": [[0.0], [0.0]], "noise": 0.5, "mu": [0.0], "Sigma": [[1.0]], "beta": 1.5},
        {"x": [1.5], "W": [[0.0, 0.0]], "noise": 2.0, "mu": [0.0, 0.0], "Sigma": np.eye(2).tolist(), "beta": 4.0},
    ),
)
EXACT_POSTERIOR = Domain(
    "linear-Gaussian decoder with the exact posterior as encoder (dyadic numbers, so that it is exact in floats)",
    (
        _exact_posterior([0.5, -1.0], [[1.0], [1.0]], 2.0, 0.5),
        _exact_posterior([1.5, 0.25], [[1.0], [0.0]], 1.0, 0.25),
        _exact_posterior([0.5, -1.5], [[1.0, 0.0], [0.0, 1.0]], 1.0, 0.75),
    ),
)


def _linear_aggregate(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N in (2, 3):
        yield {
            "x": rng.normal(size=(n, N, 2)),
            "W": rng.normal(size=(n, 2, 1)),
            "noise": np.exp(rng.uniform(-1.5, 1.0, n)),
            **aggregates(rng, n, N, 1),
        }


DECODED_AGGREGATE = Domain(
    "aggregate on the line under a linear-Gaussian decoder",
    (
        {"x": [[0.5, -1.0], [1.0, 0.2]], "W": [[0.8], [-0.3]], "noise": 0.5, **_LINE[0]},
        {"x": [[0.5, -1.0], [1.0, 0.2], [-0.7, 0.1]], "W": [[0.4], [1.1]], "noise": 0.3, **_LINE[1]},
        {"x": [[0.1, 0.4], [0.3, 0.2], [-0.7, 0.9]], "W": [[0.9], [0.2]], "noise": 0.8, **_LINE[2]},
    ),
    _linear_aggregate,
)

# --- finite models --------------------------------------------------------------------------------------------------


def dyadic(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Random probabilities that are multiples of 2^-12 and sum to one exactly."""
    counts = rng.multinomial(4096 - shape[-1], simplex(rng, shape, 0.7))
    return np.asarray((counts + 1) / 4096)


def _finite(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, K in ((2, 3), (4, 5)):
        yield {
            "log_q": exact_log(dyadic(rng, (n, N, K))),
            "log_p": exact_log(dyadic(rng, (n, K))),
            "log_lik": np.log(rng.uniform(0.02, 0.98, size=(n, N, K))),
            "phi": simplex(rng, (n, N)),
            "beta": beta_inside(rng, n),
        }


def finite_case(q: Any, p: Any, likelihood: Any, phi: Any, beta: float) -> Case:
    return {"log_q": exact_log(q), "log_p": exact_log(p), "log_lik": np.log(likelihood).tolist(),
            "phi": phi, "beta": beta}  # fmt: skip


FINITE = Domain(
    "finite model: z in 1..K",
    (
        finite_case(
            [[0.75, 0.125, 0.125], [0.125, 0.25, 0.625]],
            [0.5, 0.25, 0.25],
            [[0.9, 0.5, 0.1], [0.2, 0.6, 0.7]],
            [0.4, 0.6],
            0.3,
        ),
        finite_case(
            [[0.25, 0.25, 0.5], [0.625, 0.25, 0.125]],
            [0.125, 0.25, 0.625],
            [[0.3, 0.5, 0.1], [0.8, 0.6, 0.2]],
            [0.7, 0.3],
            0.75,
        ),
    ),
    _finite,
)


def _flat(K: int, N: int, level: float, beta: float) -> Case:
    """Every posterior equal to p and a likelihood that does not depend on z: then r = p and every bound is attained."""
    p = np.append(0.5 ** np.arange(1, K), 0.5 ** (K - 1))
    return finite_case([p] * N, p, np.full((N, K), level), np.full(N, 1 / N), beta)


FINITE_FLAT = Domain(
    "finite model whose likelihood ignores z, every posterior equal to p",
    (_flat(3, 2, 0.4, 0.3), _flat(4, 2, 0.25, 0.7)),
)


def _vectors(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {"log_phi": np.log(simplex(rng, (n, 4)))}


RESPONSIBILITY_VECTORS = Domain(
    "posteriors over n at a point",
    (
        {"log_phi": np.log([0.2, 0.8]).tolist()},
        {"log_phi": np.log([0.1, 0.2, 0.3, 0.4]).tolist()},
        {"log_phi": [0.0]},
    ),
    _vectors,
)

TRAINED = Domain("beta-VAEs trained on real digits", ())


def _weights(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    yield {
        "log_weight": np.log(rng.uniform(0.05, 1.0, size=(n, 3))),
        "log_proposal": exact_log(dyadic(rng, (n, 3))),
        "count": np.full(n, 3.0),
    }


IMPORTANCE = Domain(
    "bounded importance weights on a finite set, a few draws",
    (
        {"log_weight": np.log([1.0, 0.2, 0.6]).tolist(), "log_proposal": exact_log([0.5, 0.25, 0.25]), "count": 2.0},
        {"log_weight": np.log([0.1, 0.9, 0.3]).tolist(), "log_proposal": exact_log([0.25, 0.25, 0.5]), "count": 4.0},
    ),
    _weights,
)
RESPONSIBILITIES_AND_BETA = Domain(
    "posteriors over n at a point, and beta",
    (
        {"log_phi": exact_log([0.25, 0.75]), "beta": 0.2},
        {"log_phi": exact_log([0.125, 0.25, 0.125, 0.5]), "beta": 0.3},
        {"log_phi": exact_log([0.5, 0.25, 0.25]), "beta": 0.7},
    ),
    lambda rng, n: iter([{"log_phi": exact_log(dyadic(rng, (n, 4))), "beta": beta_inside(rng, n)}]),
)
ONE_RESPONSIBLE = Domain("one component only, and beta", ({"log_phi": exact_log([1.0]), "beta": 0.3},))
AT_ONE = Domain("beta = 1", tuple({**case, "beta": 1.0} for case in (*_LINE, *_PLANE)))
