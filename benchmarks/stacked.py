"""64 small VAEs trained as one batch against a loop of 64, and what the uniqueness experiment costs.

    python benchmarks/stacked.py

Stack and loop take turns on one thread, which matrices this small fill, and the same batches and noise reach both, so
that their weights can be compared. Seconds are those of the clock and, where another's load would blur them, of the
processor. Writes reports/stacked.md and .json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from verification.vae import data, training, unique
from verification.vae.progress import watching
from verification.vae.training import TrainConfig
from verification.vae.unique import Panel, Runs
from verification.vae.unique_results import FULL, grid, panels, results

Array = np.ndarray[Any, Any]
REPORTS = Path(__file__).parent.parent / "reports"
MODELS, WORKERS = 64, 2
SHAPES = {"latent 2, hidden 16, batch 32": (2, 16, 32), "latent 8, hidden 48, batch 64": (8, 48, 64)}


def configured(latent: int, hidden: int, batch: int, steps: int) -> TrainConfig:
    """64 models that differ by beta alone."""
    betas = tuple(float(b) for b in np.linspace(0.5, 2.0, MODELS))
    return TrainConfig(betas, 1, latent, hidden, steps, batch)


def stacked(config: TrainConfig, x: Array) -> dict[str, Array]:
    return training.train(config, x, 0)


def looped(config: TrainConfig, x: Array) -> dict[str, Array]:
    apart = [training.train(replace(config, betas=(beta,)), x, 0) for beta in config.betas]
    return {name: np.concatenate([one[name] for one in apart]) for name in apart[0]}


def clocks() -> Array:
    return np.array([time.perf_counter(), time.process_time()])


def against_the_loop(steps: int, rounds: int) -> list[dict[str, Any]]:
    """Milliseconds a step of all 64, by clock and by processor, and how far their weights part."""
    x, rows = data.digits().train_x, []
    for name, shape in SHAPES.items():
        config = configured(*shape, steps)
        one, many = stacked(config, x), looped(config, x)
        apart = max(float(np.abs(one[k] - many[k]).max()) for k in one)
        taken: dict[str, list[Array]] = {"stack": [], "loop": []}
        for _ in range(rounds):
            for way, call in (("stack", stacked), ("loop", looped)):
                begun = clocks()
                call(config, x)
                taken[way].append(1e3 * (clocks() - begun) / steps)
        stack, loop = (np.median(taken[way], 0) for way in ("stack", "loop"))
        rows.append(
            dict(shape=name, stack=stack.tolist(), loop=loop.tolist(), times=(loop / stack).tolist(), apart=apart)
        )
    return rows


def a_step(panel: Panel, runs: int, steps: int) -> float:
    """Microseconds of the processor a step of one run of 4,000 samples."""
    trials = range(runs)
    x = unique.world(panel, 100, trials, 0).x
    begun = unique.descend(Runs.begin(panel, 100, trials, 0), x, [(2, 0.1, 0.0)])
    started = time.process_time()
    unique.descend(begun, x, [(steps, 0.1, 0.0)])
    return 1e6 * (time.process_time() - started) / (runs * steps)


def a_panel(panel: Panel, microseconds: float) -> tuple[float, float]:
    """Minutes of two processors for the 420 runs as printed, and for all that the deep size makes of the panel."""
    printed = sum(5 * n * count for n, count in FULL.trials)
    chosen = grid(panel, "deep")
    after = sum(steps for steps, _, _ in unique.onwards(panel))
    everything = sum((5 * n + after) * count for n, count in chosen.trials)
    return printed * microseconds / 2 / 6e7, everything * microseconds / 2 / 6e7


def costs(runs: int) -> list[dict[str, Any]]:
    rows = []
    for amortised in (True, False):
        for activation in unique.ACTIVATIONS:
            panel = Panel(activation, "mean-field", amortised)
            costless = amortised and activation == "identity"
            taken = a_step(panel, runs, 100_000 if costless else 400 if amortised else 100)
            minutes, deep = a_panel(panel, taken)
            rows.append(dict(nu=activation, amortised=amortised, us=taken, minutes=minutes, deep=deep))
    return rows


def default_grid() -> dict[str, float]:
    """Seconds for all runs of the default size, with nothing kept from before."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BETAVAE_CACHE"] = folder
        begun = clocks()
        with watching(lambda *_: None, WORKERS):
            made = results("default", 0, "cpu")
        clock, processor = clocks() - begun
    return dict(
        runs=sum(len(t["n"]) for t in made.values()), panels=len(panels("default")), clock=clock, processor=processor
    )


