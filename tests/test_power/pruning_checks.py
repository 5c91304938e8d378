"""What is left out of the fast sums: which leaves are near, what far ones can hold, where a try says that it pays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from power_kernel_checks import _posteriors, _with

from theory.kernels import blocks, pruned, ways


def a_box_holds_its_posteriors() -> bool:
    """Lowest and highest mean, least w, highest height; of the last leaf too, where it is not full."""
    _, mu, sigma = _posteriors(37, 2, 1)
    laid = blocks.Leaves.of(mu, sigma, 16)
    w, heights = blocks.constants(mu, sigma)
    for leaf, rows in enumerate((slice(0, 16), slice(16, 32), slice(32, 37))):
        own = [*mu[rows].min(0), *mu[rows].max(0), *np.sqrt(np.log2(np.e) / 2) / sigma[rows].max(0)]
        if not np.allclose(laid.box[leaf], [*own, heights[rows].max()], rtol=1e-14):
            return False
    return laid.size == 16 and bool((laid.mu == mu).all() and (laid.w == w).all() and (laid.height == heights).all())


def far_leaves_are_left_out_and_counted() -> bool:
    """A leaf is looked into where its box is within reach, and a posterior summed where it is for a sample there."""
    mu = np.repeat([[0.0], [8.0], [1000.0]], 16, axis=0)
    among = np.concatenate([mu[:16], np.tile([[-3.0], [3.0]], (8, 1))])
    beside = np.concatenate([mu[:16], np.repeat([[3.0], [3.2]], 8, axis=0)])
    far, inside, alone, two = (blocks.Leaves.of(x, np.ones_like(x), 16) for x in (mu, among, mu[:16], beside))
    origin, pair, apart = np.zeros((1, 1)), np.tile([[0.0], [0.1]], (2, 1)), 32 / np.log(2)  # bits at a distance of 8
    cases = [
        (origin, far, 20.0), (origin, far, apart + 1e-3), (origin, far, apart * (1 - 0.5e-6)),
        (origin, far, apart * (1 - 1.005e-6)), (origin, far, np.inf), (np.array([[8.0], [0.0], [1000.0]]), far, 20.0),
        (origin, alone, 20.0), (origin, inside, 0.1), (origin, inside, 6.4), (origin, inside, 6.5),
        (pair, two, 6.6), (pair, two, 7.0),
    ]  # fmt: skip
    found = [blocks.near(*case) for case in cases]
    return [(looked, left_out.tolist()) for _, left_out, _, looked in found] == [
        (1, [32]), (2, [16]), (2, [32]), (1, [32]), (3, [0]), (3, [32] * 3), (1, [0]),
        (2, [16]), (2, [16]), (2, [0]), (8, [8] * 4), (8, [0] * 4),
    ]  # fmt: skip


def all_leaves_are_the_whole() -> bool:
    """For more samples than are asked together, more than lie side by side, and a last leaf that is not full."""
    for N, S in ((70, 49), (40, 20), (1, 3)):
        z, mu, sigma = _posteriors(N, 2, N)
        z = np.resize(z, (S, 2)) + np.linspace(0, 1, S)[:, None]
        with _with(blocks, CROWD=20, NARROW=128):
            near, left_out, _, looked = blocks.near(z, blocks.Leaves.of(mu, sigma, 16), np.inf)
        if looked != S * -(-N // 16) or left_out.any():
            return False
        if not np.allclose(blocks.read(near, N), blocks.read(blocks.joint(z, mu, sigma), N), atol=1e-12):
            return False
    return True


def the_best_leaf_comes_first() -> bool:
    """A sample's reference is a term of the leaf whose box is nearest, wherever that is."""
    mu = np.repeat([[0.0], [8.0], [16.0]], 16, axis=0)
    states = blocks.near(np.array([[0.1], [8.1], [15.9]]), blocks.Leaves.of(mu, np.ones_like(mu), 16), 40.0)[0]
    peak = -np.log2(2 * np.pi) / 2 - 0.005 / np.log(2)
    return bool(np.allclose(states[:, 0], peak, atol=1e-12) and np.allclose(states[:, 1], 16, atol=1e-12))


def what_is_left_out_widens_the_upper_end() -> bool:
    """By twice what they would add to the sum if all were as high as the highest of them can be."""
    mu = np.repeat([[0.0], [5.0], [9.0]], [16, 16, 32], axis=0)
    sigma = np.ones_like(mu)
    with _with(pruned, LEAF=16):
        lower, upper = pruned.near_interval(np.zeros((1, 1)), mu, sigma, 10.0)
    bound = pruned.rounding_bound((lower + upper) / 2, sigma)[0]
    exact = np.log(16 / 64) - np.log(2 * np.pi) / 2
    return bool(
        np.allclose(exact - lower, bound, rtol=1e-2)
        and np.allclose(upper - exact - bound, 2 * 48 * np.exp(-12.5 * (1 - 1e-6)) / 16, rtol=1e-6)
    )


def the_highest_that_is_left_out_is_told() -> bool:
    """In bits above the reference, by its box or where that was looked into by itself; nothing, where nothing is."""
    mu = np.concatenate([np.zeros((16, 1)), np.tile([[-3.0], [3.1]], (8, 1)), np.repeat([[8.0], [9.0]], 16, axis=0)])
    laid, z = blocks.Leaves.of(mu, np.ones_like(mu), 16), np.zeros((1, 1))
    found = [blocks.near(z, laid, reach)[2][0] for reach in (6.4, 6.5, 20.0, 50.0)]
    bits = np.array([-4.5, -(3.1**2) / 2, -32 * (1 - 1e-6), -40.5 * (1 - 1e-6)]) / np.log(2)
    return bool(np.allclose(found, bits, rtol=1e-12) and blocks.near(z, laid, np.inf)[2][0] < -1e300)


