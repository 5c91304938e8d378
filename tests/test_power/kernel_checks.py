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
from theory.kernels import blocks, chunks, compiled, dense, ways

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
    """Ways that there are, no samples, and what has no gradient."""
    told = 'way = "fast" is unknown; pass "compiled" or "dense".'
    full = "full covariances have no gradient here; detach the tensors, or pass diagonal posteriors."
    leaf = torch.ones((1, 1), requires_grad=True)
    return (
        _says(kernels.using("fast").__enter__, told)
        and _says(lambda: kernels.joint(ONE[:0], ONE, ONE), "z has shape (0, 1); pass at least one sample.")
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
    with _with(blocks, BLOCK=16):
        laid = blocks.in_blocks(mu, sigma)
    alone, lowest = blocks.in_blocks(mu[:5], sigma[:5]), np.finfo(float).min / 4
    mus, ws, heights = (x.swapaxes(1, 2).reshape(-1, 2) for x in laid)
    return (
        (laid[0].shape, alone[0].shape) == ((3, 2, 16), (1, 2, 16))
        and bool((heights[37:] == lowest / 2).all() and (ws[37:] == 0).all() and (mus[:37] == mu).all())
        and bool(np.allclose(heights[:37], -np.log2(sigma) - np.log2(2 * np.pi) / 2, atol=1e-12))
        and blocks.in_blocks(np.zeros((1025, 1)), np.ones((1025, 1)))[0].shape == (2, 1, 1024)
        and (blocks.bits(16, mu.dtype).dtype, len(blocks.bits(16, mu.dtype))) == (np.int64, 16)
    )


def samples_are_laid_in_lanes() -> bool:
    """A kilobyte a dimension at most, an even number of blocks; the last is filled up with the last sample."""
    made = []
    for S, kind in zip((6, 16, 130, 257, 300, 512), "ddddff", strict=True):
        z = np.arange(3.0 * S, dtype=kind).reshape(S, 3)
        laid = blocks.lanes(z)
        flat = laid.swapaxes(1, 2).reshape(-1, 3)
        made.append(laid.shape if (flat[:S] == z).all() and (flat[S:] == z[-1]).all() else None)
    return made == [(1, 3, 6), (1, 3, 16), (2, 3, 80), (4, 3, 80), (2, 3, 160), (2, 3, 256)]


def states_start_from_nothing() -> bool:
    """So low that terms which fill blocks stay above, and k of them a number."""
    return all(blocks.nothing(np.dtype(kind)) == np.finfo(kind).min / 2 for kind in (np.float32, np.float64))


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
    weight, factors = np.linspace(-1, 2, 34), sigma[..., None] * np.eye(2) + [[0, 0], [0.2, 0]]
    leaves, log_q = blocks.Leaves.of(mu, sigma, 16), blocks.read(blocks.joint(z, mu, sigma), 40)[0]
    calls: list[Callable[[], Any]] = [
        lambda: blocks.joint(z, mu, sigma),
        lambda: blocks.joint(z, mu, *blocks.lower_rows(factors)),
        *(lambda i=i: np.array(blocks.near(z, leaves, 5.0)[i]) for i in range(4)),
        lambda: blocks.each(z, mu, sigma),
        lambda: np.concatenate(blocks.gradient(z, mu, sigma, log_q, weight, True, True)),
    ]
    for call in calls:
        alone = call()
        with _with(chunks, threads=lambda: 2), _with(blocks, PAIRS=1, TALL=11):
            if not np.allclose(call(), alone, rtol=1e-13, atol=1e-13):
                return False
    return True


def slopes_have_a_weight_each() -> bool:
    """What fills the last block up weighs nothing."""
    made: list[tuple[tuple[int, ...], list[float]]] = []

    def gradient(z: Any, *given: Any) -> None:
        made.append((given[3].shape, given[4].ravel().tolist()))

    z, mu, sigma = _posteriors(18, 3, 18)
    with _with(compiled, gradient=gradient):
        blocks.gradient(z, mu, sigma, z[:, 0], np.arange(1.0, 19), True, True)
    return made == [((2, 16), [*range(1, 19), *14 * [0]])]


def each_thread_has_enough_to_do() -> bool:
    """As many samples, or blocks or crowds of them, as pairs with all posteriors ask for; of slopes, runs of those."""
    z, mu, sigma = _posteriors(40, 2, 37)
    asked: list[tuple[int, int]] = []

    def spread(work: Callable[[slice], None], size: int, least: int) -> None:
        asked.append((size, least))
        work(slice(0, size))

    with _with(blocks, spread=spread, PAIRS=4000, TALL=16, CROWD=20):
        log_q = blocks.read(blocks.joint(z, mu, sigma), 40)[0]
        blocks.near(z, blocks.Leaves.of(mu, sigma, 16), 9.0)
        blocks.each(z, mu, sigma)
        blocks.gradient(z, mu, sigma, log_q, np.ones(37), True, True)
    return asked == [(2, 4), (2, 6), (37, 100), (3, 7)]


# --- intervals and slopes ---------------------------------------------------------------------------------------------


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


def the_highest_term_is_found_wherever_it_is() -> bool:
    """In the first and in the last place of each strand."""
    return all(compiled.highest(1.0 * (np.arange(48) == place) - 2, np.zeros(16)) == -1 for place in range(48))


def a_reference_is_raised_and_nothing_lost() -> bool:
    """Ever higher terms, 30 bits apart: what the lower ones hold still counts, in log q and in G; so in each layout."""
    heights = (np.repeat([0.0, 30.0, 60.0], 16) - np.tile([0.0, 1.0], 24)) * np.log(2)
    mu, sigma, z = np.zeros((48, 1)), np.exp(-heights)[:, None], np.zeros((1, 1))
    weights = np.exp(heights - heights.max())
    phi = weights / weights.sum()
    truth = heights.max() + np.log(weights.mean()) - np.log(2 * np.pi) / 2, np.log(48) + (phi * np.log(phi)).sum()
    with _with(blocks, BLOCK=16):
        found = [blocks.joint(z, mu, sigma)[0], *blocks.each(z, mu, sigma)[0]]
    return all(
        state[0] > blocks.constants(mu, sigma)[1].max() - 1 - 1e-9
        and all(abs(a - b) < 1e-13 * 48 for a, b in zip(blocks.read(state, 48), truth, strict=True))
        for state in found
    )


def a_reference_far_below_is_forgotten() -> bool:
    """Terms higher by more bits than a number has leave nothing of the sums, and no sum that is no number."""
    state = np.array([[-1e300, -3000.0, -30.0]] + [[8.0] * 3] * 4)
    compiled.lift(np.zeros(3), state)
    part = 2.0**-30 * np.array([8, 8 - 30 * 8])
    return bool(np.allclose(state, [[0, 0, 0], *([0, 0, x] for x in (*part, *part))], rtol=1e-15, atol=0))


def low_terms_are_no_reference() -> bool:
    """A term 28 bits above its sample's reference and less is added to what is there."""
    state = np.array([[0.0, 0.0]] + [[1.0, 1.0]] * 4)
    compiled.lift(np.array([28.0, 28.5]), state)
    return state[0].tolist() == [0, 28.5]


KERNEL_CHECKS: tuple[Callable[[], bool], ...] = (
    told_in_a_sentence, many_pairs_are_compiled, slack_is_counted, the_matrix_form_is_taken_where_it_is_as_good,
    the_matrix_form_is_centred, types_are_kept, bounds_of_float32, posteriors_are_laid_in_blocks,
    samples_are_laid_in_lanes, states_start_from_nothing, samples_enough_for_a_thread, numba_is_found_where_it_is,
    threads_are_those_allowed, work_is_shared, threads_add_up, slopes_have_a_weight_each, each_thread_has_enough_to_do,
    an_interval_is_as_wide_as_rounding, slopes_are_those_of_autograd, the_highest_term_is_found_wherever_it_is,
    a_reference_is_raised_and_nothing_lost, a_reference_far_below_is_forgotten, low_terms_are_no_reference,
)  # fmt: skip
