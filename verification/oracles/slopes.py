"""Directional derivatives by central differences in balls, extrapolated once; the last change bounds the error."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import flint
import numpy as np
from flint import arb

from verification.estimate import Estimate, Grade
from verification.oracles import NotApplicable

Array = np.ndarray[Any, Any]
STEP = arb(2) ** -60
BITS = 400


def _balls(x: Any) -> Array:
    return np.array([v if isinstance(v, arb) else arb(float(v)) for v in np.asarray(x).ravel()], dtype=object).reshape(
        np.shape(x)
    )


def _slope(f: Callable[[Any], Any]) -> tuple[float, float]:
    """f'(0) and a bound of its error: steps h and h/2, the h^2 term removed, twice the last change as the radius."""
    coarse = (f(STEP) - f(-STEP)) / (2 * STEP)
    fine = (f(STEP / 2) - f(-STEP / 2)) / STEP
    best = (4 * fine - coarse) / 3
    return float(best.mid()), 2 * float(abs(fine - coarse).upper()) + float(best.rad()) + abs(
        float(best.mid())
    ) * 2.0**-53


def _estimate(values: list[Any], shape: tuple[int, ...]) -> Estimate:
    pairs = np.array(values, float).reshape(*shape, 2)
    return Estimate(
        pairs[..., 0], pairs[..., 1], Grade.BOUNDED, certificate="central differences in balls, extrapolated"
    )


def _determinant(s: Array) -> Any:
    """Laplace expansion."""
    if len(s) == 1:
        return s[0, 0]
    minors = [np.delete(np.delete(s, 0, 0), j, 1) for j in range(len(s))]
    return sum(((-1) ** j * s[0, j] * _determinant(minor) for j, minor in enumerate(minors)), arb(0))


def _entrywise(objective: Callable[[Array, int], Any], Sigma: Array) -> Estimate:
    """Symmetric matrix derivative: entries (a, b) and (b, a) move together, each carrying half."""
    size, N, k = Sigma.shape[:3]
    out = np.zeros((size, N, k, k, 2))
    with flint.ctx.workprec(BITS):
        for i in range(size):
            base = _balls(Sigma[i])
            for n in range(N):
                for a in range(k):
                    for b in range(a, k):

                        def moved(h: Any, i: int = i, n: int = n, a: int = a, b: int = b, base: Array = base) -> Any:
                            s = base.copy()
                            s[n, a, b] = s[n, a, b] + h
                            if a != b:
                                s[n, b, a] = s[n, b, a] + h
                            return objective(s, i)

                        value, error = _slope(moved)
                        share = 1 if a == b else 2
                        out[i, n, a, b] = out[i, n, b, a] = value / share, error / share
    return _estimate(out.tolist(), (size, N, k, k))


def small_variance_gradient(Sigma: Array, beta: Array) -> Estimate:
    """Gradient of log sum_m |Sigma_m|^(beta/2) with respect to every Sigma_n."""

    def objective(s: Array, i: int) -> Any:
        b = _balls(beta)[i]
        return sum((_determinant(m) ** (b / 2) for m in s), arb(0)).log()

    return _entrywise(objective, Sigma)


def entropy_gradient(Sigma: Array, beta: Array) -> Estimate:
    """Gradient of beta (1/N) sum_m w_m H(q_m), weights |Sigma_m|^(beta/2) over their mean, held fixed."""

    def objective(s: Array, i: int) -> Any:
        b = _balls(beta)[i]
        volumes = [_determinant(m) ** (b / 2) for m in _balls(Sigma[i])]
        weights = [len(s) * v / sum(volumes, arb(0)) for v in volumes]
        return b / len(s) * sum((w * _determinant(m).log() / 2 for w, m in zip(weights, s, strict=True)), arb(0))

    return _entrywise(objective, Sigma)