def a_sample_beyond_all_numbers_has_its_sum() -> bool:
    """Where each distance is infinite the first leaf is summed as it is where all are."""
    laid = blocks.Leaves.of(np.zeros((20, 1)), np.ones((20, 1)), 16)
    with np.errstate(over="ignore"):
        states = blocks.near(np.array([[1e200]]), laid, 9.0)[0]
    return bool(np.isfinite(states).all() and states[0, 1] > 0)


def near_posteriors_where_it_pays() -> bool:
    """For more than 2^25 pairs of which a try says so, by compiled loops only; the reach grows with their number."""
    asked: list[tuple[int, int, float]] = []
    answer = [True]

    def pays(z: Any, mu: Any, _: Any, reach: float) -> bool:
        asked.append((len(z), len(mu), reach))
        return answer[0]

    z, mu = np.zeros((2**12, 1)), np.zeros((2**13 + 1, 1))
    whole, part = (np.zeros(1),) * 2, (np.ones(1),) * 2
    given: list[float] = []

    def near_interval(z: Any, mu: Any, sigma: Any, reach: float) -> Any:
        given.append(reach)
        return part

    with (
        _with(pruned, _pays=pays, near_interval=near_interval, _around=lambda *_: whole),
        _with(ways, joint=lambda *_, **__: whole),
    ):

        def taken(z: Any, mu: Any) -> bool:
            return bool(pruned._interval(z, mu, np.ones_like(mu))[0][0])

        with ways.using("compiled"):
            found = [taken(z, mu[1:]), taken(z, mu), taken(z[1:], mu)]
            answer[0] = False
            found.append(taken(z, mu))
            answer[0] = True
        with ways.using("dense"):
            found.append(taken(z, mu))
    reach = 32 + np.log2(2**13 + 1)
    return found == [False, True, False, False, False] and asked == [(2**12, 2**13 + 1, reach)] * 2 and given == [reach]


def a_try_says_whether_it_pays() -> bool:
    """Some 32 samples and 512 posteriors in leaves of 16: what is looked into and what is summed cost less than all.

    A power of two is worth eight dimensions, asking whether a posterior is near three, the laying of leaves 250
    samples.
    """
    tried: list[tuple[int, int, int, float]] = []
    share = [0.0, 0.0]

    def near(z: Any, laid: blocks.Leaves, reach: float) -> tuple[Any, Any, Any, float]:
        tried.append((len(z), len(laid.mu), laid.size, reach))
        left_out = np.full(len(z), (1 - share[1]) * len(laid.mu))
        return None, left_out, None, share[0] * len(z) * len(laid.box)

    def pays(S: int, N: int) -> bool:
        args = np.arange(2.0 * S).reshape(S, 2), np.arange(2.0 * N).reshape(N, 2), np.ones((N, 2))
        return pruned._pays(*args, 9.0)

    cases = [
        (2500, 1026, 0.9, 0.4374), (2500, 1026, 0.9, 0.4376), (2500, 512, 0.7199, 0.55), (2500, 512, 0.7201, 0.55),
        (557, 512, 0.5, 0.25), (555, 512, 0.5, 0.25),
    ]  # fmt: skip
    found = []
    with _with(blocks, near=near):
        for S, N, *share[:] in cases:
            found.append(pays(S, N))
    return (
        found == [True, False] * 3
        and tried == [(32, 342, 16, 9.0)] * 2 + [(32, 512, 16, 9.0)] * 2 + [(31, 512, 16, 9.0)] * 2
    )


def leaves_hold_neighbours() -> bool:
    """Runs of one size, by halving the longest axis in units of the mean sigma; the last run alone is short."""
    rng = np.random.default_rng(0)
    x = rng.permutation(1000.0 * np.arange(7).repeat(5) + np.tile(np.arange(5.0), 7))[:, None]
    order = pruned.together(x, 5)
    runs = x[order].reshape(7, 5)
    plane = np.stack([np.arange(8.0), 100.0 * (np.arange(8) % 2)], 1)
    first = pruned.together(plane - [0.0, 50.0], 4)[:4]
    wide = pruned._leaves(plane, np.tile([1.0, 1000.0], (8, 1)), 4)
    ends = np.concatenate([np.arange(8.0), 1000 + np.arange(3.0)])
    odd = pruned.together(np.stack([ends, 100.0 * (np.arange(11) % 2)], 1), 4)
    return (
        sorted(order) == list(range(35))
        and bool((np.ptp(runs, axis=1) == 4).all())
        and sorted(first % 2) == [0, 0, 0, 0]
        and sorted(wide.mu[:4, 0]) == [0, 1, 2, 3]
        and sorted([sorted(odd[:4]), sorted(odd[4:8])]) == [[0, 2, 4, 6], [1, 3, 5, 7]]
    )


PRUNING_CHECKS: tuple[Callable[[], bool], ...] = (
    a_box_holds_its_posteriors, far_leaves_are_left_out_and_counted, all_leaves_are_the_whole,
    the_best_leaf_comes_first, the_highest_that_is_left_out_is_told, what_is_left_out_widens_the_upper_end,
    a_sample_beyond_all_numbers_has_its_sum, near_posteriors_where_it_pays, a_try_says_whether_it_pays,
    leaves_hold_neighbours,
)  # fmt: skip
