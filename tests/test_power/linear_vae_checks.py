"""The linear beta-VAE beside its claims: which spectra have no best noise, what a fit returns, and what is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from theory import linear_gaussian, linear_vae, linear_vae_noise
from theory.linear_vae_fit import fit

C = np.array([[3.0, 1.0, 0.0], [1.0, 2.0, 0.5], [0.0, 0.5, 1.0]])
SKEW = np.array([[0.0, 0.0, 1e-4], [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
EMPTY = np.zeros(0)


def _outside(name: str, value: str, interval: str) -> str:
    return f"{name} = {value} is outside {interval}, where the formula holds."


def _none(beta: str, rank: int, D: int, where: str = "beta") -> str:
    return (
        f"{where} = {beta} gives no best noise: nothing is discarded and beta times {rank} eigenvalues is at most "
        f"D = {D}; keep fewer dimensions, raise beta or fix the noise."
    )


TOLD: tuple[tuple[Callable[..., Any], tuple[Any, ...], str], ...] = (
    (linear_vae.optimum, ([1.0, 0.5], [2.0, 0.25], 1.0, 1.0),
     "kept holds 0.5, less than the largest discarded eigenvalue 2; keep the largest ones."),
    (linear_vae.optimum, ([[3.0], [1.5]], [2.0], 1.0, 1.0),
     "kept[1] holds 1.5, less than the largest discarded eigenvalue 2; keep the largest ones."),
    (linear_vae.optimum, ([1.0], [-2.0], 1.0, 1.0), _outside("discarded[0]", "-2", "[0, inf)")),
    (linear_vae.optimum, ([-0.5], EMPTY, 1.0, 1.0), _outside("kept[0]", "-0.5", "[0, inf)")),
    (linear_vae.rate, ([1.0, -1.0], 1.0, 1.0), _outside("kept[1]", "-1", "[0, inf)")),
    (linear_vae_noise.best_noise, ([2.0, 1.0, 1.5], [0.5], 1.0),
     "kept is not in descending order; pass -np.sort(-kept)."),
    (linear_vae_noise.best_noise, ([[2.0, 1.0], [1.0, 2.0]], [0.5], 1.0),
     "kept[1] is not in descending order; pass -np.sort(-kept)."),
    (linear_vae_noise.best_noise, ([1.0, 2.0], [3.0], 1.0),
     "kept holds 1, less than the largest discarded eigenvalue 3; keep the largest ones."),
    (linear_vae_noise.best_noise, ([2.0, 1.0], EMPTY, [2.0, 0.5]), _none("0.5", 2, 2, "beta[1]")),
    (linear_vae_noise.best_noise, ([2.0, 1.0, 0.0], [0.0], 2.0), _none("2", 2, 4)),
    (linear_vae.log_normalizer, ([[1.0]], [[1.0]], [[3.0]], -0.5),
     "beta = -0.5 is outside the domain of Sigma: beta I + (1 - beta) Sigma^-1 is not positive definite (times Sigma"
     " its smallest eigenvalue is -5.0e-01), so the integral diverges."),
    (fit, (C, 3, 1.0), _none("1", 3, 3)),
    (fit, (C, 4, 1.0, 0.4), "k = 4 latent dimensions for D = 3 of data; pass 1 <= k <= D."),
    (fit, (C, 0, 1.0, 0.4), "k = 0 latent dimensions for D = 3 of data; pass 1 <= k <= D."),
    (fit, (C[:2], 1, 1.0, 0.4), "Sigma_x has shape (2, 3); it must end in the axes (D, D)."),
    (fit, (C[0], 1, 1.0, 0.4), "Sigma_x has shape (3,); it must end in the axes (D, D)."),
    (fit, (1.0, 1, 1.0, 0.4), "Sigma_x has shape (); it must end in the axes (D, D)."),
    (fit, (np.array([C, C + SKEW]), 1, 1.0, 0.4), "Sigma_x[1] is not symmetric (entries differ by 1.0e-04)."),
    (fit, (np.array([C, np.diag([1.0, 0.5, -0.5])]), 1, 1.0, 0.4),
     "Sigma_x[1] is not positive semidefinite (smallest eigenvalue -5.0e-01); pass a covariance."),
    (fit, (np.array([np.zeros((3, 3)), C + SKEW]), 1, 1.0, 0.4),
     "Sigma_x[1] is not symmetric (entries differ by 1.0e-04)."),
    (fit, (np.array([np.zeros((2, 2)), np.diag([1.0, -0.5])]), 1, 1.0, 0.4),
     "Sigma_x[1] is not positive semidefinite (smallest eigenvalue -5.0e-01); pass a covariance."),
    (fit, (np.diag([1.0, -1e-12]), 1, 1.0, 0.4),
     "Sigma_x is not positive semidefinite (smallest eigenvalue -1.0e-12); pass a covariance."),
    (fit, (np.array([C, np.full((3, 3), np.nan)]), 1, 1.0, 0.4),
     "Sigma_x holds what is no finite number; pass the covariance of complete data."),
)  # fmt: skip


def _says(call: Callable[..., Any], arguments: tuple[Any, ...], sentence: str) -> bool:
    try:
        call(*arguments)
    except ValueError as error:
        return str(error) == sentence
    return False


def linear_vae_tells() -> bool:
    return all(_says(*case) for case in TOLD)


def what_is_equal_is_in_order() -> bool:
    """Equal eigenvalues, kept or discarded, are no mistake, nor is one of 0."""
    linear_vae.optimum([2.0, 2.0], [2.0], 1.0, 1.0)
    linear_vae.optimum([2.0, 0.0], [0.0], 1.0, 1.0)
    linear_vae.optimum([], [2.0], 1.0, 1.0)
    return float(linear_vae_noise.best_noise([2.0, 2.0], [1.0], 1.0)) == 1.0


def singular_data_have_a_best_noise_for_large_beta() -> bool:
    """Two of four eigenvalues: one active at 2.5, none at 3, without a best noise at 2."""
    one, none = (linear_vae_noise.best_noise([2.0, 1.0, 0.0], [0.0], beta) for beta in (2.5, 3.0))
    full = linear_vae_noise.best_noise([2.0, 1.0], [], 1.5)
    return abs(one - 1 / 1.5) < 1e-15 and abs(none - 3 / 4) < 1e-15 and abs(full - 3 / 2) < 1e-15


def a_fit_returns_what_it_says() -> bool:
    """At noise given and learned: each field by the closed form for any parameters, or by the eigenvalues."""
    lam = np.linalg.eigvalsh(C)[::-1]
    good = []
    for noise in (0.4, None):
        found = fit(C, 2, np.array([0.3, 2.0]), noise)
        level = np.broadcast_to(found.noise, (2,))
        split = {"kept": lam[:2], "discarded": lam[2:]}
        known = linear_vae.thresholds(lam[:2], 0.4) if noise else linear_vae_noise.thresholds(**split)
        told = {
            "thresholds": known,
            "kept": lam[:2],
            "discarded": lam[2:],
            "objective": linear_vae.objective(found.A, found.Sigma, C, found.W, level, found.beta),
            "rate": linear_gaussian.i_enc(found.A, found.Sigma, C),
            "distortion": linear_gaussian.nell(found.A, found.Sigma, C, found.W, level),
            "log_likelihood": linear_vae.log_likelihood(C, found.W, level),
            "active": np.linalg.matrix_rank(found.W),
        }
        good += [np.allclose(getattr(found, name), value, rtol=0, atol=1e-12) for name, value in told.items()]
    return all(good)


def a_fit_forgives_rounding() -> bool:
    """Eigenvalues as far below 0 as rounding goes are 0; asymmetry as of float32 products is none."""
    nearly = fit(np.diag([1.0, -2e-16]), 2, 1.0, 0.25)
    tilted = C + 0.2 * SKEW
    return nearly.kept.tolist() == [1.0, 0.0] and fit(tilted, 1, 1.0, 0.25).kept.shape == (1,)


def rounding_is_no_eigenvalue() -> bool:
    """Rank one, of any size: what rounding leaves of the others is cut off, to its very border, and nothing more."""
    v = np.array([1.0, 2.0, 3.0]) / 7
    large = fit(1e6 * np.outer(v, v), 3, 1.0, 0.1).kept
    small = fit(1e-6 * C, 2, 1.0, 1e-7).kept
    border = fit(np.diag([1.0, 2 * np.finfo(float).eps]), 2, 1.0, 0.1).kept
    same = np.allclose(small, 1e-6 * np.linalg.eigvalsh(C)[:0:-1], rtol=1e-9, atol=0)
    return bool((large[1:] == 0).all() and same and border.tolist() == [1.0, 0.0])


def at_a_threshold_a_dimension_has_collapsed() -> bool:
    """Exact in floats: equal eigenvalues, whose threshold is 1 when the noise is learned."""
    return float(linear_vae_noise.active([2.0], [2.0], 1.0)) == 0.0 == float(linear_vae.active([2.0], 1.0, 2.0))


LINEAR_VAE_CHECKS: tuple[Callable[[], bool], ...] = (
    linear_vae_tells, what_is_equal_is_in_order, singular_data_have_a_best_noise_for_large_beta,
    a_fit_returns_what_it_says, a_fit_forgives_rounding, rounding_is_no_eigenvalue,
    at_a_threshold_a_dimension_has_collapsed,
)  # fmt: skip
