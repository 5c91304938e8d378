"""Tightness profiles: what every formula for log C costs, over each parameter and on trained posteriors, and its
order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from theory import implicit_prior
from theory.printed import hoffman
from verification.experiments import Figure, command
from verification.experiments.lattice import CLAIMS, METHODS, Lattice, errors
from verification.experiments.regions import regions
from verification.experiments.svg import INK, MUTED, NO, OK, RULE, UP, Chart, number
from verification.vae.fixtures import Trained, trained
from verification.vae.normalizer import covariances, mixture_weights
from verification.vae.objectives import aggregate_terms
from verification.vae.progress import report
from verification.vae.training import derived_seed

Array = np.ndarray[Any, Any]

STYLES = ((NO, "7 2 1.5 2"), (NO, ""), (OK, ""), (UP, "8 3"), (OK, "5 3"), (OK, "2 3"), (MUTED, "2 3"), (UP, ""))
ORDER_CLAIMS = ("hoffman.eq12.D", "hoffman.eq12.D.corrected")
FLOOR, CEILING = 1e-6, 30.0
MATCHED = "equal posteriors on the line, 4 standard deviations apart, aggregate matched to the prior's variance"


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """Profiles over beta, N, dimension, separation and variance; maps; trained posteriors; observed orders."""
    fine = {"fast": 9, "default": 25, "deep": 61}[tier]
    again = command(tier, seed, data)
    figures, profiles = [], _profiles(fine)
    for done, profile in enumerate(profiles):
        report(done, len(profiles), f"profile over {profile[1]}")
        figures.append(_profile(*profile, again))
    figures.append(regions({"fast": 10, "default": 26, "deep": 60}[tier], again))
    figures.append(_on_trained(trained(tier, seed, device, data), again, 4096 if tier == "fast" else 32768))
    return [*figures, *_orders(again)]


def _profiles(fine: int) -> list[tuple[str, str, str, Array, list[tuple[Lattice, float]], bool]]:
    betas = np.linspace(0.02, 0.98, fine)
    counts = 2 ** np.arange(1, 8 if fine < 20 else 9)
    separations = np.geomspace(0.25, 32, fine)
    variances = np.geomspace(1e-6, 1, fine)
    at_half = [(Lattice(int(n), 4.0), 0.5) for n in counts]
    across = "N = 4 posteriors an axis, 3 standard deviations apart, aggregate matched to the prior's variance, β = 0.5"
    fixed = "N = 16 means on the line with variance 1, β = 0.5; only the posteriors' variance changes"
    apart = ", 4 standard deviations apart"
    return [
        ("beta", "β", f"N = 16 {MATCHED}", betas, [(Lattice(16, 4.0), float(b)) for b in betas], False),
        ("N", "N", f"{MATCHED.capitalize()}, β = 0.5", counts.astype(float), at_half, True),
        (
            "dimension",
            "dimension k",
            across,
            np.arange(1.0, 5),
            [(Lattice(4, 3.0, d), 0.5) for d in range(1, 5)],
            False,
        ),
        (
            "separation",
            "separation (posterior s.d.)",
            f"N = 16 {MATCHED.replace(apart, '')}, β = 0.5",
            separations,
            [(Lattice(16, float(s)), 0.5) for s in separations],
            True,
        ),
        (
            "variance",
            "variance of each posterior",
            fixed,
            variances,
            [(Lattice(16, 0, 1, float(v)), 0.5) for v in variances],
            True,
        ),
    ]


def _profile(
    name: str, x_label: str, setting: str, xs: Array, cases: list[tuple[Lattice, float]], log_x: bool, again: str
) -> Figure:
    found = [errors(lattice, beta) for lattice, beta in cases]
    truth, off = np.array([t for t, _ in found]), np.array([e for _, e in found])
    chart = _chart(f"tightness-{name}", xs, x_label, truth, off, log_x)
    title = _title(xs, truth, off, x_label)
    caption = (
        f"{setting}. |formula − log C|, log C by quadrature to 10⁻¹². Lower bounds blue, upper bounds brown, (12) "
        f"orange. "
        f"Shaded: within 1 % of log C; thin line: within 10 %.{_crossing(off)} "
        f"{_decay(xs, off) if name in ('separation', 'variance') else ''}"
    )
    return _figure(f"tightness.{name}", title, caption.strip(), chart, x_label, xs, truth, off, again)


def _chart(identifier: str, xs: Array, x_label: str, truth: Array, off: Array, log_x: bool) -> Chart:
    x = (float(xs[0]), float(xs[-1]))
    chart = Chart(identifier, x, (FLOOR, CEILING), x_label, "|formula − log C|, nats", log_x, True, (440.0, 320.0))
    one = np.maximum(0.01 * np.abs(truth), FLOOR / 10)
    chart.band(xs, np.full(len(xs), FLOOR / 10), one)
    chart.line(xs, 10 * one, RULE, 1.2)
    for method, (colour, dash), column in zip(METHODS, STYLES, off.T, strict=True):
        chart.line(xs, np.maximum(np.abs(column), FLOOR / 100), colour, 1.8, dash, method.name)
    return chart


def _title(xs: Array, truth: Array, off: Array, x_label: str) -> str:
    """The finding: which formula stays nearest, which strays farthest, and how often each is within 1 % of log C."""
    worst = np.abs(off).max(0)
    best, far = int(np.argmin(worst)), int(np.argmax(worst))
    close = (np.abs(off) <= 0.01 * np.abs(truth)[:, None]).mean(0)
    often = int(np.argmax(close))
    share = (
        f"{METHODS[often].name} is within 1 % of log C most often, at {close[often]:.0%} of the settings"
        if close[often] > 0
        else "none comes within 1 % of log C"
    )
    return (
        f"As {x_label.partition(' (')[0]} goes from {_end(xs[0])} to {_end(xs[-1])}, {METHODS[best].name} is never "
        f"more than "
        f"{number(worst[best], 2)} nats off and {METHODS[far].name} up to {number(worst[far], 2)}; {share}"
    )


def _end(value: float) -> str:
    return f"{value:g}" if value >= 1e-3 else number(value, 1)


def _crossing(off: Array) -> str:
    """Which formulas lie now above, now below log C: where their curve dips they are right by accident."""
    crossing = [m.name for m, c in zip(METHODS, off.T, strict=True) if c.min() < -1e-9 and c.max() > 1e-9]
    return f" No bound, but crossing log C where its curve dips: {', '.join(crossing)}." if crossing else ""


def slope(xs: Sequence[float] | Array, ys: Sequence[float] | Array) -> float:
    """The slope of log|y| over log x by least squares, where y is above rounding; NaN with fewer than three such
    points.

    >>> print(round(slope([1.0, 2.0, 4.0], [3.0, 12.0, 48.0]), 9))
    2.0
    """
    x, y = np.asarray(xs, float), np.abs(np.asarray(ys, float))
    keep = y > 1e-11
    return float(np.polyfit(np.log(x[keep]), np.log(y[keep]), 1)[0]) if keep.sum() >= 3 else float("nan")


def _order_word(order: float) -> str:
    return f"{round(order, 2) + 0.0:.2f}".replace("-", "−")


def _decay(xs: Array, off: Array) -> str:
    """What the errors do at the sharp end of a profile, where posteriors no longer overlap: large separation, small
    variance."""
    sharp = slice(-3, None) if xs[-1] > 10 else slice(0, 3)
    words = []
    for method, column in zip(METHODS, off.T, strict=True):
        order = slope(xs[sharp], column[sharp])
        if np.isfinite(order) and abs(order) < 20:
            words.append(f"{method.name} {_order_word(order)}")
    gone = [m.name for m, c in zip(METHODS, off.T, strict=True) if np.abs(c[sharp]).max() <= 1e-11]
    tail = f"; below 10⁻¹¹ nats there: {', '.join(gone)}" if gone else ""
    return f"Observed orders over the last three points at the sharp end: {', '.join(words)}{tail}."


def _figure(
    identifier: str,
    title: str,
    caption: str,
    chart: Chart,
    x_label: str,
    xs: Array,
    truth: Array,
    off: Array,
    again: str,
) -> Figure:
    columns = [x_label, "log C (nats)", *(f"{m.name} − log C" for m in METHODS)]
    rows = [[_short(x), _short(t), *map(_short, e)] for x, t, e in zip(xs, truth, off, strict=True)]
    worst = ", ".join(f"{m.name} {number(w, 2)}" for m, w in zip(METHODS, np.abs(off).max(0), strict=True))
    alt = f"Largest distance from log C in nats: {worst}."
    return Figure(identifier, title, caption, alt, chart.svg(title, alt), columns, rows, again, CLAIMS, "atlas")


def _short(value: float) -> float:
    return float(f"{value:.6g}")


def _on_trained(ensemble: Trained, again: str, proposals: int) -> Figure:
    """Every formula on the posteriors of one trained model a beta, against log C by bounded weights."""
    betas = np.array([b for b in ensemble.config.betas if b < 1])
    truth, radius, off = [], [], []
    for beta in betas:
        model = ensemble.where(float(beta))[0]
        rng = np.random.default_rng(derived_seed("tightness", ensemble.name, ensemble.seed, model))
        mu, logvar = ensemble.mu[model].astype(float), ensemble.logvar[model]
        z, w = mixture_weights(mu, logvar, float(beta), rng, proposals)
        # (9) keeps the largest posterior of the sum: its integrand is C's, times phi*(n(z); z)^(1-beta)
        kept = w * np.exp((1 - beta) * aggregate_terms(z, mu, logvar)[2])
        log_c = float(np.log(w.mean()))
        Sigma = covariances(logvar)
        values = [
            float(np.log(kept.mean())) if m.compute is None else float(m.compute(mu, Sigma, float(beta)))
            for m in METHODS
        ]
        truth.append(log_c)
        radius.append(2 * float(w.std(ddof=1)) / w.mean() / proposals**0.5)
        off.append(np.array(values) - log_c)
    found, errors_ = np.array(truth), np.array(off)
    chart = _chart("tightness-trained", betas, "β", found, errors_, False)
    chart.line(betas, np.array(radius), INK, 1.0, "1 2", "Monte Carlo, 2 s.e.")
    title = _title(betas, found, errors_, "β").replace("As β goes", "On trained posteriors, as β goes")
    caption = (
        f"Posteriors of one model a beta on {ensemble.data.note}: N = {ensemble.mu.shape[1]:,}, k = "
        f"{ensemble.config.latent}. "
        f"log C and (9) by {proposals:,} draws with weights in [0, 1]; distances below the fine dotted line are "
        f"within two "
        f"standard errors. Shaded: within 1 % of log C; thin line: within 10 %.{_crossing(errors_)}"
    )
    return _figure("tightness.trained", title, caption, chart, "β", betas, found, errors_, again)


def _orders(again: str) -> list[Figure]:
    """The error of (12)'s log D for one posterior as Sigma and as beta shrink, printed and corrected."""
    mu = np.array([0.5, -1.0, 0.8])
    shape = np.array([[0.9, 0.2, 0.1], [0.2, 0.6, -0.1], [0.1, -0.1, 0.8]])
    small = np.geomspace(1e-6, 1e-1, 11)

    def exact(t: float, beta: float) -> float:
        return float(implicit_prior.log_component_integral(mu, t * shape, beta))

    def both(t: float, beta: float) -> list[float]:
        forms = (hoffman.eq_12_D, implicit_prior.small_variance_limit)
        return [float(form(mu, t * shape, beta)) - exact(t, beta) for form in forms]

    along_sigma = np.array([both(float(t), 0.3) for t in small])
    along_beta = np.array([both(1e-3, float(b)) for b in small])
    return [
        _order("Sigma", "size t of Σ = t Σ₀", "β = 0.3", small, along_sigma, again),
        _order("beta", "β", "Σ = 10⁻³ Σ₀", small, along_beta, again),
    ]


