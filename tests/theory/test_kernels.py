"""Sums over all posteriors: every way gives one value, whatever the offset, the width, the tail or the type."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from flint import arb, ctx

from theory import aggregate, kernels
from theory.kernels import blocks, chunks, dense, pruned

Array = Any
WAYS = ("compiled", "dense")


def posteriors(N: int, k: int, width: float = 0.3, offset: float = 0.0, seed: int = 0) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return offset + rng.normal(size=(N, k)), width * np.exp(0.3 * rng.normal(size=(N, k)))


def drawn(mu: Array, sigma: Array, S: int, seed: int = 1) -> Array:
    rng = np.random.default_rng(seed)
    n = rng.integers(len(mu), size=S)
    return mu[n] + sigma[n] * rng.normal(size=(S, mu.shape[1]))


def by_definition(z: Array, mu: Array, sigma: Array) -> tuple[Array, Array]:
    Sigma = sigma[:, :, None] * np.eye(mu.shape[1]) * sigma[:, None]
    log_phi = aggregate.log_responsibilities(z, mu, Sigma)
    return aggregate.log_density(z, mu, Sigma), np.log(len(mu)) - aggregate.responsibility_entropy(log_phi)


def in_balls(z: Array, mu: Array, sigma: Array) -> tuple[Array, Array]:
    """log q and G with radii, by 300 bits."""
    before, ctx.prec = ctx.prec, 300
    try:
        log_q, G = [], []
        for point in z:
            terms = []
            for centre, width in zip(mu, sigma, strict=True):
                term = arb(0)
                for x, m, s in zip(map(float, point), map(float, centre), map(float, width), strict=True):
                    term -= ((arb(x) - arb(m)) / arb(s)) ** 2 / 2 + arb(s).log() + (2 * arb.pi()).log() / 2
                terms.append(term)
            mass = sum((t.exp() for t in terms), arb(0))
            log_q.append(mass.log() - arb(len(mu)).log())
            shares = [t.exp() / mass for t in terms]
            G.append(arb(len(mu)).log() + sum((p * p.log() for p in shares if p > 0), arb(0)))
        return np.array(log_q, object), np.array(G, object)
    finally:
        ctx.prec = before


def off(value: Array, exact: Array) -> Array:
    return np.array([abs(float(arb(float(v)) - e)) for v, e in zip(value, exact, strict=True)])


NASTY = {
    "narrow": posteriors(40, 3, 1e-4),
    "narrow and off centre": posteriors(40, 3, 1e-4, 30.0),
    "wide": posteriors(40, 3, 30.0),
    "one": posteriors(1, 4, 0.2, -30.0),
    "many dimensions": posteriors(9, 24, 0.05),
    "one dimension": posteriors(300, 1, 0.01),
}


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("way", WAYS)
def test_rounding_stays_within_its_bound_in_far_tails_and_for_narrow_posteriors(name: str, way: str) -> None:
    mu, sigma = NASTY[name]
    near = drawn(mu, sigma, 4)
    z = np.concatenate([near, near + 3.0, 40 * near, mu[:1]])
    exact = in_balls(z, mu, sigma)
    with kernels.using(way):
        found = kernels.joint_information(z, mu, sigma)
        bounds = kernels.rounding_bound(found[0], sigma)
        lower, upper = kernels.joint_interval(z, mu, sigma)
    for value, truth, bound in zip(found, exact, bounds, strict=True):
        assert (off(value, truth) <= bound).all()
    assert all(arb(float(a)) < e < arb(float(b)) for a, b, e in zip(lower, upper, exact[0], strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_float32_keeps_its_digits_where_posteriors_are_sharp(way: str) -> None:
    """The expanded square is off by 0.3 nats here."""
    mu, sigma = (x.astype(np.float32) for x in posteriors(200, 10, 0.003))
    z = drawn(mu, sigma, 50).astype(np.float32)
    with kernels.using(way):
        log_q, G = kernels.joint_information(z, mu, sigma)
        bound = kernels.rounding_bound(log_q, sigma)[0]
    exact = by_definition(*(x.astype(float) for x in (z, mu, sigma)))
    assert log_q.dtype == G.dtype == np.float32
    assert abs(log_q - exact[0]).max() < 2e-4
    assert abs(G - exact[1]).max() < 2e-4
    assert (abs(log_q - exact[0]) <= bound).all()


@pytest.mark.parametrize("way", WAYS)
def test_an_offset_costs_nothing(way: str) -> None:
    mu, sigma = posteriors(100, 4, 0.25)
    z = drawn(mu, sigma, 30)
    mu, sigma, z = (np.round(x * 256) / 256 for x in (mu, sigma, z))  # so that adding 32 is exact in float32
    for kind in (np.float32, np.float64):
        with kernels.using(way):
            here = kernels.joint(*(x.astype(kind) for x in (z, mu, sigma)))
            there = kernels.joint(*(x.astype(kind) for x in (z + 32, mu + 32, sigma)))
        assert abs(here - there).max() <= 20 * np.finfo(kind).eps * abs(here).max()


@pytest.mark.parametrize("way", WAYS)
def test_terms_that_underflow_count_nothing_and_cost_no_warning(way: str) -> None:
    mu = np.array([[0.0], [1e6]])
    with kernels.using(way):
        log_q, G = kernels.joint_information([[0.0]], mu, np.ones((2, 1)))
    assert log_q[0] == pytest.approx(-np.log(2 * np.pi) / 2 - np.log(2), abs=1e-14)
    assert G[0] == pytest.approx(np.log(2), abs=1e-14)


@pytest.mark.slow
def test_underflow_is_no_slower() -> None:
    """exp is many times slower where it underflows, so that its argument is kept above."""
    import time

    mu, sigma = posteriors(2000, 4, 1.0)
    z = drawn(mu, sigma, 500)

    def seconds(width: float) -> float:
        args = [x.astype(np.float32) for x in (z, mu, width * sigma)]
        times = []
        for _ in range(5):
            started = time.process_time()
            kernels.joint(*args)
            times.append(time.process_time() - started)
        return min(times)

    seconds(1.0)
    assert seconds(0.01) < 3 * seconds(1.0)


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("way", WAYS)
def test_many_blocks_many_samples_and_a_last_block_that_is_not_full(way: str, kind: Any) -> None:
    mu, sigma = (x.astype(kind) for x in posteriors(2500, 2))
    z = drawn(mu, sigma, 150).astype(kind)
    exact = by_definition(*(x.astype(float) for x in (z, mu, sigma)))
    with kernels.using(way):
        log_q, G = kernels.joint_information(z, mu, sigma)
        both, apart = kernels.joint_and_each(z, mu, sigma)
        log_q_j, G_j = kernels.each_information(z, mu, sigma)
    close = 2e-5 if kind is np.float32 else 1e-11
    assert abs(log_q - exact[0]).max() < close and abs(G - exact[1]).max() < close
    assert abs(both - exact[0]).max() < close
    assert (apart == log_q_j).all()
    for j in range(2):
        alone = by_definition(*(x[:, j : j + 1].astype(float) for x in (z, mu, sigma)))
        assert abs(log_q_j[:, j] - alone[0]).max() < close
        assert abs(G_j[:, j] - alone[1]).max() < close


@pytest.mark.parametrize("way", WAYS)
def test_full_covariances_agree_with_the_definition(way: str) -> None:
    rng = np.random.default_rng(3)
    L = np.tril(0.3 * rng.normal(size=(300, 4, 4)), -1) + np.eye(4) * np.exp(0.3 * rng.normal(size=(300, 1, 4)))
    mu, z = rng.normal(size=(300, 4)), rng.normal(size=(40, 4))
    log_phi = aggregate.log_responsibilities(z, mu, L @ L.mT)
    with kernels.using(way):
        log_q, G = kernels.joint_information_full(z, mu, L)
        assert (kernels.joint_full(z, mu, L) == log_q).all()
    assert abs(log_q - aggregate.log_density(z, mu, L @ L.mT)).max() < 1e-12
    assert abs(G - np.log(300) + aggregate.responsibility_entropy(log_phi)).max() < 1e-12


@pytest.mark.parametrize("way", WAYS)
def test_a_diagonal_factor_is_a_diagonal_posterior(way: str) -> None:
    mu, sigma = posteriors(50, 3)
    z = drawn(mu, sigma, 20)
    with kernels.using(way):
        assert np.allclose(kernels.joint_full(z, mu, sigma[..., None] * np.eye(3)), kernels.joint(z, mu, sigma), 1e-13)


def test_the_matrix_form_is_used_where_it_is_right_and_differences_where_it_cancels() -> None:
    wide, sharp = posteriors(400, 3, 1.0), posteriors(400, 3, 0.01, 5.0)
    for (mu, sigma), same in ((wide, False), (sharp, True)):
        z = drawn(mu, sigma, 64)
        chosen, straight = (f(z, mu, sigma)(slice(0, 9), slice(0, 9)) for f in (dense.diagonal, dense.differences))
        assert (chosen == straight).all() == same
        assert abs(chosen - straight).max() < dense.SLACK


# --- torch ------------------------------------------------------------------------------------------------------------


def direct(z: Any, mu: Any, sigma: Any) -> Any:
    terms = -(((z[:, None] - mu) / sigma) ** 2) / 2 - torch.log(sigma) - np.log(2 * np.pi) / 2
    return torch.logsumexp(terms.sum(2), 1) - np.log(len(mu))


@pytest.mark.parametrize("way", WAYS)
def test_gradients_are_those_of_autograd(way: str) -> None:
    mu, sigma = posteriors(700, 3)
    leaves = [torch.tensor(x, requires_grad=True) for x in (drawn(mu, sigma, 130), mu, sigma)]
    weight = torch.tensor(np.random.default_rng(5).normal(size=130))
    straight = torch.autograd.grad((weight * direct(*leaves)).sum(), leaves)
    with kernels.using(way):
        through = torch.autograd.grad((weight * kernels.joint(*leaves)).sum(), leaves)
        given = kernels.joint_gradient(*(x.detach().numpy() for x in (*leaves, weight)))
    for a, b, c in zip(straight, through, given, strict=True):
        assert torch.allclose(a, b, rtol=1e-10, atol=1e-11)
        assert np.allclose(a.numpy(), c, rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize("way", WAYS)
def test_a_total_correlation_penalty_can_be_trained(way: str) -> None:
    mu, sigma = posteriors(60, 2)
    leaves = [torch.tensor(x, requires_grad=True) for x in (drawn(mu, sigma, 30), mu, sigma)]
    columns = [direct(*(x[:, j : j + 1] for x in leaves)) for j in range(2)]
    straight = torch.autograd.grad((direct(*leaves) - sum(columns)).mean(), leaves)
    with kernels.using(way):
        log_q, log_q_j = kernels.joint_and_each(*leaves)
        through = torch.autograd.grad((log_q - log_q_j.sum(1)).mean(), leaves)
    assert all(torch.allclose(a, b, rtol=1e-9, atol=1e-11) for a, b in zip(straight, through, strict=True))


@pytest.mark.parametrize("way", WAYS)
def test_gradients_in_float32_are_not_slowed_by_tiny_numbers_nor_wrong(way: str) -> None:
    mu, sigma = posteriors(300, 3, 0.01)
    args = (drawn(mu, sigma, 40), mu, sigma, np.ones(40))
    with kernels.using(way):
        exact = kernels.joint_gradient(*args)
        found = kernels.joint_gradient(*(x.astype(np.float32) for x in args))
    for a, b in zip(exact, found, strict=True):
        assert b.dtype == np.float32
        assert abs(a - b).max() < 2e-3 * abs(a).max()


def test_tensors_come_back_as_tensors_of_their_type() -> None:
    mu, sigma = (torch.tensor(x, dtype=torch.float32) for x in posteriors(5, 2))
    for found in (*kernels.joint_information(mu, mu, sigma), *kernels.joint_interval(mu, mu, sigma)):
        assert isinstance(found, torch.Tensor) and found.dtype == torch.float32 and found.shape == (5,)


def test_full_covariances_say_that_they_have_no_gradient() -> None:
    mu = torch.zeros(2, 1, requires_grad=True)
    with pytest.raises(ValueError, match="full covariances have no gradient here"):
        kernels.joint_full(mu, mu, torch.ones(2, 1, 1))


# --- near posteriors only ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [0.01, 0.1, 1.0])
def test_the_interval_holds_the_sum_over_all_posteriors(width: float) -> None:
    mu, sigma = posteriors(3000, 4, width)
    z = drawn(mu, sigma, 1500)
    log_q = kernels.joint(z, mu, sigma)
    lower, upper = kernels.joint_interval(z, mu, sigma)
    assert ((lower < log_q) & (log_q < upper)).all()
    assert (upper - lower).max() < 1e-11


def test_leaves_that_are_far_are_left_out_and_counted() -> None:
    mu = np.repeat([[0.0], [8.0], [1000.0]], 16, axis=0)
    far = blocks.Leaves.of(mu, np.ones_like(mu), 16)
    _, left_out, highest, looked = blocks.near(np.zeros((1, 1)), far, 20.0)
    assert left_out.tolist() == [32]
    assert 1 <= 2 ** highest[0] / np.exp(-32) < 1.0001
    assert looked == 1
    _, left_out, _, looked = blocks.near(np.zeros((1, 1)), far, np.inf)
    assert left_out.tolist() == [0]
    assert looked == 3


@pytest.mark.parametrize(("k", "width"), [(2, 0.05), (10, 0.1)])
def test_what_is_left_out_of_many_pairs_is_within_the_interval_and_little(k: int, width: float) -> None:
    mu, sigma = posteriors(20_000, k, width)
    z = drawn(mu, sigma, 1800)
    log_q = kernels.joint(z, mu, sigma)
    lower, upper = kernels.joint_interval(z, mu, sigma)
    bound = kernels.rounding_bound(log_q, sigma)[0]
    assert ((lower < log_q - bound / 2) & (log_q + bound / 2 < upper)).all()
    assert 1e-11 < (upper - lower).max() < 1e-9


def test_an_order_by_halving_holds_each_point_once_and_keeps_neighbours_together() -> None:
    x = np.random.default_rng(0).permutation(1000.0 * np.arange(7).repeat(5) + np.tile(np.arange(5.0), 7))[:, None]
    order = pruned.together(x, 5)
    assert sorted(order) == list(range(35))
    assert np.ptp(x[order].reshape(7, 5), axis=1).max() == 4


# --- bad input --------------------------------------------------------------------------------------------------------

ONE = np.ones((1, 1))
BAD: list[tuple[Callable[[], Any], str]] = [
    (lambda: kernels.joint(ONE, np.ones((0, 1)), np.ones((0, 1))), "at least one posterior"),
    (lambda: kernels.each(np.ones((0, 1)), ONE, ONE), "z has shape (0, 1); pass at least one sample."),
    (lambda: kernels.joint_interval(np.ones((3, 0, 1)), ONE, ONE), "at least one sample"),
    (lambda: kernels.joint(ONE, ONE, 0 * ONE), "sigma[0, 0] = 0 is outside (0, inf)"),
    (lambda: kernels.joint(ONE, ONE, -ONE), "sigma[0, 0] = -1 is outside (0, inf)"),
    (lambda: kernels.joint(np.nan * ONE, ONE, ONE), "z[0, 0] is nan"),
    (lambda: kernels.joint(ONE, np.inf * ONE, ONE), "mu[0, 0] is inf"),
    (lambda: kernels.joint(ONE, ONE, np.ones((2, 1))), "sigma has shape (2, 1), where N = 2, but mu has N = 1"),
    (lambda: kernels.joint(np.ones((1, 2)), ONE, ONE), "mu has shape (1, 1), where k = 1, but z has k = 2"),
    (lambda: kernels.joint_full(ONE, ONE, -np.ones((1, 1, 1))), "scale_tril[0] is not lower triangular"),
    (lambda: kernels.joint_full(np.ones((1, 2)), np.ones((1, 2)), np.ones((1, 2, 2))), "is not lower triangular"),
    (lambda: kernels.joint_full(ONE, ONE, np.ones((1, 1, 2))), "it must end in (N, k, k)"),
    (lambda: kernels.using("fast").__enter__(), 'pass "compiled" or "dense"'),
]


@pytest.mark.parametrize(("call", "told"), BAD)
def test_bad_arguments_are_told_in_a_sentence(call: Callable[[], Any], told: str) -> None:
    with pytest.raises(ValueError) as error:  # noqa: PT011
        call()
    assert told in str(error.value)


# --- numba, threads, caches -------------------------------------------------------------------------------------------

WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None
import numpy as np
from theory import kernels
rng = np.random.default_rng(0)
mu = rng.normal(size=(500, 2)); sigma = np.full((500, 2), 0.3)
print(repr(float(kernels.joint(mu[:100], mu, sigma).sum())))
print(float(kernels.rounding_bound(np.zeros(100), sigma)[0].max()))
with kernels.using("compiled"):
    print(repr(float(kernels.joint(mu[:3], mu[:20], sigma[:20]).sum())))
"""


