r"""Fast sums over all pairs of S samples and N Gaussian posteriors: log q, its information and its gradient.

On NumPy arrays and torch tensors, float64 and float32, in memory O((N + S) d). Diagonal posteriors are given by their
standard deviations ``sigma`` (N, k), others by Cholesky factors ``scale_tril`` (N, k, k).
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

from theory.arrays import Array, is_tensor
from theory.kernels import ways
from theory.kernels.cases import per_case
from theory.kernels.pruned import joint_interval, rounding_bound
from theory.kernels.ways import using
from theory.validation import check_posteriors, check_samples, check_scale_tril, check_scales, validated

__all__ = [
    "each",
    "each_information",
    "joint",
    "joint_and_each",
    "joint_full",
    "joint_gradient",
    "joint_information",
    "joint_information_full",
    "joint_interval",
    "rounding_bound",
    "using",
]


def _way(*xs: Array) -> Any:
    """The sums of `ways`, as torch functions where a gradient is asked."""
    asked = any(is_tensor(x) and x.requires_grad for x in xs)
    return import_module("theory.kernels.differentiable") if asked else ways


@validated(check_samples, check_posteriors, check_scales, z="S k", mu="N k", sigma="N k")
def joint(z: Array, mu: Array, sigma: Array) -> Array:
    r"""log q(z), the log-density of the aggregate of N diagonal Gaussians at S points, in nats.

    .. math:: \log q(z_s) = \log \sum_n N(z_s;\mu_n,\mathrm{diag}\,\sigma_n^2) - \log N

    Shapes: z (..., S, k), mu (..., N, k), sigma (..., N, k) -> (..., S). ValueError: no samples or posteriors, a
    sigma that is not positive, a number that is not finite, shapes that do not fit. Source: Zheng, eq (24).

    >>> print(joint([[0.0]], [[-1.0], [1.0]], [[1.0], [1.0]]).round(6))  # log N(1; 0, 1)
    [-1.418939]
    """
    return per_case(partial(_way(z, mu, sigma).joint, informed=False), (z, 2), (mu, 2), (sigma, 2))[0]


@validated(check_samples, check_posteriors, check_scales, z="S k", mu="N k", sigma="N k")
def joint_information(z: Array, mu: Array, sigma: Array) -> tuple[Array, Array]:
    r"""log q(z) and G(z), what z tells of which of the N posteriors it came from; in nats, G in [0, log N].

    .. math:: G(z) = \sum_n \phi_n(z) \log(N\phi_n(z)) = \log N - H(\phi(z)), \qquad
        \phi_n(z) = \frac{N(z;\mu_n,\sigma_n^2)}{\sum_m N(z;\mu_m,\sigma_m^2)}

    Its mean over q is I(z; n). Shapes: z (..., S, k), mu (..., N, k), sigma (..., N, k) -> (..., S), (..., S).
    ValueError: as `joint`.

    >>> log_q, G = joint_information([[0.0]], [[-1.0], [1.0]], [[1.0], [1.0]])
    >>> G.tolist()  # between two equal posteriors z tells nothing
    [0.0]
    """
    log_q, G = per_case(_way(z, mu, sigma).joint, (z, 2), (mu, 2), (sigma, 2))
    return log_q, G


def _full(z: Array, mu: Array, scale_tril: Array, informed: bool) -> tuple[Array, ...]:
    if any(is_tensor(x) and x.requires_grad for x in (z, mu, scale_tril)):
        raise ValueError("full covariances have no gradient here; detach the tensors, or pass diagonal posteriors.")
    return per_case(partial(ways.full, informed=informed), (z, 2), (mu, 2), (scale_tril, 3))


@validated(check_samples, check_posteriors, check_scale_tril, z="S k", mu="N k", scale_tril="N k j")
def joint_full(z: Array, mu: Array, scale_tril: Array) -> Array:
    r"""log q(z) of the aggregate of N Gaussians with covariances L_n L_n', at S points, in nats.

    .. math:: \log q(z_s) = \log \sum_n N(z_s;\mu_n,L_nL_n^\top) - \log N

    Shapes: z (..., S, k), mu (..., N, k), scale_tril (..., N, k, k) -> (..., S). ValueError: a scale_tril that is no
    Cholesky factor, and as `joint`. Source: Zheng, eq (24).

    >>> print(joint_full([[0.0]], [[-1.0], [1.0]], [[[1.0]], [[1.0]]]).round(6))  # log N(1; 0, 1)
    [-1.418939]
    """
    return _full(z, mu, scale_tril, informed=False)[0]


@validated(check_samples, check_posteriors, check_scale_tril, z="S k", mu="N k", scale_tril="N k j")
def joint_information_full(z: Array, mu: Array, scale_tril: Array) -> tuple[Array, Array]:
    r"""log q(z) and G(z) as `joint_information`, for N Gaussians with covariances L_n L_n'; in nats.

    Shapes: z (..., S, k), mu (..., N, k), scale_tril (..., N, k, k) -> (..., S), (..., S). ValueError: as `joint_full`.

    >>> log_q, G = joint_information_full([[0.0]], [[-1.0], [1.0]], [[[1.0]], [[1.0]]])
    >>> G.tolist()
    [0.0]
    """
    log_q, G = _full(z, mu, scale_tril, informed=True)
    return log_q, G


@validated(check_samples, check_posteriors, check_scales, z="S k", mu="N k", sigma="N k")
def each(z: Array, mu: Array, sigma: Array) -> Array:
    r"""log q_j(z_j), the log-density of each latent dimension under its own aggregate, in nats.

    .. math:: \log q_j(z_{sj}) = \log \sum_n N(z_{sj};\mu_{nj},\sigma_{nj}^2) - \log N

    Shapes: z (..., S, k), mu (..., N, k), sigma (..., N, k) -> (..., S, k). ValueError: as `joint`.
    Source: Zheng, eq (20).

    >>> print(each([[0.0, 1.0]], [[-1.0, 1.0], [1.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]]).round(6))
    [[-1.418939 -0.918939]]
    """
    return per_case(partial(_way(z, mu, sigma).each, informed=False), (z, 2), (mu, 2), (sigma, 2))[0]


@validated(check_samples, check_posteriors, check_scales, z="S k", mu="N k", sigma="N k")
def each_information(z: Array, mu: Array, sigma: Array) -> tuple[Array, Array]:
    r"""log q_j(z_j) and G_j(z_j), what each dimension alone tells of the posterior; in nats, G_j in [0, log N].

    .. math:: G_j(z_j) = \log N - H(\phi_j), \qquad \phi_{jn} = \frac{N(z_j;\mu_{nj},\sigma_{nj}^2)}
        {\sum_m N(z_j;\mu_{mj},\sigma_{mj}^2)}

    Its mean over q_j is I(z_j; n). Shapes: z (..., S, k), mu (..., N, k), sigma (..., N, k) -> (..., S, k) twice.
    ValueError: as `joint`.

    >>> each_information([[0.0, 1.0]], [[-1.0, 1.0], [1.0, 1.0]], [[1.0, 1.0], [1.0, 1.0]])[1].tolist()
    [[0.0, 0.0]]
    """
    log_q, G, _ = per_case(_way(z, mu, sigma).each, (z, 2), (mu, 2), (sigma, 2))
    return log_q, G


@validated(check_samples, check_posteriors, check_scales, z="S k", mu="N k", sigma="N k")
def joint_and_each(z: Array, mu: Array, sigma: Array) -> tuple[Array, Array]:
    """`joint` and `each` together, from one pass over the pairs.

    Shapes: z (..., S, k), mu (..., N, k), sigma (..., N, k) -> (..., S), (..., S, k). ValueError: as `joint`.

    >>> log_q, log_q_j = joint_and_each([[0.0, 1.0]], [[-1.0, 1.0]], [[1.0, 1.0]])
    >>> bool(log_q == log_q_j.sum())  # one diagonal posterior: dimensions are independent
    True
    """
    log_q_j, _, log_q = per_case(partial(_way(z, mu, sigma).each, informed=False), (z, 2), (mu, 2), (sigma, 2))
    return log_q, log_q_j


@validated(check_samples, check_posteriors, check_scales, z="S k", mu="N k", sigma="N k", weight="S")
def joint_gradient(z: Array, mu: Array, sigma: Array, weight: Array) -> tuple[Array, Array, Array]:
    r"""The gradient of sum_s weight_s log q(z_s) with respect to z, mu and sigma.

    .. math:: \partial_{\mu_n} = \sum_s w_s\phi_n(z_s)\frac{z_s-\mu_n}{\sigma_n^2}, \quad
        \partial_{\sigma_n} = \sum_s w_s\phi_n(z_s)\frac{(z_s-\mu_n)^2-\sigma_n^2}{\sigma_n^3}, \quad
        \partial_{z_s} = -w_s\sum_n\phi_n(z_s)\frac{z_s-\mu_n}{\sigma_n^2}

    On torch tensors that require a gradient, `joint` and `each` use the same. Shapes: z (..., S, k), mu (..., N, k),
    sigma (..., N, k), weight (..., S) -> (..., S, k), (..., N, k), (..., N, k). ValueError: as `joint`.

    >>> to_z, to_mu, to_sigma = joint_gradient([[1.0]], [[0.0]], [[2.0]], [1.0])
    >>> to_z.tolist(), to_mu.tolist(), to_sigma.tolist()  # -z/4, z/4, (z^2 - 4)/8
    ([[-0.25]], [[0.25]], [[-0.375]])
    """

    def compute(z: Array, mu: Array, sigma: Array, weight: Array) -> tuple[Array, Array, Array]:
        return ways.gradient(z, mu, sigma, ways.joint(z, mu, sigma)[0], weight)

    to_z, to_mu, to_sigma = per_case(compute, (z, 2), (mu, 2), (sigma, 2), (weight, 1))
    return to_z, to_mu, to_sigma
