"""A plain ``pip install`` brings no torch: everything that does not train must load and work without it."""

from __future__ import annotations

import subprocess
import sys

# Stands before every import in the child: torch cannot be found, as on a machine that never installed it.
WITHOUT_TORCH = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "torch":
            raise ModuleNotFoundError("No module named 'torch'", name="torch")
sys.meta_path.insert(0, Absent())
"""


def python(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", WITHOUT_TORCH + code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_claim_is_listed_without_torch():
    assert "hoffman.eq11" in python("from verification.cli import main; raise SystemExit(main(['list']))")


def test_theory_works_without_torch():
    code = """
import numpy as np
from theory import implicit_prior
mu, Sigma = np.zeros((3, 2)), np.broadcast_to(np.eye(2), (3, 2, 2))
print(float(np.abs(implicit_prior.log_component_integral(mu, Sigma, 0.5)).max()))
"""
    assert python(code).strip() == "0.0"


def test_importing_theory_loads_neither_torch_nor_verification():
    unwanted = ("torch", "verification", "sympy")
    code = f"import sys, theory, theory.implicit_prior; print([name for name in {unwanted} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "[]", done.stderr
