"""The best linear-Gaussian beta-VAE of a covariance: parameters and all that is known of them, in float64."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory import linear_vae, linear_vae_noise
from theory.arrays import Array, as_float
from theory.validation import ASYMMETRY, at


@dataclass(frozen=True)
class LinearVAE:
    """An optimum: decoder N(W z + b, noise I), encoder N(A (x - b), Sigma), b the data's mean, and its terms in nats.

    ``thresholds`` (..., k) are the betas at which the dimensions collapse, ``active`` how many have not. At the optimum
    ``rate`` is both the average KL and I(x; z), and the aggregated posterior is the prior, for Gaussian data.
    """

    beta: Array
    W: Array
    A: Array
    Sigma: Array
    noise: Array
    kept: Array
    discarded: Array
    thresholds: Array
    active: Array
    objective: Array
    rate: Array
    distortion: Array
    log_likelihood: Array


def _covariance(Sigma_x: Any) -> tuple[Array, Array]:
    """Eigenvalues in descending order, rounding errors cut off at 0, and eigenvectors."""
    C = as_float(Sigma_x)
    if C.ndim < 2 or C.shape[-1] != C.shape[-2]:
        raise ValueError(f"Sigma_x has shape {C.shape}; it must end in the axes (D, D).")
    if not np.isfinite(C).all():
        raise ValueError("Sigma_x holds what is no finite number; pass the covariance of complete data.")
    size, gap = abs(C).max((-2, -1)), abs(C - C.mT).max((-2, -1))
    skew = gap > ASYMMETRY * size
    if skew.any():
        index = tuple(np.argwhere(skew)[0])
        raise ValueError(f"{at('Sigma_x', index)} is not symmetric (entries differ by {gap[index]:.1e}).")
    lam, U = np.linalg.eigh((C + C.mT) / 2)
    slack = lam.shape[-1] * np.finfo(float).eps * size
    negative = lam[..., 0] < -slack
    if negative.any():
        index = tuple(np.argwhere(negative)[0])
        raise ValueError(
            f"{at('Sigma_x', index)} is not positive semidefinite (smallest eigenvalue {lam[index][0]:.1e}); pass a "
            "covariance."
        )
    return np.where(lam > slack[..., None], lam, 0)[..., ::-1], U[..., ::-1]


def fit(Sigma_x: Any, k: int, beta: Any, noise: Any = None) -> LinearVAE:
    r"""The best linear beta-VAE of k latent dimensions for data of covariance Sigma_x; without ``noise`` it is learned.

    .. math:: \arg\max_{W,b,A,\Sigma[,\sigma^2]}\ \mathbb{E}\log p(x|z) - \beta\,\mathbb{E}\,\mathrm{KL}(q(z|x)\|p(z))

    Sigma_x may be singular. The decoder's columns are orthogonal, so that Sigma is diagonal and the same as the best
    one among all covariances. Shapes: Sigma_x (..., D, D), beta (...), noise (...), which broadcast. ValueError: beta
    <= 0, noise <= 0, a Sigma_x that is no covariance, k above D or below 1, no best noise. Source: `linear_vae`.

    >>> found = fit([[4.0, 0.0], [0.0, 1.0]], 1, 1.0)
    >>> float(found.noise), found.W.round(12).tolist(), float(found.active)
    (1.0, [[1.732050807569], [0.0]], 1.0)
    """
    lam, U = _covariance(Sigma_x)
    D = lam.shape[-1]
    if not 1 <= k <= D:
        raise ValueError(f"k = {k} latent dimensions for D = {D} of data; pass 1 <= k <= D.")
    kept, discarded, U = lam[..., :k], lam[..., k:], U[..., :k]
    beta = np.asarray(beta, float)
    if noise is None:
        thresholds = linear_vae_noise.thresholds(kept, discarded)
        noise = linear_vae_noise.best_noise(kept, discarded, beta)
    else:
        noise = np.asarray(noise, float)
        thresholds = linear_vae.thresholds(kept, noise)
    W = linear_vae.decoder(U, kept, noise, beta)
    return LinearVAE(
        beta,
        W,
        linear_vae.encoder_gain(W, noise, beta),
        linear_vae.encoder_covariance(W, noise, beta),
        noise,
        kept,
        discarded,
        thresholds,
        linear_vae.active(kept, noise, beta),
        linear_vae.optimum(kept, discarded, noise, beta),
        linear_vae.rate(kept, noise, beta),
        linear_vae.distortion(kept, discarded, noise, beta),
        linear_vae.log_likelihood_at_optimum(kept, discarded, noise, beta),
    )
