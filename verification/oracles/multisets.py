"""Finite models of which some inputs are seen: samples by how often each input is in them, in floats, by entropies."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement
from math import perm
from typing import Any

import numpy as np
from scipy import special, stats

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]


def _told(values: Any, error: float = 1e-11) -> Estimate:
    value = np.asarray(values, float)
    return Estimate(value, error * np.maximum(1, abs(value)), Grade.BOUNDED, certificate=f"float64, {error:g}")


def _information(chances: Array, rows: Array) -> float:
    """The entropy of the mean less the mean entropy."""
    return float(stats.entropy(chances @ rows) - chances @ stats.entropy(rows, axis=1))


def _equal(N: int) -> Array:
    return np.full(N, 1 / N)


def _each(log_q: Array, f: Callable[[Array], Any]) -> Estimate:
    return _told([f(rows) for rows in np.exp(np.asarray(log_q, float))])


def index_information(log_q: Array) -> Estimate:
    """I(z; n)."""
    return _each(log_q, lambda rows: _information(_equal(len(rows)), rows))


def change(log_q: Array) -> Estimate:
    """By how much I(z; n) of all but the last changes as the last replaces the first."""

    def one(rows: Array) -> float:
        before, after = (_information(_equal(len(some)), some) for some in (rows[:-1], rows[1:]))
        return abs(after - before)

    return _each(log_q, one)


def _samples(chances: Array, size: int) -> list[tuple[float, Array]]:
    """Every multiset of inputs: its chance, and the share of each input in it."""
    found = []
    for some in combinations_with_replacement(range(len(chances)), size):
        counts = np.bincount(some, minlength=len(chances))
        found.append((float(stats.multinomial(size, chances).pmf(counts)), counts / size))
    return found


def _populations(log_data: Array, log_enc: Array) -> list[tuple[Array, Array]]:
    data, enc = np.exp(np.asarray(log_data, float)), np.exp(np.asarray(log_enc, float))
    return list(zip(data / data.sum(1, keepdims=True), enc, strict=True))


def _expected(log_data: Array, log_enc: Array, size: int) -> Estimate:
    return _told(
        [
            sum(chance * _information(share, rows) for chance, share in _samples(data, size))
            for data, rows in _populations(log_data, log_enc)
        ]
    )


def expected_of_two(log_data: Array, log_enc: Array) -> Estimate:
    """E I_2."""
    return _expected(log_data, log_enc, 2)


def expected_of_three(log_data: Array, log_enc: Array) -> Estimate:
    """E I_3."""
    return _expected(log_data, log_enc, 3)


def information(log_data: Array, log_enc: Array) -> Estimate:
    """I(x; z)."""
    return _told([_information(data, rows) for data, rows in _populations(log_data, log_enc)])


def _reach(N: Any, alpha: Any) -> Any:
    return stats.entropy([1 / N, 1 - 1 / N]) * np.sqrt(N * -np.log(alpha) / 2)


def coverage(log_data: Array, log_enc: Array, size: Array, alpha: Array) -> Estimate:
    """How often the lower limit from two or three inputs is at most I(x; z)."""
    shares = []
    for (data, rows), N, a in zip(_populations(log_data, log_enc), size, alpha, strict=True):
        whole, held = _information(data, rows), 0.0
        for chance, share in _samples(data, int(N)):
            held += chance * (_information(share, rows) - _reach(float(N), float(a)) <= whole)
        shares.append(held)
    return _told(shares)


def replacement(N: Array) -> Estimate:
    """H_b(1/N)."""
    N = np.asarray(N, float)
    return _told(stats.entropy(np.stack([1 / N, 1 - 1 / N])))


def information_lower(information: Array, N: Array, alpha: Array) -> Estimate:
    """I_N less its reach."""
    N = np.asarray(N, float)
    reach = stats.entropy(np.stack([1 / N, 1 - 1 / N])) * np.sqrt(-N * np.log(np.asarray(alpha, float)) / 2)
    return _told(np.asarray(information, float) - reach)


def at_least(information: Array, N: Array, alpha: Array) -> Estimate:
    """The same, and 0 where it is below."""
    limit = information_lower(information, N, alpha)
    return Estimate(np.clip(limit.value, 0, None), limit.error, limit.grade, certificate=limit.certificate)


def all_different(K: Array) -> Estimate:
    """Four inputs: injections over maps."""
    return _told([perm(int(codes), 4) / int(codes) ** 4 for codes in K])


def different(K: Array, N: Array) -> Estimate:
    """N inputs: injections over maps."""
    return _told([perm(int(codes), int(n)) / int(codes) ** int(n) for codes, n in zip(K, N, strict=True)])


def different_of_square(N: Array) -> Estimate:
    """N inputs of N^2 codes: factorials."""
    N = np.asarray(N, float)
    return _told(np.exp(special.gammaln(N * N + 1) - special.gammaln(N * N - N + 1) - N * np.log(N * N)), 1e-9)


# --- summands ---------------------------------------------------------------------------------------------------------


def support_mass(log_q: Array) -> Estimate:
    """q(q_n > 0) for each n."""
    return _each(log_q, lambda rows: (rows > 0) @ rows.mean(0))


def one(log_q: Array) -> Estimate:
    """What each posterior adds up to."""
    return _each(log_q, lambda rows: rows.sum(1))


def _gain(rows: Array) -> Array:
    """The divergence of the responsibilities from equal ones."""
    phi = rows / rows.sum(0)
    return np.asarray(special.rel_entr(phi, 1 / len(rows)).sum(0))


def gain(log_q: Array) -> Estimate:
    """E[L | z] for each z."""
    return _each(log_q, _gain)


def gain_variance(log_q: Array) -> Estimate:
    """Var E[L | z]."""
    return _each(log_q, lambda rows: np.cov(_gain(rows), aweights=rows.mean(0), bias=True))


def gain_second_moment(log_q: Array) -> Estimate:
    """E G^2."""
    return _each(log_q, lambda rows: np.average(_gain(rows) ** 2, weights=rows.mean(0)))


def _ratios(rows: Array) -> tuple[Array, Array]:
    joint = rows / len(rows)
    seen = joint > 0
    return np.log(rows / rows.mean(0), where=seen, out=np.zeros_like(rows))[seen], joint[seen]


def ratio_second_moment(log_q: Array) -> Estimate:
    """E L^2."""
    return _each(log_q, lambda rows: np.dot(_ratios(rows)[0] ** 2, _ratios(rows)[1]))


def ratio_variance(log_q: Array) -> Estimate:
    """Var L."""

    def one(rows: Array) -> Any:
        L, joint = _ratios(rows)
        return np.cov(L, aweights=joint, bias=True)

    return _each(log_q, one)
