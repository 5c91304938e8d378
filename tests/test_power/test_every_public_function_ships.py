"""No public function of `theory` stands outside the claims: each is run by one that is supported, in all it offers."""

from __future__ import annotations

import inspect
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np
import pytest
from power_sites import ROOT, interpreted, modules

from verification import evidence as ev
from verification.arithmetic import in_balls, in_float64, in_torch
from verification.balls import working_precision
from verification.claim import BALL, FLOAT64, SUPPORTED, TORCH, Claim
from verification.evidence import TIERS, Context
from verification.run import registry

# Draws come from NumPy's generators, limits from bisection in floats, and a question is answered by yes or no.
FLOATS_ONLY = (
    "confidence", "mixture", "envelope.Envelope", "envelope.sample", "existence.exists", "printed.parts",
    "marginals", "printed.certified", "certificate", "plans", "posteriors", "printed.certificates",
    "printed.sharper.draws", "validation.check_level", "validation.check_size",
    "validation.check_seed", "validation.check_resolved", "validation.check_unit_interval",
    "validation.check_scale_tril", "brackets.bracket", "brackets.of_posteriors", "brackets.by_axes",
    "brackets.by_one_gaussian", "brackets.certain", "groups", "envelope.Pool",
    "printed.brackets.bracket", "printed.brackets.largest_axis", "printed.brackets.sum_of_axes",
    "linear_vae_fit", "printed.linear_vae.fitted",
    "population.at_least", "printed.population.at_least", "printed.population.reach_ceiling",
    "printed.summands.total_correlation",
    "rotations.procrustes", "maps.check_rank", "kernels.compiled.bounds",
    "kernels.blocks.near", "kernels.compiled.near", "kernels.compiled.visit", "kernels.pruned.near",
    "kernels.pruned.together", "printed.kernels.near", "printed.kernels.in_float32", "printed.kernels.lower_in",
    "printed.kernels.upper_in",
    "deterministic.smallest_beta", "printed.kumar_poole_objectives.smallest_beta", "sparse_precision.check_pattern",
    "sparse_precision.sparse_precision", "printed.kumar_poole_objectives.section_5_1_star_searched",
)  # fmt: skip
# Objects have words of their own, and factors without square roots.
OFFERED = {"objects": {BALL}, "arrays.cholesky": {FLOAT64, TORCH}, "arrays.whiten": {FLOAT64, TORCH},
           "kernels.differentiable": {TORCH}, "kernels": {FLOAT64, TORCH},
           "printed.kernels": {FLOAT64, TORCH}, "validation.check_samples": {FLOAT64, TORCH},
           "gram.mean_gram_log_determinant": {TORCH}, "gram_gradient": {TORCH}, "pushforward": {TORCH},
           **{f"printed.kumar_poole_gram.{name}": {TORCH} for name in (
               "slope_of_mean", "pushed_gram", "pushed_log_determinant", "pushed_columns")}}  # fmt: skip
# What a refuted sentence says; told when nothing is computed; a forecast of sizes; words that no
# formula needs; what makes functions at import.
NO_FORMULA = {"printed.infomax.no_information", "printed.kumar_poole_uniqueness.no_volume",
              "printed.kumar_poole_uniqueness.nothing_kept", "printed.kumar_poole_uniqueness.none_kept",
              "validation.at", "validation.validated", "arrays.sqrt",
              "certificate.samples_needed", "plans.Plan.samples_for", "groups.Grouped.samples_for",
              "kernels.blocks.available", "kernels.compiled.compile_lazily",
              "printed.kernels.compiled", "printed.kernels.by_blocks"}  # fmt: skip
AXES = {"k", "N", "K", "D", "n"}


@dataclass
class Seen:
    """In which arithmetics a function was run, and the largest size of each of its axes."""

    arithmetics: set[str] = field(default_factory=set)
    sizes: dict[str, int] = field(default_factory=lambda: defaultdict(int))


