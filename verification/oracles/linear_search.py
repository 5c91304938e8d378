"""The linear beta-VAE by search: quasi-Newton from random starts over decoder, encoder, covariance and noise at once.

Float64, the data turned by a rotation that no formula is told, the objective and its derivatives by the rules for
traces; Newton's steps finish. Competitors of a shipped point are the searches' ends and points near it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, minimize

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable, costly, slow

Array = np.ndarray[Any, Any]
STARTS, STEPS = 2, 2
VALUE, ARGUMENT, SLOPE, POINT = 1e-9, 1e-6, 1e-5, 1e-8
STRIDE = 2.0**-7


class Model(NamedTuple):
    """Decoder W, encoder A, covariance S and noise s."""

    W: Array
    A: Array
    S: Array
    s: float


class Problem:
    """The objective of (W, A, Cholesky factor of S[, log noise]) as one vector, and its gradient."""

    def __init__(self, C: Array, k: int, beta: float, noise: float | None, diagonal: bool) -> None:
        self.C, self.k, self.D, self.beta, self.noise = C, k, len(C), beta, noise
        self.rows, self.columns = (np.arange(k), np.arange(k)) if diagonal else np.tril_indices(k)
        self.on = self.rows == self.columns
        self.size = 2 * k * self.D + len(self.rows) + (noise is None)

    def unpack(self, theta: Array) -> tuple[Array, Array, Array, float]:
        n = self.k * self.D
        W, A = theta[:n].reshape(self.D, self.k), theta[n : 2 * n].reshape(self.k, self.D)
        entries = theta[2 * n : 2 * n + len(self.rows)]
        L = np.zeros((self.k, self.k))
        L[self.rows, self.columns] = np.where(self.on, np.exp(np.where(self.on, entries, 0)), entries)
        return W, A, L, float(np.exp(theta[-1])) if self.noise is None else self.noise

    def model(self, theta: Array) -> Model:
        W, A, L, s = self.unpack(theta)
        return Model(W, A, L @ L.T, s)

    def __call__(self, theta: Array) -> tuple[float, Array]:
        """Minus the objective and its gradient."""
        W, A, L, s = self.unpack(theta)
        S, R = L @ L.T, np.eye(self.D) - W @ A
        RC, AC = R @ self.C, A @ self.C
        missed = float((RC * R).sum() + ((W @ S) * W).sum())
        paid = float((AC * A).sum() + np.trace(S)) - self.k - 2 * float(np.log(np.diag(L)).sum())
        value = (self.D * np.log(2 * np.pi * s) + missed / s + self.beta * paid) / 2
        to_W = (W @ S - RC @ A.T) / s
        to_A = self.beta * AC - W.T @ RC / s
        to_L = (W.T @ W / s + self.beta * np.eye(self.k)) @ L - self.beta * np.diag(1 / np.diag(L))
        entries = to_L[self.rows, self.columns] * np.where(self.on, L[self.rows, self.columns], 1)
        parts = [to_W.ravel(), to_A.ravel(), entries]
        if self.noise is None:
            parts.append(np.array([(self.D - missed / s) / 2]))
        return float(value), np.concatenate(parts)

    def start(self, rng: np.random.Generator) -> Array:
        theta = 0.3 * rng.normal(size=self.size)
        if self.noise is None:
            theta[-1] += np.log(np.trace(self.C) / self.D)
        return theta

    def finish(self, theta: Array) -> Array:
        """Newton's steps; turned latents are as good, so that the Hessian has a null space to be left alone."""
        for _ in range(STEPS):
            value, gradient = self(theta)
            h = 1e-6
            H = np.array([(self(theta + h * e)[1] - self(theta - h * e)[1]) / (2 * h) for e in np.eye(self.size)])
            step = np.linalg.lstsq((H + H.T) / 2, gradient, rcond=1e-7)[0]
            if self(theta - step)[0] > value + 1e-13 * abs(value) or np.abs(gradient).max() < 1e-13:
                break
            theta = theta - step
        return theta


