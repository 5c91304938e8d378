"""Images as they are, not binarised: what a decoder with Gaussian noise of unit variance models."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from verification.vae import data

Array = np.ndarray[Any, Any]

# Beside unit noise an eight by eight digit in [0, 1] has at most 0.7 of variance along any direction: a beta-VAE would
# leave every dimension at the prior from beta = 0.7 on. In [0, 4] it has 11, 28 by 28 images in [0, 1] have 5.
PEAKS = {"digits": 4.0, "mnist": 1.0, "emnist": 1.0}


@dataclass(frozen=True)
class Images:
    """Images in [0, peak], split: train (N, D), test (T, D), float32."""

    name: str
    shape: tuple[int, int]
    peak: float
    train: Array
    test: Array
    note: str

    def first(self, train: int, test: int) -> Images:
        """The same data with at most so many images of each part, which its note then says."""
        if len(self.train) <= train and len(self.test) <= test:
            return self
        note = f"{self.note}, its first images"
        return replace(self, train=self.train[:train], test=self.test[:test], note=note)

    @property
    def hash(self) -> str:
        """SHA-256 of the images of both parts: what a model trained on them is keyed by."""
        digest = hashlib.sha256(repr((self.name, self.shape, self.train.shape, self.test.shape)).encode())
        for part in (self.train, self.test):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()


def load(name: str, folder: str | Path | None = None) -> Images:
    """The images of that name, as in ``data.load``, in the order and the split that the binary ones have."""
    if name == "digits":
        table = data._digits_table()
        order = np.random.default_rng(data.BINARISATION_SEED + 1).permutation(len(table))
        gray, cut = table[order, :64] / 16.0, len(table) - data.DIGITS_TEST
        return _scaled(name, data.DIGITS_SHAPE, gray[:cut], gray[cut:], "scikit-learn digits, 8x8")
    (train, _), (test, _), note = data.bytes_of(name, folder)
    height, width = train.shape[1:]
    gray, held_out = (part.reshape(len(part), -1) / 255.0 for part in (train, test))
    return _scaled(name, (int(height), int(width)), gray, held_out, note)


def _scaled(name: str, shape: tuple[int, int], train: Array, test: Array, note: str) -> Images:
    peak = PEAKS[name]
    gray, held_out = ((peak * part).astype(np.float32) for part in (train, test))
    return Images(name, shape, peak, gray, held_out, f"{note}, in [0, {peak:g}]")
