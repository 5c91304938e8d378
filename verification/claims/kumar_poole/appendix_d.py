"""Appendix D: whether the printed layers return images of the printed size."""

from collections.abc import Callable, Mapping
from typing import Any

from theory.printed import kumar_poole_architectures as printed
from verification.claim import KUMAR_POOLE, REFUTED, Claim
from verification.domains.architectures import CELEBA, DECODERS, HALVED, MNIST
from verification.mutants import at, double, half, scaled, shifted
from verification.oracles import upsampling, windows
from verification.relations.equals import EQUALS

_D = KUMAR_POOLE.at("appendix D")
_METHODS: Mapping[str, Callable[..., Any]] = dict(windows=windows.returned, upsampling=upsampling.returned)
_IMAGE = (at(pixels=double), at(pixels=half), shifted(1), scaled(1.01))

mnist = Claim(
    "kumar_poole.appendix_d.mnist", "MNIST's decoder returns images of 28 x 28, if layers are padded to as many pixels"
    " as the stride says.", _D, EQUALS, printed.image, _METHODS, MNIST, _IMAGE, unit="pixels",
    note="Without padding its encoder has no pixel left for the last layer: 25, 11, 4, 1, -2. No padding that is the"
    " same on both sides and in all layers returns 28 x 28, as kernels of 4 are even.",
)  # fmt: skip
celeba = Claim(
    "kumar_poole.appendix_d.celeba", "CelebA's decoder returns images of 64 x 64.", _D, EQUALS, printed.image, _METHODS,
    CELEBA, expected=REFUTED, unit="pixels", pinned="kumar_poole.appendix_d.celeba.twice",
    corrected="kumar_poole.appendix_d.celeba.halved",
    note="It begins with 16 x 16 and doubles three times.",
)  # fmt: skip
twice = Claim(
    "kumar_poole.appendix_d.celeba.twice", "CelebA's decoder as printed returns images of 128 x 128.", _D, EQUALS,
    printed.twice, _METHODS, CELEBA, _IMAGE, printed=False, unit="pixels",
)  # fmt: skip
halved = Claim(
    "kumar_poole.appendix_d.celeba.halved", "Begun with 8 x 8 it returns images of 64 x 64.", _D, EQUALS,
    printed.image, _METHODS, HALVED, _IMAGE, printed=False, unit="pixels",
)  # fmt: skip
sizes = Claim(
    "kumar_poole.appendix_d.sizes", "So padded, a decoder returns what it begins with times all its strides.", _D,
    EQUALS, printed.returned, _METHODS, DECODERS,
    (at(start=double), at(strides=double), at(start=half), shifted(1), scaled(1.01)), printed=False, unit="pixels",
)  # fmt: skip
