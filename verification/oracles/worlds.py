"""Finite worlds counted in exact rationals: every chance is a fraction, and only logarithms of fractions are balls.

Logarithms of dyadic chances come as balls and are turned back into the one fraction over 2^24 that they can mean; a
chance that is none is not covered. Chances that come as they are, are floats and so fractions already.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = Any
Table = list[list[Fraction]]
BITS, GRID = 192, 2**24


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _exact(x: Any) -> Fraction:
    """A float, or a ball that is exactly one, as a fraction."""
    return Fraction(float(x))


def _chance(log_p: Any) -> Fraction:
    count = (_ball(log_p).exp() * GRID).unique_fmpz()
    if count is None:
        raise NotApplicable("a chance that is no multiple of 2^-24")
    return Fraction(int(count), GRID)


def _vector(log_p: Array) -> list[Fraction]:
    return [_chance(x) for x in log_p]


def _table(log_p: Array) -> Table:
    return [_vector(row) for row in log_p]


def _number(x: Any) -> Any:
    return arb(x.numerator) / arb(x.denominator) if isinstance(x, Fraction) else arb(x)


def _log(x: Fraction) -> Any:
    return arb(x.numerator).log() - arb(x.denominator).log()


def _expect(chances: list[Fraction], values: Callable[[int], Fraction]) -> Any:
    """The expectation of the logarithm of values; what has no chance is not looked at."""
    return sum((_number(p) * _log(values(i)) for i, p in enumerate(chances) if p), arb(0))


def _divergence(a: list[Fraction], b: list[Fraction]) -> Any:
    return _expect(a, lambda i: a[i] / b[i])


class _World:
    """One case: who is drawn, how it is coded, and what a model of prior and decoder makes of it."""

    def __init__(self, arrays: dict[str, Array], b: int) -> None:
        self.arrays, self.b = arrays, b

    def weight(self, name: str) -> Any:
        return _ball(np.asarray(self.arrays[name])[self.b])

    @cached_property
    def data(self) -> list[Fraction]:
        return _vector(self.arrays["log_data"][self.b])

    @cached_property
    def enc(self) -> Table:
        if "code" in self.arrays:
            M = len(self.data)
            return [[Fraction(int(int(z) == k)) for k in range(M)] for z in self.arrays["code"][self.b]]
        return _table(self.arrays["log_enc"][self.b])

    @cached_property
    def prior(self) -> list[Fraction]:
        return _vector(self.arrays["log_prior"][self.b])

    @cached_property
    def dec(self) -> Table:
        return _table(self.arrays["log_dec"][self.b])

    @cached_property
    def joint(self) -> Table:
        return [[p * q for q in row] for p, row in zip(self.data, self.enc, strict=True)]

    @cached_property
    def aggregate(self) -> list[Fraction]:
        return [sum(column, Fraction(0)) for column in zip(*self.joint, strict=True)]

    @cached_property
    def observable(self) -> list[Fraction]:
        return [sum(row, Fraction(0)) for row in self.joint]

    @cached_property
    def inverted(self) -> Table:
        return [[p / m if m else Fraction(0) for p, m in zip(row, self.aggregate, strict=True)] for row in self.joint]

    @cached_property
    def model(self) -> Table:
        return [[r * p for r, p in zip(row, self.prior, strict=True)] for row in self.dec]

    @cached_property
    def evidence(self) -> list[Fraction]:
        return [sum(row, Fraction(0)) for row in self.model]

    def mean_log(self, values: Callable[[int, int], Fraction]) -> Any:
        """E of a logarithm under the joint of data and code."""
        return sum((_expect(row, partial(values, x)) for x, row in enumerate(self.joint)), arb(0))

    def aggregate_kl(self) -> Any:
        return _divergence(self.aggregate, self.prior)

    def average_kl(self) -> Any:
        return self.mean_log(lambda x, z: self.enc[x][z] / self.prior[z])

    def information(self) -> Any:
        return self.mean_log(lambda x, z: self.joint[x][z] / (self.observable[x] * self.aggregate[z]))

    def conditional_entropy(self) -> Any:
        return -self.mean_log(lambda x, z: self.inverted[x][z])

    def entropy(self) -> Any:
        return -_expect(self.observable, lambda x: self.observable[x])

    def nell(self) -> Any:
        return -self.mean_log(lambda x, z: self.dec[x][z])

    def decoder_kl(self) -> Any:
        return self.mean_log(lambda x, z: self.inverted[x][z] / self.dec[x][z])


def _each(one: Callable[[_World], Any], arrays: dict[str, Array]) -> Estimate:
    cases = len(next(iter(arrays.values())))
    with flint.ctx.workprec(BITS):
        found = [np.asarray(one(_World(arrays, b)), dtype=object) for b in range(cases)]
        value = np.empty((cases, *found[0].shape), dtype=object)
        for b, entries in enumerate(found):
            for i in np.ndindex(*entries.shape):
                value[(b, *i)] = _number(entries[i]) if isinstance(entries[i], Fraction | int) else entries[i]
    return Estimate(value, np.zeros(value.shape), Grade.CERTIFIED, certificate="exact fractions, logarithms in balls")


# ---- the joint of data and code --------------------------------------------------------------------------------------


def data(log_data: Array, log_enc: Array) -> Estimate:
    """p_D(x), the code being read only to be ignored."""
    return _each(lambda w: w.data, dict(log_data=log_data, log_enc=log_enc))


def aggregate(log_data: Array, log_enc: Array) -> Estimate:
    """q(z)."""
    return _each(lambda w: w.aggregate, dict(log_data=log_data, log_enc=log_enc))


def inverted(log_data: Array, log_enc: Array) -> Estimate:
    """q(x|z)."""
    return _each(lambda w: w.inverted, dict(log_data=log_data, log_enc=log_enc))


def observable(log_data: Array, log_enc: Array) -> Estimate:
    """The marginal of x."""
    return _each(lambda w: w.observable, dict(log_data=log_data, log_enc=log_enc))


def whole(log_data: Array, log_enc: Array) -> Estimate:
    """The mass of q(z|x) p_D(x)."""
    return _each(lambda w: sum(w.observable, Fraction(0)), dict(log_data=log_data, log_enc=log_enc))


def inverted_times_data(log_data: Array, log_enc: Array) -> Estimate:
    """The mass of q(x|z) p_D(x) over all pairs."""
    return _each(
        lambda w: sum((q * p for p, row in zip(w.data, w.inverted, strict=True) for q in row), Fraction(0)),
        dict(log_data=log_data, log_enc=log_enc),
    )


def data_times_decoder(log_data: Array, log_dec: Array) -> Estimate:
    """The mass of p(x) p(x|z) over all pairs."""
    return _each(
        lambda w: sum((r * p for p, row in zip(w.data, w.dec, strict=True) for r in row), Fraction(0)),
        dict(log_data=log_data, log_dec=log_dec),
    )


def model_mass(log_prior: Array, log_dec: Array) -> Estimate:
    """The mass of p(z) p(x|z)."""
    return _each(lambda w: sum(w.evidence, Fraction(0)), dict(log_prior=log_prior, log_dec=log_dec))


def latent_marginal(log_prior: Array, log_dec: Array) -> Estimate:
    """The marginal of z under p(z) p(x|z)."""
    return _each(
        lambda w: [sum(column, Fraction(0)) for column in zip(*w.model, strict=True)],
        dict(log_prior=log_prior, log_dec=log_dec),
    )


def aggregate_kl(log_data: Array, log_enc: Array, log_prior: Array) -> Estimate:
    """KL(q(z) || p(z))."""
    return _each(_World.aggregate_kl, dict(log_data=log_data, log_enc=log_enc, log_prior=log_prior))


def average_kl(log_data: Array, log_enc: Array, log_prior: Array) -> Estimate:
    """E KL(q(z|x) || p(z))."""
    return _each(_World.average_kl, dict(log_data=log_data, log_enc=log_enc, log_prior=log_prior))


def information(log_data: Array, log_enc: Array) -> Estimate:
    """I(X; Z)."""
    return _each(_World.information, dict(log_data=log_data, log_enc=log_enc))


def entropy(log_data: Array, log_enc: Array) -> Estimate:
    """H[X] of the marginal of x."""
    return _each(_World.entropy, dict(log_data=log_data, log_enc=log_enc))


def conditional_entropy(log_data: Array, log_enc: Array) -> Estimate:
    """H[X|Z]."""
    return _each(_World.conditional_entropy, dict(log_data=log_data, log_enc=log_enc))


def coded_entropy(log_data: Array, code: Array) -> Estimate:
    """H[X], the code being read only to be ignored."""
    return _each(_World.entropy, dict(log_data=log_data, code=code))


def coded_kl(log_data: Array, code: Array, log_prior: Array) -> Estimate:
    """KL(q(z) || p(z)) for a deterministic code."""
    return _each(_World.aggregate_kl, dict(log_data=log_data, code=code, log_prior=log_prior))


# ---- objectives ------------------------------------------------------------------------------------------------------


def objective(log_data: Array, log_enc: Array, log_prior: Array, lam: Array) -> Estimate:
    """KL(q(z) || p(z)) - lambda I(X; Z)."""
    return _each(
        lambda w: w.aggregate_kl() - w.weight("lam") * w.information(),
        dict(log_data=log_data, log_enc=log_enc, log_prior=log_prior, lam=lam),
    )


def nell(log_data: Array, log_enc: Array, log_dec: Array) -> Estimate:
    """-E log p(x|z)."""
    return _each(_World.nell, dict(log_data=log_data, log_enc=log_enc, log_dec=log_dec))


def beta_objective(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, beta: Array) -> Estimate:
    """-E log p(x|z) + beta E KL(q(z|x) || p(z))."""
    return _each(
        lambda w: w.nell() + w.weight("beta") * w.average_kl(),
        dict(log_data=log_data, log_enc=log_enc, log_prior=log_prior, log_dec=log_dec, beta=beta),
    )


def inverted_weights_objective(
    log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, beta: Array
) -> Estimate:
    """The same with q(x|z) p_D(x) as weights of the first term."""

    def one(w: _World) -> Any:
        rows = zip(w.data, w.inverted, w.dec, strict=True)
        left = sum((_number(p * q) * _log(r) for p, qs, rs in rows for q, r in zip(qs, rs, strict=True)), arb(0))
        return w.weight("beta") * w.average_kl() - left

    return _each(one, dict(log_data=log_data, log_enc=log_enc, log_prior=log_prior, log_dec=log_dec, beta=beta))


def bound(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, lam: Array) -> Estimate:
    """-(1 + lambda) E log p(x|z) + E KL(q(z|x) || p(z))."""
    return _each(
        lambda w: (1 + w.weight("lam")) * w.nell() + w.average_kl(),
        dict(log_data=log_data, log_enc=log_enc, log_prior=log_prior, log_dec=log_dec, lam=lam),
    )


def objective_and_constant(log_data: Array, log_enc: Array, log_prior: Array, lam: Array) -> Estimate:
    """L + (1 + lambda) H[X]."""
    return _each(
        lambda w: w.aggregate_kl() - w.weight("lam") * w.information() + (1 + w.weight("lam")) * w.entropy(),
        dict(log_data=log_data, log_enc=log_enc, log_prior=log_prior, lam=lam),
    )


def gap(log_data: Array, log_enc: Array, log_dec: Array, lam: Array) -> Estimate:
    """(1 + lambda) E KL(q(x|z) || p(x|z))."""
    return _each(
        lambda w: (1 + w.weight("lam")) * w.decoder_kl(),
        dict(log_data=log_data, log_enc=log_enc, log_dec=log_dec, lam=lam),
    )


def joint_kl(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array) -> Estimate:
    """KL(q(z|x) p_D(x) || p(z) p(x|z)), pair by pair."""
    return _each(
        lambda w: w.mean_log(lambda x, z: w.joint[x][z] / w.model[x][z]),
        dict(log_data=log_data, log_enc=log_enc, log_prior=log_prior, log_dec=log_dec),
    )


def best_likelihood(log_data: Array, log_enc: Array) -> Estimate:
    """E log q(x) with q(x) the marginal of q(z|x) p_D(x)."""
    return _each(lambda w: _expect(w.data, lambda x: w.observable[x]), dict(log_data=log_data, log_enc=log_enc))


def posterior_divergence(log_data: Array, log_prior: Array, log_dec: Array) -> Estimate:
    """E KL(p(z|x) || p(z)) of the model's own posterior."""

    def one(w: _World) -> Any:
        rows = ([r / e for r in row] for row, e in zip(w.model, w.evidence, strict=True))
        return sum((_number(p) * _divergence(row, w.prior) for p, row in zip(w.data, rows, strict=True)), arb(0))

    return _each(one, dict(log_data=log_data, log_prior=log_prior, log_dec=log_dec))


def weight_ratio(lam: Array) -> Estimate:
    """The weight of E KL over that of -E log p(x|z) in the final bound."""
    return _each(lambda w: 1 / (1 + _exact(w.arrays["lam"][w.b])), dict(lam=lam))


def weight_excess(beta: Array) -> Estimate:
    """The lambda whose bound has weights 1 + lambda and 1, as beta has 1 and beta."""
    return _each(lambda w: (1 - _exact(w.arrays["beta"][w.b])) / _exact(w.arrays["beta"][w.b]), dict(beta=beta))


def one(lam: Array) -> Estimate:
    """The weight of a plain VAE."""
    return _each(lambda w: Fraction(1), dict(lam=lam))


def best_beta_objective(log_data: Array, log_enc: Array, log_prior: Array, beta: Array) -> Estimate:
    """H[X|Z] + beta E KL(q(z|x) || p(z)): the beta-VAE objective with the best of all decoders."""
    return _each(
        lambda w: w.conditional_entropy() + w.weight("beta") * w.average_kl(),
        dict(log_data=log_data, log_enc=log_enc, log_prior=log_prior, beta=beta),
    )
