"""The helpers beside this file, as modules: tests are imported without a path of their own."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

for name in (
    "sites", "pinned", "bound_checks", "kernel_checks", "pruning_checks", "map_checks", "linear_vae_checks",
    "covariance_checks", "gram_checks", "certificate_checks", "disentanglement_checks", "envelope_checks", "sentences",
    "shapes", "power",
):  # fmt: skip
    if f"power_{name}" not in sys.modules:
        spec = importlib.util.spec_from_file_location(f"power_{name}", Path(__file__).parent / f"{name}.py")
        assert spec is not None and spec.loader is not None
        sys.modules[f"power_{name}"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[f"power_{name}"])