@lru_cache(maxsize=4096)
def _searched(flat: tuple[float, ...], k: int, beta: float, noise: float | None, diagonal: bool) -> tuple[float, Model]:
    D = round(len(flat) ** 0.5)
    problem, rng = Problem(np.array(flat).reshape(D, D), k, beta, noise, diagonal), np.random.default_rng(20)
    ends = []
    for _ in range(STARTS):
        end = minimize(problem, problem.start(rng), jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 500})
        ends.append((float(end.fun), end.x))
    theta = problem.finish(min(ends, key=lambda end: end[0])[1])
    return -problem(theta)[0], problem.model(theta)


def search(C: Array, k: int, beta: float, noise: float | None = None, diagonal: bool = False) -> tuple[float, Model]:
    """The largest value found, and where."""
    flat = tuple(float(x) for x in np.asarray(C, float).ravel())
    return _searched(flat, k, float(beta), None if noise is None else float(noise), diagonal)


def _turned(kept: Array, discarded: Array) -> Array:
    """A covariance with these eigenvalues, in a direction of its own."""
    lam = np.concatenate([np.asarray(kept, float), np.asarray(discarded, float)])
    Q = np.linalg.qr(np.random.default_rng(len(lam)).normal(size=(len(lam), len(lam))))[0]
    C = (Q * lam) @ Q.T
    return np.asarray((C + C.T) / 2)


def _estimate(values: Any, radius: float) -> Estimate:
    value = np.asarray(values, float)
    return Estimate(
        value, radius * np.maximum(1, np.abs(value)), Grade.BOUNDED,
        certificate=f"best of {STARTS} searches, Newton's steps, {radius:g}",
    )  # fmt: skip


Ask = Callable[[float, Model, Array], Any]


def _found(
    kept: Array, discarded: Array, beta: Array, ask: Ask, radius: float, noise: Array | None = None,
    diagonal: bool = False,
) -> Estimate:  # fmt: skip
    values = []
    for i in range(len(kept)):
        C = _turned(kept[i], discarded[i])
        level = None if noise is None else float(noise[i])
        values.append(ask(*search(C, kept.shape[-1], float(beta[i]), level, diagonal), C))
    return _estimate(values, radius)


def _value(value: float, model: Model, C: Array) -> float:
    return value


def _noise(value: float, model: Model, C: Array) -> float:
    return model.s


def _kl(value: float, model: Model, C: Array) -> float:
    """E KL of the posteriors that were found."""
    second = np.trace(model.A @ C @ model.A.T + model.S)
    return float(second - len(model.S) - np.linalg.slogdet(model.S)[1]) / 2


def _missed(value: float, model: Model, C: Array) -> float:
    R = np.eye(len(C)) - model.W @ model.A
    missed = np.trace(R @ C @ R.T + model.W @ model.S @ model.W.T)
    return float(len(C) * np.log(2 * np.pi * model.s) + missed / model.s) / 2


def _information(value: float, model: Model, C: Array) -> float:
    spread = model.A @ C @ model.A.T + model.S
    return float(np.linalg.slogdet(spread)[1] - np.linalg.slogdet(model.S)[1]) / 2


def _rank(value: float, model: Model, C: Array) -> float:
    return float((np.linalg.svd(model.W, compute_uv=False) > 1e-3).sum())


def _likelihood(value: float, model: Model, C: Array) -> float:
    M = model.W @ model.W.T + model.s * np.eye(len(C))
    return -float(len(C) * np.log(2 * np.pi) + np.linalg.slogdet(M)[1] + np.trace(np.linalg.solve(M, C))) / 2


# --- noise given ------------------------------------------------------------------------------------------------------


