"""Binary images: scikit-learn's 8x8 digits (embedded), MNIST (a local folder, or downloaded) and EMNIST's letters (a
local folder)."""

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

# The sets that come as idx files, and what their two parts are called there.
IDX_PARTS = {"MNIST": ("train", "t10k"), "EMNIST letters": ("emnist-letters-train", "emnist-letters-test")}
LETTERS = 26


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
    """The data set of that name: ``digits``, ``mnist`` or ``emnist``."""
    if name == "digits":
        return digits(how)
    return idx_set(name, folder, how)


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
    return idx_set("mnist", folder, how)


def idx_set(name: str, folder: str | Path | None = None, how: str = "sampled") -> Dataset:
    """``mnist`` or ``emnist`` in binary pixels."""
    (train_x, train_y), (test_x, test_y), note = bytes_of(name, folder)
    height, width = train_x.shape[1:]
    train_b = binary(train_x.reshape(len(train_x), -1) / 255.0, how)
    test_b = binary(test_x.reshape(len(test_x), -1) / 255.0, how, BINARISATION_SEED + 2)
    return Dataset(name, (int(height), int(width)), train_b, test_b, train_y, test_y, how, note)


def bytes_of(name: str, folder: str | Path | None = None) -> tuple[tuple[Array, Array], tuple[Array, Array], str]:
    """Bytes (n, 28, 28) and labels (n,) of the train and test images of ``mnist`` or ``emnist``, and what they are."""
    if name == "mnist":
        return mnist_intensities(folder)
    if name == "emnist":
        return emnist_intensities(folder)
    raise DataError(f"No data set is called {name!r}; choose 'digits', 'mnist' or 'emnist'.")


def mnist_intensities(folder: str | Path | None = None) -> tuple[tuple[Array, Array], tuple[Array, Array], str]:
    """Bytes (n, 28, 28) and labels (n,) of MNIST's train and test images as ``mnist`` finds them, and what they are."""
    chosen = _given_folder("MNIST", folder)
    if chosen is None:
        files = _download()
    else:
        files = {name: file for name in MNIST_SHA256 if (file := _stored(chosen, name)) is not None}
        if not any(name.startswith("t10k") for name in files):
            raise DataError(f"{chosen} holds neither t10k file of MNIST; it needs {_wanted('MNIST')}.")
    test_x, test_y = _part(files, "t10k")
    if any(name.startswith("train") for name in files):
        (train_x, train_y), note = _part(files, "train"), "MNIST, 28x28"
    else:
        order = np.random.default_rng(BINARISATION_SEED + 1).permutation(len(test_x))
        test_x, test_y = test_x[order], test_y[order]
        cut = len(test_x) - len(test_x) // 10
        train_x, test_x, train_y, test_y = test_x[:cut], test_x[cut:], test_y[:cut], test_y[cut:]
        note = "MNIST's t10k images alone, 28x28"
    _of_one_size(train_x, test_x)
    return (train_x, train_y), (test_x, test_y), note


def emnist_intensities(folder: str | Path | None = None) -> tuple[tuple[Array, Array], tuple[Array, Array], str]:
    """Bytes (n, 28, 28), upright, and labels (n,), 1 for A to 26 for Z, of EMNIST's letters; nothing is downloaded.

    The files hold every image with its rows and columns exchanged, the test images letter by letter: all are put in an
    order drawn once. ``folder`` defaults to BETAVAE_DATA.
    """
    chosen = _given_folder("EMNIST letters", folder)
    if chosen is None:
        raise DataError(
            f"EMNIST letters are not downloaded; set BETAVAE_DATA to a folder that holds {_wanted('EMNIST letters')}."
        )
    parts = []
    for part in IDX_PARTS["EMNIST letters"]:
        files = {name: file for name in _names(part) if (file := _stored(chosen, name)) is not None}
        if missing := [name for name in _names(part) if name not in files]:
            raise DataError(
                f"{chosen} lacks {' and '.join(missing)}; EMNIST letters need {_wanted('EMNIST letters')} there."
            )
        images, labels = _part(files, part, "EMNIST letters")
        if len(labels) and not 1 <= labels.min() <= labels.max() <= LETTERS:
            raise DataError(
                f"{files[_names(part)[1]]} holds labels from {labels.min()} to {labels.max()} where letters have 1 to "
                f"{LETTERS}; it belongs to another part of EMNIST."
            )
        order = np.random.default_rng(BINARISATION_SEED + 3).permutation(len(labels))
        parts.append((images.swapaxes(1, 2)[order], labels[order]))
    train, test = parts
    _of_one_size(train[0], test[0])
    return train, test, "EMNIST letters, 28x28"


def _given_folder(what: str, folder: str | Path | None) -> Path | None:
    chosen = folder if folder is not None else os.environ.get("BETAVAE_DATA")
    if chosen is None:
        return None
    root = Path(chosen)
    if not root.is_dir():
        raise DataError(f"The {what} folder {root} does not exist; give one that holds {_wanted(what)}.")
    return root


def _names(part: str) -> tuple[str, str]:
    return f"{part}-images-idx3-ubyte.gz", f"{part}-labels-idx1-ubyte.gz"


def _wanted(what: str) -> str:
    names = [name for part in IDX_PARTS[what] for name in _names(part)]
    return f"{', '.join(names[:-1])} and {names[-1]} (each with or without .gz)"


def _stored(folder: Path, name: str) -> Path | None:
    """The file of that name, gzipped or not."""
    return next((file for file in (folder / name, folder / name.removesuffix(".gz")) if file.exists()), None)


def _of_one_size(train: Array, test: Array) -> None:
    if test.shape[1:] != train.shape[1:]:
        raise DataError(f"The train images are {train.shape[1:]} pixels and the test images {test.shape[1:]}.")


def _part(files: dict[str, Path], part: str, what: str = "MNIST") -> tuple[Array, Array]:
    for name in _names(part):
        if name not in files:
            other = next(file for file in _names(part) if file in files)
            source = f" from {MNIST_URL}{name} into that folder" if what == "MNIST" else ""
            raise DataError(f"{files[other].parent / name} is missing beside the other {part} file; fetch it{source}.")
    images, labels = (
        read_idx(files[name], magic) for name, magic in zip(_names(part), (IMAGE_MAGIC, LABEL_MAGIC), strict=True)
    )
    if len(images) != len(labels):
        raise DataError(f"The {part} part of {what} holds {len(images)} images but {len(labels)} labels.")
    return images, labels


def read_idx(path: str | Path, magic: int) -> Array:
    """The bytes of one idx file, gzipped if its name ends so, as an array, magic number and length checked; nothing is

    unpickled.
    """
    path = Path(path)
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
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
