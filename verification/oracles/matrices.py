"""Plain linear algebra in balls (flint's own matrices): inverses and determinants taken literally, without any factorisation of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _matrix(x: Array) -> Any:
    return arb_mat([[_ball(v) for v in row] for row in np.asarray(x)])


def _column(x: Array) -> Any:
    return arb_mat([[_ball(v)] for v in np.asarray(x)])


def _eye(k: int) -> Any:
    return arb_mat([[arb(int(i == j)) for j in range(k)] for i in range(k)])


def _array(m: Any) -> Array:
    out = np.empty((m.nrows(), m.ncols()), dtype=object)
    for i in range(m.nrows()):
        for j in range(m.ncols()):
            out[i, j] = m[i, j]
    return out


def _each(size: int, f: Callable[[int], Any]) -> Estimate:
    values = [f(i) for i in range(size)]
    out = np.empty((size, *np.shape(values[0])), dtype=object)
    for i, value in enumerate(values):
        out[i] = value
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="ball linear algebra")


def _quadratic(matrix: Any, v: Any) -> Any:
    return (v.transpose() * matrix * v)[0, 0]


def _tilt(mu: Array, sigma: Array, beta: Any) -> tuple[Any, Any]:
    b, precision = _ball(beta), _matrix(sigma).inv()
    covariance = (b * _eye(len(mu)) + (1 - b) * precision).inv()
    return covariance, (1 - b) * (covariance * (precision * _column(mu)))


def tilted_covariance(Sigma: Array, beta: Array) -> Estimate:
    """(beta I + (1 - beta) Sigma^-1)^-1."""
    return _each(len(beta), lambda i: _array(_tilt(np.zeros(Sigma.shape[-1]), Sigma[i], beta[i])[0]))


def tilted_mean(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """(1 - beta) Sigma' Sigma^-1 mu, the first printed form."""
    return _each(len(beta), lambda i: _array(_tilt(mu[i], Sigma[i], beta[i])[1])[:, 0])


def _log_component(mu: Array, sigma: Array, beta: Any) -> Any:
    b, s, m = _ball(beta), _matrix(sigma), _column(mu)
    covariance, centre = _tilt(mu, sigma, beta)
    exponent = _quadratic(covariance.inv(), centre) - (1 - b) * _quadratic(s.inv(), m)
    return (covariance.det().log() - (1 - b) * s.det().log() + exponent) / 2


def log_component_integral(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log D by completing the square with explicit inverses and determinants."""
    return _each(len(beta), lambda i: _log_component(mu[i], Sigma[i], beta[i]))


def component_weights(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """D_n / sum_m D_m from explicit determinants."""

    def weights(i: int) -> Array:
        D = [_log_component(m, s, beta[i]).exp() for m, s in zip(mu[i], Sigma[i], strict=True)]
        return np.array([d / sum(D, arb(0)) for d in D], dtype=object)

    return _each(len(beta), weights)


def _volumes(sigma: Array, beta: Any) -> list[Any]:
    return [_matrix(s).det() ** (_ball(beta) / 2) for s in sigma]


def mean_one_weights(Sigma: Array, beta: Array) -> Estimate:
    """|Sigma_n|^(beta/2) over its mean."""

    def weights(i: int) -> Array:
        volumes = _volumes(Sigma[i], beta[i])
        return np.array([len(volumes) * v / sum(volumes, arb(0)) for v in volumes], dtype=object)

    return _each(len(beta), weights)


def unit_weights(Sigma: Array, beta: Array) -> Estimate:
    """One for every posterior: what the text says the weights are when all determinants are equal."""
    return _each(len(beta), lambda i: np.array([arb(1)] * Sigma.shape[1], dtype=object))


def log_evidence(x: Array, W: Array, noise: Array) -> Estimate:
    """log N(x; 0, W W' + noise I) with an explicit inverse and determinant."""

    def one(i: int) -> Any:
        w, v = _matrix(W[i]), _column(x[i])
        covariance = w * w.transpose() + _ball(noise[i]) * _eye(len(x[i]))
        quadratic = _quadratic(covariance.inv(), v)
        return -((2 * arb.pi()).log() * len(x[i]) + covariance.det().log() + quadratic) / 2

    return _each(len(noise), one)


def posterior_covariance(W: Array, noise: Array) -> Estimate:
    """I - W' (W W' + noise I)^-1 W: by conditioning the joint Gaussian on x."""
    return _each(len(noise), lambda i: _array(_condition(None, W[i], noise[i])[1]))


def posterior_mean(x: Array, W: Array, noise: Array) -> Estimate:
    """W' (W W' + noise I)^-1 x: by conditioning the joint Gaussian on x."""
    return _each(len(noise), lambda i: _array(_condition(x[i], W[i], noise[i])[0])[:, 0])


def _condition(x: Array | None, w: Array, noise: Any) -> tuple[Any, Any]:
    W = _matrix(w)
    gain = W.transpose() * (W * W.transpose() + _ball(noise) * _eye(W.nrows())).inv()
    return (gain * _column(np.zeros(len(w)) if x is None else x)), _eye(W.ncols()) - gain * W


def log_joint_at_mode(x: Array, W: Array, noise: Array) -> Estimate:
    """max_z log p(x, z), at the mode."""

    def one(i: int) -> Any:
        z = _condition(x[i], W[i], noise[i])[0]
        left = _column(x[i]) - _matrix(W[i]) * z
        sigma2 = _ball(noise[i])
        likelihood = -(len(x[i]) * (2 * arb.pi() * sigma2).log() + (left.transpose() * left)[0, 0] / sigma2) / 2
        return likelihood - (z.nrows() * (2 * arb.pi()).log() + (z.transpose() * z)[0, 0]) / 2

    return _each(len(noise), one)


def zero(Sigma: Array, beta: Array) -> Estimate:
    """Zero for every entry of every covariance."""
    return _each(len(beta), lambda i: np.full(Sigma.shape[1:], arb(0), dtype=object))


def zero_sum(Sigma: Array, beta: Array) -> Estimate:
    """Zero."""
    return _each(len(beta), lambda i: arb(0))


def kl_to_prior(mu: Array, Sigma: Array) -> Estimate:
    """KL(N(mu, Sigma) || N(0, I)) from an explicit determinant."""

    def one(i: int) -> Any:
        s, m = _matrix(Sigma[i]), _column(mu[i])
        trace = sum((s[j, j] for j in range(s.nrows())), arb(0))
        return (trace + (m.transpose() * m)[0, 0] - s.nrows() - s.det().log()) / 2

    return _each(len(mu), one)


def small_determinant_log_C(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log N^(beta-1) sum_n |Sigma_n|^(beta/2) with explicit determinants."""

    def one(i: int) -> Any:
        total = sum(_volumes(Sigma[i], beta[i]), arb(0))
        return total.log() + (_ball(beta[i]) - 1) * arb(Sigma.shape[1]).log()

    return _each(len(beta), one)


def bits() -> int:
    """Working precision of the caller."""
    return int(flint.ctx.prec)
