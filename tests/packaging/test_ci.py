"""What the README offers for a build server can be read by one, and names commands and options that exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from verification.cli import app

HOME = Path(__file__).parents[2]
README = (HOME / "README.md").read_text(encoding="utf-8")
SECTION = README[README.index("## Use it in your CI") : README.index("## What a verdict means")]
WORKFLOWS = sorted((HOME / ".github" / "workflows").glob("*.yml"))
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", SECTION, re.DOTALL | re.MULTILINE)


def workflows() -> list[Any]:
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in WORKFLOWS] + [yaml.safe_load(BLOCKS[0])]


def shell_lines() -> list[str]:
    """Every line of shell that the section, the workflows and the hooks hold."""
    lines = [line for block in re.findall(r"^```sh\n(.*?)^```$", SECTION, re.S | re.M) for line in block.splitlines()]
    for workflow in workflows():
        for job in workflow["jobs"].values():
            lines += [line for step in job["steps"] for line in step.get("run", "").splitlines()]
    hooks = yaml.safe_load((HOME / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    hooks += [hook for repo in yaml.safe_load(BLOCKS[1])["repos"] for hook in repo["hooks"]]
    return lines + [hook["entry"] for hook in hooks]


def commands(program: str) -> list[list[str]]:
    """The arguments of each call of a program in those lines."""
    found = []
    for line in shell_lines():
        for part in re.split(r"&&|\|\||;", line):
            words = shlex.split(part, comments=True)
            if words and Path(words[0]).name == program:
                found.append(words[1:])
    return found


@pytest.mark.parametrize("workflow", workflows(), ids=str)
def test_a_workflow_has_jobs_with_steps(workflow):
    # YAML 1.1 reads the key `on` as true.
    assert workflow["name"] and (workflow.get("on") or workflow[True])
    for job in workflow["jobs"].values():
        assert job["runs-on"] and all(("uses" in step) != ("run" in step) for step in job["steps"])


def test_the_hook_says_what_it_runs_and_in_what():
    (hook,) = yaml.safe_load((HOME / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert {"id", "name", "entry", "language"} <= hook.keys() and hook["language"] == "python"


@pytest.mark.parametrize("arguments", commands("betavae"), ids=" ".join)
def test_every_command_of_betavae_exists_with_its_options(arguments):
    command: Any = typer.main.get_command(app)
    while hasattr(command, "commands"):
        name, *arguments = arguments
        assert name in command.commands, name
        command = command.commands[name]
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word.split("=")[0] for word in arguments if word.startswith("--")} <= known


def test_there_are_commands_to_look_at():
    assert len(commands("betavae")) >= 8 and len(commands("pytest")) == 2


@pytest.mark.parametrize("arguments", commands("make"), ids=" ".join)
def test_every_target_of_make_exists(arguments):
    assert re.search(rf"^{arguments[0]}:", (HOME / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("arguments", commands("pytest"), ids=" ".join)
def test_every_option_of_the_plugin_exists(arguments):
    known = set(re.findall(r'"(--betavae[\w-]*)"', (HOME / "betavae_pytest.py").read_text(encoding="utf-8")))
    assert {word for word in arguments if word.startswith("--")} <= known


def test_the_reference_run_is_made_by_commands_that_exist():
    makefile = (HOME / "Makefile").read_text(encoding="utf-8")
    recipe = re.search(r"^reference:.*\n((?:\t.*\n)+)", makefile, re.MULTILINE)
    assert recipe is not None
    verbs = re.findall(r"-m verification (\w+(?: accept)?)", recipe[1])
    assert verbs == ["verify", "report", "baseline accept"]
