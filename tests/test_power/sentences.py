"""What no claim says: bad arguments and the sentence that each is told, and how blocks, rounds and partitions go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise, starmap
from types import ModuleType
from typing import Any

import numpy as np
import torch
from flint import arb
from power_bound_checks import BOUND_CHECKS
from power_certificate_checks import CERTIFICATE_CHECKS
from power_covariance_checks import COVARIANCE_CHECKS
from power_disentanglement_checks import DISENTANGLEMENT_CHECKS
from power_envelope_checks import ENVELOPE_CHECKS
from power_gram_checks import GRAM_CHECKS
from power_kernel_checks import KERNEL_CHECKS
from power_linear_vae_checks import LINEAR_VAE_CHECKS
from power_map_checks import MAP_CHECKS
from power_pinned import PINNED
from power_pruning_checks import PRUNING_CHECKS

from theory import (
    aggregate,
    arrays,
    confidence,
    controls,
    elbo,
    envelope,
    existence,
    gaussian,
    importance,
    infomax,
    linear_gaussian,
    marginals,
    observation,
    validation,
)
from theory import entropy_estimators as estimate
from theory import implicit_prior as r

I2 = np.eye(2)
MU = np.zeros((3, 2))
EYES = np.stack([I2, I2, I2])
BAD = np.stack([I2, I2, np.diag([1.0, -2.1e-4])])
WIDE = np.diag([1.0, 0.5])
NO_COVARIANCE = (
    "Sigma[2] is not positive definite (smallest eigenvalue -2.1e-04); "
    "pass a covariance, or exp(logvar) on the diagonal for log-variances."
)
NEARLY = [[[0.5, 0.0], [0.0, 0.25]], [[0.24, 0.0], [0.0, 0.5]]]
AMPLY = [[[4.0, 0.0], [0.0, 0.25]], [[0.24, 0.0], [0.0, 4.0]], [[0.2, 0.0], [0.0, 0.2]]]
KINDS: dict[str, Callable[[Any], Any]] = {"numpy": np.array, "torch": torch.tensor, "balls": np.frompyfunc(arb, 1, 1)}


def _holds(name: str, value: str, interval: str) -> str:
    return f"{name} = {value} is outside {interval}, where the formula holds."


def _two(beta: float) -> Any:
    return np.array([0.5, beta, 0.5])


CALLS: list[tuple[Callable[..., Any], tuple[Any, ...], str]] = [
    *((gaussian.entropy, (convert(BAD),), NO_COVARIANCE) for convert in KINDS.values()),
    (
        gaussian.entropy,
        (np.array([[I2, [[2, 0.5], [0, 2]]]]),),
        "Sigma[0, 1] is not symmetric (entries differ by 5.0e-01); pass (Sigma + Sigma.T) / 2.",
    ),
    (gaussian.kl_to_prior, ([0.0, np.nan], I2), "mu[1] is nan; every entry must be a finite number."),
    (gaussian.entropy, ([[np.inf]],), "Sigma[0, 0] is inf; every entry must be a finite number."),
    (r.log_jensen_integrand, ([0.0], [np.inf], 0.5), "log_phi[0] is inf; every entry must be a finite number."),
    (r.log_jensen_integrand, ([0.0], [np.nan], 0.5), "log_phi[0] is nan; every entry must be a finite number."),
    (
        linear_gaussian.i_enc,
        ([[1.0]], [[1.0]], [[-1.0]]),
        "Sigma_x is not positive definite (smallest eigenvalue -1.0e+00); "
        "pass a covariance, or exp(logvar) on the diagonal for log-variances.",
    ),
    (gaussian.entropy, (1.0,), "Sigma has shape (); it must end in the axes (k, k)."),
    (gaussian.kl_to_prior, (np.zeros(3), I2), "Sigma has shape (2, 2), where k = 2, but mu has k = 3."),
    (gaussian.kl_to_prior, (np.zeros((4, 2)), EYES), "the leading axes do not broadcast: mu (4,), Sigma (3,)."),
    *((r.lower_bound_kl, (MU, EYES, _two(b)), _holds("beta[1]", f"{b:g}", "[0, 1]")) for b in (1.5, -0.5)),
    *((r.lower_bound_power_mean, (MU, EYES, _two(b)), _holds("beta[1]", f"{b:g}", "[0, 1)")) for b in (1.0, 1.5, -0.5)),
    *(
        (r.log_component_integral, (convert(MU[:2]), convert(np.stack([I2, WIDE])), beta), sentence)
        for convert in KINDS.values()
        for beta, sentence in (
            (
                2.5,
                "beta = 2.5 is outside the domain of Sigma[1]: beta I + (1 - beta) Sigma^-1 is not positive definite "
                "(times Sigma its smallest eigenvalue is -2.5e-01), so the integral diverges.",
            ),
            (
                2.0,
                "beta = 2 is outside the domain of Sigma[1]: beta I + (1 - beta) Sigma^-1 is not positive definite "
                "(times Sigma its smallest eigenvalue is 0.0e+00), so the integral diverges.",
            ),
        )
    ),
    (
        r.log_component_integral,
        ([0.0], [[0.25]], 1.5),
        "beta = 1.5 is outside the domain of Sigma: beta I + (1 - beta) Sigma^-1 is not positive definite "
        "(times Sigma its smallest eigenvalue is -1.2e-01), so the integral diverges.",
    ),
    (
        r.log_normalizer_estimate,
        (np.zeros((2, 2, 1)), [[[[1.0]], [[1.0]]], [[[1.0]], [[0.5]]]], [0.5, 2.5]),
        "beta = 2.5 is outside the domain of Sigma[1, 1]: beta I + (1 - beta) Sigma^-1 is not positive definite "
        "(times Sigma its smallest eigenvalue is -2.5e-01), so the integral diverges.",
    ),
    *(
        (gaussian.renyi, (MU[0], I2, MU[0], I2, a), _holds("alpha", f"{a:g}", "(0, 1) and (1, inf)"))
        for a in (0.0, -0.5, 1.0)
    ),
    (
        gaussian.renyi,
        (MU[0], I2, MU[0], I2 / 4, 2.0),
        "alpha = 2 is too large for Sigma0: (1 - alpha) Sigma0 + alpha Sigma1 is not positive definite "
        "(smallest eigenvalue -5.0e-01), so the divergence is infinite.",
    ),
    *((infomax.beta_of_lambda, (v,), _holds("lam", f"{v:g}", "(-1, inf)")) for v in (-1.0, -2.0)),
    *((elbo.posterior_covariance, (I2, v), _holds("noise", f"{v:g}", "(0, inf)")) for v in (0.0, -1.0)),
    *((confidence.betting_interval, ([0.5], a), _holds("alpha", f"{a:g}", "(0, 1)")) for a in (0.0, 1.0, 1.5, -0.5)),
    *((confidence.betting_interval, ([0.5, x], 0.1), _holds("x[1]", f"{x:g}", "[0, 1]")) for x in (-0.5, 1.5)),
    *((observation.bernoulli, ([0.5, x], [0.5, 0.5]), _holds("x[1]", f"{x:g}", "[0, 1]")) for x in (-0.5, 1.5)),
    *(
        (observation.bernoulli, ([0.5, 0.5], [0.5, g]), _holds("g[1]", f"{g:g}", "(0, 1)"))
        for g in (-0.5, 0.0, 1.0, 1.5)
    ),
    (
        envelope.sample,
        (np.random.default_rng(0), MU[:1], EYES[:1], 0.5, 0),
        "size = 0 asks for no draws; pass at least 1.",
    ),
    *(
        (
            existence.exists,
            ([case, case], [0.5, 1.7]),
            "whether r exists is undecided for Sigma[1]: minimise tail_curvature over directions.",
        )
        for case in (NEARLY, AMPLY)
    ),
    *(
        (f, (np.zeros((1, 1)), 4.0), "log_cross is of one posterior; a mini-batch estimate needs two or more.")
        for f in (estimate.partially_stratified, estimate.weighted, estimate.stratified)
    ),
    (
        estimate.partially_stratified,
        (np.zeros((2, 3, 3)), [3.0, 2.0]),
        "N = 2 is smaller than the mini-batch of 3; pass the size of the data set.",
    ),
    (
        estimate.partially_stratified_bias,
        (np.zeros((2, 2)), 2.0),
        "log_cross is of 2 posteriors; the others of each must be two or more to have a variance.",
    ),
    *(
        (
            estimate.partially_stratified_bias,
            (np.zeros((2, 3, 3)), sizes),
            f"B = {min(sizes)} to {max(sizes)}; a mini-batch of 3 posteriors has 2 to 3 members.",
        )
        for sizes in ([1, 3], [2, 4])
    ),
    (importance.expected_iw_elbo, ([0.0], [0.0], 0), "m = 0 averages over no weights; pass at least 1."),
    *(
        (
            importance.gaussian_gap_rate,
            ([0.0], [[1.0]], 1.0, [0.0], convert([[0.2]])),
            "the importance weights have infinite variance: 2 Sigma less the exact posterior's covariance [[0.5]] is "
            "not positive definite; widen Sigma.",
        )
        for convert in KINDS.values()
    ),
]
for shape in ((0, 2), (3, 0), (2, 0, 2)):
    told = f"mu has shape {shape}; pass at least one posterior of at least one dimension."
    CALLS.append((validation.check_posteriors, (np.zeros(shape),), told))
for stake in (-1.5, -1.01, 1.01, 1.5):
    CALLS.append((validation.check_stake, (np.array(stake),), _holds("stake", f"{stake:g}", "[-1, 1]")))
for sigma in (0.0, -1.0):
    CALLS.append((validation.check_scales, (np.array([1.0, sigma]),), _holds("sigma[1]", f"{sigma:g}", "(0, inf)")))
for d, cap, told in ((0.0, 1.0, _holds("d", "0", "(0, inf)")), (1.0, 0.0, _holds("cap", "0", "(0, inf)"))):
    CALLS.append((controls.distance_mean, (d, cap), told))
for knot in (1.0, 0.5):
    told = f"knots[0, 2] = {knot:g} is not above the knot before it; pass increasing knots."
    CALLS.append((validation.check_knots, (np.array([[0.0, 1.0, knot, 2.0]]),), told))
for factor in ([[1.0, 1e-9], [0.0, 1.0]], [[0.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.5, -1.0]]):
    told = "scale_tril[1] is not lower triangular with a positive diagonal; pass Cholesky factors."
    CALLS.append((validation.check_scale_tril, (np.array([np.eye(2), factor, np.eye(2)]),), told))
for shape in ((3, 2, 1), (2, 2, 3)):
    told = f"scale_tril has shape {shape}; it must end in (N, k, k)."
    CALLS.append((validation.check_scale_tril, (np.zeros(shape),), told))
ALLOWED: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    *((estimate.partially_stratified_bias, (np.zeros((3, 3)), B)) for B in (2.0, 3.0)),
    (estimate.partially_stratified_bias, (np.zeros((2, 2, 4, 4)), 4.0)),
    *((r.lower_bound_kl, (MU, EYES, b)) for b in (0.0, 1.0)),
    (validation.check_posteriors, (np.zeros((0, 3, 2)),)),
    (validation.check_stake, (np.array([-1.0, 1.0]),)),
    (validation.check_scale_tril, (np.zeros((0, 3, 2, 2)),)),
    (validation.check_scale_tril, (np.linalg.cholesky([WIDE, I2 + 0.5]),)),
    (r.lower_bound_power_mean, (MU, EYES, 0.0)),
    (gaussian.renyi, (MU[0], I2, MU[0], I2, 2.0)),
    (gaussian.renyi, (MU[0], I2, MU[0], I2, 1.5)),
    (confidence.betting_interval, ([0.0, 1.0], 0.1)),
    (envelope.sample, (np.random.default_rng(0), MU[:1], EYES[:1], 0.5, 1)),
    (validation.check_noise, (np.array([1e-9, 0.5]),)),
    (validation.check_numbers, ("log_p", np.array([-np.inf, 0.0]))),
    (gaussian.entropy, (I2 + np.array([[0.0, 1e-5], [0.0, 0.0]]),)),
    (gaussian.entropy, (2 * I2 + np.array([[0.0, 1.9e-5], [0.0, 0.0]]),)),
    (gaussian.entropy, (1e9 * (2 * I2 + np.array([[0.0, 1.9e-5], [0.0, 0.0]])),)),
]
FORBIDDEN: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (gaussian.entropy, (2 * I2 + np.array([[0.0, 2.001e-5], [0.0, 0.0]]),)),
    (gaussian.entropy, (1e-9 * (2 * I2 + np.array([[0.0, 2.1e-5], [0.0, 0.0]])),)),
    (r.log_component_integral, ([0.0], [[0.5]], 2 + 1e-9)),
    (r.log_component_integral, ([0.0], [[2.0]], -1 - 1e-9)),
]


def _says(call: Callable[..., Any], arguments: tuple[Any, ...], sentence: str) -> bool:
    try:
        call(*arguments)
    except ValueError as error:
        return str(error) == sentence
    return False


def _accepts(call: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
    call(*arguments)
    return True


def _refuses(call: Callable[..., Any], arguments: tuple[Any, ...]) -> bool:
    try:
        call(*arguments)
    except ValueError:
        return True
    return False


def beside_a_bad_case() -> bool:
    """A matrix without a factor leaves NaN in its own place and the others' factors right."""
    good = np.array([[2.0, 0.5], [0.5, 1.0]])
    stack = np.stack([good, np.diag([1.0, -1.0]), 3 * good])
    for convert in (np.array, torch.tensor):
        L = np.asarray(arrays.cholesky(convert(stack)))
        if not np.allclose(L[::2] @ L[::2].mT, stack[::2], rtol=1e-13) or not np.isnan(L[1]).any():
            return False
    return True


