"""The verb ``figure``: draw an experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from verification import console
from verification.console import Code
from verification.verbs.options import Data, Debug, Device, Jobs, Seed, check_device, cores, folder

DRAWINGS = Path("betavae-figures")


def figure(
    name: Annotated[str | None, typer.Argument(show_default=False, help="An experiment; none: a list.")] = None,
    size: Annotated[Literal["default", "deep"], typer.Option(help="deep: all that is printed.")] = "default",
    seed: Seed = 0,
    jobs: Jobs = None,
    device: Device = "auto",
    data: Data = "digits",
    out: Annotated[Path, typer.Option(metavar="DIR", help="The folder of the drawings.", parser=folder)] = Path(
        "betavae-figures"
    ),
    debug: Debug = False,
) -> int:
    """Draw the figures of an experiment, with their tables."""
    from verification.figure import draw, listing

    if name is None:
        console.emit(listing())
        return Code.AS_EXPECTED
    check_device(device)
    return draw(name, size=size, seed=seed, device=device, data=data, out=out, jobs=jobs or cores())
