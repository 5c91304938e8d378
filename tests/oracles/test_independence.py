"""Oracles stand alone: nothing of theory, nothing of each other, and each says what it is."""

import ast
import importlib
import inspect
from pathlib import Path

import pytest

import verification.oracles as package

FOLDER = Path(package.__file__).parent
PUBLIC = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))
PARTS = {
    "balls": {"_ball_arithmetic", "_ball_gaussians", "_ball_mixtures", "_ball_points"},
    "quadrature": {
        "_adaptive_line", "_adaptive_plane", "_integrands", "_quadrature_answers", "_quadrature_gaussians",
        "_quadrature_mixtures",
    },
}  # fmt: skip
MINE = ["autodiff", "balls", "differentiation", "enumeration", "monte_carlo", "quadrature", "symbolic"]


def imports(path):
    """Modules that a file imports, with verification.oracles written as '.'."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            base = base.replace("verification.oracles", ".")
            inner = [f".{alias.name}" for alias in node.names if (FOLDER / f"{alias.name}.py").exists()]
            yield from inner if base == "." and inner else [base.replace("..", ".")]


def test_every_private_module_is_part_of_one_oracle():
    assert {path.stem for path in FOLDER.glob("_[a-z]*.py")} == set().union(*PARTS.values())


@pytest.mark.parametrize("name", PUBLIC)
def test_an_oracle_imports_nothing_of_theory_or_of_another_oracle(name):
    own = PARTS.get(name, set())
    for part in {name, *own}:
        for module in imports(FOLDER / f"{part}.py"):
            assert module.split(".")[0] != "theory", (part, module)
            if module.startswith(".") and module != ".":
                assert module.lstrip(".") in own, (part, module)
            elif module.startswith("verification"):
                assert module == "verification.estimate", (part, module)


@pytest.mark.parametrize("name", MINE)
def test_an_oracle_lives_in_the_module_that_names_its_method(name):
    module = importlib.import_module(f"verification.oracles.{name}")
    public = [f for n, f in vars(module).items() if inspect.isfunction(f) and not n.startswith("_")]
    own = [f for f in public if f.__module__ == module.__name__]
    assert len(own) >= 4
    assert all(inspect.getdoc(f) for f in own)


@pytest.mark.parametrize("name", ["balls", "quadrature"])
def test_oracles_run_under_their_own_argument_names(name):
    module = importlib.import_module(f"verification.oracles.{name}")
    known = {"mu", "Sigma", "beta", "phi", "x", "W", "noise", "mu0", "Sigma0", "mu1", "Sigma1", "alpha", "z", "log_q",
             "log_phi", "member"}  # fmt: skip
    for function in (getattr(module, n) for n in module.__all__ if n != "precision"):
        assert set(inspect.signature(function).parameters) <= known, function.__name__
