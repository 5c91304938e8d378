"""`betavae figure`: a list without a name, files written whole, one sentence for what cannot be done."""

from __future__ import annotations

import csv
from types import SimpleNamespace

import pytest

from verification import experiments, figure
from verification.experiments import EXPERIMENTS, Figure
from verification.vae import progress


@pytest.fixture
def drawing(monkeypatch):
    """A small experiment in place of the real ones; what it was asked."""
    asked = []

    def run(size, seed, device, data):
        asked.append((size, seed, device, data, progress.workers()))
        progress.report(1, 2, "half")
        svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
        return [
            Figure("small.one", "A finding of 1", "As made.", "alt", svg, ["n", "x"], [[1, None], [20, 0.5]], "", [])
        ]

    module = SimpleNamespace(run=run, __doc__="A small experiment.\n\nMore.")
    monkeypatch.setattr(figure, "EXPERIMENTS", {"small": "own"})
    monkeypatch.setattr(figure, "_module", lambda name: module)
    module.asked = asked
    return module


def test_without_a_name_each_experiment_is_listed_on_a_line(betavae):
    code, out, err = betavae("figure")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines()] == list(EXPERIMENTS)
    assert all(len(line.split()) > 3 for line in out.splitlines())


def test_drawing_writes_svg_and_csv_and_prints_finding_and_table(betavae, drawing, tmp_path):
    code, out, err = betavae("figure", "small", "--size", "deep", "--seed", "3", "--jobs", "1", "--out", "here")
    assert (code, err) == (0, "")
    assert drawing.asked == [("deep", 3, "auto", "digits", 1)]
    assert out.startswith("A finding of 1\n\nAs made.\n\n n    x\n 1\n20  0.5")
    assert (tmp_path / "here" / "small.one.svg").read_text().startswith("<svg")
    with (tmp_path / "here" / "small.one.csv").open() as file:
        assert list(csv.reader(file)) == [["n", "x"], ["1", ""], ["20", "0.5"]]
    assert sorted(p.name for p in (tmp_path / "here").iterdir()) == ["small.one.csv", "small.one.svg"]


def sentence(text):
    return text.startswith("betavae: ") and text.count("\n") == 1


def test_an_unknown_name_is_one_sentence_and_4(betavae):
    code, out, err = betavae("figure", "figure_3")
    assert (code, out) == (4, "") and sentence(err)
    assert all(name in err for name in EXPERIMENTS)


def test_cuda_where_there_is_none_is_one_sentence_and_4(betavae, drawing, monkeypatch):
    torch = pytest.importorskip("torch")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    code, out, err = betavae("figure", "small", "--device", "cuda")
    assert (code, out) == (4, "") and sentence(err) and "CUDA" in err
    assert drawing.asked == []


def test_a_folder_that_is_a_file_is_refused_before_any_work(betavae, drawing, tmp_path):
    (tmp_path / "taken").write_text("mine")
    code, _, err = betavae("figure", "small", "--out", "taken")
    assert code == 4 and sentence(err) and drawing.asked == []


def test_an_interruption_is_2_and_says_how_to_go_on(betavae, drawing, tmp_path):
    def stopped(*_):
        raise KeyboardInterrupt

    drawing.run = stopped
    code, out, err = betavae("figure", "small")
    assert (code, out) == (2, "") and sentence(err) and "betavae figure small" in err


def test_a_package_that_is_missing_is_one_sentence(betavae, drawing):
    def without(*_):
        raise ModuleNotFoundError("Training needs torch; install it with pip install 'betavae-theory[train]'.")

    drawing.run = without
    code, out, err = betavae("figure", "small")
    assert (code, out) == (4, "") and sentence(err) and "betavae-theory[train]" in err


def test_nothing_is_left_half_written(drawing, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(figure.os, "replace", full)
    with pytest.raises(figure.Refusal, match="disk is full"):
        figure.save(drawing.run("default", 0, "cpu", "digits"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_every_experiment_says_in_its_first_sentence_what_it_shows():
    assert all(figure._sentence(name).endswith(".") for name in experiments.EXPERIMENTS)


def test_data_that_an_experiment_does_not_look_at_is_refused(betavae, tmp_path):
    code, out, err = betavae("figure", "uniqueness", "--data", "emnist")
    assert (code, out) == (4, "") and sentence(err) and "--data emnist" in err
    assert not (tmp_path / "betavae-figures").exists()


def test_which_experiments_look_at_data_is_what_their_code_says():
    import importlib
    import inspect
    import re

    unused = set()
    for name in EXPERIMENTS:
        body = inspect.getsource(importlib.import_module(f"verification.experiments.{name}").run).split(":\n", 1)[1]
        if not re.search(r"\bdata\b", body.replace("command(tier, seed, data)", "")):
            unused.add(name)
    assert unused == experiments.WITHOUT_DATA
