"""A decoder as its layers: weights, biases and the elementwise activations between them, with their slopes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

import numpy as np

from theory.arrays import Array, alike, as_float, exp, is_tensor, log, maximum, minimum, number, tanh, zeros_like
from theory.validation import at

Layer = tuple[Array, Array, str]
Layers = Sequence[Layer]


def _one(a: Array) -> Array:
    return exp(zeros_like(a))


def _step(a: Array) -> Array:
    return number((a > 0) * 1, a)


def _leaky(a: Array) -> Array:
    return maximum(a, a / 100)


def _leaky_slope(a: Array) -> Array:
    return (99 * _step(a) + 1) / 100


def _above(a: Array) -> Array:
    return a.clamp(min=0) if is_tensor(a) else maximum(a, zeros_like(a))


def _below(a: Array) -> Array:
    return a.clamp(max=0) if is_tensor(a) else minimum(a, zeros_like(a))


def _elu(a: Array) -> Array:
    if is_tensor(a):  # forth and back in one pass each
        return import_module("torch.nn.functional").elu(a)
    return _above(a) + exp(_below(a)) - 1


def _elu_slope(a: Array) -> Array:
    return exp(_below(a))


def _tanh_slope(a: Array) -> Array:
    return 1 - tanh(a) ** 2


def _sigmoid(a: Array) -> Array:
    return (1 + tanh(a / 2)) / 2


def _sigmoid_slope(a: Array) -> Array:
    return (1 - tanh(a / 2) ** 2) / 4


def _softplus(a: Array) -> Array:
    return _above(a) + log(1 + exp(minimum(a, -a)))


def _identity(a: Array) -> Array:
    return a


# The value and the slope of each.
ACTIVATIONS: dict[str, tuple[Callable[[Array], Array], Callable[[Array], Array]]] = {
    "identity": (_identity, _one),
    "relu": (_above, _step),
    "leaky_relu": (_leaky, _leaky_slope),
    "elu": (_elu, _elu_slope),
    "tanh": (tanh, _tanh_slope),
    "sigmoid": (_sigmoid, _sigmoid_slope),
    "softplus": (_softplus, _sigmoid),
}
KINKED = ("relu", "leaky_relu")


def layers(decoder: Any, z: Array) -> tuple[list[Layer], Array] | None:
    """The layers and z in one arithmetic, or None for a decoder that is no sequence of them.

    ``decoder`` is a torch.nn.Sequential of Linear layers and elementwise activations, or a list of
    (weight (out, in), bias (out,), activation); weights of stacked models have further axes in front, as z does then.
    Raises ValueError for weights that are not finite or do not fit, and for unknown activations.
    """
    listed = decoder if isinstance(decoder, list | tuple) else _from_modules(decoder)
    if listed is None:
        return None
    arrays = alike(z, *(array for W, b, _ in listed for array in (W, b)))
    found = [(arrays[2 * i + 1], arrays[2 * i + 2], name) for i, (_, _, name) in enumerate(listed)]
    size = arrays[0].shape[-1]
    for place, (W, b, name) in enumerate(found, 1):
        if name not in ACTIVATIONS:
            raise ValueError(f"layer {place} has the activation {name!r}; choose one of {', '.join(ACTIVATIONS)}.")
        if W.shape[-1] != size or b.shape[-1] != W.shape[-2]:
            shapes = f"weight {tuple(W.shape)} and bias {tuple(b.shape)}"
            raise ValueError(f"layer {place} has {shapes} where {size} numbers come in; pass (out, {size}) and (out,).")
        check_finite(f"weight of layer {place}", W)
        check_finite(f"bias of layer {place}", b)
        size = W.shape[-2]
    return found, arrays[0]


def check_finite(name: str, x: Array) -> None:
    """Every number is finite; of tensors their sum is looked at first, which costs one pass and no copy."""
    if is_tensor(x) and x.detach().sum().isfinite():
        return
    values = as_float(x)
    bad = ~np.isfinite(values)
    if bad.any():
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        raise ValueError(f"{at(name, index)} is {values[index]}; train or load the decoder again.")


def check_smooth(a: Array, name: str, place: int) -> None:
    """No unit of a layer stands exactly at the kink of its activation, where a slope does not exist."""
    if name not in KINKED or not (a == 0).any():
        return
    *point, unit = (int(i) for i in np.argwhere(as_float(a) == 0)[0])
    raise ValueError(
        f"the decoder has no derivative at {at('z', point)}: unit {unit} of layer {place} is exactly at the kink of "
        f"{name}; move the point, or use a smooth activation."
    )


def _from_modules(decoder: Any) -> list[Layer] | None:
    nn = import_module("torch.nn")
    named = {nn.Identity: "identity", nn.ReLU: "relu", nn.Tanh: "tanh", nn.Sigmoid: "sigmoid"}
    named |= {nn.ELU: "elu", nn.LeakyReLU: "leaky_relu", nn.Softplus: "softplus"}
    if not isinstance(decoder, nn.Sequential):
        return None
    found: list[Layer] = []
    for module in decoder:
        if isinstance(module, nn.Linear):
            bias = module.weight.new_zeros(module.out_features) if module.bias is None else module.bias
            found.append((module.weight, bias, "identity"))
        elif found and found[-1][2] == "identity" and type(module) in named and _usual(module):
            found[-1] = (*found[-1][:2], named[type(module)])
        else:
            return None
    return found


def _usual(module: Any) -> bool:
    """With the parameters that its class has unless told otherwise."""
    return bool(module.extra_repr().removesuffix(", inplace=True") == type(module)().extra_repr())
