"""The fast sums over all pairs of samples and posteriors, compiled and by whole blocks, against exact values."""

from theory import kernels
from theory.printed import kernels as printed
from theory.printed.kernels import by_blocks, compiled
from verification.claim import FLOAT64, TORCH, ZHENG, Claim
from verification.claims.kernels import mistakes
from verification.domains.kernels import FACTORED, FLOAT32, PAIRS, WEIGHTED, WIDE
from verification.mutants import Mutant, at, first_only, half, negated, plus_log_N, replaced, scaled, shifted
from verification.oracles import decimals, pairs
from verification.relations.equals import EQUALS

_NEW = ZHENG.at("fast sums")
_FLOATS, _BOTH = (FLOAT64,), (FLOAT64, TORCH)
_VARIANCES = Mutant("sigma read as variance", lambda f: lambda **args: f(**mistakes.variances(**args)))
_SLIPS = (_VARIANCES, at(mu=first_only), at(sigma=first_only), plus_log_N, scaled(1 / 2), scaled(1.01))

_JOINT = dict(pairs=pairs.joint, decimals=decimals.joint)
_LATEX = r"\log q(z) = \log\sum_n N(z;\mu_n,\mathrm{diag}\,\sigma_n^2) - \log N"
_IN_JOINT = (
    *_SLIPS,
    replaced("mean of logs", mistakes.mean_of_logs),
    replaced("1/2 lost", mistakes.without_half),
    replaced("log sigma counted once", mistakes.one_log_sigma),
    replaced("log 2 pi counted once", mistakes.one_log_two_pi),
    replaced("exponentials that underflow", mistakes.underflowing),
    replaced("expanded squares in float32", mistakes.expanded),
)

joint_compiled = Claim(
    "kernels.joint.compiled",
    "Compiled loops give the log-density of the aggregate posterior.",
    _NEW,
    EQUALS,
    compiled(kernels.joint),
    _JOINT,
    PAIRS,
    _IN_JOINT,
    latex=_LATEX,
    accuracy=1e-13,
    arithmetics=_BOTH,
    printed=False,
)
joint_dense = Claim(
    "kernels.joint.dense",
    "Whole blocks give the log-density of the aggregate posterior.",
    _NEW,
    EQUALS,
    by_blocks(kernels.joint),
    _JOINT,
    PAIRS,
    _IN_JOINT,
    latex=_LATEX,
    accuracy=1e-13,
    arithmetics=_BOTH,
    printed=False,
)

# --- information ------------------------------------------------------------------------------------------------------

_INFORMATION = dict(pairs=pairs.information, decimals=decimals.information)
_GAIN = r"G(z) = \sum_n\phi_n(z)\log N\phi_n(z)"
_IN_INFORMATION = (
    *_SLIPS,
    replaced("entropy in place of information", mistakes.entropy_for_information),
    replaced("log N lost in G", mistakes.log_N_lost_in_G),
    replaced("responsibilities not normalised", mistakes.not_normalised),
    replaced("highest responsibility alone", mistakes.highest_alone),
)

