"""Best covariances: what is refused in which words, families by their sizes, many points in pieces, the search."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from theory import deterministic, families, gaussian, grae, sparse_precision

H3 = np.array([[-2.0, 0.5, -1.0], [0.5, -1.0, 0.25], [-1.0, 0.25, 0.125]])
WIDE = np.array([[1.0, 2.0], [2.0, 1.0]])


def _told(call: Callable[..., Any], *args: Any) -> str:
    try:
        call(*args)
    except ValueError as error:
        return str(error)
    return ""


def families_by_name() -> bool:
    """Full, diagonal, or in blocks of one size or of several."""
    fit = "pass a divisor, or sizes that add up to it."
    sizes = "pass positive sizes that do, or a divisor of it."
    told = {
        ("banded", None): 'family = "banded" is unknown; pass "full", "diagonal" or "block".',
        ("full", 2): 'blocks = 2 mean nothing to family = "full"; pass family = "block".',
        ("diagonal", (2, 2)): 'blocks = (2, 2) mean nothing to family = "diagonal"; pass family = "block".',
        ("block", None): 'family = "block" needs blocks: a size that divides k = 4, or sizes that add up to it.',
        ("block", 3): f"blocks = 3 does not divide k = 4; {fit}",
        ("block", 0): f"blocks = 0 does not divide k = 4; {fit}",
        ("block", -1): f"blocks = -1 does not divide k = 4; {fit}",
        ("block", 8): f"blocks = 8 does not divide k = 4; {fit}",
        ("block", (2, 3)): f"blocks = (2, 3) do not add up to k = 4; {sizes}",
        ("block", (0, 4)): f"blocks = (0, 4) do not add up to k = 4; {sizes}",
        ("block", ()): f"blocks = () do not add up to k = 4; {sizes}",
    }
    found = [
        families.block_sizes(4, *asked)
        for asked in (("full",), ("diagonal",), ("block", 1), ("block", np.int64(2)), ("block", 4), ("block", [1, 3]))
    ]
    return found == [(4,), (1,) * 4, (1,) * 4, (2, 2), (4,), (1, 3)] and all(
        _told(families.block_sizes, 4, *asked) == sentence for asked, sentence in told.items()
    )


def borders_of_beta() -> bool:
    """No best covariance at an eigenvalue of what the family sees, nor below."""
    shown = "does not exceed, so that no Sigma is best; any beta above"
    full = f'H[1] has the eigenvalue 3 in family "full", which beta = 3 {shown} 3 would do.'
    diagonal = f'H has the eigenvalue 1 in family "diagonal", which beta = 1 {shown} 1 would do.'
    half = f'H has the eigenvalue 3 in family "full", which beta = 0.5 {shown} 3 would do.'
    best = deterministic.optimal_covariance
    gaussian_told = "Sigma is not positive definite (smallest eigenvalue -2.5e+00); "
    gaussian_told += "pass a covariance, or exp(logvar) on the diagonal for log-variances."
    skew = "H is not symmetric (entries differ by 5.0e-01); pass (H + H.T) / 2."
    return (
        _told(best, np.stack([H3[:2, :2], np.diag([1.0, 3.0])]), 3.0, "full") == full
        and _told(best, torch.tensor(WIDE), 1.0, "diagonal") == diagonal
        and _told(best, WIDE, 0.5, "full") == half
        and _told(gaussian.entropy, [[-0.5, -2.0], [-2.0, -0.5]]) == gaussian_told
        and _told(best, WIDE, 3.001, "full") == ""
        and _told(best, WIDE, 1.001, "diagonal") == ""
        and _told(best, [[0.0, 0.5], [0.0, 0.0]], 1.0, "full") == skew
        and _told(best, -WIDE @ WIDE, 0.0, "full") == "beta = 0 is outside (0, inf), where the formula holds."
        and float(deterministic.smallest_beta(-WIDE @ WIDE, "full")) == 0.0
    )


def chances_of_columns() -> bool:
    """At least 0, and 1 in all, up to single precision."""
    J, told = np.ones((2, 2)), "adds up to {} and its least entry is {}; pass probabilities."
    estimate = grae.column_estimate_bias
    return (
        _told(estimate, J, 1.0, [0.5, 0.25]) == f"p {told.format('0.75', '0.25')}"
        and _told(estimate, J, 1.0, [[0.5, 0.5], [1.5, -0.5]]) == f"p[1] {told.format('1', '-0.5')}"
        and _told(estimate, J, 1.0, [0.5, 0.500009]) == ""
        and _told(estimate, J, 1.0, [0.5, 0.50002]) == f"p {told.format('1.00002', '0.5')}"
        and _told(estimate, J, 1.0, [1.0, 0.0]) == ""
    )


def separators() -> bool:
    """Different indices that leave something to part; patterns that are square, symmetric and free on the diagonal."""
    parts, told = sparse_precision.separated_cost, "pass different indices from 0 to 2, fewer than 3."
    eye, upper = np.eye(3, dtype=bool), np.triu(np.ones((3, 3), bool))
    pattern = (
        "pattern has shape {}; pass a symmetric (3, 3) table that is true where Sigma^-1 may be other than 0, its "
        "diagonal among them."
    )
    search = sparse_precision.sparse_precision
    return (
        all(
            _told(parts, H3, 1.0, bad, "diagonal") == f"separator = {bad} does not part k = 3 dimensions; {told}"
            for bad in ((0, 0), (3,), (0, 1, 2))
        )
        and _told(parts, H3, 1.0, (0, 1), "diagonal") == ""
        and all(_told(search, H3, 1.0, bad) == pattern.format("(3, 3)") for bad in (upper, ~eye))
        and _told(search, H3, 1.0, eye[:2]) == pattern.format("(2, 3)")
    )


def the_search_ends_at_a_best() -> bool:
    """Diagonal patterns give the best diagonal covariance; of a chain's two best either, better than no coupling."""
    alone = sparse_precision.sparse_precision(H3, 1.5, np.eye(3))
    best = deterministic.optimal_covariance(H3, 1.5, "diagonal")
    cross = np.zeros((4, 4))
    cross[[0, 2, 1, 3], [2, 0, 3, 1]] = -0.75
    chain = abs(np.subtract.outer(range(4), range(4))) <= 1
    K = sparse_precision.sparse_precision(2.0 * cross, 2.0, chain)
    gain = deterministic.gap(2.0 * cross, np.eye(4), 2.0, "full") - deterministic.gap(
        2.0 * cross, np.linalg.inv(K), 2.0, "full"
    )
    once = sparse_precision.sparse_precision(2.0 * cross, 2.0, chain, 1)
    return bool(
        np.allclose(np.linalg.inv(alone), best, atol=1e-9)
        and np.allclose(abs(K[0, 1]), 8**-0.5, atol=1e-6)
        and abs(sparse_precision.stationarity(2.0 * cross, 2.0, K)[chain]).max() < 1e-6
        and abs(gain - np.log(64 / 63)) < 1e-9
        and not K[~chain].any()
        and np.allclose(once, np.eye(4), atol=1e-9)
    )