def entropy_gradient_moving_weights(Sigma: Array, beta: Array) -> Estimate:
    """The same with the weights differentiated too."""

    def objective(s: Array, i: int) -> Any:
        b = _balls(beta)[i]
        volumes = [_determinant(m) ** (b / 2) for m in s]
        weights = [len(s) * v / sum(volumes, arb(0)) for v in volumes]
        entropy = [len(m) * ((2 * arb.pi()).log() + 1) / 2 + _determinant(m).log() / 2 for m in s]
        return b / len(s) * sum((w * h for w, h in zip(weights, entropy, strict=True)), arb(0))

    return _entrywise(objective, Sigma)


def _jensen(phi: Array, q: Array, b: Any) -> Any:
    return sum((p**b * v ** (1 - b) for p, v in zip(phi, q, strict=True)), arb(0))


def jensen_optimality(point: Array, log_q: Array, beta: Array) -> Estimate:
    """At weights phi: slopes of sum phi^beta q^(1-beta) along the simplex, and by how much competitors beat them."""
    rng = np.random.default_rng(7)
    rows = []
    with flint.ctx.workprec(BITS):
        q, b = np.exp(_balls(log_q)), _balls(beta)
        for i in range(len(log_q)):
            phi, N = _balls(point[i]), log_q.shape[1]
            total = sum(phi, arb(0)) - 1
            entries = [(float(total.mid()), float(total.rad()) + 2.0**-60)]
            for n in range(1, N):

                def along(h: Any, phi: Array = phi, n: int = n, i: int = i) -> Any:
                    moved = phi.copy()
                    moved[0], moved[n] = moved[0] - h, moved[n] + h
                    return _jensen(moved, q[i], b[i])

                entries.append(_slope(along))
            best = _jensen(phi, q[i], b[i])
            for rival in rng.dirichlet(np.ones(N), size=8):
                ahead = _jensen(_balls(rival / rival.sum()), q[i], b[i]) - best
                entries.append((max(float(ahead.lower()), 0.0), 0.0))
            rows.append(entries)
    values = np.array(rows)
    return Estimate(
        values[..., 0], values[..., 1] + 1e-300, Grade.BOUNDED, certificate="differences along the simplex, rivals"
    )


def _expanded(H: Array, s: Array, b: Any) -> Any:
    """The part of the expanded objective that depends on the covariance."""
    diagonal = sum((s[j, j] for j in range(len(s))), arb(0))
    return (sum((x * y for x, y in zip(H.ravel(), s.ravel(), strict=True)), arb(0)) - b * diagonal) / 2 + (
        b * _determinant(s).log() / 2
    )


def posterior_gradient(H: Array, Sigma: Array, beta: Array) -> Estimate:
    """Gradient of the expanded objective with respect to the covariance, entry by entry."""

    def objective(s: Array, i: int) -> Any:
        return _expanded(_balls(H[i]), s[0], _balls(beta)[i])

    found = _entrywise(objective, np.asarray(Sigma)[:, None])
    return Estimate(found.value[:, 0], found.error[:, 0], found.grade, certificate=found.certificate)


def _free(k: int, family: str) -> Array:
    if family == "star":
        return np.eye(k, dtype=bool) | (np.arange(k) == 0) | (np.arange(k) == 0)[:, None]
    owner = {"full": [0] * k, "diagonal": list(range(k)), "block": [0, *[1] * (k - 1)]}[family]
    return np.equal.outer(owner, owner)


def _covariance_optimality(point: Array, H: Array, beta: Array, family: str) -> Estimate:
    """Slopes along the entries that a family leaves free, and the entries that it does not, which must be 0."""
    rows = []
    with flint.ctx.workprec(BITS):
        for i in range(len(beta)):
            best, hessian, b = _balls(point[i]), _balls(H[i]), _balls(beta)[i]
            k, entries = len(best), []
            free = _free(k, family)
            for j, m in zip(*np.triu_indices(k), strict=True):
                if not free[j, m]:
                    entries.append((float(best[j, m].mid()), float(best[j, m].rad())))
                    continue

                def moved(h: Any, j: Any = j, m: Any = m, best: Array = best, H: Array = hessian, b: Any = b) -> Any:
                    s = best.copy()
                    s[j, m] = s[j, m] + h
                    s[m, j] = s[j, m]
                    return _expanded(H, s, b)

                entries.append(_slope(moved))
            rows.append(entries)
    values = np.array(rows)
    return Estimate(
        values[..., 0], values[..., 1] + 1e-300, Grade.BOUNDED, certificate="central differences in balls, extrapolated"
    )


