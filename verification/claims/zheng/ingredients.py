"""What the equations are made of: entropies, divergences and conditionals of finite joints."""

from theory import joint
from verification.claim import ZHENG, Claim
from verification.domains.joint import DISTRIBUTIONS, JOINT
from verification.mutants import at, double, half, replaced, scaled, shifted, transposed, zero
from verification.oracles import shannon, tables
from verification.relations.equals import EQUALS

entropy = Claim(
    "zheng.finite.entropy",
    "The entropy of a finite distribution.",
    ZHENG.at("(22)"),
    EQUALS,
    joint.entropy,
    dict(tables=tables.entropy, shannon=shannon.entropy),
    DISTRIBUTIONS,
    (at(log_p=half), scaled(-1), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    printed=False,
)
kl = Claim(
    "zheng.finite.kl",
    "The divergence of one finite distribution from another.",
    ZHENG.at("(12)"),
    EQUALS,
    joint.kl,
    dict(tables=tables.kl, shannon=shannon.kl),
    DISTRIBUTIONS,
    (at(log_b=zero), at(log_b=double), scaled(-1), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"D(A\,\|\,B) = \sum_z A(z)\log\frac{A(z)}{B(z)}",
    printed=False,
)
posterior = Claim(
    "zheng.eq12.posterior",
    "The true posterior is the joint over its marginal.",
    ZHENG.at("(12)"),
    EQUALS,
    joint.posterior,
    dict(tables=tables.posterior, shannon=shannon.posterior),
    JOINT,
    (replaced("normalised over x", joint.inverted_posterior), at(log_joint=half), at(log_joint=double),
     shifted(0.7), scaled(1.01)),
    latex=r"P_{dec}(z|x) = P_{dec}(x,z) / P_{dec}(x)",
    printed=False,
)  # fmt: skip
inverted_posterior = Claim(
    "zheng.finite.inverted_posterior",
    "The inverted posterior P(x|z) is the joint over its marginal over z.",
    ZHENG.at("(31)"),
    EQUALS,
    joint.inverted_posterior,
    dict(tables=tables.inverted_posterior, shannon=shannon.inverted_posterior),
    JOINT,
    (replaced("normalised over z", joint.posterior), at(log_joint=half), at(log_joint=double),
     shifted(0.7), scaled(1.01)),
    latex=r"P_{enc}(x|z) = P_{enc}(x,z) / P_{enc}(z)",
    printed=False,
)  # fmt: skip
mutual_information = Claim(
    "zheng.finite.mutual_information",
    "The mutual information of a finite joint.",
    ZHENG.at("(3)"),
    EQUALS,
    joint.mutual_information,
    dict(tables=tables.mutual_information, shannon=shannon.mutual_information),
    JOINT,
    (at(log_joint=half), replaced("H(X|Z) in its place", joint.conditional_entropy), scaled(-1), shifted(0.7),
     scaled(1.01)),
    printed=False,
)  # fmt: skip
conditional_entropy = Claim(
    "zheng.finite.conditional_entropy",
    "The entropy of x given z in a finite joint.",
    ZHENG.at("(32)"),
    EQUALS,
    joint.conditional_entropy,
    dict(tables=tables.conditional_entropy, shannon=shannon.conditional_entropy),
    JOINT,
    (at(log_joint=transposed), at(log_joint=half), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"H[X|Z] = -\sum_{x,z} P(x,z)\log P(x|z)",
    printed=False,
)
