"""Stacked plane VAEs: two ways of descending agree, rotations do what is said of them, runs end where theory says."""

from __future__ import annotations

import numpy as np
import pytest

from verification.vae import circular, progress, store, unique, unique_compiled, unique_outcome, unique_predicted
from verification.vae import unique_results as kept
from verification.vae.store import FixtureError
from verification.vae.unique import Panel, Runs, descend, onwards, schedule, start, world
from verification.vae.unique_dense import Dense

N, TRIALS = 120, range(3)
BRIEF = [(20, 0.1, 0.0), (20, 0.01, 0.0), (20, 0.01, 0.9)]
PANELS = [Panel(a, f, m) for a in unique.ACTIVATIONS for f in unique.FAMILIES for m in (True, False)]

compiled = pytest.mark.skipif(not unique_compiled.available(), reason="needs numba")


def dense(panel, kind="float64"):
    return Dense(panel.activation, panel.amortised, panel.mean_field, unique.NOISE**2, unique.rule(), "cpu", kind)


@compiled
@pytest.mark.parametrize("panel", PANELS, ids=lambda p: f"{p.activation}-{p.family}-{p.amortised}")
def test_closed_form_steps_are_those_of_automatic_differentiation_in_the_printed_parameters(panel):
    x = world(panel, 100, TRIALS, 0, N).x
    p, turns = start(panel, 100, TRIALS, 0, N)
    one = descend(Runs.of(panel, p, turns), x, BRIEF)
    two = Runs.of(panel, dense(panel).descend(x, p, turns, BRIEF), turns)
    for a, b in ((one.A, two.A), (one.means(x), two.means(x)), (one.covariances(), two.covariances())):
        np.testing.assert_allclose(a, b, atol=1e-4)


@compiled
def test_a_stack_is_the_same_runs_as_one_by_one():
    panel = Panel("tanh", "full")
    x = world(panel, 100, TRIALS, 0, N).x
    together = descend(Runs.begin(panel, 100, TRIALS, 0, N), x, BRIEF)
    for r in TRIALS:
        alone = descend(Runs.begin(panel, 100, range(r, r + 1), 0, N), x[r : r + 1], BRIEF)
        np.testing.assert_array_equal(alone.A[0], together.A[r])


def test_columns_have_their_norms_and_only_the_orthogonal_ones_are_orthogonal():
    for columns in unique.COLUMNS:
        W = world(Panel(columns=columns), 100, range(20), 0, 4).W
        np.testing.assert_allclose(np.linalg.norm(W, axis=1), np.tile([2.0, 1.0], (20, 1)))
        inner = np.abs((W[:, :, 0] * W[:, :, 1]).sum(1))
        assert (inner < 1e-12).all() if columns == "orthogonal" else inner.max() > 1


def test_both_families_meet_the_same_data_and_start():
    one, two = (Panel("tanh", family) for family in unique.FAMILIES)
    assert (world(one, 100, TRIALS, 0, N).x == world(two, 100, TRIALS, 0, N).x).all()
    assert (start(one, 100, TRIALS, 0, N)[0]["A"] == start(two, 100, TRIALS, 0, N)[0]["A"]).all()


@compiled
def test_settled_runs_of_ppca_attain_the_likelihood_and_the_eigenvectors():
    full, mean_field = (Panel("identity", family, columns="orthogonal") for family in ("full", "mean-field"))
    tables = {}
    for panel in (full, mean_field):
        data = world(panel, 100, range(4), 0)
        runs = descend(Runs.begin(panel, 100, range(4), 0), data.x, [*schedule(100), *onwards(panel)])
        tables[panel] = unique_outcome.elbo(runs, data.x), unique_outcome.angles(data.z, runs.means(data.x)), runs
    S = np.array([np.cov(x, bias=True) for x in data.x.astype(float)])
    values = np.linalg.eigvalsh(S)
    likelihood = -0.5 * (np.log(values).sum(1) + 2 + 2 * np.log(2 * np.pi))
    for elbo, _, _ in tables.values():
        np.testing.assert_allclose(elbo, likelihood, atol=1e-6)
    axes, _ = unique_outcome.own_axes(tables[full][2], data.z, data.x)
    np.testing.assert_allclose(unique_outcome.fold(tables[mean_field][1] - axes), 0, atol=0.05)
    np.testing.assert_allclose(unique_outcome.true_axes(mean_field, data), axes, atol=2.5)


def test_the_elbo_itself_diverges_at_the_printed_rate():
    panel = Panel("identity")
    x = world(panel, 100, TRIALS, 0, N).x
    p, turns = start(panel, 100, TRIALS, 0, N)
    with np.errstate(all="ignore"):
        found = dense(panel).descend(x, p, turns, [(60, 0.1 / unique.NOISE**2, 0.0)])
    assert not np.isfinite(found["A"]).all()


def test_angles_ignore_permutations_and_reflections():
    z = np.random.default_rng(0).standard_normal((1, 2, 500))
    turned = unique.turn(np.deg2rad(np.array([20.0]))).mT @ z
    for change in (np.eye(2), np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]]), -np.eye(2)):
        np.testing.assert_allclose(unique_outcome.angles(z, change @ turned), 20.0)


def test_means_on_a_line_have_no_angle():
    z = np.random.default_rng(0).standard_normal((1, 2, 50))
    assert np.isnan(unique_outcome.angles(z, z * np.array([[[1.0], [0.0]]]))).all()


