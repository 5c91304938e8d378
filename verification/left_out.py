"""What the sources say and no claim takes up, and why: judgements of taste, history, plans, what cannot be run here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LeftOut:
    """A remark of a source, told in our words, and the reason why no claim is about it."""

    document: str
    place: str
    remark: str
    why: str


LEFT_OUT = (
    LeftOut(
        "hoffman",
        "section 2",
        "Weighing the KL term eases optimisation, or gives control over the latents.",
        "A report of other papers' findings.",
    ),
    LeftOut(
        "hoffman",
        "section 4",
        "A lower weight of the KL term makes trained posteriors more concentrated.",
        "Measured for digits in the decomposition over beta; beyond them it hangs on the data and the networks.",
    ),
    LeftOut(
        "hoffman",
        "section 4.1",
        "It is reasonable to ask that the marginal of z is not degenerate.",
        "A belief about models, not a statement about one.",
    ),
    LeftOut(
        "hoffman",
        "Figure 1",
        "Samples of r look much better, and are not memorised.",
        "How samples look is the reader's to judge: the figure is drawn. What is claimed is the held-out likelihood.",
    ),
    LeftOut(
        "hoffman",
        "section 6",
        "Sampling r may be hard; other weights of the entropy are worth a study.",
        "Plans for later work; exact draws of r are claimed and shipped.",
    ),
    LeftOut(
        "zheng",
        "(24)",
        "The full estimate costs the square of N; a mini-batch version is straightforward.",
        "A count of evaluations: they are N times N by the formula. The mini-batch versions are claimed.",
    ),
    LeftOut(
        "zheng",
        "diagram",
        "Two of the estimates are often confused.",
        "A remark on readers; how far the two differ is claimed in numbers.",
    ),
    LeftOut(
        "infomax",
        "motivation",
        "Disentangled representations are a long-term goal, and conditional independence an assumption of beta-VAEs.",
        "History, and one reading of another paper.",
    ),
    LeftOut(
        "infomax",
        "takeaways",
        "The derivation makes more sense for representation learning; its symmetry is nice and known from other work.",
        "Judgements and history. The two joint distributions and what each view does are claimed.",
    ),
    LeftOut(
        "kumar_poole",
        "section 2",
        "Simple, disentangled latents help later tasks; maximum likelihood alone does not identify them.",
        "The first is other papers' finding; the second is appendix A, which is claimed.",
    ),
    LeftOut(
        "kumar_poole",
        "section 3.2",
        "Why seeds of beta-VAEs differ in disentanglement although the objective breaks the symmetry.",
        "Possible reasons that the source itself leaves to later work.",
    ),
    LeftOut(
        "kumar_poole",
        "section 5.1",
        "Restricting the covariance is cheaper than constraining the Jacobian.",
        "Cost hangs on the implementation; that of the Jacobian's log-determinant is measured in the benchmarks.",
    ),
    LeftOut(
        "kumar_poole",
        "section 5.2",
        "The metric of the best covariance may serve for geodesics and curvature; a smooth decoder comes as near to a "
        "piecewise linear one as one likes.",
        "Plans for later work, and a standard fact that no formula leans on.",
    ),
    LeftOut(
        "kumar_poole",
        "section 5.3",
        "Normalised inner products of Jacobian columns may be penalised as well.",
        "An option that the source neither writes down nor tries.",
    ),
    LeftOut(
        "kumar_poole",
        "section 6",
        "How the objective compares with contractive, denoising and other regularised autoencoders.",
        "A survey of other papers; the one expansion that it displays is claimed.",
    ),
    LeftOut(
        "kumar_poole",
        "appendix G",
        "Frechet inception distances on CelebA.",
        "They need CelebA and a pretrained network, which are not downloaded; digits and the energy distance, which is "
        "unbiased and needs no network, stand in.",
    ),
    LeftOut(
        "levy",
        "section 1",
        "Linear methods do worse on images, and less flexible latents are easier to interpret.",
        "General expectations without a quantity; a table compares PCA and ICA with VAEs on one data set.",
    ),
    LeftOut(
        "levy",
        "section 2.5",
        "Which networks and optimisers others chose.",
        "A report of other papers.",
    ),
    LeftOut(
        "levy",
        "Figures 3, 4 and 6",
        "beta-VAE, DC-IGN and InfoGAN on faces and CelebA, and the scores printed for them.",
        "Other papers' results on data and models that are not here; the metric itself is claimed, and a table of our "
        "own scores what can be run.",
    ),
    LeftOut(
        "levy",
        "section 3.4",
        "beta is chosen by trial; generative factors need not exist or mean anything to a person.",
        "Advice and caution, with no formula in it.",
    ),
)


def of(document: str) -> tuple[LeftOut, ...]:
    """What is left out of one document.

    >>> of("zheng")[0].place
    '(24)'
    """
    return tuple(one for one in LEFT_OUT if one.document == document)
