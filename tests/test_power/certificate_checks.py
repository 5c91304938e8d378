"""Which numbers a certificate takes, at the borders of what float64 resolves, and how it is printed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from theory import arrays, certificate, gaussian, marginals, validation
from theory.certificate import Interval, certify, samples_needed

TWO = np.array([[1.0, 0.0], [1.0, 2.0]])


def _told(call: Callable[..., Any], *args: Any, **named: Any) -> str:
    try:
        call(*args, **named)
    except ValueError as error:
        return str(error)
    return ""


def as_narrow_as_float64_resolves() -> bool:
    """2^-30 of the farthest mean from the first and the widest posterior together, dimension by dimension."""
    least = 2.0**-30 * (2 + 1)
    sigma = np.array([[1.0, 1.0], [1.0, least]])
    told = (
        "sigma[1, 1] = 2.77e-09 is too narrow: float64 cannot resolve it where dimension 1 reaches over 3; leave out "
        "posteriors that have collapsed to points, or bound their standard deviations from below."
    )
    check = validation.check_resolved
    both = np.stack([TWO, TWO]), np.stack([sigma, sigma * [[1, 1], [1, 0.99]]])
    return (
        _told(check, TWO, sigma) == ""
        and _told(check, [[5.0], [5.0]], [[1.0], [2.0**-30]]) == ""
        and _told(check, TWO, sigma * [[1, 1], [1, 0.99]]) == told
        and _told(check, *both) == told.replace("[1, 1]", "[1, 1, 1]")
        and _told(marginals.marginals, TWO, sigma * [[1, 1], [1, 0.99]]) == told
        and _told(certify, TWO, std=sigma * [[1, 1], [1, 0.99]]) == told
    )


def squares_stay_in_float64() -> bool:
    """From 2^-300 to 2^300."""
    told = "dimension 0 reaches over {} and sigma[0, 0] = {}: squares leave float64; rescale the latents."
    check, least = validation.check_resolved, 2.0**-300
    return (
        _told(check, [[0.0]], [[least]]) == _told(check, [[0.0]], [[1 / least]]) == ""
        and _told(check, [[0.0]], [[0.99 * least]]) == told.format("4.86e-91", "4.86e-91")
        and _told(check, [[0.0]], [[1.01 / least]]) == told.format("2.06e+90", "2.06e+90")
        and _told(check, [[0.0], [1 / least]], [[1 / least], [1 / least]]) == told.format("4.07e+90", "2.04e+90")
    )


def whole_numbers_and_real_ones() -> bool:
    """Sizes and seeds are whole, what is summed is real; any float type is taken."""
    size, seed = (
        "size = {!r} is not a whole number; pass an int.",
        "seed = {!r} is no seed; pass a whole number from 0 on.",
    )
    kind, given = "an argument is of type {}; pass real numbers.", dict(std=[[1.0]], size=1)
    narrow = torch.ones(1, 1, dtype=torch.bfloat16)
    return (
        [_told(validation.check_size, x) for x in (1e4, True, np.int64(1))] == [size.format(1e4), size.format(True), ""]
        and [_told(validation.check_seed, x) for x in (-1, 0.0, True, 0, np.int64(3))]
        == [seed.format(-1), seed.format(0.0), seed.format(True), "", ""]
        and _told(certify, [[0.0]], std=[[1.0]], size=0.5) == size.format(0.5)
        and _told(certify, [[0.0]], std=[[1.0]], seed=-2) == seed.format(-2)
        and _told(samples_needed, [[0.0]], 0.1, std=[[1.0]], seed=-2) == seed.format(-2)
        and _told(certify, np.array([[1j]]), **given) == kind.format("complex128")
        and _told(certify, torch.tensor([[1j]]), **given) == kind.format("torch.complex64")
        and _told(gaussian.kl_to_prior, ["0.5"], [[1.0]]) == kind.format("<U3")
        and arrays.as_float(narrow).tolist() == [[1.0]]
        and arrays.as_float([True]).tolist() == [1.0]
    )


def printed_without_a_minus_before_zero() -> bool:
    """Four decimals, and one posterior is no plural."""
    shown = str(certify([[0.0]], std=[[1.0]], size=1)).splitlines()
    two = str(certify([[0.0], [0.0]], std=[[1.0], [1.0]], size=2)).splitlines()[0]
    return (
        str(Interval(-0.00004, 0.12345678, -1.5)) == "-1.5000 in [0.0000, 0.1235]"
        and shown[0] == "1 posterior, 1 draws of seed 0, error probability 1e-06 for all four"
        and shown[1] == "I(z;n)    0.0000 in [0.0000, 0.0000]"
        and two.startswith("2 posteriors, 2 draws")
        and certificate.ABOVE == 1e-6
    )


CERTIFICATE_CHECKS: tuple[Callable[[], bool], ...] = (
    as_narrow_as_float64_resolves, squares_stay_in_float64, whole_numbers_and_real_ones,
    printed_without_a_minus_before_zero,
)  # fmt: skip
