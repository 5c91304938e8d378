"""Domains of finite worlds: data, a code, a prior and a decoder; coordinates of a code; causes of an effect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.domain import Array, Border, Case, Domain, Draw, exact_log
from verification.domains.finite import dyadic

Rng = np.random.Generator


def _weights(rng: Rng, n: int, low: float = -0.9, high: float = 3.0) -> dict[str, Array]:
    return {"beta": np.exp(rng.uniform(-2.0, 1.5, n)), "lam": rng.uniform(low, high, n)}


def world(data: Any, enc: Any, prior: Any, dec: Any, beta: float, lam: float) -> Case:
    """``dec[x][z]`` = p(x|z): its columns add up to one."""
    return {"log_data": exact_log(data), "log_enc": exact_log(enc), "log_prior": exact_log(prior),
            "log_dec": exact_log(dec), "beta": beta, "lam": lam}  # fmt: skip


def _worlds(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for M, K in ((2, 3), (4, 2)):
        yield {
            "log_data": exact_log(dyadic(rng, (n, M))),
            "log_enc": exact_log(dyadic(rng, (n, M, K))),
            "log_prior": exact_log(dyadic(rng, (n, K))),
            "log_dec": exact_log(dyadic(rng, (n, K, M)).swapaxes(-1, -2)),
            **_weights(rng, n),
        }


_NOTHING = world([0.5, 0.5], [[1.0], [1.0]], [1.0], [[0.5], [0.5]], 1.0, 1.0)
_BITS = world([0.25, 0.75], [[0.75, 0.25], [0.125, 0.875]], [0.5, 0.5], [[0.375, 0.25], [0.625, 0.75]], 0.5, 1.0)
_WORLDS = (
    _BITS,
    world(
        [0.5, 0.5], [[0.5, 0.375, 0.125], [0.25, 0.25, 0.5]], [0.25, 0.25, 0.5],
        [[0.5, 0.25, 0.875], [0.5, 0.75, 0.125]], 4.0, -0.75,
    ),
    world(
        [0.5, 0.25, 0.25], [[0.5, 0.5], [0.875, 0.125], [0.25, 0.75]], [0.625, 0.375],
        [[0.5, 0.125], [0.25, 0.25], [0.25, 0.625]], 2.0, 3.0,
    ),
)  # fmt: skip
WORLDS = Domain("finite world: x in 1..M, z in 1..K", _WORLDS, _worlds)
ANY_WORLD = Domain("finite world, also one in which z is constant", (_NOTHING, *_WORLDS), _worlds)


def _with(name: str, low: float, high: float, draw: Draw) -> Draw:
    def drawn(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
        for args in draw(rng, n):
            yield {**args, name: rng.uniform(low, high, n)}

    return drawn


def _cases(name: str, values: tuple[float, ...], cases: tuple[Case, ...]) -> tuple[Case, ...]:
    return tuple({**case, name: value} for case, value in zip(cases, values, strict=True))


ABOVE_ONE = Domain(
    "finite world, beta > 1", _cases("beta", (1.5, 4.0, 2.0), _WORLDS), _with("beta", 1.02, 6.0, _worlds)
)
TURNED_ROUND = Domain(
    "finite world, lambda < -1", _cases("lam", (-1.5, -2.0, -4.0), _WORLDS), _with("lam", -5.0, -1.05, _worlds)
)


def _deaf(case: Case) -> Case:
    return {**case, "log_dec": np.stack([case["log_data"]] * len(case["log_prior"]), axis=-1)}


DEAF = Domain("finite world whose decoder ignores z", tuple(map(_deaf, ABOVE_ONE.witnesses)))


# --- decoders and priors that fit -------------------------------------------------------------------------------------


def inverted(counts: Any, prior: Any, beta: float, lam: float) -> Case:
    """A table of pairs whose margins are powers of two, so that code and inverted posterior are exact."""
    table = np.asarray(counts, float)
    table /= table.sum()
    data, mean = table.sum(1), table.sum(0)
    return world(data, table / data[:, None], prior, table / mean, beta, lam)


_INVERTED = (
    inverted([[3, 1], [1, 3]], [0.25, 0.75], 0.5, 1.0),
    inverted([[3, 1], [1, 3], [4, 4]], [0.375, 0.625], 2.0, -0.5),
    inverted([[10, 3, 3], [3, 3, 2], [3, 2, 3]], [0.25, 0.25, 0.5], 4.0, 3.0),
)
INVERTED = Domain("finite world whose decoder is the inverted posterior", _INVERTED)
OWN_INVERTED = Domain(
    "finite world whose decoder and prior are those of its own joint",
    tuple(
        {**case, "log_prior": exact_log(mean)}
        for case, mean in zip(_INVERTED, ([0.5, 0.5], [0.5, 0.5], [0.5, 0.25, 0.25]), strict=True)
    ),
)
INVERTED_TURNED_ROUND = Domain(
    "finite world whose decoder is the inverted posterior, lambda < -1", _cases("lam", (-1.5, -2.0, -4.0), _INVERTED)
)


def _own_prior(data: Any, enc: Any, dec: Any, beta: float, lam: float) -> Case:
    return world(data, enc, np.asarray(data) @ np.asarray(enc), dec, beta, lam)


_OWN = (
    _own_prior([0.5, 0.5], [[0.75, 0.25], [0.25, 0.75]], [[0.5, 0.25], [0.5, 0.75]], 0.5, 1.0),
    _own_prior([0.25, 0.75], [[0.5, 0.25, 0.25], [0.125, 0.125, 0.75]], [[0.5, 0.25, 0.5], [0.5, 0.75, 0.5]],
               0.25, 2.0),
    _own_prior([0.5, 0.25, 0.25], [[0.875, 0.125], [0.25, 0.75], [0.5, 0.5]],
               [[0.5, 0.25], [0.25, 0.25], [0.25, 0.5]], 0.75, 0.5),
)  # fmt: skip


def _own(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for M, K in ((2, 3), (3, 2)):
        data, enc = dyadic(rng, (n, M)), dyadic(rng, (n, M, K))
        yield {
            "log_data": exact_log(data),
            "log_enc": exact_log(enc),
            "log_prior": exact_log(np.einsum("nm,nmk->nk", data, enc)),
            "beta": rng.uniform(0.05, 0.95, n),
        }


def _without(case: Case, *names: str) -> Case:
    return {name: value for name, value in case.items() if name not in names}


OWN = Domain(
    "finite world whose prior is the aggregate posterior, beta < 1",
    tuple(_without(case, "log_dec", "lam") for case in _OWN),
    _own,
)
_OWN_ANY_BETA = _cases("beta", (2.0, 4.0, 0.5), tuple(_without(case, "log_dec", "lam") for case in _OWN))
OWN_ANY_BETA = Domain(
    "finite world whose prior is the aggregate posterior, any beta > 0", _OWN_ANY_BETA, _with("beta", 0.1, 4.0, _own)
)


def _silent_code(data: Any, prior: Any, lam: float) -> Case:
    case = world(data, [prior] * len(data), prior, np.full((len(data), len(prior)), 1.0), 1.0, lam)
    return _without(case, "log_dec", "beta")


SILENT_CODE = Domain(
    "q(z|x) = p(z) for every x",
    (
        _silent_code([0.5, 0.5], [0.25, 0.75], 1.0),
        _silent_code([0.25, 0.75], [0.5, 0.125, 0.375], -0.5),
        _silent_code([0.5, 0.25, 0.25], [0.625, 0.375], 4.0),
    ),
)


# --- deterministic codes ----------------------------------------------------------------------------------------------


def _coded(data: Any, code: Any, prior: Any) -> Case:
    return {"log_data": exact_log(data), "code": code, "log_prior": exact_log(prior)}


_PERMUTED = (
    _coded([0.25, 0.75], [1, 0], [0.5, 0.5]),
    _coded([0.5, 0.125, 0.375], [2, 0, 1], [0.25, 0.25, 0.5]),
    _coded([0.125, 0.25, 0.5, 0.125], [3, 1, 0, 2], [0.125, 0.375, 0.25, 0.25]),
)


def _codes(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    for M in (2, 4):
        yield {
            "log_data": exact_log(dyadic(rng, (n, M))),
            "code": rng.integers(M, size=(n, M)).astype(float),
            "log_prior": exact_log(dyadic(rng, (n, M))),
        }


CODES = Domain(
    "deterministic codes z = f(x)",
    (*_PERMUTED, _coded([0.5, 0.125, 0.375], [0, 0, 2], [0.25, 0.25, 0.5]), _coded([0.25, 0.75], [1, 1], [0.5, 0.5])),
    _codes,
)
PERMUTATIONS = Domain("deterministic invertible codes", _PERMUTED)


# --- lambda and beta --------------------------------------------------------------------------------------------------


def _lams(low: float, high: float) -> Draw:
    return lambda rng, n: iter([{"lam": rng.uniform(low, high, n)}])


LAMBDAS = Domain(
    "lambda > -1",
    ({"lam": 1.0}, {"lam": 0.0}, {"lam": -0.5}, {"lam": 7.0}),
    _lams(-0.95, 9.0),
    requires=lambda lam, **_: lam > -1,
    border=Border("lam", 1.0, -3.0),
)
POSITIVE = Domain("lambda > 0", ({"lam": 0.125}, {"lam": 1.0}, {"lam": 7.0}), _lams(0.01, 9.0))
NEGATIVE = Domain("-1 < lambda < 0", ({"lam": -0.125}, {"lam": -0.5}, {"lam": -0.875}), _lams(-0.95, -0.01))
PLAIN = Domain("lambda = 0", ({"lam": 0.0},))
BETAS = Domain(
    "beta > 0",
    ({"beta": 1.0}, {"beta": 0.25}, {"beta": 4.0}),
    lambda rng, n: iter([{"beta": np.exp(rng.uniform(-2.0, 2.0, n))}]),
    requires=lambda beta, **_: beta > 0,
    border=Border("beta", 1.0, -1.0),
)