def _order(name: str, x_label: str, fixed: str, xs: Array, off: Array, again: str) -> Figure:
    size = np.abs(off)
    low, high = float(size[size > 0].min()) / 3, float(size.max()) * 10
    chart = Chart(
        f"tightness-order-{name.lower()}", (xs[0], xs[-1]), (low, high), x_label, "|error of log D|, nats", True, True
    )
    orders = [slope(xs[:6], column[:6]) for column in off.T]
    chart.line(xs, size[:, 0], NO, 1.8, "7 2 1.5 2", f"printed\norder {_order_word(orders[0])}")
    chart.line(xs, size[:, 1], OK, 2.2, "", f"corrected\norder {_order_word(orders[1])}")
    title = (
        f"As {x_label.split(' of')[0] if name == 'Sigma' else 'β'} shrinks, the error of (12)'s log D falls with order "
        f"{_order_word(orders[0])} as printed ({number(size[0, 0], 2)} nats left at {number(xs[0], 1)}) and "
        f"{_order_word(orders[1])} as corrected ({number(size[0, 1], 2)})"
    )
    caption = (
        f"One posterior, k = 3, μ = (0.5, −1, 0.8), {fixed}. Slopes by least squares over the six smallest points. "
        f"The corrected "
        f"form is (1 − β)^(−k/2) |Σ|^(β/2) exp(−β μ'μ/2)."
    )
    columns = [x_label, "printed − log D (nats)", "corrected − log D (nats)"]
    rows = [[_short(x), *map(_short, e)] for x, e in zip(xs, off, strict=True)]
    alt = f"Observed orders: printed {orders[0]:.3f}, corrected {orders[1]:.3f}."
    return Figure(
        f"tightness.order.{name}",
        title,
        caption,
        alt,
        chart.svg(title, alt),
        columns,
        rows,
        again,
        list(ORDER_CLAIMS),
        "atlas",
    )
