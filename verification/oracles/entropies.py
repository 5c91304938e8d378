"""Tables of chances in float64, whole batches at once: informations and divergences as sums and differences of
entropies, which SciPy takes.

Entries are rounded once and summed by the hundred at most; the radius is some thousand roundings of the largest term.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.special import entr, xlogy

from verification.estimate import Estimate, Grade

Array = Any
EPS = np.finfo(float).eps
ROUNDINGS = 2000


def _floats(*arrays: Array) -> list[Any]:
    return [np.asarray(x, float) for x in arrays]


def _chances(*logs: Array) -> list[Any]:
    return [np.exp(x) for x in _floats(*logs)]


def _estimate(value: Any, scale: Any = 1.0) -> Estimate:
    size = np.maximum(np.abs(value), np.asarray(scale).reshape((-1,) + (1,) * (np.ndim(value) - 1)))
    return Estimate(value, ROUNDINGS * EPS * (1 + size), Grade.BOUNDED, certificate="float64, counted roundings")


def _sum(x: Any) -> Any:
    return x.reshape(len(x), -1).sum(1)


def _entropy(p: Any) -> Any:
    return _sum(entr(p))


def _size(*logs: Array) -> Any:
    """The largest logarithm in sight, a case each."""
    return sum(np.abs(np.asarray(x, float)).reshape(len(x), -1).max(1) for x in logs)


def _joint(log_data: Array, log_enc: Array) -> Any:
    p, q = _chances(log_data, log_enc)
    return p[:, :, None] * q


def _information(joint: Any) -> Any:
    return _entropy(joint.sum(2)) + _entropy(joint.sum(1)) - _entropy(joint)


def _average_kl(log_data: Array, log_enc: Array, log_prior: Array) -> Any:
    """Cross entropy of the aggregate to the prior less the codes' mean entropy."""
    joint = _joint(log_data, log_enc)
    cross = -(joint.sum(1) * _floats(log_prior)[0]).sum(1)
    return cross - (_entropy(joint) - _entropy(joint.sum(2)))


def _aggregate_kl(log_data: Array, log_enc: Array, log_prior: Array) -> Any:
    mean = _joint(log_data, log_enc).sum(1)
    return -(mean * _floats(log_prior)[0]).sum(1) - _entropy(mean)


def _nell(log_data: Array, log_enc: Array, log_dec: Array) -> Any:
    return -_sum(_joint(log_data, log_enc) * _floats(log_dec)[0])


# ---- the joint of data and code --------------------------------------------------------------------------------------


def data(log_data: Array, log_enc: Array) -> Estimate:
    """p_D(x)."""
    return _estimate(_chances(log_data)[0])


def aggregate(log_data: Array, log_enc: Array) -> Estimate:
    """q(z)."""
    return _estimate(np.einsum("bm,bmk->bk", *_chances(log_data, log_enc)))


def inverted(log_data: Array, log_enc: Array) -> Estimate:
    """q(x|z)."""
    joint = _joint(log_data, log_enc)
    return _estimate(joint / joint.sum(1, keepdims=True))


def observable(log_data: Array, log_enc: Array) -> Estimate:
    """The marginal of x."""
    return _estimate(_joint(log_data, log_enc).sum(2))


def whole(log_data: Array, log_enc: Array) -> Estimate:
    """The mass of q(z|x) p_D(x)."""
    return _estimate(_sum(_joint(log_data, log_enc)))


def inverted_times_data(log_data: Array, log_enc: Array) -> Estimate:
    """The mass of q(x|z) p_D(x): sum_z of E_{p_D} q(x|z)."""
    joint = _joint(log_data, log_enc)
    return _estimate(np.einsum("bmk,bm->bk", joint / joint.sum(1, keepdims=True), *_chances(log_data)).sum(1))


def data_times_decoder(log_data: Array, log_dec: Array) -> Estimate:
    """The mass of p(x) p(x|z)."""
    return _estimate(np.einsum("bm,bmk->b", *_chances(log_data, log_dec)))


def model_mass(log_prior: Array, log_dec: Array) -> Estimate:
    """The mass of p(z) p(x|z)."""
    return _estimate(np.einsum("bk,bmk->b", *_chances(log_prior, log_dec)))


def latent_marginal(log_prior: Array, log_dec: Array) -> Estimate:
    """The marginal of z under p(z) p(x|z)."""
    return _estimate(np.einsum("bk,bmk->bk", *_chances(log_prior, log_dec)))


