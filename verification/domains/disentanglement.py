"""Codes of known factors: laws of factors, joint tables of codes and factors, samples, importances and votes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np

from verification.balls import as_balls, working_precision
from verification.domain import Array, Case, Domain
from verification.domains.finite import dyadic

# --- laws of the factors ----------------------------------------------------------------------------------------------


def _sorted(laws: Array) -> Array:
    """Factors in ascending order of their ties."""
    order = np.argsort((laws**2).sum(-1), axis=-1)
    return np.take_along_axis(laws, order[..., None], axis=-2)


def _ascending(laws: Array) -> Array:
    return np.asarray((np.diff((np.asarray(laws, float) ** 2).sum(-1)) >= 0).all(-1))


def _laws(*shapes: tuple[int, int]) -> Any:
    def draw(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
        for shape in shapes:
            yield {"laws": _sorted(dyadic(rng, (min(n, 4), *shape)))}

    return draw


_BITS = {"laws": [[0.5, 0.5], [0.5, 0.5]]}
_UNEVEN = {"laws": [[0.5, 0.25, 0.25], [0.75, 0.125, 0.125]]}
_FAR = {"laws": [[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]}
_THREE = {"laws": [[0.5, 0.5], [0.75, 0.25], [0.125, 0.875]]}

FACTORS = Domain(
    "independent factors", (_BITS, _UNEVEN, _FAR, _THREE), _laws((2, 2), (2, 3), (3, 2)), requires=_ascending
)
UNEQUAL = Domain("independent factors, no two of one law", (_UNEVEN, _FAR, _THREE))
ALIKE = Domain(
    "independent factors of one law",
    (_BITS, {"laws": [[0.5, 0.125, 0.375]] * 2}, {"laws": [[0.75, 0.25]] * 3}),
)
FACTORS_AND_NOISE = Domain(
    "independent factors and, last, noise",
    ({"laws": [[0.5, 0.25, 0.25], [0.75, 0.125, 0.125], [0.25, 0.5, 0.25]]}, _THREE),
    _laws((3, 2)),
)
TWO_FACTORS = Domain("two independent factors", (_BITS, _UNEVEN, _FAR), _laws((2, 2), (2, 3)), requires=_ascending)

# --- pairs of codes ---------------------------------------------------------------------------------------------------


def _eighths(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Numbers that floats add exactly."""
    return np.asarray(rng.integers(-24, 25, size=shape) / 8)