def nothing_counts_nothing() -> bool:
    """Zero probabilities count nothing, in every arithmetic."""
    entropies = [float(aggregate.responsibility_entropy(kind([-np.inf, 0.0]))) for kind in KINDS.values()]
    return entropies == [0, 0, 0]


def sides_at_the_border() -> bool:
    """Where a quadratic only touches zero nothing is promised, and nothing is left undecided."""
    touching = [[[0.5, 0.0], [0.0, 0.25]], [[0.25, 0.0], [0.0, 1.0]]]
    on_the_line = [existence.exists([[[variance]]], beta) for variance, beta in ((2.0, -1.0), (0.5, 2.0))]
    return not any(on_the_line) and not existence.exists(touching, 2.0)


@contextmanager
def _recording(module: ModuleType, block: int, *names: str) -> Iterator[list[tuple[str, tuple[Any, ...]]]]:
    """With so many numbers held at once, the calls of functions, in their order."""
    calls: list[tuple[str, tuple[Any, ...]]] = []
    kept = {name: getattr(module, name) for name in names}

    def noted(name: str) -> Callable[..., Any]:
        def call(*args: Any) -> Any:
            calls.append((name, args))
            return kept[name](*args)

        return call

    before, module.BLOCK = module.BLOCK, block
    vars(module).update({name: noted(name) for name in names})
    try:
        yield calls
    finally:
        vars(module).update(BLOCK=before, **kept)