def aggregate_kl(log_data: Array, log_enc: Array, log_prior: Array) -> Estimate:
    """KL(q(z) || p(z)): cross entropy less entropy."""
    return _estimate(_aggregate_kl(log_data, log_enc, log_prior), _size(log_data, log_enc, log_prior))


def average_kl(log_data: Array, log_enc: Array, log_prior: Array) -> Estimate:
    """E KL(q(z|x) || p(z))."""
    return _estimate(_average_kl(log_data, log_enc, log_prior), _size(log_data, log_enc, log_prior))


def information(log_data: Array, log_enc: Array) -> Estimate:
    """I(X; Z) = H[X] + H[Z] - H[X, Z]."""
    return _estimate(_information(_joint(log_data, log_enc)), _size(log_data, log_enc))


def entropy(log_data: Array, log_enc: Array) -> Estimate:
    """H[X] of the marginal of x."""
    return _estimate(_entropy(_joint(log_data, log_enc).sum(2)), _size(log_data, log_enc))


def conditional_entropy(log_data: Array, log_enc: Array) -> Estimate:
    """H[X|Z] = H[X, Z] - H[Z]."""
    joint = _joint(log_data, log_enc)
    return _estimate(_entropy(joint) - _entropy(joint.sum(1)), _size(log_data, log_enc))


def coded_entropy(log_data: Array, code: Array) -> Estimate:
    """H[X]."""
    return _estimate(_entropy(_chances(log_data)[0]), _size(log_data))


def coded_kl(log_data: Array, code: Array, log_prior: Array) -> Estimate:
    """KL(q(z) || p(z)) for a deterministic code."""
    one_hot = _floats(code)[0][:, :, None] == np.arange(np.shape(log_prior)[-1])
    mean = np.einsum("bm,bmk->bk", _chances(log_data)[0], one_hot)
    return _estimate(-(mean * _floats(log_prior)[0]).sum(1) - _entropy(mean), _size(log_data, log_prior))


# ---- objectives ------------------------------------------------------------------------------------------------------


def objective(log_data: Array, log_enc: Array, log_prior: Array, lam: Array) -> Estimate:
    """KL(q(z) || p(z)) - lambda I(X; Z)."""
    value = _aggregate_kl(log_data, log_enc, log_prior) - lam * _information(_joint(log_data, log_enc))
    return _estimate(value, (1 + np.abs(lam)) * _size(log_data, log_enc, log_prior))


def nell(log_data: Array, log_enc: Array, log_dec: Array) -> Estimate:
    """-E log p(x|z)."""
    return _estimate(_nell(log_data, log_enc, log_dec), _size(log_data, log_enc, log_dec))


def beta_objective(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, beta: Array) -> Estimate:
    """-E log p(x|z) + beta E KL(q(z|x) || p(z))."""
    value = _nell(log_data, log_enc, log_dec) + beta * _average_kl(log_data, log_enc, log_prior)
    return _estimate(value, (1 + np.abs(beta)) * _size(log_data, log_enc, log_prior, log_dec))


def inverted_weights_objective(
    log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, beta: Array
) -> Estimate:
    """The same with q(x|z) p_D(x) as weights of the first term."""
    joint = _joint(log_data, log_enc)
    weights = joint / joint.sum(1, keepdims=True) * _chances(log_data)[0][:, :, None]
    value = beta * _average_kl(log_data, log_enc, log_prior) - _sum(weights * _floats(log_dec)[0])
    return _estimate(value, (1 + np.abs(beta)) * _size(log_data, log_enc, log_prior, log_dec))


def bound(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array, lam: Array) -> Estimate:
    """-(1 + lambda) E log p(x|z) + E KL(q(z|x) || p(z))."""
    value = (1 + lam) * _nell(log_data, log_enc, log_dec) + _average_kl(log_data, log_enc, log_prior)
    return _estimate(value, (1 + np.abs(lam)) * _size(log_data, log_enc, log_prior, log_dec))


def objective_and_constant(log_data: Array, log_enc: Array, log_prior: Array, lam: Array) -> Estimate:
    """L + (1 + lambda) H[X]."""
    joint = _joint(log_data, log_enc)
    left = (1 + lam) * _entropy(joint.sum(2)) - lam * _information(joint)
    return _estimate(
        left + _aggregate_kl(log_data, log_enc, log_prior), (1 + np.abs(lam)) * _size(log_data, log_enc, log_prior)
    )


