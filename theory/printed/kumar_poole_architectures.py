"""Appendix D: how many pixels a decoder of transposed convolutions returns along one side."""

from __future__ import annotations

from theory.arrays import Array, number


def image(pixels: Array) -> Array:
    """What the tables begin and end with: an image of (pixels) x (pixels)."""
    return number(pixels, pixels)


def returned(start: Array, strides: Array) -> Array:
    """The pixels that a decoder begins with times all its strides (..., L), where padding keeps n times stride."""
    made = start
    for i in range(strides.shape[-1]):
        made = made * strides[..., i]
    return made


def twice(pixels: Array) -> Array:
    """An image twice as large."""
    return 2 * pixels
