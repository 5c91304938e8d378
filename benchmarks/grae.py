"""A step of GRAE against a step of a plain VAE, and log-determinants of J'J against forward mode, in one run.

    OMP_NUM_THREADS=1 python benchmarks/grae.py

Rounds are interleaved, so that a busy minute slows all alike; ratios are of medians, of the time on the clock and of
the processors' own time, which a busy machine changes less. Memory is the peak of a process forked for one call,
beyond what it held before. Writes reports/grae.md and .json.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from theory import gram

REPORTS = Path(__file__).parent.parent / "reports"
PIXELS, BETA = 784, 0.1
NETWORKS = ((256,), (256, 256))  # hidden layers of the decoder, the encoder's in reverse; ELU
Step = Callable[[], Any]


def mlp(*sizes: int) -> nn.Sequential:
    layers = [layer for a, b in pairwise(sizes) for layer in (nn.Linear(a, b), nn.ELU())]
    return nn.Sequential(*layers[:-1])


def by_rows(decoder: nn.Sequential, z: Any) -> Any:
    """The common way: one backward pass for every pixel of every point."""
    return torch.func.vmap(torch.func.jacrev(decoder))(z)


def by_columns(decoder: nn.Sequential, z: Any) -> Any:
    return torch.func.vmap(torch.func.jacfwd(decoder))(z)


def stored(jacobian: Callable[..., Any]) -> Callable[..., Any]:
    def mean(decoder: nn.Sequential, z: Any) -> Any:
        J = jacobian(decoder, z)
        return torch.logdet(torch.eye(z.shape[-1]) + J.mT @ J / BETA).mean()

    return mean


def one_column(decoder: nn.Sequential, z: Any) -> Any:
    return gram.sampled_column_bound(decoder, z, BETA, torch.randint(z.shape[-1], (len(z), 1))).mean()


REGULARISERS: dict[str, Callable[..., Any]] = {
    "autoencoder alone": lambda decoder, z: 0.0,
    "GRAE, full log-determinant": lambda decoder, z: gram.mean_gram_log_determinant(decoder, z, BETA),
    "GRAE, autograd through the Gram matrix": lambda decoder, z: gram.gram_log_determinant(decoder, z, BETA).mean(),
    "GRAE~, one column": one_column,
    "GRAE, Jacobian by forward mode": stored(by_columns),
    "GRAE, Jacobian by reverse mode": stored(by_rows),
}


def steps(k: int, hidden: tuple[int, ...], batch: int) -> dict[str, Step]:
    """One step of training each: forward, backward, optimiser."""
    torch.manual_seed(0)
    x = torch.rand(batch, PIXELS)

    def vae() -> Step:
        encoder, decoder = mlp(PIXELS, *hidden[::-1], 2 * k), mlp(k, *hidden, PIXELS)
        optimiser = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-4, fused=True)

        def step() -> None:
            mu, logvar = encoder(x).chunk(2, -1)
            z = mu + (logvar / 2).exp() * torch.randn_like(mu)
            kl = 0.5 * (mu.square() + logvar.exp() - 1 - logvar).sum()
            _descend((0.5 * (x - decoder(z)).square().sum() + BETA * kl) / batch, optimiser)

        return step

    def grae(regulariser: Callable[..., Any]) -> Step:
        encoder, decoder = mlp(PIXELS, *hidden[::-1], k), mlp(k, *hidden, PIXELS)
        optimiser = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=1e-4, fused=True)

        def step() -> None:
            z = encoder(x)
            squares = 0.5 * (x - decoder(z)).square().sum() + BETA / 2 * z.square().sum()
            _descend(squares / batch + BETA / 2 * regulariser(decoder, z), optimiser)

        return step

    return {"VAE": vae(), **{name: grae(regulariser) for name, regulariser in REGULARISERS.items()}}


def _descend(loss: Any, optimiser: Any) -> None:
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def log_determinants(k: int, hidden: tuple[int, ...], points: int) -> dict[str, Step]:
    """Log-determinants alone, nothing differentiated in the weights."""
    torch.manual_seed(0)
    decoder = mlp(k, *hidden, PIXELS).requires_grad_(False)
    z = torch.randn(points, k)

    def forward_mode() -> Any:
        J = by_columns(decoder, z)
        return torch.logdet(torch.eye(k) + J.mT @ J / BETA)

    return {"J'J without J": lambda: gram.gram_log_determinant(decoder, z, BETA), "vmap(jacfwd)": forward_mode}


def error_in_float32(k: int, hidden: tuple[int, ...]) -> float:
    """Largest relative error of the log-determinants of 256 points against float64."""
    torch.manual_seed(0)
    decoder, z = mlp(k, *hidden, PIXELS).requires_grad_(False), torch.randn(256, k)
    single = gram.gram_log_determinant(decoder, z, BETA).double()
    double = stored_each(decoder.double(), z.double())
    return float((single / double - 1).abs().max())


def stored_each(decoder: nn.Sequential, z: Any) -> Any:
    J = by_columns(decoder, z)
    return torch.logdet(torch.eye(z.shape[-1], dtype=z.dtype) + J.mT @ J / BETA)


def interleaved(calls: dict[str, Step], rounds: int, slow: frozenset[str]) -> dict[str, dict[str, float]]:
    """Median milliseconds of each, all in turn in each round: on the clock, and of the processors. Slow ones twice."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in calls}
    for call in calls.values():
        call()
    for turn in range(rounds):
        for name, call in calls.items():
            if name not in slow or turn < 2:
                clock, own = time.perf_counter(), time.process_time()
                call()
                taken[name].append((time.perf_counter() - clock, time.process_time() - own))
    medians = {name: 1e3 * np.median(times, 0) for name, times in taken.items()}
    return {name: dict(clock=float(clock), processor=float(own)) for name, (clock, own) in medians.items()}


