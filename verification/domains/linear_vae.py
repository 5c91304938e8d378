"""The linear-Gaussian beta-VAE: any parameters, and the eigenvalues of the data on either side of each collapse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from verification.balls import as_balls, working_precision
from verification.domain import Array, Case, Domain
from verification.domains.gaussians import covariances

_S2, _X2 = [[0.9, 0.3], [0.3, 0.4]], [[2.0, 0.5], [0.5, 1.0]]
_X3 = [[2.0, 0.5, 0.0], [0.5, 1.0, 0.25], [0.0, 0.25, 0.75]]
CLEAR = 0.1  # relative: how far a draw keeps away from a threshold, where the count of active dimensions jumps


def model(A: Any, Sigma: Any, Sigma_x: Any, W: Any, noise: float, beta: float) -> Case:
    return {"A": A, "Sigma": Sigma, "Sigma_x": Sigma_x, "W": W, "noise": noise, "beta": beta}


def _models(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k, D in ((1, 2), (2, 3)):
        yield {
            "A": rng.normal(size=(n, k, D)), "Sigma": covariances(rng, (n,), k, 0.7),
            "Sigma_x": covariances(rng, (n,), D, 0.7), "W": rng.normal(size=(n, D, k)),
            "noise": np.exp(rng.uniform(-1.5, 1.0, n)), "beta": np.exp(rng.uniform(-1.5, 1.5, n)),
        }  # fmt: skip


MODELS = Domain(
    "linear-Gaussian beta-VAE, any parameters",
    (
        model([[1.2, -0.4]], [[0.6]], _X2, [[0.9], [0.2]], 0.5, 0.25),
        model([[0.5, 0.2], [-0.3, 0.8]], _S2, _X2, [[0.8, 0.2], [-0.3, 0.5]], 0.7, 2.0),
        model([[0.5, 0.2, 0.1], [-0.3, 0.8, 0.4]], _S2, _X3, [[0.8, 0.2], [-0.3, 0.5], [0.4, -0.6]], 0.75, 4.0),
    ),
    _models,
)


def _tilted(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for args in _models(rng, n):
        yield {**args, "beta": rng.uniform(0.05, 0.95, n)}


TILTED = Domain(
    "linear-Gaussian VAE, 0 < beta < 1",
    tuple({**case, "beta": beta} for case, beta in zip(MODELS.witnesses, (0.25, 0.5, 0.75), strict=True)),
    _tilted,
)


# --- eigenvalues ------------------------------------------------------------------------------------------------------


def spectrum(kept: Any, discarded: Any, noise: float, beta: float) -> Case:
    return {"kept": kept, "discarded": discarded, "noise": noise, "beta": beta}


def _sorted(rng: np.random.Generator, n: int, D: int) -> Array:
    return -np.sort(-np.exp(rng.uniform(-1.5, 1.5, (n, D))))


def _spectra(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k, D in ((1, 2), (2, 4)):
        lam = _sorted(rng, n, D)
        yield {
            "kept": lam[:, :k], "discarded": lam[:, k:],
            "noise": np.exp(rng.uniform(-1.0, 0.5, n)), "beta": np.exp(rng.uniform(-1.0, 1.0, n)),
        }  # fmt: skip


def clear(kept: Array, discarded: Array, noise: Array, beta: Array) -> Array:
    """No kept eigenvalue at its threshold, and none as large as another."""
    level = np.asarray(beta * noise, float)[:, None]
    lam = np.concatenate([kept, discarded], -1).astype(float)
    apart = (np.abs(np.diff(lam)) > CLEAR * lam[:, 1:]).all(-1)
    return np.asarray((np.abs(kept.astype(float) - level) > CLEAR * level).all(-1) & apart)


GIVEN_NOISE = Domain(
    "eigenvalues of the data, noise given: all, some or no dimensions active",
    (
        spectrum([4.0], [1.0], 0.5, 4.0),
        spectrum([1.5], [0.5], 1.0, 4.0),
        spectrum([4.0, 0.5], [0.25], 0.5, 2.0),
        spectrum([3.0, 2.0], [1.0], 1.0, 0.5),
    ),
    _spectra,
    requires=clear,
)


def _all_kept(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for args in _spectra(rng, n):
        yield {**args, "kept": np.concatenate([args["kept"], args["discarded"]], -1), "discarded": np.zeros((n, 0))}


ALL_KEPT = Domain(
    "eigenvalues of the data, noise given, as many latents as data dimensions",
    (
        spectrum([4.0, 1.0], [], 0.5, 4.0),
        spectrum([4.0, 2.0], [], 0.5, 1.0),
        spectrum([4.0, 2.0, 0.5], [], 0.5, 3.0),
    ),
    _all_kept,
    requires=clear,
)


BETA_ONE = Domain(
    "eigenvalues of the data, noise given, beta = 1",
    tuple({**case, "beta": 1.0} for case in GIVEN_NOISE.witnesses[1:]),
)


def _small_noise(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for D in (2, 3):
        lam, beta = _sorted(rng, n, D), rng.uniform(0.2, 0.95, n)
        yield {"kept": lam, "discarded": np.zeros((n, 0)), "beta": beta, "noise": 0.9 * lam[:, -1] / beta}


SMALL_NOISE = Domain(
    "as many latents as data dimensions, all of them active, beta < 1",
    (
        spectrum([4.0, 1.0], [], 0.5, 0.25),
        spectrum([4.0, 1.0], [], 1.0, 0.75),
        spectrum([2.0, 1.0, 0.5], [], 0.25, 0.5),
    ),
    _small_noise,
)


def _free_noise(rng: np.random.Generator, n: int) -> Iterator[dict[str, Array]]:
    for k, D in ((1, 2), (2, 4)):
        lam = _sorted(rng, n, D)
        yield {"kept": lam[:, :k], "discarded": lam[:, k:], "beta": np.exp(rng.uniform(-1.5, 1.2, n))}


def _levels(kept: Array, discarded: Array) -> Array:
    """The betas at which the j largest eigenvalues, alone active, meet beta times their noise."""
    lam = np.concatenate([kept, discarded], -1).astype(float)
    D, j = lam.shape[-1], np.arange(1, kept.shape[-1] + 1)
    left = lam.sum(-1)[:, None] - lam.cumsum(-1)[:, : len(j)]
    return np.asarray(D * kept.astype(float) / (j * kept.astype(float) + left))


def clear_of_all(kept: Array, discarded: Array, beta: Array) -> Array:
    """No dimension at its threshold, and no eigenvalue as large as another."""
    lam = np.concatenate([kept, discarded], -1).astype(float)
    apart = (np.abs(np.diff(lam)) > CLEAR * lam[:, 1:]).all(-1)
    off = np.abs(_levels(kept, discarded) / np.asarray(beta, float)[:, None] - 1) > CLEAR
    return np.asarray(off.all(-1) & apart)


FREE_NOISE = Domain(
    "eigenvalues of the data, noise learned: all, some or no dimensions active",
    (
        {"kept": [4.0], "discarded": [1.0], "beta": 0.75},
        {"kept": [4.0], "discarded": [1.0, 0.5], "beta": 2.5},
        {"kept": [4.0, 1.0], "discarded": [0.25], "beta": 0.75},
        {"kept": [8.0, 1.0], "discarded": [0.5], "beta": 1.75},
    ),
    _free_noise,
    requires=clear_of_all,
)
# --- trained, on both sides of each threshold -------------------------------------------------------------------------

_FALLING = {"kept": [4.0, 2.0], "discarded": [1.0, 0.5]}
TRAINED_GIVEN = Domain(
    "four eigenvalues, noise 1/2: dimensions collapse at beta = 4 and 8",
    tuple({**_FALLING, "noise": 0.5, "beta": beta} for beta in (0.5, 3.75, 4.25, 7.5, 8.5, 16.0)),
)
TRAINED_FREE = Domain(
    "four eigenvalues, noise learned: dimensions collapse at beta = 16/11 and 32/15",
    tuple({**_FALLING, "beta": beta} for beta in (0.5, 1.375, 1.5, 2.0, 2.25, 4.0)),
)
EQUAL_EIGENVALUES = Domain(
    "equal eigenvalues",
    ({"kept": [2.0], "discarded": [2.0]}, {"kept": [0.5, 0.5], "discarded": [0.5]}),
)


# --- eigenvectors -----------------------------------------------------------------------------------------------------

_HADAMARD = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2


def _along(Q: Array, lam: Any, k: int, noise: float, beta: float) -> Case:
    """Dyadic where Q and the eigenvalues are: then U holds eigenvectors of Sigma_x exactly."""
    lam = np.asarray(lam)
    return {"U": Q[:, :k], "kept": lam[:k], "discarded": lam[k:], "Sigma_x": (Q * lam) @ Q.T, "noise": noise,
            "beta": beta}  # fmt: skip


EIGENVECTORS = Domain(
    "the data's eigenvectors and eigenvalues: all, some or no dimensions active",
    (
        _along(np.array([[0.0, 1.0], [1.0, 0.0]]), [2.0, 0.5], 1, 0.25, 3.0),
        _along(np.array([[0.0, 1.0], [1.0, 0.0]]), [1.0, 0.5], 1, 0.5, 4.0),
        _along(_HADAMARD, [4.0, 2.0, 1.0, 0.25], 2, 2.0, 0.5),
        _along(_HADAMARD, [4.0, 2.0, 1.0, 0.25], 2, 1.0, 3.0),
    ),
)


def _turned(case: Case, R: Any) -> Case:
    """In balls: no float says what is orthogonal."""
    with working_precision(300):
        return {**case, "R": as_balls(np.asarray(R, float)) / as_balls(5.0)}


# The second turns what has collapsed into what has not.
TURNED = Domain(
    "the data's eigenvectors and a rotation or reflection of the latents, two of them active or one",
    (
        _turned(EIGENVECTORS.witnesses[2], [[4, -3], [3, 4]]),
        _turned(EIGENVECTORS.witnesses[3], [[3, 4], [4, -3]]),
    ),
)
