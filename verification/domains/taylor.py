"""Domains of small decoders g(z) = V act(A z + b) + c with what they say of x, differentiated in balls by hand.

``activation``: 0 relu, 1 elu, 2 tanh. ``model``: 0 Gaussian of variance ``noise``, 1 Bernoulli with g the logits, 2
Bernoulli with g the probabilities, sigmoids of the logits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from flint import arb

from verification.balls import as_balls, middle, working_precision
from verification.domain import Array, Case, Domain, Draw, exact_log
from verification.domains.decoders import EXACT_POSTERIOR, LINEAR_DECODER, LINEAR_DECODER_ABOVE_ONE
from verification.domains.gaussians import covariances

RELU, ELU, TANH = 0.0, 1.0, 2.0
GAUSSIAN, LOGIT, PROBABILITY = 0.0, 1.0, 2.0
BITS = 600
Rng = np.random.Generator


def _activated(activation: float, y: Array) -> list[Array]:
    """Value and four derivatives; on a kink those of the side below it."""
    zero, one = 0 * y, 0 * y + 1
    if activation == TANH:
        t = np.tanh(y)
        first = 1 - t * t
        second = -2 * t * first
        third = -2 * (first * first + t * second)
        return [t, first, second, third, -6 * first * second - 2 * t * third]
    above = np.array([bool(v > 0) for v in y])
    below = [np.exp(y) - 1, *[np.exp(y)] * 4] if activation == ELU else [zero] * 5
    return [np.where(above, up, down) for up, down in zip([y, one, zero, zero, zero], below, strict=True)]


def _logistic(a: Array) -> Array:
    return 1 / (1 + np.exp(-a))


def _observed(model: float, x: Array, g: Array, noise: Any) -> list[Array]:
    """log p of each output and its four derivatives, by the logits where the model is Bernoulli."""
    if model == GAUSSIAN:
        return [
            -((x - g) ** 2 / noise + (2 * arb.pi() * noise).log()) / 2,
            (x - g) / noise,
            -1 / noise + 0 * g,
            0 * g,
            0 * g,
        ]
    s = _logistic(g)
    first = s * (1 - s)
    value = x * g - np.log(1 + np.exp(g))
    return [value, x - s, -first, -first * (1 - 2 * s), -first * (1 - 6 * s + 6 * s * s)]


def _fourth(f: Sequence[Array], g: Sequence[Array]) -> Array:
    """Fourth derivatives of a function of outputs: f its derivatives by each, g[n] (D, k, ..., k) those of outputs."""
    k = g[1].shape[-1]
    out = np.empty((k,) * 4, dtype=object)
    for index in np.ndindex(out.shape):
        a, b, c, d = index
        pairs = (((a, b), (c, d)), ((a, c), (b, d)), ((a, d), (b, c)))
        total = f[4] * g[1][:, a] * g[1][:, b] * g[1][:, c] * g[1][:, d] + f[1] * g[4][:, a, b, c, d]
        for (i, j), (m, n) in pairs:
            total = total + f[2] * g[2][:, i, j] * g[2][:, m, n]
            total = total + f[3] * (g[2][:, i, j] * g[1][:, m] * g[1][:, n] + g[2][:, m, n] * g[1][:, i] * g[1][:, j])
        for i in range(4):
            p, q, r = (index[j] for j in range(4) if j != i)
            total = total + f[2] * g[3][:, p, q, r] * g[1][:, index[i]]
        out[index] = total.sum()
    return out


def decoded(
    activation: float, model: float, x: Any, A: Any, b: Any, V: Any, c: Any, mu: Any, Sigma: Any, beta: float = 1.0,
    noise: float = 1.0,
) -> Case:  # fmt: skip
    """A case with all that the formulas take, enclosed."""
    given = {"x": x, "A": A, "b": b, "V": V, "c": c, "mu": mu, "Sigma": Sigma, "beta": beta, "noise": noise}
    case: dict[str, Any] = {name: np.asarray(value, float) for name, value in given.items()}
    with working_precision(BITS):
        X, A, b, V, c, mu, s2 = (as_balls(case[name]) for name in ("x", "A", "b", "V", "c", "mu", "noise"))
        act = _activated(activation, A @ mu + b)
        a = [V @ act[0] + c]
        columns = A
        for n in range(1, 5):
            a.append(np.tensordot(V * act[n], columns, (1, 0)))
            columns = columns[..., None] * A.reshape(A.shape[0], *(1,) * n, -1)
        f = _observed(model, X, a[0], s2.item())
        case["g"], case["J"], case["bends"], case["gradient"], case["curvature"] = a[0], a[1], a[2], f[1], f[2]
        case["value"], case["fourth"] = f[0].sum(), _fourth(f, a)
        case["H"] = np.tensordot(f[2], a[1][:, :, None] * a[1][:, None, :], 1) + np.tensordot(f[1], a[2], 1)
        if model == PROBABILITY:
            g = _logistic(a[0])
            steep = g * (1 - g)
            case["g"], case["J"] = g, steep[:, None] * a[1]
            bent = (steep * (1 - 2 * g))[:, None, None] * a[1][:, :, None] * a[1][:, None, :]
            case["bends"] = steep[:, None, None] * a[2] + bent
            case["gradient"] = X / g - (1 - X) / (1 - g)
            case["curvature"] = -X / g**2 - (1 - X) / (1 - g) ** 2
        case["H_p"] = as_balls(np.eye(len(x))) * case["curvature"]
    return {**case, "activation": activation, "model": model}


def _random(activation: float, model: float, spread: float = 1.0) -> Draw:
    """Two latents, two units, two outputs; every unit is at least a fifth away from its kink."""

    def draw(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
        cases = []
        for _ in range(max(n // 4, 1)):
            A, mu = rng.normal(size=(2, 2)), 0.7 * rng.normal(size=2)
            curved = -1 if activation == ELU else 1  # else f may be quadratic
            y = np.array([curved, rng.choice([-1, 1])]) * rng.uniform(0.2, 1.5, 2)
            x = spread * rng.normal(size=2) if model == GAUSSIAN else rng.integers(2, size=2)
            cases.append(decoded(activation, model, x, A, y - A @ mu, rng.normal(size=(2, 2)), rng.normal(size=2) / 2,
                                 mu, covariances(rng, (), 2, 0.5), np.exp(rng.uniform(-2, 1)),
                                 np.exp(rng.uniform(-1, 1))))  # fmt: skip
        yield {name: np.stack([np.asarray(case[name]) for case in cases]) for name in cases[0]}

    return draw


_LINE: dict[str, Any] = dict(A=[[0.75], [-1.25]], b=[0.25, 0.5], mu=[0.5], Sigma=[[0.5]])
_WIDE: dict[str, Any] = dict(A=[[0.75, -0.5], [0.5, 1.0]], b=[0.25, -1.0], mu=[0.5, -0.25],
                             Sigma=[[0.75, 0.25], [0.25, 0.5]])  # fmt: skip
_ONE: dict[str, Any] = dict(A=[[1.0, -0.5]], b=[0.5], V=[[1.0], [-0.75]], mu=[0.25, 0.5],
                            Sigma=[[0.75, 0.25], [0.25, 0.5]])  # fmt: skip


def witness(activation: float, model: float, at: dict[str, Any], **other: Any) -> Case:
    own = dict(x=[1.5, -1.0] if model == GAUSSIAN else [1.0, 0.0], V=[[1.0, 0.5], [-0.75, 1.25]], c=[0.25, -0.5],
               beta=0.5, noise=0.5)  # fmt: skip
    return decoded(activation, model, **{**own, **at, **other})


_EVERY = ((0, _LINE), (0, _WIDE))


def _decoders(name: str, *kinds: tuple[float, float], places: Sequence[tuple[int, dict[str, Any]]] = _EVERY) -> Domain:
    """``places`` are the witnesses: which kind, and where."""
    cases = tuple(witness(*kinds[i], at) for i, at in places)

    def draw(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
        for kind in kinds:
            yield from _random(*kind)(rng, n)

    return Domain(name, cases, draw)


DECODERS = _decoders(
    "small decoders: tanh, elu, relu; Gaussian, Bernoulli by logits and by probabilities",
    (TANH, GAUSSIAN), (TANH, LOGIT), (TANH, PROBABILITY), (ELU, GAUSSIAN), (RELU, PROBABILITY),
    places=((0, _LINE), (0, _WIDE), (1, _WIDE), (2, _LINE), (3, _WIDE), (4, _WIDE)),
)  # fmt: skip
CURVED = _decoders(
    "decoders whose f is no quadratic: tanh, elu and relu off their kinks",
    (TANH, GAUSSIAN), (TANH, LOGIT), (ELU, GAUSSIAN), (RELU, LOGIT),
    places=((0, _LINE), (1, _WIDE), (2, _WIDE), (3, _LINE)),
)  # fmt: skip
SMOOTH = _decoders("tanh decoder, Gaussian observations", (TANH, GAUSSIAN))
PIECEWISE = _decoders(
    "relu decoder off its kinks, Gaussian observations and Bernoulli by logits",
    (RELU, GAUSSIAN), (RELU, LOGIT), places=((0, _LINE), (0, _WIDE), (1, _LINE), (1, _WIDE)),
)  # fmt: skip
SIGMOIDS = _decoders("relu decoder off its kinks, Bernoulli by probabilities", (RELU, PROBABILITY))
FITTED = Domain(
    "tanh decoder near its datum, f concave",
    (witness(TANH, GAUSSIAN, _LINE, x=[0.75, -1.0]), witness(TANH, GAUSSIAN, _WIDE, x=[0.5, -2.0])),
    requires=lambda H, **_: np.linalg.eigvalsh(middle(H))[..., -1] < -0.05,
)
ON_DATUM = Domain(
    "tanh decoder on its datum",
    (
        witness(TANH, GAUSSIAN, _LINE, b=[-0.375, 0.625], x=[0.25, -0.5]),
        witness(TANH, GAUSSIAN, _WIDE, b=[-0.5, 0.0], x=[0.25, -0.5]),
    ),
)
LINES = Domain(
    "decoders of one latent or one unit whose f is no quadratic",
    tuple(
        witness(*kind, at) for kind, at in (((TANH, GAUSSIAN), _LINE), ((ELU, GAUSSIAN), _LINE), ((RELU, LOGIT), _ONE))
    ),
)


def _stepped() -> Domain:
    steps: dict[int, Any] = {1: [0.75], 2: [0.5, 0.5]}
    cases: tuple[Case, ...] = tuple({**case, "step": steps[len(case["mu"])]} for case in CURVED.witnesses)

    def draw(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
        assert CURVED.draw is not None
        for args in CURVED.draw(rng, n):
            yield {**args, "step": np.asarray(rng.normal(size=args["mu"].shape))}

    return Domain("a step from the mean of decoders whose f is no quadratic", cases, draw)


STEPS = _stepped()
_UNSEEN = {"step": [0.5, 0.75]}  # by the only unit at work
FLAT_STEPS = Domain(
    "a step that a relu decoder does not see",
    (
        {**witness(RELU, GAUSSIAN, _WIDE), **_UNSEEN},
        {**witness(RELU, LOGIT, _WIDE), **_UNSEEN},
    ),
)
RELU_STEPS = Domain(
    "a step from the mean of relu decoders off their kinks",
    (
        *FLAT_STEPS.witnesses,
        {**witness(RELU, GAUSSIAN, _LINE), "step": [1.0]},
        {**witness(RELU, LOGIT, _LINE), "step": [-0.5]},
    ),
)
STEEP_STEPS = Domain(
    "a step from the mean of a tanh decoder that misses its datum",
    ({**witness(TANH, GAUSSIAN, _WIDE), "step": [0.5, 1.0]}, {**witness(TANH, GAUSSIAN, _WIDE), "step": [0.75, 1.0]}),
)
_SCATTER: dict[int, dict[str, Any]] = {
    1: {"step": [[-0.25], [0.75], [-0.25]], "weight": [0.5, 0.25, 0.25]},
    2: {"step": [[1.5, 0.5], [-0.5, -0.5], [-0.5, 0.0]], "weight": [0.25, 0.25, 0.5]},
}


def _scattered(case: Case) -> Case:
    scatter = _SCATTER[len(case["mu"])]
    return {**case, "step": scatter["step"], "log_weight": exact_log(scatter["weight"])}


SCATTERED = Domain("skewed posteriors of three points", tuple(_scattered(case) for case in CURVED.witnesses))
POINTS = Domain(
    "posteriors of a few points, with a gradient",
    (
        {"slope": [1.5], "points": [[-1.0], [2.0], [0.5]], "log_weight": exact_log([0.5, 0.25, 0.25])},
        {"slope": [0.5, -2.0], "points": [[-1.0, 0.5], [2.0, 0.25]], "log_weight": exact_log([0.125, 0.875])},
    ),
)

# --- linear decoders --------------------------------------------------------------------------------------------------

LINEAR = Domain(
    "linear-Gaussian decoder, any Gaussian encoder, any beta > 0",
    (*LINEAR_DECODER.witnesses, *LINEAR_DECODER_ABOVE_ONE.witnesses),
    LINEAR_DECODER_ABOVE_ONE.draw,
)
LINEAR_AT_ONE = Domain(
    "linear-Gaussian decoder, any Gaussian encoder, beta = 1",
    tuple({**case, "beta": 1.0} for case in LINEAR_DECODER.witnesses),
)
EXACT_AT_ONE = Domain(
    "linear-Gaussian decoder with the exact posterior as encoder, beta = 1",
    tuple({**case, "beta": 1.0} for case in EXACT_POSTERIOR.witnesses),
)

# --- one kink ---------------------------------------------------------------------------------------------------------


def _kinked(activation: float, A: Any, b: float, mu: Any, Sigma: Any, x: Any, V: Any = (1.0, -0.75)) -> Case:
    """One unit: what f gains beyond its kink, how far from h that is, the posterior's deviation across it."""
    case = dict(decoded(activation, GAUSSIAN, x, [A], [b], [[v] for v in V], [0.25, -0.5], mu, Sigma, 0.5, 0.5))
    with working_precision(BITS):
        w, m, S, v = (as_balls(np.asarray(z, float)) for z in (A, mu, Sigma, V))
        length = as_balls(w @ w).item().sqrt()
        y = w @ m + arb(b)
        above = bool(y > 0)
        left = as_balls(np.asarray(x, float)) - as_balls([0.25, -0.5])
        steep, bent = (left @ v) * length * 2, (v @ v) * length * length * 2
        if activation == ELU:
            turn, bend = arb(0), -(left @ v) * length * length * 2
        else:
            turn, bend = steep, bent if above else -bent
        case |= {"turn": np.asarray(turn), "bend": np.asarray(bend), "distance": np.asarray(abs(y) / length),
                 "sigma": np.asarray(as_balls(w @ S @ w).item().sqrt() / length)}  # fmt: skip
    return case


