"""What the uniqueness experiment should give for pPCA, in closed form: the law of angles, their cost, their decay."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize

from theory import rotations
from verification.vae.unique import NOISE, NORMS, RATES, turn

Array = np.ndarray[Any, Any]

FARTHEST = float(np.rad2deg(np.arctan(4 / 3) / 2))  # of an angle with W as printed, in degrees: columns on one line


def law(size: Array) -> Array:
    r"""The chance of an angle of at most so many degrees for W as printed, whose columns point anywhere.

    .. math:: P(|\theta| \le t) = \tfrac2\pi \arcsin(\tfrac34 \tan 2t)

    >>> law(np.array([0.0, FARTHEST])).round(6)
    array([0., 1.])
    """
    inside = np.deg2rad(np.minimum(size, FARTHEST))
    return 2 / np.pi * np.arcsin(np.minimum(3 / 4 * np.tan(2 * inside), 1))


def cost(degrees: Array) -> Array:
    """Nats that mean-field latents lose at an angle from the axes, the best model turned and left as it is, columns
    of W orthogonal.

    >>> cost(np.array([0.0, 45.0])).round(3)
    array([0.   , 0.223])
    """
    variances = 1 / (1 + NORMS**2 / NOISE**2)
    angle = np.deg2rad(np.asarray(degrees, float))
    return np.asarray(rotations.planar_gap(angle, np.tile(variances, (*angle.shape, 1)), np.ones(angle.shape)))


def least_cost(degrees: Array) -> Array:
    """Nats that mean-field latents lose at an angle at least, whatever the decoder: columns of W orthogonal.

    A decoder A = W R(angle) S with a symmetric S has latents at that angle; deforming by S costs likelihood and saves
    more than that of the posterior's loss.

    >>> least_cost(np.array([0.0, 45.0])).round(3)
    array([0.   , 0.118])
    """
    found, best = [], np.array([0.0, 0.0, 0.1])
    for angle in np.deg2rad(np.atleast_1d(degrees)):
        turned = np.diag(NORMS) @ turn(np.array(angle))

        def lost(s: Array, turned: Array = turned) -> float:
            S = np.array([[np.exp(s[0]), s[2]], [s[2], np.exp(s[1])]])
            return float(slow_loss((turned @ S)[None], True)[0])

        ended = minimize(lost, best, tol=1e-10)
        found.append(ended.fun)
        best = ended.x
    return np.maximum(np.array(found) - slow_loss(np.diag(NORMS)[None], True), 0.0)


def farthest_at(nats: Array) -> Array:
    """The greatest angle in degrees of a mean-field model so many nats below the best, columns of W orthogonal.

    >>> farthest_at(np.array([0.0, 1.0])).round(6)
    array([ 0., 45.])
    """
    t = np.array([0, 0.5, 1, 1.5, 2, 3, 4, 6, 8, 11, 14, 18, 22, 26, 30, 34, 38, 41, 43, 45])
    return np.interp(np.asarray(nats, float), least_cost(t), t)


def slow_loss(A: Array, mean_field: bool) -> Array:
    """The negative ELBO of decoders A (n, 2, 2) with the best encoder but for a constant, W = diag(2, 1), little noise:

    half of tr((A'A)^-1 with W W' between), the means' size, and of log det A'A, or of its diagonal where q factorises.
    """
    back = np.linalg.inv(A) * NORMS
    gram = A.mT @ A
    logs = np.log(gram.diagonal(0, 1, 2)).sum(1) if mean_field else np.linalg.slogdet(gram)[1]
    return 0.5 * ((back**2).sum((1, 2)) + logs)


def slow_path(angles: Array, n: Array, mean_field: bool) -> tuple[Array, Array]:
    """Angle in degrees and nats above the best after the printed schedule, W = diag(2, 1): (runs, len(n)) each.

    Reconstruction is learned at once, A C = I, and leaves A'A - C C' as small as it was: A comes out orthogonal, at
    an angle that the start decides. What follows is the flow of sigma^2 times the rest on A with C = A^-1 in tow.
    """
    A = np.asarray(turn(np.deg2rad(angles)))
    ends = NOISE**2 * sum(RATES) * np.asarray(n, float)
    degrees, above, now = [], [], 0.0
    best = slow_loss(np.diag(NORMS)[None], True)[0]
    for end in ends:
        steps = max(1, int(np.ceil((end - now) / 0.1)))
        h = (end - now) / steps
        for _ in range(steps if end > now else 0):
            k1 = _flow(A, mean_field)
            k2 = _flow(A + h / 2 * k1, mean_field)
            k3 = _flow(A + h / 2 * k2, mean_field)
            A = A + h / 6 * (k1 + 2 * k2 + 2 * k3 + _flow(A + h * k3, mean_field))
        now = end
        U, _, Vt = np.linalg.svd(NORMS[:, None] * np.linalg.inv(A).mT)
        degrees.append(np.asarray(rotations.rotation_angle(U @ Vt)))
        above.append(slow_loss(A, mean_field) - best)
    return np.stack(degrees, 1), np.stack(above, 1)


def _flow(A: Array, mean_field: bool) -> Array:
    back = np.linalg.inv(A)
    outer, inner = back.mT @ back, back @ back.mT
    spread = (back * NORMS**2) @ back.mT
    slope = -back.mT @ spread
    slope = slope + (A / (A**2).sum(1)[:, None, :] if mean_field else back.mT)
    mass = np.eye(4) + np.einsum("nij,nkl->nikjl", outer, inner).reshape(-1, 4, 4)
    return -np.linalg.solve(mass, slope.reshape(-1, 4, 1)).reshape(A.shape)