def covariance_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Of the expanded objective over covariances."""
    return _covariance_optimality(point, H, beta, "full")


def diagonal_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Of the expanded objective over diagonal covariances."""
    return _covariance_optimality(point, H, beta, "diagonal")


def block_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Of the expanded objective over covariances in two blocks."""
    return _covariance_optimality(point, H, beta, "block")


def star_covariance_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Of the expanded objective over covariances of the first dimension with each of the others, and no others."""
    return _covariance_optimality(point, H, beta, "star")


def _inverse(s: Array) -> Array:
    """The inverse, by FLINT."""
    found = flint.arb_mat(s.tolist()).inv()
    return np.array(found.tolist(), dtype=object)


def _precision_optimality(point: Array, H: Array, beta: Array, free: Array) -> Estimate:
    """Slopes along the free entries of an inverse covariance, and the others, which must be 0."""
    rows = []
    with flint.ctx.workprec(BITS):
        for i in range(len(beta)):
            K, b = _balls(point[i]), _balls(beta)[i]
            A = flint.arb_mat((_balls(np.eye(len(K))) - _balls(H[i]) / b).tolist())
            entries = []
            for j, m in zip(*np.triu_indices(len(K)), strict=True):
                if not free[j, m]:
                    entries.append((float(K[j, m].mid()), float(K[j, m].rad())))
                    continue

                def moved(h: Any, j: Any = j, m: Any = m, K: Array = K, A: Any = A, b: Any = b) -> Any:
                    s = K.copy()
                    s[j, m] = s[j, m] + h
                    s[m, j] = s[j, m]
                    inverse = flint.arb_mat(s.tolist()).inv()
                    trace = A * inverse
                    return -b * (sum((trace[t, t] for t in range(len(s))), arb(0)) - inverse.det().log()) / 2

                entries.append(_slope(moved))
            rows.append(entries)
    values = np.array(rows)
    return Estimate(
        values[..., 0], values[..., 1] + 1e-300, Grade.BOUNDED, certificate="central differences in balls, extrapolated"
    )


def precision_gradient(H: Array, beta: Array) -> Estimate:
    """Gradient of the expanded objective with respect to the inverse covariance, at 2 I - H/beta."""
    with flint.ctx.workprec(BITS):
        points = np.array([2 * _balls(np.eye(len(m))) - _balls(m) / _balls(b) for m, b in zip(H, beta, strict=True)])

        def objective(s: Array, i: int) -> Any:
            return _expanded(_balls(H[i]), _inverse(s[0]), _balls(beta)[i])

        found = _entrywise(objective, points[:, None])
    return Estimate(found.value[:, 0], found.error[:, 0], found.grade, certificate=found.certificate)


def star(H: Array, beta: Array) -> Estimate:
    """The inverse of a covariance: the first dimension's from A^-1, the others about its line, 1/A_jj apart."""
    found = []
    with flint.ctx.workprec(BITS):
        for hessian, b in zip(H, beta, strict=True):
            k = len(hessian)
            A = _balls(np.eye(k)) - _balls(hessian) / _balls(b)
            first = _inverse(A)[0]
            s = first[:, None] * first / first[0]
            for j in range(1, k):
                s[j, j] = s[j, j] + 1 / A[j, j]
            found.append(_inverse(s))
    values = np.array(found)
    return Estimate(values, np.zeros(values.shape), Grade.CERTIFIED, certificate="an inverse in balls")


def _between(k: int, pairs: list[tuple[int, int]]) -> Array:
    free = np.eye(k, dtype=bool)
    for i, j in pairs:
        free[i, j] = free[j, i] = True
    return free


