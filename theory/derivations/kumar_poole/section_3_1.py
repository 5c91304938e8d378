"""Section 3.1: rotations of an isotropic prior, mean-field posteriors under them, and probabilistic PCA."""

from __future__ import annotations

import sympy as sp

from theory.derivations.derivation import Derivation, Step
from theory.derivations.kumar_poole.symbols import D, I, U, V, beta, d, half, log, noise, x, z, zero
from theory.derivations.vocabulary import Form, Named, NamedMatrix, Normal, PositiveDet, Total, matrix

I_D, zero_D = sp.Identity(D), sp.ZeroMatrix(D, 1)
A = matrix("A", D, d)
joint = Normal(x, A * z, noise * I_D) * Normal(z, zero, I)
precision = NamedMatrix("M", I + A.T * A / noise)
mean = NamedMatrix("m", precision.I * A.T * x / noise)
marginal = NamedMatrix(r"{(A A^{\top} + \sigma^2 I)}", A * A.T + noise * I_D)
DIMENSIONS = {d: (1, 2), D: (2, 1)}

prior = Derivation(
    "kumar_poole.section_3_1.prior",
    "N(0, I) is invariant under rotations.",
    source="Kumar and Poole, section 3.1",
    steps=(
        Step(Normal(U * z, zero, I), "start"),
        Step((2 * sp.pi) ** (-half * d) * sp.exp(-half * Form(U.T * U, z)), "definition", printed=False),
        Step(Normal(z, zero, I), "matrix algebra", note="U'U = I"),
    ),
    claims=("kumar_poole.section_3_1.prior",),
)

pca = Derivation(
    "kumar_poole.section_3_1.pca.marginal",
    "Probabilistic PCA's marginal, by completing the square.",
    source="Kumar and Poole, section 3.1: pPCA",
    dimensions=DIMENSIONS,
    steps=(
        Step(Total(joint, z), "start", note="p(x) is the integral of p(x|z) p(z)", printed=False),
        Step(
            (2 * sp.pi) ** (-half * (d + D)) * noise ** (-half * D)
            * Total(sp.exp(-half * Form(I_D, x - A * z) / noise - half * Form(I, z)), z),
            "definition",
            printed=False,
        ),
        Step(
            (2 * sp.pi) ** (-half * (d + D)) * noise ** (-half * D)
            * sp.exp(half * Form(precision, mean) - half * Form(I_D, x) / noise)
            * Total(sp.exp(-half * Form(precision, z - mean)), z),
            "completing the square",
            printed=False,
        ),
        Step(
            (2 * sp.pi) ** (-half * D) * noise ** (-half * D) * PositiveDet(precision) ** (-half)
            * sp.exp(half * Form(precision, mean) - half * Form(I_D, x) / noise),
            "Gaussian integral",
            printed=False,
        ),
        Step(
            (2 * sp.pi) ** (-half * D) * PositiveDet(marginal) ** (-half)
            * sp.exp(half * Form(precision, mean) - half * Form(I_D, x) / noise),
            "determinant lemma",
            printed=False,
        ),
        Step(
            (2 * sp.pi) ** (-half * D) * PositiveDet(marginal) ** (-half) * sp.exp(-half * Form(marginal.I, x)),
            "Woodbury",
            printed=False,
        ),
        Step(Normal(x, zero_D, A * A.T + noise * I_D), "definition"),
    ),
    claims=("kumar_poole.section_3_1.pca.evidence",),
)  # fmt: skip

posterior = Derivation(
    "kumar_poole.section_3_1.pca",
    "Probabilistic PCA's posterior has the precision I + A'A / sigma^2: it is factored where A'A is diagonal.",
    source="Kumar and Poole, section 3.1: pPCA",
    dimensions=DIMENSIONS,
    steps=(
        Step(joint / Normal(x, zero_D, A * A.T + noise * I_D), "start", note="p(z|x)", printed=False),
        Step(Normal(z, mean, precision.I), "Bayes", printed=False),
    ),
    claims=("kumar_poole.section_3_1.pca",),
)

turned = NamedMatrix("B", A * V)
evidence = Derivation(
    "kumar_poole.section_3_1.pca.evidence",
    "The decoder A V z, with V a rotation, has the same marginal.",
    source="Kumar and Poole, section 3.1: pPCA",
    dimensions=DIMENSIONS,
    steps=(
        Step(Normal(x, zero_D, turned * turned.T + noise * I_D), "start", note="B = A V"),
        Step(Normal(x, zero_D, A * V * V.T * A.T + noise * I_D), "matrix algebra", printed=False),
        Step(Normal(x, zero_D, A * A.T + noise * I_D), "matrix algebra", note="V V' = I"),
    ),
    claims=("kumar_poole.section_3_1.pca.evidence",),
)

norm = sp.Symbol("a", positive=True)
equal_columns = NamedMatrix("A", norm * U)

equal_norms = Derivation(
    "kumar_poole.section_3_1.pca.equal_norms",
    "Orthogonal columns of equal norms a: every rotation V leaves the posterior's precision diagonal.",
    source="Kumar and Poole, section 3.1: pPCA",
    dimensions={d: (1, 2)},
    steps=(
        Step(I + (equal_columns * V).T * equal_columns * V / noise, "start", printed=False),
        Step(I + norm**2 * V.T * U.T * U * V / noise, "matrix algebra", printed=False),
        Step((1 + norm**2 / noise) * I, "matrix algebra"),
    ),
    claims=("kumar_poole.section_3_1.pca.equal_norms",),
)

# In the plane, by the tangent of half the angle: cos = (1 - t^2) / (1 + t^2), sin = 2 t / (1 + t^2).
t, s_1, s_2 = sp.Symbol("t", real=True), sp.Symbol("s_1", positive=True), sp.Symbol("s_2", positive=True)
cos, sin = Named("c", (1 - t**2) / (1 + t**2)), Named("s", 2 * t / (1 + t**2))
turned_1, turned_2 = cos**2 / s_1 + sin**2 / s_2, sin**2 / s_1 + cos**2 / s_2

planar = Derivation(
    "kumar_poole.section_3_1.gap.planar",
    "What mean-field posteriors lose when latents of variances s_1 and s_2 are turned: nothing for equal variances or"
    " quarter turns alone.",
    source="Kumar and Poole, section 3.1",
    steps=(
        Step(
            half * beta * (log(turned_1 * turned_2) - log(1 / (s_1 * s_2))),
            "start",
            printed=False,
            note="Hadamard's deficit of the turned precision",
        ),
        Step(half * beta * log(s_1 * s_2 * turned_1 * turned_2), "log of a product", printed=False),
        Step(
            half * beta * log(1 + cos**2 * sin**2 * (s_1 - s_2) ** 2 / (s_1 * s_2)),
            "algebra",
            printed=False,
        ),
        Step(sp.Integer(0), "dropping", ">=", printed=False, note="0 where c s (s_1 - s_2) = 0"),
    ),
    claims=("kumar_poole.section_3_1.gap.planar", "kumar_poole.section_3_1.sufficient"),
)

coupling = Derivation(
    "kumar_poole.section_3_1.coupling",
    "Turning independent latents of variances s_1 and s_2 couples them, but for equal variances or quarter turns.",
    source="Kumar and Poole, section 3.1",
    steps=(
        Step(
            -cos * s_1 * sin + sin * s_2 * cos, "start", printed=False, note="the entry of U' Sigma U off the diagonal"
        ),
        Step((s_2 - s_1) * cos * sin, "algebra", printed=False),
    ),
    claims=("kumar_poole.section_3_1.coupling",),
)
