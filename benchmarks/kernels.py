"""The kernels against common practice, side by side in one run: time a pair (sample, posterior) and extra memory.

    OMP_NUM_THREADS=2 python benchmarks/kernels.py

Rounds are interleaved, so that a busy minute slows all alike, and each way runs twice, of which the second counts, so
that what another left behind does not; ratios are of medians. Memory is the peak of a process of its own beyond what
it held with the arguments made and the code loaded. Writes reports/benchmarks.md and .json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import torch

from theory import kernels
from theory.kernels.chunks import threads

Arguments = dict[str, Any]
REPORTS = Path(__file__).parent.parent / "reports"
SHARE = 8  # those that hold every pair at once are given this part of the samples: time a pair is the same


def arguments(N: int, S: int, d: int, width: float = 0.3, clusters: int = 0) -> Arguments:
    """Posteriors about draws of the prior, or of clusters, and samples of their aggregate."""
    rng = np.random.default_rng(0)
    mu = rng.normal(size=(N, d))
    if clusters:
        mu = 3 * rng.normal(size=(clusters, d))[rng.integers(clusters, size=N)] + 0.3 * mu
    sigma = width * np.exp(0.3 * rng.normal(size=(N, d)))
    n = rng.integers(N, size=S)
    return dict(z=mu[n] + sigma[n] * rng.normal(size=(S, d)), mu=mu, sigma=sigma)


def cast(given: Arguments, kind: Any, tensors: bool = False) -> Arguments:
    return {k: torch.as_tensor(v.astype(kind)) if tensors else v.astype(kind) for k, v in given.items()}


# --- common practice, each written from its description --------------------------------------------------------------


def tcvae_entropies(z: Any, mu: Any, sigma: Any) -> tuple[Any, Any]:
    """As beta-TCVAE's script estimates entropies: ten samples at a time against all posteriors, joint and apart."""
    N, width = len(mu), 10
    centres, log_widths, marginal, joint = mu[:, :, None], torch.log(sigma)[:, :, None], 0, 0
    for start in range(0, len(z), width):
        some = z[start : start + width].T[None].expand(N, -1, -1)
        scaled = (some - centres) * torch.exp(-log_widths)
        log_density = -0.5 * (scaled * scaled + 2 * log_widths + np.log(2 * np.pi))
        marginal = marginal - torch.logsumexp(log_density, 0).sum(1)
        joint = joint - torch.logsumexp(log_density.sum(1), 0).sum()
    return marginal / len(z) + np.log(N), joint / len(z) + np.log(N)


def broadcast(z: Any, mu: Any, sigma: Any) -> Any:
    """All differences at once, (S, N, d)."""
    terms = -0.5 * ((z[:, None] - mu) / sigma) ** 2 - torch.log(sigma) - 0.5 * np.log(2 * np.pi)
    return torch.logsumexp(terms.sum(2), 1) - np.log(len(mu))


def mixture_same_family(z: Any, mu: Any, sigma: Any) -> Any:
    normal = torch.distributions.Independent(torch.distributions.Normal(mu, sigma, validate_args=False), 1)
    weights = torch.distributions.Categorical(torch.full((len(mu),), 1 / len(mu), dtype=mu.dtype))
    return torch.distributions.MixtureSameFamily(weights, normal, validate_args=False).log_prob(z)


def gaussian_mixture(z: Any, mu: Any, sigma: Any) -> Any:
    from sklearn.mixture import GaussianMixture

    model = GaussianMixture(len(mu), covariance_type="diag")
    model.weights_, model.means_ = np.full(len(mu), 1 / len(mu)), mu
    model.covariances_, model.precisions_cholesky_ = sigma**2, 1 / sigma
    return model.score_samples(z)


def dense(function: Callable[..., Any]) -> Callable[..., Any]:
    def one_way(**given: Any) -> Any:
        with kernels.using("dense"):
            return function(**given)

    return one_way


def _graph(function: Callable[..., Any], names: tuple[str, ...], given: Arguments) -> tuple[Any, list[Any]]:
    """The sum of what a function gives, and the arguments by which it is differentiated."""
    leaves = {name: x.clone().requires_grad_(name in names) for name, x in given.items()}
    return function(**leaves).sum(), [leaves[name] for name in names]


