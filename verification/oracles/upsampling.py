"""Sizes of transposed convolutions by doing them: zeros between pixels, SciPy's convolution, padding cut off."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.signal import convolve

from verification.estimate import Estimate, Grade

Array = np.ndarray[Any, Any]


def returned(start: Array, strides: Array, kernel: Array, **_: Array) -> Estimate:
    """Layer by layer on one row of pixels, kernel - stride pixels cut off."""
    found = []
    for n, steps, taps in zip(start, strides, kernel, strict=True):
        row, width = np.ones(round(float(n))), round(float(taps))
        for step in steps:
            stride = round(float(step))
            spread = np.zeros((len(row) - 1) * stride + 1)
            spread[::stride] = row
            made = convolve(spread, np.ones(width), method="direct")
            cut = width - stride
            row = np.ones_like(made[cut // 2 : len(made) - (cut - cut // 2)])
        found.append(len(row))
    return Estimate(np.array(found, float), np.zeros(len(found)), Grade.PROVED, certificate="a row convolved")
