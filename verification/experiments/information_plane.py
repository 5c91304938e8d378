"""The information plane: I(z; n) against the distortion, between what the distortion and what the KL term allow."""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.experiments import Figure, command
from verification.experiments.decomposition import nats, promise
from verification.experiments.svg import INK, MUTED, NO, OK, SHADE, UP, Chart, number, text
from verification.vae.decomposition import Parts, decomposition, swept
from verification.vae.fixtures import Trained


def run(tier: str, seed: int, device: str, data: str = "digits") -> list[Figure]:
    """One figure: every model of the sweep, its certified I, and both bounds of (30)."""
    found = decomposition(tier, seed, device, data)
    return [_plane(found, swept(tier, seed, device, data), command(tier, seed, data))]


def _plane(found: tuple[Parts, ...], ensemble: Trained, again: str) -> Figure:
    entropy, log_N = found[0].entropy, float(np.log(ensemble.mu.shape[1]))
    lower = [entropy - p.distortion.estimate for p in found]
    broken = [p for p in found if p.information.upper < entropy - p.distortion.upper or p.information.lower > p.rate]
    best = max(found, key=lambda p: p.bound.lower)
    vacuous = sum(p.distortion.lower > entropy for p in found)
    title = (
        f"{'Both bounds of (30) hold' if not broken else f'(30) fails at {len(broken)} β'}, and at "
        f"{'every' if vacuous == len(found) else f'{vacuous} of {len(found)}'} β the lower one is below 0: H − D is "
        f"{nats(max(lower))} nats at most, where I(z; n) is {nats(found[int(np.argmax(lower))].information.estimate)}"
    )
    caption = (
        f"I against distortion D = Nell on the training images; {ensemble.data.note}, binarised, one model a β. H is "
        f"their entropy as a distribution, {number(entropy, 5)} nats{_twins(entropy, log_N)}. {promise()}. Shaded: "
        f"where (30) and I ≥ 0 allow I to be. Rings: log N less the distortion of the decoder normalised over the "
        f"{ensemble.mu.shape[1]:,} images, a lower bound that says more: {nats(best.bound.lower)} nats for certain at "
        f"β = {best.beta:g}. The KL term less I is KL(q‖p): {nats(found[0].kl.estimate)} nats at β = "
        f"{found[0].beta:g}, {nats(found[-1].kl.estimate)} at {found[-1].beta:g}."
    )
    columns = [
        "beta", "D low", "D high", "H − D low", "H − D high", "normalised low", "normalised high", "I low", "I high",
        "KL term",
    ]  # fmt: skip
    rows = [_row(p) for p in found]
    alt = "; ".join(
        f"β {p.beta:g}: D {nats(p.distortion.estimate)}, H − D {nats(low)}, normalised {nats(p.bound.estimate)}, I "
        f"{nats(p.information.estimate)}, KL term {nats(p.rate)}"
        for p, low in zip(found, lower, strict=True)
    )
    claims = [f"zheng.digits.{name}" for name in ("upper", "lower", "lower.vacuous", "lower.normalized")]
    svg = _chart(found, entropy, log_N).svg(title, alt)
    return Figure("information_plane", title, caption, f"In nats. {alt}.", svg, columns, rows, again, claims)


def _twins(entropy: float, log_N: float) -> str:
    return "" if log_N - entropy < 1e-12 else ", less than log N because some images are equal"


def _row(p: Parts) -> list[Any]:
    D, bound, I = p.distortion, p.bound, p.information
    ends = (D.lower, D.upper, p.entropy - D.upper, p.entropy - D.lower, bound.lower, bound.upper, I.lower, I.upper)
    return [p.beta, *(round(v, 4) for v in (*ends, p.rate))]


def _chart(found: tuple[Parts, ...], entropy: float, log_N: float) -> Chart:
    D = np.array([p.distortion.estimate for p in found])
    rate = np.array([p.rate for p in found])
    low = max(min(-2.0, 1.15 * min(p.bound.lower for p in found)), -0.4 * float(rate.max()))
    chart = Chart(
        "information-plane", (0.0, 1.06 * float(D.max())), (low, 1.12 * float(rate.max())),
        "distortion D, nats per image", "I(z; n), nats", size=(440.0, 360.0),
    )  # fmt: skip
    chart.band(D, np.maximum(entropy - D, 0), rate, SHADE)
    across = np.array([0.0, float(D.max())])
    chart.line(across, np.full(2, log_N), MUTED, 1.1, "2 3", "log N")
    chart.line(across, np.zeros(2), MUTED, 1.1, "", "")
    chart.line(np.array([0.0, entropy - low]), np.array([entropy, low]), NO, 1.9, "7 2 1.5 2", "")
    chart.note(0.4 * entropy + 0.7, 0.6 * entropy + 0.3, "H − D", NO)
    chart.line(D, rate, UP, 1.9, "8 3", "KL term")
    chart.points(D, rate, UP)
    bound = [p.bound for p in found]
    chart.line(D, [b.estimate for b in bound], OK, 1.2, "5 3", "log N − D,\nnormalised")
    chart.bars(D, [b.lower for b in bound], [b.upper for b in bound], OK)
    chart.points(D, [b.estimate for b in bound], OK, hollow=True)
    chart.line(D, [p.information.estimate for p in found], INK, 2.2, "", "I(z; n)")
    chart.bars(D, [p.information.lower for p in found], [p.information.upper for p in found], INK)
    chart.points(D, [p.information.estimate for p in found], INK)
    _name(chart, found)
    return chart


def _name(chart: Chart, found: tuple[Parts, ...]) -> None:
    """The beta of each point of the KL term; those that lie on one another share a name."""
    groups: list[list[Parts]] = []
    for p in found:
        if groups and abs(chart.x(groups[-1][-1].distortion.estimate) - chart.x(p.distortion.estimate)) < 4:
            groups[-1].append(p)
        else:
            groups.append([p])
    for group in groups:
        words = ("β = " if group is groups[0] else "") + ", ".join(f"{p.beta:g}" for p in group)
        x, y = chart.x(group[0].distortion.estimate), chart.y(group[0].rate)
        if group is groups[-1]:
            chart.over.append(text(x, y - 9, words, UP, 11.5, "middle"))
        else:
            chart.over.append(text(x + 7, y + 1, words, UP, 11.5))
