"""A small aggregate in the plane, and integrals over the plane by a rule that is exact to rounding for Gaussians."""

from types import SimpleNamespace

import numpy as np
import pytest


@pytest.fixture
def case():
    mu = np.array([[0.5, -0.25], [-1.0, 0.75], [0.25, 1.5]])
    Sigma = np.array([[[0.5, 0.2], [0.2, 0.8]], [[1.2, -0.3], [-0.3, 0.4]], [[0.3, 0.1], [0.1, 0.6]]])
    return SimpleNamespace(mu=mu, Sigma=Sigma, beta=0.3, z=np.array([0.2, -0.4]), N=3, k=2)


@pytest.fixture
def plane():
    """The log of an integral over the plane, given the log of the integrand at points (..., 2)."""
    axis, step = np.linspace(-14, 14, 561, retstep=True)
    points = np.stack(np.meshgrid(axis, axis, indexing="ij"), -1)

    def log_integral(log_integrand):
        values = log_integrand(points)
        return np.log(np.exp(values - values.max()).sum() * step**2) + values.max()

    return log_integral
