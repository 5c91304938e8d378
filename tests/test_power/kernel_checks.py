"""What the fast sums do beside their values: which way is taken, how work is cut, what is left out, what is told."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch

from theory import kernels
from theory.kernels import blocks, chunks, compiled, dense, pruned, ways

ONE = np.ones((1, 1))


@contextmanager
def _with(module: Any, **values: Any) -> Iterator[None]:
    kept = {name: getattr(module, name) for name in values}
    vars(module).update(values)
    try:
        yield
    finally:
        vars(module).update(kept)


def _says(call: Callable[[], Any], sentence: str) -> bool:
    try:
        call()
    except ValueError as error:
        return str(error) == sentence
    return False


def _posteriors(N: int, k: int, S: int, width: float = 0.5, seed: int = 0) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(seed)
    mu = rng.normal(size=(N, k))
    return mu[:S] + width * rng.normal(size=(S, k)), mu, width * np.exp(0.3 * rng.normal(size=(N, k)))


def told_in_a_sentence() -> bool:
    """Ways that there are, and what has no gradient."""
    told = 'way = "fast" is unknown; pass "compiled" or "dense".'
    full = "full covariances have no gradient here; detach the tensors, or pass diagonal posteriors."
    leaf = torch.ones((1, 1), requires_grad=True)
    return (
        _says(kernels.using("fast").__enter__, told)
        and _says(lambda: kernels.joint_full(leaf, ONE, ONE[None]), full)
        and _says(lambda: kernels.joint_full(ONE, ONE, leaf[None]), full)
    )


def many_pairs_are_compiled() -> bool:
    """More than 2^14 where numba is there, unless told otherwise; the matrix form for float64 where it is not."""
    z, mu = np.zeros((2**7, 1)), np.ones((2**7 + 1, 1))
    with _with(blocks, available=lambda: True):
        chosen = [ways.compiled(z, mu[1:]), ways.compiled(z, mu), ways.compiled(z[1:], mu), ways.matrix(2**7, mu)]
        with ways.using("dense"):
            chosen += [ways.compiled(z, mu), ways.matrix(2**7, mu[1:]), ways.matrix(2**7, mu)]
            chosen += [ways.matrix(2**7, mu.astype(np.float32)), ways.matrix(2**7, np.ones((9, 2**7, 1)))]
        with ways.using("compiled"):
            chosen += [ways.compiled(z[:1], mu[:1]), ways.compiled(z, torch.ones(2, 1))]
            chosen += [ways.compiled(z, torch.ones(2, 1, device="meta"))]
    with _with(blocks, available=lambda: False):
        chosen += [ways.compiled(z, mu)]
    return chosen == [False, True, False, False, False, False, True, False, False, True, True, False, False]


def slack_is_counted() -> bool:
    """1e-9 for what may have gone through the matrix form."""
    log_q, sigma, found = np.full(2**7, -3.0), np.ones((2**7 + 1, 2)), []
    for way in ("compiled", "dense"):
        with ways.using(way):
            found.append(kernels.rounding_bound(log_q, sigma))
    slack = [1e-9, 2e-9 * (1 + np.log(2**7 + 1))]
    return bool(np.allclose([(a - b).max() for a, b in zip(found[1], found[0], strict=True)], slack, rtol=1e-6, atol=0))


def the_matrix_form_is_taken_where_it_is_as_good() -> bool:
    """Up to where (2 k + 20) u sum_j ((reach of samples + reach of means) / least sigma)^2 is 1e-9."""
    z, mu = np.array([[9.0, 1.0], [2.0, 0.5]]), np.array([[1.0, -1.0], [4.0, 2.0], [3.0, 0.0]])
    shape = np.array([[2.0, 1.5], [1.0, 3.0], [4.0, 1.0]])
    reach = np.array([9 - 2.5 + 1.5, 0.5 + 1.5])
    limit = np.sqrt(24 * np.finfo(float).eps * (reach**2).sum() / 1e-9)

    def taken(scale: float, pairs: int) -> str:
        with _with(dense, FEW=pairs, product=lambda *_: "product", differences=lambda *_: "differences"):
            return str(dense.diagonal(z, mu, scale * shape))

    found = [taken(1.001 * limit, 5), taken(0.999 * limit, 5), taken(1.001 * limit, 6)]
    return found == ["product", "differences", "differences"]


def the_matrix_form_is_centred() -> bool:
    """An offset of 10^4 changes nothing."""
    z, mu, sigma = _posteriors(140, 2, 120)
    with ways.using("dense"):
        here, there = (kernels.joint(*args) for args in ((z, mu, sigma), (z + 1e4, mu + 1e4, sigma)))
    return bool(abs(here - there).max() < 1e-8)


def types_are_kept() -> bool:
    """float32 in, float32 out, and right to float32, both ways and all sums."""
    z, mu, sigma = _posteriors(40, 3, 9)
    factors = sigma[..., None] * np.eye(3) + np.tril(np.full((3, 3), 0.25), -1)
    weight = np.linspace(-1, 1, 9)
    calls: list[tuple[Any, tuple[Any, ...]]] = [
        (kernels.joint_information, (z, mu, sigma)), (kernels.each_information, (z, mu, sigma)),
        (kernels.joint_and_each, (z, mu, sigma)), (kernels.joint_information_full, (z, mu, factors)),
        (kernels.joint_gradient, (z, mu, sigma, weight)), (kernels.joint_interval, (z, mu, sigma)),
    ]  # fmt: skip
    for way in ("compiled", "dense"):
        with ways.using(way):
            for call, args in calls:
                narrow = [np.asarray(x, np.float32) for x in args]
                for a, b in zip(call(*narrow), call(*(x.astype(float) for x in narrow)), strict=True):
                    if a.dtype != np.float32 or abs(a - b).max() > 3e-5 * (1 + abs(b).max()):
                        return False
    return True


def bounds_of_float32() -> bool:
    """Rounding is 2^29 times that of float64."""
    log_q, sigma = np.array([-3.0, 7.0]), np.full((3, 2), 0.5)
    with ways.using("dense"):
        wide, narrow = (kernels.rounding_bound(log_q.astype(t), sigma.astype(t)) for t in (np.float32, float))
    return all(np.allclose(a, 2.0**29 * b, rtol=1e-5) for a, b in zip(wide, narrow, strict=True))


# --- blocks -----------------------------------------------------------------------------------------------------------


def posteriors_are_laid_in_blocks() -> bool:
    """Padded to whole blocks of whole strands; what is added is nowhere near."""
    _, mu, sigma = _posteriors(37, 2, 1)
    laid = blocks.Blocks.of(mu, sigma, size=16)
    alone, apart = blocks.Blocks.of(mu[:5], sigma[:5]), blocks.Blocks.of(mu, sigma, apart=True, size=16)
    lowest = np.finfo(float).min / 4
    height = -np.log2(sigma).sum(1) - np.log2(2 * np.pi)
    return (
        (laid.B, len(laid.mu), alone.B, len(alone.mu)) == (16, 3, 16, 1)
        and bool(
            (laid.height.ravel()[37:] == lowest / 2).all() and (laid.w.swapaxes(1, 2).reshape(-1, 2)[37:] == 0).all()
        )
        and bool(np.allclose(laid.height.ravel()[:37], height, atol=1e-12))
        and bool(np.allclose(apart.height.sum(1).ravel()[:37], height, atol=1e-12))
        and blocks.Blocks.of(np.zeros((1025, 1)), np.ones((1025, 1))).B == 1024
        and laid.states(3).shape == (3, 4)
        and (blocks.bits(16, laid.mu.dtype).dtype, len(blocks.bits(16, laid.mu.dtype))) == (np.int64, 16)
    )


def states_start_from_nothing() -> bool:
    """So low that terms which fill blocks stay above, and k of them a number."""
    kinds = np.float32, np.float64
    states = [blocks.Blocks.of(np.zeros((1, 1), kind), np.ones((1, 1), kind)).states(1)[0] for kind in kinds]
    return all((s == [np.finfo(kind).min / 2, 0, 0, 0]).all() for s, kind in zip(states, kinds, strict=True))


def a_box_holds_its_posteriors() -> bool:
    """Lowest and highest mean, least w, highest height; of the last block too, where it is not full."""
    _, mu, sigma = _posteriors(37, 2, 1)
    laid = blocks.Blocks.of(mu, sigma, size=16)
    height = laid.height.ravel()[:37]
    for block, rows in enumerate((slice(0, 16), slice(16, 32), slice(32, 37))):
        own = [*mu[rows].min(0), *mu[rows].max(0), *np.sqrt(np.log2(np.e) / 2) / sigma[rows].max(0), height[rows].max()]
        if not np.allclose(laid.box[:, block], own, rtol=1e-14):
            return False
    return True


def far_blocks_are_left_out_and_counted() -> bool:
    """A block is looked into where its box is within reach, and summed where a term is; others are counted doubly."""
    mu = np.repeat([[0.0], [8.0], [1000.0]], 16, axis=0)
    around, among = (np.concatenate([mu[:16], np.tile([[-x], [x]], (8, 1))]) for x in (3.0, 0.1))
    far, inside, close = (blocks.Blocks.of(x, np.ones_like(x), size=16) for x in (mu, around, among))
    alone, origin = blocks.Blocks.of(mu[:16], np.ones((16, 1))), np.zeros((1, 1))
    cases = [
        (origin, far, 20.0), (origin, far, 46.17), (origin, far, 46.16), (origin, far, np.inf),
        (np.array([[8.0], [0.0], [1000.0]]), far, 20.0), (origin, alone, 20.0),
        (origin, inside, 6.4), (origin, inside, 6.5), (origin, close, 0.5),
    ]  # fmt: skip
    found = [blocks.near(*case) for case in cases]
    bits = np.array([32, 4.5]) / np.log(2) * (1 - 1e-6)  # a distance of 8, and one of 3
    left_out = [found[i][0][0, 3] for i in (0, 6, 3)]
    return [visits for _, *visits in found] == [
        [1, 1], [2, 2], [1, 1], [3, 3], [3, 3], [1, 1], [2, 1], [2, 2], [2, 2]
    ] and bool(np.allclose(left_out, [*(2 * np.array([32, 16]) * 2**-bits / 16), 0], rtol=1e-9, atol=0))  # fmt: skip


def terms_wait_until_there_are_many() -> bool:
    """More than a block of them, for more samples than share a block, give what the sum over all gives."""
    for N, S in ((1100, 2), (70, 70)):
        z, mu, sigma = _posteriors(N, 2, S)
        laid = blocks.Blocks.of(mu, sigma, size=16)
        near, *visits = blocks.near(z, laid, np.inf)
        if visits != [S * len(laid.mu)] * 2:
            return False
        if not np.allclose(blocks.read(near, N), blocks.read(blocks.joint(z, laid), N), atol=1e-12):
            return False
    return True


def a_sample_beyond_all_numbers_has_its_sum() -> bool:
    """Where each distance is infinite the best block is summed as it is where all are."""
    laid = blocks.Blocks.of(np.zeros((20, 1)), np.ones((20, 1)), size=16)
    with np.errstate(over="ignore"):
        states = blocks.near(np.array([[1e200]]), laid, 9.0)[0]
    return bool(np.isfinite(states).all())


def samples_enough_for_a_thread() -> bool:
    """At least 2^15 pairs each, and at least one sample."""
    return [blocks.least(N) for N in (1, 3, 2**15 - 1, 2**15, 10**9)] == [2**15, 10923, 2, 1, 1]


def numba_is_found_where_it_is() -> bool:
    """By what compiles the loops."""
    from theory.kernels import compiled

    with _with(compiled, njit=abs):
        found = blocks.available()
    with _with(compiled, njit=None):
        return found and not blocks.available()


# --- threads ----------------------------------------------------------------------------------------------------------


def _threads(cores: int, told: str | None, worker: bool) -> int:
    before = os.environ.pop("OMP_NUM_THREADS", None)
    try:
        if told is not None:
            os.environ["OMP_NUM_THREADS"] = told
        machine = SimpleNamespace(environ=os.environ, sched_getaffinity=lambda process: range(0 if process else cores))
        with _with(chunks, os=machine, parent_process=lambda: worker or None):
            return chunks.threads()
    finally:
        os.environ.pop("OMP_NUM_THREADS", None)
        if before is not None:
            os.environ["OMP_NUM_THREADS"] = before


def threads_are_those_allowed() -> bool:
    """One a core, no more than told, one in a worker; where cores cannot be asked for, those of the machine."""
    found: list[Any] = [_threads(4, told, False) for told in (None, "2", "9", "x")] + [_threads(4, None, True)]
    for count, cores in ((3, 3), (None, 1)):
        machine = SimpleNamespace(environ={}, cpu_count=lambda count=count: count)
        with _with(chunks, os=machine, parent_process=lambda: None):
            found.append(chunks.threads() == cores)
    return found == [4, 2, 4, 4, 1, True, True]


def work_is_shared() -> bool:
    """In equal slices of at least so many; alone where that leaves less than two threads."""

    def slices(size: int, least: int) -> list[tuple[slice, bool]]:
        done: list[tuple[slice, bool]] = []
        here = threading.get_ident()
        with _with(chunks, threads=lambda: 3):
            chunks.spread(lambda rows: done.append((rows, threading.get_ident() == here)), size, least)
        return sorted(done, key=lambda one: one[0].start)

    return (
        slices(100, 10) == [(slice(0, 34), False), (slice(34, 68), False), (slice(68, 100), False)]
        and slices(100, 50) == [(slice(0, 50), False), (slice(50, 100), False)]
        and slices(99, 50) == [(slice(0, 99), True)]
        and chunks.cuts(5, 2) == [slice(0, 2), slice(2, 4), slice(4, 5)]
    )


def threads_add_up() -> bool:
    """What each thread makes is put together."""
    z, mu, sigma = _posteriors(40, 2, 34)
    weight = np.linspace(-1, 2, 34)
    calls: list[Callable[[], Any]] = [
        lambda: blocks.joint(z, blocks.Blocks.of(mu, sigma, size=16)),
        lambda: blocks.near(z, laid, 5.0)[0],
        lambda: np.array(blocks.near(z, laid, 5.0)[1:]),
        lambda: blocks.each(z, blocks.Blocks.of(mu, sigma, apart=True, size=16)),
        lambda: np.concatenate(blocks.gradient(z, mu, sigma, log_q, weight, True, True)),
    ]
    laid = blocks.Blocks.of(mu, sigma, size=16)
    log_q = blocks.read(blocks.joint(z, laid), 40)[0]
    for call in calls:
        alone = call()
        with _with(chunks, threads=lambda: 2), _with(blocks, PAIRS=1, TALL=11):
            if not np.allclose(call(), alone, rtol=1e-13, atol=1e-13):
                return False
    return True


def samples_of_slopes_stay_in_the_first_cache() -> bool:
    """A kilobyte a dimension, less for few; the last block is filled up with what weighs nothing."""
    made: list[tuple[tuple[int, ...], float]] = []

    def gradient(z: Any, *given: Any) -> None:
        made.append((z.shape, given[4].sum()))

    with _with(compiled, gradient=gradient):
        for S, kind in ((6, np.float64), (130, np.float64), (300, np.float32)):
            z, mu, sigma = (x.astype(kind) for x in _posteriors(S, 3, S))
            blocks.gradient(z, mu, sigma, z[:, 0], np.ones(S, kind), True, True)
    return made == [((1, 3, 16), 6), ((2, 3, 128), 130), ((2, 3, 256), 300)]


def each_thread_has_enough_to_do() -> bool:
    """As many samples as pairs with all posteriors ask for; of slopes, runs of posteriors."""
    z, mu, sigma = _posteriors(40, 2, 7)
    laid, apart = blocks.Blocks.of(mu, sigma, size=16), blocks.Blocks.of(mu, sigma, apart=True, size=16)
    asked: list[tuple[int, int]] = []

    def spread(work: Callable[[slice], None], size: int, least: int) -> None:
        asked.append((size, least))
        work(slice(0, size))

    with _with(blocks, spread=spread, PAIRS=4000, TALL=16):
        log_q = blocks.read(blocks.joint(z, laid), 40)[0]
        blocks.near(z, laid, 9.0)
        blocks.each(z, apart)
        blocks.gradient(z, mu, sigma, log_q, np.ones(7), True, True)
    return asked == [(7, 100)] * 3 + [(3, 36)]


# --- near posteriors --------------------------------------------------------------------------------------------------


def near_posteriors_where_it_pays() -> bool:
    """For more than 2^24 pairs of which a try says so, by compiled loops only; the reach grows with their number."""
    asked: list[tuple[int, int, float]] = []
    answer = [True]

    def pays(z: Any, mu: Any, _: Any, reach: float) -> bool:
        asked.append((len(z), len(mu), reach))
        return answer[0]

    z, mu = np.zeros((2**12, 1)), np.zeros((2**12 + 1, 1))
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
    reach = 32 + np.log2(2**12 + 1)
    return found == [False, True, False, False, False] and asked == [(2**12, 2**12 + 1, reach)] * 2 and given == [reach]


def a_try_says_whether_it_pays() -> bool:
    """Some 16 samples and 1024 posteriors in leaves of 16, of which few are summed and which cost less than all.

    A power of two is worth six dimensions, the laying of leaves 150 samples.
    """
    tried: list[tuple[int, int, int, float]] = []
    visits = [0, 0]

    def near(z: Any, laid: blocks.Blocks, reach: float) -> tuple[Any, int, int]:
        tried.append((len(z), laid.N, laid.B, reach))
        return None, visits[0], visits[1]

    def pays(S: int, N: int) -> bool:
        args = np.arange(2.0 * S).reshape(S, 2), np.arange(2.0 * N).reshape(N, 2), np.ones((N, 2))
        return pruned._pays(*args, 9.0)

    cases = [
        (1500, 2050, 600, 343), (1500, 2050, 600, 344), (1500, 1024, 1024, 511), (1500, 1024, 1024, 512),
        (165, 1024, 157, 0), (165, 1024, 158, 0), (165, 1024, 0, 52), (165, 1024, 0, 53),
    ]  # fmt: skip
    found = []
    with _with(blocks, near=near):
        for S, N, visits[0], visits[1] in cases:
            found.append(pays(S, N))
    return (
        found == [True, False] * 4
        and tried == [(16, 684, 16, 9.0)] * 2 + [(16, 1024, 16, 9.0)] * 2 + [(15, 1024, 16, 9.0)] * 4
    )


def an_interval_is_as_wide_as_rounding() -> bool:
    """And no wider."""
    z, mu, sigma = _posteriors(30, 2, 5)
    for way in ("compiled", "dense"):
        with ways.using(way):
            lower, upper = kernels.joint_interval(z, mu, sigma)
            bound = kernels.rounding_bound(kernels.joint(z, mu, sigma), sigma)[0]
            if not np.allclose(upper - lower, 2 * bound, rtol=0.02, atol=0):
                return False
    return True


def _only_what_is_asked(args: tuple[Any, ...], weight: Any, leaves: list[Any]) -> bool:
    """Loops are told what has no slope, and give the same for the rest."""
    whole = torch.autograd.grad((weight * kernels.joint(*leaves)).sum(), leaves)
    told: list[tuple[bool, bool]] = []
    given = blocks.gradient

    def gradient(*args: Any) -> Any:
        told.append((args[5], args[6]))
        return given(*args)

    for asked in ((0,), (1,), (2,), (1, 2), (0, 1, 2)):
        some = [torch.tensor(x, requires_grad=i in asked) for i, x in enumerate(args)]
        with _with(blocks, gradient=gradient), ways.using("compiled"):
            (weight * kernels.joint(*some)).sum().backward()
        if not all(np.allclose(np.asarray(some[i].grad), whole[i], rtol=0, atol=1e-12) for i in asked):
            return False
    z, mu, sigma = args
    nothing = blocks.gradient(z, mu, sigma, np.zeros(6), np.ones(6), False, False)
    return told == [(True, False), (False, True), (False, True), (False, True), (True, True)] and not any(
        x.any() for x in nothing
    )


def slopes_are_those_of_autograd() -> bool:
    """What torch is told of log q and log q_j, alone and together; G has no slope."""
    args = _posteriors(20, 2, 6)
    weight = torch.linspace(-1, 1, 6, dtype=torch.float64)
    leaves = [torch.tensor(x, requires_grad=True) for x in args]
    straight = kernels.joint_gradient(*args, weight.numpy())
    whole = torch.autograd.grad((weight * kernels.joint(*leaves)).sum(), leaves)
    both = torch.autograd.grad((weight * kernels.joint_and_each(*leaves)[0]).sum(), leaves)
    log_q, G = kernels.joint_information(*leaves)
    apart, alone = kernels.each(*leaves), [kernels.joint(*(x[:, j : j + 1] for x in leaves)) for j in range(2)]
    return (
        all(np.allclose(a, b, atol=1e-12) and np.allclose(a, c, atol=1e-12)
            for a, b, c in zip(straight, whole, both, strict=True))
        and _only_what_is_asked(args, weight, leaves)
        and bool(log_q.requires_grad) and not G.requires_grad
        and bool(torch.allclose(apart, torch.stack(alone, -1)))
    )  # fmt: skip


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
        and sorted(wide.mu[0, 0, :4]) == [0, 1, 2, 3]
        and sorted([sorted(odd[:4]), sorted(odd[4:8])]) == [[0, 2, 4, 6], [1, 3, 5, 7]]
    )


def the_highest_term_is_found_wherever_it_is() -> bool:
    """In the first and in the last place of each strand."""
    return all(compiled.highest(1.0 * (np.arange(48) == place) - 2, np.zeros(16)) == -1 for place in range(48))


def a_reference_is_raised_and_nothing_lost() -> bool:
    """Blocks of ever higher terms, 25 bits apart: what the lower ones hold still counts, in log q and in G."""
    heights = (np.repeat([0.0, 25.0, 50.0], 16) - np.tile([0.0, 1.0], 24)) * np.log(2)
    mu, sigma = np.zeros((48, 1)), np.exp(-heights)[:, None]
    layout = blocks.Blocks.of(mu, sigma, size=16)
    states = layout.states(1)
    room = states, blocks.bits(16, states.dtype), blocks.series(states.dtype)
    compiled.joint(np.zeros((1, 1)), layout.mu, layout.w, layout.lower, layout.height, *room)
    found = blocks.read(states, 48)
    weights = np.exp(heights - heights.max())
    phi = weights / weights.sum()
    truth = heights.max() + np.log(weights.mean()) - np.log(2 * np.pi) / 2, np.log(48) + (phi * np.log(phi)).sum()
    raised = states[0, 0] > layout.height.max() - 1e-9
    return raised and all(abs(a[0] - b) < 1e-13 * 48 for a, b in zip(found, truth, strict=True))


KERNEL_CHECKS: tuple[Callable[[], bool], ...] = (
    told_in_a_sentence, many_pairs_are_compiled, slack_is_counted, the_matrix_form_is_taken_where_it_is_as_good,
    the_matrix_form_is_centred, types_are_kept, bounds_of_float32, posteriors_are_laid_in_blocks,
    states_start_from_nothing, a_box_holds_its_posteriors, far_blocks_are_left_out_and_counted,
    terms_wait_until_there_are_many, a_sample_beyond_all_numbers_has_its_sum,
    samples_enough_for_a_thread, numba_is_found_where_it_is, threads_are_those_allowed, work_is_shared,
    threads_add_up, near_posteriors_where_it_pays, a_try_says_whether_it_pays, leaves_hold_neighbours,
    samples_of_slopes_stay_in_the_first_cache, each_thread_has_enough_to_do,
    an_interval_is_as_wide_as_rounding, slopes_are_those_of_autograd,
    the_highest_term_is_found_wherever_it_is, a_reference_is_raised_and_nothing_lost,
)  # fmt: skip
