"""The plane of two latents over beta (section 4 of Levy): where images lie, what it decodes to, which classes it
keeps."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from verification.experiments import Figure
from verification.experiments.svg import (
    INK,
    MUTED,
    NO,
    OK,
    RULE,
    UP,
    Axis,
    Chart,
    document,
    number,
    picture,
    png,
    text,
)  # fmt: skip
from verification.vae import plane
from verification.vae.decomposition import ALPHA
from verification.vae.fixtures import Trained
from verification.vae.plane import BETAS, CLASSES, EPOCHS, REACH, Choice
from verification.vae.plane_evidence import LINE, OWN_SHARE

Array = np.ndarray[Any, Any]
Span = tuple[float, float]

LEVEL = 0.05
PANEL, GAP, TOP, LEFT = 196.0, 30.0, 34.0, 34.0
MOST = 300  # points of a scatter
TILES = 12
COLOURS = (OK, NO, MUTED, INK)
SHAPE = [f"levy.figure7.{name}" for name in ("location", "spread", "gaussian")]
CLASSIFIED = [f"levy.figure7.{name}" for name in ("classes", "information")]
PLACED = (
    (OWN_SHARE, "each image has a place of its own"), (0.75, "most images have places of their own"),
    (0.0, "images share their places"),
)  # fmt: skip
LETTERS = (
    "The source draws letters of EMNIST, by its text A to D and by the caption of its figure A or Z, without its "
    "networks' widths or whether its loss is summed over pixels; averaged over 784, β would be 784 times as large"
)


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """The plane at each beta, as in Figure 7; how many images are put into their class from it."""
    ensemble = plane.trained(tier, seed, device, data)
    size = "deep" if tier == "deep" else "default"
    again = f"betavae figure latent_plane --size {size} --seed {seed}" + ("" if data == "digits" else f" --data {data}")
    found = plane.certificates(tier, seed, device, data)
    return [
        _plane(ensemble, found, data, again),
        _classes(ensemble, found, plane.told_apart(tier, seed, device, data), data, again),
    ]


def _setting(ensemble: Trained) -> str:
    c = ensemble.config
    few = f", as many as {EPOCHS} epochs of his letters have" if ensemble.data.name.startswith("digits") else ""
    return (
        f"{ensemble.data.note} ({len(ensemble.data.train_x):,} images), binarised; one hidden layer of {c.hidden}, "
        f"Bernoulli pixels summed, batches of {c.batch}, Adam from {c.rate:g} on, {c.steps:,} steps{few}; "
        f"{c.replicates} {'seed' if c.replicates == 1 else 'seeds'} a β"
    )


def hull(values: list[Span]) -> Span:
    """From the lowest to the highest end.

    >>> hull([(0.0, 1.0), (0.5, 2.0)])
    (0.0, 2.0)
    """
    return min(low for low, _ in values), max(high for _, high in values)


def ends(span: Span, places: int = 2) -> str:
    """Both ends, or one where they agree to so many places.

    >>> ends((0.001, 0.004)), ends((1.0, 2.5), 1)
    ('0.00', '1.0 to 2.5')
    """
    low, high = (f"{v + 0.0:.{places}f}".replace("-", "−") for v in span)
    return low if low == high else f"{low} to {high}"


def _certified(ensemble: Trained, found: tuple[Any, ...], beta: float, what: str) -> Span:
    return hull([(getattr(found[m], what).lower, getattr(found[m], what).upper) for m in ensemble.where(beta)])


def _plane(ensemble: Trained, found: tuple[Any, ...], data: str, again: str) -> Figure:
    body = []
    for row, beta in enumerate(BETAS):
        y = TOP + row * (PANEL + GAP)
        model = ensemble.where(beta)[0]
        body.append(text(LEFT, y - 6, f"β = {beta:g}", INK, 11.5, weight=600))
        body += _scatter(ensemble, model, data, y)
        tiles = plane.grid(ensemble, model, TILES)
        x = 2 * LEFT + PANEL
        body.append(picture(x, y, PANEL, PANEL, png(tiles)))
        body += _frame(x, y, (-REACH, REACH), (-REACH, REACH))
    body.append(text(LEFT, 12, "codes of held-out images", MUTED, 11.5))
    body.append(text(2 * LEFT + PANEL, 12, "what (−4, 4)² decodes to", MUTED, 11.5))
    along = {beta: [plane.along(ensemble, m) for m in ensemble.where(beta)] for beta in BETAS}
    log_n = float(np.log(found[0].N))
    own = _certified(ensemble, found, BETAS[0], "information")[0] / log_n
    kl = [_certified(ensemble, found, beta, "kl") for beta in BETAS]
    on_axis = ends(hull([(v, v) for v in along[BETAS[0]]]))
    lined = "along a line" if float(np.mean(along[BETAS[0]])) > LINE else "over the plane rather than along a line"
    placed = next(words for share, words in PLACED if own >= share)
    falls = all(a[0] > b[1] for a, b in pairwise(kl))
    title = (
        f"At β = 0 {placed} (I(z; n) at least {own:.1%} of log N), spread {lined}: {on_axis} of the variance on one "
        f"axis. KL(q‖p) {'falls from' if falls else 'is'} {ends(kl[0], 1)} nats{' to' if falls else ','} "
        f"{ends(kl[1])} and {ends(kl[2], 3)}"
    )
    caption = (
        f"Figure 7 again, first seed: left, means of the posteriors of at most {MOST} held-out images, each drawn as "
        f"its class; the two latents on one scale, which differs from row to row. Right, the same square of codes "
        f"decoded at each β. {LETTERS}; here {_setting(ensemble)}. Intervals of I and KL hold at this sample size, "
        f"all models together with probability 1 − {number(ALPHA, 2)}. At β = {BETAS[-1]:g}, "
        f"{ends(hull([(v, v) for v in along[BETAS[-1]]]))} of the variance of the codes lies on one axis. Table: least "
        f"and largest over seeds."
    )
    columns = [
        "beta", "I low", "I high", "log N", "KL(q‖p) low", "KL(q‖p) high", "|mean| largest",
        "aggregate variance, axis 1", "axis 2", "share of codes' variance on axis 1, least", "largest",
    ]  # fmt: skip
    rows = [_row(ensemble, found, beta, along[beta]) for beta in BETAS]
    alt = "; ".join(
        f"β {row[0]:g}: I {row[1]} to {row[2]} nats of {row[3]}, KL {row[4]} to {row[5]}, aggregate variances "
        f"{row[7]} and {row[8]}"
        for row in rows
    )
    size = (2 * (LEFT + PANEL) + 12, TOP + len(BETAS) * (PANEL + GAP))
    svg = document("latent-plane", size, "".join(body), title, alt)
    return Figure("latent_plane", title, caption, f"{alt}.", svg, columns, rows, again, SHAPE)


def _row(ensemble: Trained, found: tuple[Any, ...], beta: float, along: list[float]) -> list[Any]:
    moments = [plane.moments(ensemble.mu[m].astype(float), ensemble.logvar[m].astype(float))
               for m in ensemble.where(beta)]  # fmt: skip
    information, kl = (_certified(ensemble, found, beta, what) for what in ("information", "kl"))
    mean = max(float(np.linalg.norm(m)) for m, _, _ in moments)
    axes = np.mean([whole for _, whole, _ in moments], axis=0)
    values = (*information, float(np.log(found[0].N)), *kl, mean, *axes, min(along), max(along))
    return [beta, *(round(float(v), 4) + 0.0 for v in values)]


def _scatter(ensemble: Trained, model: int, data: str, y: float) -> list[str]:
    z, labels = ensemble.test_mu[model][:MOST], ensemble.data.test_y[:MOST]
    centre = (z.max(0) + z.min(0)) / 2
    half = 1.08 * float((z.max(0) - z.min(0)).max()) / 2
    spans = [(float(c - half), float(c + half)) for c in centre]
    across, up = Axis(*spans[0], LEFT, LEFT + PANEL), Axis(*spans[1], y + PANEL, y)
    out = _frame(LEFT, y, *spans)
    called = plane.names(data)
    for label in range(CLASSES):
        style = f"fill:{COLOURS[label]};font-size:9px;font-weight:600"
        marks = "".join(
            f'<text x="{across(a):.1f}" y="{up(b) + 3:.1f}">{called[label]}</text>' for a, b in z[labels == label]
        )
        out.append(f'<g text-anchor="middle" style="{style}">{marks}</g>')
    return out


def _frame(x: float, y: float, across: Span, up: Span) -> list[str]:
    style = f"fill:none;stroke:{RULE};stroke-width:.8"
    out = [f'<rect x="{x:.1f}" y="{y:.1f}" width="{PANEL}" height="{PANEL}" style="{style}"/>']
    for axis, upright in ((Axis(*across, x, x + PANEL), False), (Axis(*up, y + PANEL, y), True)):
        for value, word in axis.ticks()[::2]:
            at = axis(value)
            out.append(
                text(x - 4, at + 4, word, MUTED, 10, "end")
                if upright
                else text(at, y + PANEL + 13, word, MUTED, 10, "middle")
            )
    return out


KINDS = (
    ((False, True), "two classes, means", OK, ""), ((True, True), "two classes, draws", OK, "5 3"),
    ((False, False), "four classes, means", UP, ""), ((True, False), "four classes, draws", UP, "5 3"),
)  # fmt: skip


def _pooled(ensemble: Trained, choices: tuple[Choice, ...], beta: float) -> tuple[float, float, float]:
    """Accuracy of the first seed's model with its Clopper-Pearson interval."""
    first = choices[ensemble.where(beta)[0]]
    return first.share, *first.interval(LEVEL)


