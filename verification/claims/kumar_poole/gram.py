"""Decoders' Gram matrices, which (13) and (14) are trained with, against derivatives taken in two other ways."""

from theory.printed import kumar_poole_gram as printed
from verification.claim import FLOAT64, KUMAR_POOLE, TORCH, Claim
from verification.domains.networks import FEW, NETWORKS, OUTPUTS, SMOOTH
from verification.mutants import at, double, half, negated, scaled, shifted, zero
from verification.oracles import imaginary_steps, paths
from verification.relations.equals import EQUALS

_NET = (at(W3=half), at(W2=double), at(b1=zero), at(z=negated), at(hidden=zero), scaled(1 / 2), scaled(1.01))
_OUT = (*_NET, at(output=zero))
_BETA = (*_NET, at(beta=double))
_FLOATS = (FLOAT64, TORCH)
_11, _13, _14 = KUMAR_POOLE.at("(11)"), KUMAR_POOLE.at("(13)"), KUMAR_POOLE.at("(14)")
_SAMPLING = KUMAR_POOLE.at("section 5.3: column sampling")
_LOG = r"\log\left|I + \frac1\beta J_g(z)^\top J_g(z)\right|"
_J = r"J_g(z)^\top J_g(z)"

gram = Claim(
    "kumar_poole.gram", "The tangents of a network and its last weight's h x h product give J^T J.", _11, EQUALS,
    printed.gram, dict(paths=paths.gram, imaginary_steps=imaginary_steps.gram), NETWORKS, _NET, latex=_J,
    printed=False,
)  # fmt: skip
gram_output = Claim(
    "kumar_poole.gram.output", "The same where the last layer has an activation, pixels some at a time.", _11, EQUALS,
    printed.gram, dict(paths=paths.gram, imaginary_steps=imaginary_steps.gram), OUTPUTS, _OUT, latex=_J,
    printed=False,
)  # fmt: skip
gram_weighted = Claim(
    "kumar_poole.gram.weighted", "The same with a weight for every pixel.", _11, EQUALS, printed.weighted_gram,
    dict(paths=paths.weighted_gram, imaginary_steps=imaginary_steps.weighted_gram), OUTPUTS,
    (*_OUT, at(Lambda=double)), latex=r"J_g(z)^\top \Lambda J_g(z)", printed=False,
)  # fmt: skip
log_determinant = Claim(
    "kumar_poole.gram.log_determinant", "The decoder's part of GRAE's objective, of a network.", _13, EQUALS,
    printed.log_determinant,
    dict(paths=paths.log_determinant, imaginary_steps=imaginary_steps.log_determinant), NETWORKS, _BETA, latex=_LOG,
    printed=False,
)  # fmt: skip
gradient = Claim(
    "kumar_poole.gram.gradient", "Its mean over points has the gradient that GRAE is trained with.", _13, EQUALS,
    printed.slope_of_mean, dict(paths=paths.slope_of_mean, imaginary_steps=imaginary_steps.slope_of_mean), SMOOTH,
    (*_BETA, shifted(0.1)), arithmetics=_FLOATS, printed=False,
)  # fmt: skip
columns = Claim(
    "kumar_poole.gram.columns", "Hadamard's bound of it, of a network.", _14, EQUALS, printed.columns,
    dict(paths=paths.columns, imaginary_steps=imaginary_steps.columns), NETWORKS, _BETA,
    latex=r"\sum_i\log\left(1 + \frac1\beta\|[J_g(z)]_{:i}\|^2\right)", printed=False,
)  # fmt: skip
sampled = Claim(
    "kumar_poole.gram.sampled", "What the drawn columns say of that bound, of a network.", _SAMPLING, EQUALS,
    printed.sampled_columns, dict(paths=paths.sampled_columns, imaginary_steps=imaginary_steps.sampled_columns),
    NETWORKS, _BETA, latex=r"\frac1m\sum_{i=1}^m k\log\left(1 + \frac1\beta\|[J_g(z)]_{:c_i}\|^2\right)",
    printed=False,
)  # fmt: skip
sampled_output = Claim(
    "kumar_poole.gram.sampled.output", "The same where the last layer has an activation.", _SAMPLING, EQUALS,
    printed.sampled_columns, dict(paths=paths.sampled_columns, imaginary_steps=imaginary_steps.sampled_columns),
    OUTPUTS, (*_OUT, at(beta=double)), printed=False,
)  # fmt: skip
expected = Claim(
    "kumar_poole.gram.sampled.mean", "One column drawn uniformly gives the bound in the mean.", _SAMPLING, EQUALS,
    printed.expected_sampled_columns, dict(paths=paths.columns, imaginary_steps=imaginary_steps.columns), NETWORKS,
    _BETA, printed=False,
)  # fmt: skip
pushed = Claim(
    "kumar_poole.gram.forward", "Forward mode gives J^T Lambda J of any decoder.", _11, EQUALS, printed.pushed_gram,
    dict(paths=paths.weighted_gram, imaginary_steps=imaginary_steps.weighted_gram), FEW,
    (*_NET, at(Lambda=double)), arithmetics=_FLOATS, printed=False,
)  # fmt: skip
pushed_log_determinant = Claim(
    "kumar_poole.gram.forward.log_determinant", "Forward mode gives the log-determinant of any decoder.", _13, EQUALS,
    printed.pushed_log_determinant,
    dict(paths=paths.log_determinant, imaginary_steps=imaginary_steps.log_determinant), FEW, _BETA,
    arithmetics=_FLOATS, printed=False,
)  # fmt: skip
pushed_columns = Claim(
    "kumar_poole.gram.forward.sampled", "Forward mode along the drawn columns alone.", _SAMPLING, EQUALS,
    printed.pushed_columns, dict(paths=paths.sampled_columns, imaginary_steps=imaginary_steps.sampled_columns),
    FEW, _BETA, arithmetics=_FLOATS, printed=False,
)  # fmt: skip