information_compiled = Claim(
    "kernels.information.compiled",
    "Compiled loops give log q and what a point tells of the posterior that it came from.",
    _NEW,
    EQUALS,
    compiled(printed.information),
    _INFORMATION,
    PAIRS,
    _IN_INFORMATION,
    latex=_GAIN,
    accuracy=1e-12,
    arithmetics=_BOTH,
    printed=False,
)
information_dense = Claim(
    "kernels.information.dense",
    "Whole blocks give log q and what a point tells of the posterior that it came from.",
    _NEW,
    EQUALS,
    by_blocks(printed.information),
    _INFORMATION,
    PAIRS,
    _IN_INFORMATION,
    latex=_GAIN,
    accuracy=1e-12,
    arithmetics=_BOTH,
    printed=False,
)
information_product = Claim(
    "kernels.information.product",
    "The matrix product gives log q and G to 1e-9 where means lie within some sigmas of their centre.",
    _NEW,
    EQUALS,
    printed.product,
    _INFORMATION,
    WIDE,
    _IN_INFORMATION,
    accuracy=1e-11,
    arithmetics=_BOTH,
    printed=False,
)
information_float32 = Claim(
    "kernels.information.float32",
    "In float32 sharp posteriors and posteriors off centre cost no more than some roundings.",
    _NEW,
    EQUALS,
    compiled(printed.in_float32),
    _INFORMATION,
    FLOAT32,
    (*_IN_INFORMATION, replaced("expanded squares in float32", mistakes.expanded_information)),
    accuracy=3e-5,
    arithmetics=_FLOATS,
    printed=False,
)
information_float32_dense = Claim(
    "kernels.information.float32.dense",
    "So it is for whole blocks.",
    _NEW,
    EQUALS,
    by_blocks(printed.in_float32),
    _INFORMATION,
    FLOAT32,
    (*_IN_INFORMATION, replaced("expanded squares in float32", mistakes.expanded_information)),
    accuracy=3e-5,
    arithmetics=_FLOATS,
    printed=False,
)

# --- full covariances -------------------------------------------------------------------------------------------------

_TRANSPOSED = Mutant("L' in place of L", lambda f: lambda **args: f(**mistakes.upper_factors(**args)))
_FULL_SLIPS = (
    _TRANSPOSED,
    Mutant("L L read as L", lambda f: lambda **args: f(**mistakes.squared_factors(**args))),
    Mutant("only the diagonal of L", lambda f: lambda **args: f(**mistakes.diagonal_factors(**args))),
    at(mu=first_only),
    plus_log_N,
    scaled(1 / 2),
    scaled(1.01),
)
joint_full_compiled = Claim(
    "kernels.joint_full.compiled",
    "Compiled loops give log q for posteriors with Cholesky factors.",
    _NEW,
    EQUALS,
    compiled(kernels.joint_full),
    dict(pairs=pairs.joint_full, decimals=decimals.joint_full),
    FACTORED,
    _FULL_SLIPS,
    latex=r"\log\sum_n N(z;\mu_n,L_nL_n^\top) - \log N",
    accuracy=1e-12,
    arithmetics=_BOTH,
    printed=False,
)
information_full_compiled = Claim(
    "kernels.information_full.compiled",
    "Compiled loops give log q and G for posteriors with Cholesky factors.",
    _NEW,
    EQUALS,
    compiled(printed.information_full),
    dict(pairs=pairs.information_full, decimals=decimals.information_full),
    FACTORED,
    _FULL_SLIPS,
    accuracy=1e-11,
    arithmetics=_BOTH,
    printed=False,
)
information_full_dense = Claim(
    "kernels.information_full.dense",
    "Whole blocks give log q and G for posteriors with Cholesky factors.",
    _NEW,
    EQUALS,
    by_blocks(printed.information_full),
    dict(pairs=pairs.information_full, decimals=decimals.information_full),
    FACTORED,
    _FULL_SLIPS,
    accuracy=1e-11,
    arithmetics=_BOTH,
    printed=False,
)

# --- each dimension ---------------------------------------------------------------------------------------------------

_EACH = r"\log q_j(z_j) = \log\sum_n N(z_j;\mu_{nj},\sigma_{nj}^2) - \log N"
_REVERSED = Mutant("dimensions in reverse", lambda f: lambda **args: f(**args)[..., ::-1])
_IN_EACH = (*_SLIPS, _REVERSED, shifted(0.7))