def _run(source: str, **environment: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", source], capture_output=True, text=True, env={**os.environ, **environment}, check=True
    )
    return done.stdout.split()


def test_values_are_the_same_without_numba() -> None:
    rng = np.random.default_rng(0)
    mu, sigma = rng.normal(size=(500, 2)), np.full((500, 2), 0.3)
    total, bound, few = map(float, _run(WITHOUT_NUMBA))
    assert total == pytest.approx(kernels.joint(mu[:100], mu, sigma).sum(), abs=1e-9)
    assert bound > dense.SLACK
    assert few == pytest.approx(kernels.joint(mu[:3], mu[:20], sigma[:20]).sum(), abs=1e-12)


def test_numba_is_not_imported_before_it_is_needed() -> None:
    source = "import sys, theory.kernels as k; k.joint([[0.0]], [[0.0]], [[1.0]]); print('numba' in sys.modules)"
    assert _run(source) == ["False"]


def test_it_works_where_no_cache_can_be_written() -> None:
    source = "import theory.kernels as k\nwith k.using('compiled'): print(k.joint([[0.0]], [[0.0]], [[1.0]])[0])"
    (value,) = _run(source, NUMBA_CACHE_DIR="/proc/nowhere")
    assert float(value) == pytest.approx(-np.log(2 * np.pi) / 2)


def test_threads_end_with_the_call_and_workers_of_a_pool_have_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading

    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setattr(chunks, "threads", lambda: 2)
    done: list[slice] = []
    before = threading.active_count()
    chunks.spread(done.append, 100, 10)
    assert sorted(done, key=lambda s: s.start) == [slice(0, 50), slice(50, 100)]
    assert threading.active_count() == before
    monkeypatch.undo()
    monkeypatch.setattr(chunks, "parent_process", lambda: object())
    assert chunks.threads() == 1
