"""How often intervals miss, on small problems whose value is known otherwise, rare overlaps among them.

    OMP_NUM_THREADS=1 python benchmarks/interval_coverage.py                  # about 100 draws a repetition
    OMP_NUM_THREADS=1 python benchmarks/interval_coverage.py --sizes 96 960 --many 1000

A miss is counted where the known value lies outside by more than its own error. Each problem has 10,000 samples of
whole passes over its posteriors, and as many with a remainder; fewer where they are long, and where `certify` runs
from its pilot on. Writes reports/coverage.json and reports/coverage.md.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats
from small_problems import Problem, problems

from theory import kernels
from theory.certificate import certify, information_from_log_ratios
from theory.confidence import Bets, betting_interval
from theory.envelope import Pool
from theory.groups import grouped
from theory.marginals import marginals
from theory.plans import candidates, gain, strata, unaided
from theory.posteriors import Posteriors

Array = np.ndarray[Any, Any]
Limits = tuple[Array, Array]
Row = dict[str, Any]

REPORTS = Path(__file__).parent.parent / "reports"
ALPHAS = (1e-6, 0.05)
BETAS = (0.25, 0.5, 0.75)
AT_ONCE = 48_000  # summands: what stays in the cache while an interval is bisected
FAILS = 20  # misses of 10,000 at an alpha of 1e-6 that no valid interval shows


# --- intervals --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Draws:
    """``repetitions`` samples of one size: posteriors n and draws z one after the other."""

    problem: Problem
    posteriors: Posteriors
    size: int
    n: Array
    z: Array

    @classmethod
    def of(cls, problem: Problem, size: int, repetitions: int, rng: np.random.Generator) -> Draws:
        posteriors = problem.posteriors
        n = np.concatenate([strata(rng, posteriors.N, size) for _ in range(repetitions)])
        return cls(problem, posteriors, size, n, posteriors.sample(rng, n))

    def by_repetition(self, x: Array) -> Array:
        return x.reshape(-1, self.size)

    @property
    def log_ratio(self) -> Array:
        """L = log q_n(z) / q(z), (repetitions, size)."""
        q = self.posteriors
        if q.scale_tril is None:
            u, log_q = (self.z - q.mu[self.n]) / q.sigma[self.n], kernels.joint(self.z, q.mu, q.sigma)
        else:
            u = np.linalg.solve(q.scale_tril[self.n], (self.z - q.mu[self.n])[..., None])[..., 0]
            log_q = kernels.joint_full(self.z, q.mu, q.scale_tril)
        own = -(u**2).sum(1) / 2 - q.log_volume[self.n] - q.d * np.log(2 * np.pi) / 2
        return self.by_repetition(own - log_q)


Method = Callable[[Draws, float, np.random.Generator], Limits | None]


def in_pieces(interval: Callable[[Array], Limits], x: Array) -> Limits:
    step = max(AT_ONCE // x.shape[1], 1)
    found = [interval(x[i : i + step]) for i in range(0, len(x), step)]
    return np.concatenate([low for low, _ in found]), np.concatenate([high for _, high in found])


def default(draws: Draws, alpha: float, rng: np.random.Generator) -> Limits:
    """As `certify` plans it; one pilot for all repetitions, of its own draws."""
    q = draws.posteriors
    plans = candidates(q, marginals(q.mu, q.sigma), rng, draws.size, alpha)
    plan = min(plans, key=lambda p: p.width)
    return in_pieces(plan.interval, draws.by_repetition(plan.summands(draws.z, draws.n)))


def in_groups(draws: Draws, alpha: float, rng: np.random.Generator) -> Limits | None:
    """As `certify` plans it where posteriors hardly overlap, of draws of its own; plans without draws cannot miss."""
    plans = [plan for plan in grouped(draws.posteriors, rng, draws.size, alpha) if plan.share.any()]
    if not plans:
        return None
    plan = min(plans, key=lambda p: p.width)
    return in_pieces(plan.interval, np.stack([plan.draw(rng) for _ in range(len(draws.n) // draws.size)]))


def without_pilot(draws: Draws, alpha: float, rng: np.random.Generator) -> Limits:
    plan = unaided(draws.posteriors, draws.size, alpha)
    return in_pieces(plan.interval, draws.by_repetition(plan.summands(draws.z, draws.n)))


def pairs(draws: Draws, alpha: float, rng: np.random.Generator) -> Limits | None:
    plan = unaided(draws.posteriors, draws.size, alpha)
    if draws.size % (2 * draws.posteriors.N):
        return None
    return plan.paired_interval(draws.by_repetition(plan.summands(draws.z, draws.n)))


def truncated(draws: Draws, alpha: float, rng: np.random.Generator) -> Limits:
    lower, upper = information_from_log_ratios(draws.log_ratio, draws.posteriors.N, alpha)
    return lower, upper


def normal(x: Array, alpha: float) -> Limits:
    """The interval of the central limit theorem."""
    reach = stats.norm.isf(alpha / 2) * x.std(1, ddof=1) / np.sqrt(x.shape[1])
    return x.mean(1) - reach, x.mean(1) + reach


def normal_of_ratios(draws: Draws, alpha: float, rng: np.random.Generator) -> Limits:
    return normal(draws.log_ratio, alpha)


def normal_of_gains(draws: Draws, alpha: float, rng: np.random.Generator) -> Limits:
    return normal(draws.by_repetition(gain(draws.posteriors, draws.z)), alpha)


CERTIFIED: dict[str, Method] = {
    "default": default,
    "groups": in_groups,
    "no pilot": without_pilot,
    "pairs": pairs,
    "truncated ratios": truncated,
}
USUAL: dict[str, Method] = {"normal, of log ratios": normal_of_ratios, "normal, of G": normal_of_gains}
LOG_C, COMPLETE = "log C", "default, complete runs"


# --- counting ---------------------------------------------------------------------------------------------------------


def counted(limits: Limits, value: float, error: float) -> Row:
    """A miss is a value that lies outside by more than it may be wrong itself."""
    lower, upper = limits
    missed = ~((lower - error <= value) & (value <= upper + error))  # not-a-number misses
    with np.errstate(invalid="ignore"):
        width = float(np.mean(upper - lower))
    return dict(repetitions=len(lower), misses=int(missed.sum()), rate=float(missed.mean()), width=width)


def even(size: int, N: int) -> int:
    """Whole pairs of passes, the number nearest to what is asked."""
    return 2 * N * max(round(size / (2 * N)), 1)


def measured(problem: Problem, size: int, repetitions: int, methods: dict[str, Method], seed: int = 0) -> list[Row]:
    """One row for each method and alpha."""
    rng, pilots = np.random.default_rng([seed, size]), np.random.default_rng([seed, size, 1])
    draws, (value, error) = Draws.of(problem, size, repetitions, rng), problem.information()
    rows = []
    for (name, method), alpha in product(methods.items(), ALPHAS):
        limits = method(draws, alpha, pilots)
        if limits is not None:
            rows.append(dict(method=name, size=size, alpha=alpha, **counted(limits, value, error + 1e-12)))
    return rows


def log_normalizers(problem: Problem, size: int, repetitions: int, beta: float, seed: int = 0) -> list[Row]:
    """As `log_normalizer_interval` plans it; one pilot for all repetitions, of its own draws."""
    rng = np.random.default_rng([seed, size, 2])
    pool = Pool(*problem.moments, np.float64(beta))
    counts, variance = pool.plan(rng, size)
    log_mass, w = pool.propose(rng, counts * repetitions)
    of_each = np.split(w, [counts[0] * repetitions])
    w = np.concatenate([part.reshape(repetitions, -1) for part in of_each], 1)
    value, error = problem.log_normalizer(beta)
    rows = []
    for alpha in ALPHAS:
        bets = Bets.planned(size, float(variance), alpha)
        found = in_pieces(partial(betting_interval, alpha=alpha, bets=bets), w)
        with np.errstate(divide="ignore"):
            limits = tuple(np.minimum(log_mass + np.log(end), pool.log_masses.min()) for end in found)
        rows.append(dict(method=LOG_C, size=size, alpha=alpha, beta=beta, **counted(limits, value, error + 1e-12)))
    return rows


def complete_runs(problem: Problem, size: int, runs: int) -> list[Row]:
    """`certify` from the first draw of its pilot on, a seed a run."""
    (value, error), rows = problem.information(), []
    for alpha in ALPHAS:
        found = [
            certify(problem.moments[0], size=size, alpha=alpha, seed=seed, **problem.spread).information
            for seed in range(runs)
        ]
        limits = np.array([i.lower for i in found]), np.array([i.upper for i in found])
        rows.append(dict(method=COMPLETE, size=size, alpha=alpha, **counted(limits, value, error + 1e-12)))
    return rows


def measure(chosen: list[Problem], sizes: list[int], repetitions: int, many: int, runs: int) -> list[Row]:
    """Every problem at every size: ``repetitions`` at the first, ``many`` at others; and with a remainder at the
    first."""
    rows = []
    for index, problem in enumerate(chosen):
        started, (mu, _), (value, error) = time.perf_counter(), problem.moments, problem.information()
        N = len(mu)
        about = dict(problem=problem.name, N=N, d=mu.shape[1], information=value, error=error)
        own: list[Row] = []
        for size in sizes:
            R = repetitions if size == sizes[0] else many
            whole = measured(problem, even(size, N), R, CERTIFIED | USUAL, index)
            whole += log_normalizers(problem, even(size, N), R, BETAS[index % len(BETAS)], index)
            own += [dict(asked=size) | row for row in whole]
        own += measured(problem, even(sizes[0], N) + (N + 1) // 2, repetitions, CERTIFIED, index)
        own += complete_runs(problem, even(sizes[0], N), runs)
        rows += [about | row for row in own]
        bad = sum(row["misses"] for row in own if row["method"] not in USUAL and row["alpha"] == min(ALPHAS))
        told = f"I = {value:.6f} within {error:.0e}, {bad} misses at {min(ALPHAS):g}"
        print(f"{problem.name}: {told}, {time.perf_counter() - started:.0f} s", flush=True)
    return rows


# --- what is told -----------------------------------------------------------------------------------------------------


def limits_of_rate(row: Row, confidence: float = 0.99) -> tuple[float, float]:
    """Clopper and Pearson's one-sided limits of a rate, each at this confidence."""
    k, n = row["misses"], row["repetitions"]
    lower = stats.beta.ppf(1 - confidence, k, n - k + 1) if k else 0.0
    return float(lower), float(stats.beta.ppf(confidence, k + 1, n - k)) if k < n else 1.0


