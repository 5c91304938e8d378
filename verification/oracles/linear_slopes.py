"""The linear beta-VAE by differences in balls: of its objective, written out from its definition, at a shipped point.

Steps h and h/2, the h^2 term removed, twice the last change as the radius; rivals of the point are other subsets of the
data's eigenvectors, columns left out, points near it and points at random.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations
from typing import Any

import flint
import numpy as np
from flint import arb, arb_mat

from verification.estimate import Estimate, Grade
from verification.oracles import costly

Array = np.ndarray[Any, Any]
BITS, STEP, FLAT = 300, arb(2) ** -60, 2.0**-60
HALVINGS, WIDE = 28, arb(2) ** -16


def _ball(x: Any) -> Any:
    return x if isinstance(x, arb) else arb(float(x))


def _balls(x: Any) -> Array:
    flat = [_ball(v) for v in np.asarray(x).ravel()]
    return np.array(flat, dtype=object).reshape(np.shape(x))


def _matrix(x: Array) -> Any:
    return arb_mat([list(row) for row in x])


def _eye(k: int, scale: Any) -> Any:
    return arb_mat([[scale if i == j else arb(0) for j in range(k)] for i in range(k)])


def _diagonal(entries: Array) -> Array:
    out = np.full((len(entries), len(entries)), arb(0))
    out[np.diag_indices(len(entries))] = entries
    return out


def _without(W: Array, j: int) -> Array:
    """One column left out."""
    out = W.copy()
    out[:, j] = arb(0)
    return out


def _trace(m: Any) -> Any:
    return sum((m[i, i] for i in range(m.nrows())), arb(0))


class Data:
    """The covariance of the data, the noise and beta, in balls."""

    def __init__(self, C: Array, noise: Any, beta: Any) -> None:
        self.C, self.noise, self.beta = _matrix(_balls(C)), _ball(noise), _ball(beta)

    def objective(self, W: Array, A: Any, S: Any) -> Any:
        """E log p(x|z) - beta E KL."""
        w, D, k = _matrix(W), len(W), W.shape[1]
        R = _eye(D, arb(1)) - w * A
        missed = _trace(R * self.C * R.transpose()) + _trace(w * S * w.transpose())
        paid = _trace(A * self.C * A.transpose()) + _trace(S) - k - S.det().log()
        return -(D * (2 * arb.pi() * self.noise).log() + missed / self.noise + self.beta * paid) / 2

    def encoder(self, W: Array) -> tuple[Any, Any]:
        """Where the derivatives in A and S are zero."""
        w, k = _matrix(W), W.shape[1]
        precision = (w.transpose() * w * (1 / self.noise) + _eye(k, self.beta)).inv()
        return precision * w.transpose() * (1 / self.noise), precision * self.beta

    def best(self, W: Array) -> Any:
        return self.objective(W, *self.encoder(W))


def _slope(f: Callable[[Any], Any], step: Any = STEP) -> tuple[float, float]:
    coarse = (f(step) - f(-step)) / (2 * step)
    fine = (f(step / 2) - f(-step / 2)) / step
    best = (4 * fine - coarse) / 3
    middle = float(best.mid())
    return middle, 2 * float(abs(fine - coarse).upper()) + float(best.rad()) + abs(middle) * 2.0**-52 + FLAT


def _slope_at(f: Callable[[Any], Any], x: Any) -> tuple[float, float]:
    return _slope(lambda h: f(x + h))


def _entries(x: Array, objective: Callable[[Array], Any]) -> list[tuple[float, float]]:
    """The slope in each entry of x."""
    found = []
    for index in np.ndindex(x.shape):

        def along(h: Any, index: tuple[int, ...] = index) -> Any:
            moved = x.copy()
            moved[index] = moved[index] + h
            return objective(moved)

        found.append(_slope(along))
    return found


def _beaten(here: Any, rivals: list[Any]) -> list[tuple[float, float]]:
    """By how much each rival is better, for certain."""
    return [(max(float((rival - here).lower()), 0.0), FLAT) for rival in rivals]


def _estimate(rows: list[Any]) -> Estimate:
    pairs = np.array(rows, float)
    return Estimate(pairs[..., 0], pairs[..., 1], Grade.BOUNDED, certificate="differences in balls, and rivals")


def _near(x: Array, rng: np.random.Generator, rivals: int) -> list[Array]:
    return [x + _balls(0.1 * rng.normal(size=x.shape)) for _ in range(rivals)]


# --- what is best at given data ---------------------------------------------------------------------------------------


def decoder_optimality(point: Array, Sigma_x: Array, noise: Array, beta: Array) -> Estimate:
    """Of the objective over W, each W with the encoder at which the derivatives are zero."""
    rng, rows = np.random.default_rng(31), []
    with flint.ctx.workprec(BITS):
        for i in range(len(point)):
            data, W = Data(Sigma_x[i], noise[i], beta[i]), _balls(point[i])
            D, k = W.shape
            lam, Q = np.linalg.eigh(np.asarray(Sigma_x[i], float))
            gains = np.sqrt(np.maximum(lam - float(beta[i]) * float(noise[i]), 0))
            subsets = [Q[:, s] * gains[list(s)] for s in combinations(range(D), k)]
            rivals = [*subsets, *rng.normal(size=(4, D, k))]
            rivals += [_without(W, j) for j in range(k)]
            values = [data.best(_balls(rival)) for rival in (*rivals, *_near(W, rng, 4))]
            rows.append(_entries(W, data.best) + _beaten(data.best(W), values))
    return _estimate(rows)


def encoder_optimality(point: Array, Sigma_x: Array, W: Array, noise: Array, beta: Array) -> Estimate:
    """Of the objective over A, whatever the covariance."""
    rng, rows = np.random.default_rng(32), []
    with flint.ctx.workprec(BITS):
        for i in range(len(point)):
            data, w, A = Data(Sigma_x[i], noise[i], beta[i]), _balls(W[i]), _balls(point[i])

            def value(a: Array, data: Data = data, w: Array = w) -> Any:
                return data.objective(w, _matrix(a), _eye(w.shape[1], arb(1)))

            rivals = [value(a) for a in (*_near(A, rng, 4), *_balls(rng.normal(size=(4, *A.shape))))]
            rows.append(_entries(A, value) + _beaten(value(A), rivals))
    return _estimate(rows)


def covariance_optimality(point: Array, Sigma_x: Array, W: Array, noise: Array, beta: Array) -> Estimate:
    """Of the objective over Sigma, whose entries (a, b) and (b, a) move together."""
    rng, rows = np.random.default_rng(33), []
    with flint.ctx.workprec(BITS):
        for i in range(len(point)):
            data, w, S = Data(Sigma_x[i], noise[i], beta[i]), _balls(W[i]), _balls(point[i])
            k = w.shape[1]
            A, lower = data.encoder(w)[0], np.tril_indices(k)

            def value(entries: Array, data: Data = data, w: Array = w, A: Any = A, lower: Any = lower) -> Any:
                s = np.full((w.shape[1],) * 2, arb(0))
                s[lower] = entries
                s.T[lower] = entries
                return data.objective(w, A, _matrix(s))

            factors = 0.7 * np.eye(k) + 0.2 * rng.normal(size=(6, k, k))
            rivals = [value(_balls(f @ f.T)[lower]) for f in factors]
            apart = [abs(S[a, b] - S[b, a]) for a, b in zip(*lower, strict=True)]
            skewed = [(float(gap.mid()), float(gap.rad()) + FLAT) for gap in apart]
            rows.append(_entries(S[lower], value) + _beaten(value(S[lower]), rivals) + skewed)
    return _estimate(rows)


def variances_optimality(point: Array, Sigma_x: Array, W: Array, noise: Array, beta: Array) -> Estimate:
    """Of the objective over diagonal Sigma."""
    rng, rows = np.random.default_rng(34), []
    with flint.ctx.workprec(BITS):
        for i in range(len(point)):
            data, w, s = Data(Sigma_x[i], noise[i], beta[i]), _balls(W[i]), _balls(point[i])
            A = data.encoder(w)[0]

            def value(entries: Array, data: Data = data, w: Array = w, A: Any = A) -> Any:
                return data.objective(w, A, _matrix(_diagonal(entries)))

            rivals = [value(_balls(v)) for v in np.exp(rng.uniform(-2, 0.5, size=(6, len(s))))]
            rows.append(_entries(s, value) + _beaten(value(s), rivals))
    return _estimate(rows)


# --- eigenvalues alone ------------------------------------------------------------------------------------------------


def _optimum(kept: Array, discarded: Array, noise: Any, beta: Any) -> Any:
    """At columns on the axes, each as long as its own slope asks for."""
    k, D = len(kept), len(kept) + len(discarded)
    lam = [*kept, *discarded]
    W = np.full((D, k), arb(0))
    for i in range(k):
        gain = kept[i] - beta * noise
        W[i, i] = gain.sqrt() if gain > 0 else arb(0)
    return Data(_diagonal(np.array(lam, dtype=object)), noise, beta).best(W)


def _sloped(size: int, moved: Callable[[int], tuple[Callable[[Any], Any], Any]]) -> Estimate:
    """Slopes at relative steps: of f at x for each case."""
    pairs = []
    with flint.ctx.workprec(BITS):
        for i in range(size):
            pairs.append(_slope_at(*moved(i)))
    out = np.array(pairs, float)
    return Estimate(out[:, 0], out[:, 1], Grade.BOUNDED, certificate="differences in balls")


def optimum(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """The objective at its best columns."""
    out = np.empty(len(kept), object)
    with flint.ctx.workprec(BITS):
        for i in range(len(kept)):
            out[i] = _optimum(_balls(kept[i]), _balls(discarded[i]), _ball(noise[i]), _ball(beta[i]))
    return Estimate(out, np.zeros(len(kept)), Grade.CERTIFIED, certificate="ball linear algebra")


def largest_likelihood(kept: Array, discarded: Array, noise: Array) -> Estimate:
    """The objective at its best columns for beta = 1, where the posterior is the true one."""
    return optimum(kept, discarded, noise, np.ones(len(kept)))


def gain_of_halving(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """The objective at its best columns, at half the noise less at the noise."""
    out = np.empty(len(kept), object)
    with flint.ctx.workprec(BITS):
        for i in range(len(kept)):
            own, rest, s, b = _balls(kept[i]), _balls(discarded[i]), _ball(noise[i]), _ball(beta[i])
            out[i] = _optimum(own, rest, s / 2, b) - _optimum(own, rest, s, b)
    return Estimate(out, np.zeros(len(kept)), Grade.CERTIFIED, certificate="ball linear algebra")


def optimum_slope(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """How fast the objective at its best columns changes with beta."""

    def one(i: int) -> tuple[Callable[[Any], Any], Any]:
        own, rest, s = _balls(kept[i]), _balls(discarded[i]), _ball(noise[i])
        return lambda b: _optimum(own, rest, s, b), _ball(beta[i])

    return _sloped(len(kept), one)


def noise_slope(kept: Array, discarded: Array, noise: Array, beta: Array) -> Estimate:
    """How fast the objective at its best columns changes with the noise."""

    def one(i: int) -> tuple[Callable[[Any], Any], Any]:
        own, rest, b = _balls(kept[i]), _balls(discarded[i]), _ball(beta[i])
        return lambda s: _optimum(own, rest, s, b), _ball(noise[i])

    return _sloped(len(kept), one)


def _at_noise(own: Array, rest: Array, beta: Any, noise: Any) -> Any:
    return _optimum(own, rest, noise, beta)


def _peak(own: Array, rest: Array, beta: Any) -> Any:
    """The best value over the noise: where the slope changes its sign, bisected; what is left counts by its square."""
    low, high = arb(0), sum((*own, *rest), arb(0))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        rises = _optimum(own, rest, middle * (1 + STEP), beta) > _optimum(own, rest, middle * (1 - STEP), beta)
        low, high = (middle, high) if rises else (low, middle)
    return _optimum(own, rest, (low + high) / 2, beta)


@costly
def learned_optimum(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """The objective at its best columns and its best noise."""
    with flint.ctx.workprec(BITS):
        peaks = [_peak(_balls(own), _balls(rest), _ball(b)) for own, rest, b in zip(kept, discarded, beta, strict=True)]
    value = np.array([float(peak.mid()) for peak in peaks])
    return Estimate(value, np.full(value.shape, 1e-12), Grade.BOUNDED, certificate="a bisected peak, 1e-12")


@costly
def learned_slope(kept: Array, discarded: Array, beta: Array) -> Estimate:
    """How fast the objective at its best columns and its best noise changes with beta; the noise is found anew."""
    pairs = []
    with flint.ctx.workprec(BITS):
        for i in range(len(kept)):
            own, rest, b = _balls(kept[i]), _balls(discarded[i]), _ball(beta[i])
            low, high = (_peak(own, rest, b * (1 + h)) for h in (-WIDE, WIDE))
            slope = float(((high - low) / (2 * WIDE * b)).mid())
            pairs.append((slope, 1e-6 * max(1.0, abs(slope))))
    out = np.array(pairs)
    return Estimate(out[:, 0], out[:, 1], Grade.BOUNDED, certificate="differences of bisected peaks, 1e-6")


def noise_optimality(point: Array, kept: Array, discarded: Array, beta: Array) -> Estimate:
    """Of the objective at its best columns, over the noise: its slope, and noises from tiny to large."""
    rows = []
    with flint.ctx.workprec(BITS):
        for i in range(len(point)):
            own, rest, b, s = _balls(kept[i]), _balls(discarded[i]), _ball(beta[i]), _ball(point[i])
            values = [_optimum(own, rest, s * arb(2) ** j, b) for j in (-20, -3, -1, 1, 3, 20)]
            slope = _slope_at(partial(_at_noise, own, rest, b), s)
            rows.append([slope, *_beaten(_optimum(own, rest, s, b), values)])
    return _estimate(rows)


# --- where a collapsed dimension is no longer a saddle ----------------------------------------------------------------


def _stable(lam: Any, noise: Any, beta: Any) -> Any:
    """The determinant of the second derivatives in decoder and encoder of a collapsed line: positive where stable."""

    def value(w: Any, v: Any) -> Any:
        return -((lam * (1 - w * v) ** 2 + w * w) / noise + beta * v * v * lam) / 2

    h = arb(2) ** -40
    ww, vv = (
        (value(*e) + value(*(-x for x in e)) - 2 * value(arb(0), arb(0))) / h**2 for e in ((h, arb(0)), (arb(0), h))
    )
    wv = (value(h, h) + value(-h, -h) - value(h, -h) - value(-h, h)) / (4 * h**2)
    return ww * vv - wv * wv


def _crossing(stable: Callable[[Any], Any], top: Any) -> tuple[float, float]:
    low, high = top * arb(2) ** -30, top
    for _ in range(2 * HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if stable(middle) > 0 else (middle, high)
    return float(((low + high) / 2).mid()), float((high - low).upper()) + 1e-9 * float(top.mid())


def _crossings(rows: list[list[tuple[float, float]]]) -> Estimate:
    pairs = np.array(rows, float)
    return Estimate(pairs[..., 0], pairs[..., 1], Grade.BOUNDED, certificate="the sign of a curvature, bisected")


def thresholds(kept: Array, noise: Array) -> Estimate:
    """Where a collapsed line becomes stable at this noise."""
    rows = []
    with flint.ctx.workprec(BITS):
        for own, s in zip(kept, noise, strict=True):
            level = _ball(s)
            cases = [(_ball(lam), 3 * max(map(_ball, own), key=float) / level) for lam in own]
            rows.append([_crossing(partial(_stable, lam, level), top) for lam, top in cases])
    return _crossings(rows)


def learned_thresholds(kept: Array, discarded: Array) -> Estimate:
    """Where a collapsed line becomes stable at the noise that is best while the longer ones are used, it alone not."""
    rows = []
    with flint.ctx.workprec(BITS):
        for own, rest in zip(kept, discarded, strict=True):
            lam, D = _balls(own), len(own) + len(rest)
            row = []
            for j in range(len(lam)):
                left, top = sum((*lam[j:], *_balls(rest)), arb(0)), arb(D) / max(j, 0.5)

                def stable(b: Any, j: int = j, left: Any = left, lam: Array = lam, D: int = D) -> Any:
                    return _stable(lam[j], left / (D - b * j), b)

                row.append(_crossing(stable, top * arb(1 - 2**-20)))
            rows.append(row)
    return _crossings(rows)


def ones(kept: Array) -> Estimate:
    """One for each kept dimension."""
    return Estimate(np.ones(kept.shape), np.zeros(kept.shape), Grade.CERTIFIED)