def with_gradient(function: Callable[..., Any], *names: str) -> Callable[..., Any]:
    """The value and its gradient by some arguments."""
    return lambda **given: torch.autograd.grad(*_graph(function, names, given))


def way_back(function: Callable[..., Any], *names: str) -> Callable[..., Any]:
    """The gradient by some arguments alone, the value being there from the first call of its size and type."""
    made: dict[tuple[Any, ...], tuple[Any, list[Any]]] = {}

    def back(**given: Any) -> Any:
        kind = len(given["z"]), len(given["mu"]), given["mu"].dtype
        if kind not in made:
            made[kind] = _graph(function, names, given)
        return torch.autograd.grad(*made[kind], retain_graph=True)

    return back


ALL = "z", "mu", "sigma"
TRAINED, BACK = (with_gradient(kernels.joint, *ALL[1:]), way_back(kernels.joint, *ALL[1:]))
TRAINED_ALL = with_gradient(kernels.joint, *ALL)

# name: function, type, tensors, part of the samples, what it answers
WAYS: dict[str, tuple[Callable[..., Any], Any, bool, int, str]] = {
    "joint, compiled, float32": (kernels.joint, np.float32, False, 1, "joint"),
    "joint, compiled, float64": (kernels.joint, np.float64, False, 1, "joint"),
    "joint, NumPy without numba, float64": (dense(kernels.joint), np.float64, False, 1, "joint"),
    "joint, torch without numba, float64": (dense(kernels.joint), np.float64, True, 1, "joint"),
    "joint interval, float64": (kernels.joint_interval, np.float64, False, 1, "joint"),
    "joint and each, compiled, float32": (kernels.joint_and_each, np.float32, False, 1, "both"),
    "joint and each, compiled, float64": (kernels.joint_and_each, np.float64, False, 1, "both"),
    "joint and each, torch without numba, float32": (dense(kernels.joint_and_each), np.float32, True, 1, "both"),
    "joint and each, torch without numba, float64": (dense(kernels.joint_and_each), np.float64, True, 1, "both"),
    "joint and gradient by mu and sigma, compiled, float32": (TRAINED, np.float32, True, 1, "gradient"),
    "joint and gradient by mu and sigma, compiled, float64": (TRAINED, np.float64, True, 1, "gradient"),
    "that gradient alone, compiled, float32": (BACK, np.float32, True, 1, "gradient"),
    "that gradient alone, compiled, float64": (BACK, np.float64, True, 1, "gradient"),
    "joint and gradient by z, mu and sigma, compiled, float32": (TRAINED_ALL, np.float32, True, 1, "gradient"),
    "joint and gradient by z, mu and sigma, compiled, float64": (TRAINED_ALL, np.float64, True, 1, "gradient"),
    "beta-TCVAE's estimate of entropies, float32": (tcvae_entropies, np.float32, True, 1, "both"),
    "broadcast in torch, float32": (broadcast, np.float32, True, SHARE, "joint"),
    "broadcast in torch, float64": (broadcast, np.float64, True, SHARE, "joint"),
    "broadcast and autograd, float32": (with_gradient(broadcast, *ALL), np.float32, True, SHARE, "gradient"),
    "torch's MixtureSameFamily, float32": (mixture_same_family, np.float32, True, SHARE, "joint"),
    "scikit-learn's GaussianMixture, float64": (gaussian_mixture, np.float64, False, SHARE, "joint"),
}