def summary(rows: list[Row]) -> list[Row]:
    """For each method its misses at the small alpha and its worst rate at the other."""
    found = []
    for name in dict.fromkeys(row["method"] for row in rows):
        small, large = ([r for r in rows if r["method"] == name and r["alpha"] == alpha] for alpha in ALPHAS)
        worst = max(large, key=lambda row: (row["rate"], -row["repetitions"]))
        lower, upper = limits_of_rate(worst)
        found.append(
            dict(
                method=name,
                certified=name not in USUAL,
                misses=sum(row["misses"] for row in small),
                repetitions=sum(row["repetitions"] for row in small),
                failing=sum(row["misses"] > FAILS * row["repetitions"] / 10_000 for row in small),
                settings=len(small),
                worst_small=max(row["rate"] for row in small),
                worst_rate=worst["rate"],
                worst_lower=lower,
                worst_upper=upper,
                worst_problem=f"{worst['problem']}, S = {worst['size']}",
                holds=not any(row["misses"] for row in small) and all(row["rate"] <= row["alpha"] for row in large),
            )
        )
    return found


def report(rows: list[Row], command: str, seconds: float) -> str:
    small, large = ALPHAS
    said = [
        "# How often intervals miss",
        "",
        f"`{command}`, {seconds:.0f} s. {len({row['problem'] for row in rows})} problems of known value; a miss is a "
        "value outside the interval by more than its own error. Limits are Clopper and Pearson's, 99 %, one-sided.",
        "",
        f"| interval | misses at alpha = {small:g} | settings with over {FAILS} in 10,000 | worst rate there | "
        f"worst rate at {large:g} | its upper limit | where | holds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for s in summary(rows):
        said.append(
            f"| {s['method']} | {s['misses']:,} of {s['repetitions']:,} | {s['failing']} of {s['settings']} | "
            f"{s['worst_small']:.2%} | {s['worst_rate']:.2%} | {s['worst_upper']:.2%} | {s['worst_problem']} | "
            f"{'yes' if s['holds'] else 'no'} |"
        )
    names = [*CERTIFIED, LOG_C, *USUAL]
    for size in sorted({row["asked"] for row in rows if "asked" in row}):
        said += ["", *by_problem([row for row in rows if row.get("asked") == size], names, size)]
    return "\n".join(said) + "\n"


def by_problem(rows: list[Row], names: list[str], size: int) -> list[str]:
    small, large = ALPHAS
    said = [
        f"S near {size}, {rows[0]['repetitions']:,} samples of each problem: miss rates at alpha = {large:g}; for the "
        f"normal interval also at {small:g}.",
        "",
        "| problem | N | d | I | S | " + " | ".join(names) + f" | normal, of log ratios, at {small:g} |",
        "|---|" + "---|" * (len(names) + 5),
    ]
    for name in dict.fromkeys(row["problem"] for row in rows):
        mine = {(row["method"], row["alpha"]): row for row in rows if row["problem"] == name}
        first = next(iter(mine.values()))
        rates = [f"{mine[method, large]['rate']:.2%}" if (method, large) in mine else "" for method in names]
        told = [f"{first['N']}", f"{first['d']}", f"{first['information']:.4f}", f"{first['size']}", *rates]
        said.append(f"| {name} | " + " | ".join(told) + f" | {mine[next(iter(USUAL)), small]['rate']:.2%} |")
    return said


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[96])
    parser.add_argument("--repetitions", type=int, default=10_000, help="at the first size")
    parser.add_argument("--many", type=int, default=1_000, help="repetitions at the other sizes")
    parser.add_argument("--runs", type=int, default=100, help="complete runs, a pilot each")
    parser.add_argument("--problems", type=int, default=None, help="the first so many")
    parser.add_argument("--out", type=Path, default=REPORTS)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    chosen = problems()[: options.problems]
    rows = measure(chosen, options.sizes, options.repetitions, options.many, options.runs)
    seconds = time.perf_counter() - started
    sizes = " ".join(map(str, options.sizes))
    command = f"python benchmarks/interval_coverage.py --sizes {sizes} --many {options.many}"
    record = dict(command=command, seconds=round(seconds, 1), numpy=np.__version__, summary=summary(rows), rows=rows)
    (options.out / "coverage.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (options.out / "coverage.md").write_text(report(rows, command, seconds), encoding="utf-8")


if __name__ == "__main__":
    main()