def star_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Over inverse covariances that couple the first dimension with each of the others, and no others."""
    k = H.shape[-1]
    return _precision_optimality(point, H, beta, _between(k, [(0, j) for j in range(1, k)]))


def parted_optimality(point: Array, H: Array, beta: Array) -> Estimate:
    """Over inverse covariances that do not couple the first dimension with the third and those after it."""
    k = H.shape[-1]
    return _precision_optimality(
        point, H, beta, _between(k, [(i, j) for j in range(k) for i in range(j) if i or j < 2])
    )


def chain_optimality(point: Array, p: Array) -> Estimate:
    """Over inverse covariances along a chain of four, I - H having p at (1, 3) and (2, 4)."""
    H = np.zeros((len(p), 4, 4))
    H[:, [0, 2, 1, 3], [2, 0, 3, 1]] = -np.asarray(p, float)[:, None]
    return _precision_optimality(point, H, np.ones(len(p)), _between(4, [(0, 1), (1, 2), (2, 3)]))


def _small(s: Array, b: Any) -> Any:
    return sum((_determinant(m) ** (b / 2) for m in s), arb(0)).log()


def cancellation(Sigma: Array, beta: Array) -> Estimate:
    """Gradient of (beta / N) sum H_n - log sum |Sigma_n|^(beta/2)."""

    def objective(s: Array, i: int) -> Any:
        b = _balls(beta)[i]
        return b / len(s) * sum((_determinant(m).log() / 2 for m in s), arb(0)) - _small(s, b)

    return _entrywise(objective, Sigma)


def scaled_gradient(mu: Array, Sigma: Array, beta: Array) -> Estimate:
    """d/dh at 0 of log sum_m D_m with Sigma_n -> (1 + h) Sigma_n, for every n, on the line: D from its Gaussian
    integral."""
    if mu.shape[-1] != 1:
        raise NotApplicable("on the line only")
    rows = []
    with flint.ctx.workprec(BITS):
        for i in range(len(mu)):
            m, s, b = _balls(mu[i, :, 0]), _balls(Sigma[i, :, 0, 0]), _balls(beta)[i]

            def total(scale: Any, n: int, m: Array = m, s: Array = s, b: Any = b) -> Any:
                moved = [v * (1 + scale) if j == n else v for j, v in enumerate(s)]
                return sum((_mass(c, v, b) for c, v in zip(m, moved, strict=True)), arb(0)).log()

            rows.append([_slope(partial(total, n=n)) for n in range(len(m))])
    values = np.array(rows)
    return Estimate(
        values[..., 0], values[..., 1], Grade.BOUNDED, certificate="central differences in balls, extrapolated"
    )


def _mass(m: Any, s: Any, b: Any) -> Any:
    """Integral of exp(-b z^2/2 - (1-b)(z-m)^2/(2s)) s^((b-1)/2) / sqrt(2 pi): minimum of the exponent, then its
    curvature."""
    curvature = b + (1 - b) / s
    least = (1 - b) * m * m / s - ((1 - b) * m / s) ** 2 / curvature
    return (-least / 2).exp() * s ** ((b - 1) / 2) / curvature.sqrt()


def _curve(z: Any) -> tuple[Any, Any]:
    return z * z - 1, z * z * z - z


def _tangent(z: Any) -> list[tuple[float, float]]:
    return [_slope(lambda h: _curve(z + h)[0]), _slope(lambda h: _curve(z + h)[1])]


def _crossed(z: Array, sign: int) -> Estimate:
    rows = []
    with flint.ctx.workprec(BITS):
        for x in _balls(z):
            (a, a_off), (b, b_off) = _tangent(x)
            (c, c_off), (d, d_off) = _tangent(sign * x)
            error = (
                abs(a) * d_off + abs(d) * a_off + abs(b) * c_off + abs(c) * b_off + 1e-14 * (abs(a * d) + abs(b * c))
            )
            rows.append((a * d - b * c, error))
    return _estimate(rows, (len(rows),))


def crossing(z: Array) -> Estimate:
    """How far the curve's tangents at z and at -z are from parallel."""
    return _crossed(z, -1)


def parallel(z: Array) -> Estimate:
    """How far its tangent at z is from itself."""
    return _crossed(z, 1)
