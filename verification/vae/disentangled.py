"""Scores of disentanglement from a sample of codes and the factors they are of: classifiers fitted, votes counted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from theory import disentanglement as score

Array = np.ndarray[Any, Any]

ROWS = 2000  # that DCI's forests are fitted to
TREES, DEPTH = 10, 8


@dataclass(frozen=True)
class Scores:
    """All scores of one sample, each at most 1: an accuracy, a gap, a share or, last, an R^2.

    ``higgins`` takes distances by component, as the original does; ``norm`` is the one number that Levy prints.
    """

    higgins: float
    norm: float
    factor_vae: float
    mig: float
    sap: float
    disentanglement: float
    completeness: float
    informativeness: float

    def as_dict(self) -> dict[str, float]:
        """Scores by name."""
        return asdict(self)


NAMES = tuple(Scores.__dataclass_fields__)


def scores(
    codes: Array, factors: Array, *, pairs: int = 64, batches: int = 600, bins: int = 20, seed: int = 0
) -> Scores:
    """Every score of codes (N, k), k >= 2, of inputs whose factors (N, K), K >= 2, are known.

    ``higgins`` and ``norm``: accuracy of a logistic regression on ``batches`` mean distances of ``pairs`` pairs that
    share a factor, on as many held-out ones. Distances are scaled to unit variance before it, so that no unit matters
    to ``higgins``; to the norm, which adds distances up, units do matter.
    ``factor_vae``: accuracy of the majority's vote, counted and tested likewise. ``mig``: codes cut into ``bins`` of
    equal width, which biases the information upwards by about (bins - 1)(values - 1) / 2N nats. ``sap``: by squared
    correlations. DCI by random forests of at most 2,000 rows; informativeness is their R^2 on all other rows, at least
    0. Pairs are rows of one value of the factor: on a full grid of factors that is the original's procedure. Codes that
    never vary take no part. The same seed gives the same scores.

    ValueError, in one sentence: shapes that do not fit, a NaN, fewer than two codes or factors, no code that varies, a
    factor of one value, a value of a factor that only one row has.

    >>> grid = np.stack(np.meshgrid(*[np.arange(6.0)] * 2), -1).reshape(-1, 2).repeat(4, axis=0)
    >>> found = scores(grid, grid, batches=100)
    >>> found.higgins, found.factor_vae, round(found.mig, 9), round(found.sap, 9)
    (1.0, 1.0, 1.0, 1.0)
    """
    codes, factors = _checked(codes, factors, pairs, batches, bins)
    rng = np.random.default_rng(seed)
    sharing = [_Sharing(column) for column in factors.T]
    spread = codes.std(0)
    active = spread > 0
    scaled = codes[:, active] / spread[active]
    by_component, norm = _higgins(codes, None, sharing, pairs, batches, rng)
    importance, informativeness = _forests(scaled, factors, rng)
    correlations = np.zeros((codes.shape[1], factors.shape[1]))
    correlations[active] = score.squared_correlation(scaled, factors)
    return Scores(
        higgins=by_component,
        norm=norm,
        factor_vae=_votes(scaled, sharing, pairs, batches, rng),
        mig=float(score.mig(tables(codes, factors, bins))),
        sap=float(score.gap(correlations).mean()),
        disentanglement=float(score.disentanglement(importance)),
        completeness=float(score.completeness(importance)),
        informativeness=informativeness,
    )


def higgins(
    codes: Array,
    factors: Array,
    std: Array | None = None,
    *,
    pairs: int = 64,
    batches: int = 600,
    seed: int = 0,
) -> tuple[float, float]:
    """`Scores.higgins` and `Scores.norm` alone; with ``std`` (N, k) of codes that are drawn, z ~ N(codes, std^2), for
    each pair anew.

    So Levy prints it, while the original takes the means. ValueError as of `scores`.

    >>> grid = np.stack(np.meshgrid(*[np.arange(6.0)] * 2), -1).reshape(-1, 2)
    >>> higgins(grid, grid, np.full(grid.shape, 0.5), batches=100)[0]
    1.0
    """
    codes, factors = _checked(codes, factors, pairs, batches, 2)
    if std is not None:
        std = np.asarray(std, float)
        if std.shape != codes.shape or not (std >= 0).all():
            raise ValueError(f"std has shape {std.shape}; pass one standard deviation, not negative, for each code.")
    return _higgins(codes, std, list(map(_Sharing, factors.T)), pairs, batches, np.random.default_rng(seed))


def tables(codes: Array, factors: Array, bins: int = 20) -> Array:
    """Shares of the rows by bin of each code and value of each factor: (N, k), (N, K) -> (k, K, bins, V).

    >>> tables(np.array([[0.0], [1.0]]), np.array([[3.0], [5.0]]), 2).tolist()
    [[[[0.5, 0.0], [0.0, 0.5]]]]
    """
    low, high = codes.min(0), codes.max(0)
    width = np.where(high > low, high - low, 1.0)
    cells = np.minimum((codes - low) / width * bins, bins - 1).astype(int)
    values = np.stack([np.unique(column, return_inverse=True)[1] for column in factors.T], 1)
    V = int(values.max()) + 1
    found = np.empty((codes.shape[1], factors.shape[1], bins, V))
    for i, cell in enumerate(cells.T):
        for j, value in enumerate(values.T):
            found[i, j] = np.bincount(cell * V + value, minlength=bins * V).reshape(bins, V)
    return found / len(codes)


class _Sharing:
    """Rows by their value of one factor, so that a second row of the same value is drawn at once."""

    def __init__(self, column: Array) -> None:
        _, self.value, self.count = np.unique(column, return_inverse=True, return_counts=True)
        self.order = np.argsort(self.value, kind="stable")
        self.start = np.cumsum(self.count) - self.count

    def partner(self, rows: Array, rng: np.random.Generator) -> Array:
        """For each row one of the same value, drawn evenly."""
        value = self.value[rows]
        return np.asarray(self.order[self.start[value] + (rng.random(rows.shape) * self.count[value]).astype(int)])


def _higgins(
    codes: Array, std: Array | None, sharing: list[_Sharing], pairs: int, batches: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Held-out accuracies by component and by norm."""

    def code(rows: Array) -> Array:
        return codes[rows] if std is None else codes[rows] + std[rows] * rng.standard_normal((len(rows), std.shape[1]))

    shared = rng.integers(len(sharing), size=2 * batches)
    features = np.empty((2 * batches, codes.shape[1]))
    for y, of_factor in enumerate(sharing):
        mine = np.flatnonzero(shared == y)
        first = rng.integers(len(codes), size=(len(mine), pairs))
        second = of_factor.partner(first, rng)
        for b, row in enumerate(mine):
            features[row] = score.difference(code(first[b]), code(second[b]))
    return _accuracy(features, shared, batches), _accuracy(features.sum(1, keepdims=True), shared, batches)


