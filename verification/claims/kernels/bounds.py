"""Intervals that hold log q, rounding and posteriors left out included."""

from theory.printed import kernels as printed
from theory.printed.kernels import by_blocks, compiled
from verification.claim import FLOAT64, TORCH, ZHENG, Claim
from verification.claims.kernels import mistakes
from verification.domains.kernels import BOUNDS, CLUSTERS, FLOAT32, LEFT_OUT, PAIRS
from verification.mutants import Mutant, at, double, first_only, half, plus_log_N, replaced, scaled, shifted, zero
from verification.oracles import decimals, pairs
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS

_NEW = ZHENG.at("fast sums")
_FLOATS, _BOTH = (FLOAT64,), (FLOAT64, TORCH)
_JOINT = dict(pairs=pairs.joint, decimals=decimals.joint)
_VARIANCES = Mutant("sigma read as variance", lambda f: lambda **args: f(**mistakes.variances(**args)))
_SLIPS = (_VARIANCES, at(mu=first_only), plus_log_N, scaled(1 / 2), scaled(1.01), shifted(1e-4))
_HIGHER = (shifted(0.7), shifted(1e-3), shifted(1e-6), shifted(1e-8), plus_log_N)
_LOWER = (shifted(-0.7), shifted(-1e-3), shifted(-1e-6), shifted(-1e-8), at(mu=first_only))

# --- rounding ---------------------------------------------------------------------------------------------------------

lower_compiled = Claim(
    "kernels.interval.compiled.lower",
    "The lower end of what compiled loops give is at most log q.",
    _NEW,
    AT_MOST,
    compiled(printed.lower),
    _JOINT,
    PAIRS,
    _HIGHER,
    latex=r"\log q(z) - u\left[(2k+20)(2H + |\log q| + \log N) + \frac{N}{16} + 1072\right]",
    tight="kernels.interval.compiled.lower.tight",
    accuracy=0.0,
    arithmetics=_BOTH,
    printed=False,
)
lower_compiled_tight = Claim(
    "kernels.interval.compiled.lower.tight",
    "The lower end of what compiled loops give is log q but for rounding.",
    _NEW,
    EQUALS,
    lower_compiled.shipped,
    _JOINT,
    PAIRS,
    _SLIPS,
    accuracy=3e-12,
    arithmetics=_BOTH,
    printed=False,
)
upper_compiled = Claim(
    "kernels.interval.compiled.upper",
    "The upper end of what compiled loops give is at least log q.",
    _NEW,
    AT_LEAST,
    compiled(printed.upper),
    _JOINT,
    PAIRS,
    _LOWER,
    tight="kernels.interval.compiled.upper.tight",
    accuracy=0.0,
    arithmetics=_BOTH,
    printed=False,
)
upper_compiled_tight = Claim(
    "kernels.interval.compiled.upper.tight",
    "The upper end of what compiled loops give is log q but for rounding.",
    _NEW,
    EQUALS,
    upper_compiled.shipped,
    _JOINT,
    PAIRS,
    _SLIPS,
    accuracy=3e-12,
    arithmetics=_BOTH,
    printed=False,
)
lower_dense = Claim(
    "kernels.interval.dense.lower",
    "The lower end of what whole blocks give is at most log q.",
    _NEW,
    AT_MOST,
    by_blocks(printed.lower),
    _JOINT,
    PAIRS,
    _HIGHER,
    tight="kernels.interval.dense.lower.tight",
    accuracy=0.0,
    arithmetics=_BOTH,
    printed=False,
)
lower_dense_tight = Claim(
    "kernels.interval.dense.lower.tight",
    "The lower end of what whole blocks give is log q but for rounding.",
    _NEW,
    EQUALS,
    lower_dense.shipped,
    _JOINT,
    PAIRS,
    _SLIPS,
    accuracy=3e-12,
    arithmetics=_BOTH,
    printed=False,
)
upper_dense = Claim(
    "kernels.interval.dense.upper",
    "The upper end of what whole blocks give is at least log q.",
    _NEW,
    AT_LEAST,
    by_blocks(printed.upper),
    _JOINT,
    PAIRS,
    _LOWER,
    tight="kernels.interval.dense.upper.tight",
    accuracy=0.0,
    arithmetics=_BOTH,
    printed=False,
)
upper_dense_tight = Claim(
    "kernels.interval.dense.upper.tight",
    "The upper end of what whole blocks give is log q but for rounding.",
    _NEW,
    EQUALS,
    upper_dense.shipped,
    _JOINT,
    PAIRS,
    _SLIPS,
    accuracy=3e-12,
    arithmetics=_BOTH,
    printed=False,
)
lower_float32 = Claim(
    "kernels.interval.float32.lower",
    "The lower end is at most log q in float32 too.",
    _NEW,
    AT_MOST,
    printed.lower_in_float32,
    _JOINT,
    FLOAT32,
    (shifted(0.7), shifted(0.1), shifted(1e-2), shifted(1e-3), plus_log_N),
    tight="kernels.interval.float32.lower.tight",
    accuracy=0.0,
    arithmetics=_FLOATS,
    printed=False,
)
lower_float32_tight = Claim(
    "kernels.interval.float32.lower.tight",
    "The lower end in float32 is log q but for its rounding.",
    _NEW,
    EQUALS,
    printed.lower_in_float32,
    _JOINT,
    FLOAT32,
    _SLIPS,
    accuracy=4e-7,
    arithmetics=_FLOATS,
    printed=False,
)
upper_float32 = Claim(
    "kernels.interval.float32.upper",
    "The upper end is at least log q in float32 too.",
    _NEW,
    AT_LEAST,
    printed.upper_in_float32,
    _JOINT,
    FLOAT32,
    (shifted(-0.7), shifted(-0.1), shifted(-1e-2), shifted(-1e-3), at(mu=first_only)),
    tight="kernels.interval.float32.upper.tight",
    accuracy=0.0,
    arithmetics=_FLOATS,
    printed=False,
)
upper_float32_tight = Claim(
    "kernels.interval.float32.upper.tight",
    "The upper end in float32 is log q but for its rounding.",
    _NEW,
    EQUALS,
    printed.upper_in_float32,
    _JOINT,
    FLOAT32,
    _SLIPS,
    accuracy=4e-7,
    arithmetics=_FLOATS,
    printed=False,
)
bounds = Claim(
    "kernels.rounding",
    "How far rounding can move log q and G is counted from their sizes, those of heights, and N.",
    _NEW,
    EQUALS,
    compiled(printed.log_bounds),
    dict(pairs=pairs.log_bounds, decimals=decimals.log_bounds),
    BOUNDS,
    (
        _VARIANCES,
        at(log_q=half),
        at(log_q=zero),
        at(sigma=double),
        scaled(1.01),
        shifted(0.7),
        shifted(-0.7),
    ),
    latex=r"|\Delta\log q| \leq u\left[(2k+20)(2H + |\log q| + \log N) + \frac{N}{16} + 1072\right]",
    unit="log nats",
    accuracy=1e-13,
    arithmetics=_BOTH,
    printed=False,
)

