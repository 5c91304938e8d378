"""The Makefile's set-up, with stand-ins for Python: which one it takes, what it says, and when it installs again."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

# Answers about its version as the real one does, makes an environment of itself, and notes what pip was asked.
RIGHT = """#!/bin/sh
case "$*" in
  *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;;
  *"pip --version"*) exit 0 ;;
  *"-m pip install"*) echo "$@" >> installs.txt; [ ! -e broken ] ;;
  "-m "*) echo "ran $*" ;;
  *) exec "{real}" "$@" ;;
esac
"""
OLD = """#!/bin/sh
case "$*" in
  *platform*) echo 3.9.18 ;;
  *) exit 1 ;;
esac
"""


def program(place: Path, text: str) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    place.chmod(place.stat().st_mode | stat.S_IXUSR)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "a path with spaces & 'quotes'"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(HOME / name, folder)
    return folder


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    """A folder of programs that holds no Python."""
    folder = tmp_path / "tools"
    folder.mkdir()
    for name in ("sh", "cat", "cksum", "rm", "mkdir", "cp"):
        (folder / name).symlink_to(shutil.which(name))
    return folder


def make(project: Path, tools: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        [shutil.which("make"), *arguments],
        cwd=project,
        env={**environment, "PATH": str(tools)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def installs(project: Path) -> int:
    file = project / "installs.txt"
    return len(file.read_text().splitlines()) if file.exists() else 0


@pytest.fixture
def python(tools: Path) -> Path:
    program(tools / "python3", RIGHT.format(real=sys.executable))
    return tools / "python3"


def test_it_installs_once_with_the_pins_and_all_extras(project, tools, python):
    first, second = make(project, tools, "test"), make(project, tools, "test")
    assert (first.returncode, second.returncode) == (0, 0), first.stderr
    assert "-c constraints.txt -e .[all]" in (project / "installs.txt").read_text()
    assert installs(project) == 1
    assert "Setting up" in first.stdout and "Setting up" not in second.stdout


@pytest.mark.parametrize("name", ["pyproject.toml", "constraints.txt"])
def test_it_installs_again_when_a_file_it_depends_on_changes(project, tools, python, name):
    make(project, tools, "environment")
    with (project / name).open("a") as file:
        file.write("\n# changed\n")
    make(project, tools, "environment")
    assert installs(project) == 2


def test_it_installs_again_for_other_extras_and_in_another_place(project, tools, python):
    make(project, tools, "environment")
    make(project, tools, "environment", "EXTRAS=dev")
    assert installs(project) == 2
    moved = project.rename(project.with_name("moved"))
    make(moved, tools, "environment", "EXTRAS=dev")
    assert installs(moved) == 3


def test_a_failed_install_is_not_taken_for_done(project, tools, python):
    (project / "broken").touch()
    assert make(project, tools, "environment").returncode != 0
    (project / "broken").unlink()
    assert make(project, tools, "environment").returncode == 0
    assert installs(project) == 2


def test_an_older_python_stops_with_a_sentence(project, tools):
    program(tools / "python3", OLD)
    done = make(project, tools, "verify")
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stderr and "python3 is 3.9.18" in done.stderr
    assert not (project / ".venv").exists()


def test_no_python_stops_with_a_sentence(project, tools):
    assert "no Python at all" in make(project, tools, "verify").stderr


def test_an_older_python_is_passed_over_for_a_newer_one(project, tools, python):
    program(tools / "python3.13", OLD)
    done = make(project, tools, "environment")
    assert done.returncode == 0 and "(python3)" in done.stdout


def test_a_python_that_was_named_is_the_only_one_tried(project, tools, python):
    program(tools / "mine", OLD)
    done = make(project, tools, "environment", "PYTHON=mine")
    assert done.returncode != 0 and "mine is 3.9.18" in done.stderr


def test_arguments_are_passed_on(project, tools, python):
    assert (
        "ran -m verification verify (11) --tier fast"
        in make(project, tools, "verify", "ARGS='(11)' --tier fast").stdout
    )
    assert "ran -m pytest -n 2 tests/cli" in make(project, tools, "test", "ARGS=tests/cli").stdout


def test_a_failing_command_fails_make(project, tools, python):
    make(project, tools, "environment")
    program(project / ".venv/bin/python", "#!/bin/sh\ncase $* in *verification*) exit 6;; esac\n")
    done = make(project, tools, "verify")
    assert done.returncode != 0 and "Error 6" in done.stderr
