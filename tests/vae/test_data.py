"""The images: fixed, split, binary, and told apart from broken files."""

from __future__ import annotations

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

from verification.vae import data

REAL = os.environ.get("BETAVAE_TEST_MNIST")
needs_mnist = pytest.mark.skipif(
    REAL is None, reason="set BETAVAE_TEST_MNIST to a folder that holds MNIST's t10k-images and t10k-labels .gz files"
)


def idx(path: Path, array: np.ndarray, magic: int) -> Path:
    path.write_bytes(
        gzip.compress(struct.pack(f">I{array.ndim}I", magic, *array.shape) + array.astype(np.uint8).tobytes())
    )
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for part, count in (("train", 30), ("t10k", 20)):
        idx(tmp_path / f"{part}-images-idx3-ubyte.gz", rng.integers(0, 256, (count, 5, 4)), data.IMAGE_MAGIC)
        idx(tmp_path / f"{part}-labels-idx1-ubyte.gz", rng.integers(0, 10, count), data.LABEL_MAGIC)
    return tmp_path


def test_digits_are_the_1797_images_split_without_overlap():
    digits = data.digits()
    assert digits.train_x.shape == (1297, 64) and digits.test_x.shape == (500, 64)
    assert set(np.unique(digits.train_x)) == {0, 1}
    assert sorted(np.bincount(np.r_[digits.train_y, digits.test_y])) == [
        174,
        177,
        178,
        179,
        180,
        181,
        181,
        182,
        182,
        183,
    ]


def test_digits_are_the_same_every_time_and_differ_by_the_way_they_are_binarised():
    assert data.digits().hash == data.digits().hash != data.digits("threshold").hash


def test_sampled_pixels_have_the_intensity_as_their_mean():
    pixels = data.binary(np.full((200, 200), 0.3))
    assert abs(pixels.mean() - 0.3) < 5 * (0.21 / 40000) ** 0.5


def test_digits_read_without_scikit_learn_agree_with_scikit_learn():
    from sklearn.datasets import load_digits

    images, labels = load_digits(return_X_y=True)
    assert np.array_equal(data._digits_table(), np.column_stack([images, labels]))


def test_a_local_folder_is_read(folder):
    mnist = data.mnist(folder)
    assert mnist.shape == (5, 4) and mnist.train_x.shape == (30, 20) and mnist.test_x.shape == (20, 20)


def test_the_folder_may_come_from_the_environment(folder, monkeypatch):
    monkeypatch.setenv("BETAVAE_DATA", str(folder))
    assert data.load("mnist").hash == data.mnist(folder).hash


def test_test_images_alone_are_split(folder):
    for name in ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"):
        (folder / name).unlink()
    mnist = data.mnist(folder)
    assert (len(mnist.train_x), len(mnist.test_x)) == (18, 2)


def test_a_part_of_the_data_has_a_key_and_a_note_of_its_own(folder):
    whole = data.mnist(folder)
    part = whole.first(10, 5)
    assert (len(part.train_x), len(part.train_y), len(part.test_x), len(part.test_y)) == (10, 10, 5, 5)
    assert part.hash != whole.hash and "first" in part.note and whole.first(30, 20) is whole


def test_a_missing_file_is_named_with_its_source(folder):
    (folder / "t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(data.DataError, match=r"t10k-labels-idx1-ubyte\.gz is missing beside the.*fetch it from https"):
        data.mnist(folder)


def test_a_lone_train_file_is_refused(folder):
    (folder / "train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(data.DataError, match="missing beside the other train file"):
        data.mnist(folder)


def test_a_missing_folder_is_named_with_the_files_it_should_hold(tmp_path):
    with pytest.raises(data.DataError, match=r"nowhere does not exist; give one .*t10k-images-idx3-ubyte\.gz"):
        data.mnist(tmp_path / "nowhere")


def test_a_folder_without_mnist_is_told_what_it_should_hold(tmp_path):
    with pytest.raises(data.DataError, match=r"neither t10k file of MNIST; it needs train-images-idx3-ubyte\.gz"):
        data.mnist(tmp_path)


def test_a_truncated_gzip_file_is_told(folder):
    path = folder / "t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(data.DataError, match="cut short"):
        data.mnist(folder)


def test_plain_bytes_are_told_from_gzip(folder):
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(b"not gzip at all")
    with pytest.raises(data.DataError, match="no gzip file"):
        data.mnist(folder)


def test_a_truncated_payload_is_told(tmp_path):
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(struct.pack(">IIII", data.IMAGE_MAGIC, 3, 2, 2) + bytes(11)))
    with pytest.raises(data.DataError, match="announces 12 bytes of data but holds 11"):
        data.read_idx(path, data.IMAGE_MAGIC)


@pytest.mark.parametrize("raw", [b"", b"\0\0", struct.pack(">II", data.IMAGE_MAGIC, 3)])
def test_a_file_that_ends_in_its_header_is_told(tmp_path, raw):
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(raw))
    with pytest.raises(data.DataError, match="header"):
        data.read_idx(path, data.IMAGE_MAGIC)


def test_a_wrong_magic_number_is_shown(folder):
    labels = (folder / "t10k-labels-idx1-ubyte.gz").read_bytes()
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(labels)
    with pytest.raises(data.DataError, match="0x00000801 where 0x00000803"):
        data.mnist(folder)


