"""The fast tier over many seeds: how often a verdict is not the expected one.

    python benchmarks/false_alarms.py --seeds 300 --jobs 2
    python benchmarks/false_alarms.py --seeds 300 hoffman 'zheng.eq1*'

Selections are those of `betavae verify`. Each run is a row of reports/false_alarms.md, kept in the JSON file beside it;
a run of the same command takes the earlier one's place, and one that is stopped by hand counts as far as it came.

Cases and samples of every seed are new. What no seed can change is worked out once a process: exact answers on literal
witnesses, and the verdicts of claims that have literal cases only, no sampled oracle and no trained model.
"""

from __future__ import annotations

import argparse
import json
import shlex
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from verification.claim import Claim
from verification.evidence import TIERS, Context
from verification.judge import Verdict, judge
from verification.run import registry, select

_answers: dict[object, object] = {}
_settled: dict[str, Verdict] = {}


def depends_on_seed(claim: Claim) -> bool:
    """Whether a seed can change the verdict: through draws of cases, samples of an oracle or a sampler, or training."""
    sampled = any(getattr(oracle, "sampled", False) for oracle in claim.oracles.values())
    companion = registry().get(claim.tight or "")
    if companion is not None and depends_on_seed(companion):
        return True
    return claim.domain.draw is not None or sampled or claim.relation.name in ("distribution", "empirical")


def any_seed(key: tuple[Any, ...]) -> bool:
    """Whether an answer was remembered under no seed: mistaken samplers, and all that is said of literal witnesses."""
    return key[0] == "draws" or (len(key) in (5, 6) and key[4] is None)


def one_seed(seed: int, patterns: Sequence[str]) -> tuple[int, list[str], int]:
    """Unexpected verdicts of a seed, and how many claims were judged."""
    claims = select(patterns)
    context = Context(registry(), seed, TIERS["fast"])
    context.answers.update(_answers)
    bad = []
    for claim in claims:
        verdict = _settled.get(claim.id) or judge(claim, context)
        if not depends_on_seed(claim):
            _settled[claim.id] = verdict
        if not verdict.expected:
            bad.append(f"{claim.id}: {verdict.verdict}, {verdict.reason}")
    # what belongs to this seed is dropped
    _answers.update({key: value for key, value in context.answers.items() if any_seed(key)})
    return seed, bad, len(claims)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("select", nargs="*", help="what `betavae verify` selects by; everything if left out")
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("reports/false_alarms.json"))
    options = parser.parse_args()
    what = " ".join(map(shlex.quote, options.select))
    record: dict[str, Any] = {
        "command": f"python benchmarks/false_alarms.py --seeds {options.seeds} {what}".rstrip(),
        "select": options.select,
        "claims": len(select(options.select)),
        "seeds": 0,
        "verdicts": 0,
        "unexpected": [],
    }
    seeds, started = range(1, options.seeds + 1), time.perf_counter()
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("fork")) as pool:
        for seed, bad, claims in pool.map(partial(one_seed, patterns=options.select), seeds):
            record["seeds"] += 1
            record["verdicts"] += claims
            record["unexpected"] += [{"seed": seed, "claim": line} for line in bad]
            record["seconds"] = round(time.perf_counter() - started, 1)
            print(
                f"{seed} seeds, {record['verdicts']} verdicts, {len(record['unexpected'])} unexpected", *bad, flush=True
            )
            _keep(record, options.out)


def _keep(record: dict[str, Any], out: Path) -> None:
    kept = json.loads(out.read_text(encoding="utf-8")) if out.exists() else []
    runs = [*(one for one in kept if one["command"] != record["command"]), record]
    out.write_text(json.dumps(runs, indent=2) + "\n", encoding="utf-8")
    out.with_suffix(".md").write_text(_table(runs), encoding="utf-8")


def _table(runs: Sequence[dict[str, Any]]) -> str:
    rows = [
        "# How often the fast tier is wrong over seeds",
        "",
        "Cases and samples of every seed are new; the budget is 10⁻⁶ a run.",
        "",
        "| command | claims | seeds | verdicts | not as expected |",
        "|---|---|---|---|---|",
    ]
    for run in runs:
        told = "; ".join(f"seed {one['seed']}: {one['claim']}" for one in run["unexpected"]) or "none"
        rows.append(f"| `{run['command']}` | {run['claims']} | {run['seeds']} | {run['verdicts']:,} | {told} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
