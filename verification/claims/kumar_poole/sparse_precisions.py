"""Section 5.1: sparsity patterns of the posterior's precision, and their best."""

from theory.printed import kumar_poole_objectives as printed
from verification.claim import FLOAT64, KUMAR_POOLE, REFUTED, Claim
from verification.domains.covariances import CHAINS, FEW_STARS, STARS
from verification.mutants import at, double, half, scaled, shifted, zero
from verification.oracles import conditionals, rivals, slopes, spectra
from verification.relations.equals import EQUALS
from verification.relations.optimal import OPTIMAL

_PLACE = KUMAR_POOLE.at("section 5.1")
_OF_H = (at(H=half), at(H=zero), at(beta=double), scaled(1 / 2), scaled(1.01))
_COSTS = (at(H=half), at(beta=double), shifted(0.1), scaled(-1), scaled(1.01))

star = Claim(
    "kumar_poole.sparsity.star",
    "Where all dimensions but one are independent given that one, the best precision is A less what the others tell of"
    " each other, carried over to the first.",
    _PLACE, OPTIMAL, printed.section_5_1_star,
    dict(slopes=slopes.star_optimality, rivals=rivals.star_optimality), STARS, _OF_H,
    latex=r"\Sigma^{-1} = A - W^\top(A_{cc} - [A_{cc}]_F)W, \quad W = A_{cc}^{-1}A_{c\cdot}, \quad A = I -"
    r" \frac1\beta H", printed=False,
)  # fmt: skip
parted = Claim(
    "kumar_poole.sparsity.parted",
    "The same where, given one dimension, another is independent of the rest.",
    _PLACE, OPTIMAL, printed.section_5_1_parted,
    dict(slopes=slopes.parted_optimality, rivals=rivals.parted_optimality), STARS, _OF_H, printed=False,
)  # fmt: skip
star_cost = Claim(
    "kumar_poole.sparsity.star.cost",
    "Those zeros cost Hadamard's deficit of A without the row and the column of the one.",
    _PLACE, EQUALS, printed.section_5_1_star_cost,
    dict(conditionals=conditionals.star_cost, spectra=spectra.star_cost), STARS, _COSTS, printed=False,
)  # fmt: skip
parted_cost = Claim(
    "kumar_poole.sparsity.parted.cost",
    "Zeros between two parts cost Fischer's deficit of A without what parts them.",
    _PLACE, EQUALS, printed.section_5_1_parted_cost,
    dict(conditionals=conditionals.parted_cost, spectra=spectra.parted_cost), STARS, _COSTS, printed=False,
)  # fmt: skip
star_covariance = Claim(
    "kumar_poole.sparsity.covariance",
    "Where no two dimensions but one and another may covary, the best covariance has an inverse that agrees with A"
    " wherever it is free.",
    _PLACE, OPTIMAL, printed.section_5_1_star_covariance,
    dict(slopes=slopes.star_covariance_optimality, rivals=rivals.star_covariance_optimality), STARS, _OF_H,
    printed=False, note="Zeros of Sigma are a convex constraint, zeros of its inverse are none.",
)  # fmt: skip
star_covariance_cost = Claim(
    "kumar_poole.sparsity.covariance.cost",
    "Those zeros cost Hadamard's deficit of what A leaves of the others once the one is eliminated.",
    _PLACE, EQUALS, printed.section_5_1_star_covariance_cost,
    dict(conditionals=conditionals.star_covariance_cost, spectra=spectra.star_covariance_cost), STARS, _COSTS,
    printed=False,
)  # fmt: skip
restriction = Claim(
    "kumar_poole.sparsity.restriction",
    "The best precision of a sparsity pattern is I - H/beta with zeros in their place.",
    _PLACE, OPTIMAL, printed.section_5_1_star_restricted,
    dict(slopes=slopes.star_optimality, rivals=rivals.star_optimality), STARS,
    expected=REFUTED, pinned="kumar_poole.sparsity.restriction.pin", corrected="kumar_poole.sparsity.star",
    printed=False,
    note="A reading of (11) with a pattern on Sigma^-1. True of blocks, where zeros of Sigma are zeros of Sigma^-1; for"
    " a chain of three the middle one's precision is off already.",
)  # fmt: skip
restriction_pin = Claim(
    "kumar_poole.sparsity.restriction.pin",
    "It is off by what the others tell of each other, in the row and the column of the one.",
    _PLACE, EQUALS, printed.section_5_1_star_restricted_less_excess,
    dict(conditionals=conditionals.star, slopes=slopes.star), STARS, _OF_H, printed=False,
)  # fmt: skip
chain = Claim(
    "kumar_poole.sparsity.chain",
    "Along a chain of four, two different precisions can be the best, as good as each other: the family is not convex.",
    _PLACE, OPTIMAL, printed.section_5_1_chain,
    dict(slopes=slopes.chain_optimality, rivals=rivals.chain_optimality), CHAINS,
    (at(sign=half), at(sign=double), scaled(1 / 2), scaled(2), scaled(1.01)), printed=False,
    note="A has p = 3/4 at (1, 3) and (2, 4): both signs of c = 8^(-1/2) give log(64/63)/2 nats more than no coupling"
    " at all, which is stationary too. Block-diagonal families have one best, chains of three as well.",
)  # fmt: skip
residual = Claim(
    "kumar_poole.sparsity.stationarity",
    "Sigma A Sigma - Sigma is 2/beta times the slope of the objective in the entries of the precision.",
    _PLACE, EQUALS, printed.section_5_1_slope,
    dict(slopes=slopes.precision_gradient, conditionals=conditionals.precision_gradient), STARS,
    (at(H=half), at(beta=double), scaled(-1), scaled(1 / 2), scaled(1.01)), printed=False,
)  # fmt: skip
searched = Claim(
    "kumar_poole.sparsity.search",
    "The search finds the best precision of a star.",
    _PLACE, EQUALS, printed.section_5_1_star_searched,
    dict(conditionals=conditionals.searched_star_cost, spectra=spectra.searched_star_cost), FEW_STARS,
    (shifted(0.1), shifted(-0.1), scaled(-1), scaled(1 / 2), scaled(1.01)),
    printed=False, arithmetics=(FLOAT64,),
)  # fmt: skip
