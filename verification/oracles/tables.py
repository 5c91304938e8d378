"""Finite joints of x and z summed entry by entry in balls: every quantity from its definition, in plain loops.

``log_data (B, M)``, ``log_enc (B, M, K)``, ``log_prior (B, K)``, ``log_dec (B, M, K)``; on a grid ``log_aggregate`` and
``log_prior (B, J, K)``. Floats are taken as exact, balls as they are, nothing is renormalised.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade

Array = Any
Table = list[list[Any]]
BITS = 160


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _p(log_x: Array) -> list[Any]:
    return [_ball(value).exp() for value in log_x]


def _rows(log_x: Array) -> Table:
    return [_p(row) for row in log_x]


def _sum(values: Any) -> Any:
    return sum(values, arb(0))


def _per_case(cases: int, f: Callable[[int], Any]) -> Estimate:
    with flint.ctx.workprec(BITS):
        rows = [f(b) for b in range(cases)]
    out = np.empty((cases, *np.shape(rows[0])), dtype=object)
    for b, row in enumerate(rows):
        out[b] = np.asarray(row, dtype=object) if np.ndim(row) else row
    return Estimate(out, np.zeros(out.shape), Grade.CERTIFIED, certificate="finite sum in balls")


def _encoder(log_data: Array, log_enc: Array) -> Table:
    return [[d * q for q in row] for d, row in zip(_p(log_data), _rows(log_enc), strict=True)]


def _decoder(log_prior: Array, log_dec: Array) -> Table:
    p = _p(log_prior)
    return [[d * q for d, q in zip(row, p, strict=True)] for row in _rows(log_dec)]


def _columns(table: Table) -> list[Any]:
    return [_sum(column) for column in zip(*table, strict=True)]


def _kl(a: list[Any], b: list[Any]) -> Any:
    return _sum(x * (x / y).log() for x, y in zip(a, b, strict=True) if not x.is_zero())


def _flat(table: Table) -> list[Any]:
    return [x for row in table for x in row]


def _product(rows: list[Any], columns: list[Any]) -> Table:
    return [[r * c for c in columns] for r in rows]


def _information(table: Table) -> Any:
    """The divergence of the joint from the product of its marginals."""
    return _kl(_flat(table), _flat(_product([_sum(row) for row in table], _columns(table))))


def _log(values: Any) -> list[Any]:
    return [v.log() for v in values]


# --- densities --------------------------------------------------------------------------------------------------------


def encoder_joint(log_data: Array, log_enc: Array) -> Estimate:
    """log Q(z|x) P_data(x), entry by entry."""
    return _per_case(len(log_data), lambda b: [_log(row) for row in _encoder(log_data[b], log_enc[b])])


def decoder_joint(log_prior: Array, log_dec: Array) -> Estimate:
    """log P_theta(x|z) P_0(z), entry by entry."""
    return _per_case(len(log_prior), lambda b: [_log(row) for row in _decoder(log_prior[b], log_dec[b])])


def marginal_likelihood(log_prior: Array, log_dec: Array) -> Estimate:
    """log of the prior's average of P_theta(x|z), for each x."""

    def one(b: int) -> Any:
        p = _p(log_prior[b])
        return _log(_sum(x * y for x, y in zip(row, p, strict=True)) for row in _rows(log_dec[b]))

    return _per_case(len(log_prior), one)


def prior(log_prior: Array) -> Estimate:
    """The prior itself."""
    return _per_case(len(log_prior), lambda b: [_ball(v) for v in log_prior[b]])


def data(log_data: Array) -> Estimate:
    """The data's distribution itself."""
    return _per_case(len(log_data), lambda b: [_ball(v) for v in log_data[b]])


def aggregate(log_data: Array, log_enc: Array) -> Estimate:
    """log of the data's average of Q(z|x), for each z."""

    def one(b: int) -> Any:
        d, enc = _p(log_data[b]), _rows(log_enc[b])
        return _log(_sum(w * row[z] for w, row in zip(d, enc, strict=True)) for z in range(len(enc[0])))

    return _per_case(len(log_data), one)


# --- informations and the objective -----------------------------------------------------------------------------------


def i_enc(log_data: Array, log_enc: Array) -> Estimate:
    """D(P_enc(X, Z) || P_enc(X) P_enc(Z))."""
    return _per_case(len(log_data), lambda b: _information(_encoder(log_data[b], log_enc[b])))