def test_images_and_labels_must_be_as_many(folder):
    idx(folder / "t10k-labels-idx1-ubyte.gz", np.zeros(7), data.LABEL_MAGIC)
    with pytest.raises(data.DataError, match="20 images but 7 labels"):
        data.mnist(folder)


def plain(path: Path) -> None:
    """The file without gzip, under its name without .gz."""
    path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
    path.unlink()


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    for part, count in (("train", 30), ("test", 20)):
        images, labels = (f"emnist-letters-{part}-{kind}-ubyte.gz" for kind in ("images-idx3", "labels-idx1"))
        idx(tmp_path / images, rng.integers(0, 256, (count, 5, 4)), data.IMAGE_MAGIC)
        idx(tmp_path / labels, rng.integers(1, 27, count), data.LABEL_MAGIC)
    return tmp_path


def test_letters_are_stood_upright_and_keep_their_labels(letters):
    (x, y), (held_out, _), note = data.bytes_of("emnist", letters)
    stored = [
        data.read_idx(letters / f"emnist-letters-train-{kind}-ubyte.gz", magic)
        for kind, magic in (("images-idx3", data.IMAGE_MAGIC), ("labels-idx1", data.LABEL_MAGIC))
    ]
    there = {(image.T.tobytes(), int(label)) for image, label in zip(*stored, strict=True)}
    assert {(image.tobytes(), int(label)) for image, label in zip(x, y, strict=True)} == there
    assert x.shape == (30, 4, 5) and held_out.shape == (20, 4, 5) and note.startswith("EMNIST letters")


def test_letters_that_are_sorted_in_their_file_are_mixed(letters):
    idx(letters / "emnist-letters-test-labels-idx1-ubyte.gz", np.repeat(np.arange(1, 11), 2), data.LABEL_MAGIC)
    (_, _), (_, y), _ = data.bytes_of("emnist", letters)
    assert list(y) != sorted(y) == sorted(np.repeat(np.arange(1, 11), 2))


def test_letters_are_loaded_by_name_as_other_sets_are(letters, monkeypatch):
    monkeypatch.setenv("BETAVAE_DATA", str(letters))
    found = data.load("emnist")
    assert (found.name, found.shape, found.train_x.shape) == ("emnist", (4, 5), (30, 20))
    assert found.hash == data.load("emnist").hash


@pytest.mark.parametrize("what", ["emnist", "mnist"])
def test_files_may_be_unpacked(letters, folder, what):
    packed = data.load(what, folder)
    for path in folder.glob("*.gz"):
        plain(path)
    assert data.load(what, folder).hash == packed.hash


def test_letters_are_never_downloaded(monkeypatch):
    monkeypatch.delenv("BETAVAE_DATA", raising=False)
    with pytest.raises(data.DataError, match=r"not downloaded; set BETAVAE_DATA to .*emnist-letters-train-images"):
        data.load("emnist")


def test_a_missing_file_of_letters_is_named_with_its_folder_and_all_that_are_wanted(letters):
    (letters / "emnist-letters-test-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(data.DataError) as told:
        data.load("emnist", letters)
    said = str(told.value)
    assert said.startswith(f"{letters} lacks emnist-letters-test-labels-idx1-ubyte.gz; ")
    assert said.count("emnist-letters-") == 5 and said.count("\n") == 0


def test_labels_of_other_letters_files_are_told(letters):
    idx(letters / "emnist-letters-train-labels-idx1-ubyte.gz", np.arange(30), data.LABEL_MAGIC)
    with pytest.raises(data.DataError, match="labels from 0 to 29 where letters have 1 to 26"):
        data.load("emnist", letters)


def test_labels_that_are_too_few_are_told(letters):
    idx(letters / "emnist-letters-test-labels-idx1-ubyte.gz", np.ones(7), data.LABEL_MAGIC)
    with pytest.raises(data.DataError, match="test part of EMNIST letters holds 20 images but 7 labels"):
        data.load("emnist", letters)


@pytest.mark.parametrize(("broken", "match"), [(-30, "cut short"), (None, "0x00000801 where 0x00000803")])
def test_broken_letters_are_told(letters, broken, match):
    name = "emnist-letters-train-images-idx3-ubyte.gz"
    other = name if broken else "emnist-letters-train-labels-idx1-ubyte.gz"
    (letters / name).write_bytes((letters / other).read_bytes()[:broken])
    with pytest.raises(data.DataError, match=match) as told:
        data.load("emnist", letters)
    assert name in str(told.value)


@pytest.mark.parametrize(("name", "how"), [("faces", "sampled"), ("digits", "otsu")])
def test_unknown_names_are_refused(name, how):
    with pytest.raises(data.DataError, match="choose"):
        data.load(name, how=how)


@needs_mnist
def test_the_real_mnist_test_images_are_read():
    mnist = data.mnist(REAL)
    assert mnist.shape == (28, 28)
    total = len(mnist.train_x) + len(mnist.test_x)
    assert total in (10_000, 70_000)
    assert 0.1 < mnist.test_x.mean() < 0.16
    if total == 10_000:
        assert np.bincount(np.r_[mnist.train_y, mnist.test_y])[0] == 980
