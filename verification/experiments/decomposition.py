"""The ELBO over beta taken apart, in certified intervals, and where mini-batches would have put I, TC and KL."""

from __future__ import annotations

from typing import Any

import numpy as np

from theory.certificate import Interval
from verification.experiments import Figure, command
from verification.experiments.svg import INK, MUTED, NO, OK, SHADE, UP, Chart, Places, number, text
from verification.vae.decomposition import ALPHA, Parts, decomposition, swept
from verification.vae.evidence import student_radius
from verification.vae.fixtures import Trained
from verification.vae.minibatches import BATCHES, ESTIMATORS, QUANTITIES, estimates

Array = np.ndarray[Any, Any]

LEVEL = 0.05
ACTIVE = 0.1
ADDED = "var(--added,#fde3d3)"
WIDE = 0.72  # of a bar, of the room that it has
READABLE = 1.7  # nats that a number in a bar needs to stand in
STACK = (
    ("reconstruction", SHADE, INK, INK), ("I(z; n)", OK, OK, "var(--ground,#ffffff)"),
    ("total\ncorrelation", ADDED, NO, INK), ("dimension-wise\nKL", UP, UP, "var(--ground,#ffffff)"),
)  # fmt: skip
COLOURS = {"mini-batch weighted": NO, "partially stratified": OK, "mini-batch alone": UP}
DASHES = ("", "5 3", "2 3")
NAMES = {"I": "I(z; n)", "TC": "TC", "KL": "KL(q‖p)"}


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """The stack over beta, then I, KL and TC by every estimator beside their certified intervals."""
    found, again = decomposition(tier, seed, device, data), command(tier, seed, data)
    batches = {B: estimates(tier, seed, device, data, B) for B in BATCHES[tier]}
    ensemble = swept(tier, seed, device, data)
    return [
        _stack(found, ensemble, again),
        *(_beside(quantity, found, batches, ensemble, again) for quantity in ("I", "KL", "TC")),
    ]


def promise() -> str:
    """What the certified intervals of a sweep promise."""
    return f"Intervals hold at this sample size, all together with probability 1 − {number(ALPHA / 2, 2)}"


def active(p: Parts) -> int:
    """How many dimensions tell more than 0.1 nats of the image."""
    return int((p.each > ACTIVE).sum())


def nats(value: float) -> str:
    """Two decimals and a true minus sign.

    >>> nats(-0.001), nats(7.1655)
    ('0.00', '7.17')
    """
    return f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def _stack(found: tuple[Parts, ...], ensemble: Trained, again: str) -> Figure:
    first, last = found[0], found[-1]
    title = (
        f"From β = {first.beta:g} to {last.beta:g} I(z; n) falls from {nats(first.information.estimate)} nats to "
        f"{nats(last.information.estimate)} and total correlation from {nats(first.total_correlation.estimate)} to "
        f"{nats(last.total_correlation.estimate)}; {active(first)} dimensions are active at first, "
        f"{active(last) or 'none'} at last"
    )
    best = min(found, key=lambda p: p.negative_elbo.estimate)
    share = first.total_correlation.estimate / first.kl.estimate
    widest = max(i.width for p in found for i in (p.information, p.total_correlation))
    caption = (
        f"Negative ELBO on the training images: reconstruction −E log p(x|z), I(z; n), TC and Σⱼ KL(q(zⱼ)‖p(zⱼ)), of "
        f"which the last three add up to the KL term; {ensemble.data.note}, binarised, one model a β, "
        f"N = {_size(ensemble):,}, k = {ensemble.config.latent}. {promise()}: I and TC within "
        f"{number(widest, 2)} nats, reconstruction as the bars on top show; Σⱼ KL is exact to 10⁻⁶. The sum is least, "
        f"{nats(best.negative_elbo.estimate)}, at β = {best.beta:g}. At β = {first.beta:g}, {share:.0%} of KL(q‖p) is "
        f"total correlation. Active: more than {ACTIVE:g} nats of I(zⱼ; n)."
    )
    chart = _bars(found)
    rows = [_row(p) for p in found]
    columns = [
        "beta", "−ELBO low", "−ELBO high", "reconstruction low", "reconstruction high", "I low", "I high", "TC low",
        "TC high", "dimension-wise KL", "KL term", "active dimensions",
    ]  # fmt: skip
    alt = "; ".join(
        f"β {p.beta:g}: reconstruction {nats(p.distortion.estimate)}, I {nats(p.information.estimate)}, TC "
        f"{nats(p.total_correlation.estimate)}, dimension-wise KL {nats(p.dimensionwise)}"
        for p in found
    )
    claims = [f"zheng.digits.{name}" for name in ("adds_up", "total_correlation", "information", "dimensions")]
    svg = chart.svg(title, alt)
    return Figure("decomposition.stack", title, caption, f"Nats an image. {alt}.", svg, columns, rows, again, claims)