def i_dec(log_prior: Array, log_dec: Array) -> Estimate:
    """D(P_dec(X, Z) || P_dec(X) P_dec(Z))."""
    return _per_case(len(log_prior), lambda b: _information(_decoder(log_prior[b], log_dec[b])))


def _elbo(log_enc: Array, log_prior: Array, log_dec: Array) -> list[Any]:
    joint = _decoder(log_prior, log_dec)
    return [-_kl(q, row) for q, row in zip(_rows(log_enc), joint, strict=True)]


def elbo(log_enc: Array, log_prior: Array, log_dec: Array) -> Estimate:
    """sum_z Q(z|x) log P_dec(x, z) / Q(z|x), for each x."""
    return _per_case(len(log_enc), lambda b: _elbo(log_enc[b], log_prior[b], log_dec[b]))


def objective(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array) -> Estimate:
    """The data's average of minus the ELBO."""

    def one(b: int) -> Any:
        values = _elbo(log_enc[b], log_prior[b], log_dec[b])
        return -_sum(d * v for d, v in zip(_p(log_data[b]), values, strict=True))

    return _per_case(len(log_data), one)


def nell(log_data: Array, log_enc: Array, log_dec: Array) -> Estimate:
    """The average of -log P_theta(x|z) under the encoder's joint."""

    def one(b: int) -> Any:
        joint = _flat(_encoder(log_data[b], log_enc[b]))
        lik = [_ball(v) for row in log_dec[b] for v in row]
        return -_sum(p * v for p, v in zip(joint, lik, strict=True) if not p.is_zero())

    return _per_case(len(log_data), one)


def div(log_data: Array, log_enc: Array, log_prior: Array) -> Estimate:
    """The data's average of D(Q(Z|x) || P_0(Z))."""

    def one(b: int) -> Any:
        p = _p(log_prior[b])
        return _sum(d * _kl(q, p) for d, q in zip(_p(log_data[b]), _rows(log_enc[b]), strict=True))

    return _per_case(len(log_data), one)


def aggdiv(log_data: Array, log_enc: Array, log_prior: Array) -> Estimate:
    """D(P_enc(Z) || P_0(Z))."""

    def one(b: int) -> Any:
        return _kl(_columns(_encoder(log_data[b], log_enc[b])), _p(log_prior[b]))

    return _per_case(len(log_data), one)


def h_aggregate(log_data: Array, log_enc: Array) -> Estimate:
    """The average of -log P_enc(z) under P_enc."""

    def one(b: int) -> Any:
        return -_sum(m * m.log() for m in _columns(_encoder(log_data[b], log_enc[b])))

    return _per_case(len(log_data), one)


# --- the bounds -------------------------------------------------------------------------------------------------------


def _inverted(table: Table) -> tuple[list[Any], Table]:
    """P_enc(z), and for each z the list of P_enc(x|z)."""
    weights = _columns(table)
    return weights, [[row[z] / m for row in table] for z, m in enumerate(weights)]


def _gap(log_data: Array, log_enc: Array, log_dec: Array) -> Any:
    weights, inverted = _inverted(_encoder(log_data, log_enc))
    columns = [list(column) for column in zip(*_rows(log_dec), strict=True)]
    return _sum(m * _kl(a, d) for m, a, d in zip(weights, inverted, columns, strict=True))


def lower_bound(log_data: Array, log_enc: Array, log_dec: Array) -> Estimate:
    """I_enc less the average of D(P_enc(X|z) || P_theta(X|z))."""

    def one(b: int) -> Any:
        return _information(_encoder(log_data[b], log_enc[b])) - _gap(log_data[b], log_enc[b], log_dec[b])

    return _per_case(len(log_data), one)


def deaf_bound(log_data: Array, log_dec: Array) -> Estimate:
    """Minus D(P_data || u) for a decoder whose columns are all u."""
    return _per_case(len(log_data), lambda b: -_kl(_p(log_data[b]), [row[0] for row in _rows(log_dec[b])]))


# --- one joint, or two distributions ----------------------------------------------------------------------------------


def entropy(log_p: Array) -> Estimate:
    """Minus the sum of p log p."""
    return _per_case(len(log_p), lambda b: -_sum(p * p.log() for p in _p(log_p[b]) if not p.is_zero()))


def kl(log_a: Array, log_b: Array) -> Estimate:
    """The sum of a log a / b."""
    return _per_case(len(log_a), lambda b: _kl(_p(log_a[b]), _p(log_b[b])))


