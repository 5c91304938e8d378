"""The command ``betavae``: its verbs, its exit codes. Each verb imports what it needs when it runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from verification import console
from verification.console import Code
from verification.verbs import baseline, claims, derive, figure, report, verify
from verification.verbs.options import arguments as asked

if TYPE_CHECKING:
    from collections.abc import Sequence

app = typer.Typer(
    name="betavae",
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Says of each printed equation of beta-VAE theory whether it holds, on what evidence, and how tightly.",
    epilog="Exit codes: 0 as expected, 1 a verdict is not, 2 interrupted, 3 internal error, 4 usage or bad input, "
    "5 nothing selected, 6 inconclusive under --strict, 7 worse than the baseline.",
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            console.emit(f"betavae {version('betavae-theory')}")
        except PackageNotFoundError:
            console.emit("betavae, not installed")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _betavae(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        console.emit(context.get_help())


# In the order of the help text.
app.command()(verify.verify)
app.command("list")(claims.list_claims)
app.command()(claims.coverage)
app.command()(claims.show)
app.command()(report.report)
app.command()(baseline.compare)
app.add_typer(baseline.baseline, name="baseline")
app.command()(figure.figure)
app.command()(derive.derive)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command's exit code for these arguments (default: the process's own)."""
    asked[:] = sys.argv[1:] if arguments is None else arguments
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

    def command() -> int:
        try:
            code = app(list(asked), prog_name="betavae", standalone_mode=False)
        except SystemExit:
            # Typer's only way to end the process here: the reader of its help text left early.
            return Code.AS_EXPECTED
        if code == 130:
            # Typer's code for a Ctrl-C that came before a verb had begun its work.
            raise KeyboardInterrupt
        return code or Code.AS_EXPECTED

    return int(console.guarded(command, debug="--debug" in asked))
