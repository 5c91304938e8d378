"""Values of the words for eigenvalues and orthogonal factors, in balls: by eigenvalues, not by steps that move."""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb, arb_mat

from verification.derive.meaning import Matrix
from verification.derive.on_balls import largest_eigenvalue


def top(A: Matrix) -> Any:
    """The largest eigenvalue."""
    return largest_eigenvalue(A)[0]


def projector(A: Matrix) -> Matrix:
    """On the eigenvector of the largest eigenvalue: the product of (A - mu) / (lambda - mu) over the others."""
    return _lagrange(A, *largest_eigenvalue(A))


def resolvent(A: Matrix) -> Matrix:
    """(lambda - A)^+: (lambda - A + P)^-1 - P."""
    largest, others = largest_eigenvalue(A)
    P = arb_mat(_lagrange(A, largest, others))
    return _rows((_identity(len(A)) * largest - arb_mat(A) + P).inv() - P)


def polar(A: Matrix) -> Matrix:
    """A (A'A)^-1/2, with the eigenvalues and the projectors of A'A."""
    square = arb_mat(A).transpose() * arb_mat(A)
    root = arb_mat(len(A), len(A))
    largest, others = largest_eigenvalue(_rows(square))
    values = [*others, largest]
    for i, value in enumerate(values):
        root += arb_mat(_lagrange(_rows(square), value, values[:i] + values[i + 1 :])) * (1 / value.sqrt())
    return _rows(arb_mat(A) * root)


def sylvester(A: Matrix) -> Any:
    """The inverse of X -> X H + H X, H = O'A: its entries [p, j, c, d]."""
    k = len(A)
    H = (arb_mat(polar(A)).transpose() * arb_mat(A)).tolist()
    whole = [
        [H[j][d] * int(p == c) + H[p][c] * int(j == d) for c in range(k) for d in range(k)]
        for p in range(k)
        for j in range(k)
    ]
    return np.array(arb_mat(whole).inv().tolist(), dtype=object).reshape(k, k, k, k).tolist()


def _lagrange(A: Matrix, value: Any, others: list[Any]) -> Matrix:
    one = _identity(len(A))
    found = one
    for x in others:
        found = found * (arb_mat(A) - one * x) * (1 / (value - x))
    return _rows(found)


def _identity(k: int) -> Any:
    return arb_mat([[arb(int(i == j)) for j in range(k)] for i in range(k)])


def _rows(A: Any) -> Matrix:
    return [list(row) for row in A.tolist()]
