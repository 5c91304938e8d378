"""The fast tier over many seeds: how often a verdict is not the expected one.

    python benchmarks/false_alarms.py --seeds 300 --jobs 2

Cases and samples of every seed are new. What no seed can change is worked out once a process: exact answers on literal
witnesses, and the verdicts of claims that have literal cases only, no sampled oracle and no trained model.
"""

from __future__ import annotations

import argparse
import json
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from verification.claim import Claim
from verification.evidence import TIERS, Context
from verification.judge import Verdict, judge
from verification.run import registry

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


def one_seed(seed: int) -> tuple[int, list[str], int]:
    """Unexpected verdicts of a seed, and how many claims were judged."""
    claims = registry()
    context = Context(claims, seed, TIERS["fast"])
    context.answers.update(_answers)
    bad = []
    for claim in claims.values():
        verdict = _settled.get(claim.id) or judge(claim, context)
        if not depends_on_seed(claim):
            _settled[claim.id] = verdict
        if not verdict.expected:
            bad.append(f"{claim.id}: {verdict.verdict}, {verdict.reason}")
    # what belongs to this seed is dropped
    _answers.update({key: value for key, value in context.answers.items() if any_seed(key)})
    return seed, bad, len(claims)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("reports/false_alarms.json"))
    options = parser.parse_args()
    started, unexpected, judged = time.perf_counter(), [], 0
    with ProcessPoolExecutor(options.jobs, mp_context=get_context("fork")) as pool:
        for done, (seed, bad, claims) in enumerate(pool.map(one_seed, range(1, options.seeds + 1)), 1):
            judged += claims
            unexpected += [{"seed": seed, "claim": line} for line in bad]
            print(f"{done} seeds, {judged} verdicts, {len(unexpected)} unexpected", *bad, flush=True)
    record = {
        "seeds": options.seeds,
        "claims": len(registry()),
        "verdicts": judged,
        "unexpected": unexpected,
        "seconds": round(time.perf_counter() - started, 1),
        "command": f"python benchmarks/false_alarms.py --seeds {options.seeds} --jobs {options.jobs}",
    }
    options.out.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