def memory(call: Step) -> float:
    """MiB by which a call raises the peak of a process forked for it, what was freed before given back first."""
    mine, its = os.pipe()
    if os.fork() == 0:
        torch.set_num_threads(1)
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak starts again from what is held now
        before = _peak()
        call()
        os.write(its, str((_peak() - before) / 1024).encode())
        os._exit(0)
    os.wait()
    os.close(its)
    with os.fdopen(mine) as told:
        return float(told.read())


def _peak() -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1])


def table(kind: str, k: int, hidden: tuple[int, ...], size: int, rounds: int) -> dict[str, Any]:
    make = steps if kind == "steps" else log_determinants
    calls = make(k, hidden, size)
    taken = interleaved(calls, rounds, frozenset({"GRAE, Jacobian by reverse mode"}))
    base = taken["VAE" if kind == "steps" else "J'J without J"]
    for name, times in taken.items():
        times["MiB"] = memory(calls[name])
        times["ratio"] = times["clock"] / base["clock"]
        times["processor_ratio"] = times["processor"] / base["processor"]
    return dict(kind=kind, k=k, hidden=list(hidden), size=size, ways=taken)


def markdown(found: dict[str, Any]) -> str:
    lines = [
        "# GRAE: what a step costs", "",
        f"`OMP_NUM_THREADS={found['threads']} python benchmarks/grae.py --rounds {found['rounds']}`; "
        f"{found['machine']}, {found['threads']} threads, load {found['load'][0]:.1f} at the "
        f"start and {found['load'][1]:.1f} at the end, "
        f"torch {torch.__version__}.", "",
        f"{PIXELS} pixels, β = {BETA}, ELU, linear output, Adam, float32. Ratios are of medians of interleaved rounds: "
        "on the clock, and of the processors' own time. MiB is the peak beyond the arguments.", "",
    ]  # fmt: skip
    for part in found["tables"]:
        shape = "-".join(map(str, (part["k"], *part["hidden"], PIXELS)))
        if part["kind"] == "steps":
            lines += [f"## Training, decoder {shape}, batch {part['size']}", ""]
        else:
            error = f"largest relative error in float32 {part['error']:.1e}"
            lines += [f"## log|I + J'J/β| at {part['size']} points, decoder {shape}; {error}", ""]
        lines += ["| | ms | ratio | ratio, processor | MiB |", "|---|---|---|---|---|"]
        for name, w in part["ways"].items():
            numbers = f"{w['clock']:.1f} | {w['ratio']:.2f} | {w['processor_ratio']:.2f} | {w['MiB']:.0f}"
            lines.append(f"| {name} | {numbers} |")
        lines.append("")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--points", type=int, default=1024)
    chosen = parser.parse_args()
    load = [os.getloadavg()[0]]
    tables = [table("steps", k, h, chosen.batch, chosen.rounds) for h in NETWORKS for k in (8, 32)]
    for h in NETWORKS:
        for k in (8, 32):
            error = error_in_float32(k, h)
            tables.append({**table("log_determinants", k, h, chosen.points, chosen.rounds), "error": error})
    found = dict(
        machine=platform.processor() or platform.machine(), threads=torch.get_num_threads(), rounds=chosen.rounds,
        load=[*load, os.getloadavg()[0]], batch=chosen.batch, pixels=PIXELS, beta=BETA, tables=tables,
    )  # fmt: skip
    (REPORTS / "grae.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (REPORTS / "grae.md").write_text(markdown(found), encoding="utf-8")
    sys.stdout.write(markdown(found))


if __name__ == "__main__":
    main()
