"""Certified information against the interval in common use: widths, errors per dimension, seconds.

    OMP_NUM_THREADS=1 python benchmarks/certified.py

Posteriors of VAEs trained on the digits, all 1,797 images, and made ones whose aggregate matches the prior. The usual
estimator is the mean of log q_n(z)/q(z); its interval is that of the central limit theorem, which promises nothing at
a small alpha. Writes reports/certified.json and reports/certified.md.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from scipy import special, stats

from theory import kernels
from theory.certificate import certify
from theory.marginals import marginals
from theory.plans import strata
from theory.posteriors import Posteriors
from verification.oracles import axes
from verification.vae import fixtures
from verification.vae.data import digits
from verification.vae.training import TrainConfig

Array = np.ndarray[Any, Any]
Row = dict[str, Any]

REPORTS = Path(__file__).parent.parent / "reports"
ALPHA = 1e-6
BETAS = (0.1, 0.5, 0.75, 1.0, 2.0, 4.0, 8.0)
LATENT = (8, 10)  # the first is that of the default ensemble
WIDTH, SHARE, PER_AXIS = 0.02, 0.45, 1e-6  # targets on digits: nats, of the usual width, nats
PLAIN = 500  # samples on which the usual estimator is timed as it is usually written


def of_digits(betas: tuple[float, ...] = BETAS) -> Iterator[tuple[Row, Posteriors]]:
    """Posteriors of all images under models that travel with the package, and under models trained now or before."""
    ensembles = [fixtures.committed()]
    for latent in LATENT:
        fixture = fixtures.Fixture(f"benchmark.digits.{latent}", TrainConfig(betas, replicates=1, latent=latent))
        ensembles.append(fixture.get(digits(), 0, "cpu"))
    for ensemble in ensembles:
        for model, beta in enumerate(ensemble.betas):
            mu = np.concatenate([ensemble.mu[model], ensemble.test_mu[model]])
            logvar = np.concatenate([ensemble.logvar[model], ensemble.test_logvar[model]])
            q = Posteriors.of(mu, logvar=logvar)
            yield dict(source=f"digits, beta = {beta:g}", digits=True, N=q.N, d=q.d), q


def made(counts: tuple[int, ...]) -> Iterator[tuple[Row, Posteriors]]:
    """Correlated means; two sharp dimensions, ten mixed, or 32 of which 20 tell nothing."""
    variances = (
        np.full(2, 0.09),
        np.geomspace(0.01, 0.9, 10),
        np.append(np.geomspace(0.02, 0.9, 12), np.full(20, 0.99)),
    )
    for N in counts:
        for variance in variances:
            d = len(variance)
            rng = np.random.default_rng([N, d])
            related = 0.5 ** abs(np.subtract.outer(np.arange(d), np.arange(d)))
            mu = rng.multivariate_normal(np.zeros(d), related, size=N) * np.sqrt(1 - variance)
            q = Posteriors.of(mu, std=np.tile(np.sqrt(variance), (N, 1)))
            yield dict(source="made", digits=False, N=N, d=d), q


def log_ratios(q: Posteriors, size: int, seed: int = 0) -> Array:
    """L = log q_n(z)/q(z) of stratified draws, (size,)."""
    rng = np.random.default_rng([seed, 1])
    n = strata(rng, q.N, size)
    z = q.sample(rng, n)
    return _own(q, z, n) - kernels.joint(z, q.mu, q.sigma)


def _own(q: Posteriors, z: Array, n: Array) -> Array:
    u: Array = (z - q.mu[n]) / q.sigma[n]
    return np.asarray(-(u * u).sum(1) / 2 - q.log_volume[n] - q.d * np.log(2 * np.pi) / 2)


def plain_log_ratios(q: Posteriors, size: int, seed: int = 0) -> Array:
    """The same as it is usually written: all densities of some samples at once, then log-sum-exp."""
    rng = np.random.default_rng([seed, 1])
    n = strata(rng, q.N, size)
    z = q.sample(rng, n)
    step = max(2**21 // q.mu.size, 1)
    log_q = [
        special.logsumexp(np.sum(stats.norm.logpdf(z[i : i + step, None], q.mu, q.sigma), 2), axis=1) - np.log(q.N)
        for i in range(0, size, step)
    ]
    return _own(q, z, n) - np.concatenate(log_q)


def compared(about: Row, q: Posteriors, size: int, seed: int = 0) -> Row:
    """One setting: the certificate, the usual interval at the same alpha and size, and the seconds of both."""
    started = time.perf_counter()
    found = certify(q.mu, std=q.sigma, size=size, alpha=ALPHA, seed=seed)
    certified = time.perf_counter() - started
    L, usual = log_ratios(q, size, seed), time.perf_counter() - started - certified
    started = time.perf_counter()
    plain_log_ratios(q, min(PLAIN, size), seed)
    plain = (time.perf_counter() - started) * size / min(PLAIN, size)
    reach = stats.norm.isf(ALPHA / 2) * L.std(ddof=1) / np.sqrt(size)
    widths = [i.width for i in (found.information, found.kl, found.entropy, found.total_correlation)]
    return about | dict(
        size=size,
        information=found.information.estimate,
        lower=found.information.lower,
        upper=found.information.upper,
        total_correlation=found.total_correlation.estimate,
        width=max(widths),
        usual_estimate=float(L.mean()),
        usual_width=float(2 * reach),
        share=float(max(widths) / (2 * reach)),
        floor=float(np.log(q.N) * np.log(1 / ALPHA) / size),
        per_axis=float(found.dimensions.error.max()),
        controls=len(found.controls),
        seconds=round(certified, 2),
        usual_seconds=round(usual, 2),
        plain_seconds=round(plain, 1),
    )


def seen_error(q: Posteriors) -> float:
    """How far information per dimension is from another quadrature, as a share of the proved error."""
    ours = marginals(q.mu, q.sigma)
    theirs = axes.information(q.mu[None], q.sigma[None]).value[0]
    return float((abs(ours.information - theirs) / ours.error).max())


def meets(row: Row) -> bool:
    return bool(row["width"] <= WIDTH and row["share"] <= SHARE and row["per_axis"] <= PER_AXIS)


def summary(rows: list[Row]) -> Row:
    """The targets on digits, and what was found."""
    real = [row for row in rows if row["digits"]]
    return dict(
        widest=max(row["width"] for row in real),
        largest_share=max(row["share"] for row in real),
        per_axis=max(row["per_axis"] for row in rows),
        settings=len(real),
        meeting=sum(meets(row) for row in real),
        out_of_reach=sum(row["floor"] > SHARE * row["usual_width"] for row in real),
        met=all(meets(row) for row in real),
    )


def report(rows: list[Row], checked: float, command: str, seconds: float) -> str:
    s = summary(rows)
    said = [
        "# Certified information",
        "",
        f"`{command}`, {seconds:.0f} s. alpha = {ALPHA:g}, S = {rows[0]['size']:,}; widths in nats, the widest of I, "
        "KL, h and TC. The usual width is that of the central limit theorem about the mean log ratio.",
        "",
        "| on digits | target | found |",
        "|---|---|---|",
        f"| widest interval | at most {WIDTH} | {s['widest']:.4f} |",
        f"| its width over the usual one, largest | at most {SHARE} | {s['largest_share']:.3f} |",
        f"| proved error per dimension, largest of all | at most {PER_AXIS:g} | {s['per_axis']:.1e} |",
        f"| distance to another quadrature, over the proved error | at most 1 | {checked:.1e} |",
        f"| settings that meet all | {s['settings']} | {s['meeting']} |",
        f"| settings whose ratio no interval by the range alone can meet | | {s['out_of_reach']} |",
        "",
        "Floor is log N log(1/alpha) / S: values that draws pass over with probability alpha leave so much open in any "
        "interval that knows no more of them than their range. Where nearly nothing or nearly everything is told, the "
        "usual interval is narrower than that, for it supposes that what was not drawn is not there; the certificate "
        "goes below it by what is certain without a draw: one Gaussian in place of q, and groups of posteriors apart.",
        "",
        "Seconds: of the certificate, of the usual estimator with the same kernel, and of the usual estimator as it is "
        f"usually written (NumPy, timed on {PLAIN:,} samples).",
        "",
        "| posteriors | N | d | I | TC | width | usual width | ratio | floor | per dimension | controls | seconds |",
        "|---|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    for r in rows:
        said.append(
            f"| {r['source']} | {r['N']} | {r['d']} | {r['information']:.4f} | {r['total_correlation']:.4f} | "
            f"{r['width']:.2g} | {r['usual_width']:.2g} | {r['share']:.2f} | {r['floor']:.4f} | {r['per_axis']:.0e} | "
            f"{r['controls']} | {r['seconds']:.1f}, {r['usual_seconds']:.1f}, {r['plain_seconds']:.0f} |"
        )
    return "\n".join(said) + "\n"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--counts", type=int, nargs="*", default=[50, 1797], help="N of the made ones")
    parser.add_argument("--betas", type=float, nargs="+", default=BETAS)
    parser.add_argument("--out", type=Path, default=REPORTS)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    started, rows = time.perf_counter(), []
    for about, q in [*of_digits(tuple(options.betas)), *made(tuple(options.counts))]:
        rows.append(row := compared(about, q, options.size))
        told = f"I = {row['information']:.4f}, {row['width']:.4f} against {row['usual_width']:.4f}"
        print(f"{row['source']}, N = {row['N']}, d = {row['d']}: {told}, {row['share']:.2f}", flush=True)
    checked = max(seen_error(q) for _, q in made((50,)))
    seconds = time.perf_counter() - started
    command = f"python benchmarks/certified.py --size {options.size}"
    record = dict(command=command, seconds=round(seconds, 1), summary=summary(rows), checked=checked, rows=rows)
    (options.out / "certified.json").write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    (options.out / "certified.md").write_text(report(rows, checked, command, seconds), encoding="utf-8")


if __name__ == "__main__":
    main()