def public_functions() -> dict[Any, tuple[str, FunctionType, dict[str, str]]]:
    """Code -> name, function, the axes of its arguments."""
    found = {}
    for module in modules():
        short = module.__name__.removeprefix("theory.")
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", "") != module.__name__:
                continue
            for label, function in _functions(name, thing):
                plain = inspect.unwrap(function)
                found[plain.__code__] = f"{short}.{label}", plain, _axes(function)
    return found


def _functions(name: str, thing: Any) -> Iterator[tuple[str, FunctionType]]:
    if isinstance(thing, FunctionType):
        yield name, thing
    elif inspect.isclass(thing):
        for method, function in vars(thing).items():
            if isinstance(function, FunctionType) and not method.startswith("_"):
                yield f"{name}.{method}", function


def _axes(function: FunctionType) -> dict[str, str]:
    closure = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    return dict(closure["axes"].cell_contents) if "axes" in closure else {}


@contextmanager
def _watching(arithmetic: str, seen: dict[Any, Seen], known: dict[Any, Any]) -> Iterator[None]:
    def profile(frame: Any, event: str, _: Any) -> None:
        code = frame.f_code
        if event != "call" or not code.co_filename.startswith(str(ROOT)) or code not in known:
            return
        seen[code].arithmetics.add(arithmetic)
        for name, own in known[code][2].items():
            letters = own.split()
            shape = np.shape(frame.f_locals[name])
            for letter, size in zip(letters, shape[len(shape) - len(letters) :], strict=True):
                seen[code].sizes[letter] = max(seen[code].sizes[letter], size)

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        yield
    finally:
        sys.setprofile(before)


def _run(claim: Claim, context: Context, seen: dict[Any, Seen], known: dict[Any, Any]) -> None:
    runs: dict[str, Callable[..., Any]] = {FLOAT64: in_float64, TORCH: in_torch, BALL: _in_balls}
    for batch in claim.domain.batches(context.seed, 0):
        args = ev.complete(claim, batch, context)
        if claim.relation.name == "distribution":
            args = {**args, "rng": np.random.default_rng(0), "size": 10}
            with _watching(FLOAT64, seen, known):
                ev.call_formula(claim, claim.shipped, args)
            continue
        for arithmetic in claim.arithmetics:
            with _watching(arithmetic, seen, known):
                runs[arithmetic](claim.shipped, args)


def _in_balls(formula: Callable[..., Any], args: dict[str, Any]) -> Any:
    with working_precision(ev.BITS):
        return ev.call(formula, in_balls(args))


@pytest.fixture(scope="module")
def coverage() -> tuple[dict[Any, Seen], dict[Any, Any]]:
    with interpreted():
        known, seen = public_functions(), defaultdict(Seen)
        context = Context(registry(), tier=TIERS["fast"])
        for claim in registry().values():
            if claim.expected == SUPPORTED and not claim.needs:
                _run(claim, context, seen, known)
    return seen, known


def _offered(name: str) -> set[str]:
    if name.startswith(FLOATS_ONLY):
        return {FLOAT64}
    fewer = (arithmetics for place, arithmetics in OFFERED.items() if f"{name}.".startswith(f"{place}."))
    return next(fewer, {FLOAT64, TORCH, BALL})


def test_every_public_function_is_run_by_a_supported_claim_in_every_arithmetic(
    coverage: tuple[dict[Any, Seen], dict[Any, Any]],
) -> None:
    seen, known = coverage
    missing = {
        name: sorted(_offered(name) - seen[code].arithmetics)
        for code, (name, _, _) in known.items()
        if name not in NO_FORMULA and _offered(name) - seen[code].arithmetics
    }
    assert missing == {}


def test_every_axis_is_longer_than_one_somewhere(coverage: tuple[dict[Any, Seen], dict[Any, Any]]) -> None:
    seen, known = coverage
    short = {
        f"{name}: {letter}"
        for code, (name, _, axes) in known.items()
        for letter in AXES & set(" ".join(axes.values()).split())
        if seen[code].sizes[letter] < 2
    }
    assert short == set()
