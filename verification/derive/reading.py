"""Where a step is decided: how many values each letter has, and how many rows a matrix."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Reading:
    """How many values each letter has and what each dimension is."""

    sizes: Mapping[str, int] = field(default_factory=dict)
    dimensions: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        parts = [f"{name} = {size}" for name, size in self.dimensions.items()]
        counts = sorted(set(self.sizes.values()))
        letters = [f"{' and '.join(map(str, counts))} letters"] if counts else []
        return ", ".join(parts + letters) or "scalars"


def role(letter: Any) -> str:
    """z' takes the values of z."""
    return str(letter.name).rstrip("'")