def gap(log_data: Array, log_enc: Array, log_dec: Array, lam: Array) -> Estimate:
    """(1 + lambda) times (-E log p(x|z) less H[X|Z])."""
    joint = _joint(log_data, log_enc)
    room = _nell(log_data, log_enc, log_dec) - (_entropy(joint) - _entropy(joint.sum(1)))
    return _estimate((1 + lam) * room, (1 + np.abs(lam)) * _size(log_data, log_enc, log_dec))


def joint_kl(log_data: Array, log_enc: Array, log_prior: Array, log_dec: Array) -> Estimate:
    """KL(q(z|x) p_D(x) || p(z) p(x|z)): cross entropy less entropy."""
    joint = _joint(log_data, log_enc)
    prior, dec = _floats(log_prior, log_dec)
    return _estimate(
        -_sum(joint * (prior[:, None] + dec)) - _entropy(joint), _size(log_data, log_enc, log_prior, log_dec)
    )


def best_likelihood(log_data: Array, log_enc: Array) -> Estimate:
    """E log q(x) with q(x) the marginal of q(z|x) p_D(x)."""
    return _estimate(_sum(xlogy(_chances(log_data)[0], _joint(log_data, log_enc).sum(2))), _size(log_data, log_enc))


def posterior_divergence(log_data: Array, log_prior: Array, log_dec: Array) -> Estimate:
    """E KL(p(z|x) || p(z)) of the model's own posterior."""
    p, prior, dec = _chances(log_data, log_prior, log_dec)
    model = prior[:, None] * dec
    mine = model / model.sum(2, keepdims=True)
    each = xlogy(mine, mine).sum(2) - (mine * _floats(log_prior)[0][:, None]).sum(2)
    return _estimate((p * each).sum(1), _size(log_data, log_prior, log_dec))


def best_beta_objective(log_data: Array, log_enc: Array, log_prior: Array, beta: Array) -> Estimate:
    """H[X|Z] + beta E KL(q(z|x) || p(z))."""
    joint = _joint(log_data, log_enc)
    value = _entropy(joint) - _entropy(joint.sum(1)) + beta * _average_kl(log_data, log_enc, log_prior)
    return _estimate(value, (1 + np.abs(beta)) * _size(log_data, log_enc, log_prior))


def weight_ratio(lam: Array) -> Estimate:
    """Where beta (1 + lambda) = 1, by dividing logarithms out."""
    value = np.exp(-np.log1p(lam))
    return _estimate(value, value)


def weight_excess(beta: Array) -> Estimate:
    """Where (1 + lambda) beta = 1."""
    value = np.expm1(-np.log(beta))
    return _estimate(value, value)


def one(lam: Array) -> Estimate:
    """The weight of a plain VAE."""
    return _estimate(np.ones(len(lam)))


# ---- coordinates and causes ------------------------------------------------------------------------------------------


def _dependence(p: Any) -> Any:
    return _entropy(p.sum(2)) + _entropy(p.sum(1)) - _entropy(p)


def pair_dependence(log_aggregate: Array) -> Estimate:
    """What the two coordinates of a table tell of each other."""
    return _estimate(_dependence(_chances(log_aggregate)[0]), _size(log_aggregate))


def separate_dependence(log_v1: Array, log_v2: Array, log_g1: Array, log_g2: Array) -> Estimate:
    """The same for codes of v1 and of v2 each through a channel of its own."""
    p = np.einsum("bi,bj,bik,bjl->bkl", *_chances(log_v1, log_v2, log_g1, log_g2))
    return _estimate(_dependence(p), _size(log_v1, log_v2, log_g1, log_g2))


def unmixed_dependence(log_v1: Array, log_v2: Array) -> Estimate:
    """The same for z = v."""
    return _estimate(_dependence(np.einsum("bi,bj->bij", *_chances(log_v1, log_v2))), _size(log_v1, log_v2))


def mixed_dependence(log_v1: Array, log_v2: Array) -> Estimate:
    """The same for z = (v1 + v2, v1 + 2 v2) modulo the number of values."""
    v = np.einsum("bi,bj->bij", *_chances(log_v1, log_v2))
    size = v.shape[1]
    i, j = np.indices((size, size))
    p = np.zeros_like(v)
    p[:, (i + j) % size, (i + 2 * j) % size] = v
    return _estimate(_dependence(p), _size(log_v1, log_v2))