_S2 = [[0.75, 0.25], [0.25, 0.5]]


def _kinks(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    cases = [_kinked(RELU, rng.normal(size=2), rng.normal(), 0.5 * rng.normal(size=2), covariances(rng, (), 2, 0.5),
                     rng.normal(size=2)) for _ in range(n)]  # fmt: skip
    yield {name: np.stack([np.asarray(case[name]) for case in cases]) for name in cases[0]}


KINKS = Domain(
    "one relu unit with its kink within reach, Gaussian observations",
    (
        _kinked(RELU, [1.0], 0.5, [0.25], [[0.5]], [1.5, -1.0]),
        _kinked(RELU, [-1.5], -0.25, [0.5], [[0.25]], [1.5, -1.0]),
        _kinked(RELU, [1.0, -0.5], 0.5, [0.25, 0.5], _S2, [1.5, -1.0]),
        _kinked(RELU, [1.0, -0.5], -1.0, [0.25, 0.5], _S2, [-0.5, 0.5]),
    ),
    _kinks,
)
ON_KINK = Domain(
    "one relu unit with its kink at the mean",
    (
        _kinked(RELU, [1.0], -0.25, [0.25], [[0.5]], [1.5, -1.0]),
        _kinked(RELU, [-1.5], 0.75, [0.5], [[0.25]], [1.0, -2.0]),
        _kinked(RELU, [1.0, -0.5], 0.0, [0.25, 0.5], _S2, [1.5, -1.0]),
    ),
)
ON_KINK_FITTED = Domain(
    "one relu unit with its kink at the mean, which fits the datum there",
    (
        _kinked(RELU, [1.0], -0.25, [0.25], [[0.5]], [0.25, -0.5]),
        _kinked(RELU, [-1.5], 0.75, [0.5], [[0.25]], [0.25, -0.5]),
        _kinked(RELU, [1.0, -0.5], 0.0, [0.25, 0.5], _S2, [0.25, -0.5]),
    ),
)
ELU_ON_KINK = Domain(
    "one elu unit with its kink at the mean",
    (
        _kinked(ELU, [1.0], -0.25, [0.25], [[0.5]], [1.5, -1.0]),
        _kinked(ELU, [-1.5], 0.75, [0.5], [[0.25]], [1.0, -2.0]),
        _kinked(ELU, [1.0, -0.5], 0.0, [0.25, 0.5], _S2, [1.5, -1.0]),
    ),
)


def _jumps(rng: Rng, n: int) -> Iterator[dict[str, Array]]:
    yield {"turn": rng.normal(size=n), "bend": rng.normal(size=n), "distance": rng.uniform(0, 3, n),
           "sigma": np.exp(rng.uniform(-2, 1, n))}  # fmt: skip


def _jump(turn: float, bend: float, distance: float, sigma: float) -> Case:
    return {"turn": turn, "bend": bend, "distance": distance, "sigma": sigma}


JUMPS = Domain(
    "a turn and a bend beyond a kink",
    (_jump(1.0, 0.5, 0.5, 0.75), _jump(-0.5, 2.0, 0.25, 0.5), _jump(0.0, -4.0, 0.0, 1.0), _jump(2.0, 0.0, 1.0, 0.25)),
    _jumps,
)
