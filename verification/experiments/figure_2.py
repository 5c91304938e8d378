"""Figure 2: ELBO, KL and likelihood of beta-VAEs under their implicit priors, and log C both as printed and
certified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory import confidence
from verification.experiments import Figure, command
from verification.experiments.svg import INK, MUTED, NO, OK, UP, Chart, number, within
from verification.vae.evaluation import Evaluation
from verification.vae.evidence import by_beta, gap_narrows, student_radius, training_elbo_falls
from verification.vae.fixtures import Trained, trained
from verification.vae.normalizer import covariances
from verification.vae.training import derived_seed

Array = np.ndarray[Any, Any]

LEVEL = 0.05
CERTIFIED = 1e-6
COLUMNS = (
    "beta",
    "split",
    "ELBO under r",
    "±",
    "KL to r",
    "±",
    "likelihood",
    "±",
    "ELBO under p",
    "±",
    "ELBO, printed log C",
)


@dataclass(frozen=True)
class Series:
    """One quantity over beta: mean over training seeds and the half-width of its interval at 95 %."""

    mean: Array
    half: Array


def series(groups: dict[float, list[Evaluation]], split: str, pick: Any) -> Series:
    """Mean over training seeds of the mean over the images of a split; Student's interval over seeds, or over images
    if one."""
    means, halves = [], []
    for _, group in sorted(groups.items()):
        values = [np.asarray(pick(e, e.part(split))) for e in group]
        independent = np.array([v.mean() for v in values]) if len(group) > 1 else values[0]
        means.append(float(np.mean(independent)))
        halves.append(student_radius(independent, LEVEL))
    return Series(np.array(means), np.array(halves))


PICKS: dict[str, Any] = {
    "elbo_r": lambda e, t: t.elbo_r(e.beta, e.log_c.value),
    "kl_r": lambda e, t: t.kl_r(e.beta, e.log_c.value),
    "likelihood": lambda e, t: t.likelihood,
    "elbo_p": lambda e, t: t.elbo_p(),
    "elbo_printed": lambda e, t: t.elbo_r(e.beta, e.log_c.estimator),
    "kl_p": lambda e, t: t.kl_p,
}


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """Four charts over beta: the ELBO, the KL, the likelihood, and log C by estimator and by certified interval."""
    ensemble = trained(tier, seed, device, data)
    groups = by_beta(tier, seed, device, data)
    betas = np.array(sorted(groups))
    found = {(name, split): series(groups, split, pick) for name, pick in PICKS.items() for split in ("train", "test")}
    how = _how(groups, ensemble)
    common = {"command": command(tier, seed, data), "section": "experiments"}
    narrows = gap_narrows(seed, device, LEVEL, data, tier)
    falls = training_elbo_falls(seed, device, LEVEL, data, tier)
    return [
        _elbo(betas, found, how, narrows, falls, common),
        _kl(betas, found, how, common),
        _likelihood(betas, groups, found, how, common),
        _log_c(ensemble, groups, common),
    ]


def _how(groups: dict[float, list[Evaluation]], ensemble: Trained) -> str:
    group = next(iter(groups.values()))
    over = f"{len(group)} training seeds a beta" if len(group) > 1 else "the images of one committed model a beta"
    sizes = f"{len(group[0].train.kl_p):,} training and {len(group[0].test.kl_p):,} test images"
    return f"{ensemble.data.note}, binarised; {sizes}; k = {ensemble.config.latent}. Bars: 95 % intervals over {over}."


def _range(*arrays: Array) -> tuple[float, float]:
    every = np.concatenate([np.ravel(a) for a in arrays])
    low, high = float(np.nanmin(every)), float(np.nanmax(every))
    pad = 0.08 * (high - low or 1.0)
    return low - pad, high + pad


def _draw(chart: Chart, betas: Array, s: Series, colour: str, label: str, dash: str = "", width: float = 1.8) -> None:
    chart.line(betas, s.mean, colour, width, dash, label)
    chart.bars(betas, s.mean - s.half, s.mean + s.half, colour)
    chart.points(betas, s.mean, colour, hollow=bool(dash))


def _sign(value: float, error: float, up: str, down: str, neither: str) -> str:
    return neither if abs(value) <= error else (up if value > 0 else down)


def _elbo(betas: Array, found: Any, how: str, narrows: Any, falls: Any, common: Any) -> Figure:
    train, test, printed = found["elbo_r", "train"], found["elbo_r", "test"], found["elbo_printed", "train"]
    lo, hi = _range(train.mean, test.mean, found["elbo_p", "train"].mean, found["elbo_p", "test"].mean)
    chart = Chart("fig2-elbo", (betas[0], betas[-1]), (lo, hi), "β", "ELBO, nats per image")
    _draw(chart, betas, found["elbo_p", "train"], MUTED, "train, under p", "2 3", 1.2)
    _draw(chart, betas, found["elbo_p", "test"], MUTED, "test, under p", "6 3", 1.2)
    _draw(chart, betas, printed, NO, "train, r with\nprinted log C", "7 2 1.5 2", 1.5)
    _draw(chart, betas, train, INK, "train, under r", width=2.4)
    _draw(chart, betas, test, OK, "test, under r", width=2.0)
    gap = train.mean - test.mean
    a, b = float(narrows.value[0]), float(narrows.error[0])
    c, d = float(falls.value[0]), float(falls.error[0])
    best = _sign(c, d, "is best", "is worst", "is no different, as far as these runs show,")
    moves = _sign(a, b, "narrows", "widens", "changes by an amount not resolved")
    title = (
        f"Under r the training ELBO {best} at β = {betas[0]:g} and the gap to held-out images {moves}, "
        f"from {number(gap[0])} to {number(gap[-1])} nats at β = {betas[-1]:g}"
    )
    printed_at = int(np.argmin(printed.mean))
    caption = (
        f"ELBO of each image with r(z) for the prior, log C exact to its Monte Carlo error. {how} Training ELBO at "
        f"β = {betas[0]:g} less that at {betas[-1]:g}: {within(c, d)} nats; change of the gap: {within(a, b)} nats "
        f"(95 %, over seeds and images). With the printed estimator of log C in its place the training ELBO would "
        f"read as low as "
        f"{number(printed.mean[printed_at])} nats at β = {betas[printed_at]:g}."
    )
    rows = _rows(betas, found)
    alt = "; ".join(f"β {row[0]} {row[1]}: {row[2]:.2f} ± {row[3]:.2f}" for row in rows)
    return Figure(
        "fig2.elbo",
        title,
        caption,
        f"ELBO under r in nats. {alt}.",
        chart.svg(title, alt),
        list(COLUMNS),
        rows,
        claims=["hoffman.fig2.training", "hoffman.fig2.gap"],
        **common,
    )


def _rows(betas: Array, found: Any) -> list[list[Any]]:
    rows = []
    for i, beta in enumerate(betas):
        for split in ("train", "test"):
            row: list[Any] = [float(beta), split]
            for name in ("elbo_r", "kl_r", "likelihood", "elbo_p"):
                s = found[name, split]
                row += [round(float(s.mean[i]), 4), round(float(s.half[i]), 4)]
            rows.append([*row, round(float(found["elbo_printed", split].mean[i]), 4)])
    return rows


def _farther(gap: float) -> str:
    return f"{number(abs(gap))} nats {'farther from' if gap > 0 else 'nearer to'}"


def _kl(betas: Array, found: Any, how: str, common: Any) -> Figure:
    pairs = [("kl_r", "train", INK, "train, to r", "", 2.4), ("kl_r", "test", OK, "test, to r", "", 2.0)]
    pairs += [("kl_p", "train", MUTED, "train, to p", "2 3", 1.2), ("kl_p", "test", MUTED, "test, to p", "6 3", 1.2)]
    chart = Chart(
        "fig2-kl", (betas[0], betas[-1]), _range(*(found[n, s].mean for n, s, *_ in pairs)), "β", "KL, nats per image"
    )
    for name, split, colour, label, dash, width in pairs:
        _draw(chart, betas, found[name, split], colour, label, dash, width)
    train, test, p = found["kl_r", "train"], found["kl_r", "test"], found["kl_p", "train"]
    saved = p.mean - train.mean
    at = int(np.argmax(saved))
    gap = test.mean - train.mean
    title = (
        f"A posterior of a training image is up to {number(saved[at])} nats nearer to r than to p (β = "
        f"{betas[at]:g}); one of a "
        f"held-out image is {_farther(gap[0])} r than that at β = {betas[0]:g} and {_farther(gap[-1])} it at "
        f"{betas[-1]:g}"
    )
    columns = ["beta", *(f"{label} ({unit})" for *_, label, _, _ in pairs for unit in ("nats", "±"))]
    rows = [
        [float(b), *(round(float(v[i]), 4) for n, s, *_ in pairs for v in (found[n, s].mean, found[n, s].half))]
        for i, b in enumerate(betas)
    ]
    alt = "; ".join(f"β {row[0]}: to r {row[1]:.2f} train, {row[3]:.2f} test" for row in rows)
    caption = f"Mean KL from q(z|x) to the implicit prior r(z) and to p(z) = N(0, I). {how}"
    return Figure(
        "fig2.kl", title, caption, f"KL in nats. {alt}.", chart.svg(title, alt), columns, rows, claims=[], **common
    )


def _likelihood(betas: Array, groups: dict[float, list[Evaluation]], found: Any, how: str, common: Any) -> Figure:
    train, test = found["likelihood", "train"], found["likelihood", "test"]
    chart = Chart(
        "fig2-likelihood", (betas[0], betas[-1]), _range(train.mean, test.mean), "β", "E log p(x|z), nats per image"
    )
    _draw(chart, betas, train, INK, "train", width=2.4)
    _draw(chart, betas, test, OK, "test", width=2.0)
    small, large = (np.array([e.train.likelihood for e in groups[b]]) for b in (betas[0], betas[-1]))
    paired = (small - large).mean(1) if len(small) > 1 else (small - large)[0]
    drop, radius = float(paired.mean()), student_radius(paired, LEVEL)
    moves = _sign(drop, radius, "loses", "gains", "changes by an amount not resolved:")
    gap = train.mean - test.mean
    title = (
        f"The likelihood term {moves} {within(abs(drop), radius)} nats on training images from β = {betas[0]:g} to "
        f"{betas[-1]:g}; "
        f"held-out images trail by {number(gap[0])} nats, then by {number(gap[-1])}"
    )
    rows = [
        [float(b), *(round(float(v[i]), 4) for s in (train, test) for v in (s.mean, s.half))]
        for i, b in enumerate(betas)
    ]
    alt = "; ".join(f"β {row[0]}: {row[1]:.2f} ± {row[2]:.2f} train, {row[3]:.2f} ± {row[4]:.2f} test" for row in rows)
    caption = f"Mean log-likelihood of an image under z ~ q(z|x); the prior does not enter. {how}"
    columns = ["beta", "train (nats)", "±", "test (nats)", "±"]
    svg = chart.svg(title, alt)
    return Figure(
        "fig2.likelihood", title, caption, f"Likelihood in nats. {alt}.", svg, columns, rows, claims=[], **common
    )


def _log_c(ensemble: Trained, groups: dict[float, list[Evaluation]], common: Any) -> Figure:
    betas, estimates, lows, highs, seeds = [], [], [], [], []
    for beta, group in sorted(groups.items()):
        model = ensemble.where(beta)[0]
        rng = np.random.default_rng(derived_seed("figure 2", ensemble.name, ensemble.seed, model))
        mu, Sigma = ensemble.mu[model].astype(float), covariances(ensemble.logvar[model])
        low, high = 0.0, 0.0
        if beta < 1:
            ends = confidence.log_normalizer_interval(rng, mu, Sigma, beta, 4096, CERTIFIED)
            low, high = float(ends[0]), float(ends[1])
        betas.append(beta)
        estimates.append(group[0].log_c.estimator)
        lows.append(low)
        highs.append(high)
        seeds.append(float(np.mean([e.log_c.estimator - e.log_c.value for e in group])))
    middle = (np.array(lows) + np.array(highs)) / 2
    excess = np.array(estimates) - middle
    chart = Chart("fig2-log-c", (betas[0], betas[-1]), _range(np.array(estimates), np.array(lows)), "β", "log C, nats")
    chart.line(betas, estimates, NO, 1.8, "7 2 1.5 2", "printed estimator\n(10) with (11)")
    chart.points(betas, estimates, NO, hollow=True)
    chart.line(betas, middle, INK, 2.4, "", "certified interval\n(bars within line)")
    chart.bars(betas, lows, highs, INK)
    chart.line(betas, np.zeros(len(betas)), UP, 1.2, "8 3", "")
    least, most = int(np.argmin(excess)), int(np.argmax(excess))
    holds = sum(low <= e <= high for low, e, high in zip(lows, estimates, highs, strict=True))
    inside = "inside it at none" if holds == 0 else f"inside it at {holds}"
    title = (
        f"The printed estimator overstates log C by {number(excess[least])} nats at β = {betas[least]:g} and by "
        f"{number(excess[most])} at β = {betas[most]:g}; the certified interval is at most "
        f"{number(max(np.subtract(highs, lows)))} wide"
        if excess[least] > 0
        else f"The printed estimator lies between {number(excess[least])} and {number(excess[most])} nats from log "
        f"C over β"
    )
    N = ensemble.mu.shape[1]
    caption = (
        f"log C of one model a beta, N = {N:,} posteriors. Interval at confidence 1 − {CERTIFIED:g}, valid at this "
        f"sample size; the "
        f"estimator lies {inside} of {len(betas)} betas. log C is at most 0 (dashed), while the estimator tends to "
        f"log N = "
        f"{number(float(np.log(N)))} as β tends to 1."
    )
    columns = [
        "beta",
        "printed estimator (nats)",
        "interval low",
        "interval high",
        "estimator − log C, mean over models",
    ]
    rows = [
        [float(b), *(round(float(v), 5) for v in rest)]
        for b, *rest in zip(betas, estimates, lows, highs, seeds, strict=True)
    ]
    alt = "; ".join(f"β {r[0]}: estimator {r[1]:.3f}, interval [{r[2]:.3f}, {r[3]:.3f}]" for r in rows)
    svg = chart.svg(title, alt)
    return Figure(
        "fig2.log_c",
        title,
        caption,
        f"log C in nats. {alt}.",
        svg,
        columns,
        rows,
        claims=["hoffman.fig2.estimator"],
        **common,
    )
