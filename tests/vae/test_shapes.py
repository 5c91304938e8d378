"""Shapes: their coverage is exact, the grid complete, and no two images alike."""

from __future__ import annotations

import numpy as np
import pytest

from verification.vae import shapes


def area(polygon):
    x, y = polygon.T
    return 0.5 * float(x @ np.roll(y, -1) - y @ np.roll(x, -1))


def by_points(polygon, side, fine=64):
    """Coverage by whether points of a fine grid lie inside, by the winding of a ray."""
    at = (np.arange(side * fine) + 0.5) / fine
    x, y = np.meshgrid(at, at)
    inside = np.zeros(x.shape, bool)
    for (x0, y0), (x1, y1) in zip(polygon, np.roll(polygon, -1, 0), strict=True):
        if y0 != y1:
            crosses = (y0 > y) != (y1 > y)
            inside ^= crosses & (x < (x1 - x0) * (y - y0) / (y1 - y0) + x0)
    return inside.reshape(side, fine, side, fine).mean((1, 3))


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_a_shape_covers_its_area_wherever_it_lies(shape):
    whole = area(shapes.outline(shape)) * 3.3**2
    for x, y, turn in ((8.0, 8.0, 0.0), (7.3, 8.6, 1.234), (5.01, 9.5, 4.0)):
        assert np.isclose(shapes.render(shape, x, y, 3.3, turn).sum(), whole, atol=1e-10)


@pytest.mark.parametrize("shape", shapes.SHAPES)
def test_each_pixel_is_what_fine_sampling_says(shape):
    c, s = np.cos(0.7), np.sin(0.7)
    polygon = 3.7 * shapes.outline(shape) @ np.array([[c, s], [-s, c]]) + [7.2, 8.9]
    assert np.abs(shapes.coverage(polygon) - by_points(polygon, shapes.SIDE)).max() < 0.02
    assert np.abs(shapes.coverage(polygon) - shapes.render(shape, 7.2, 8.9, 3.7, 0.7)).max() < 1e-12


def test_what_lies_outside_the_image_is_cut_off():
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    assert np.allclose(shapes.coverage(square, 3), np.diag([1.0, 0.0, 0.0]), atol=1e-12)


def test_a_pixel_cut_in_two_is_half_covered():
    assert shapes.coverage(np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), 1).item() == pytest.approx(0.5, abs=1e-15)


def test_the_grid_holds_every_combination_once_and_no_image_twice():
    grid = shapes.grid()
    assert len(grid.images) == 3 * 8 * 8 * 4 * 8
    named = np.column_stack([grid.shape, grid.factors])
    assert len(np.unique(named, axis=0)) == len(named)
    assert len(np.unique(grid.images.round(4), axis=0)) == len(named)


def test_an_image_of_the_grid_is_the_shape_rendered_at_its_factors():
    grid = shapes.grid()
    for row in (0, 777, 4321, 6143):
        x, y, scale, turn = grid.factors[row]
        name = shapes.SHAPES[grid.shape[row]]
        drawn = shapes.render(
            name, shapes.PLACES[x], shapes.PLACES[y], shapes.SCALES[scale], shapes.TURNS[turn] * shapes.PERIODS[name]
        )
        assert np.abs(grid.images[row] - drawn.ravel()).max() < 1e-6


def test_no_shape_touches_the_border_of_what_is_moved():
    images = shapes.grid().images.reshape(-1, shapes.SIDE, shapes.SIDE)
    assert images.min() >= 0 and images.max() <= 1
    assert np.allclose(images.sum((1, 2)).reshape(-1, 64).std(1), 0, atol=1e-4)


def test_one_shape_alone_and_the_data_set_of_all():
    grid = shapes.grid()
    hearts = grid.only("heart")
    assert len(hearts.images) == 2048 and set(hearts.shape) == {2}
    data = grid.dataset
    assert data.train_x.shape == (6144, 256) and data.shape == (16, 16)
    assert data.hash == shapes.grid().dataset.hash


def test_a_shape_that_is_none_is_told_in_one_sentence():
    with pytest.raises(ValueError, match=r"^No shape is called 'star'; choose one of square, ellipse, heart\.$"):
        shapes.outline("star")
