"""N Gaussian posteriors of a data set, in whichever form a user holds them; float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory.arrays import as_float, cholesky, log, log_two_pi, matvec, squared_norm, whiten
from theory.validation import at, check_covariance, check_numbers

Array = np.ndarray[Any, Any]

BRIEF = 2**28  # numbers: some seconds
FORMS = ("logvar", "std", "cov", "scale_tril")


@dataclass(frozen=True)
class Posteriors:
    """mu (N, d) with standard deviations sigma (N, d), or with Cholesky factors scale_tril (N, d, d) where full.

    >>> two = Posteriors.of([[0.0], [2.0]], std=[[1.0], [0.5]])
    >>> two.N, two.d, two.entropy.round(6).tolist()
    (2, 1, [1.418939, 0.725791])
    """

    mu: Array
    sigma: Array
    scale_tril: Array | None = None

    @classmethod
    def of(cls, mu: Any, **spread: Any) -> Posteriors:
        """From arrays or tensors: mu (N, d) and one of logvar (N, d), std (N, d), cov (N, d, d), scale_tril (N, d, d).

        ValueError: no posteriors, shapes that do not fit, a number that is not finite, a spread that is not positive.
        """
        given = {name: value for name, value in spread.items() if value is not None}
        if len(given) != 1 or not given.keys() <= set(FORMS):
            raise ValueError(f"pass the spread of the posteriors once, as one of {', '.join(FORMS)}.")
        ((form, value),) = given.items()
        centre, width = as_float(mu), as_float(value)
        if centre.ndim != 2 or 0 in centre.shape:
            raise ValueError(f"mu has shape {centre.shape}; it must be (N, d) with at least one posterior.")
        shape = centre.shape if form in ("logvar", "std") else (*centre.shape, centre.shape[1])
        if width.shape != shape:
            raise ValueError(f"{form} has shape {width.shape}; with mu of shape {centre.shape} it must be {shape}.")
        check_numbers("mu", centre)
        check_numbers(form, width)
        return cls(centre, *_READ[form](width))

    @property
    def N(self) -> int:
        """How many posteriors."""
        return len(self.mu)

    @property
    def d(self) -> int:
        """The latent dimension."""
        return self.mu.shape[1]

    @property
    def pairs_are_brief(self) -> bool:
        """Whether a sum over all pairs, of N^2 d numbers or N^2 d^2 where full, takes no more than seconds."""
        return self.N * (self.sigma if self.scale_tril is None else self.scale_tril).size <= BRIEF

    @property
    def log_volume(self) -> Array:
        """log |Sigma_n| / 2, shape (N,)."""
        return log(self.sigma if self.scale_tril is None else self.scale_tril.diagonal(0, 1, 2)).sum(1)

    @property
    def entropy(self) -> Array:
        r"""h(q_n) = \tfrac12 d \log 2\pi e + \tfrac12\log|\Sigma_n|, shape (N,), in nats."""
        return self.d * (1 + log_two_pi(self.mu)) / 2 + self.log_volume

    @property
    def kl_to_prior(self) -> Array:
        """KL(q_n || N(0, I)), shape (N,), in nats."""
        return (squared_norm(self.sigma) + squared_norm(self.mu) - self.d) / 2 - self.log_volume

    @property
    def total_correlation(self) -> Array:
        """TC(q_n), shape (N,), in nats: zero where the covariance is diagonal."""
        return log(self.sigma).sum(1) - self.log_volume

    def sample(self, rng: np.random.Generator, n: Array) -> Array:
        """One draw from each posterior that n (S,) names, shape (S, d)."""
        noise = rng.standard_normal((len(n), self.d))
        if self.scale_tril is None:
            return self.mu[n] + self.sigma[n] * noise
        return self.mu[n] + matvec(self.scale_tril[n], noise)

    def placed(self, z: Array, n: Array) -> Array:
        r"""z (S, d) and behind it |L_n^{-1}(z - mu_n)|^2, the distance from the own posterior; shape (S, d + 1)."""
        offset = z - self.mu[n]
        own = offset / self.sigma[n] if self.scale_tril is None else whiten(self.scale_tril[n], offset)
        return np.column_stack([z, squared_norm(own)])


def _from_logvar(logvar: Array) -> tuple[Array]:
    with np.errstate(over="ignore", under="ignore"):
        std = np.exp(logvar / 2)
    bad = ~np.isfinite(std) | (std == 0)
    if bad.any():
        index = np.argwhere(bad)[0]
        raise ValueError(f"{at('logvar', index)} = {logvar[tuple(index)]:.6g} has no standard deviation in float64.")
    return (std,)


def _from_std(std: Array) -> tuple[Array]:
    bad = ~(std > 0)
    if bad.any():
        index = np.argwhere(bad)[0]
        raise ValueError(f"{at('std', index)} = {std[tuple(index)]:.6g} is not positive; pass standard deviations.")
    return (std,)


def _from_cov(cov: Array) -> tuple[Array, Array]:
    check_covariance("cov", cov)
    return np.sqrt(cov.diagonal(0, 1, 2)), cholesky(cov)


def _from_scale_tril(L: Array) -> tuple[Array, Array]:
    bad = ~(L.diagonal(0, 1, 2) > 0).all(1) | (np.triu(L, 1) != 0).any((1, 2))
    if bad.any():
        place = at("scale_tril", np.argwhere(bad)[0])
        raise ValueError(f"{place} is not lower triangular with a positive diagonal; pass Cholesky factors.")
    return np.sqrt(squared_norm(L)), L


_READ: dict[str, Any] = {
    "logvar": _from_logvar, "std": _from_std, "cov": _from_cov, "scale_tril": _from_scale_tril,
}  # fmt: skip