def _pairs(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for L, k in ((4, 2), (2, 3)):
        yield {"first": _eighths(rng, (n, L, k)), "second": _eighths(rng, (n, L, k))}


_HELD = {"first": [[0.5, 1.0], [0.5, 3.0]], "second": [[0.5, 2.0], [0.5, 0.25]]}
_MOVED = {"first": [[1.0, -2.0, 0.5], [0.25, 0.0, -3.0]], "second": [[-1.5, 2.0, 0.5], [4.0, 1.0, -2.0]]}
PAIRS = Domain("L pairs of codes", (_HELD, _MOVED), _pairs)
PERMUTED = Domain(
    "L pairs of codes and a signed permutation",
    (
        {**_HELD, "U": [[0, -1], [1, 0]]},
        {**_MOVED, "U": [[0, 0, 1], [-1, 0, 0], [0, -1, 0]]},
        {**_MOVED, "U": [[-1, 0, 0], [0, 1, 0], [0, 0, -1]]},
    ),
)


BATCHES = Domain(
    "codes of inputs that share a factor, and their spreads",
    (
        {"codes": _HELD["first"], "scale": [0.5, 2.0]},
        {"codes": [[1.0, -2.0, 0.5], [0.25, 0.0, -3.0], [0.25, 1.5, 2.0]], "scale": [1.0, 0.25, 3.0]},
    ),
    lambda rng, n: iter([{"codes": _eighths(rng, (n, 5, 2)), "scale": np.exp(rng.normal(size=(n, 2)))}]),
)


def _gaussians(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    mu1, mu2 = rng.normal(size=(2, n))
    sigma1, sigma2 = np.exp(rng.uniform(-2, 1, size=(2, n)))
    yield {"mu1": mu1, "sigma1": sigma1, "mu2": mu2, "sigma2": sigma2}


DRAWN = Domain(
    "two Gaussian posteriors of one dimension",
    (
        {"mu1": 0.75, "sigma1": 0.5, "mu2": -0.5, "sigma2": 1.25},
        {"mu1": -1.0, "sigma1": 0.25, "mu2": 0.5, "sigma2": 0.5},
        {"mu1": 0.25, "sigma1": 2.0, "mu2": 0.125, "sigma2": 1.0},
    ),
    _gaussians,
)

# --- joint tables of codes and factors --------------------------------------------------------------------------------


def _tables(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k, K, S, V in ((2, 2, 2, 2), (3, 2, 3, 2)):
        given = dyadic(rng, (min(n, 6), k, K, V, S))
        factors = dyadic(rng, (min(n, 6), 1, K, V))
        yield {"tables": (given * factors[..., None]).swapaxes(-1, -2)}


def _seen(code: Any, chances: Any = ((0.5, 0.5), (0.5, 0.5))) -> Case:
    """The tables of a code of two independent factors, by enumeration."""
    points = list(product(*(range(len(law)) for law in chances)))
    codes = [code(*v) for v in points]
    weights = [chances[0][a] * chances[1][b] for a, b in points]
    k, S, V = len(codes[0]), len({z for row in codes for z in row}), max(map(len, chances))
    index = {z: s for s, z in enumerate(sorted({z for row in codes for z in row}))}
    joint = np.zeros((k, 2, S, V))
    for v, z, weight in zip(points, codes, weights, strict=True):
        for i, j in product(range(k), range(2)):
            joint[i, j, index[z[i]], v[j]] += weight
    return {"tables": joint}


_UNLIKE = ((0.25, 0.75), (0.5, 0.5))
_FOUR = ((0.5, 0.25, 0.125, 0.125), (0.25, 0.25, 0.25, 0.25))
_GIVEN = np.array([[[0.75, 0.25], [0.125, 0.875]], [[0.5, 0.5], [0.25, 0.75]], [[0.0625, 0.9375], [0.5, 0.5]]])
_FACTORS = np.array([[0.25, 0.75], [0.5, 0.5]])
_NOISY = {"tables": np.stack([given.swapaxes(-1, -2) * _FACTORS[:, None] for given in _GIVEN])}
TABLES = Domain("joint tables of codes and factors", (_NOISY,), _tables)
WITH_ZEROS = Domain(
    "joint tables of codes that are functions of the factors",
    (_seen(lambda a, b: (a, a + b)), _seen(lambda a, b: (a * b, b, a + b), _UNLIKE)),
)
PERFECT = Domain(
    "tables of codes that are the factors, each in a spelling of its own",
    (
        _seen(lambda a, b: (a, b)),
        _seen(lambda a, b: (1 - b, a), _UNLIKE),
        _seen(lambda a, b: (5 * a * a, 3 - b, 0), _FOUR),
    ),
)
NO_GAP = Domain(
    "tables of codes each of whose bits stands in two of them, or of which none knows a factor",
    (
        _seen(lambda a, b: (a, a, b, b), _UNLIKE),
        _seen(lambda a, b: ((a + b) % 2, 0)),
        _seen(lambda a, b: (a + b, a - b)),
        _seen(lambda a, b: (3 * a + 4 * b, 3 * b - 4 * a)),
    ),
)
ONE_TABLE = Domain(
    "the joint table of a code and a factor",
    (
        {"table": [[0.25, 0.125], [0.125, 0.5]]},
        {"table": [[0.25, 0.0625, 0.1875], [0.125, 0.25, 0.125]]},
        {"table": [[0.5, 0.0], [0.0, 0.25], [0.0, 0.0], [0.125, 0.125]]},
    ),
    lambda rng, n: iter([{"table": dyadic(rng, (n, 6)).reshape(n, 3, 2)}]),
)

# --- samples, scores, importances and votes ---------------------------------------------------------------------------


def _samples(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for N, k, K in ((6, 2, 2), (5, 3, 2)):
        yield {"codes": rng.normal(size=(n, N, k)), "factors": rng.normal(size=(n, N, K))}


_SAMPLE = {
    "codes": [[1.0, 0.5], [-1.0, 0.25], [2.0, -1.5], [0.5, 3.0]],
    "factors": [[1.0, 0.0], [0.0, 0.5], [2.0, -1.0], [1.5, 2.0]],
}
_WIDE = {
    "codes": [[1.0, 0.5, 2.0], [-1.0, 0.25, 1.0], [2.0, -1.5, 0.0], [0.5, 3.0, -2.0], [0.0, 1.0, 0.5]],
    "factors": [[1.0, 0.0], [0.0, 0.5], [2.0, -1.0], [1.5, 2.0], [0.25, -0.75]],
}
SAMPLES = Domain("codes and factors of a sample", (_SAMPLE, _WIDE), _samples)
RESCALED = Domain(
    "codes and factors of a sample, and a unit for each code",
    ({**_SAMPLE, "units": np.diag([2.0, -0.125])}, {**_WIDE, "units": np.diag([-1.0, 8.0, 0.5])}),
)
_SQUARE = np.array([[-1.5, 0.5], [1.5, 0.5], [-1.5, -0.5], [1.5, -0.5]])
_CROSS = np.array(list(product((-2.0, -1.0, 1.0, 2.0), (-1.0, 0.0, 1.0))))
UNCORRELATED = Domain(
    "uncorrelated factors, and codes that are the factors",
    (
        {"codes": _SQUARE[:, ::-1] * [2.0, -0.25] + [1.0, 0.0], "factors": _SQUARE},
        {"codes": np.column_stack([_CROSS[:, 0] * 0.5, 3 - _CROSS[:, 1], _CROSS.prod(1)]), "factors": _CROSS},
    ),
)
WITHOUT_LINE = Domain(
    "codes each of which stands twice, or is an even function of a symmetric factor",
    (
        {"codes": np.concatenate([_SQUARE, -_SQUARE], 1), "factors": _SQUARE},
        {"codes": _CROSS**2, "factors": _CROSS},
    ),
)


def _turn(t: Any) -> Array:
    """The rotation by twice the angle whose tangent is t, exactly."""
    with working_precision(600):
        x = as_balls(np.asarray(t, float))
        c, s = (1 - x * x) / (1 + x * x), 2 * x / (1 + x * x)
        return np.stack([np.stack([c, -s], -1), np.stack([s, c], -1)], -2)


TURNS = Domain(
    "a rotation of the plane",
    tuple({"U": _turn(t)} for t in (0.5, 0.25, -0.625)),
    lambda rng, n: iter([{"U": _turn(rng.normal(size=n))}]),
)
SCORES = Domain(
    "scores of codes for factors",
    (
        {"scores": [[0.5, 0.25], [0.75, 1.0]]},
        {"scores": [[0.5, 0.25], [0.75, 1.0], [0.625, 2.0]]},
        {"scores": [[3.0, 0.0, 1.0], [2.0, 4.0, 0.5], [1.0, 2.0, 0.25], [2.5, 1.0, 2.0]]},
    ),
    lambda rng, n: iter([{"scores": rng.uniform(size=(n, 4, 2))}]),
)
IMPORTANCES = Domain(
    "importances of codes for factors",
    (
        {"importance": [[0.75, 0.125], [0.25, 0.5]]},
        {"importance": [[2.0, 0.5], [0.25, 1.0], [0.5, 0.125]]},
        {"importance": [[1.0, 0.0, 2.0], [0.0, 0.5, 0.0], [0.25, 0.0, 4.0]]},
        {"importance": [[1.0, 0.25], [0.0, 0.0], [0.5, 0.0]]},
    ),
    lambda rng, n: iter([{"importance": rng.exponential(size=(n, 3, 2))}]),
)
VOTES = Domain(
    "votes of codes for factors",
    (
        {"votes": [[9.0, 2.0], [1.0, 8.0]]},
        {"votes": [[5.0, 4.0, 1.0], [1.0, 3.0, 0.0], [0.0, 2.0, 4.0]]},
        {"votes": [[7.0, 3.0], [0.0, 0.0], [2.0, 5.0]]},
    ),
    lambda rng, n: iter([{"votes": 1.0 + rng.integers(0, 30, size=(min(n, 6), 3, 2))}]),
)
_OWN_FACTOR = (
    [[0.75, 0.0], [0.0, 0.5]],
    [[0.5, 0.0], [0.0, 2.0], [0.25, 0.0]],
    [[0.0, 1.0, 0.0], [3.0, 0, 0], [0, 0, 2]],
)
ONE_FACTOR_EACH = Domain("importances of codes for one factor each", tuple({"importance": R} for R in _OWN_FACTOR))
ONE_CODE_EACH = Domain(
    "importances of one code for each factor",
    ({"importance": [[0.75, 0.5], [0.0, 0.0]]}, {"importance": [[0.5, 0.0, 0.25], [0.0, 2.0, 0.0], [0.0, 0.0, 0.0]]}),
)
ONE_FACTOR_VOTED = Domain("votes of codes for one factor each", tuple({"votes": V} for V in _OWN_FACTOR))
HEEDLESS = Domain(
    "votes that do not heed the factor",
    tuple(
        {"votes": np.outer(codes, factors)}
        for codes, factors in (((0.25, 0.75), (0.5, 0.5)), ((0.5, 0.125, 0.375), (0.25, 0.75)))
    ),
)
