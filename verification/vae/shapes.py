"""Images of which every cause is known: square, ellipse and heart at each position, scale and rotation of a grid.

Made here, nothing downloaded. A shape is a polygon, and a pixel's intensity is the share of it that the polygon
covers, in closed form: the images are exact, and free of any generator's seed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache, cached_property
from itertools import product
from typing import Any

import numpy as np

from verification.vae.data import Dataset

Array = np.ndarray[Any, Any]

SHAPES = ("square", "ellipse", "heart")
FACTORS = ("x", "y", "scale", "rotation")
SIDE = 16  # pixels
PLACES = np.arange(8) + 4.5  # of the centre, in pixels: whole steps, so that a moved shape is the same shape
SCALES = np.array([2.2, 2.8, 3.4, 4.0])  # pixels from the centre to the farthest corner
TURNS = np.arange(8) / 8  # of the shape's own period: no two of a shape look alike
PERIODS = {"square": np.pi / 2, "ellipse": np.pi, "heart": 2 * np.pi}
CORNERS = 48  # of the polygons that stand for curves


@dataclass(frozen=True)
class Shapes:
    """Images (N, side^2) in [0, 1], the places of their factors on the grid (N, 4) as FACTORS names them, and the
    shape's own number (N,), which no score asks for."""

    images: Array
    factors: Array
    shape: Array

    @cached_property
    def dataset(self) -> Dataset:
        """The same as what networks are trained on: intensities stand for probabilities of a pixel being set."""
        few = slice(None, None, 97)
        note = f"{len(self.images):,} shapes of {SIDE}x{SIDE} pixels"
        return Dataset(
            "shapes", (SIDE, SIDE), self.images, self.images[few], self.shape, self.shape[few], "none", note
        )  # fmt: skip

    def only(self, shape: str) -> Shapes:
        """The images of one shape."""
        chosen = self.shape == SHAPES.index(shape)
        return replace(self, images=self.images[chosen], factors=self.factors[chosen], shape=self.shape[chosen])


def outline(shape: str) -> Array:
    """Corners (E, 2) of a shape, counterclockwise, the farthest at distance 1 from the origin.

    >>> outline("square").round(3).tolist()
    [[0.707, 0.707], [-0.707, 0.707], [-0.707, -0.707], [0.707, -0.707]]
    """
    if shape == "square":
        corners = np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]])
    else:
        t = np.arange(CORNERS) * (2 * np.pi / CORNERS)
        if shape == "ellipse":
            corners = np.stack([np.cos(t), np.sin(t) / 2], 1)
        elif shape == "heart":
            height = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
            corners = np.stack([-16 * np.sin(t) ** 3, height + 2], 1)
        else:
            raise ValueError(f"No shape is called {shape!r}; choose one of {', '.join(SHAPES)}.")
    return np.asarray(corners / np.sqrt((corners**2).sum(1).max()))


def coverage(polygon: Array, side: int = SIDE) -> Array:
    r"""The share of each pixel that a polygon covers: corners (E, 2), counterclockwise -> (side, side), row by row.

    .. math:: A(X,Y) = |P \cap \{x \le X, y \le Y\}| = -\oint_{\partial P} (X-x)_+\,1[y \le Y]\,dy

    and a pixel's share is the second difference of A. Exact but for rounding, whatever the polygon.

    >>> coverage(np.array([[0.0, 0.0], [1.5, 0.0], [1.5, 1.0], [0.0, 1.0]]), 2).tolist()
    [[1.0, 0.5], [0.0, 0.0]]
    """
    start, stop = polygon[:, None, None], np.roll(polygon, -1, 0)[:, None, None]
    lines = np.arange(side + 1.0)
    X, Y = lines[:, None], lines[None, :]
    low, high = np.minimum(start[..., 1], stop[..., 1]), np.maximum(start[..., 1], stop[..., 1])
    rise = stop[..., 1] - start[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(rise == 0, 0.0, (stop[..., 0] - start[..., 0]) / rise)
        end = np.clip(Y, low, high)
        right, left = (X - (start[..., 0] + slope * (y - start[..., 1])) for y in (low, end))
        apart = np.maximum(right, left) ** 2 / (2 * np.abs(right - left))
    mean = np.where(right * left < 0, apart, (np.maximum(right, 0) + np.maximum(left, 0)) / 2)
    area = -(np.sign(rise) * (end - low) * mean).sum(0)
    return np.asarray(np.diff(np.diff(area, axis=0), axis=1).T)


def render(shape: str, x: float, y: float, scale: float, rotation: float, side: int = SIDE) -> Array:
    """One image (side, side) in [0, 1]: centre and scale in pixels, rotation in radians; y grows downwards.

    >>> float(render("square", 8.0, 8.0, 2 ** 0.5, 0.0).sum().round(12))  # two pixels by two
    4.0
    """
    c, s = np.cos(rotation), np.sin(rotation)
    turned = scale * outline(shape) @ np.array([[c, s], [-s, c]])
    return np.clip(coverage(turned + np.array([x, y]), side), 0.0, 1.0)


@cache
def grid() -> Shapes:
    """Every shape at every x, y, scale and rotation: 3 x 8 x 8 x 4 x 8 = 6,144 images of 16 by 16 pixels."""
    images, factors, numbers = [], [], []
    for number, shape in enumerate(SHAPES):
        for s, r in product(range(len(SCALES)), range(len(TURNS))):
            first = render(shape, PLACES[0], PLACES[0], SCALES[s], TURNS[r] * PERIODS[shape])
            for i, j in product(range(len(PLACES)), repeat=2):
                images.append(np.roll(first, (j, i), (0, 1)).ravel())
                factors.append((i, j, s, r))
                numbers.append(number)
    return Shapes(np.array(images, np.float32), np.array(factors), np.array(numbers))
