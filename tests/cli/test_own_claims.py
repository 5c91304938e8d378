"""A user's own claims file: what it may not do, and what its mistakes are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from verification import cli

FILE = """
from theory.arrays import log_det, squared_norm, trace
from verification.claim import OWN, Claim
from verification.domains.gaussians import ONE_GAUSSIAN
from verification.mutants import at, inverse, scaled, square
from verification.oracles import balls, quadrature
from verification.relations.equals import EQUALS


def my_kl(mu, Sigma):
    import numpy as np
    return (trace(Sigma) + squared_norm(mu) - mu.shape[-1] - log_det(Sigma)) / 2


kl = Claim(
    "my.kl", "The KL term of my loss.", source=OWN.at("loss.py"), domain=ONE_GAUSSIAN, shipped=my_kl, relation=EQUALS,
    oracles={"balls": balls.kl_to_prior, "quadrature": quadrature.kl_to_prior},
    mutants=(at(Sigma=inverse), at(Sigma=square), scaled(1 / 2), scaled(1.01)),
)
"""


def judged(folder, capsys, old, new):
    assert old in FILE
    path = Path(folder) / "claims_of_mine.py"
    path.write_text(FILE.replace(old, new))
    code = cli.main(["verify", str(path), "--tier", "fast", "--out", str(folder / "report")])
    return code, *capsys.readouterr()


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ('"my.kl"', '"hoffman.eq11"', 4, "a claim of the package is called hoffman.eq11; give yours another id."),
        ("return (", "return 1 / 0 + (", 1, "raises ZeroDivisionError"),
        ("log_det(Sigma)", "np.linalg.slogdet(Sigma)[1]", 1, "write it with the vocabulary of theory.arrays"),
        ("log_det(Sigma)", "float('nan')", 1, "not finite"),
    ],
)
def test_a_mistake_in_the_file_is_told_in_a_sentence(tmp_path, capsys, old, new, code, said):
    found, _, err = judged(tmp_path, capsys, old, new)
    assert found == code
    assert said in err and err.count("\n") == 1 and "Traceback" not in err


def test_a_file_that_plants_no_mistake_supports_nothing(tmp_path, capsys):
    mutants = FILE[FILE.index("mutants=(") : FILE.rindex(",\n)")]
    code, out, err = judged(tmp_path, capsys, mutants, "mutants=()")
    assert code == 0 and out.startswith("inconclusive")
    assert "my.kl (no mistake is planted, so nothing shows that one would be noticed)" in err


def test_a_name_that_is_nearly_one_is_told(capsys):
    assert cli.main(["verify", "hofman"]) == 4
    assert "the nearest name is hoffman." in capsys.readouterr().err


def test_a_file_that_ends_the_process_is_refused(tmp_path, capsys):
    (tmp_path / "ends.py").write_text("import sys; sys.exit('stop here')")
    assert cli.main(["verify", str(tmp_path / "ends.py"), "--out", str(tmp_path / "out")]) == 4
    assert "SystemExit: stop here" in capsys.readouterr().err
