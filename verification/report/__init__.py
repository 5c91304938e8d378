"""What a run found, for a browser, a terminal, a notebook, a text file and a build server."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["write_all"]


def write_all(results: Mapping[str, Any] | Any, folder: str | os.PathLike[str]) -> list[Path]:
    """Writes results.json, index.html, report.md and junit.xml, each whole or not at all; returns their paths.

    results.json comes first, so that a formula that cannot be set (MathError) loses no numbers. Raises ResultsError, a
    sentence, where the folder cannot be written.
    """
    from verification.report import html, junit, markdown, schema

    found = schema.of(results)
    place = Path(folder)
    schema.dump(found, place / "results.json")
    texts = {"index.html": html.render(found), "report.md": markdown.render(found), "junit.xml": junit.render(found)}
    for name, text in texts.items():
        schema.write(place / name, text)
    return [place / "results.json", *(place / name for name in texts)]
