"""Leading axes: what is computed for one set of posteriors, for each of many."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from theory.arrays import Array, broadcast_to, stack


def per_case(compute: Callable[..., tuple[Array, ...]], *args: tuple[Array, int]) -> tuple[Array, ...]:
    """What is computed for each case of the leading axes, stacked; each argument with how many axes are its own."""
    lead = np.broadcast_shapes(*(tuple(x.shape[: x.ndim - own]) for x, own in args))
    if not lead:
        return compute(*(x for x, _ in args))
    wide = [broadcast_to(x, lead + tuple(x.shape[x.ndim - own :])) for x, own in args]
    answers = zip(*(compute(*(x[case] for x in wide)) for case in np.ndindex(lead)), strict=True)
    return tuple(stack(list(parts), 0).reshape(lead + tuple(parts[0].shape)) for parts in answers)
