"""Plain linear algebra in balls (flint's own matrices): inverses and determinants taken literally, without any
factorisation of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

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


def kl_to_prior(mu: Array, Sigma: Array) -> Estimate:
    """KL(N(mu, Sigma) || N(0, I)) from an explicit determinant."""

    def one(i: int) -> Any:
        s, m = _matrix(Sigma[i]), _column(mu[i])
        trace = sum((s[j, j] for j in range(s.nrows())), arb(0))
        return (trace + (m.transpose() * m)[0, 0] - s.nrows() - s.det().log()) / 2

    return _each(len(mu), one)


def minus_kl_to_prior(mu: Array, Sigma: Array) -> Estimate:
    """E_q log p/q from an explicit determinant."""
    return Estimate(
        -kl_to_prior(mu, Sigma).value, np.zeros(len(mu)), Grade.CERTIFIED, certificate="ball linear algebra"
    )


def _log_densities(z: Array, mu: Array, sigma: Array) -> list[Any]:
    logs = []
    for m, s in zip(mu, sigma, strict=True):
        v, S = _column(z) - _column(m), _matrix(s)
        logs.append(-((2 * arb.pi()).log() * len(z) + S.det().log() + _quadratic(S.inv(), v)) / 2)
    return logs


def _log_mean(logs: list[Any]) -> Any:
    return (sum((x.exp() for x in logs), arb(0)) / len(logs)).log()


def gaussian_log_density(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log N(z; mu, Sigma)."""
    return _each(len(z), lambda i: _log_densities(z[i], mu[i][None], Sigma[i][None])[0])