def hinges_in_blocks() -> bool:
    """As many posteriors at once as fit, at least one; none twice."""
    mu, sigma = np.linspace(-1, 1, 5)[:, None], np.linspace(0.5, 1, 5)[:, None]
    for knots, sizes in (((4, 1, 3), [2, 2, 1]), ((4, 1, 4), [2, 2, 1]), ((4, 1, 9), [1] * 5)):
        t = np.broadcast_to(np.linspace(-2, 2, knots[-1]), knots)
        whole = controls.knot_weights(t, mu, sigma)
        with _recording(controls, 8, "_hinge") as calls:
            cut = controls.knot_weights(t, mu, sigma)
        if [args[0].shape[-1] for _, args in calls] != sizes or not np.allclose(whole, cut, rtol=0, atol=1e-14):
            return False
    return True


def constants_are_not_clipped() -> bool:
    """A constant has no spread, and its values stay."""
    found = controls.clipped_values([[-1.0, 0.0, 1.0]], [[0.0, 0.0, 0.0]], [[0.0]], [[1.0]])
    return found.tolist() == [[0, 0, 0]]


def panels_in_blocks() -> bool:
    """As many panels and knots at once as fit, at least one, with the posteriors that reach them; none twice."""
    mu, sigma = np.array([[-1.0], [0.5], [40.0]]), np.array([[0.25], [2.0], [0.5]])
    whole = marginals.marginals(mu, sigma)
    for block, panels, knots in ((72, 4, 24), (54, 3, 18), (1, 1, 1)):
        with _recording(marginals, block, "_on_panels", "_log_terms", "_gain_at") as calls:
            cut = marginals.marginals(mu, sigma)
        at_once = [len(args[0]) for name, args in calls if name == "_gain_at"]
        if at_once != [min(knots, 201 - i) for i in range(0, 201, knots)]:
            return False
        pairs = [(args, below[1]) for (name, args), (_, below) in pairwise(calls) if name == "_on_panels"]
        if max(len(args[2]) for args, _ in pairs) != panels or not all(starmap(_who_is_near, pairs)):
            return False
        if not all(np.allclose(a, b, rtol=0, atol=1e-12) for a, b in zip(whole, cut, strict=True)):
            return False
    return True


