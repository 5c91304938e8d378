"""``pytest --betavae``: claims beside a project's own tests, and not a trace of them where nobody asked."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from verification.claims.dependencies import failing
from verification.run import registry

pytest_plugins = ("pytester",)

HOME = Path(__file__).parents[2]
# The entry point may or may not be registered in the environment that runs these tests.
PLUGIN = ("-p", "no:betavae", "-p", "betavae_pytest", "-p", "no:cacheprovider")
MINE = next(
    code
    for code in re.findall(r"^```python\n(.*?)^```$", (HOME / "README.md").read_text(encoding="utf-8"), re.S | re.M)
    if "Claim(" in code
)


@pytest.fixture(scope="session", autouse=True)
def loaded():
    """pytester forgets what was imported within a run, which libraries in C do not outlive: they come before it."""
    registry()
    failing(everything=True)


@pytest.fixture
def run(pytester, monkeypatch):
    """Runs pytest with the plugin in an empty project that has one test of its own."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    pytester.makepyfile(test_own="def test_own(): pass")
    return lambda *arguments: pytester.runpytest_inprocess(*PLUGIN, *arguments)


@pytest.fixture
def mine(pytester):
    """The README's claim of a user, with a change to its text."""

    def write(change=lambda code: code):
        (pytester.path / "my_claims.py").write_text(change(MINE))
        return "my_claims.py"

    return write


def test_claims_stand_beside_the_tests_of_files(run):
    done = run("--betavae", "hoffman.eq11.mean", "--betavae-tier", "fast", "-v")
    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(["*test_own.py::test_own PASSED*", "*betavae::hoffman.eq11.mean PASSED*"])


def test_claims_alone_where_that_is_asked(run):
    done = run("--betavae", "hoffman.eq11.mean", "--betavae", "infomax.likelihood", "--betavae-only", "-v")
    done.assert_outcomes(passed=2)
    assert "test_own" not in done.stdout.str()


def test_a_claim_that_fails_says_why_and_how_to_see_it_without_a_traceback(run, mine):
    path = mine(lambda code: code.replace("- log_det(Sigma)", "+ log_det(Sigma)"))
    done = run("--betavae", path, "--betavae-only", "--betavae-tier", "fast")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        [
            "The KL term of my loss is KL(*",
            "refuted, but supported was expected: off by at least*",
            "betavae show 'my_claims.py::my.kl' --at *",
            "again: betavae verify 'my_claims.py::my.kl'",
        ]
    )
    assert "Traceback" not in done.stdout.str() and "pytest_plugin.py" not in done.stdout.str()


def one_oracle(code: str) -> str:
    return code.replace(', "quadrature": quadrature.kl_to_prior', "")


def test_what_is_inconclusive_is_skipped_with_its_reason(run, mine):
    done = run("--betavae", mine(one_oracle), "--betavae-only", "--betavae-tier", "fast", "-rs")
    done.assert_outcomes(skipped=1)
    done.stdout.fnmatch_lines(["SKIPPED*betavae*inconclusive: two methods are needed*only: balls*"])


def test_what_is_inconclusive_fails_where_that_is_asked(run, mine):
    done = run("--betavae", mine(one_oracle), "--betavae-only", "--betavae-tier", "fast", "--betavae-strict")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["inconclusive, but supported was expected*"])


def test_claims_are_chosen_by_keyword_as_tests_are(run):
    done = run("--betavae", "hoffman.eq11*", "--betavae-tier", "fast", "-k", "mean", "-v")
    assert "betavae::hoffman.eq11.mean PASSED" in done.stdout.str()
    assert "betavae::hoffman.eq11 " not in done.stdout.str() and "test_own" not in done.stdout.str()


def test_claims_that_measure_trained_models_are_tests_too(pytester):
    options = ("--betavae", "hoffman.fig2.gap", "--betavae-only", "--betavae-tier", "fast")
    pytester.runpytest_subprocess(*PLUGIN, *options, timeout=120).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--betavae", "hoffman.eq99"), "no claim answers to 'hoffman.eq99'"),
        (("--betavae", "absent.py"), "there is no file absent.py"),
        (("--betavae-only",), "needs --betavae"),
    ],
)
def test_a_mistake_in_the_options_is_a_sentence(run, arguments, said):
    done = run(*arguments)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert said in done.stderr.str() and "Traceback" not in done.stderr.str()


def test_claims_are_spread_over_workers(pytester, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    done = pytester.runpytest_subprocess(
        *PLUGIN, "-n", "2", "--betavae", "infomax.bound*", "--betavae-tier", "fast", timeout=120
    )
    assert done.ret == 0 and done.parseoutcomes()["passed"] > 3


LOADED = """
import sys
def pytest_unconfigure():
    heavy = {"scipy", "sympy", "torch", "verification", "theory"} & set(sys.modules)
    print("LOADED", sorted(heavy))
"""


def test_without_the_option_nothing_is_loaded(pytester):
    pytester.makepyfile(test_own="def test_own(): pass", conftest=LOADED)
    done = pytester.runpytest_subprocess(*PLUGIN, "-s", timeout=60)
    assert done.ret == 0 and "LOADED []" in done.stdout.str()


def test_a_project_with_a_package_of_the_same_name_is_left_alone(pytester):
    (pytester.path / "verification").mkdir()
    (pytester.path / "verification" / "__init__.py").write_text("ours = 1")
    pytester.makepyfile(test_own="def test_own():\n    from verification import ours\n    assert ours == 1")
    assert pytester.runpytest_subprocess(*PLUGIN, timeout=60).ret == 0


def test_an_installed_package_brings_the_option():
    project = tomllib.loads((HOME / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["entry-points"]["pytest11"] == {"betavae": "betavae_pytest"}
    assert "betavae_pytest.py" in project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert (HOME / "betavae_pytest.py").is_file()