# --- near posteriors only ---------------------------------------------------------------------------------------------

near_lower = Claim(
    "kernels.near.lower",
    "The lower end from near posteriors is at most log q.",
    _NEW,
    AT_MOST,
    printed.near_lower,
    _JOINT,
    LEFT_OUT,
    _HIGHER,
    tight="kernels.near.lower.tight",
    accuracy=0.0,
    arithmetics=_FLOATS,
    printed=False,
)
near_lower_tight = Claim(
    "kernels.near.lower.tight",
    "Where what is left out weighs less than 2^-64 of the rest each, the lower end is log q but for rounding.",
    _NEW,
    EQUALS,
    printed.near_lower,
    _JOINT,
    CLUSTERS,
    _SLIPS,
    accuracy=3e-12,
    arithmetics=_FLOATS,
    printed=False,
)
near_upper = Claim(
    "kernels.near.upper",
    "The upper end from near posteriors, what the others may add counted, is at least log q.",
    _NEW,
    AT_LEAST,
    printed.near_upper,
    _JOINT,
    LEFT_OUT,
    (*_LOWER, replaced("nothing said of what is left out", mistakes.only_near)),
    tight="kernels.near.upper.tight",
    accuracy=0.0,
    arithmetics=_FLOATS,
    printed=False,
)
near_upper_tight = Claim(
    "kernels.near.upper.tight",
    "Where what is left out weighs less than 2^-64 of the rest each, the upper end is log q but for rounding.",
    _NEW,
    EQUALS,
    printed.near_upper,
    _JOINT,
    CLUSTERS,
    _SLIPS,
    accuracy=3e-12,
    arithmetics=_FLOATS,
    printed=False,
)
