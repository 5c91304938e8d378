"""Numbers of the bounds that need no draw and of the plans in groups, to the digit; and where each is not tried."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from power_pinned import COV, SIX, STD, _close, _says
from scipy.special import entr, softmax

from theory import brackets, certificate, extremes, groups, plans, posteriors
from theory.envelope import Pool
from theory.marginals import marginals
from theory.posteriors import Posteriors

APART = np.array([[0.0, 0.0], [4.25, 0.5], [9.0, 1.0], [14.5, 0.0], [21.0, -0.5], [29.1875, 0.5], [33.6875, 0.5]])
SCALES = np.array([[1.0, 0.5], [0.75, 0.5], [1.0, 0.5], [1.0, 0.5], [1.0, 0.75], [0.75, 0.5], [1.0, 0.5]])
TILTS = SCALES[:, :, None] * np.array([[1.0, 0.25], [0.25, 1.0]]) * SCALES[:, None, :]
CLOSE = np.array([[-0.0625, 0.125], [0.03125, -0.125], [0.125, 0.0625]])


def brackets_to_the_digit() -> bool:
    """Each bound by its name, of independent dimensions and of any; the ends, the variance; in blocks as at once."""
    std, cov = np.resize(STD, (6, 2)), np.resize(COV, (6, 2, 2))
    found = [
        brackets.bracket(SIX, std=std),
        brackets.bracket(SIX, cov=cov),
        brackets.bracket(SIX, std=std, pairs=False),
    ]
    told = [[*one.bounds.values(), one.lower, one.upper, one.variance] for one in found]
    before, brackets.BLOCK = brackets.BLOCK, 24
    try:
        blocks = brackets.bracket(SIX, std=std), brackets.bracket(SIX, cov=cov)
        cases = brackets.pairwise_diagonal(np.stack([SIX, 2 * SIX]), std)
    finally:
        brackets.BLOCK = before
    names = [
        "largest axis",
        "Bhattacharyya",
        "likelihood",
        "square over a Gaussian",
        "sum of axes",
        "Gaussian",
        "4 Gaussians",
        "16 Gaussians",
        "KL",
    ]
    alone = brackets.bracket(SIX[:1], std=std[:1])
    return (
        list(found[0].bounds) == names
        and all(_close(one, known) for one, known in zip(told, BRACKETS, strict=True))
        and all(_close(list(a.bounds.values()), list(b.bounds.values())) for a, b in zip(blocks, found, strict=False))
        and _close(np.array(cases)[:, 0], brackets.pairwise_diagonal(SIX, std))
        and (alone.lower, alone.upper, alone.variance) == (0, 0, 0)
        and certificate.samples_needed(SIX, 0.1, std=std, pilot=False) == FORESEEN
        and certificate.samples_needed(SIX[:1], 0.1, std=std[:1], pilot=False) == 1
    )


def rounding_has_room() -> bool:
    """Ends are moved apart by what rounding may do, within [0, log N]."""
    found = brackets.bracket(SIX, std=np.resize(STD, (6, 2)))
    best = max(list(found.bounds.values())[:4]), min(list(found.bounds.values())[4:])
    room = best[0] - found.lower, found.upper - best[1]
    return _close(room, brackets.ROUNDING, 1e-14)


def axes_keep_their_errors() -> bool:
    """Ends by axes are wider by the errors of their quadrature."""
    q = Posteriors.of(SIX, std=np.resize(STD, (6, 2)))
    known = marginals(q.mu, q.sigma)
    least, most = brackets.by_axes(q, known)
    apart = known.information.max() - least, most - known.information.sum()
    return _close(apart, [known.error[known.information.argmax()], known.error.sum()], 1e-13)


def too_many_pairs() -> bool:
    """36 pairs of six posteriors, as many as are allowed, and then one too many."""
    told = "6 posteriors make 3.6e+01 pairs (about 0 hours); pass pairs=False, or sample with theory.certify."
    before = brackets.MOST
    try:
        brackets.MOST = 36
        fits = brackets.bracket(SIX, std=np.ones_like(SIX)).N == 6
        brackets.MOST = 35
        refused = _says(lambda: brackets.bracket(SIX, std=np.ones_like(SIX)), told)
        alone = brackets.bracket(SIX, std=np.ones_like(SIX), pairs=False).N == 6
    finally:
        brackets.MOST = before
    return fits and refused and alone and before == 2147483648


def _plans(size: int = 1000, seed: int = 3, **spread: Any) -> list[groups.Grouped]:
    return groups.grouped(Posteriors.of(APART, **(spread or WIDE)), np.random.default_rng(seed), size, 0.01)


def _told(plan: groups.Grouped) -> list[float]:
    x = plan.draw(np.random.default_rng(4))
    return [*plan.allotted, plan.unsettled, *plan.ends, plan.variance, plan.width, plan.samples_for(0.05),
            *plan.interval(x), plan.estimate(x), x.var()]  # fmt: skip


def groups_to_the_digit() -> bool:
    """Draws allotted, ends, variances, widths, intervals; of independent dimensions and of any, in blocks."""
    before, groups.BLOCK = groups.BLOCK, 40
    try:
        blocks = [_told(plan) for plan in _plans()]
    finally:
        groups.BLOCK = before
    tried = _plans(), _plans(cov=TILTS)
    found = [_told(plan) for some in tried for plan in some]
    members = [plan.group.tolist() for plan in tried[0]]
    return (
        members == MEMBERS
        and all(_close(one, known) for one, known in zip(found, GROUPS, strict=True))
        and all(_close(one, known) for one, known in zip(blocks, GROUPS[: len(MEMBERS)], strict=True))
        and all(plan.samples_for(plan.unsettled) == sys.maxsize for plan in tried[0])
        and np.shape(tried[0][0].interval(np.zeros((3, 4)))) == (2, 3)
    )


def groups_know_their_own() -> bool:
    """The entropy within a group, at draws of all groups in any order, against all densities at once."""
    plan = _plans()[2]
    q, n = plan.posteriors, np.array([6, 0, 5, 1, 1, 2, 6, 0])
    z = np.add(q.sample(np.random.default_rng(0), n), [2.0, 0.0])
    heights = -((((z[:, None] - q.mu) / q.sigma) ** 2).sum(2)) / 2 - np.log(q.sigma).sum(1)
    alone = np.where(plan.group[n][:, None] == plan.group, heights, -np.inf)
    known = entr(softmax(alone, 1)).sum(1)
    counts, drawn = np.bincount(plan.group), plan.allotted
    weight = (counts / 7 * 1000)[plan.group[n]] / drawn[plan.group[n]]
    middle = (SCALES[:, None] ** 2 + SCALES**2) / 2
    far = ((APART[:, None] - APART) ** 2 / middle).sum(2) / 8
    overlap = np.sqrt((SCALES[:, None] * SCALES / middle).prod(2)) * np.exp(-far)
    across = np.log(2) / 7 * overlap[plan.group[:, None] != plan.group].sum()
    return (
        _close(np.log(7) - plan.summands(z, n), weight * known, 1e-12)
        and known.max() > 0.1
        and _close(plan.unsettled - across, plans.ROUNDING, 1e-14)
    )


def groups_are_drawn_in_passes() -> bool:
    """Members of a group equally often, and distinct ones beyond; the sum over draws is what is expected."""
    plan, seen = _plans(size=1003)[3], []
    note = replace(plan)
    object.__setattr__(note, "summands", lambda z, n: seen.append(n))
    for seed in range(8):
        note.draw(np.random.default_rng(seed))
    counts = np.array([np.bincount(n, minlength=7) for n in seen])
    each = [counts[:, plan.group == c] for c in np.flatnonzero(plan.share)]
    return (
        bool((counts.sum(1) == 1003).all())
        and all((own.sum(1) == plan.allotted[c]).all() for own, c in zip(each, np.flatnonzero(plan.share), strict=True))
        and all(np.ptp(own, 1).max() <= 1 for own in each)
        and len(each) == 2
        and len({tuple(row) for row in counts}) > 2
    )


def _chosen(module: Any, name: str, value: Any, **spread: Any) -> int:
    before = getattr(module, name)
    try:
        setattr(module, name, value)
        return len(_plans(**spread))
    finally:
        setattr(module, name, before)


def groups_are_tried_near_the_top() -> bool:
    """Within a tenth of a nat of log N, for as many pairs as are said, with as many draws as groups at least."""
    few = [len(_plans(size=size)) for size in (1, 2)]
    return (
        (groups.NEAR, groups.BLOCK, posteriors.BRIEF) == (0.1, 2**20, 2**28)
        and _close(groups.LINKS[1:], 10.0 ** -np.linspace(1.5, 5, 15))
        and [_chosen(posteriors, "BRIEF", most) for most in (97, 98)] == [0, len(MEMBERS)]
        and [_chosen(posteriors, "BRIEF", most, cov=TILTS) for most in (195, 196)] == [0, len(MEMBERS)]
        and [_chosen(groups, "NEAR", nats) for nats in (0.01, 0.02)] == [0, len(MEMBERS)]
        and few == [2, len(MEMBERS)]
        and _close([*_plans(size=3)[1].summands(APART[[1, 6]] - 2, np.array([1, 6]))], FEW_DRAWS)
    )


def groups_are_certified() -> bool:
    """`certify` and `samples_needed` take them; the estimate lies in the middle of what is not settled."""
    found = certificate.certify(APART, **WIDE, size=1000, alpha=0.01)
    needed = [certificate.samples_needed(APART, width, **WIDE, alpha=0.01) for width in (0.005, 0.02)]
    plain = certificate.certify(APART, **WIDE, size=1000, alpha=0.01, pilot=False)
    told = [found.information.lower, found.information.upper, found.information.estimate, needed[0]]
    close = _close(told, APART_CERTIFIED) and needed[1] == 1
    return close and found.controls == () and plain.information.width > found.information.width


def little_is_certain() -> bool:
    """One Gaussian in place of q closes the ends where axes tell that I is small, and is not asked elsewhere."""
    std, found = np.resize(STD, (3, 2)) / 2 + 0.5, []
    for spread in (dict(std=std), dict(cov=std[:, :, None] * TILTS[0] * std[:, None, :])):
        q = Posteriors.of(CLOSE, **spread)
        known = marginals(q.mu, q.sigma)
        axes, one = brackets.by_axes(q, known), brackets.by_one_gaussian(q)
        ends = brackets.certain(q, known)
        found.append([*axes, *one, *ends])
        for module, name, at in ((brackets, "LITTLE", axes[1]), (posteriors, "BRIEF", 17)):
            before = getattr(module, name)
            setattr(module, name, at)
            try:
                if brackets.certain(q, known) != axes:
                    return False
            finally:
                setattr(module, name, before)
    rounded = _close([one[0] - ends[0], ends[1] - one[1]], brackets.ROUNDING, 1e-13)
    needed = [certificate.samples_needed(CLOSE, width, std=std) for width in (0.1, 1e-4)]
    return (
        all(_close(one, known) for one, known in zip(found, LITTLE, strict=True))
        and needed == NEEDED
        and rounded
        and brackets.LITTLE == 0.1
    )


def too_wide_for_the_square() -> bool:
    """A posterior twice as wide as all is named; the bracket does without."""
    told = (
        "{} is twice as wide as the aggregate or wider, in variance: the square of q over a Gaussian of its moments "
        "has no finite mass; use theory.information.bracket without it."
    )
    mu, std = np.zeros((2, 3, 2)), np.array([[0.5, 1.0], [0.5, 0.5], [0.5, 0.5]])  # twice 1/3 of 1 + 1/4 + 1/4 is 1
    std = np.stack([np.ones((3, 2)), std])
    lower = [
        extremes.gaussian_lower_diagonal,
        lambda m, s: extremes.gaussian_lower(m, np.square(s)[..., None] * np.eye(np.shape(s)[-1])),
    ]
    named = [told.format("sigma[1, 0]"), told.format("Sigma[1, 0]")]
    within = [f(mu[0, :2, :1], [[1.0], [0.01]]) for f in lower]
    member = "member[1] is not in exactly one group; pass one 1 and zeros in each row."
    two = np.zeros((2, 1)), np.ones((2, 1, 1))
    bad = [[[1, 0], [0.5, 0.5]], [[1, 0], [1, 1]], [[1, 0], [0, 0]], [[1, 0], [2, -1]]]
    return (
        all(_says(lambda f=f: f(mu, std), words) for f, words in zip(lower, named, strict=True))
        and bool(np.isfinite(within).all())
        and brackets.bracket(mu[1], std=std[1]).bounds["square over a Gaussian"] == 0
        and brackets.bracket(mu[1], cov=std[1][:, :, None] ** 2 * np.eye(2)).bounds["square over a Gaussian"] == 0
        and all(_says(lambda m=m: extremes.group_entropy_upper(*two, m), member) for m in bad)
    )


def extremes_in_blocks() -> bool:
    """The square over a Gaussian in blocks as at once, several cases together."""
    std = np.resize(STD, (3, 2)) / 2 + 0.5
    cov = std[:, :, None] ** 2 * np.eye(2)
    mu, both = np.stack([CLOSE, 2 * CLOSE]), np.stack([std, std])
    calls = [
        lambda: extremes.gaussian_lower_diagonal(mu, both),
        lambda: extremes.gaussian_lower(mu, np.stack([cov, cov])),
    ]
    whole, before = [call() for call in calls], extremes.BLOCK
    extremes.BLOCK = 6
    try:
        parts = [call() for call in calls]
    finally:
        extremes.BLOCK = before
    return _close(whole, parts, 1e-13) and before == 2**21


def shares_of_two_envelopes() -> bool:
    """What a pilot makes of them: draws from each, and the variance foreseen."""
    counts, variance = Pool(SIX, np.resize(COV, (6, 2, 2)), np.float64(0.75)).plan(np.random.default_rng(0), 400)
    return _close([*counts, variance], POOLED)


def well_narrow_enough() -> bool:
    """A posterior 1.495 times as wide as all, in variance, is taken, one 1.505 times is not; to twice it could be."""
    told = []
    for times in (1.495, 1.505):
        widest = 0.5 * times / (3 - times)  # of three about one mean, the others of 1/4
        std = np.sqrt([[widest], [0.25], [0.25]])
        both = brackets.bracket(np.zeros((3, 1)), std=std), brackets.bracket(np.zeros((3, 1)), cov=std[:, :, None] ** 2)
        told.append([one.bounds["square over a Gaussian"] == 0 for one in both])
    return told == [[False, False], [True, True]] and bool(extremes.narrow_scales(np.zeros((3, 1)), std).all())


BOUND_CHECKS: tuple[Callable[[], bool], ...] = (
    brackets_to_the_digit,
    rounding_has_room,
    axes_keep_their_errors,
    too_many_pairs,
    groups_to_the_digit,
    groups_know_their_own,
    groups_are_drawn_in_passes,
    groups_are_tried_near_the_top,
    groups_are_certified,
    little_is_certain,
    too_wide_for_the_square,
    extremes_in_blocks,
    shares_of_two_envelopes,
    well_narrow_enough,
)
WIDE: dict[str, Any] = dict(std=SCALES)
# fmt: off
BRACKETS = [
    [0.869208052, 1.013328108, 1.011138143, 0.975646244, 1.465278857, 1.549779619, 1.46857934, 1.44870852,
     1.669008967, 1.013328107, 1.44870852, 0.788806379],
    [0.66925707, 0.862484412, 0.86934423, 0.976852972, 1.266053265, 1.264758892, 1.25046516, 1.278544988,
     1.604738133, 0.976852972, 1.25046516, 0.796043834],
    [0.869208052, 1.465278857, 1.549779619, 1.46857934, 1.44870852, 0.869208052, 1.44870852, 0.802600499],
]
FORESEEN = 10168
POOLED = [400.0, 0.0, 0.046312336]
FEW_DRAWS = [1.913884703, 1.811100509]
MEMBERS = [
    [0, 1, 2, 3, 4, 5, 6],
    [0, 0, 1, 2, 3, 4, 4],
    [0, 0, 0, 1, 2, 3, 3],
    [0, 0, 0, 0, 1, 2, 2],
    [0, 0, 0, 0, 0, 1, 1],
    [0, 0, 0, 0, 0, 0, 0],
]
GROUPS = [
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.025390583, 1.945910149, 1.945910149, 0.0, 0.025390583, 1.0, 1.920519566,
     1.945910149, 1.933214857, 0.0],
    [515.0, 0.0, 0.0, 0.0, 485.0, 0.008274298, 1.537576022, 1.945910149, 0.001532286, 0.019539259, 149.0,
     1.921349649, 1.939990845, 1.931978165, 0.001882103],
    [665.0, 0.0, 0.0, 335.0, 0.003637116, 1.23788934, 1.945910149, 0.002913929, 0.02024336, 231.0, 1.924250647,
     1.939673597, 1.932538145, 0.002568643],
    [739.0, 0.0, 261.0, 0.000899111, 0.873963997, 1.945910149, 0.002909799, 0.020188478, 285.0, 1.922608283,
     1.939513719, 1.931572506, 0.00419905],
    [780.0, 220.0, 3.022e-06, 0.472065907, 1.945910149, 0.006991928, 0.028515157, 456.0, 1.921382994, 1.941393345,
     1.931774041, 0.005170014],
    [1000.0, 1e-08, 0.0, 1.945910149, 0.005566073, 0.030104802, 513.0, 1.920308313, 1.944468098, 1.932588258,
     0.004766566],
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.023498438, 1.945910149, 1.945910149, 0.0, 0.023498438, 1.0, 1.922411711,
     1.945910149, 1.93416093, 0.0],
    [1000.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.012773247, 1.747868097, 1.945910149, 0.000575011, 0.019288762, 77.0,
     1.923132301, 1.941906998, 1.933282907, 0.000643937],
    [684.0, 0.0, 0.0, 316.0, 0.001447984, 1.257556585, 1.945910149, 0.003267034, 0.018578028, 222.0, 1.926260056,
     1.939009033, 1.933115743, 0.002354882],
    [750.0, 0.0, 250.0, 0.000459439, 0.889685874, 1.945910149, 0.002575756, 0.018960466, 270.0, 1.92642055,
     1.9411855, 1.934056745, 0.002636],
    [790.0, 210.0, 3.807e-06, 0.490722163, 1.945910149, 0.005807977, 0.02681763, 425.0, 1.925262756, 1.943725256,
     1.93470065, 0.003209539],
    [1000.0, 2e-09, 0.0, 1.945910149, 0.004640669, 0.028739074, 489.0, 1.922454945, 1.945910149, 1.934429791,
     0.003747548],
]
APART_CERTIFIED = [1.930265615, 1.939250568, 1.931138986, 8399.0]
LITTLE = [
    [0.018753908, 0.035274368, 0.033655973, 0.03606718, 0.033655973, 0.035274368],
    [0.043788073, 0.092577794, 0.062760778, 0.06617795, 0.062760778, 0.06617795],
]
NEEDED = [1, 15776978]
# fmt: on