def _size(ensemble: Trained) -> int:
    return int(ensemble.mu.shape[1])


def _row(p: Parts) -> list[Any]:
    ends = [e for i in (p.negative_elbo, p.distortion, p.information, p.total_correlation) for e in (i.lower, i.upper)]
    return [p.beta, *(round(v, 4) + 0.0 for v in (*ends, p.dimensionwise, p.rate)), active(p)]


def _bars(found: tuple[Parts, ...]) -> Chart:
    """Bars stacked over beta, one place each, with the numbers that have room and the interval of the whole on top."""
    high = 1.06 * max(p.negative_elbo.upper for p in found)
    chart = Places(
        "decomposition-stack", (-0.5, len(found) - 0.5), (0.0, high), "β", "nats per image", size=(440.0, 340.0),
        margin=(30.0, 112.0, 40.0, 38.0),
    )  # fmt: skip
    for place, p in enumerate(found):
        _one_bar(chart, place, p)
        chart.name(place, f"{p.beta:g}")
    whole = [p.negative_elbo for p in found]
    chart.bars(np.arange(len(found)), [i.lower for i in whole], [i.upper for i in whole], MUTED)
    top = chart.y.stop + 10
    for name, fill, edge, _ in reversed(STACK):
        chart.over.append(_box(chart.x.stop + 8, top - 9, 11, 11, fill, edge))
        for word in name.split("\n"):
            chart.over.append(text(chart.x.stop + 24, top, word, INK, 11))
            top += 13
        top += 6
    return chart


def _one_bar(chart: Chart, place: int, p: Parts) -> None:
    heights = (p.distortion.estimate, p.information.estimate, p.total_correlation.estimate, p.dimensionwise)
    left, right, base = chart.x(place - WIDE / 2), chart.x(place + WIDE / 2), 0.0
    for height, (_, fill, edge, ink) in zip(heights, STACK, strict=True):
        top, bottom = chart.y(base + max(height, 0.0)), chart.y(base)
        if bottom - top > 0.3:
            chart.over.append(_box(left, top, right - left, bottom - top, fill, edge))
        if height > READABLE:
            chart.over.append(text((left + right) / 2, (top + bottom) / 2 + 4, f"{height:.1f}", ink, 11, "middle"))
        base += max(height, 0.0)


def _box(x: float, y: float, width: float, height: float, fill: str, edge: str) -> str:
    style = f"fill:{fill};stroke:{edge};stroke-width:.8"
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" style="{style}"/>'


def certified(p: Parts, quantity: str) -> Interval:
    """The certified interval of I, TC or KL."""
    return {"I": p.information, "TC": p.total_correlation, "KL": p.kl}[quantity]


def _beside(
    quantity: str, found: tuple[Parts, ...], batches: dict[int, Array], ensemble: Trained, again: str
) -> Figure:
    """One quantity by every estimator at every size of mini-batch, beside its certified interval."""
    place = QUANTITIES.index(quantity)
    means = {B: values[:, :, place].mean(-1) for B, values in batches.items()}  # (models, estimators)
    truth = np.array([certified(p, quantity).estimate for p in found])
    rows = []
    for model, p in enumerate(found):
        rows += _rows(p, quantity, {B: values[model] for B, values in batches.items()}, _size(ensemble))
    misses = {name: means[min(means)][:, i] - truth for i, name in enumerate(ESTIMATORS)}
    title = (
        f"With mini-batches of {min(means)}, {NAMES[quantity]} is missed by "
        f"{_span(misses['mini-batch weighted'])} nats with mini-batch weighting, "
        f"{_span(misses['partially stratified'])} partially stratified and "
        f"{_span(misses['mini-batch alone'])} from the batch alone"
    )
    sizes = ", ".join(map(str, means))
    counts = ", ".join(str(values.shape[-1]) for values in batches.values())
    twins = max(float(np.abs(v[:, 1] - v[:, 2]).max()) for v in means.values())
    caption = (
        f"Mean over {counts} mini-batches of {sizes} (solid, dashed, dotted) of what an estimate would have been, "
        f"beside the certified interval. Posteriors of {ensemble.data.note}, one model a β. {promise()}. "
        f"{_remark(quantity, found, means)}Mini-batch stratified sampling is not drawn: it differs from partial "
        f"stratification by at most {number(twins, 1)} nats. Table: estimate less certified value, ± 95 % over "
        f"mini-batches; the rows of all {_size(ensemble):,} are equation (24), which has no bias."
    )
    columns = ["beta", "B", "certified low", "certified high"]
    columns += [entry for name in ESTIMATORS for entry in (f"{name}: miss", "±")]
    alt = "; ".join(
        f"β {p.beta:g}: certified {nats(truth[i])}, misses "
        + ", ".join(f"{name} {nats(miss[i])}" for name, miss in misses.items())
        for i, p in enumerate(found)
    )
    svg = _lines(quantity, found, means, float(np.log(_size(ensemble)))).svg(title, alt)
    claims = {
        "I": ["zheng.digits.weighted", "zheng.digits.batch", "zheng.digits.stratified"],
        "KL": ["zheng.digits.weighted.kl", "zheng.digits.stratified.negative"],
        "TC": ["zheng.digits.stratified.negative"],
    }[quantity]
    identifier = f"decomposition.{quantity}"
    return Figure(identifier, title, caption, f"In nats, B = {min(means)}. {alt}.", svg, columns, rows, again, claims)


