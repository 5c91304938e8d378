"""Which maps of the latents are taken and which are told off, at the borders of what they ask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from theory import controls, mixing, rotations

TURN = np.array([[0.6, -0.8], [0.8, 0.6]])
NO_SCORE = (
    "z[1] = {:g} has no normal score: the prior puts {:g} below it and {:g} above; pass a point inside its support."
)
NO_COLUMNS = (
    "columns has orthogonal columns of equal norm, for which no angle is best; pass columns of different norms."
)
NO_CLOUD = "Z has a cross-moment Z M' without an inverse; pass latents that span every axis, k or more of them."


def _told(call: Callable[..., Any], *args: Any) -> str:
    try:
        call(*args)
    except ValueError as error:
        return str(error)
    return ""


def only_orthogonal_maps() -> bool:
    """As orthogonal as single precision is; the largest difference is told."""
    near, far = TURN + np.diag([4e-6, 0]), TURN + np.diag([2e-5, 0])
    told = "U is not orthogonal (U'U is off the identity by {}); pass a rotation or a reflection."
    return (
        _told(rotations.rotation_angle, near) == ""
        and _told(rotations.rotation_angle, [[1.0, 1e-5], [0.0, 1.0]]) == ""
        and _told(rotations.rotation_angle, far) == told.format("2.4e-05")
        and _told(rotations.rotation_angle, [[1.0, 0.5], [0.0, 1.0]]) == told.format("5.0e-01")
    )


def scores_lie_inside() -> bool:
    """Where nothing is left on one side there is no score."""
    told = [_told(mixing.mix, TURN, [0.5, z], mixing.UNIFORM) for z in (0.0, 1.0, -0.5, 1.5)]
    return told == [NO_SCORE.format(z, z, 1 - z) for z in (0.0, 1.0, -0.5, 1.5)]


def ranks_lie_inside() -> bool:
    """Ranks in the open interval, dependence in the closed one."""
    told = [_told(mixing.log_dependent, [0.5, rank], 0.5) for rank in (0.0, 1.0, -0.5, 1.5)]
    edges = [_told(mixing.log_dependent, [0.5, 0.5], theta) for theta in (-1.0, 1.0)]
    beyond = [_told(mixing.log_dependent, [0.5, 0.5], theta) for theta in (-1.5, 1.5)]
    return (
        told == [f"ranks[1] = {rank:g} is outside (0, 1), where the formula holds." for rank in (0.0, 1.0, -0.5, 1.5)]
        and edges == ["", ""]
        and beyond == [f"dependence = {t:g} is outside [-1, 1], where the formula holds." for t in (-1.5, 1.5)]
    )


def one_angle_is_best() -> bool:
    """Columns of equal norm, or orthogonal, are taken as long as they are not both; scale does not count."""
    fine = [[[1.0, 0.6], [0.0, 0.8]], [[2.0, 0.0], [0.0, 1.0]]]
    near = [[[1.0, 0.0], [0.0, 1 + apart]] for apart in (2e-6, 7.5e-6)] + [[[1.0, 8e-6], [0.0, 1.0]]]
    return (
        [_told(rotations.mean_field_angle, s * np.array(c)) for c in fine for s in (1e-3, 1e3)] == [""] * 4
        and [_told(rotations.mean_field_angle, s * TURN) for s in (1e-3, 1e3)] == [NO_COLUMNS] * 2
        and [_told(rotations.mean_field_angle, c) for c in near] == [NO_COLUMNS] * 3
        and _told(rotations.mean_field_angle, [[1.0, 0.0], [0.0, 1 + 4e-5]]) == ""
    )


def one_alignment_is_best() -> bool:
    """Clouds that span every axis, if only a little; scale does not count."""
    eye, thin = np.eye(3), np.diag([2.0, 1.0, 4e-5])
    flat = [np.diag(spread) for spread in ([1, 0.5, 1e-6], [1, 4e-5, 0], [4, 0, 0], [4, 0.5, 2e-5], [1, 1, 1e-5])]
    return [_told(rotations.procrustes, s * cloud, eye) for cloud in (eye, thin) for s in (1e-3, 1e3)] == [""] * 4 and [
        _told(rotations.procrustes, cloud, eye) for cloud in flat
    ] == [NO_CLOUD] * 5


def maps_take_symbols() -> bool:
    """Columns a and 2 a on one line; a distance that two dimensions make."""
    import sympy as sp

    a = sp.Symbol("a", positive=True)
    angle = np.asarray(rotations.mean_field_angle(np.array([[a, 2 * a]]))).item()
    distance = np.asarray(controls.distance_mean(sp.Integer(4), a)).item()
    return (
        abs(float(angle.subs(a, 3)) - np.degrees(np.arctan(2)) + 90) < 1e-12
        and abs(float(distance.subs(a, 2)) - float(controls.distance_mean(4.0, 2.0))) < 1e-12
    )


MAP_CHECKS: tuple[Callable[[], bool], ...] = (
    only_orthogonal_maps, scores_lie_inside, ranks_lie_inside, one_angle_is_best, one_alignment_is_best,
    maps_take_symbols,
)  # fmt: skip
