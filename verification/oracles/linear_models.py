"""The linear-Gaussian VAE as one Gaussian of (x, z): its precision is read off the log-densities, and flint inverts it.

Every divergence is that of two centred Gaussians, by inverses and determinants in balls.
"""

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


def _eye(k: int, scale: Any = 1) -> Any:
    return arb_mat([[scale * arb(int(i == j)) for j in range(k)] for i in range(k)])


def _block(m: Any, rows: range, columns: range) -> Any:
    return arb_mat([[m[i, j] for j in columns] for i in rows])


def _joined(xx: Any, xz: Any, zz: Any) -> Any:
    """The symmetric matrix with these blocks."""
    D, k = xx.nrows(), zz.nrows()
    out = arb_mat(D + k, D + k)
    for i in range(D + k):
        for j in range(D + k):
            if i < D:
                out[i, j] = xx[i, j] if j < D else xz[i, j - D]
            else:
                out[i, j] = xz[j, i - D] if j < D else zz[i - D, j - D]
    return out


def _array(m: Any) -> Array:
    out = np.empty((m.nrows(), m.ncols()), dtype=object)
    for i in range(m.nrows()):
        for j in range(m.ncols()):
            out[i, j] = m[i, j]
    return out


def _each(size: int, f: Callable[[int], Any]) -> Estimate:
    rows = [f(i) for i in range(size)]
    out = np.empty((size, *np.shape(rows[0])), dtype=object)
    for i, row in enumerate(rows):
        out[i] = row
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="ball linear algebra")


def _kl(S: Any, T: Any) -> Any:
    """D(N(0, S) || N(0, T))."""
    ratio = T.inv() * S
    return (sum((ratio[i, i] for i in range(S.nrows())), arb(0)) - S.nrows() - ratio.det().log()) / 2


def _entropy(S: Any) -> Any:
    return (S.nrows() * (2 * arb.pi()).log() + S.nrows() + S.det().log()) / 2


def _log_density(v: Any, S: Any) -> Any:
    return -(S.nrows() * (2 * arb.pi()).log() + S.det().log() + (v.transpose() * S.inv() * v)[0, 0]) / 2


class _Joint:
    """A centred Gaussian of (x, z) and its blocks."""

    def __init__(self, precision: Any, D: int) -> None:
        self.precision, self.covariance = precision, precision.inv()
        x, z = range(D), range(D, precision.nrows())
        self.xx, self.zz = _block(self.covariance, x, x), _block(self.covariance, z, z)
        self.given_z = _block(precision, x, x).inv()
        self.gain = -1 * self.given_z * _block(precision, x, z)

    def information(self) -> Any:
        return (self.xx.det() * self.zz.det() / self.covariance.det()).log() / 2


def _encoder(A: Array, Sigma: Array, Sigma_x: Array) -> _Joint:
    a, inner, outer = _matrix(A), _matrix(Sigma).inv(), _matrix(Sigma_x).inv()
    turned = a.transpose() * inner
    return _Joint(_joined(outer + turned * a, -1 * turned, inner), Sigma_x.shape[-1])


def _decoder(W: Array, noise: Any, Sigma0: Any) -> _Joint:
    w, sharp = _matrix(W), 1 / _ball(noise)
    D = w.nrows()
    return _Joint(_joined(_eye(D, sharp), -sharp * w, Sigma0.inv() + sharp * w.transpose() * w), D)


def _diagonal(S: Any) -> Any:
    return arb_mat([[S[i, j] if i == j else arb(0) for j in range(S.nrows())] for i in range(S.nrows())])


# --- densities --------------------------------------------------------------------------------------------------------


def prior_log_density(z: Array) -> Estimate:
    """log N(z; 0, I)."""
    return _each(len(z), lambda i: _log_density(_column(z[i]), _eye(z.shape[-1])))


def decoder_log_density(x: Array, z: Array, W: Array) -> Estimate:
    """log N(x; W z, I)."""
    return _each(len(x), lambda i: _log_density(_column(x[i]) - _matrix(W[i]) * _column(z[i]), _eye(x.shape[-1])))