def mixture_log_density(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log q(z)."""
    return _each(len(z), lambda i: _log_mean(_log_densities(z[i], mu[i], Sigma[i])))


def log_responsibilities(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log of q_n(z) / sum_m q_m(z)."""

    def one(i: int) -> Array:
        logs = _log_densities(z[i], mu[i], Sigma[i])
        total = _log_mean(logs) + arb(len(logs)).log()
        return np.array([x - total for x in logs], dtype=object)

    return _each(len(z), one)


def log_tilt(z: Array, mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """(1 - beta) log q(z) + beta log p(z)."""

    def one(i: int) -> Any:
        k, b = z.shape[-1], _ball(beta[i])
        log_p = _log_densities(z[i], np.zeros((1, k)), np.eye(k)[None])[0]
        return (1 - b) * _log_mean(_log_densities(z[i], mu[i], Sigma[i])) + b * log_p

    return _each(len(z), one)


def reconstruction(x: Array, W: Array, noise: Array, mu: Array, Sigma: Array) -> Estimate:
    """E_q log p(x|z) from the second moment of the residual."""

    def one(i: int) -> Any:
        w, sigma2 = _matrix(W[i]), _ball(noise[i])
        left = _column(x[i]) - w * _column(mu[i])
        spread = w * _matrix(Sigma[i]) * w.transpose()
        second = (left.transpose() * left)[0, 0] + sum((spread[d, d] for d in range(spread.nrows())), arb(0))
        return -(len(x[i]) * (2 * arb.pi() * sigma2).log() + second / sigma2) / 2

    return _each(len(noise), one)


def log_mean_volume(Sigma: Array, beta: Array) -> Estimate:
    """log of the mean of |Sigma_n|^(beta/2)."""
    return _each(len(beta), lambda i: (sum(_volumes(Sigma[i], beta[i]), arb(0)) / Sigma.shape[1]).log())


def mean_log_volume(Sigma: Array, beta: Array) -> Estimate:
    """Mean of the logarithms of |Sigma_n|^(beta/2): log of their geometric mean."""

    def one(i: int) -> Any:
        product = arb(1)
        for volume in _volumes(Sigma[i], beta[i]):
            product *= volume
        return product.log() / Sigma.shape[1]

    return _each(len(beta), one)


def separated_implicit(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """Mean of E_q[log r - log q_n] where the posteriors do not overlap: r is near mu_n the Gaussian tilt with
    weight D_n / sum D."""

    def one(i: int) -> Any:
        k, N, b = mu.shape[-1], mu.shape[1], _ball(beta[i])
        log_D = [_log_component(mu[i, n], Sigma[i, n], beta[i]) for n in range(N)]
        total = sum((d.exp() for d in log_D), arb(0)).log()
        value = arb(0)
        for n in range(N):
            s, m = _matrix(Sigma[i, n]), _column(mu[i, n])
            trace = sum((s[j, j] for j in range(k)), arb(0))
            log_p = -(k * (2 * arb.pi()).log() + trace + (m.transpose() * m)[0, 0]) / 2
            log_q = -(k * (2 * arb.pi()).log() + k + s.det().log()) / 2
            value += ((1 - b) * log_q + b * log_p - total - log_q) / N
        return value

    return _each(len(beta), one)


def degenerate_elbo(log_lik_at_means: Array, mu: Array, beta: Array) -> Estimate:
    """Mean of log p(x_n|mu_n) + log w_n - KL(N(mu, S) || N(mu, S / (1 - beta))), w_n the weight of r at mu_n."""

    def one(i: int) -> Any:
        b, k = _ball(beta[i]), mu.shape[-1]
        weights = [(-b * sum((_ball(v) ** 2 for v in m), arb(0)) / 2).exp() for m in mu[i]]
        kl = (k * (1 - b) - k - k * (1 - b).log()) / 2
        terms = [
            _ball(x) + (w / sum(weights, arb(0))).log() - kl for x, w in zip(log_lik_at_means[i], weights, strict=True)
        ]
        return sum(terms, arb(0)) / len(terms)

    return _each(len(beta), one)


def bracket_width(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """log N^(beta-1) sum_n D_n less the logarithm of the power mean of order 1/(1 - beta)."""

    def one(i: int) -> Any:
        b, N = _ball(beta[i]), mu.shape[1]
        D = [_log_component(m, s, beta[i]).exp() for m, s in zip(mu[i], Sigma[i], strict=True)]
        power = sum((d ** (1 / (1 - b)) for d in D), arb(0)) / N
        return (sum(D, arb(0)) * arb(N) ** (b - 1)).log() - (1 - b) * power.log()

    return _each(len(beta), one)


def overlap_at_larger_beta(log_phi: Array, beta: Array) -> Estimate:
    """log of sum_n phi_n^(1-b) at b half way from beta to 1."""

    def one(i: int) -> Any:
        power = (1 - _ball(beta[i])) / 2
        return sum(((power * _ball(v)).exp() for v in log_phi[i]), arb(0)).log()

    return _each(len(beta), one)


def gap_near_best(H: Array, E: Array, beta: Array) -> Estimate:
    """(beta/2) [tr(AE) - log |I + AE|], A = I - H/beta: what an error E of the best covariance costs."""

    def one(i: int) -> Any:
        b = _ball(beta[i])
        k = len(H[i])
        moved = (_eye(k) - _matrix(H[i]) * (1 / b)) * _matrix(E[i])
        trace = sum((moved[j, j] for j in range(k)), arb(0))
        return b * (trace - (_eye(k) + moved).det().log()) / 2

    return _each(len(beta), one)


def first_order_excess(J: Array, beta: Array) -> Estimate:
    """tr(J'J)/2 less (beta/2) log |I + J'J/beta|."""

    def one(i: int) -> Any:
        j, b = _matrix(J[i]), _ball(beta[i])
        gram = j.transpose() * j
        trace = sum((gram[c, c] for c in range(gram.nrows())), arb(0))
        return (trace - b * (_eye(gram.nrows()) + gram * (1 / b)).det().log()) / 2

    return _each(len(beta), one)


def _as_printed(J: Array, Sigma: Array, beta: Array, inside: bool) -> Estimate:
    """(beta/2) [tr M - log|det M|], M = I + J'J Sigma/beta, with d inside or outside of the determinant."""

    def one(i: int) -> Any:
        j, b = _matrix(J[i]), _ball(beta[i])
        k = j.ncols()
        M = _eye(k) + j.transpose() * j * _matrix(Sigma[i]) * (1 / b)
        trace = sum((M[c, c] for c in range(k)), arb(0))
        determinant = (M - k * _eye(k) if inside else M).det()
        return b * (trace - abs(determinant).log() - (0 if inside else k)) / 2

    return _each(len(beta), one)


def printed_gap(J: Array, Sigma: Array, beta: Array) -> Estimate:
    """With d taken from the diagonal inside the determinant."""
    return _as_printed(J, Sigma, beta, True)


def printed_gap_bars(J: Array, Sigma: Array, beta: Array) -> Estimate:
    """With d outside of it."""
    return _as_printed(J, Sigma, beta, False)


def printed_gap_at_best(J: Array, beta: Array) -> Estimate:
    """The printed gap at the inverse of I + J'J/beta."""

    def best(i: int) -> Array:
        j = _matrix(J[i])
        return _array((_eye(j.ncols()) + j.transpose() * j * (1 / _ball(beta[i]))).inv())

    return printed_gap(J, np.array([best(i) for i in range(len(beta))], dtype=object), beta)
