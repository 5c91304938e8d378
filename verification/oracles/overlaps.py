"""Pairs of Gaussians by numbers alone: overlaps summed over a grid, divergences by points exact for quadratics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special, stats

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]

PER_SIGMA, REACH = 3.0, 9.0


def _told(values: Any, error: float = 1e-10) -> Estimate:
    value = np.asarray(values, float)
    return Estimate(value, error * np.maximum(1, abs(value)), Grade.BOUNDED, certificate=f"float64, {error:g}")


def _log_density(z: Array, mu: Array, Sigma: Array) -> Array:
    found = stats.multivariate_normal(np.asarray(mu, float), np.asarray(Sigma, float)).logpdf(z)
    return np.asarray(found).reshape(z.shape[:-1])


def _grid(mu: Array, Sigma: Array) -> tuple[Array, float]:
    """Points around a pair, and the volume of each."""
    wide, step = np.sqrt(Sigma.diagonal(0, -2, -1)), float(np.sqrt(np.linalg.eigvalsh(Sigma).min())) / PER_SIGMA
    low, high = (mu - REACH * wide).min(0), (mu + REACH * wide).max(0)
    axes = [np.arange(a, b, step) for a, b in zip(low, high, strict=True)]
    return np.stack(np.meshgrid(*axes, indexing="ij"), -1), step ** mu.shape[-1]


def _over_pairs(mu: Array, Sigma: Array, pair: Callable[[Array, Array], float]) -> float:
    N = len(mu)
    table = np.array([[pair(mu[[n, m]], Sigma[[n, m]]) for m in range(N)] for n in range(N)])
    return float(np.log(N) - special.logsumexp(table, axis=1).mean())


def _cases(f: Callable[..., Any], *arrays: Array, error: float = 1e-10) -> Estimate:
    return _told([f(*case) for case in zip(*(np.asarray(x, float) for x in arrays), strict=True)], error)


def _power_mass(powers: tuple[float, float]) -> Callable[[Array, Array], float]:
    def pair(mu: Array, Sigma: Array) -> float:
        z, volume = _grid(mu, Sigma)
        heights = sum(p * _log_density(z, m, S) for p, m, S in zip(powers, mu, Sigma, strict=True))
        return float(special.logsumexp(heights) + np.log(volume))

    return pair


def _entropy(Sigma: Array) -> float:
    return float(stats.multivariate_normal(None, Sigma).entropy())


def bhattacharyya(mu: Array, Sigma: Array) -> Estimate:
    """By overlaps."""
    return _cases(lambda m, S: _over_pairs(m, S, _power_mass((0.5, 0.5))), mu, Sigma)


def _likelihood(mu: Array, Sigma: Array) -> float:
    return _over_pairs(mu, Sigma, _power_mass((1, 1))) - float(np.mean([_entropy(S) for S in Sigma]))


def likelihood(mu: Array, Sigma: Array) -> Estimate:
    """By masses of products."""
    return _cases(_likelihood, mu, Sigma)


def _divergence(mu: Array, Sigma: Array) -> float:
    """E of log q_0 - log q_1 at the points mu +- sqrt(k) L e_i."""
    reach = np.sqrt(mu.shape[1]) * np.linalg.cholesky(Sigma[0]).T
    z = np.concatenate([mu[0] + reach, mu[0] - reach])
    return float((_log_density(z, mu[0], Sigma[0]) - _log_density(z, mu[1], Sigma[1])).mean())


def kl(mu: Array, Sigma: Array) -> Estimate:
    """By divergences."""
    return _cases(lambda m, S: _over_pairs(m, S, lambda *pair: -_divergence(*pair)), mu, Sigma)


def _moments(mu: Array, Sigma: Array, share: Array) -> tuple[Array, Array]:
    """Of points that stand for each posterior, so weighted."""
    k = mu.shape[1]
    reach = np.sqrt(k) * np.linalg.cholesky(Sigma).swapaxes(1, 2)
    z = np.concatenate([mu[:, None] + reach, mu[:, None] - reach], 1)
    weight = np.repeat(share / share.sum(), 2 * k)
    return weight @ z.reshape(-1, k) / (2 * k), np.atleast_2d(np.cov(z.reshape(-1, k).T, aweights=weight, bias=True))


def gaussian(mu: Array, Sigma: Array) -> Estimate:
    """The entropy of the Gaussian of equal moments less the mean entropy."""

    def one(m: Array, S: Array) -> float:
        return _entropy(_moments(m, S, np.ones(len(m)))[1]) - float(np.mean([_entropy(each) for each in S]))

    return _cases(one, mu, Sigma)


def _less_square(mu: Array, Sigma: Array, spread: Array) -> float:
    """mean_n KL(q_n || r) - log int q^2 / r, of r with the mean of q and a given covariance, on a grid."""
    z, volume = _grid(np.concatenate([mu, mu]), np.concatenate([Sigma, 4 * Sigma]))
    heights = np.stack([_log_density(z, m, S) for m, S in zip(mu, Sigma, strict=True)])
    log_q = special.logsumexp(heights, axis=0) - np.log(len(mu))
    log_r = _log_density(z, mu.mean(0), spread)
    mean = float((np.exp(heights) * (heights - log_r)).sum() * volume / len(mu))
    return mean - float(special.logsumexp(2 * log_q - log_r) + np.log(volume))


def gaussian_lower(mu: Array, Sigma: Array) -> Estimate:
    """By the Gaussian of equal moments."""
    return _cases(lambda m, S: _less_square(m, S, _moments(m, S, np.ones(len(m)))[1]), mu, Sigma)


def gaussian_lower_diagonal(mu: Array, Sigma: Array) -> Estimate:
    """By the Gaussian of independent dimensions with the same means and variances."""

    def one(m: Array, S: Array) -> float:
        spread = _moments(m, S, np.ones(len(m)))[1]
        return _less_square(m, S, np.diag(np.diag(spread)))

    return _cases(one, mu, Sigma)


def group_entropy_upper(mu: Array, Sigma: Array, member: Array) -> Estimate:
    """2 log 2 / N times the overlaps of pairs in different groups, each pair once."""

    def one(m: Array, S: Array, member: Array) -> float:
        group = member.argmax(1)
        pairs = [[a, b] for a in range(len(m)) for b in range(a) if group[a] != group[b]]
        overlap = sum(np.exp(_power_mass((0.5, 0.5))(m[pair], S[pair])) for pair in pairs)
        return float(2 * np.log(2) / len(m) * overlap)

    return _cases(one, mu, Sigma, member)


def _log_shares(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Array:
    rows = [
        [
            w - _divergence(np.stack([m, c]), np.stack([S, T]))
            for w, c, T in zip(log_weights, centre, spread, strict=True)
        ]
        for m, S in zip(mu, Sigma, strict=True)
    ]
    return np.array(rows)


def mixture_upper(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Estimate:
    """-mean_n log sum_k w_k exp(-KL(q_n || s_k))."""
    fit = log_weights, centre, spread
    return _cases(lambda *case: -float(special.logsumexp(_log_shares(*case), axis=1).mean()), mu, Sigma, *fit)


def _responsibilities(*case: Array) -> Array:
    return np.asarray(special.softmax(_log_shares(*case), axis=1))


def refitted_log_weights(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Estimate:
    """Mean responsibilities."""
    return _cases(lambda *case: np.log(_responsibilities(*case).mean(0)), mu, Sigma, log_weights, centre, spread)


def _refitted(part: int) -> Callable[..., Any]:
    def one(mu: Array, Sigma: Array, *fit: Array) -> Any:
        return [_moments(mu, Sigma, share)[part] for share in _responsibilities(mu, Sigma, *fit).T]

    return one


def refitted_centre(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Estimate:
    """Weighted means."""
    return _cases(_refitted(0), mu, Sigma, log_weights, centre, spread)


def refitted_spread(mu: Array, Sigma: Array, log_weights: Array, centre: Array, spread: Array) -> Estimate:
    """Weighted covariances of points."""
    return _cases(_refitted(1), mu, Sigma, log_weights, centre, spread)


# --- at a point -------------------------------------------------------------------------------------------------------


def largest_log_ratio(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """max_n log q_n(z) / q(z)."""

    def one(z: Array, mu: Array, Sigma: Array) -> float:
        heights = np.array([_log_density(z[None], m, S)[0] for m, S in zip(mu, Sigma, strict=True)])
        return float(np.log(len(mu)) + special.log_softmax(heights).max())

    return _cases(one, z, mu, Sigma)


def log_dependence(z: Array, mu: Array, Sigma: Array) -> Estimate:
    """log q(z) / prod_j q_j(z_j)."""

    def one(z: Array, mu: Array, Sigma: Array) -> float:
        whole = [_log_density(z[None], m, S)[0] for m, S in zip(mu, Sigma, strict=True)]
        each = stats.norm.logpdf(z, mu, np.sqrt(Sigma.diagonal(0, -2, -1)))
        d, N = len(z), len(mu)
        return float(special.logsumexp(whole) - special.logsumexp(each, axis=0).sum() + (d - 1) * np.log(N))

    return _cases(one, z, mu, Sigma)


def _information(mu: Array, Sigma: Array) -> float:
    """E under each posterior of its log-density less the mixture's, on a grid."""
    z, volume = _grid(mu, Sigma)
    heights = np.stack([_log_density(z, m, S) for m, S in zip(mu, Sigma, strict=True)])
    whole = special.logsumexp(heights, axis=0) - np.log(len(mu))
    return float((np.exp(heights) * (heights - whole)).sum() * volume / len(mu))


def information_less_volume(mu: Array, Sigma: Array) -> Estimate:
    """I(z; n) less k (1 - log 2) / 2."""
    return _cases(lambda m, S: _information(m, S) - m.shape[1] * (1 - np.log(2)) / 2, mu, Sigma)
