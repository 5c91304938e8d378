"""Where each approximation of the sources may stand in for what it approximates: its error, its order, its regions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from theory import grae, implicit_prior
from theory.printed import hoffman, zheng_estimators
from verification.experiments import Figure, command
from verification.experiments.error_maps import Map, maps
from verification.experiments.svg import INK, MUTED, NO, OK, UP, Chart, number

Array = np.ndarray[Any, Any]

LOWEST, HIGHEST = 1e-8, 30.0
FLAT = 9.0
STYLES = ((NO, "7 2 1.5 2"), (OK, ""), (UP, "8 3"), (OK, "5 3"), (MUTED, "2 3"), (INK, ""))
SHAPE = np.array([[0.9, 0.2], [0.2, 0.6]])
MEAN = np.array([0.5, -1.0])
NOISE = 0.1


@dataclass(frozen=True)
class Stand:
    """An approximation: its relative error at each pair of parameters, and the claims that speak of it."""

    name: str
    error: Callable[[float, float], float]
    claims: tuple[str, ...]


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """Profiles and maps of every family of approximations; nothing is drawn at random and nothing trained."""
    cells = {"fast": 7, "default": 22, "deep": 60}[tier]
    again = command(tier, seed, data)
    small = np.geomspace(1e-4, 1, cells)
    scale = np.geomspace(1e-2, 3, cells)
    figures = []
    for family in (
        _Family(
            "hoffman.small_variance", _hoffman(), "size t of the covariances", small,
            ("β", np.linspace(0.02, 0.98, cells)), 0.5, "β = 0.5",
            "One posterior in two dimensions, or for (13) three far apart, covariances t Σ₀",
        ),
        _Family(
            "kumar_poole.taylor", _taylor(), "posterior standard deviation s", scale,
            ("distance of the datum from g(h)", np.geomspace(0.03, 3, cells)), 0.3, "datum 0.3 from g(h)",
            f"One latent, one output g = activation(z + 0.4), Gaussian pixels of variance {NOISE:g}; errors are "
            "relative to what the term stands for, E log p(x|z) − log p(x|h), by quadrature",
        ),
        _Family(
            "kumar_poole.gram", _gram(), "squared column norm over β", np.geomspace(1e-3, 1e2, cells),
            ("correlation of the columns", np.linspace(0.0, 0.95, cells)), 0.5, "columns correlated by 0.5",
            "Four columns of one norm in a decoder's Jacobian; log|I + J'J/β| is what each stands for",
        ),
    ):  # fmt: skip
        figures += [_profile(family, again), _map(family, again)]
    return [*figures, *_estimators({"fast": 5, "default": 6, "deep": 8}[tier], cells, again)]


@dataclass(frozen=True)
class _Family:
    """Approximations over the same two parameters."""

    id: str
    stands: Sequence[Stand]
    x_label: str
    xs: Array
    y: tuple[str, Array]
    held: float
    held_words: str
    setting: str

    @property
    def claims(self) -> list[str]:
        return list(dict.fromkeys(claim for stand in self.stands for claim in stand.claims))


# ---- Hoffman et al., (12) and (13) ----


def _hoffman() -> list[Stand]:
    means = np.array([[-1.5, 0.0], [1.0, 0.8], [0.5, -1.0]])
    shapes = np.stack([SHAPE, 2 * SHAPE, 0.5 * SHAPE])

    def log_D(form: Callable[..., Any]) -> Callable[[float, float], float]:
        def error(t: float, beta: float) -> float:
            exact = implicit_prior.log_component_integral(MEAN, t * SHAPE, beta)
            return abs(float(np.expm1(form(MEAN, t * SHAPE, beta) - exact)))

        return error

    def covariance(t: float, beta: float) -> float:
        exact = implicit_prior.tilted_covariance(t * SHAPE, beta)
        return _relative(hoffman.eq_12_covariance(t * SHAPE, np.array(beta)), exact)

    def mean(t: float, beta: float) -> float:
        exact = implicit_prior.tilted_mean(MEAN, t * SHAPE, beta)
        return _relative(hoffman.eq_12_mean(MEAN, t * SHAPE), exact)

    def moved(form: Callable[..., Any]) -> Callable[[float, float], float]:
        def error(t: float, beta: float) -> float:
            Sigma = t * shapes
            gradient = implicit_prior.estimate_gradient_Sigma(means, Sigma, beta)
            return _relative(form(means, Sigma, np.array(beta)), np.einsum("nij,nij->n", gradient, Sigma))

        return error

    corrected = ("hoffman.eq12.D.corrected", "hoffman.eq12.D.shipped")
    return [
        Stand("D (12) printed", log_D(hoffman.eq_12_D), ("hoffman.eq12.D",)),
        Stand("D (12) corrected", log_D(implicit_prior.small_variance_limit), corrected),
        Stand("Σ′ (12)", covariance, ("hoffman.eq12.covariance",)),
        Stand("μ′ (12)", mean, ("hoffman.eq12.mean",)),
        Stand("slope (13)", moved(lambda mu, Sigma, beta: hoffman.eq_13_scaled(Sigma, beta)), ("hoffman.eq13.w",)),
        Stand("slope (13) corrected", moved(hoffman.eq_13_scaled_completed), ("hoffman.eq13.true.corrected",)),
    ]


def _relative(found: Any, exact: Any) -> float:
    return float(np.abs(np.asarray(found) - np.asarray(exact)).sum() / np.abs(np.asarray(exact)).sum())


# ---- Kumar and Poole, (4) to (6): Taylor ----


def _taylor() -> list[Stand]:
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    weights = weights / weights.sum()

    def stand(activation: str, curved: bool) -> Callable[[float, float], float]:
        g, first, second = _unit(activation)

        def error(s: float, residual: float) -> float:
            x = g(np.array(0.0)) + residual

            def log_p(z: Array) -> Array:
                return -((x - g(z)) ** 2) / (2 * NOISE)

            exact = float(weights @ log_p(s * nodes) - log_p(np.array(0.0)))
            H = (residual * second * curved - first**2) / NOISE
            return abs(H * s * s / 2 / exact - 1) if exact else np.inf

        return error

    return [
        Stand("(4), tanh", stand("tanh", True), ("kumar_poole.eq4", "kumar_poole.eq4.one_unit")),
        Stand("(4), elu", stand("elu", True), ("kumar_poole.eq4.on_elu_kink",)),
        Stand("(4), relu", stand("relu", True), ("kumar_poole.eq4.kink", "kumar_poole.eq4.on_kink")),
        Stand("(6), tanh", stand("tanh", False), ("kumar_poole.eq6",)),
        Stand("(6), elu", stand("elu", False), ("kumar_poole.eq6",)),
    ]


def _unit(activation: str) -> tuple[Callable[[Array], Array], float, float]:
    """A unit at 0.4 above its kink, and its two derivatives there."""
    y = 0.4
    if activation == "tanh":
        t = float(np.tanh(y))
        return lambda z: np.tanh(z + y), 1 - t * t, -2 * t * (1 - t * t)
    if activation == "elu":
        return lambda z: np.where(z + y > 0, z + y, np.expm1(np.minimum(z + y, 0))), 1.0, 0.0
    return lambda z: np.maximum(z + y, 0), 1.0, 0.0


# ---- Kumar and Poole, (14) and section 5.3: what GRAE puts in place of the log-determinant ----


def _gram() -> list[Stand]:
    def jacobian(ratio: float, correlation: float) -> Array:
        k = 4
        return np.linalg.cholesky(ratio * ((1 - correlation) * np.eye(k) + correlation * np.ones((k, k)))).T

    def exact(J: Array) -> float:
        return float(grae.regularizer(J, 1.0, "full"))

    def hadamard(ratio: float, correlation: float) -> float:
        J = jacobian(ratio, correlation)
        return abs(float(grae.regularizer(J, 1.0, "diagonal")) / exact(J) - 1)

    def first(ratio: float, correlation: float) -> float:
        J = jacobian(ratio, correlation)
        return abs(2 * float(grae.first_order(J)) / exact(J) - 1)

    return [
        Stand("columns (14)", hadamard, ("kumar_poole.eq14",)),
        Stand("first term of log(1+x)", first, ("kumar_poole.taylor.first_order", "kumar_poole.taylor.error.above")),
    ]


# ---- Zheng, (24), (29) and beside: mini-batches ----

ESTIMATORS = (
    ("(24) of the batch", zheng_estimators.eq_24_batch_expected, ("zheng.eq24.batch.bias",)),
    ("(29)", zheng_estimators.eq_29_expected, ("zheng.eq29.bias", "zheng.eq29.bias.second_order")),
    ("weighted sampling", zheng_estimators.weighted_expected, ("zheng.eq29.weighted.floor",)),
    ("stratified sampling", zheng_estimators.stratified_expected, ("zheng.eq29.stratified.bias",)),
)


def _estimators(N: int, cells: int, again: str) -> list[Figure]:
    """Exact expectations over all mini-batches and draws of N posteriors on a grid of cells."""
    widths = np.geomspace(0.15, 8, cells)
    sizes = np.arange(2.0, N + 1)
    off = np.empty((len(ESTIMATORS), cells, N - 1))
    for i, width in enumerate(widths):
        log_posteriors = _discrete(N, float(width))
        truth = float(zheng_estimators.aggregate_entropy(log_posteriors))
        for e, (_, expected, _) in enumerate(ESTIMATORS):
            off[e, i] = np.asarray(expected(log_posteriors), float) / truth - 1
    claims = [claim for *_, each in ESTIMATORS for claim in each]
    middle = int(np.argmin(np.abs(widths - 1)))
    curves = [(name, np.abs(off[e, middle])) for e, (name, *_) in enumerate(ESTIMATORS)]
    setting = (
        f"N = {N} posteriors with centres one apart, rounded to cells; expected over every mini-batch without "
        "replacement and every draw"
    )
    chart = _chart("atlas-minibatch", sizes, "mini-batch size B", curves, log_x=False)
    title = _finding("mini-batch size B", sizes, curves, orders=False, upwards=True)
    caption = f"{setting}; posteriors of standard deviation {widths[middle]:.2g}. {READING} Of the entropy of q(z)."
    profile = _figure(
        "approximations.zheng.minibatch", title, caption, chart, "B", sizes, curves, claims, again, orders=False
    )
    panels = [Map(name, np.abs(off[e]), sizes, widths, tuple(each)) for e, (name, _, each) in enumerate(ESTIMATORS)]
    drawn = maps(
        "approximations.zheng.minibatch.regions", panels, "mini-batch size B", "standard deviation of each posterior",
        f"{setting}. Relative error of the entropy of q(z).", again, log_x=False, log_y=True,
    )  # fmt: skip
    return [profile, drawn]


def _discrete(N: int, width: float) -> Array:
    z = np.linspace(-4.0, N + 3.0, 36)
    log_weight = -((z - np.arange(N)[:, None]) ** 2) / (2 * width**2)
    return np.asarray(log_weight - np.logaddexp.reduce(log_weight, axis=-1, keepdims=True))


# ---- drawing ----

READING = "Shaded: within 1 %; thin line: within 10 %."


def _profile(family: _Family, again: str) -> Figure:
    curves = [
        (stand.name, np.array([stand.error(float(x), family.held) for x in family.xs])) for stand in family.stands
    ]
    chart = _chart(f"atlas-{family.id.replace('.', '-')}", family.xs, family.x_label, curves, log_x=True)
    title = _finding(family.x_label, family.xs, curves, orders=True)
    caption = f"{family.setting}; {family.held_words}. {READING} Orders by least squares over the four smallest points."
    return _figure(
        f"approximations.{family.id}", title, caption, chart, family.x_label, family.xs, curves, family.claims, again
    )


def _map(family: _Family, again: str) -> Figure:
    y_label, ys = family.y
    panels = [
        Map(s.name, np.array([[s.error(float(x), float(y)) for x in family.xs] for y in ys]), family.xs, ys, s.claims)
        for s in family.stands
    ]
    log_y = bool(ys[-1] / max(ys[0], 1e-9) > 60 and ys[0] > 0.02)
    return maps(
        f"approximations.{family.id}.regions", panels, family.x_label, y_label, f"{family.setting}.", again,
        log_x=True, log_y=log_y,
    )  # fmt: skip


def _chart(identifier: str, xs: Array, x_label: str, curves: Sequence[tuple[str, Array]], log_x: bool) -> Chart:
    chart = Chart(
        identifier, (float(xs[0]), float(xs[-1])), (LOWEST, HIGHEST), x_label, "relative error", log_x, True,
        (460.0, 320.0), (30.0, 150.0, 40.0, 46.0),
    )  # fmt: skip
    chart.band(xs, np.full(len(xs), LOWEST / 10), np.full(len(xs), 0.01))
    chart.line(xs, np.full(len(xs), 0.1), MUTED, 0.8)
    for (name, column), (colour, dash) in zip(curves, STYLES, strict=False):
        chart.line(xs, np.maximum(column, LOWEST / 100), colour, 1.8, dash, name)
    return chart


def order(xs: Array, column: Array) -> float:
    """The slope of log error over log x at the four smallest points that rounding has not reached; NaN with fewer."""
    keep = np.flatnonzero((column > 1e-12) & np.isfinite(column))[:4]
    return float(np.polyfit(np.log(xs[keep]), np.log(column[keep]), 1)[0]) if len(keep) == 4 else float("nan")


def _finding(x_label: str, xs: Array, curves: Sequence[tuple[str, Array]], orders: bool, upwards: bool = False) -> str:
    """For each approximation: up to where it is within 1 %, and at what order its error falls."""
    parts = []
    for name, column in curves:
        words = f"{name} {_reach(xs, column, upwards)}"
        if orders and np.isfinite(slope := order(xs, column)):
            # An error that an exponential rules out falls faster than every power.
            words += " (beyond all orders)" if slope > FLAT else f" (order {abs(slope):.2f})"
        parts.append(words)
    return f"Within 1 % over the {x_label}: " + ", ".join(parts)


def _reach(xs: Array, column: Array, upwards: bool) -> str:
    """How far from the end where it is best an approximation stays within 1 %; a dip elsewhere is an accident."""
    good = column <= 0.01
    ends = (xs[::-1], good[::-1]) if upwards else (xs, good)
    held = int(np.argmin(np.append(ends[1], False)))
    if held == len(xs):
        return "everywhere"
    if held:
        return f"{'from' if upwards else 'up to'} {number(float(ends[0][held - 1]), 2)}"
    return "in passing only" if good.any() else "nowhere"


def _figure(
    identifier: str,
    title: str,
    caption: str,
    chart: Chart,
    x_label: str,
    xs: Array,
    curves: Sequence[tuple[str, Array]],
    claims: Sequence[str],
    again: str,
    orders: bool = True,
) -> Figure:
    columns = [x_label, *(f"relative error of {name}" for name, _ in curves)]
    rows: list[list[Any]] = [[float(f"{x:.6g}"), *(float(f"{c[i]:.6g}") for _, c in curves)] for i, x in enumerate(xs)]
    if orders:
        slopes = (order(xs, column) for _, column in curves)
        rows.append(["observed order", *(None if s != s else float(f"{s:.4g}") for s in slopes)])
    alt = "; ".join(f"{name}: {number(c[0], 2)} at the left, {number(c[-1], 2)} at the right" for name, c in curves)
    return Figure(
        identifier, title, caption, f"Relative errors. {alt}.", chart.svg(title, alt), columns, rows, again,
        list(claims), "atlas",
    )  # fmt: skip