def _accuracy(features: Array, labels: Array, train: int) -> float:
    from sklearn.linear_model import LogisticRegression

    spread = features[:train].std(0)
    scaled = (features - features[:train].mean(0)) / np.where(spread > 0, spread, 1.0)
    if len(np.unique(labels[:train])) < 2:
        raise ValueError(f"{train} batches share one factor only by chance; raise batches.")
    model = LogisticRegression(C=100.0, max_iter=2000).fit(scaled[:train], labels[:train])
    return float((model.predict(scaled[train:]) == labels[train:]).mean())


def _votes(codes: Array, sharing: list[_Sharing], pairs: int, batches: int, rng: np.random.Generator) -> float:
    """Held-out accuracy of the majority: codes come with unit variance over all rows."""
    shared = rng.integers(len(sharing), size=2 * batches)
    steadiest, unit = np.empty(2 * batches, int), np.ones(codes.shape[1])
    for row, y in enumerate(shared):
        one = sharing[y].partner(np.full(pairs, rng.integers(len(codes))), rng)
        steadiest[row] = score.normalised_variance(codes[one], unit).argmin()
    counted = np.zeros((codes.shape[1], len(sharing)))
    np.add.at(counted, (steadiest[:batches], shared[:batches]), 1)
    return float((counted.argmax(1)[steadiest[batches:]] == shared[batches:]).mean())


def _forests(codes: Array, factors: Array, rng: np.random.Generator) -> tuple[Array, float]:
    """Importances (k, K) and the mean R^2 on the rows that the forests were not fitted to."""
    from sklearn.ensemble import RandomForestRegressor

    order = rng.permutation(len(codes))
    train, test = np.split(order, [min(ROWS, len(codes) // 2)])
    importance, told = [], []
    for column in factors.T:
        forest = RandomForestRegressor(
            TREES, max_depth=DEPTH, random_state=int(rng.integers(2**31))
        )  # fmt: skip
        forest.fit(codes[train], column[train])
        importance.append(forest.feature_importances_)
        left = column[test] - forest.predict(codes[test])
        told.append(max(1 - left @ left / (len(test) * column[test].var()), 0.0))
    return np.stack(importance, 1), float(np.mean(told))


def _checked(codes: Array, factors: Array, pairs: int, batches: int, bins: int) -> tuple[Array, Array]:
    codes, factors = np.asarray(codes, float), np.asarray(factors, float)
    for name, x in (("codes", codes), ("factors", factors)):
        if x.ndim != 2 or x.shape[1] < 2:
            raise ValueError(f"{name} has shape {x.shape}; pass rows of two {name} at least.")
        if not np.isfinite(x).all():
            row, column = np.argwhere(~np.isfinite(x))[0]
            raise ValueError(f"{name}[{row}, {column}] is {x[row, column]}; every entry must be a finite number.")
    if len(codes) != len(factors):
        raise ValueError(f"codes has {len(codes)} rows and factors {len(factors)}; pass the factors of each code.")
    if not codes.std(0).any():
        raise ValueError("every code is constant: nothing can be told from them.")
    for name, size, least in (("pairs", pairs, 2), ("batches", batches, 1), ("bins", bins, 2)):
        if size < least:
            raise ValueError(f"{name} = {size} is too few; pass {least} at least.")
    for j, column in enumerate(factors.T):
        values, counts = np.unique(column, return_counts=True)
        if len(values) < 2:
            raise ValueError(f"factors[:, {j}] is constant; leave it out.")
        if counts.min() < 2:
            alone = values[counts.argmin()]
            raise ValueError(f"factors[:, {j}] is {alone:g} in one row only, which has no partner; round the factor.")
    return codes, factors