def posterior_log_densities(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log N(z; mu_n, Sigma_n) for each n."""

    def one(i: int) -> Array:
        return np.array(
            [_log_density(_column(z[i]) - _column(m), _matrix(s)) for m, s in zip(mu[i], Sigma[i], strict=True)],
            dtype=object,
        )

    return _each(len(z), one)


def marginal_likelihood(x: Array, W: Array) -> Estimate:
    """log of the decoder's marginal at x, prior and noise standard."""
    return _each(len(x), lambda i: _log_density(_column(x[i]), _decoder(W[i], 1, _eye(W.shape[-1])).xx))


def aggregate_log_density(z: Array, A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """log of the encoder's marginal at z."""
    return _each(len(z), lambda i: _log_density(_column(z[i]), _encoder(A[i], Sigma[i], Sigma_x[i]).zz))


def aggregate_covariance(A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """Cov z under the encoder's joint."""
    return _each(len(A), lambda i: _array(_encoder(A[i], Sigma[i], Sigma_x[i]).zz))


def marginal_covariance(W: Array, noise: Array, Sigma0: Array) -> Estimate:
    """Cov x under the decoder's joint."""
    return _each(len(W), lambda i: _array(_decoder(W[i], noise[i], _matrix(Sigma0[i])).xx))


def inverted_gain(A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """The slope of E[x|z] under the encoder's joint."""
    return _each(len(A), lambda i: _array(_encoder(A[i], Sigma[i], Sigma_x[i]).gain))


def inverted_covariance(A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """Cov[x|z] under the encoder's joint."""
    return _each(len(A), lambda i: _array(_encoder(A[i], Sigma[i], Sigma_x[i]).given_z))


# --- the objective ----------------------------------------------------------------------------------------------------


def i_enc(A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """log |Sxx| |Szz| / |S| over 2 of the encoder's joint."""
    return _each(len(A), lambda i: _encoder(A[i], Sigma[i], Sigma_x[i]).information())


def i_dec(W: Array, noise: Array, Sigma0: Array) -> Estimate:
    """log |Sxx| |Szz| / |S| over 2 of the decoder's joint."""
    return _each(len(W), lambda i: _decoder(W[i], noise[i], _matrix(Sigma0[i])).information())


def _elbo(x: Array, A: Array, Sigma: Array, W: Array, noise: Any) -> Any:
    """log P_dec(x, z) averaged over N(Ax, Sigma), plus that one's entropy."""
    D, k = W.shape
    precision, covariance = _decoder(W, noise, _eye(k)).precision, _matrix(Sigma)
    at = _column(x)
    centre = _matrix(A) * at
    point = arb_mat([[at[i, 0]] for i in range(D)] + [[centre[i, 0]] for i in range(k)])
    z = range(D, D + k)
    curved = _block(precision, z, z) * covariance
    quadratic = (point.transpose() * precision * point)[0, 0] + sum((curved[i, i] for i in range(k)), arb(0))
    return -((D + k) * (2 * arb.pi()).log() - precision.det().log() + quadratic) / 2 + _entropy(covariance)


def elbo(x: Array, A: Array, Sigma: Array, W: Array, noise: Array) -> Estimate:
    """ELBO(x) under a standard prior."""
    return _each(len(x), lambda i: _elbo(x[i], A[i], Sigma[i], W[i], noise[i]))


def objective(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array, Sigma0: Array) -> Estimate:
    """D(P_enc(X, Z) || P_dec(X, Z)) plus the data's entropy."""

    def one(i: int) -> Any:
        joint = _encoder(A[i], Sigma[i], Sigma_x[i])
        decoder = _decoder(W[i], noise[i], _matrix(Sigma0[i]))
        return _kl(joint.covariance, decoder.covariance) + _entropy(_matrix(Sigma_x[i]))

    return _each(len(A), one)


def div(A: Array, Sigma: Array, Sigma_x: Array, Sigma0: Array) -> Estimate:
    """D(P_enc(X, Z) || P_data(X) P_0(Z))."""

    def one(i: int) -> Any:
        joint = _encoder(A[i], Sigma[i], Sigma_x[i])
        D, k = Sigma_x.shape[-1], Sigma.shape[-1]
        return _kl(joint.covariance, _joined(_matrix(Sigma_x[i]), arb_mat(D, k), _matrix(Sigma0[i])))

    return _each(len(A), one)


def aggdiv(A: Array, Sigma: Array, Sigma_x: Array, Sigma0: Array) -> Estimate:
    """D(P_enc(Z) || P_0(Z))."""
    return _each(len(A), lambda i: _kl(_encoder(A[i], Sigma[i], Sigma_x[i]).zz, _matrix(Sigma0[i])))


def h_aggregate(A: Array, Sigma: Array, Sigma_x: Array) -> Estimate:
    """The entropy of the encoder's marginal over z."""
    return _each(len(A), lambda i: _entropy(_encoder(A[i], Sigma[i], Sigma_x[i]).zz))


def _gap(joint: _Joint, W: Array, noise: Any) -> Any:
    return _kl(joint.covariance, _decoder(W, noise, joint.zz).covariance)


def decoder_gap(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array) -> Estimate:
    """D(P_enc(X, Z) || P_theta(X|Z) P_enc(Z))."""
    return _each(len(A), lambda i: _gap(_encoder(A[i], Sigma[i], Sigma_x[i]), W[i], noise[i]))


def lower_bound(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array) -> Estimate:
    """I_enc less the decoder's gap."""

    def one(i: int) -> Any:
        joint = _encoder(A[i], Sigma[i], Sigma_x[i])
        return joint.information() - _gap(joint, W[i], noise[i])

    return _each(len(A), one)


def nell(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array) -> Estimate:
    """The decoder's gap plus H[X|Z] of the encoder's joint."""

    def one(i: int) -> Any:
        joint = _encoder(A[i], Sigma[i], Sigma_x[i])
        return _gap(joint, W[i], noise[i]) + _entropy(joint.given_z)

    return _each(len(A), one)


# --- coordinates ------------------------------------------------------------------------------------------------------


def divergence(Sigma: Array, Sigma0: Array) -> Estimate:
    """D(N(0, Sigma) || N(0, Sigma0))."""
    return _each(len(Sigma), lambda i: _kl(_matrix(Sigma[i]), _matrix(Sigma0[i])))


def total_correlation(Sigma: Array) -> Estimate:
    """D(N(0, Sigma) || N(0, diag Sigma))."""
    return _each(len(Sigma), lambda i: _kl(_matrix(Sigma[i]), _diagonal(_matrix(Sigma[i]))))


def dimension_wise_kl(Sigma: Array, Sigma0: Array) -> Estimate:
    """D(N(0, diag Sigma) || N(0, diag Sigma0))."""
    return _each(len(Sigma), lambda i: _kl(_diagonal(_matrix(Sigma[i])), _diagonal(_matrix(Sigma0[i]))))


def prior_factorization(Sigma: Array, Sigma0: Array) -> Estimate:
    """D(N(0, Sigma) || N(0, diag Sigma0)) - D(N(0, Sigma) || N(0, Sigma0))."""

    def one(i: int) -> Any:
        S, T = _matrix(Sigma[i]), _matrix(Sigma0[i])
        return _kl(S, _diagonal(T)) - _kl(S, T)

    return _each(len(Sigma), one)


def nothing(Sigma0: Array) -> Estimate:
    """Zero for every case."""
    return _each(len(Sigma0), lambda _: arb(0))


def average_kl(mu: Array, Sigma: Array) -> Estimate:
    """mean_n D(N(mu_n, Sigma_n) || N(0, I)): minus entropy, less the expected log of the prior."""

    def one(i: int) -> Any:
        terms = []
        for m, s in zip(mu[i], Sigma[i], strict=True):
            S, k = _matrix(s), len(m)
            second = sum((S[j, j] + _ball(m[j]) ** 2 for j in range(k)), arb(0))
            terms.append((k * (2 * arb.pi()).log() + second) / 2 - _entropy(S))
        return sum(terms, arb(0)) / len(terms)

    return _each(len(mu), one)


def average_kl_of_diagonals(mu: Array, Sigma: Array) -> Estimate:
    """The average KL less the average total correlation of the posteriors."""
    whole = average_kl(mu, Sigma).value

    def one(i: int) -> Any:
        each = [_kl(_matrix(s), _diagonal(_matrix(s))) for s in Sigma[i]]
        return whole[i] - sum(each, arb(0)) / len(each)

    return _each(len(mu), one)


# --- the beta-VAE -----------------------------------------------------------------------------------------------------


def beta_objective(A: Array, Sigma: Array, Sigma_x: Array, W: Array, noise: Array, beta: Array) -> Estimate:
    """-(Nell + beta Div) of the encoder's joint, as divergences of Gaussians."""
    prior = np.broadcast_to(np.eye(Sigma.shape[-1]), Sigma.shape)
    reached, paid = nell(A, Sigma, Sigma_x, W, noise).value, div(A, Sigma, Sigma_x, prior).value
    return _each(len(A), lambda i: -reached[i] - _ball(beta[i]) * paid[i])


def average_log_likelihood(Sigma_x: Array, W: Array, noise: Array) -> Estimate:
    """-D(N(0, Sigma_x) || P_dec(X)) - H[N(0, Sigma_x)]."""

    def one(i: int) -> Any:
        data = _matrix(Sigma_x[i])
        return -_kl(data, _decoder(W[i], noise[i], _eye(W.shape[-1])).xx) - _entropy(data)

    return _each(len(W), one)


def log_normalizer(A: Array, Sigma: Array, Sigma_x: Array, beta: Array) -> Estimate:
    """log int P_enc(z)^(1-beta) N(z; 0, I)^beta: the integral of a Gaussian with the precision that the powers add up
    to."""

    def one(i: int) -> Any:
        spread, b = _encoder(A[i], Sigma[i], Sigma_x[i]).zz, _ball(beta[i])
        precision = (1 - b) * spread.inv() + _eye(spread.nrows(), b)
        return -((1 - b) * spread.det().log() + precision.det().log()) / 2

    return _each(len(A), one)


def mean_field_gap(W: Array, noise: Array, beta: Array) -> Estimate:
    """The objective at the two covariances, all else the same: a code of no mean tells them apart as well as any."""
    D, k = W.shape[1:]

    def one(i: int) -> Any:
        w, s, b = _matrix(W[i]), _ball(noise[i]), _ball(beta[i])
        precision = _eye(k) + w.transpose() * w * (1 / (b * s))
        full, alone = precision.inv(), _diagonal(precision).inv()
        blind, data = np.zeros((1, k, D)), np.eye(D)[None]
        values = [
            beta_objective(blind, _array(S)[None], data, W[i : i + 1], noise[i : i + 1], beta[i : i + 1]).value[0]
            for S in (full, alone)
        ]
        return values[0] - values[1]

    return _each(len(W), one)


def identity(U: Array) -> Estimate:
    """The covariance of the prior."""
    return _each(len(U), lambda i: _array(_eye(U.shape[-1])))


def no_gap(U: Array) -> Estimate:
    """Zero for every case."""
    return _each(len(U), lambda _: arb(0))


def unturned(U: Array, kept: Array, Sigma_x: Array, noise: Array, beta: Array) -> Estimate:
    """The objective on the axes: each column on its own, with its own ridge and variance."""

    def one(i: int) -> Any:
        level = _ball(noise[i]) * _ball(beta[i])
        gains = [max(_ball(lam) - level, arb(0), key=float) for lam in kept[i]]
        columns = [[_ball(u) * gain.sqrt() for u in column] for column, gain in zip(U[i].T, gains, strict=True)]
        gain_of = [[w / (gain + level) for w in column] for column, gain in zip(columns, gains, strict=True)]
        k = len(gains)
        S = [[level / (gains[a] + level) if a == b else arb(0) for b in range(k)] for a in range(k)]
        A, W = np.array(gain_of, dtype=object), np.array(columns, dtype=object).T
        here = slice(i, i + 1)
        return beta_objective(A[None], np.array([S]), Sigma_x[here], W[None], noise[here], beta[here]).value[0]

    return _each(len(U), one)
