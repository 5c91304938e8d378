"""The helpers beside this file, as modules: tests are imported without a path of their own."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

for name in ("planting", "plain"):
    if f"derivations_{name}" not in sys.modules:
        spec = importlib.util.spec_from_file_location(f"derivations_{name}", Path(__file__).parent / f"{name}.py")
        assert spec is not None and spec.loader is not None
        sys.modules[f"derivations_{name}"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[f"derivations_{name}"])
