"""Gram matrices of decoders given layer by layer: what (13) and (14) take from a network."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from theory import gram as fast
from theory.arrays import Array, as_float, is_tensor, stack, total
from theory.decoder import ACTIVATIONS, Layer

NAMES = tuple(ACTIVATIONS)
LAYERS = ("W1", "b1", "W2", "b2", "W3", "b3")


def _each(f: Callable[..., Any], z: Array, *arrays: Array) -> Array:
    """f(decoder, z, further arguments) for every case; arrays are those of the layers, two activations, further."""
    found = []
    for i in range(len(z)):
        W1, b1, W2, b2, W3, b3, hidden, output, *more = (x[i] for x in arrays)
        inner, outer = NAMES[int(as_float(hidden))], NAMES[int(as_float(output))]
        found.append(f([(W1, b1, inner), (W2, b2, inner), (W3, b3, outer)], z[i], *more))
    return stack(found, 0)


def gram(
    z: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, hidden: Array, output: Array
) -> Array:
    """J'J at every point: z (B, P, k) -> (B, P, k, k)."""
    return _each(fast.gram, z, W1, b1, W2, b2, W3, b3, hidden, output)


def weighted_gram(
    z: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, hidden: Array, output: Array,
    Lambda: Array,
) -> Array:  # fmt: skip
    """J' diag(Lambda) J at every point."""
    return _each(fast.gram, z, W1, b1, W2, b2, W3, b3, hidden, output, Lambda)


def log_determinant(
    z: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, hidden: Array, output: Array,
    beta: Array,
) -> Array:  # fmt: skip
    """(13)'s log-determinant at every point: (B, P)."""
    return _each(fast.gram_log_determinant, z, W1, b1, W2, b2, W3, b3, hidden, output, beta)


def columns(
    z: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, hidden: Array, output: Array,
    beta: Array,
) -> Array:  # fmt: skip
    """(14)'s right side at every point: (B, P)."""
    return _each(fast.column_bound, z, W1, b1, W2, b2, W3, b3, hidden, output, beta)


def sampled_columns(
    z: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, hidden: Array, output: Array,
    beta: Array, columns: Array,
) -> Array:  # fmt: skip
    """What the drawn columns say of (14)'s right side: columns (B, P, m) -> (B, P)."""
    return _each(fast.sampled_column_bound, z, W1, b1, W2, b2, W3, b3, hidden, output, beta, columns)


def expected_sampled_columns(
    z: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, hidden: Array, output: Array,
    beta: Array,
) -> Array:  # fmt: skip
    """The mean of that over one column drawn uniformly."""
    k = z.shape[-1]
    each = [
        sampled_columns(z, W1, b1, W2, b2, W3, b3, hidden, output, beta, 0 * z[..., :1] + c) for c in range(k)
    ]  # fmt: skip
    return total(stack(each, 0), 0) / k


def slope_of_mean(
    z: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, hidden: Array, output: Array,
    beta: Array,
) -> Array:  # fmt: skip
    """The mean's derivative along (1, ..., 1) in z and every weight and bias, by the gradient that training uses."""
    leaves = [_tensor(x).clone().requires_grad_() for x in (z, W1, b1, W2, b2, W3, b3)]
    means = _each(fast.mean_gram_log_determinant, *leaves, hidden, output, _tensor(beta))
    gradients = import_module("torch").autograd.grad(means.sum(), leaves, materialize_grads=True)
    return sum(g.flatten(1).sum(1) for g in gradients)


def pushed_gram(
    z: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, hidden: Array, output: Array,
    Lambda: Array,
) -> Array:  # fmt: skip
    """J' diag(Lambda) J of decoders that are torch functions."""
    return _pushed(fast.gram, z, W1, b1, W2, b2, W3, b3, hidden, output, Lambda)


def pushed_log_determinant(
    z: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, hidden: Array, output: Array,
    beta: Array,
) -> Array:  # fmt: skip
    """(13)'s log-determinant of decoders that are torch functions."""
    return _pushed(fast.gram_log_determinant, z, W1, b1, W2, b2, W3, b3, hidden, output, beta)


def pushed_columns(
    z: Array, W1: Array, b1: Array, W2: Array, b2: Array, W3: Array, b3: Array, hidden: Array, output: Array,
    beta: Array, columns: Array,
) -> Array:  # fmt: skip
    """What the drawn columns say, of decoders that are torch functions."""
    return _pushed(fast.sampled_column_bound, z, W1, b1, W2, b2, W3, b3, hidden, output, beta, columns)


def _pushed(f: Callable[..., Any], *arrays: Array) -> Array:
    return _each(lambda layers, *rest: f(_function(layers), *rest), *map(_tensor, arrays))


def _function(layers: list[Layer]) -> Callable[[Array], Array]:
    def decode(x: Array) -> Array:
        for W, b, name in layers:
            x = ACTIVATIONS[name][0](x @ W.mT + b)
        return x

    return decode


def _tensor(x: Array) -> Any:
    return x if is_tensor(x) else import_module("torch").as_tensor(x)