def test_what_diverged_is_not_a_number_and_spoils_nothing_else():
    panel = Panel("identity", "full")
    data = world(panel, 100, TRIALS, 0, N)
    runs = Runs.begin(panel, 100, TRIALS, 0, N)
    runs.A[1] = np.inf
    table = dict(zip(kept.COLUMNS, unique_outcome.table(100, TRIALS, data, runs, runs).T, strict=True))
    assert np.isnan(table["best"]).tolist() == np.isnan(table["axes"]).tolist() == [False, True, False]


def test_no_model_at_an_angle_is_cheaper_than_the_least_cost_nor_dearer_than_the_turned_one():
    t = np.array([1.0, 10.0, 30.0, 45.0])
    least, turned = unique_predicted.least_cost(t), unique_predicted.cost(t)
    assert (least > 0).all() and (least < turned).all() and (np.diff(least) > 0).all()


def test_the_slow_path_keeps_the_angle_where_covariances_are_full():
    angles, above = unique_predicted.slow_path(np.array([-30.0, 5.0, 40.0]), np.array([1000, 20_000]), False)
    np.testing.assert_allclose(np.abs(angles), np.array([[30.0, 30.0], [5.0, 5.0], [40.0, 40.0]]), atol=1e-6)
    assert (np.diff(above, axis=1) < 0).all() and (above[:, -1] < 1e-3).all()


def test_the_slow_path_is_that_of_the_runs_that_travel():
    table = kept.results("fast", wanted=(Panel("identity", columns="orthogonal"),)).popitem()[1]
    angles, _ = unique_predicted.slow_path(np.linspace(0.75, 44.25, 30), np.array([20_000]), True)
    seen = np.abs(table["angle"][table["n"] == 20_000])
    assert abs(np.median(np.abs(angles)) - np.median(seen)) < 5


def test_the_law_is_that_of_printed_columns():
    W = world(Panel(), 100, range(2000), 0, 2).W
    gram = W.mT @ W
    size = np.abs(np.rad2deg(np.arctan2(2 * gram[:, 0, 1], gram[:, 0, 0] - gram[:, 1, 1])) / 2)
    assert circular.distance(size, unique_predicted.law) < circular.typical(len(size), 1e-4)


@pytest.mark.parametrize("test", [circular.rayleigh, circular.kuiper])
def test_chances_are_uniform_where_angles_are(test):
    rng = np.random.default_rng(0)
    chances = np.array([test(rng.uniform(-45, 45, 40))[1] for _ in range(800)])
    assert circular.distance(chances, lambda v: v) < circular.typical(800, 1e-3) + 0.02


@pytest.mark.parametrize("test", [circular.rayleigh, circular.kuiper])
def test_concentrated_angles_are_noticed(test):
    assert test(10 * np.random.default_rng(0).standard_normal(60))[1] < 1e-6


@compiled
def test_stacks_are_kept_as_they_come_and_an_interrupted_run_goes_on(monkeypatch, tmp_path):
    monkeypatch.setenv("BETAVAE_CACHE", str(tmp_path))
    small = kept.Grid(((2, 2), (3, 2)), 50)
    monkeypatch.setattr(kept, "grid", lambda panel, size: small)
    monkeypatch.setattr(kept, "onwards", lambda panel: [(2, 0.01, 0.9)])
    panel = Panel("tanh")

    def interrupt(done, total, what):
        if list(tmp_path.glob("unique-*.npz")):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), progress.watching(interrupt, 1):
        kept.results("default", 0, "cpu", (panel,))
    first = {path: path.stat().st_mtime_ns for path in tmp_path.glob("unique-*.npz")}
    assert len(first) == 1
    table = kept.results("default", 0, "cpu", (panel,))[panel]
    assert table["n"].tolist() == [2, 2, 3, 3] and np.isfinite(table["best"]).all()
    assert all(path.stat().st_mtime_ns == made for path, made in first.items())
    assert len(list(tmp_path.glob("unique-*.npz"))) == 2


def test_runs_that_travel_are_all_there():
    assert store.read(kept.COMMITTED, [kept._name(p) for p in kept.panels("default")]) is not None
    found = kept.results("fast")
    assert set(found) == set(kept.panels("default"))
    for panel, table in found.items():
        assert len(table["n"]) == kept.grid(panel, "default").runs


def test_the_deep_size_has_the_printed_grid():
    assert kept.grid(Panel("tanh"), "deep").runs == 420
    assert {p.amortised for p in kept.panels("deep")} == {True, False} and len(kept.panels("deep")) == 32


def test_without_numba_only_the_runs_that_travel_are_there(monkeypatch):
    monkeypatch.setattr(unique_compiled, "njit", None)
    assert kept.travelling("default", 0)
    with pytest.raises(FixtureError, match="numba"):
        kept.travelling("deep", 0)


@compiled
def test_torch_descends_where_numba_is_absent(monkeypatch):
    panel = Panel("sigmoid")
    x, begun = world(panel, 100, TRIALS, 0, N).x, Runs.begin(panel, 100, TRIALS, 0, N)
    loops = descend(begun, x, BRIEF)
    monkeypatch.setattr(unique_compiled, "njit", None)
    heard = []
    np.testing.assert_allclose(descend(begun, x, [*BRIEF, (100, 0.0, 0.0)], report=heard.append).A, loops.A, atol=1e-5)
    assert heard == [100 * len(x)]


def test_an_unknown_panel_is_one_sentence():
    with pytest.raises(ValueError, match="choose one of identity"):
        Panel("relu")
