"""The uniqueness experiment of Kumar and Poole: x = nu(W z) + noise in the plane, its VAE, many runs trained as one.

The decoder's variance, which the source does not print, is that of the data's noise; what descends is that variance
times the negative ELBO, |x - nu(Az) - b|^2 / 2 + sigma^2 KL: the printed rate 0.1 is stable for no larger multiple.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.vae import unique_compiled
from verification.vae.training import choose_device, derived_seed
from verification.vae.unique_dense import Dense

Array = np.ndarray[Any, Any]
Report = Callable[[int], None]

ACTIVATIONS = ("identity", "tanh", "elu", "sigmoid")
FAMILIES = ("mean-field", "full")
COLUMNS = ("printed", "orthogonal")
SAMPLES, NOISE = 4000, 0.05
NORMS = np.array([2.0, 1.0])
RATES = tuple(0.1 * 10.0**-k for k in range(5))
NODES, FINE = 8, 40
# kind, scale, half and shift of the compiled loops
SHAPES = {
    "identity": (0, 1.0, 1.0, 0.0),
    "tanh": (1, 1.0, 1.0, 0.0),
    "elu": (2, 1.0, 1.0, 0.0),
    "sigmoid": (3, 0.5, 0.5, 0.5),
}
AT_ONCE = 500  # steps between two reports
# Beyond the printed schedule: momentum 0.99 makes a step worth a hundred, at a rate that no run diverges at.
# The identity, whose steps cost nothing, gets as many as the slowest start needs.
ONWARDS = {"identity": (20_000, 0.03), "tanh": (6000, 0.1), "elu": (6000, 0.05), "sigmoid": (6000, 0.3)}
ONWARDS_APART = (4000, 0.05)


@dataclass(frozen=True)
class Panel:
    """One scatter plot: what nu is, which covariances q may have, how q is found, and which columns W has."""

    activation: str = "tanh"
    family: str = "mean-field"
    amortised: bool = True
    columns: str = "printed"

    def __post_init__(self) -> None:
        for value, known in (
            (self.activation, ACTIVATIONS), (self.family, FAMILIES), (self.columns, COLUMNS),
        ):  # fmt: skip
            if value not in known:
                raise ValueError(f"A panel has no {value!r}; choose one of {', '.join(known)}.")

    @property
    def mean_field(self) -> bool:
        """Whether q factorises."""
        return self.family == "mean-field"


def schedule(n: int) -> list[tuple[int, float, float]]:
    """(steps, rate, momentum) as printed: n steps at 0.1, then at a tenth, down to 1e-5.

    >>> sum(steps for steps, _, _ in schedule(100))
    500
    """
    return [(n, rate, 0.0) for rate in RATES]


def onwards(panel: Panel) -> list[tuple[int, float, float]]:
    """(steps, rate, momentum) that follow the printed ones until nothing changes."""
    steps, rate = ONWARDS[panel.activation] if panel.amortised else ONWARDS_APART
    return [(200, 0.01, 0.9), (steps, rate, 0.99), (300, rate / 10, 0.99)]


@dataclass(frozen=True)
class World:
    """The data of R runs: W (R, 2, 2), latents and data (R, 2, N) of float32."""

    W: Array
    z: Array
    x: Array


def world(panel: Panel, n: int, trials: range, seed: int, samples: int = SAMPLES) -> World:
    """The data of some trials; both families, amortised or not, and all activations meet the same W, z and noise."""
    W, z, noise = [], [], []
    for trial in trials:
        rng = np.random.default_rng(derived_seed("unique", seed, n, trial))
        raw = rng.standard_normal((2, 2))
        if panel.columns == "orthogonal":
            raw = np.stack([raw[:, 0], np.array([-raw[1, 0], raw[0, 0]])], axis=1)
        W.append(raw / np.linalg.norm(raw, axis=0) * NORMS)
        z.append(rng.standard_normal((2, samples)))
        noise.append(NOISE * rng.standard_normal((2, samples)))
    stacked = np.array(W)
    latents = np.array(z)
    x = nu(panel.activation, stacked @ latents) + np.array(noise)
    return World(stacked, latents.astype(np.float32), x.astype(np.float32))


def nu(name: str, u: Array) -> Array:
    """The activation.

    >>> nu("elu", np.array([-np.log(2), 3.0]))
    array([-0.5,  3. ])
    """
    if name == "identity":
        return u
    if name == "tanh":
        return np.tanh(u)
    if name == "sigmoid":
        return 0.5 + 0.5 * np.tanh(u / 2)
    return np.where(u > 0, u, np.expm1(np.minimum(u, 0)))


def turn(angle: Array) -> Array:
    """Rotations by angles in radians, (...) -> (..., 2, 2).

    >>> turn(np.array(np.pi / 2)).round(6) + 0.0
    array([[ 0., -1.],
           [ 1.,  0.]])
    """
    c, s = np.cos(angle), np.sin(angle)
    return np.stack([np.stack([c, -s], -1), np.stack([s, c], -1)], -2)


def start(panel: Panel, n: int, trials: range, seed: int, samples: int = SAMPLES) -> tuple[Any, Any]:
    """Parameters as they are trained, C' and D' or D_i', and the fixed rotations O1, O2.

    Their law does not change when the latents are turned: A, C' and mu_i are isotropic, O1 and O2 uniform. Both
    families start from the same place.
    """
    found: dict[str, list[Array]] = {}
    turns: dict[str, list[Array]] = {}
    for trial in trials:
        rng = np.random.default_rng(derived_seed("unique", "start", seed, n, trial))
        one = {"A": 0.3 * rng.standard_normal((2, 2)), "b": np.zeros(2)}
        angles = rng.uniform(0, 2 * np.pi, 2)
        if panel.amortised:
            one |= {"C": 0.3 * rng.standard_normal((2, 2)), "d": np.zeros(2)}
            one["D"] = 0.3 * np.eye(2) + 0.05 * rng.standard_normal((2, 2))
        else:
            one["mu"] = 0.3 * rng.standard_normal((2, samples))
            one["D"] = 0.3 * np.eye(2) + 0.05 * rng.standard_normal((samples, 2, 2))
        for name, value in one.items():
            found.setdefault(name, []).append(value)
        for name, angle in zip(("O1", "O2"), angles, strict=True):
            turns.setdefault(name, []).append(turn(angle))
    return {k: np.array(v) for k, v in found.items()}, {k: np.array(v) for k, v in turns.items()}


def rule(nodes: int = NODES) -> tuple[Array, Array]:
    """Nodes and weights for a mean over N(0, 1).

    >>> t, w = rule(4)
    >>> bool(abs(w @ t**4 - 3) < 1e-12)
    True
    """
    t, w = np.polynomial.hermite_e.hermegauss(nodes)
    return t, w / w.sum()


@dataclass
class Runs:
    """Stacked runs: A (R, 2, 2), b (R, 2), means (R, 2, N) and the factors L of Sigma = L L', (R, 1 or N, 2, 2).

    ``C`` (R, 2, 2) and ``d`` (R, 2) are there where q is amortised.
    """

    panel: Panel
    A: Array
    b: Array
    L: Array
    mu: Array | None = None
    C: Array | None = None
    d: Array | None = None

    @classmethod
    def begin(cls, panel: Panel, n: int, trials: range, seed: int, samples: int = SAMPLES) -> Runs:
        """Before the first step."""
        return cls.of(panel, *start(panel, n, trials, seed, samples))

    @classmethod
    def of(cls, panel: Panel, p: dict[str, Array], turns: dict[str, Array]) -> Runs:
        """Parameters as they are trained, with their rotations carried out."""
        if panel.amortised:
            return cls(panel, p["A"], p["b"], (turns["O2"] @ p["D"])[:, None], None, turns["O1"] @ p["C"], p["d"])
        return cls(panel, p["A"], p["b"], turns["O2"][:, None] @ p["D"], p["mu"])

    def as_trained(self) -> tuple[dict[str, Array], dict[str, Array]]:
        """The same with rotations that do nothing."""
        p = {"A": self.A, "b": self.b, "D": self.L[:, 0] if self.panel.amortised else self.L}
        p |= {name: a for name, a in (("C", self.C), ("d", self.d), ("mu", self.mu)) if a is not None}
        same = np.tile(np.eye(2), (len(self.A), 1, 1))
        return p, {"O1": same, "O2": same}

    def means(self, x: Array) -> Array:
        """The posterior means of the data, (R, 2, N)."""
        if self.mu is not None:
            return self.mu.astype(float)
        assert self.C is not None and self.d is not None
        return self.C @ x.astype(float) + self.d[:, :, None]

    def covariances(self) -> Array:
        """Sigma as the objective sees it, (R, 1 or N, 2, 2)."""
        L = self.L.astype(float)
        Sigma = L @ L.mT
        return Sigma * np.eye(2) if self.panel.mean_field else Sigma


def descend(
    runs: Runs, x: Array, stages: list[tuple[int, float, float]], device: str = "cpu", report: Report | None = None
) -> Runs:
    """The runs after (steps, rate, momentum) one after another, all at once; ``report`` hears of run-steps taken."""
    if choose_device(device) == "cuda" or not unique_compiled.available():
        way = "cuda" if choose_device(device) == "cuda" else "cpu"
        panel = runs.panel
        dense = Dense(panel.activation, panel.amortised, panel.mean_field, NOISE**2, rule(), way)
        p, turns = runs.as_trained()
        return Runs.of(panel, dense.descend(x, p, turns, stages, report), turns)
    return _compiled(runs, x, stages, report)


def _compiled(runs: Runs, x: Array, stages: list[tuple[int, float, float]], report: Report | None) -> Runs:
    R, _, N = x.shape
    panel, shape = runs.panel, SHAPES[runs.panel.activation]
    nodes, weights = (part[NODES // 2 :] for part in rule())
    half, terms = np.stack([nodes, weights]), unique_compiled.series(np.float32)
    common = (NOISE**2, panel.mean_field, shape, half, terms)
    if panel.amortised:
        assert runs.C is not None and runs.d is not None
        theta = np.concatenate([a.reshape(R, -1) for a in (runs.A, runs.b, runs.C, runs.d, runs.L)], 1).astype(float)
        wide = x.astype(float)
        second = wide @ wide.mT / N
        moments = np.concatenate([wide.mean(2), second.reshape(R, 4)[:, [0, 1, 3]]], 1)
    else:
        assert runs.mu is not None
        theta = np.concatenate([runs.A.reshape(R, 4), runs.b], 1).astype(float)
        local = np.concatenate([runs.mu, np.moveaxis(runs.L.reshape(R, N, 4), 2, 1)], 1).astype(np.float32)
    for steps, rate, momentum in stages:
        velocity = np.zeros_like(theta)
        moving = None if panel.amortised else np.zeros_like(local)
        for done in range(0, steps, AT_ONCE):
            now = min(AT_ONCE, steps - done)
            if panel.amortised:
                unique_compiled.amortised(x, moments, theta, velocity, now, rate, momentum, *common)
            else:
                unique_compiled.unamortised(x, local, moving, theta, velocity, now, rate, momentum, *common)
            if report is not None:
                report(now * R)
    A, b = theta[:, :4].reshape(R, 2, 2), theta[:, 4:6]
    if panel.amortised:
        C, d, L = theta[:, 6:10].reshape(R, 2, 2), theta[:, 10:12], theta[:, 12:].reshape(R, 1, 2, 2)
        return Runs(panel, A, b, L, None, C, d)
    return Runs(panel, A, b, np.moveaxis(local[:, 2:], 1, 2).reshape(R, N, 2, 2), local[:, :2].copy())
