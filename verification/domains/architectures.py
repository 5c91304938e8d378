"""Appendix D's decoders: what they begin with, their strides and kernels, and the images that they are to return."""

from verification.domain import Case, Domain

_MNIST: Case = {"start": 7, "strides": [1, 1, 2, 2, 1], "kernel": 4, "pixels": 28}
_CELEBA: Case = {"start": 16, "strides": [1, 2, 2, 2, 1], "kernel": 5, "pixels": 64}

MNIST = Domain("the decoder of MNIST as printed", (_MNIST,))
CELEBA = Domain("the decoder of CelebA as printed", (_CELEBA,))
HALVED = Domain("the decoder of CelebA begun with 8 x 8", ({**_CELEBA, "start": 8},))
DECODERS = Domain("decoders of both tables", (_MNIST, _CELEBA, {**_CELEBA, "start": 8}))
