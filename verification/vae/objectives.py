"""The terms of the beta-ELBO for Bernoulli pixels and diagonal Gaussian posteriors, in nats per datum."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def log_bernoulli(x: Array, logits: Array) -> Array:
    r"""log p(x|z) of binary pixels, x and logits (..., D) -> (...).

    .. math:: \log p(x|z) = \sum_d x_d a_d - \log(1 + e^{a_d})

    >>> bool(log_bernoulli(np.array([1.0]), np.array([0.0])) == -np.log(2))
    True
    """
    softplus = np.maximum(logits, 0) + np.log1p(np.exp(-np.abs(logits)))
    return (x * logits - softplus).sum(-1)


def kl_to_standard_normal(mu: Any, logvar: Any) -> Any:
    r"""KL(N(mu, diag exp logvar) || N(0, I)) in nats, (..., k) -> (...); NumPy arrays and torch tensors alike.

    .. math:: \tfrac12 \sum_j \mu_j^2 + e^{v_j} - 1 - v_j

    >>> float(kl_to_standard_normal(np.zeros(3), np.zeros(3)))
    0.0
    """
    variance = logvar.exp() if hasattr(logvar, "exp") else np.exp(logvar)
    return 0.5 * (mu * mu + variance - 1 - logvar).sum(-1)


def log_normal(z: Array, mu: Array, logvar: Array) -> Array:
    r"""log N(z; mu, diag exp logvar), (..., k) -> (...).

    >>> bool(log_normal(np.zeros(1), np.zeros(1), np.zeros(1)) == -0.5 * np.log(2 * np.pi))
    True
    """
    return -0.5 * ((z - mu) ** 2 * np.exp(-logvar) + logvar + np.log(2 * np.pi)).sum(-1)


def log_aggregate(z: Array, mu: Array, logvar: Array) -> Array:
    r"""log q(z) of the aggregate of N diagonal posteriors: z (S, k), mu and logvar (N, k) -> (S,).

    .. math:: \log q(z) = \log \tfrac1N \sum_n N(z; \mu_n, \mathrm{diag}\, e^{v_n})

    >>> z, mu, v = np.array([[0.3, -1.0]]), np.zeros((4, 2)), np.zeros((4, 2))
    >>> bool(abs(log_aggregate(z, mu, v) - log_normal(z[0], mu[0], v[0])) < 1e-12)
    True
    """
    return aggregate_terms(z, mu, logvar)[0]


def aggregate_terms(z: Array, mu: Array, logvar: Array, block: int = 512) -> tuple[Array, Array, Array]:
    r"""log q(z), the entropy of its responsibilities phi(n;z), and the log of the largest: z (S, k) -> three of (S,).

    .. math:: \phi(n;z) = N(z; \mu_n, \mathrm{diag}\, e^{v_n}) / (N q(z))

    Memory is one block by N doubles. The squares are taken in one matrix product, centred first, because an offset
    costs digits there.

    >>> z, mu, v = np.array([[0.3]]), np.zeros((4, 1)), np.zeros((4, 1))
    >>> [round(float(term[0]), 12) for term in aggregate_terms(z, mu, v)[1:]]  # log 4 and -log 4
    [1.38629436112, -1.38629436112]
    """
    z, mu, logvar = (np.asarray(a, float) for a in (z, mu, logvar))
    centre = mu.mean(0)
    z, mu = z - centre, mu - centre
    precision = np.exp(-logvar)
    weights = np.concatenate([-0.5 * precision, precision * mu], axis=1).T
    constant = -0.5 * (precision * mu**2 + logvar + np.log(2 * np.pi)).sum(1) - np.log(len(mu))
    log_q, entropy, largest = np.empty((3, len(z)))
    for start in range(0, len(z), block):
        here = slice(start, start + block)
        a = np.concatenate([z[here] ** 2, z[here]], axis=1) @ weights + constant
        top = a.max(1, keepdims=True)
        a -= top
        np.maximum(a, -700.0, out=a)  # exp is an order slower where it underflows
        e = np.exp(a)
        total = e.sum(1)
        largest[here] = -np.log(total)
        log_q[here] = top[:, 0] - largest[here]
        entropy[here] = np.maximum(-largest[here] - np.einsum("sn,sn->s", e, a) / total, 0.0)
    return log_q, entropy, largest
