r"""J'J of a decoder at many points, its log-determinant and (14)'s bound of it, J never held as a whole.

Tangents of the latent dimensions go forward through the hidden layers; where the output is linear they meet only the
h x h product W'W of the last weight, never the pixels.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

import numpy as np

from theory import decoder as dec
from theory.arrays import Array, broadcast_to, eye_like, log, log_det, mean, number, total, trailing

PIXELS = 128


def gram(decoder: Any, z: Array, Lambda: Array | None = None) -> Array:
    r"""J'J, or J' diag(Lambda) J, of a decoder g at points z.

    .. math:: G(z) = J_g(z)^\top \Lambda\, J_g(z)

    ``decoder`` is a torch.nn.Sequential of Linear layers and elementwise activations, or a list of
    (weight (out, in), bias (out,), activation) with activation "identity", "relu", "leaky_relu", "elu", "tanh",
    "sigmoid" or "softplus"; any other torch function (B, k) -> (B, ...) of independent points goes in forward mode.
    Weights of stacked models (..., out, in) and biases (..., out) go with z (..., B, k).
    Shapes: z (..., k), Lambda (..., D) -> (..., k, k). Raises ValueError where a relu stands exactly at its kink and
    for weights that are not finite. Source: Kumar and Poole, (11).

    >>> linear = [(np.array([[3.0, 0.0], [4.0, 1.0]]), np.zeros(2), "identity")]
    >>> print(gram(linear, np.zeros(2)))
    [[25.  4.]
     [ 4.  1.]]
    """
    read = dec.layers(decoder, z)
    if read is None:
        return import_module("theory.pushforward").gram(decoder, z, Lambda)
    found, points = read
    slopes, x = _slopes(found, points)
    T, (W, _, name) = _tangents(found, slopes, _all(x, z.shape[-1])), found[-1]
    if name == "identity" and Lambda is None:
        G = T @ _times(T, W.mT @ W).mT
        return broadcast_to(G, (*x.shape[:-1], *G.shape[-2:])).reshape(*z.shape, z.shape[-1])
    weight = _slope(found, x) ** 2
    if Lambda is not None:
        weight = weight * number(Lambda, weight).reshape(weight.shape)
    blocks = [slice(i, i + PIXELS) for i in range(0, W.shape[-2], PIXELS)]
    parts = ((_times(T, W[..., block, :].mT), weight[..., None, block]) for block in blocks)
    return sum((V * some) @ V.mT for V, some in parts).reshape(*z.shape, z.shape[-1])


def gram_log_determinant(decoder: Any, z: Array, beta: Array) -> Array:
    r"""The decoder's part of GRAE's objective, without beta/2.

    .. math:: \log\left| I + \tfrac1\beta J_g(z)^\top J_g(z) \right|

    Shapes: z (..., k), beta (...) -> (...); ``decoder`` as in `gram`. In nats. Source: Kumar and Poole, (13).

    >>> linear = [(np.array([[1.0, 0.0], [0.0, 2.0]]), np.zeros(2), "identity")]
    >>> float(np.exp(gram_log_determinant(linear, np.zeros(2), 1.0)).round(12))
    10.0
    """
    G = gram(decoder, z)
    return log_det(eye_like(G) + G / trailing(number(beta, G), 2))


def mean_gram_log_determinant(decoder: Any, z: Array, beta: Array) -> Array:
    r"""The mean of `gram_log_determinant` over points: what GRAE is trained with, its gradient made in the cache.

    .. math:: \frac1B \sum_b \log\left| I + \tfrac1\beta J_g(z_b)^\top J_g(z_b) \right|

    For torch; only the first derivative exists. Memory does not grow with B where the output is linear. Shapes:
    z (..., B, k), beta (...) -> (...); ``decoder`` as in `gram`. In nats. Source: Kumar and Poole, (13).

    >>> import torch
    >>> linear = [(torch.tensor([[1.0, 0.0], [0.0, 2.0]]), torch.zeros(2), "identity")]
    >>> mean_gram_log_determinant(linear, torch.zeros(5, 2), 1.0).exp()
    tensor(10.)
    """
    read = dec.layers(decoder, z)
    if read is None or read[0][-1][2] != "identity" or len(read[0]) < 2:
        return mean(gram_log_determinant(decoder, z, trailing(number(beta, z), 1)), -1)
    slopes, _ = _slopes(*read)
    each = broadcast_to(trailing(number(beta, z), 1), slopes[0].shape[:-1])
    return import_module("theory.gram_gradient").MeanLogDeterminant.apply(each, *slopes, *(W for W, _, _ in read[0]))


def column_bound(decoder: Any, z: Array, beta: Array) -> Array:
    r"""Hadamard's bound of `gram_log_determinant`, by the squared lengths of the columns of J.

    .. math:: \sum_i \log\left(1 + \tfrac1\beta \|[J_g(z)]_{:i}\|_2^2\right)

    Shapes: z (..., k), beta (...) -> (...); ``decoder`` as in `gram`. In nats. Source: Kumar and Poole, (14).

    >>> linear = [(np.array([[1.0, 1.0], [0.0, 2.0]]), np.zeros(2), "identity")]
    >>> float(np.exp(column_bound(linear, np.zeros(2), 1.0)).round(12))
    12.0
    """
    G = gram(decoder, z)
    return total(log(1 + G.diagonal(0, -2, -1) / trailing(number(beta, G), 1)), -1)


def sampled_column_bound(decoder: Any, z: Array, beta: Array, columns: Array) -> Array:
    r"""`column_bound` from some columns of J, each drawn uniformly: what GRAE~ is trained with.

    .. math:: \frac1m \sum_{i=1}^m k \log\left(1 + \tfrac1\beta \|[J_g(z)]_{:c_i}\|_2^2\right)

    Only the tangents asked for go through the decoder. Shapes: z (..., k), beta (...), columns (..., m) of 0 .. k - 1
    -> (...); ``decoder`` as in `gram`. In nats. Source: Kumar and Poole, section 5.3.

    >>> linear = [(np.array([[1.0, 1.0], [0.0, 2.0]]), np.zeros(2), "identity")]
    >>> float(np.exp(sampled_column_bound(linear, np.zeros(2), 1.0, np.array([1]))).round(12))
    36.0
    """
    V = _columns(decoder, z, columns)
    squares = total(V * V, -1).reshape(*z.shape[:-1], -1)
    return mean(z.shape[-1] * log(1 + squares / trailing(number(beta, squares), 1)), -1)


def _columns(decoder: Any, z: Array, columns: Array) -> Array:
    """Those columns of J, (..., B, m, D)."""
    k = z.shape[-1]
    chosen = number((columns[..., None] == number(np.arange(k), columns)) * 1, z).reshape(-1, columns.shape[-1], k)
    read = dec.layers(decoder, z)
    if read is None:
        return import_module("theory.pushforward").columns(decoder, z.reshape(-1, k), chosen)
    found, points = read
    slopes, x = _slopes(found, points)
    W, _, name = found[-1]
    V = _times(_tangents(found, slopes, chosen.reshape(*x.shape[:-1], -1, k)), W.mT)
    return V if name == "identity" else V * _slope(found, x)[..., None, :]


def _slopes(layers: list[dec.Layer], z: Array) -> tuple[list[Array], Array]:
    """The slopes of every hidden layer, (..., B, h) each, and what the last layer is given."""
    x = z.reshape(*layers[0][0].shape[:-2], -1, z.shape[-1])
    slopes = []
    for place, (W, b, name) in enumerate(layers[:-1], 1):
        a = x @ W.mT + b[..., None, :]
        dec.check_smooth(a, name, place)
        value, slope = dec.ACTIVATIONS[name]
        slopes.append(slope(a))
        x = value(a)
    return slopes, x


def _slope(layers: list[dec.Layer], x: Array) -> Array:
    """The slopes of the last layer, (..., B, D)."""
    W, b, name = layers[-1]
    a = x @ W.mT + b[..., None, :]
    dec.check_smooth(a, name, len(layers))
    return dec.ACTIVATIONS[name][1](a)


def _all(x: Array, k: int) -> Array:
    """Every direction of z, for all points alike."""
    return number(np.eye(k, dtype=int).reshape((1,) * (x.ndim - 1) + (k, k)), x)


def _tangents(layers: list[dec.Layer], slopes: list[Array], T: Array) -> Array:
    """The derivatives of the last hidden layer along T (..., B, m, k): (..., B, m, h)."""
    for (W, _, _), slope in zip(layers[:-1], slopes, strict=True):
        T = _times(T, W.mT) * slope[..., None, :]
    return T


def _times(T: Array, W: Array) -> Array:
    """T (..., B, m, h) times W (..., h, n), as one product of matrices."""
    *_, B, m, h = T.shape
    made = T.reshape(*T.shape[:-3], B * m, h) @ W
    return made.reshape(*made.shape[:-2], B, m, W.shape[-1])
