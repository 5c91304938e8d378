"""What a formula asks of its arguments, checked once at the public boundary and told in one sentence."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar

import numpy as np

from theory import objects
from theory.arrays import Array, alike, as_float, cholesky, eye_like, is_object, is_tensor, trailing

F = TypeVar("F", bound=Callable[..., Any])
Check = Callable[..., None]

ASYMMETRY = 1e-5  # relative: float32 products A A' are symmetric to this
FINEST = 2.0**-30  # of the reach of a dimension
LEAST = 2.0**-300  # and most: one over it
_inside: ContextVar[bool] = ContextVar("inside a checked formula", default=False)


def validated(*checks: Check, **axes: str) -> Callable[[F], F]:
    """Decorate a formula: its array arguments come in one arithmetic, in shapes that fit, with values that can be.

    ``axes`` spells each array argument's own trailing axes (``mu="N k"``); the axes before them broadcast. An
    argument of axes ``k k`` or ``D D`` must be a covariance; ``k k'`` is square and no more. Each of ``checks`` is
    called with the arguments that it names. A formula that calls another does not check again.
    """

    def decorate(formula: F) -> F:
        signature = inspect.signature(formula)
        names = {check: tuple(inspect.signature(check).parameters) for check in checks}

        @wraps(formula)
        def checked(*args: Any, **kwargs: Any) -> Any:
            if _inside.get():
                return formula(*args, **kwargs)
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            arguments = bound.arguments
            arguments.update(zip(axes, alike(*(arguments[name] for name in axes)), strict=True))
            check_shapes({name: arguments[name] for name in axes}, axes)
            for name, own in axes.items():
                check_numbers(name, arguments[name])
                if own.endswith(("k k", "D D")):
                    check_covariance(name, arguments[name])
            for check in checks:
                check(*(arguments[name] for name in names[check]))
            token = _inside.set(True)
            try:
                with np.errstate(divide="ignore", invalid="ignore"):
                    return formula(*bound.args, **bound.kwargs)
            finally:
                _inside.reset(token)

        return checked  # type: ignore[return-value]

    return decorate


def at(name: str, index: Any) -> str:
    """The name with its index, as one would type it: Sigma[3], beta."""
    return f"{name}[{', '.join(map(str, index))}]" if len(index) else name


def _first(bad: Any) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(bad)[0])


def _unseen(x: Array) -> bool:
    """Whether the values cannot be looked at: SymPy expressions, and tensors inside a torch.func transform."""
    if is_tensor(x):
        try:
            x.detach().cpu().numpy()
        except RuntimeError:
            return True
    return is_object(x) and not objects.is_ball(x)


def check_shapes(arrays: dict[str, Array], axes: dict[str, str]) -> None:
    """Each array ends in its own axes, sizes of one name agree, and the axes before them broadcast."""
    sizes: dict[str, tuple[int, str]] = {}
    leading: dict[str, tuple[int, ...]] = {}
    for name, own in axes.items():
        shape, letters = tuple(arrays[name].shape), own.split()
        if len(shape) < len(letters):
            raise ValueError(f"{name} has shape {shape}; it must end in the axes ({', '.join(letters)}).")
        leading[name] = shape[: len(shape) - len(letters)]
        for primed, size in zip(letters, shape[len(leading[name]) :], strict=True):
            letter = primed.rstrip("'")
            known, whose = (int(letter), "it") if letter.isdigit() else sizes.setdefault(letter, (size, name))
            if size != known:
                raise ValueError(
                    f"{name} has shape {shape}, where {letter} = {size}, but {whose} has {letter} = {known}."
                )
    try:
        np.broadcast_shapes(*leading.values())
    except ValueError:
        told = ", ".join(f"{name} {shape}" for name, shape in leading.items())
        raise ValueError(f"the leading axes do not broadcast: {told}.") from None


def check_numbers(name: str, x: Array) -> None:
    """No NaN and nothing infinite, but for the logarithm of a zero probability."""
    if _unseen(x):
        return
    values = as_float(x)
    bad = np.isnan(values) | (values == np.inf) if name.startswith("log_") else ~np.isfinite(values)
    if bad.any():
        index = _first(bad)
        raise ValueError(f"{at(name, index)} is {values[index]}; every entry must be a finite number.")


def definite(A: Array) -> Any:
    """Which matrices have only positive pivots, as a boolean array; a ball that may touch zero does not count."""
    if is_object(A):
        return (objects.ldl(A)[1] > 0).all(-1)
    return np.isfinite(as_float(cholesky(A.detach() if is_tensor(A) else A)).diagonal(0, -2, -1)).all(-1)


def check_symmetric(name: str, X: Array) -> None:
    """Equal to its transpose; symbols are taken at their word."""
    if _unseen(X):
        return
    values = as_float(X)
    gap = abs(values - values.mT).max((-2, -1))
    bad = gap > ASYMMETRY * abs(values).max((-2, -1))
    if bad.any():
        index = _first(bad)
        raise ValueError(
            f"{at(name, index)} is not symmetric (entries differ by {gap[index]:.1e}); pass ({name} + {name}.T) / 2."
        )


def check_covariance(name: str, Sigma: Array) -> None:
    """Symmetric and positive definite; symbols are taken at their word."""
    if _unseen(Sigma):
        return
    check_symmetric(name, Sigma)
    values = as_float(Sigma)
    bad = ~definite(Sigma)
    if bad.any():
        index = _first(bad)
        eigenvalue = np.linalg.eigvalsh(values[index])[0]
        raise ValueError(
            f"{at(name, index)} is not positive definite (smallest eigenvalue {eigenvalue:.1e}); "
            "pass a covariance, or exp(logvar) on the diagonal for log-variances."
        )


def _check_interval(name: str, x: Array, good: Callable[[Any], Any], interval: str) -> None:
    if _unseen(x):
        return
    values = as_float(x)
    bad = ~np.asarray(good(values))
    if bad.any():
        index = _first(bad)
        raise ValueError(f"{at(name, index)} = {values[index]:.6g} is outside {interval}, where the formula holds.")


def _check_positive(name: str, x: Array) -> None:
    _check_interval(name, x, lambda value: value > 0, "(0, inf)")


def _check_unit(name: str, x: Array) -> None:
    _check_interval(name, x, lambda value: (value >= 0) & (value <= 1), "[0, 1]")


def check_unit_beta(beta: Array) -> None:
    """0 <= beta <= 1."""
    _check_interval("beta", beta, lambda b: (b >= 0) & (b <= 1), "[0, 1]")


def check_beta_below_one(beta: Array) -> None:
    """0 <= beta < 1."""
    _check_interval("beta", beta, lambda b: (b >= 0) & (b < 1), "[0, 1)")


def check_order(alpha: Array) -> None:
    """A Renyi order: positive and not 1."""
    _check_interval("alpha", alpha, lambda a: (a > 0) & (a != 1), "(0, 1) and (1, inf)")


def check_level(alpha: Array) -> None:
    """An error probability: 0 < alpha < 1."""
    _check_interval("alpha", alpha, lambda a: (a > 0) & (a < 1), "(0, 1)")


def check_stake(stake: Array) -> None:
    """A stake that no draw in [0, 1] can turn into debt: -1 <= stake <= 1."""
    _check_interval("stake", stake, lambda value: (value >= -1) & (value <= 1), "[-1, 1]")


def check_draws(draws: Array) -> None:
    """How many draws strata are given: some each."""
    _check_positive("draws", draws)


def check_posteriors(mu: Array) -> None:
    """At least one posterior, of at least one dimension."""
    if 0 in mu.shape[-2:]:
        raise ValueError(f"mu has shape {tuple(mu.shape)}; pass at least one posterior of at least one dimension.")


def check_samples(z: Array) -> None:
    """At least one sample."""
    if z.shape[-2] == 0:
        raise ValueError(f"z has shape {tuple(z.shape)}; pass at least one sample.")


def check_scales(sigma: Array) -> None:
    """Standard deviations: positive."""
    _check_interval("sigma", sigma, lambda value: value > 0, "(0, inf)")


def check_resolved(mu: Array, sigma: Array) -> None:
    """Standard deviations that float64 tells from points, beside the reach of the means; none that overflows squared.

    Draws and differences of them are rounded by 2^-52 of the reach: of a narrower posterior less than 22 bits are left.
    """
    centre, width = as_float(mu), as_float(sigma)
    reach = abs(centre - centre[..., :1, :]).max(-2, keepdims=True) + width.max(-2, keepdims=True)
    bad = ~(width >= FINEST * reach)
    if bad.any():
        index = _first(bad)
        raise ValueError(
            f"{at('sigma', index)} = {width[index]:.3g} is too narrow: float64 cannot resolve it where dimension "
            f"{index[-1]} reaches over {np.broadcast_to(reach, bad.shape)[index]:.3g}; leave out posteriors that have "
            "collapsed to points, or bound their standard deviations from below."
        )
    bad = ~((width >= LEAST) & (reach <= 1 / LEAST))
    if bad.any():
        index = _first(bad)
        raise ValueError(
            f"dimension {index[-1]} reaches over {np.broadcast_to(reach, bad.shape)[index]:.3g} and "
            f"{at('sigma', index)} = {width[index]:.3g}: squares leave float64; rescale the latents."
        )


def check_knots(knots: Array) -> None:
    """Knots increase."""
    if _unseen(knots):
        return
    values = as_float(knots)
    bad = ~(np.diff(values) > 0)
    if bad.any():
        *case, k = _first(bad)
        raise ValueError(
            f"{at('knots', (*case, k + 1))} = {values[(*case, k + 1)]:.6g} is not above the knot before it; "
            "pass increasing knots."
        )


def check_scale_tril(scale_tril: Array) -> None:
    """Cholesky factors: lower triangular, with a positive diagonal."""
    values = as_float(scale_tril)
    if values.shape[-1] != values.shape[-2]:
        raise ValueError(f"scale_tril has shape {values.shape}; it must end in (N, k, k).")
    bad = ~(values.diagonal(0, -2, -1) > 0).all(-1) | (np.triu(values, 1) != 0).any((-2, -1))
    if bad.any():
        raise ValueError(
            f"{at('scale_tril', _first(bad))} is not lower triangular with a positive diagonal; pass Cholesky factors."
        )


def check_unit_interval(x: Array) -> None:
    """0 <= x <= 1."""
    _check_unit("x", x)


def check_size(size: int) -> None:
    """A whole number of draws, at least one."""
    if isinstance(size, bool) or not isinstance(size, (int, np.integer)):
        raise ValueError(f"size = {size!r} is not a whole number; pass an int.")
    if size < 1:
        raise ValueError(f"size = {size} asks for no draws; pass at least 1.")


def check_seed(seed: int) -> None:
    """A whole number, not negative."""
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise ValueError(f"seed = {seed!r} is no seed; pass a whole number from 0 on.")


def check_inputs(N: Array) -> None:
    """Two inputs or more, so that one can be left out."""
    _check_interval("N", N, lambda value: value >= 2, "[2, inf)")


def check_codes(K: Array) -> None:
    """At least one code."""
    _check_interval("K", K, lambda value: value >= 1, "[1, inf)")


def check_distance(d: Array, cap: Array) -> None:
    """Degrees of freedom, and where a distance is cut: positive."""
    _check_positive("d", d)
    _check_positive("cap", cap)


def check_noise(noise: Array) -> None:
    """A variance of the decoder: positive."""
    _check_positive("noise", noise)


def _check_blend(A: Array, B: Array, weight: Array, told: Callable[[float, Any, float], str]) -> None:
    """(1 - weight) A + weight B is positive definite; it always is for a weight in [0, 1]."""
    if _unseen(A):
        return
    weights = as_float(weight)
    if ((weights >= 0) & (weights <= 1)).all():
        return
    w = trailing(weight, 2)
    blend = (1 - w) * A + w * B
    bad = ~np.asarray(definite(blend))
    if bad.any():
        index = _first(bad)
        eigenvalue = np.linalg.eigvalsh(as_float(blend)[index])[0]
        raise ValueError(told(np.broadcast_to(weights, bad.shape)[index], index, eigenvalue))


def check_integrable(Sigma: Array, beta: Array) -> None:
    """beta Sigma + (1 - beta) I is positive definite: exactly then p^beta N(mu, Sigma)^(1 - beta) has finite mass."""

    def told(beta: float, index: Any, eigenvalue: float) -> str:
        return (
            f"beta = {beta:.6g} is outside the domain of {at('Sigma', index)}: beta I + (1 - beta) Sigma^-1 is not "
            f"positive definite (times Sigma its smallest eigenvalue is {eigenvalue:.1e}), so the integral diverges."
        )

    _check_blend(eye_like(Sigma), Sigma, beta, told)


def check_each_integrable(Sigma: Array, beta: Array) -> None:
    """`check_integrable` for each of N posteriors."""
    check_integrable(Sigma, trailing(beta, 1))


def check_finite_order(Sigma0: Array, Sigma1: Array, alpha: Array) -> None:
    """(1 - alpha) Sigma0 + alpha Sigma1 is positive definite: exactly then the divergence of order alpha is finite."""

    def told(alpha: float, index: Any, eigenvalue: float) -> str:
        return (
            f"alpha = {alpha:.6g} is too large for {at('Sigma0', index)}: (1 - alpha) Sigma0 + alpha Sigma1 is not "
            f"positive definite (smallest eigenvalue {eigenvalue:.1e}), so the divergence is infinite."
        )

    _check_blend(Sigma0, Sigma1, alpha, told)


def check_lam(lam: Array) -> None:
    """A weight of the information: above -1, where the beta-VAE's objective is still to be made small."""
    _check_interval("lam", lam, lambda value: value > -1, "(-1, inf)")


def check_positive_beta(beta: Array) -> None:
    """beta > 0."""
    _check_positive("beta", beta)


def check_chances(p_a: Array, p_b: Array, p_effect: Array) -> None:
    """Chances: 0 <= p <= 1."""
    for name, p in (("p_a", p_a), ("p_b", p_b), ("p_effect", p_effect)):
        _check_unit(name, p)


def check_strengths(leak: Array, s_a: Array, s_b: Array) -> None:
    """How surely each cause sets an effect off: 0 <= s <= 1."""
    for name, s in (("leak", leak), ("s_a", s_a), ("s_b", s_b)):
        _check_unit(name, s)


def check_pixels(x: Array) -> None:
    """Pixels of a Bernoulli, grey ones among them: 0 <= x <= 1."""
    _check_unit("x", x)


def check_probabilities(g: Array) -> None:
    """Probabilities whose logarithms and those of their complements are finite: 0 < g < 1."""
    _check_interval("g", g, lambda value: (value > 0) & (value < 1), "(0, 1)")
