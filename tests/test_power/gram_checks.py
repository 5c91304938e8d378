"""Decoders' Gram matrices: stacks of models, points and pixels some at a time, gradients, and what is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import nn

from theory import decoder, gram, gram_gradient, pushforward

SIZES = (2, 4, 3, 4, 5)
ONE = [(np.ones((3, 2)), np.zeros(3), "relu"), (np.ones((2, 3)), np.zeros(2), "identity")]


@contextmanager
def _with(module: Any, **values: Any) -> Iterator[None]:
    kept = {name: getattr(module, name) for name in values}
    vars(module).update(values)
    try:
        yield
    finally:
        vars(module).update(kept)


def _stack(models: int = 2, last: str = "identity") -> tuple[list[Any], Any]:
    """Layers of some models at five points each, in float64, with gradients."""
    draw = torch.Generator().manual_seed(1)

    def some(*shape: int) -> Any:
        return torch.randn(*shape, generator=draw, dtype=torch.float64).requires_grad_()

    names = ["elu", "tanh", "softplus", last]
    layers = [
        (some(models, out, into), some(models, out), name)
        for into, out, name in zip(SIZES[:-1], SIZES[1:], names, strict=True)
    ]
    return layers, some(models, 5, 2)


def _one(layers: list[Any], model: int) -> list[Any]:
    return [(W[model], b[model], name) for W, b, name in layers]


def _near(a: Any, b: Any) -> bool:
    return bool(a.shape == b.shape and torch.allclose(a, b, rtol=1e-9, atol=1e-12))


def stacked_models_are_apart() -> bool:
    """Each model of a stack has its own points; beta is one for all, one a model, or one a point."""
    layers, z = _stack()
    beta = torch.tensor([0.5, 2.0], dtype=torch.float64)
    together = gram.gram_log_determinant(layers, z, beta[:, None])
    apart = torch.stack([gram.gram_log_determinant(_one(layers, m), z[m], beta[m]) for m in range(2)])
    columns = torch.tensor([[[0, 1, 1]] * 5] * 2)
    sampled = gram.sampled_column_bound(layers, z, 0.5, columns)
    each = torch.stack([gram.sampled_column_bound(_one(layers, m), z[m], 0.5, columns[m]) for m in range(2)])
    single = gram.gram_log_determinant(layers, z[:, 0], beta)
    W, shallow = layers[0][0][0], layers[:1]
    linear = gram.gram([(W, layers[0][1][0], "identity")], z[0])
    return (
        _near(together, apart) and _near(sampled, each) and _near(single, together[:, 0])
        and _near(linear, (W.mT @ W).expand(5, 2, 2))
        and _near(gram.mean_gram_log_determinant(layers, z, beta), together.mean(-1))
        and _near(gram.mean_gram_log_determinant(shallow, z, 0.5), gram.gram_log_determinant(shallow, z, 0.5).mean(-1))
    )  # fmt: skip


def one_point_and_one_layer_will_do() -> bool:
    """A point without an axis of points, one point, one hidden layer; bounds with a beta for each model."""
    layers, z = _stack()
    beta, columns = torch.tensor([[0.5], [2.0]], dtype=torch.float64), torch.tensor([0, 1, 1])
    alone, point, drawn = _one(layers, 0), z[0, 0], columns.expand(5, 3)
    bounds = [gram.column_bound(layers, z, beta), gram.sampled_column_bound(layers, z, beta, columns.expand(2, 5, 3))]
    apart = [
        torch.stack([gram.column_bound(_one(layers, m), z[m], beta[m]) for m in range(2)]),
        torch.stack([gram.sampled_column_bound(_one(layers, m), z[m], beta[m], drawn) for m in range(2)]),
    ]
    shallow = [alone[0], (alone[1][0], alone[1][1], "identity")]
    return (
        all(map(_near, bounds, apart))
        and _near(gram.sampled_column_bound(alone, point, 0.5, columns), bounds[1][0, 0])
        and _near(gram.mean_gram_log_determinant(alone, z[0, :1], 0.5), gram.gram_log_determinant(alone, point, 0.5))
        and _near(
            gram.mean_gram_log_determinant(shallow, z[0], 0.5), gram.gram_log_determinant(shallow, z[0], 0.5).mean()
        )
    )


def pixels_come_some_at_a_time() -> bool:
    """Two of five pixels at once give what all at once give."""
    layers, z = _stack(last="sigmoid")
    whole = gram.gram(layers, z)
    with _with(gram, PIXELS=2):
        parts = gram.gram(layers, z)
    beta, alone = torch.tensor([0.5, 2.0], dtype=torch.float64), _one(layers, 0)
    means = [gram.mean_gram_log_determinant(layers, z, beta), gram.mean_gram_log_determinant(alone, z[0], 0.5)]
    each = [gram.gram_log_determinant(layers, z, beta[:, None]), gram.gram_log_determinant(alone, z[0], 0.5)]
    return _near(whole, parts) and all(map(_near, means, [x.mean(-1) for x in each]))


def gradients_are_those_of_autograd() -> bool:
    """Points one at a time, two at a time, all at once; of a stack, with a weight for each model."""
    layers, z = _stack()
    leaves = [z, *(x for W, b, _ in layers for x in (W, b))][:-1]
    weight = torch.tensor([1.0, -2.0], dtype=torch.float64)
    plain = (gram.gram_log_determinant(layers, z, 0.5).mean(-1) * weight).sum()
    expected = torch.autograd.grad(plain, leaves)
    found = []
    for numbers in (1, 35, 10_000):
        with _with(gram_gradient, NUMBERS=numbers):
            fused = (gram.mean_gram_log_determinant(layers, z, 0.5) * weight).sum()
            found.append(all(map(_near, torch.autograd.grad(fused, leaves), expected)) and _near(fused, plain))
    return found == [True] * 3


def forward_mode_goes_some_points_at_a_time() -> bool:
    """Two of five points at once, with weights and without; weights of one pixel row for every point."""
    layers, z = _stack(1)
    plain, points = _one(layers, 0), z[0].detach()
    Lambda = torch.arange(25, dtype=torch.float64).reshape(5, 5) / 8

    def decode(x: Any) -> Any:
        for W, b, name in plain:
            x = decoder.ACTIVATIONS[name][0](x @ W.mT + b)
        return x.unflatten(1, (5, 1))

    with _with(pushforward, POINTS=2):
        made = [gram.gram(decode, points), gram.gram(decode, points, Lambda)]
    expected = [gram.gram(plain, points), gram.gram(plain, points, Lambda)]
    single = gram.gram(decode, points[0])
    return all(map(_near, made, expected)) and made[0].requires_grad and _near(single, expected[0][0])


def _told(call: Callable[..., Any], *args: Any) -> str:
    try:
        call(*args)
    except ValueError as error:
        return str(error)
    return ""


def decoders_are_read_and_told_off() -> bool:
    """Weights that are not finite, layers that do not fit, points at a kink, modules that mix points."""
    z = np.array([[1.0, 2.0], [1.0, -1.0]])
    wrong = [(np.ones((3, 2)), np.zeros(3), "relu"), (np.ones((2, 4)), np.zeros(2), "identity")]
    short = [(np.ones((3, 2)), np.zeros(2), "relu"), (np.ones((2, 3)), np.zeros(2), "identity")]
    broken = [(np.ones((3, 2)), np.array([0.0, np.nan, 0.0]), "elu")]
    found = [
        _told(gram.gram, ONE, z),
        _told(gram.gram, [*ONE[:1], (np.ones((2, 3)), np.array([-9.0, 1.0]), "leaky_relu")], z[:1]),
        _told(gram.gram, wrong, z),
        _told(gram.gram, short, z),
        _told(gram.gram, broken, z),
        _told(gram.gram, [(torch.full((3, 2), torch.inf), torch.zeros(3), "elu")], torch.ones(2)),
        _told(gram.gram, [(np.ones((3, 2)), np.zeros(3), "cubic")], z),
        _told(gram.gram, ONE, np.ones((2, 3))),
        _told(gram.gram, ONE, z[:1]) + _told(gram.gram, [(W, b, "tanh") for W, b, _ in ONE], z),
    ]
    return found == [
        "the decoder has no derivative at z[1]: unit 0 of layer 1 is exactly at the kink of relu; move the point, or"
        " use a smooth activation.",
        "the decoder has no derivative at z[0]: unit 0 of layer 2 is exactly at the kink of leaky_relu; move the point,"
        " or use a smooth activation.",
        "layer 2 has weight (2, 4) and bias (2,) where 3 numbers come in; pass (out, 3) and (out,).",
        "layer 1 has weight (3, 2) and bias (2,) where 2 numbers come in; pass (out, 2) and (out,).",
        "bias of layer 1[1] is nan; train or load the decoder again.",
        "weight of layer 1[0, 0] is inf; train or load the decoder again.",
        "layer 1 has the activation 'cubic'; choose one of identity, relu, leaky_relu, elu, tanh, sigmoid, softplus.",
        "layer 1 has weight (3, 2) and bias (3,) where 3 numbers come in; pass (out, 3) and (out,).",
        "",
    ]


def modules_are_read_and_told_off() -> bool:
    """Linear layers and activations as they are made without arguments; others go in forward mode."""
    torch.manual_seed(0)
    net = nn.Sequential(nn.Linear(2, 3, bias=False), nn.ELU(inplace=True), nn.Linear(3, 2))
    folded = nn.Sequential(nn.Linear(2, 4, bias=False), nn.Unflatten(1, (2, 2)), nn.ReLU())
    coupled = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4))
    settled = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4)).eval()
    broken = nn.Sequential(nn.Linear(2, 4), nn.Flatten())
    nn.init.constant_(broken[0].weight, torch.nan)
    with torch.no_grad():
        folded[0].weight.copy_(torch.tensor([[1.0, -1.0], [1.0, 1.0], [1.0, 2.0], [2.0, 1.0]]))
    z = torch.tensor([[1.0, 2.0], [1.0, 1.0]])
    read = decoder.layers(net, z)
    unread = [nn.Sequential(nn.Linear(2, 3), nn.ELU(alpha=2.0)), nn.Sequential(nn.ELU()), nn.Linear(2, 2),
              nn.Sequential(nn.Linear(2, 2), nn.ELU(), nn.ELU())]  # fmt: skip
    found = [_told(gram.gram, network, z) for network in (folded, coupled, broken, net, settled)]
    return (
        [(W.shape, b.shape, name) for W, b, name in read[0]] == [((3, 2), (3,), "elu"), ((2, 3), (2,), "identity")]
        and not read[0][0][1].any()
        and [decoder.layers(network, z) for network in unread] == [None] * 4
        and found == [
            "the decoder has no derivative at z[1]: layer 2 is exactly at the kink of ReLU; move the point, or use a"
            " smooth activation.",
            "layer 1 (BatchNorm1d) mixes points in training mode; call .eval().",
            "weight of layer 0 is not finite; train or load the decoder again.",
            "", "",
        ]
    )  # fmt: skip


GRAM_CHECKS: tuple[Callable[[], bool], ...] = (
    stacked_models_are_apart, one_point_and_one_layer_will_do, pixels_come_some_at_a_time,
    gradients_are_those_of_autograd, forward_mode_goes_some_points_at_a_time, decoders_are_read_and_told_off,
    modules_are_read_and_told_off,
)  # fmt: skip