def prepared(name: str, given: Arguments) -> tuple[Callable[[], Any], int]:
    function, kind, tensors, part, _ = WAYS[name]
    own = cast({**given, "z": given["z"][: len(given["z"]) // part]}, kind, tensors)
    return lambda: function(**own), len(own["z"]) * len(own["mu"])


def seconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def settled(call: Callable[[], Any]) -> float:
    """The seconds of a call once what ran before it is over: memory that another gave back slows the next by half."""
    call()
    return seconds(call)


def interleaved(calls: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """The median seconds of each call, all in turn in each round, each after one of its own that is not counted."""
    taken = [[settled(call) for call in calls.values()] for _ in range(rounds)]
    return dict(zip(calls, np.median(taken, 0).tolist(), strict=True))


def table(N: int, S: int, d: int, rounds: int) -> dict[str, dict[str, float]]:
    calls = {name: prepared(name, arguments(N, S, d)) for name in WAYS}
    taken = interleaved({name: call for name, (call, _) in calls.items()}, rounds)
    command = [sys.executable, __file__, "--size", *map(str, (N, S, d)), "--memory"]
    memory = {name: float(subprocess.run([*command, name], capture_output=True, check=True).stdout) for name in WAYS}
    return {
        name: dict(ns_a_pair=1e9 * taken[name] / pairs, seconds=taken[name], MiB=memory[name])
        for name, (_, pairs) in calls.items()
    }


def peak() -> float:
    """The most memory that this process has held, in KiB; what getrusage tells began with the parent's."""
    told = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return float(told["VmHWM"].split()[0])


def extra_memory(name: str, N: int, S: int, d: int) -> float:
    """MiB that the peak of this process grows by, with code loaded by a small call of the same way."""
    small, _ = prepared(name, arguments(512, 8 * SHARE, d))
    with kernels.using("compiled" if "compiled" in name or "interval" in name else "dense"):
        small()
    call, _ = prepared(name, arguments(N, S, d))
    before = peak()
    call()
    return (peak() - before) / 1024


def growth(d: int, rounds: int) -> list[dict[str, float]]:
    """Seconds as N and S grow."""
    rows = []
    sizes = (1000, 1000), (5000, 1000), (20_000, 1000), (50_000, 1000), (50_000, 200), (5000, 10_000), (50_000, 5000)
    for N, S in sizes:
        given = arguments(N, S, d)
        own = {str(kind.__name__): cast(given, kind) for kind in (np.float32, np.float64)}
        calls = {name: (lambda a=a: kernels.joint(**a)) for name, a in own.items()}  # type: ignore[misc]
        rows.append(dict(N=N, S=S, **interleaved(calls, rounds)))
    return rows


def fitted(rows: list[dict[str, float]], name: str) -> dict[str, float]:
    """The seconds that a call, a posterior and a pair cost, by least squares of relative errors, and the largest."""
    from scipy.optimize import nnls

    design = np.array([[1, row["N"], row["N"] * row["S"]] for row in rows]) / np.array([[row[name]] for row in rows])
    costs, _ = nnls(design, np.ones(len(rows)))
    return dict(
        zip(("call", "posterior", "pair"), costs.tolist(), strict=True), off=float(abs(design @ costs - 1).max())
    )


def plot(rows: list[dict[str, float]], costs: dict[str, dict[str, float]], path: Path) -> None:
    """Seconds against pairs, on logarithmic axes, each with the line that is a pair's cost alone."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
    pairs = np.array([row["N"] * row["S"] for row in rows])
    for (name, cost), mark in zip(costs.items(), "os", strict=True):
        points = axes.loglog(pairs, [row[name] for row in rows], mark, label=f"{name}, measured")[0]
        line = 1e9 * cost["pair"]
        axes.loglog(
            np.sort(pairs), 1e-9 * line * np.sort(pairs), color=points.get_color(), label=f"{line:.2f} ns a pair"
        )
    axes.set(xlabel="pairs of a sample and a posterior, N S", ylabel="seconds", title="log q, d = 10, N up to 50,000")
    axes.legend()
    figure.savefig(path, dpi=120)
    plt.close(figure)


def pruning(N: int, S: int, rounds: int) -> list[dict[str, Any]]:
    """All posteriors against the interval, which may leave out far ones."""
    rows = []
    cases = (10, 0.3, 0), (10, 0.1, 0), (10, 0.05, 0), (2, 0.5, 0), (2, 0.05, 0), (10, 0.3, 20)
    for samples, (d, width, clusters) in product((S, 10 * S), cases):
        given = arguments(N, samples, d, width, clusters)
        calls = dict(all=lambda a=given: kernels.joint(**a), interval=lambda a=given: kernels.joint_interval(**a))  # type: ignore[misc]
        taken = interleaved(calls, rounds)
        lower, upper = kernels.joint_interval(**given)
        speed = taken["all"] / taken["interval"]
        rows.append(
            dict(S=samples, d=d, width=width, clusters=clusters, times=speed, nats=float((upper - lower).max()))
        )
    return rows


def agreement(N: int, S: int, d: int) -> dict[str, float]:
    """Largest differences in nats from the float64 broadcast."""
    given = arguments(N, S // (4 * SHARE), d)
    exact = broadcast(**cast(given, float, tensors=True)).numpy()
    found = {"compiled, float64": kernels.joint(**given), "compiled, float32": kernels.joint(**cast(given, np.float32))}
    with kernels.using("dense"):
        found["without numba, float64"] = kernels.joint(**given)
    return {name: float(abs(value - exact).max()) for name, value in found.items()}


def markdown(found: dict[str, Any]) -> str:
    rows, machine = found["table"], found["machine"]
    N, S, d = found["size"]
    first, yardstick = "joint, compiled, float32", "beta-TCVAE's estimate of entropies, float32"
    lines = [
        "# Kernels against common practice",
        "",
        f"log q of {S:,} samples under {N:,} posteriors of {d} dimensions; {machine}. `{found['command']}`",
        "",
        f"| way | ns a pair | times the time of *{first}* | beta-TCVAE's time over it | extra MiB |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {row['ns_a_pair']:.2f} | {row['ns_a_pair'] / rows[first]['ns_a_pair']:.1f} "
            f"| {rows[yardstick]['ns_a_pair'] / row['ns_a_pair']:.1f} | {row['MiB']:.0f} |"
            for name, row in rows.items()
        ),
        "",
        f"Those that hold all pairs at once were given 1/{SHARE} of the samples; all need {SHARE} times the memory.",
        "",
        "Largest difference from the float64 broadcast, in nats: "
        + ", ".join(f"{name} {value:.1e}" for name, value in found["agreement"].items())
        + ".",
        "",
        "## Growth",
        "",
        *(
            f"In {name} a call costs {1e3 * cost['call']:.1f} ms, a posterior {1e9 * cost['posterior']:.0f} ns and a "
            f"pair {1e9 * cost['pair']:.2f} ns: within {100 * cost['off']:.0f} % of what was measured.\n"
            for name, cost in found["costs"].items()
        ),
        "| N | S | float32, ns a pair | float64, ns a pair |",
        "|---|---|---|---|",
        *(
            f"| {r['N']:,} | {r['S']:,} | {1e9 * r['float32'] / (r['N'] * r['S']):.2f} "
            f"| {1e9 * r['float64'] / (r['N'] * r['S']):.2f} |"
            for r in found["growth"]
        ),
        "",
        "![Seconds against pairs](benchmarks.png)",
        "",
        "## Far posteriors left out",
        "",
        f"{N:,} posteriors, float64. The interval counts what is left out and the rounding.",
        "",
        "| samples | d | sigma | clusters | times as fast as all | width of the interval, nats |",
        "|---|---|---|---|---|---|",
        *(f"| {r['S']:,} | {r['d']} | {r['width']} | {r['clusters'] or 'none'} | {r['times']:.2f} | {r['nats']:.1e} |"
          for r in found["pruning"]),
        "",
        "A GPU runs the torch form on the tensors' device; it was not run for this table.",
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, nargs=3, default=[20_000, 2000, 10], metavar=("N", "S", "d"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--memory", choices=WAYS, help="print the extra memory of one way, in MiB, and stop")
    parser.add_argument("--out", type=Path, default=REPORTS / "benchmarks")
    chosen = parser.parse_args()
    torch.set_num_threads(threads())
    N, S, d = chosen.size
    if chosen.memory:
        print(extra_memory(chosen.memory, N, S, d))
        return
    rows = growth(d, chosen.rounds)
    found = dict(
        command="OMP_NUM_THREADS=2 python benchmarks/kernels.py", size=chosen.size, rounds=chosen.rounds,
        machine=f"{threads()} threads of {os.cpu_count()} on {platform.machine()}, torch {torch.__version__}",
        table=table(N, S, d, chosen.rounds), growth=rows, agreement=agreement(N, S, d),
        costs={name: fitted(rows, name) for name in ("float32", "float64")}, pruning=pruning(N, S, chosen.rounds),
    )  # fmt: skip
    plot(rows, found["costs"], chosen.out.with_suffix(".png"))
    chosen.out.with_suffix(".json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    chosen.out.with_suffix(".md").write_text(markdown(found), encoding="utf-8")
    print(markdown(found))


if __name__ == "__main__":
    main()