def _span(misses: Array) -> str:
    """The range of misses, with signs.

    >>> _span(np.array([-1.0, 0.001, 2.5]))
    '−1.00 to +2.50'
    """
    ends = [f"{'+' if round(v, 2) > 0 else ''}{nats(v)}" for v in (float(misses.min()), float(misses.max()))]
    return " to ".join(ends)


def _remark(quantity: str, found: tuple[Parts, ...], means: dict[int, Array]) -> str:
    """What no estimate should do and these did: exceed log N, or fall below 0."""
    B = min(means)
    names = list(ESTIMATORS)
    if quantity == "I":
        return f"No I(z; n) exceeds log N, and none that a batch alone finds exceeds log {B} = {nats(np.log(B))}. "
    wrong = [
        f"{p.beta:g} ({name})" for name in COLOURS for p, v in zip(found, means[B][:, names.index(name)], strict=True)
        if v < -0.05 and certified(p, quantity).lower > 0
    ]  # fmt: skip
    if not wrong:
        return ""
    return f"Below 0, where the certified value is above it, with B = {B} at β = {', '.join(wrong)}. "


def _rows(p: Parts, quantity: str, batches: dict[int, Array], N: int) -> list[list[Any]]:
    interval, place = certified(p, quantity), QUANTITIES.index(quantity)
    head = [round(interval.lower, 4) + 0.0, round(interval.upper, 4) + 0.0]
    rows: list[list[Any]] = []
    for B, values in batches.items():
        row: list[Any] = [p.beta, B, *head]
        for value in values[:, place]:
            row += [round(float(value.mean()) - interval.estimate, 4) + 0.0, round(student_radius(value, LEVEL), 4)]
        rows.append(row)
    whole = p.full_data[:, place]
    miss = [round(float(whole.mean()) - interval.estimate, 4) + 0.0, round(1.96 * float(p.full_data_error[place]), 4)]
    return [*rows, [p.beta, N, *head, None, None, None, None, *miss, *miss]]


def _lines(quantity: str, found: tuple[Parts, ...], means: dict[int, Array], log_N: float) -> Chart:
    betas, names = np.array([p.beta for p in found]), list(ESTIMATORS)
    truth = [certified(p, quantity) for p in found]
    drawn = [name for name in COLOURS if quantity != "TC" or name != "mini-batch weighted"]
    seen = np.concatenate([v[:, names.index(name)] for v in means.values() for name in drawn])
    low, high = min(float(seen.min()), 0.0), max(float(seen.max()), max(i.upper for i in truth))
    pad = 0.06 * (high - low)
    chart = Chart(
        f"decomposition-{quantity}", (betas[0], betas[-1]), (low - pad, high + pad), "β", f"{NAMES[quantity]}, nats",
        log_x=True, size=(440.0, 300.0), margin=(30.0, 122.0, 50.0, 46.0),
    )  # fmt: skip
    if quantity == "I":
        chart.line(betas, np.full(len(betas), log_N), MUTED, 1.1, "2 3", "log N")
    for (B, mean), dash in zip(means.items(), DASHES, strict=False):
        for name, colour in COLOURS.items():
            values = mean[:, names.index(name)]
            label = name.replace(" ", "\n", 1) if min(means) == B else ""
            if label and name not in drawn:
                everywhere = np.concatenate([v[:, names.index(name)] for v in means.values()])
                label += f",\n{everywhere.min():.0f} to {everywhere.max():.0f}"
            chart.line(betas, values, colour, 1.9 if label else 1.2, dash, label)
    chart.line(betas, [i.estimate for i in truth], INK, 2.4, "", "certified")
    chart.bars(betas, [i.lower for i in truth], [i.upper for i in truth], INK)
    return chart