def whole_panel() -> dict[str, float]:
    """Seconds for the 420 runs of tanh, amortised, mean-field, of the deep size, with nothing kept from before."""
    panel = Panel("tanh")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BETAVAE_CACHE"] = folder
        begun = clocks()
        with watching(lambda *_: None, WORKERS):
            table = results("deep", 0, "cpu", (panel,))[panel]
        clock, processor = clocks() - begun
    return dict(runs=len(table["n"]), clock=clock, processor=processor)


def markdown(found: dict[str, Any]) -> str:
    whole, some = found["grid"], found.get("panel")
    lines = [
        "# Models trained as one batch",
        "",
        f"{found['machine']}; load {found['load'][0]:.1f} when begun, {found['load'][1]:.1f} at the end. "
        f"`{found['command']}`",
        "",
        f"## {MODELS} VAEs of the digits: a stack against a loop",
        "",
        "Milliseconds for a step of all, by the clock (and by the processor); the weights after "
        f"{found['steps']} steps part by round-off of float32.",
        "",
        "| shape | stack | loop | times as fast | weights part by |",
        "|---|---|---|---|---|",
        *(
            f"| {r['shape']} | {r['stack'][0]:.1f} ({r['stack'][1]:.1f}) | {r['loop'][0]:.1f} ({r['loop'][1]:.1f}) "
            f"| {r['times'][0]:.1f} ({r['times'][1]:.1f}) | {r['apart']:.1e} |"
            for r in found["loop"]
        ),
        "",
        "## The uniqueness experiment",
        "",
        "Microseconds of one processor for a step of one run of 4,000 samples, and what follows for two: minutes for "
        "the 420 runs of a panel as printed, and for all that the deep size makes of it.",
        "",
        "| nu | q | microseconds | 420 runs, minutes | deep, minutes |",
        "|---|---|---|---|---|",
        *(
            f"| {r['nu']} | {'amortised' if r['amortised'] else 'unamortised'} | {r['us']:.2f} | {r['minutes']:.1f} "
            f"| {r['deep']:.1f} |"
            for r in found["costs"]
        ),
        "",
        f"The default size, {whole['runs']:,} runs in {whole['panels']} panels: {whole['processor']:.0f} s of the "
        f"processor, {whole['processor'] / 2:.0f} s each of two, {whole['clock']:.0f} s by the clock under that load.",
        "",
    ]
    if some is not None:
        lines += [
            f"All {some['runs']} runs of one panel (tanh, amortised, diagonal), run: {some['processor']:.0f} s of the "
            f"processor, {some['processor'] / 120:.1f} minutes each of two, {some['clock'] / 60:.1f} minutes by the "
            "clock under that load.",
            "",
        ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--panel", action="store_true", help="also run all 420 runs of a panel")
    parser.add_argument("--out", type=Path, default=REPORTS / "stacked")
    chosen = parser.parse_args()
    torch.set_num_threads(os.cpu_count() or 1)
    load = os.getloadavg()[0]
    found: dict[str, Any] = dict(
        command="python benchmarks/stacked.py" + (" --panel" if chosen.panel else ""),
        machine=f"{os.cpu_count()} processors, {platform.machine()}, torch {torch.__version__}",
        steps=chosen.steps, loop=against_the_loop(chosen.steps, chosen.rounds), costs=costs(4), grid=default_grid(),
    )  # fmt: skip
    if chosen.panel:
        found["panel"] = whole_panel()
    found["load"] = [load, os.getloadavg()[0]]
    chosen.out.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    chosen.out.with_suffix(".md").write_text(markdown(found), encoding="utf-8")
    print(markdown(found))


if __name__ == "__main__":
    main()
