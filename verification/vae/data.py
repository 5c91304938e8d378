"""Binary images of handwritten digits: scikit-learn's 8x8 digits (embedded) and MNIST (a local folder, or
downloaded)."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import struct
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

DIGITS_SHAPE = (8, 8)
DIGITS_TEST = 500
BINARISATION_SEED = 20171208
IMAGE_MAGIC, LABEL_MAGIC = 0x00000803, 0x00000801

MNIST_URL = "https://ossci-datasets.s3.amazonaws.com/mnist/"
MNIST_SHA256 = {
    "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}


class DataError(ValueError):
    """The images cannot be had; the message says which file, what is wrong with it, and what to do."""


@dataclass(frozen=True)
class Dataset:
    """Binary images split into train and test: train_x (N, D), test_x (T, D) of 0 and 1 as uint8, labels (N,), (T,)."""

    name: str
    shape: tuple[int, int]
    train_x: Array
    test_x: Array
    train_y: Array
    test_y: Array
    binarise: str
    note: str

    def first(self, train: int, test: int) -> Dataset:
        """The same data with at most so many images of each part, which its note then says."""
        if len(self.train_x) <= train and len(self.test_x) <= test:
            return self
        return replace(
            self,
            train_x=self.train_x[:train],
            test_x=self.test_x[:test],
            train_y=self.train_y[:train],
            test_y=self.test_y[:test],
            note=f"{self.note}, its first images",
        )

    @property
    def hash(self) -> str:
        """SHA-256 of the binary images of both parts: what a model trained on them is keyed by."""
        digest = hashlib.sha256(repr((self.name, self.shape, self.train_x.shape, self.test_x.shape)).encode())
        for part in (self.train_x, self.test_x):
            digest.update(np.ascontiguousarray(part).tobytes())
        return digest.hexdigest()


def binary(intensity: Array, how: str = "sampled", seed: int = BINARISATION_SEED) -> Array:
    """Pixels of 0 and 1 from intensities in [0, 1]: drawn once as Bernoulli variables, or cut at one half.

    ``sampled`` is the default because "statically binarized MNIST" in the source means the data set in which every
    pixel was drawn once with its intensity as its probability and then kept. The seed is part of the data, not of a
    run, so that every run sees the same images. ``threshold`` gives cleaner strokes and no sampling noise.

    >>> binary(np.array([[0.0, 0.2, 0.9, 1.0]]), "threshold")
    array([[0, 0, 1, 1]], dtype=uint8)
    """
    if how == "threshold":
        return (intensity >= 0.5).astype(np.uint8)
    if how == "sampled":
        return (np.random.default_rng(seed).random(intensity.shape) < intensity).astype(np.uint8)
    raise DataError(f"Cannot binarise by {how!r}; choose 'sampled' or 'threshold'.")


def load(name: str, folder: str | Path | None = None, how: str = "sampled") -> Dataset:
    """The data set of that name: ``digits`` or ``mnist``."""
    if name == "digits":
        return digits(how)
    if name == "mnist":
        return mnist(folder, how)
    raise DataError(f"No data set is called {name!r}; choose 'digits' or 'mnist'.")


def digits(how: str = "sampled") -> Dataset:
    """Scikit-learn's 1,797 digits of 8 by 8 pixels, 1,297 to train on and 500 held out, split by a fixed
    permutation."""
    table = _digits_table()
    order = np.random.default_rng(BINARISATION_SEED + 1).permutation(len(table))
    x, y = binary(table[:, :64] / 16.0, how)[order], table[:, 64].astype(np.uint8)[order]
    cut = len(x) - DIGITS_TEST
    return Dataset("digits", DIGITS_SHAPE, x[:cut], x[cut:], y[:cut], y[cut:], how, "scikit-learn digits, 8x8")


def _digits_table() -> Array:
    spec = importlib.util.find_spec("sklearn")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(
            "The digits come with scikit-learn; install it with pip install 'betavae-theory[train]'."
        )
    file = Path(spec.origin).parent / "datasets" / "data" / "digits.csv.gz"
    if file.exists():  # importing sklearn.datasets would take a second, the file alone takes 50 ms
        with gzip.open(file, "rt") as lines:
            return np.loadtxt(lines, delimiter=",")
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    return np.column_stack([images, labels])


def mnist(folder: str | Path | None = None, how: str = "sampled") -> Dataset:
    """MNIST, 28 by 28, from ``folder``, else from the folder in BETAVAE_DATA, else downloaded and kept by pooch.

    A folder with the t10k files alone is enough: its 10,000 images are then split 9,000 to 1,000.
    """
    (train_x, train_y), (test_x, test_y), note = mnist_intensities(folder)
    height, width = train_x.shape[1:]
    train_b = binary(train_x.reshape(len(train_x), -1) / 255.0, how)
    test_b = binary(test_x.reshape(len(test_x), -1) / 255.0, how, BINARISATION_SEED + 2)
    return Dataset("mnist", (int(height), int(width)), train_b, test_b, train_y, test_y, how, note)


def mnist_intensities(folder: str | Path | None = None) -> tuple[tuple[Array, Array], tuple[Array, Array], str]:
    """Bytes (n, 28, 28) and labels (n,) of MNIST's train and test images as ``mnist`` finds them, and what they are."""
    chosen = folder if folder is not None else os.environ.get("BETAVAE_DATA")
    if chosen is None:
        files = _download()
    else:
        root = Path(chosen)
        if not root.is_dir():
            raise DataError(f"The MNIST folder {root} does not exist; give one that holds the four idx .gz files.")
        files = {name: root / name for name in MNIST_SHA256 if not name.startswith("train") or (root / name).exists()}
    test_x, test_y = _part(files, "t10k")
    if any(name.startswith("train") for name in files):
        (train_x, train_y), note = _part(files, "train"), "MNIST, 28x28"
    else:
        order = np.random.default_rng(BINARISATION_SEED + 1).permutation(len(test_x))
        test_x, test_y = test_x[order], test_y[order]
        cut = len(test_x) - len(test_x) // 10
        train_x, test_x, train_y, test_y = test_x[:cut], test_x[cut:], test_y[:cut], test_y[cut:]
        note = "MNIST's t10k images alone, 28x28"
    if test_x.shape[1:] != train_x.shape[1:]:
        raise DataError(f"The train images are {train_x.shape[1:]} pixels and the test images {test_x.shape[1:]}.")
    return (train_x, train_y), (test_x, test_y), note


