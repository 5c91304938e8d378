"""Families of covariances: full, diagonal, or in blocks along the diagonal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np

from theory.arrays import Array, as_float, eye_like, number, trailing
from theory.validation import ASYMMETRY, _first, _unseen, at, check_positive_beta, check_symmetric, definite

Blocks: TypeAlias = "int | Sequence[int] | None"


def block_sizes(k: int, family: str, blocks: Blocks = None) -> tuple[int, ...]:
    """The sizes of the blocks along the diagonal: k at once for "full", ones for "diagonal", ``blocks`` for "block".

    ``blocks`` is one size that divides k, or sizes that add up to k. ValueError: a family that there is not, blocks
    that do not fill k dimensions, blocks for another family.

    >>> block_sizes(4, "block", 2), block_sizes(4, "block", (1, 3)), block_sizes(2, "diagonal")
    ((2, 2), (1, 3), (1, 1))
    """
    if family not in ("full", "diagonal", "block"):
        raise ValueError(f'family = "{family}" is unknown; pass "full", "diagonal" or "block".')
    if family != "block":
        if blocks is not None:
            raise ValueError(f'blocks = {blocks} mean nothing to family = "{family}"; pass family = "block".')
        return (k,) if family == "full" else (1,) * k
    if blocks is None:
        raise ValueError(f'family = "block" needs blocks: a size that divides k = {k}, or sizes that add up to it.')
    if isinstance(blocks, (int, np.integer)):
        if blocks < 1 or k % blocks:
            raise ValueError(f"blocks = {blocks} does not divide k = {k}; pass a divisor, or sizes that add up to it.")
        return (int(blocks),) * (k // int(blocks))
    sizes = tuple(map(int, blocks))
    if any(size < 1 for size in sizes) or sum(sizes) != k:
        raise ValueError(f"blocks = {sizes} do not add up to k = {k}; pass positive sizes that do, or a divisor of it.")
    return sizes


def restricted(X: Array, family: str, blocks: Blocks = None) -> Array:
    """X with zeros in the place of what the family does not see. Shapes: X (..., k, k) -> (..., k, k).

    >>> restricted(np.array([[1.0, 2.0], [2.0, 3.0]]), "diagonal").tolist()
    [[1.0, 0.0], [0.0, 3.0]]
    """
    sizes = block_sizes(X.shape[-1], family, blocks)
    if len(sizes) == 1:
        return X
    owner = np.repeat(np.arange(len(sizes)), sizes)
    return X * number((owner[:, None] == owner).astype(int), X)


def check_hessian(H: Array) -> None:
    """Second derivatives: symmetric."""
    check_symmetric("H", H)


def check_best_exists(H: Array, beta: Array, family: str, blocks: Blocks) -> None:
    """beta > 0, and what the family sees of H is below beta I: exactly then one covariance is best."""
    check_positive_beta(beta)
    own = restricted(H, family, blocks)
    if _unseen(own):
        return
    room = trailing(beta, 2) * eye_like(own) - own
    bad = ~np.asarray(definite(room))
    if bad.any():
        index = _first(bad)
        given = np.broadcast_to(as_float(beta), bad.shape)[index]
        worst = np.linalg.eigvalsh(np.broadcast_to(as_float(own), tuple(room.shape))[index])[-1]
        raise ValueError(
            f'{at("H", index)} has the eigenvalue {worst:.6g} in family "{family}", which beta = {given:.6g} does not '
            f"exceed, so that no Sigma is best; any beta above {worst:.6g} would do."
        )


def check_drawn(p: Array) -> None:
    """Chances of columns: none negative, and 1 in all."""
    if _unseen(p):
        return
    values = as_float(p)
    bad = (values < 0).any(-1) | (abs(values.sum(-1) - 1) > ASYMMETRY)
    if bad.any():
        index = _first(bad)
        raise ValueError(
            f"{at('p', index)} adds up to {values[index].sum():.6g} and its least entry is {values[index].min():.6g}; "
            "pass probabilities."
        )