def _two_codes(log_data1: Array, log_enc1: Array, log_data2: Array, log_enc2: Array) -> Any:
    return np.einsum("bi,bik,bj,bjl->bijkl", *_chances(log_data1, log_enc1, log_data2, log_enc2))


def two_codes_information(log_data1: Array, log_enc1: Array, log_data2: Array, log_enc2: Array) -> Estimate:
    """I(X; Z) for x = (x1, x2) and z = (z1, z2), coded one by one."""
    p = _two_codes(log_data1, log_enc1, log_data2, log_enc2)
    value = _entropy(p.sum((3, 4))) + _entropy(p.sum((1, 2))) - _entropy(p)
    return _estimate(value, _size(log_data1, log_enc1, log_data2, log_enc2))


def two_codes_dependence(log_data1: Array, log_enc1: Array, log_data2: Array, log_enc2: Array) -> Estimate:
    """What z1 and z2 tell of each other, x not seen and x seen: two numbers."""
    p = _two_codes(log_data1, log_enc1, log_data2, log_enc2)
    given = _entropy(p.sum(4)) + _entropy(p.sum(3)) - _entropy(p) - _entropy(p.sum((3, 4)))
    value = np.stack([_dependence(p.sum((1, 2))), given], axis=1)
    return _estimate(value, _size(log_data1, log_enc1, log_data2, log_enc2))


def _causes(p_a: Array, p_b: Array, p_effect: Array) -> Any:
    joint = np.einsum("bi,bj,bij->bij", *_floats(p_a, p_b, p_effect))
    return joint / joint.sum((1, 2), keepdims=True)


def posterior(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """P(a, b | seen)."""
    return _estimate(_causes(p_a, p_b, p_effect))


def belief(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """P(b | seen)."""
    return _estimate(_causes(p_a, p_b, p_effect).sum(1))


def belief_given_cause(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """P(b | a, seen)."""
    p = _causes(p_a, p_b, p_effect)
    return _estimate(p / p.sum(2, keepdims=True))


def second_belief(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """P(B = 1 | seen)."""
    return _estimate(_causes(p_a, p_b, p_effect)[:, :, 1].sum(1))


def both(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """P(A = 1, B = 1 | seen)."""
    return _estimate(_causes(p_a, p_b, p_effect)[:, 1, 1])


def log_odds_ratio(p_a: Array, p_b: Array, p_effect: Array) -> Estimate:
    """log of P(a, b | seen) P(0, 0 | seen) / (P(a, 0 | seen) P(0, b | seen))."""
    log_p = np.log(_causes(p_a, p_b, p_effect))
    value = log_p + log_p[:, :1, :1] - log_p[:, :, :1] - log_p[:, :1]
    return _estimate(value, np.abs(log_p).max((1, 2)))


def product_of_beliefs(p_a: Array, p_b: Array, p_one: Array, p_two: Array) -> Estimate:
    """P(a | x1) P(b | x2)."""
    parts = [p * q for p, q in zip(_floats(p_a, p_b), _floats(p_one, p_two), strict=True)]
    return _estimate(np.einsum("bi,bj->bij", *(w / w.sum(1, keepdims=True) for w in parts)))


def unconditional(p_a: Array, p_b: Array, p_effects: Array) -> Estimate:
    """P(a) P(b)."""
    return _estimate(np.einsum("bi,bj->bij", *_floats(p_a, p_b)))


def noisy_or(leak: Array, s_a: Array, s_b: Array) -> Estimate:
    """P(C = 1 | a, b) = 1 - P(nothing sets it off)."""
    there = np.indices((2, 2))
    off = (1 - s_a[:, None, None] * there[0]) * (1 - s_b[:, None, None] * there[1])
    return _estimate(1 - (1 - leak[:, None, None]) * off)


def silent_product(p_a: Array, p_b: Array, leak: Array, s_a: Array, s_b: Array) -> Estimate:
    """P(a | C = 0) P(b | C = 0) under a noisy or."""
    p = _causes(p_a, p_b, 1 - noisy_or(leak, s_a, s_b).value)
    return _estimate(p.sum(2)[:, :, None] * p.sum(1)[:, None, :])
