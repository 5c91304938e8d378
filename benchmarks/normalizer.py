"""Exact draws of r and certified log C over a grid of settings: acceptance, widths, seconds.

    OMP_NUM_THREADS=1 python benchmarks/normalizer.py        # six minutes of one core, most at N = 10,000
    python benchmarks/normalizer.py --counts 10000 --dimensions 8 --sigmas 0.2 --betas 0.75 --out /tmp/one

Means are drawn such that the aggregate matches the prior. Writes reports/normalizer.json and reports/normalizer.md.
"""

from __future__ import annotations

import argparse
import json
import time
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from theory.confidence import log_normalizer_interval
from theory.envelope import log_mass
from theory.implicit_prior import log_normalizer_estimate

Row = dict[str, Any]

REPORTS = Path(__file__).parent.parent / "reports"
BETAS = (0.05, 0.25, 0.5, 0.75, 0.95)
COUNTS = (50, 1797, 10_000)
DIMENSIONS = (2, 8)
SIGMAS = (0.9, 0.5, 0.2, 0.05, 0.01)
ALPHA = 1e-6
ACCEPTANCE, WIDTH = 0.3, 0.05  # targets
SETTING = ("N", "d", "sigma", "beta")
COMMAND = "python benchmarks/normalizer.py"
MANY = 5000  # posteriors: one pass over them is a second
SLACK = 1e-9  # of two closed forms that may be the same number


def measured(N: int, d: int, sigma: float, beta: float, size: int, seed: int = 0) -> Row:
    """One setting: log E, the printed estimate log B, the interval of log C, its width and the acceptance."""
    rng = np.random.default_rng([seed, N, d, int(100 * sigma), int(100 * beta)])
    mu = rng.normal(scale=np.sqrt(1 - sigma**2), size=(N, d))
    q = mu, np.broadcast_to(sigma**2 * np.eye(d), (N, d, d))
    started = time.process_time()
    lower, upper, acceptance = log_normalizer_interval(rng, *q, beta, size, ALPHA)
    seconds = time.process_time() - started
    log_E, log_B = float(log_mass(*q, beta)), float(log_normalizer_estimate(*q, beta))
    return dict(
        N=N,
        d=d,
        sigma=sigma,
        beta=beta,
        size=size,
        acceptance=float(acceptance),
        lower=float(lower),
        upper=float(upper),
        width=float(upper - lower),
        log_E=log_E,
        log_B=log_B,
        never_below=bool(log_E <= min(0, log_B) + SLACK),
        seconds=round(seconds, 2),
    )


def summary(rows: list[Row]) -> Row:
    """The targets, and what was found."""
    acceptances, widths = (np.array([row[name] for row in rows]) for name in ("acceptance", "width"))
    return dict(
        settings=len(rows),
        least_acceptance=float(acceptances.min()),
        median_acceptance=float(np.median(acceptances)),
        below_target=int((acceptances < ACCEPTANCE).sum()),
        below_best=sum(not row["never_below"] for row in rows),
        worst_width=float(widths.max()),
        median_width=float(np.median(widths)),
        too_wide=int((widths > WIDTH).sum()),
        met=bool(
            (acceptances >= ACCEPTANCE).all() and (widths <= WIDTH).all() and all(row["never_below"] for row in rows)
        ),
    )


def report(rows: list[Row]) -> str:
    """A table of settings: acceptance and width for each beta."""
    s = summary(rows)
    size = max(row["size"] for row in rows)
    fewest, seconds = min(row["size"] for row in rows), sum(row["seconds"] for row in rows)
    said = [
        "# Draws of r, and log C",
        "",
        f"`{COMMAND}`, {seconds:.0f} s of one core. {s['settings']} settings, {size:,} draws each, besides a pilot of "
        f"a twentieth as many, alpha = {ALPHA:g}; an asterisk marks those that had {fewest:,}, tried first where there "
        f"are more than {MANY:,} posteriors.",
        "",
        "| | target | found |",
        "|---|---|---|",
        f"| least acceptance | at least {ACCEPTANCE} | {s['least_acceptance']:.3f} |",
        f"| settings with an acceptance below C / min(1, B) | 0 | {s['below_best']} |",
        f"| widest interval of log C, nats | at most {WIDTH} | {s['worst_width']:.4f} |",
        f"| median width | | {s['median_width']:.4f} |",
        f"| settings that are too wide | 0 | {s['too_wide']} |",
        "",
        "Acceptance, then the width of the interval of log C in nats:",
        "",
        "| d | N | sigma | " + " | ".join(f"beta = {beta}" for beta in BETAS) + " | seconds |",
        "|---|" + "---|" * (len(BETAS) + 3),
    ]
    for d, N, sigma in dict.fromkeys((row["d"], row["N"], row["sigma"]) for row in rows):
        mine = {row["beta"]: row for row in rows if (row["d"], row["N"], row["sigma"]) == (d, N, sigma)}
        told = {
            b: f"{row['acceptance']:.3f}, {row['width']:.4f}{'*' * (row['size'] < size)}" for b, row in mine.items()
        }
        cells = [told.get(beta, "") for beta in BETAS]
        each = np.mean([row["seconds"] for row in mine.values()])
        said.append(f"| {d} | {N} | {sigma} | " + " | ".join(cells) + f" | {each:.1f} |")
    return "\n".join(said) + "\n"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=4000, help=f"for more than {MANY} posteriors, tried before size")
    parser.add_argument("--counts", type=int, nargs="+", default=COUNTS)
    parser.add_argument("--dimensions", type=int, nargs="+", default=DIMENSIONS)
    parser.add_argument("--sigmas", type=float, nargs="+", default=SIGMAS)
    parser.add_argument("--betas", type=float, nargs="+", default=BETAS)
    parser.add_argument("--resume", action="store_true", help="keep the settings that the report in --out has")
    parser.add_argument("--out", type=Path, default=REPORTS)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    file = options.out / "normalizer.json"
    kept = json.loads(file.read_text(encoding="utf-8"))["rows"] if options.resume else []
    rows = {tuple(row[name] for name in SETTING): row for row in kept}
    for setting in product(options.counts, options.dimensions, options.sigmas, options.betas):
        if setting not in rows:
            rows[setting] = measured(*setting, options.first if setting[0] > MANY else options.size)
            write(rows, setting, options.out)
    for setting, row in list(rows.items()):
        if row["width"] > WIDTH and row["size"] < options.size:
            rows[setting] = measured(*setting, options.size)
            write(rows, setting, options.out)


def write(rows: dict[tuple[Any, ...], Row], setting: tuple[Any, ...], folder: Path) -> None:
    """After each setting, so that a run may be cut short and resumed."""
    told, found = (*SETTING, "acceptance", "width", "seconds"), list(rows.values())
    print(", ".join(f"{name} = {rows[setting][name]:g}" for name in told), flush=True)
    record = dict(command=COMMAND, summary=summary(found), rows=found)
    (folder / "normalizer.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (folder / "normalizer.md").write_text(report(found), encoding="utf-8")


if __name__ == "__main__":
    main()
