"""The atlas of approximations: what it measures is what is known of each where that is known exactly."""

from __future__ import annotations

import numpy as np
import pytest

from verification.experiments import approximations as atlas
from verification.experiments import error_maps
from verification.run import registry


@pytest.fixture(scope="module")
def figures():
    return {figure.id: figure for figure in atlas.run("fast", 0, "cpu")}


def errors(stands, name, held):
    (stand,) = [one for one in stands if one.name == name]
    xs = np.geomspace(1e-4, 1e-3, 5) if held == 0.5 else np.geomspace(0.01, 0.03, 5)
    return xs, np.array([stand.error(float(x), held) for x in xs])


@pytest.mark.parametrize(
    ("name", "order"),
    [("D (12) printed", 0), ("D (12) corrected", 1), ("Σ′ (12)", 1), ("μ′ (12)", 1), ("slope (13) corrected", 1)],
)
def test_orders_in_the_variance_are_those_that_the_claims_have(name, order):
    assert atlas.order(*errors(atlas._hoffman(), name, 0.5)) == pytest.approx(order, abs=0.01)


@pytest.mark.parametrize(("name", "order"), [("(4), tanh", 2), ("(6), tanh", 0)])
def test_the_taylor_term_is_off_by_the_fourth_order_of_a_second_order_term(name, order):
    assert atlas.order(*errors(atlas._taylor(), name, 0.3)) == pytest.approx(order, abs=0.01)


def test_a_relu_away_from_its_kink_is_off_by_less_than_any_power():
    xs = np.geomspace(0.06, 0.12, 4)
    (relu,) = [one for one in atlas._taylor() if one.name == "(4), relu"]
    assert atlas.order(xs, np.array([relu.error(float(x), 0.3) for x in xs])) > atlas.FLAT


def test_uncorrelated_columns_lose_nothing():
    columns, first = atlas._gram()
    assert columns.error(0.7, 0.0) < 1e-12
    assert first.error(1.0, 0.0) == pytest.approx(1 / np.log(2) - 1)


def test_the_whole_data_set_leaves_no_bias(figures):
    rows = figures["approximations.zheng.minibatch"].rows
    assert rows[-1][1] < 1e-12 and rows[-1][2] < 1e-12 and rows[0][1] > 1e-3


def test_the_discrete_posteriors_are_laws():
    assert np.exp(atlas._discrete(4, 0.5)).sum(-1) == pytest.approx(1)


def test_each_figure_stands_in_the_atlas_and_bears_on_claims(figures):
    known = registry()
    for figure in figures.values():
        assert figure.section == "atlas" and figure.claims and set(figure.claims) <= set(known)
        assert {len(row) for row in figure.rows} == {len(figure.columns)}


def test_shares_of_a_map_are_counted_by_cells():
    errors_ = np.array([[0.001, 0.05], [0.2, np.inf]])
    shown = error_maps.Map("x", errors_, np.array([1.0, 10.0]), np.array([0.0, 1.0]), ())
    assert shown.shares == (0.25, 0.5)


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ([0.0, 0.0, 0.0], "everywhere"),
        ([0.0, 0.0, 1.0], "up to 2.0"),
        ([1.0, 0.0, 1.0], "in passing only"),
        ([1.0] * 3, "nowhere"),
    ],
)
def test_a_dip_is_no_region(column, said):
    assert atlas._reach(np.array([1.0, 2.0, 3.0]), np.array(column, float), upwards=False) == said
