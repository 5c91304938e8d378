"""Both limits of every number that a certificate gives, with a pilot and without one."""

from theory.printed import certificates as parts
from verification.claim import FLOAT64, ZHENG, Claim
from verification.domains.extremes import CERTIFIED_EXTREMES
from verification.domains.strata import (
    CERTIFIED,
)
from verification.mutants import plus_log_N_of_Sigma, shifted
from verification.oracles import planes, quadrature
from verification.relations.at_most import AT_LEAST, AT_MOST

_NEW = ZHENG.at("certified information")
_FLOATS = (FLOAT64,)

information_lower = Claim(
    "certified.information.lower",
    "The lower limit for I(z; n) holds.",
    _NEW,
    AT_MOST,
    parts.information_lower,
    dict(planes=planes.index_information, quadrature=quadrature.index_information),
    CERTIFIED,
    (plus_log_N_of_Sigma, shifted(2.0), shifted(0.7), shifted(0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
information_upper = Claim(
    "certified.information.upper",
    "The upper limit for I(z; n) holds.",
    _NEW,
    AT_LEAST,
    parts.information_upper,
    dict(planes=planes.index_information, quadrature=quadrature.index_information),
    CERTIFIED,
    (shifted(-2.0), shifted(-1.2), shifted(-0.7), shifted(-0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
extremes_lower = Claim(
    "certified.information.extremes.lower",
    "The lower limit for I(z; n) holds where posteriors are nearly one or hardly overlap, and is not far below.",
    _NEW,
    AT_MOST,
    parts.information_lower,
    dict(planes=planes.index_information, quadrature=quadrature.index_information),
    CERTIFIED_EXTREMES,
    (plus_log_N_of_Sigma, shifted(0.4), shifted(0.1), shifted(0.01)),
    arithmetics=_FLOATS,
    printed=False,
)
extremes_upper = Claim(
    "certified.information.extremes.upper",
    "The upper limit for I(z; n) holds where posteriors are nearly one or hardly overlap, and is not far above.",
    _NEW,
    AT_LEAST,
    parts.information_upper,
    dict(planes=planes.index_information, quadrature=quadrature.index_information),
    CERTIFIED_EXTREMES,
    (shifted(-0.7), shifted(-0.4), shifted(-0.1), shifted(-0.01)),
    arithmetics=_FLOATS,
    printed=False,
)
unaided_lower = Claim(
    "certified.unaided.lower",
    "The lower limit for I(z; n) without a pilot holds.",
    _NEW,
    AT_MOST,
    parts.unaided_lower,
    dict(planes=planes.index_information, quadrature=quadrature.index_information),
    CERTIFIED,
    (plus_log_N_of_Sigma, shifted(2.0), shifted(0.7), shifted(0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
unaided_upper = Claim(
    "certified.unaided.upper",
    "The upper limit for I(z; n) without a pilot holds.",
    _NEW,
    AT_LEAST,
    parts.unaided_upper,
    dict(planes=planes.index_information, quadrature=quadrature.index_information),
    CERTIFIED,
    (shifted(-2.0), shifted(-1.2), shifted(-0.7), shifted(-0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
kl_lower = Claim(
    "certified.kl.lower",
    "The lower limit for KL(q || p) holds.",
    _NEW,
    AT_MOST,
    parts.kl_lower,
    dict(planes=planes.aggregate_kl, quadrature=quadrature.aggregate_kl),
    CERTIFIED,
    (plus_log_N_of_Sigma, shifted(2.0), shifted(0.7), shifted(0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
kl_upper = Claim(
    "certified.kl.upper",
    "The upper limit for KL(q || p) holds.",
    _NEW,
    AT_LEAST,
    parts.kl_upper,
    dict(planes=planes.aggregate_kl, quadrature=quadrature.aggregate_kl),
    CERTIFIED,
    (shifted(-2.0), shifted(-1.2), shifted(-0.7), shifted(-0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
entropy_lower = Claim(
    "certified.entropy.lower",
    "The lower limit for h(q) holds.",
    _NEW,
    AT_MOST,
    parts.entropy_lower,
    dict(planes=planes.aggregate_entropy, quadrature=quadrature.aggregate_entropy),
    CERTIFIED,
    (plus_log_N_of_Sigma, shifted(2.0), shifted(0.7), shifted(0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
entropy_upper = Claim(
    "certified.entropy.upper",
    "The upper limit for h(q) holds.",
    _NEW,
    AT_LEAST,
    parts.entropy_upper,
    dict(planes=planes.aggregate_entropy, quadrature=quadrature.aggregate_entropy),
    CERTIFIED,
    (shifted(-2.0), shifted(-1.2), shifted(-0.7), shifted(-0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
total_correlation_lower = Claim(
    "certified.total_correlation.lower",
    "The lower limit for TC(q) holds.",
    _NEW,
    AT_MOST,
    parts.total_correlation_lower,
    dict(planes=planes.total_correlation, quadrature=quadrature.total_correlation),
    CERTIFIED,
    (plus_log_N_of_Sigma, shifted(2.0), shifted(0.7), shifted(0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
total_correlation_upper = Claim(
    "certified.total_correlation.upper",
    "The upper limit for TC(q) holds.",
    _NEW,
    AT_LEAST,
    parts.total_correlation_upper,
    dict(planes=planes.total_correlation, quadrature=quadrature.total_correlation),
    CERTIFIED,
    (shifted(-2.0), shifted(-1.2), shifted(-0.7), shifted(-0.4)),
    arithmetics=_FLOATS,
    printed=False,
)
