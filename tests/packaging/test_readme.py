"""What the README shows runs as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
README = (HOME / "README.md").read_text(encoding="utf-8")
CODE = re.findall(r"^```python\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=folder, capture_output=True, text=True, timeout=300)


def test_the_python_example_runs(tmp_path):
    done = python(tmp_path, "-c", next(code for code in CODE if "Claim(" not in code))
    assert done.returncode == 0, done.stderr
    assert "hoffman.eq11" in done.stdout


def test_the_certificate_is_printed_as_shown(tmp_path):
    done = python(tmp_path, "-c", next(code for code in CODE if "certify(" in code))
    assert done.returncode == 0, done.stderr
    shown = next(
        text for text in re.findall(r"^```text\n(.*?)^```$", README, re.DOTALL | re.MULTILINE) if "TC(q)" in text
    )
    numbers = [[float(n) for n in re.findall(r"\d+\.?\d*(?:e-\d+)?", text)] for text in (done.stdout, shown)]
    assert numbers[0] == pytest.approx(numbers[1], abs=1e-3, rel=0.01)


def test_the_users_own_claim_is_supported(tmp_path):
    (tmp_path / "my_claims.py").write_text(next(code for code in CODE if "Claim(" in code))
    done = python(tmp_path, "-m", "verification", "verify", "my_claims.py", "--strict")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("supported") and "my.kl" in done.stdout


def test_a_mistake_in_the_users_own_claim_is_refuted(tmp_path):
    code = next(code for code in CODE if "Claim(" in code).replace("- log_det(Sigma)", "+ log_det(Sigma)")
    (tmp_path / "my_claims.py").write_text(code)
    done = python(tmp_path, "-m", "verification", "verify", "my_claims.py")
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.startswith("refuted")


def test_the_users_own_derivation_fails_at_the_line_shown_and_follows_once_mended(tmp_path):
    code = next(code for code in CODE if "Derivation(" in code)
    for text, answer, said in ((code, 1, "DOES NOT FOLLOW"), (code.replace(") + KL(", ") - KL("), 0, "Every step")):
        (tmp_path / "my_derivation.py").write_text(text)
        done = python(tmp_path, "-m", "verification", "derive", "my_derivation.py")
        assert done.returncode == answer and said in done.stdout, done.stdout + done.stderr


def test_codes_are_scored(tmp_path):
    done = python(tmp_path, "-c", next(code for code in CODE if "scores(" in code))
    assert done.returncode == 0, done.stderr
    assert "'higgins': 1.0" in done.stdout


def test_every_command_shown_selects_something(tmp_path):
    for line in re.findall(
        r"^betavae (list|coverage|show hoffman\S+|derive levy\S+|derive --gradient .*?)(?:  |$)", README, re.MULTILINE
    ):
        assert python(tmp_path, "-m", "verification", *line.split()).returncode == 0, line


@pytest.mark.parametrize("target", re.findall(r"^make ([\w-]+)", README, re.MULTILINE))
def test_every_make_target_shown_exists(target):
    assert re.search(rf"^{target}:", (HOME / "Makefile").read_text(), re.MULTILINE)


def test_every_function_in_the_notation_table_exists():
    import theory

    shipped = {name for module in theory.__all__ for name in dir(getattr(theory, module))}
    named = {"log_component_integral", "tilted_covariance", "tilted_mean", "log_responsibilities"}
    named |= {"determinant_weights", "index_information", "elbo", "beta_elbo", "log_normalizer_bounds"}
    assert all(f"`{name}`" in README or f".{name}(" in README for name in named)
    assert named <= shipped