def _part(files: dict[str, Path], part: str) -> tuple[Array, Array]:
    for kind in ("images-idx3", "labels-idx1"):
        if f"{part}-{kind}-ubyte.gz" not in files:
            raise DataError(f"{part}-{kind}-ubyte.gz is missing beside the other {part} file.")
    images = read_idx(files[f"{part}-images-idx3-ubyte.gz"], IMAGE_MAGIC)
    labels = read_idx(files[f"{part}-labels-idx1-ubyte.gz"], LABEL_MAGIC)
    if len(images) != len(labels):
        raise DataError(f"MNIST's {part} part holds {len(images)} images but {len(labels)} labels.")
    return images, labels


def read_idx(path: str | Path, magic: int) -> Array:
    """The bytes of one gzipped idx file as an array, its magic number and its length checked; nothing is unpickled."""
    path = Path(path)
    try:
        with gzip.open(path, "rb") as file:
            raw = file.read()
    except FileNotFoundError:
        raise DataError(f"{path} is missing; fetch it from {MNIST_URL}{path.name} into that folder.") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path} is cut short or is no gzip file ({error}); fetch it again.") from None
    except OSError as error:
        raise DataError(f"{path} cannot be read ({error.strerror or error}).") from None
    if len(raw) < 4:
        raise DataError(f"{path} holds {len(raw)} bytes, too few for an idx header; fetch it again.")
    (found,) = struct.unpack(">I", raw[:4])
    if found != magic:
        raise DataError(
            f"{path} begins with {found:#010x} where {magic:#010x} is due: it is not the idx file of its name."
        )
    axes = magic & 0xFF
    start = 4 + 4 * axes
    if len(raw) < start:
        raise DataError(f"{path} ends inside its header; fetch it again.")
    shape = struct.unpack(f">{axes}I", raw[4:start])
    size = int(np.prod(shape, dtype=np.int64))
    if len(raw) - start != size:
        raise DataError(f"{path} announces {size} bytes of data but holds {len(raw) - start}; fetch it again.")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape)


def _download() -> dict[str, Path]:
    try:
        import pooch
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "Downloading MNIST needs pooch: pip install 'betavae-theory[train]', or set BETAVAE_DATA to a folder "
            "with it."
        ) from None
    store = pooch.create(
        path=pooch.os_cache("betavae"),
        base_url=MNIST_URL,
        registry={name: f"sha256:{digest}" for name, digest in MNIST_SHA256.items()},
        env="BETAVAE_CACHE",
    )
    pooch.get_logger().setLevel("ERROR")
    try:
        return {name: Path(store.fetch(name)) for name in MNIST_SHA256}
    except Exception as error:  # pooch passes on whatever its transport raises
        raise DataError(
            f"MNIST could not be downloaded from {MNIST_URL} ({type(error).__name__}); set BETAVAE_DATA to a folder "
            f"with it."
        ) from error