def many_points_in_pieces() -> bool:
    """As each alone, in NumPy and torch, with arguments that all points share; a bad one is named among all."""
    library: Any = deterministic
    rng, n = np.random.default_rng(0), 8
    root = rng.normal(size=(n, 3, 3))
    H, Sigma, h = -root @ root.mT, np.linalg.inv(root @ root.mT + np.eye(3)), rng.normal(size=(n, 3))
    Sigma = (Sigma + Sigma.mT) / 2
    lik, beta = rng.normal(size=n), rng.uniform(0.5, 2, n)
    cases: list[tuple[Any, ...]] = [
        (lik, H, h, Sigma, beta),
        (0.5, H, h, Sigma[0], 1.5),
        (lik, H[0], h[0], Sigma, beta),
        (lik, H, h[:1], Sigma, 1.5),
        (lik[:2, None], H[:2, None], h, Sigma, beta),
    ]
    sizes: list[int] = []
    whole = library._compare

    def noted(*args: Any, **kind: Any) -> Any:
        sizes.append(np.ndim(args[1]) - 2 and len(args[1]))
        return whole(*args, **kind)

    before, library.PIECE = library.PIECE, 3
    library._compare = noted
    try:
        for index, args in enumerate(cases):
            one, many = args[:3] + args[4:], library.compare(*args, "block", (1, 2))
            wanted = (
                library.objective(*args),
                library.optimal_value(*one, "block", (1, 2)),
                library.gap(args[1], *args[3:], "block", (1, 2)),
                library.optimal_covariance(args[1], args[4], "block", (1, 2)),
            )
            if not all(np.allclose(a, b, rtol=1e-10, atol=1e-10) for a, b in zip(many, wanted, strict=True)):
                return False
            tensors = [torch.tensor(x, dtype=torch.float64) for x in args]
            again = library.compare(*tensors, family="block", blocks=(1, 2))
            if not all(np.allclose(a, b, rtol=1e-10, atol=1e-10) for a, b in zip(again, wanted, strict=True)):
                return False
            if index < 2 and max(sizes) > 3:
                return False
        bad = H.copy()
        bad[7] = 4 * np.eye(3)
        named = _told(library.compare, lik, bad, h, Sigma, 1.5, "full").startswith("H[7] has the eigenvalue 4 ")
    finally:
        library.PIECE, library._compare = before, whole
    return named


COVARIANCE_CHECKS: tuple[Callable[[], bool], ...] = (
    families_by_name,
    borders_of_beta,
    chances_of_columns,
    separators,
    the_search_ends_at_a_best,
    many_points_in_pieces,
)