def _classes(
    ensemble: Trained,
    found: tuple[Any, ...],
    told: dict[tuple[bool, bool], tuple[Choice, ...]],
    data: str,
    again: str,
) -> Figure:
    called, last = plane.names(data), BETAS[-1]
    models = ensemble.where(last)
    means, draws = (hull([(c.share, c.share) for c in (told[kind][m] for m in models)])
                    for kind in ((False, True), (True, True)))  # fmt: skip
    chance = told[False, True][models[0]].chance
    information = _certified(ensemble, found, last, "information")
    title = (
        f"At β = {last:g} neighbours tell {called[0]} from {called[-1]} by posterior means in {ends(means)} of images, "
        f"by draws in {ends(draws)}, where {chance:.2f} is chance; a draw has {ends(information)} nats of I(z; n)"
    )
    caption = (
        f"Accuracy of the majority of {plane.NEIGHBOURS} nearest neighbours among a third of the images on the others, "
        f"of {called[0]} to {called[-1]} and of {called[0]} and {called[-1]} alone; first seed, bars: Clopper–Pearson "
        f"95 % intervals given the models; the title has the least and the largest over seeds. Chance (dotted): naming "
        f"the most frequent class. What a draw tells of the class is at most I(z; n). {LETTERS}; here "
        f"{_setting(ensemble)}."
    )
    chart = Chart(
        "latent-plane-classes", (-0.25, BETAS[-1] + 0.1), (0.0, 1.05), "β", "share put into their class",
        size=(460.0, 290.0), margin=(30.0, 142.0, 40.0, 38.0),
    )  # fmt: skip
    for two, words in ((True, "chance, two"), (False, "chance, four")):
        level = told[False, two][0].chance
        chart.line([-0.25, BETAS[-1] + 0.1], [level, level], MUTED, 1.0, "1 3", words)
    columns = [
        "beta",
        "codes",
        "classes",
        "images judged",
        "chance",
        "share, first seed",
        "low",
        "high",
        "least",
        "largest",
    ]
    rows: list[list[Any]] = []
    for offset, (kind, words, colour, dash) in zip((-0.06, -0.02, 0.02, 0.06), KINDS, strict=True):
        curve = np.array([_pooled(ensemble, told[kind], beta) for beta in BETAS])
        chart.line(np.array(BETAS) + offset, curve[:, 0], colour, 1.8, dash, words)
        chart.bars(np.array(BETAS) + offset, curve[:, 1], curve[:, 2], colour)
        for place, beta in enumerate(BETAS):
            chosen = [told[kind][m] for m in ensemble.where(beta)]
            shares = [c.share for c in chosen]
            values = (chosen[0].chance, *curve[place], min(shares), max(shares))
            drawn, two = kind
            rows.append([
                beta, "draws" if drawn else "means", 2 if two else CLASSES, chosen[0].of,
                *(round(float(v), 4) for v in values),
            ])  # fmt: skip
    rows.sort(key=lambda row: row[0])
    alt = "; ".join(f"β {r[0]:g}, {r[2]} classes by {r[1]}: {r[5]} (chance {r[4]})" for r in rows)
    svg = chart.svg(title, alt)
    return Figure("latent_plane.classes", title, caption, f"{alt}.", svg, columns, rows, again, CLASSIFIED)
