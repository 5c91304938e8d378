"""Zheng (24)-(29): estimates of the aggregate's entropy from N data, and what they expect over draws and mini-batches.

The source writes them with an approximation sign; what can be derived is their expectation. N data are the values of b,
a draw z has the law of its own datum.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.indices import AverageOthers, Others
from theory.derivations.vocabulary import KL, Average, Count, Law, Mean, Named, PositiveNamed, letter, plus

log = sp.log
b, b1, b2, b3, z = letter("b"), letter("b'"), letter("b''"), letter("b'''"), letter("z")
z1, z2 = letter("z'"), letter("z''")
Q = Law("Q_phi", b, z, uniform=b)
N = Count(b)
few = {b: (3, 4), z: (2, 2)}


def own(index: Any, at: Any = z) -> Any:
    """Q(z|x_b) of one datum."""
    return Q(at, given=index)


def over_draws(body: Any) -> Any:
    """E over a datum of N and a draw of its own posterior."""
    return Average(Mean(body, z, own(b)), b)


def inside(at: Any) -> Any:
    """The mean of all posteriors at a draw."""
    return Average(own(b3, at), b3)


entropy = Named(r"H_{\mathrm{agg}}(Z)", Mean(-log(Q(z)), z, Q(z)))
estimate = plus(-log(inside(z)) / 3, -log(inside(z1)) / 3, -log(inside(z2)) / 3)
each_own = PositiveNamed("Q_\\phi", own(b) * own(b1, z1) * own(b2, z2))

eq24 = Derivation(
    "zheng.eq24.unbiased",
    "One draw from each of three posteriors, evaluated under all three, expects the entropy.",
    source="Zheng, eqs (22)-(24)",
    sizes={b: (3,), z: (2,)},
    steps=(
        Step(Mean(-log(Q(z)), z, Q(z)), "start"),
        Step(over_draws(-log(inside(z))), "marginalise", note="(23), with the N data for P_data"),
        Step(
            Mean(estimate, (z, z1, z2), each_own), "linearity", printed=False,
            note="(24) in expectation, each draw from its own posterior",
        ),
    ),
    claims=("zheng.eq24.unbiased", "zheng.eq24.expected"),
)  # fmt: skip

pair = PositiveNamed(r"Q_{b b'}(z)", (own(b) + own(b1)) / 2)


def over_pairs(body: Any) -> Any:
    """The average over mini-batches of two."""
    return Average(AverageOthers(body, b1, b), b)


eq24_batch = Derivation(
    "zheng.eq24.batch",
    "The mini-batch version of (24) taken for unbiased, with mini-batches of two.",
    source="Zheng, eq (24)",
    sizes=few,
    steps=(
        Step(entropy, "start"),
        Step(
            over_pairs(Mean(-log(pair), z, own(b))), "assertion", printed=False,
            note="called straightforward; said to approximate the entropy",
        ),
    ),
    breaks=(1,),
    instead="zheng.eq24.batch.bias",
    claims=("zheng.eq24.batch",),
)  # fmt: skip

eq24_bias = Derivation(
    "zheng.eq24.batch.bias",
    "The mini-batch version of (24) is too low: by the divergence of the mini-batch's mixture from that of all.",
    source="Zheng, eq (24)",
    sizes=few,
    steps=(
        Step(over_pairs(Mean(-log(pair), z, own(b))), "start"),
        Step(over_pairs(Mean(-log(pair), z, pair)), "combinatorics", printed=False, note="both orders of a pair"),
        Step(over_pairs(Mean(-log(pair), z, pair) + KL(pair, Q(z), z)), "Gibbs", "<=", printed=False),
        Step(over_pairs(Mean(-log(Q(z)), z, pair)), "log of a product", printed=False),
        Step(entropy, "linearity", printed=False),
    ),
    claims=("zheng.eq24.batch.bias",),
)


def told(datum: Any) -> Any:
    """A posterior's entropy, and its divergence from the mini-batch's mixture."""
    return Mean(-log(own(datum)), z, own(datum)) + KL(own(datum), pair, z)


eq24_information = Derivation(
    "zheng.eq24.batch.information",
    "What the mini-batch version expects: the posteriors' mean entropy and what z tells of the datum among its two.",
    source="Zheng, eq (24)",
    sizes=few,
    steps=(
        Step(over_pairs(Mean(-log(pair), z, own(b))), "start", printed=False),
        Step(over_pairs(plus(told(b) / 2, told(b1) / 2)), "add and subtract", printed=False),
    ),
    claims=("zheng.eq24.batch.information",),
)

eq25 = Derivation(
    "zheng.eq25",
    "With the aggregate itself inside, a mini-batch of two expects the entropy.",
    source="Zheng, eq (25)",
    sizes=few,
    steps=(
        Step(
            over_pairs(plus(Mean(-log(Q(z)), z, own(b)) / 2, Mean(-log(Q(z)), z, own(b1)) / 2)), "start",
            printed=False, note="the right side, in expectation",
        ),
        Step(over_draws(-log(Q(z))), "combinatorics", printed=False, note="every datum is as often in a mini-batch"),
        Step(entropy, "tower rule"),
    ),
    claims=("zheng.eq25",),
)  # fmt: skip

eq27 = Derivation(
    "zheng.eq27",
    "The mean of all posteriors at a draw, its own apart.",
    source="Zheng, eqs (26) and (27)",
    sizes=few,
    steps=(
        Step(Average(own(b1), b1), "start"),
        Step(plus(own(b) / N, Others(own(b1), b1, b) / N), "algebra"),
    ),
    claims=("zheng.eq26", "zheng.eq27"),
)

eq28 = Derivation(
    "zheng.eq28",
    "The mean over the other data is what a mini-batch of three expects of its own others.",
    source="Zheng, eq (28)",
    sizes=few,
    steps=(
        Step(AverageOthers(own(b1), b1, b), "start"),
        Step(
            AverageOthers(AverageOthers((own(b1) + own(b2)) / 2, b2, b, b1), b1, b), "combinatorics",
            printed=False, note="the right side in expectation, the mini-batch drawn without replacement",
        ),
    ),
    claims=("zheng.eq28",),
)  # fmt: skip

eq28_replaced = Derivation(
    "zheng.eq28.replaced",
    "The mean over the other data taken for what a mini-batch drawn with replacement expects.",
    source="Zheng, eq (28)",
    sizes=few,
    steps=(
        Step(AverageOthers(own(b1), b1, b), "start"),
        Step(
            Average(own(b1), b1), "assertion",
            printed=False,
            note="the right side in expectation, the mini-batch drawn with replacement: its own is among its others",
        ),
    ),
    breaks=(1,),
    instead="zheng.eq28",
    claims=("zheng.eq28.replaced",),
)  # fmt: skip

mixed = plus(own(b) / N, PositiveNamed(r"\frac{N - 1}{N}", 1 - 1 / N) * own(b1))
partly = Average(Mean(AverageOthers(-log(mixed), b1, b), z, own(b)), b)

eq29 = Derivation(
    "zheng.eq29.bias",
    "The partially stratified estimate from mini-batches of two is too high.",
    source="Zheng, eq (29)",
    sizes=few,
    steps=(
        Step(partly, "start", printed=False, note="the right side, in expectation"),
        Step(over_draws(-log(AverageOthers(mixed, b1, b))), "Jensen", ">=", printed=False),
        Step(over_draws(-log(plus(own(b) / N, Others(own(b1), b1, b) / N))), "linearity", printed=False),
        Step(over_draws(-log(Average(own(b1), b1))), "algebra", printed=False, note="(27)"),
        Step(entropy, "tower rule"),
    ),
    claims=("zheng.eq29.bias", "zheng.eq29.expected"),
)

eq29_unbiased = Derivation(
    "zheng.eq29.unbiased",
    "The partially stratified estimate taken for unbiased, as (28) is.",
    source="Zheng, eq (29)",
    sizes=few,
    steps=(
        Step(entropy, "start"),
        Step(partly, "assertion", printed=False, note="(28) is put inside the logarithm"),
    ),
    breaks=(1,),
    instead="zheng.eq29.bias",
    claims=("zheng.eq29.unbiased",),
)

eq29_replaced = Derivation(
    "zheng.eq29.replaced",
    "The partially stratified estimate from mini-batches drawn with replacement is not too high by the same argument.",
    source="Zheng, eq (29)",
    sizes=few,
    steps=(
        Step(over_draws(Average(-log(mixed), b1)), "start", printed=False, note="the right side, in expectation"),
        Step(over_draws(-log(Average(mixed, b1))), "Jensen", ">=", printed=False),
        Step(entropy, "substitution", printed=False, note="(28) holds without replacement only"),
    ),
    breaks=(2,),
    instead="zheng.eq29.bias",
    claims=("zheng.eq29.replaced",),
)