def _who_is_near(args: tuple[Any, ...], counted: Any) -> bool:
    origin, width, start, mu, sigma, _ = args
    left, right = origin + width * start.min(), origin + width * (start.max() + 1)
    return list(counted) == [m for m, s in zip(mu, sigma, strict=True) if left <= m + 7 * s and m - 7 * s <= right]


def too_many_exponentials() -> bool:
    """One posterior is near 38 panels of 6 nodes; wide ones apart have log 2 more than one."""
    told = (
        "dimension 0 needs 2.3e+02 exponentials (about 0.0 hours): its smallest sigma is 1.0e+00 and its 1 means reach "
        "over 0.0e+00; pass fewer posteriors, or sample this dimension."
    )
    before = marginals.MOST
    try:
        marginals.MOST = 6 * 38
        fits = _accepts(marginals.marginals, ([[0.0]], [[1.0]]))
        marginals.MOST = 6 * 38 - 1
        refused = _says(marginals.marginals, ([[0.0]], [[1.0]]), told)
    finally:
        marginals.MOST = before
    apart = marginals.marginals([[0.0], [6400.0]], [[64.0], [64.0]]).entropy[0]
    return bool(fits and refused and abs(apart - np.log(2 * 64 * np.sqrt(2 * np.pi * np.e))) < 1e-9)


CHECKS: dict[str, Callable[[], bool]] = {
    **{check.__name__: check for check in (*PINNED, *BOUND_CHECKS, *KERNEL_CHECKS, *MAP_CHECKS, *PRUNING_CHECKS)},
    **{check.__name__: check for check in (*DISENTANGLEMENT_CHECKS, *ENVELOPE_CHECKS)},
    **{check.__name__: check for check in (*LINEAR_VAE_CHECKS, *COVARIANCE_CHECKS, *GRAM_CHECKS, *CERTIFICATE_CHECKS)},
    **{f"told {i}: {sentence}": partial(_says, call, args, sentence) for i, (call, args, sentence) in enumerate(CALLS)},
    **{f"allowed {i}": partial(_accepts, *case) for i, case in enumerate(ALLOWED)},
    **{f"forbidden {i}": partial(_refuses, *case) for i, case in enumerate(FORBIDDEN)},
    **{
        check.__name__: check
        for check in (
            beside_a_bad_case, nothing_counts_nothing, sides_at_the_border, hinges_in_blocks,
            constants_are_not_clipped, panels_in_blocks, too_many_exponentials,
        )
    },
}  # fmt: skip