def posterior(log_joint: Array) -> Estimate:
    """log of each row over its sum."""
    return _per_case(len(log_joint), lambda b: [_log(v / _sum(row) for v in row) for row in _rows(log_joint[b])])


def inverted_posterior(log_joint: Array) -> Estimate:
    """log of each column over its sum."""

    def one(b: int) -> Any:
        _, inverted = _inverted(_rows(log_joint[b]))
        return [_log(column) for column in zip(*inverted, strict=True)]

    return _per_case(len(log_joint), one)


def mutual_information(log_joint: Array) -> Estimate:
    """The divergence of the joint from the product of its marginals."""
    return _per_case(len(log_joint), lambda b: _information(_rows(log_joint[b])))


def conditional_entropy(log_joint: Array) -> Estimate:
    """The average over z of the entropy of P(x|z)."""

    def one(b: int) -> Any:
        weights, inverted = _inverted(_rows(log_joint[b]))
        return -_sum(m * _sum(p * p.log() for p in row) for m, row in zip(weights, inverted, strict=True))

    return _per_case(len(log_joint), one)


# --- data points under densities --------------------------------------------------------------------------------------


def _likelihoods(data: Array, centres: Array) -> Table:
    """N(x_n; m_z, I) for all pairs."""

    def density(x: Array, m: Array) -> Any:
        squares = [(_ball(a) - _ball(c)) ** 2 for a, c in zip(x, m, strict=True)]
        return (-_sum(squares) / 2).exp() / (2 * arb.pi()) ** (arb(len(squares)) / 2)

    return [[density(x, m) for m in centres] for x in data]


def i_enc_of_points(log_enc: Array) -> Estimate:
    """I_enc of N equally likely data points."""

    def one(b: int) -> Any:
        rows = _rows(log_enc[b])
        return _information([[q / len(rows) for q in row] for row in rows])

    return _per_case(len(log_enc), one)


def bound_of_points(data: Array, centres: Array, log_enc: Array) -> Estimate:
    """I_enc less the gap to the decoder normalised over the points, plus the average log of what it was divided by."""

    def one(b: int) -> Any:
        rows = _rows(log_enc[b])
        table = [[q / len(rows) for q in row] for row in rows]
        weights, inverted = _inverted(table)
        columns = [list(column) for column in zip(*_likelihoods(data[b], centres[b]), strict=True)]
        masses = [_sum(column) for column in columns]
        gap = _sum(
            w * _kl(a, [v / m for v in column])
            for w, a, column, m in zip(weights, inverted, columns, masses, strict=True)
        )
        return _information(table) - gap + _sum(w * m.log() for w, m in zip(weights, masses, strict=True))

    return _per_case(len(data), one)


# --- z = (z1, z2) on a grid -------------------------------------------------------------------------------------------


def _margins(table: Table) -> tuple[list[Any], list[Any]]:
    return [_sum(row) for row in table], _columns(table)


def grid_divergence(log_aggregate: Array, log_prior: Array) -> Estimate:
    """D(P_enc(Z) || P_0(Z))."""
    return _per_case(len(log_prior), lambda b: _kl(_flat(_rows(log_aggregate[b])), _flat(_rows(log_prior[b]))))


def total_correlation(log_aggregate: Array) -> Estimate:
    """D(P_enc(Z) || P_enc(Z_1) P_enc(Z_2))."""
    return _per_case(len(log_aggregate), lambda b: _information(_rows(log_aggregate[b])))


def dimension_wise_kl(log_aggregate: Array, log_prior: Array) -> Estimate:
    """D(P_enc(Z_1) || P_0(Z_1)) + D(P_enc(Z_2) || P_0(Z_2))."""

    def one(b: int) -> Any:
        pairs = zip(_margins(_rows(log_aggregate[b])), _margins(_rows(log_prior[b])), strict=True)
        return _sum(_kl(q, p) for q, p in pairs)

    return _per_case(len(log_prior), one)


def prior_factorization(log_aggregate: Array, log_prior: Array) -> Estimate:
    """The aggregate's average of log P_0(z) / P_0(z_1) P_0(z_2)."""

    def one(b: int) -> Any:
        p = _rows(log_prior[b])
        alone = _flat(_product(*_margins(p)))
        return _sum(q * (x / y).log() for q, x, y in zip(_flat(_rows(log_aggregate[b])), _flat(p), alone, strict=True))

    return _per_case(len(log_prior), one)


def nothing(log_prior: Array) -> Estimate:
    """Zero for every case."""
    return _per_case(len(log_prior), lambda b: arb(0))