each_compiled = Claim(
    "kernels.each.compiled",
    "Compiled loops give the log-density of each dimension.",
    _NEW,
    EQUALS,
    compiled(kernels.each),
    dict(pairs=pairs.each, decimals=decimals.each),
    PAIRS,
    _IN_EACH,
    latex=_EACH,
    accuracy=1e-12,
    arithmetics=_BOTH,
    printed=False,
)
joint_and_each_compiled = Claim(
    "kernels.joint_and_each.compiled",
    "Compiled loops give log q and each log q_j in one pass.",
    _NEW,
    EQUALS,
    compiled(printed.joint_and_each),
    dict(pairs=pairs.joint_and_each, decimals=decimals.joint_and_each),
    PAIRS,
    _IN_EACH,
    accuracy=1e-12,
    arithmetics=_BOTH,
    printed=False,
)
joint_and_each_dense = Claim(
    "kernels.joint_and_each.dense",
    "Whole blocks give log q and each log q_j in one pass.",
    _NEW,
    EQUALS,
    by_blocks(printed.joint_and_each),
    dict(pairs=pairs.joint_and_each, decimals=decimals.joint_and_each),
    PAIRS,
    _IN_EACH,
    accuracy=1e-12,
    arithmetics=_BOTH,
    printed=False,
)
each_information_compiled = Claim(
    "kernels.each_information.compiled",
    "Compiled loops give log q_j and G_j.",
    _NEW,
    EQUALS,
    compiled(printed.each_information),
    dict(pairs=pairs.each_information, decimals=decimals.each_information),
    PAIRS,
    _IN_EACH,
    accuracy=1e-12,
    arithmetics=_BOTH,
    printed=False,
)
each_information_dense = Claim(
    "kernels.each_information.dense",
    "Whole blocks give log q_j and G_j.",
    _NEW,
    EQUALS,
    by_blocks(printed.each_information),
    dict(pairs=pairs.each_information, decimals=decimals.each_information),
    PAIRS,
    _IN_EACH,
    accuracy=1e-12,
    arithmetics=_BOTH,
    printed=False,
)

# --- slopes -----------------------------------------------------------------------------------------------------------

_GRADIENT = dict(pairs=pairs.gradient, decimals=decimals.gradient)
_IN_GRADIENT = (
    _VARIANCES,
    at(mu=first_only),
    at(weight=half),
    at(weight=negated),
    scaled(1 / 2),
    scaled(1.01),
    replaced("slopes of the mean of logs", mistakes.gradient_of_mean_of_logs),
    replaced("slopes in log sigma", mistakes.gradient_in_log_sigma),
    replaced("samples held fixed", mistakes.gradient_without_samples),
)

gradient_compiled = Claim(
    "kernels.gradient.compiled",
    "Compiled loops give the slopes of a weighted sum of log q in samples, means and standard deviations.",
    _NEW,
    EQUALS,
    compiled(printed.gradient),
    _GRADIENT,
    WEIGHTED,
    _IN_GRADIENT,
    latex=r"\partial_{\mu_n}\sum_s w_s\log q(z_s) = \sum_s w_s\phi_n(z_s)\frac{z_s-\mu_n}{\sigma_n^2}",
    unit="nats per unit",
    accuracy=1e-11,
    arithmetics=_BOTH,
    printed=False,
)
gradient_dense = Claim(
    "kernels.gradient.dense",
    "Whole blocks give the slopes of a weighted sum of log q in samples, means and standard deviations.",
    _NEW,
    EQUALS,
    by_blocks(printed.gradient),
    _GRADIENT,
    WEIGHTED,
    _IN_GRADIENT,
    unit="nats per unit",
    accuracy=1e-11,
    arithmetics=_BOTH,
    printed=False,
)
correlation_gradient = Claim(
    "kernels.gradient.correlation",
    "The slopes of a weighted sum of log q less all log q_j, those of a penalty on total correlation.",
    _NEW,
    EQUALS,
    by_blocks(printed.correlation_gradient),
    dict(pairs=pairs.correlation_gradient, decimals=decimals.correlation_gradient),
    WEIGHTED,
    (*_IN_GRADIENT[:6], replaced("slopes of log q alone", printed.gradient)),
    unit="nats per unit",
    accuracy=1e-11,
    arithmetics=_BOTH,
    printed=False,
)
