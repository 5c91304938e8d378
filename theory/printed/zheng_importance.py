"""Zheng, *Variational autoencoder and friends*: (36) to (40), the closing diagram and the remark below it.

One datum x and K values of z: ``log_lik``, ``log_prior``, ``log_encoder`` (..., K) are log P(x|z), log P_0(z) and
log Q(z|x). What is averaged over draws is summed over all of them.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from theory import importance
from theory.arrays import Array, exp, log, logsumexp, mean, stack, total, trailing, weigh

SIZES = (1, 2, 3)
SEVERAL = (2, 3)


def log_weight(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """log P(x|z) R(x, z), R = P_0(z) / Q(z|x)."""
    return log_lik + log_prior - log_encoder


def eq_36(log_lik: Array, log_prior: Array) -> Array:
    """log E_{P_0} P(x|z)."""
    return logsumexp(log_prior + log_lik, -1)


def eq_37(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """log E_Q P(x|z) R(x, z)."""
    return log(total(weigh(log_encoder, exp(log_weight(log_lik, log_prior, log_encoder))), -1))


def _draws(like: Array, m: int) -> Array:
    return np.array(list(product(range(like.shape[-1]), repeat=m)))


def _expected(log_encoder: Array, value: Callable[[Array], Array], m: int) -> Array:
    """E value(z^(1), ..., z^(m)) under Q, value taking the states drawn (T, m)."""
    draws = _draws(log_encoder, m)
    return total(weigh(total(log_encoder[..., draws], -1), value(draws)), -1)


def eq_38(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """log E of the mean of m weights, m = 1, 2, 3."""
    w = exp(log_weight(log_lik, log_prior, log_encoder))
    return log(stack([_expected(log_encoder, lambda z: mean(w[..., z], -1), m) for m in SIZES], -1))


def log_evidence(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """log P(x) from the weights."""
    return importance.log_evidence(log_weight(log_lik, log_prior, log_encoder), log_encoder)


def eq_39_elbo(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """ELBO(x) = E_Q log P(x|z) R(x, z)."""
    return total(weigh(log_encoder, log_weight(log_lik, log_prior, log_encoder)), -1)


def eq_40_iw(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """IW_m-ELBO(x), m = 1, 2, 3."""
    log_w = log_weight(log_lik, log_prior, log_encoder)
    return stack([importance.expected_iw_elbo(log_w, log_encoder, m) for m in SIZES], -1)


def eq_40_mc_expected(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """E MC_k-ELBO(x), k = 1, 2, 3."""
    log_w = log_weight(log_lik, log_prior, log_encoder)
    return stack([_expected(log_encoder, lambda z: importance.elbo_hat(log_w[..., z]), k) for k in SIZES], -1)


def eq_40_mc_iw_expected(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """E MC_2-IW_m-ELBO(x), m = 1, 2."""
    log_w = log_weight(log_lik, log_prior, log_encoder)

    def rounds(z: Array) -> Array:
        return importance.mc_iw_elbo_hat(log_w[..., z.reshape(len(z), 2, -1)])

    return stack([_expected(log_encoder, rounds, 2 * m) for m in SIZES[:-1]], -1)


def mc_mean_square_error(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """Var log w / k, by which MC_k-ELBO(x) strays from ELBO(x), k = 1, 2, 3."""
    log_w = log_weight(log_lik, log_prior, log_encoder)
    deviation = log_w - trailing(eq_39_elbo(log_lik, log_prior, log_encoder), 1)
    variance = total(weigh(log_encoder, deviation * deviation), -1)
    return stack([variance / k for k in SIZES], -1)


def mc_k_iw_1(log_w: Array) -> Array:
    """MC_k-IW_1-ELBO(x) of k draws."""
    return importance.mc_iw_elbo_hat(log_w[..., None])


def confused_one_value(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """E MC_m-ELBO(x), m = 2, 3: one number whatever m is."""
    value = eq_39_elbo(log_lik, log_prior, log_encoder)
    return stack([value for _ in SEVERAL], -1)


def confused_apart(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """E MC_1-IW_m-ELBO(x) less E MC_m-ELBO(x), m = 2, 3: E log of the mean weight over the geometric mean weight."""
    log_w = log_weight(log_lik, log_prior, log_encoder)

    def ratio(z: Array) -> Array:
        return importance.iw_elbo_hat(log_w[..., z] - trailing(importance.elbo_hat(log_w[..., z]), 1))

    return stack([_expected(log_encoder, ratio, m) for m in SEVERAL], -1)


def column_repaired(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """E MC_k-IW_1-ELBO(x) and what separates it from E MC_1-IW_m-ELBO(x), m = 2, 3."""
    one = confused_one_value(log_lik, log_prior, log_encoder)
    return one + confused_apart(log_lik, log_prior, log_encoder)


def divergence(log_prior: Array, log_encoder: Array) -> Array:
    """Div = KL(Q || P_0)."""
    return total(weigh(log_encoder, log_encoder - log_prior), -1)


def _mean_likelihood(log_lik: Array, log_encoder: Array, m: int) -> Array:
    return _expected(log_encoder, lambda z: importance.iw_elbo_hat(log_lik[..., z]), m)


def remark_with_div(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """E log of the mean of m likelihoods less the closed form of Div, m = 2, 3: what the remark warns of."""
    Div = divergence(log_prior, log_encoder)
    return stack([_mean_likelihood(log_lik, log_encoder, m) - Div for m in SEVERAL], -1)


def remark_with_div_once(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """The same for m = 1."""
    return _mean_likelihood(log_lik, log_encoder, 1) - divergence(log_prior, log_encoder)


def _weighted_divergence(log_lik: Array, log_prior: Array, log_encoder: Array, m: int) -> Array:
    """E -log of the mean of R over m draws, weighted by their likelihoods: in the place of Div."""
    log_w = log_weight(log_lik, log_prior, log_encoder)

    def ratio(z: Array) -> Array:
        return importance.iw_elbo_hat(log_lik[..., z]) - importance.iw_elbo_hat(log_w[..., z])

    return _expected(log_encoder, ratio, m)


def remark_repaired(log_lik: Array, log_prior: Array, log_encoder: Array) -> Array:
    """With the closed form of Div, then Div taken back for the weighted divergence, m = 2, 3."""
    wrong = remark_with_div(log_lik, log_prior, log_encoder)
    Div = divergence(log_prior, log_encoder)
    right = [_weighted_divergence(log_lik, log_prior, log_encoder, m) for m in SEVERAL]
    return wrong + trailing(Div, 1) - stack(right, -1)
