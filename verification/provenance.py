"""What a run was made with: versions, seed, platform, command."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from verification.arithmetic import has_torch
from verification.claim import Claim

PACKAGES = (
    "numpy",
    "numba",
    "scipy",
    "sympy",
    "python-flint",
    "mpmath",
    "hypothesis",
    "torch",
    "scikit-learn",
    "betavae-theory",
)


def provenance(
    tier: str, seed: int, device: str, false_alarm: float, seconds: float, claims: Sequence[Claim]
) -> dict[str, Any]:
    """The run's part of results.json."""
    return {
        "versions": {"python": platform.python_version(), **{p: v for p in PACKAGES if (v := _version(p))}},
        "seed": seed,
        "platform": platform.platform(),
        "commit": _commit(),
        "tier": tier,
        "false_alarm": false_alarm,
        "device": device,
        "claims": len(claims),
        "seconds": round(seconds, 2),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "command": "betavae " + " ".join(sys.argv[1:])
        if sys.argv[1:2] == ["verify"]
        else f"betavae verify --tier {tier} --seed {seed}",
        "not_run": _not_run(tier),
    }


def _not_run(tier: str) -> list[str]:
    lines = []
    if not has_torch():
        lines.append(
            "torch is not installed (pip install 'betavae-theory[train]'): torch arithmetic and trained models not run"
        )
    if tier == "fast":
        lines.append("fast tier: symbolic proofs, float32, shrinking of counterexamples and figures not run")
    return lines


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


def _commit() -> str:
    home = Path(__file__).parent
    answer = (
        subprocess.run(
            ["git", "-C", str(home), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
        )
        if _has_git()
        else None
    )
    return answer.stdout.strip() if answer else ""


def _has_git() -> bool:
    from shutil import which

    return which("git") is not None and (Path(__file__).parents[1] / ".git").exists()