@costly
def optimum(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """The largest value found."""
    return _found(kept, discarded, beta, _value, VALUE, noise)


@costly
def mean_field_optimum(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """The largest value found with a diagonal covariance."""
    return _found(kept, discarded, beta, _value, VALUE, noise, diagonal=True)


@costly
def distortion(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """-E log p(x|z) of the model found."""
    return _found(kept, discarded, beta, _missed, ARGUMENT, noise)


@costly
def rate(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """E KL of the model found."""
    return _found(kept, discarded, beta, _kl, ARGUMENT, noise)


@costly
def information(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """I(x; z) of the model found, for Gaussian data."""
    return _found(kept, discarded, beta, _information, ARGUMENT, noise)


@costly
def log_likelihood(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """The average log marginal likelihood of the decoder found."""
    return _found(kept, discarded, beta, _likelihood, ARGUMENT, noise)


@costly
def active(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """The rank of the decoder found."""
    return _found(kept, discarded, beta, _rank, ARGUMENT, noise)


def _difference(f: Callable[[float], float], at: float, D: int) -> float:
    """A central difference, its leading error removed."""
    if D > 3:
        raise NotApplicable("four searches a slope, in at most three dimensions")
    wide, near = (
        (f(at * (1 + h)) - f(at * (1 - h))) / (2 * h * at) for h in (2 * STRIDE, STRIDE)
    )  # fmt: skip
    return (4 * near - wide) / 3


def _least_information(lam: Array, room: float) -> float:
    """By a general solver: errors between 0 and their variances that add up to the room."""

    def nats(e: Array) -> tuple[float, Array]:
        return float(np.log(lam / e).sum()) / 2, -1 / (2 * e)

    adds_up = LinearConstraint(np.ones((1, len(lam))), room, room)
    bounds = Bounds(1e-6 * lam, lam)
    end = minimize(nats, lam * min(1.0, room / lam.sum()), jac=True, bounds=bounds, method="SLSQP",
                   constraints=adds_up, options={"ftol": 1e-15, "maxiter": 300})  # fmt: skip
    return float(end.fun)


@costly
def fewest_nats(kept: Array, noise: Array, beta: Array) -> Estimate:
    """The least information at the squared error of the model found: errors along axes, none above its own variance."""
    values = []
    for lam, s, b in zip(np.asarray(kept, float), noise, beta, strict=True):
        C = _turned(lam, np.zeros(0))
        _, model = search(C, len(lam), float(b), float(s))
        R = np.eye(len(C)) - model.W @ model.A
        room = float(np.trace(R @ C @ R.T + model.W @ model.S @ model.W.T))
        values.append(_least_information(lam, room))
    return _estimate(values, SLOPE)


# --- a shipped point --------------------------------------------------------------------------------------------------


def _value_at(C: Array, noise: float, beta: float, W: Array, A: Array, S: Array) -> float:
    problem = Problem(C, W.shape[1], beta, noise, diagonal=False)
    L = np.linalg.cholesky(S)
    entries = np.where(problem.on, np.log(np.diag(L))[problem.rows], L[problem.rows, problem.columns])
    return -problem(np.concatenate([W.ravel(), A.ravel(), entries]))[0]


def _encoder(W: Array, noise: float, beta: float) -> tuple[Array, Array]:
    precision = W.T @ W / noise + beta * np.eye(W.shape[1])
    return np.linalg.solve(precision, W.T / noise), beta * np.linalg.inv(precision)


def _judged(slopes: Array, here: float, rivals: list[float]) -> list[float]:
    return [*np.ravel(slopes), *(max(rival - here - VALUE, 0.0) for rival in rivals)]


def _points(rows: list[list[float]]) -> Estimate:
    value = np.array(rows)
    return Estimate(value, np.full(value.shape, POINT), Grade.BOUNDED, certificate="derivatives in float64, rivals")


def decoder_optimality(point: Array, Sigma_x: Array, noise: Array, beta: Array) -> Estimate:
    """Of the objective over W: its derivative at the best encoder, and the end of searches from random starts."""
    rows = []
    for W, C, s, b in zip(np.asarray(point, float), np.asarray(Sigma_x, float), noise, beta, strict=True):
        A, S = _encoder(W, float(s), float(b))
        slopes = ((np.eye(len(C)) - W @ A) @ C @ A.T - W @ S) / float(s)
        found, _ = search(C, W.shape[1], float(b), float(s))
        rows.append(_judged(slopes, _value_at(C, float(s), float(b), W, A, S), [found]))
    return _points(rows)


def encoder_optimality(point: Array, Sigma_x: Array, W: Array, noise: Array, beta: Array) -> Estimate:
    """Of the objective over A: its derivative, and points near it."""
    rng, rows = np.random.default_rng(41), []
    for A, C, w, s, b in zip(np.asarray(point, float), Sigma_x, W, noise, beta, strict=True):
        slopes = w.T @ (np.eye(len(C)) - w @ A) @ C / s - b * A @ C
        S = np.eye(len(A))
        near = [_value_at(C, s, b, w, A + 0.1 * rng.normal(size=A.shape), S) for _ in range(4)]
        rows.append(_judged(slopes, _value_at(C, s, b, w, A, S), near))
    return _points(rows)


def covariance_optimality(point: Array, Sigma_x: Array, W: Array, noise: Array, beta: Array) -> Estimate:
    """Of the objective over Sigma: its derivative, and covariances near it."""
    rng, rows = np.random.default_rng(42), []
    for S, C, w, s, b in zip(np.asarray(point, float), Sigma_x, W, noise, beta, strict=True):
        A, k = _encoder(w, s, b)[0], len(S)
        slopes = (b * (np.linalg.inv(S) - np.eye(k)) - w.T @ w / s) / 2
        factors = [np.eye(k) + 0.1 * rng.normal(size=(k, k)) for _ in range(4)]
        near = [_value_at(C, s, b, w, A, f @ S @ f.T) for f in factors]
        rows.append(_judged(slopes, _value_at(C, s, b, w, A, S), near))
    return _points(rows)


def variances_optimality(point: Array, Sigma_x: Array, W: Array, noise: Array, beta: Array) -> Estimate:
    """Of the objective over diagonal Sigma: its derivative, and variances near them."""
    rng, rows = np.random.default_rng(43), []
    for v, C, w, s, b in zip(np.asarray(point, float), Sigma_x, W, noise, beta, strict=True):
        A = _encoder(w, s, b)[0]
        slopes = (b * (1 / v - 1) - (w * w).sum(0) / s) / 2
        near = [_value_at(C, s, b, w, A, np.diag(v * np.exp(0.1 * rng.normal(size=v.shape)))) for _ in range(4)]
        rows.append(_judged(slopes, _value_at(C, s, b, w, A, np.diag(v)), near))
    return _points(rows)


@slow
def optimum_slope(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """How fast the largest value found changes with beta."""
    values = []
    for i in range(len(kept)):
        C, k, s = _turned(kept[i], discarded[i]), kept.shape[-1], float(noise[i])
        values.append(_difference(lambda b, C=C, k=k, s=s: search(C, k, b, s)[0], float(beta[i]), len(C)))  # type: ignore[misc]
    return _estimate(values, SLOPE)


@slow
def noise_slope(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """How fast the largest value found changes with the noise."""
    values = []
    for i in range(len(kept)):
        C, k, b = _turned(kept[i], discarded[i]), kept.shape[-1], float(beta[i])
        values.append(_difference(lambda s, C=C, k=k, b=b: search(C, k, b, s)[0], float(noise[i]), len(C)))  # type: ignore[misc]
    return _estimate(values, SLOPE)


# --- noise learned ----------------------------------------------------------------------------------------------------


@costly
def best_noise(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """The noise found."""
    return _found(kept, discarded, beta, _noise, ARGUMENT)


@costly
def learned_optimum(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """The largest value found over the noise too."""
    return _found(kept, discarded, beta, _value, VALUE)


@costly
def learned_rate(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """E KL of the model found, its noise too."""
    return _found(kept, discarded, beta, _kl, ARGUMENT)


@costly
def learned_active(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """The rank of the decoder found, its noise too."""
    return _found(kept, discarded, beta, _rank, ARGUMENT)


@slow
def learned_slope(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """How fast the largest value found over the noise too changes with beta."""
    values = []
    for i in range(len(kept)):
        C, k = _turned(kept[i], discarded[i]), kept.shape[-1]
        values.append(_difference(lambda b, C=C, k=k: search(C, k, b)[0], float(beta[i]), len(C)))  # type: ignore[misc]
    return _estimate(values, SLOPE)


@slow
def noise_optimality(point: Array, kept: Array, discarded: Array, beta: Array) -> Estimate:
    """Of the objective over the noise: its derivative at the model found there, and the end of searches over all."""
    rows = []
    for s, own, rest, b in zip(np.asarray(point, float), kept, discarded, beta, strict=True):
        C = _turned(own, rest)
        here, model = search(C, kept.shape[-1], float(b), float(s))
        R = np.eye(len(C)) - model.W @ model.A
        missed = np.trace(R @ C @ R.T + model.W @ model.S @ model.W.T)
        best, _ = search(C, kept.shape[-1], float(b))
        rows.append(_judged(np.array((missed / s - len(C)) / (2 * s)), here, [best]))
    return _points(rows)
