"""What pairs of posteriors tell of the information of their aggregate: two bounds below it and one above."""

from theory.printed import brackets as parts
from verification.claim import ZHENG, Claim
from verification.domains.brackets import (
    EQUAL_OR_APART,
    INDEPENDENT,
    PAIRED,
)
from verification.mutants import at, double, first_only, half, plus_log_N, scaled, shifted
from verification.oracles import overlaps, pair_forms, planes, quadrature
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.equals import EQUALS

_NEW = ZHENG.at("certified information")
_TRUTH = dict(planes=planes.index_information, quadrature=quadrature.index_information)
_SLIPS = (at(mu=first_only), at(Sigma=double), at(mu=double), plus_log_N, scaled(-1), scaled(1.01))
_BELOW = (at(mu=double), plus_log_N, shifted(0.7), shifted(0.4), at(Sigma=half))
_ABOVE = (at(mu=first_only), at(mu=half), shifted(-0.7), shifted(-1.2), scaled(-1))
_AT_ENDS = (plus_log_N, shifted(0.7), shifted(-0.1), shifted(0.01))

bhattacharyya = Claim(
    "certified.brackets.bhattacharyya.value",
    "The bound by overlaps, in closed form.",
    _NEW,
    EQUALS,
    parts.bhattacharyya,
    dict(overlaps=overlaps.bhattacharyya, pair_forms=pair_forms.bhattacharyya),
    PAIRED,
    _SLIPS,
    latex=r"-\frac1N\sum_n\log\frac1N\sum_m\int\sqrt{q_nq_m}",
    printed=False,
)
bhattacharyya_diagonal = Claim(
    "certified.brackets.bhattacharyya.diagonal",
    "The bound by overlaps of posteriors of independent dimensions.",
    _NEW,
    EQUALS,
    parts.bhattacharyya_diagonal,
    dict(overlaps=overlaps.bhattacharyya, pair_forms=pair_forms.bhattacharyya),
    INDEPENDENT,
    _SLIPS,
    printed=False,
)
bhattacharyya_lower = Claim(
    "certified.brackets.bhattacharyya",
    "The information is at least what the overlaps of pairs leave.",
    _NEW,
    AT_MOST,
    parts.bhattacharyya,
    _TRUTH,
    PAIRED,
    _BELOW,
    latex=r"I \geq -\frac1N\sum_n\log\frac1N\sum_m\int\sqrt{q_nq_m}",
    tight="certified.brackets.bhattacharyya.tight",
    accuracy=1e-9,
    printed=False,
)
bhattacharyya_tight = Claim(
    "certified.brackets.bhattacharyya.tight",
    "Where posteriors are equal or apart, it is what the overlaps of pairs leave.",
    _NEW,
    EQUALS,
    parts.bhattacharyya,
    _TRUTH,
    EQUAL_OR_APART,
    _AT_ENDS,
    accuracy=1e-9,
    printed=False,
)
likelihood = Claim(
    "certified.brackets.likelihood.value",
    "The bound by the masses of products, in closed form.",
    _NEW,
    EQUALS,
    parts.likelihood,
    dict(overlaps=overlaps.likelihood, pair_forms=pair_forms.likelihood),
    PAIRED,
    _SLIPS,
    latex=r"-\frac1N\sum_n\left[\log\frac1N\sum_m\int q_nq_m + h(q_n)\right]",
    printed=False,
)
likelihood_diagonal = Claim(
    "certified.brackets.likelihood.diagonal",
    "The bound by the masses of products of posteriors of independent dimensions.",
    _NEW,
    EQUALS,
    parts.likelihood_diagonal,
    dict(overlaps=overlaps.likelihood, pair_forms=pair_forms.likelihood),
    INDEPENDENT,
    _SLIPS,
    printed=False,
)
likelihood_lower = Claim(
    "certified.brackets.likelihood",
    "The information is at least what the masses of products of pairs leave.",
    _NEW,
    AT_MOST,
    parts.likelihood,
    _TRUTH,
    PAIRED,
    (at(mu=double), plus_log_N, shifted(0.7), shifted(0.5)),
    latex=r"I \geq -\frac1N\sum_n\left[\log\frac1N\sum_m\int q_nq_m + h(q_n)\right]",
    tight="certified.brackets.likelihood.tight",
    accuracy=1e-9,
    printed=False,
    note="Never attained by Gaussians: each dimension keeps up to (1 - log 2)/2 nats.",
)
likelihood_tight = Claim(
    "certified.brackets.likelihood.tight",
    "Where posteriors are equal or apart, the masses of products leave (1 - log 2)/2 nats a dimension less.",
    _NEW,
    EQUALS,
    parts.likelihood,
    dict(overlaps=overlaps.information_less_volume, pair_forms=pair_forms.information_less_volume),
    EQUAL_OR_APART,
    _AT_ENDS,
    latex=r"I - \frac k2(1 - \log 2)",
    accuracy=1e-9,
    printed=False,
)
kl = Claim(
    "certified.brackets.kl.value",
    "The bound by the divergences of pairs, in closed form.",
    _NEW,
    EQUALS,
    parts.kl,
    dict(overlaps=overlaps.kl, pair_forms=pair_forms.kl),
    PAIRED,
    _SLIPS,
    latex=r"-\frac1N\sum_n\log\frac1N\sum_m e^{-\mathrm{KL}(q_n\|q_m)}",
    printed=False,
)
kl_diagonal = Claim(
    "certified.brackets.kl.diagonal",
    "The bound by the divergences of posteriors of independent dimensions.",
    _NEW,
    EQUALS,
    parts.kl_diagonal,
    dict(overlaps=overlaps.kl, pair_forms=pair_forms.kl),
    INDEPENDENT,
    _SLIPS,
    printed=False,
)
kl_upper = Claim(
    "certified.brackets.kl",
    "The information is at most what the divergences of pairs leave.",
    _NEW,
    AT_LEAST,
    parts.kl,
    _TRUTH,
    PAIRED,
    _ABOVE,
    latex=r"I \leq -\frac1N\sum_n\log\frac1N\sum_m e^{-\mathrm{KL}(q_n\|q_m)}",
    tight="certified.brackets.kl.tight",
    accuracy=1e-9,
    printed=False,
)
kl_tight = Claim(
    "certified.brackets.kl.tight",
    "Where posteriors are equal or apart, it is what the divergences of pairs leave.",
    _NEW,
    EQUALS,
    parts.kl,
    _TRUTH,
    EQUAL_OR_APART,
    _AT_ENDS,
    accuracy=1e-9,
    printed=False,
)
