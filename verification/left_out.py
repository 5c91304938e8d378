"""What the sources say that no claim is made of, and why: told beside what is covered, so that nothing is just absent.

Everything else that a source displays is counted in `verification.coverage`.
"""

from __future__ import annotations

from typing import NamedTuple


class LeftOut(NamedTuple):
    """A sentence or figure of a source, in short, and the reason that it is no claim."""

    place: str
    what: str
    why: str


_FACES = "photographs of faces are not among the data here, and networks of that size are not trained"
_OPINION = "an opinion of the author, about which there is nothing to measure"
_PLANS = "a plan for later work, with nothing to check yet"
_OTHERS = "a report on somebody else's paper, which is not one of the sources"

LEFT_OUT: dict[str, tuple[LeftOut, ...]] = {
    "hoffman": (
        LeftOut("section 2", "weighing the KL term eases optimisation, or gives control over the latents", _OTHERS),
        LeftOut(
            "section 4",
            "a lower weight of the KL term makes trained posteriors more concentrated",
            "it hangs on data and networks; for digits it is measured in the decomposition over beta",
        ),
        LeftOut("section 4.1", "it is reasonable that the marginal of z is not degenerate", _OPINION),
        LeftOut(
            "Figure 1",
            "samples of r look better, and are not memorised",
            "looks are the reader's to judge, and the figure is drawn; what is claimed is the held-out likelihood",
        ),
        LeftOut("section 6", "sampling r may be hard; other weights of the entropy are worth a study", _PLANS),
    ),
    "infomax": (
        LeftOut("motivation", "disentangled representations have long been a goal", _OPINION),
        LeftOut("takeaways", "the derivation makes more sense from a representation's point of view", _OPINION),
        LeftOut("takeaways", "earlier work that uses the same symmetry", _OTHERS),
    ),
    "kumar_poole": (
        LeftOut("section 2", "simple latents help later tasks", _OTHERS),
        LeftOut(
            "section 3.2: disentanglement", "why seeds of beta-VAEs differ in disentanglement all the same", _PLANS
        ),
        LeftOut(
            "section 5.1: cost",
            "restricting the covariance is cheaper than constraining the Jacobian",
            "it hangs on the implementation; the cost of the Jacobian's log-determinant is measured in the benchmarks",
        ),
        LeftOut(
            "section 5.2: outlook",
            "the metric may serve for geodesics; smooth decoders come as near to piecewise linear ones as one likes",
            f"{_PLANS}; and a standard fact that no formula leans on",
        ),
        LeftOut(
            "section 5.3",
            "normalised inner products of Jacobian columns may be penalised as well",
            "an option that the source neither writes down nor tries",
        ),
        LeftOut("section 6", "how other work relates to this", _OTHERS),
        LeftOut(
            "section 7: Figure 4", "FID scores of faces stay close", f"{_FACES}; FID needs a network trained on them"
        ),
        LeftOut(
            "section 7: Table 1, appendix G",
            "samples of faces are similarly smooth",
            f"{_FACES}; on digits the distance is judged",
        ),
        LeftOut("appendix D: faces", "the architecture of the model of faces", f"{_FACES}; its sizes are checked"),
        LeftOut("section 8", "novel regularizers may follow", _OPINION),
    ),
    "levy": (
        LeftOut(
            "section 1",
            "linear methods do worse on images, and less flexible latents are easier to interpret",
            "expectations without a quantity; a table compares PCA and ICA with VAEs on one data set",
        ),
        LeftOut("section 2.5", "which networks and optimizers are common", "a report of habits"),
        LeftOut(
            "section 3.1: Figure 3", "beta-VAE far outperforms three others on chairs and faces", f"{_OTHERS}; {_FACES}"
        ),
        LeftOut("section 3.1: Figure 4", "traversals of faces vary skin colour, age and saturation", _FACES),
        LeftOut(
            "Figure 6: DC-IGN, InfoGAN",
            "their scores",
            "models of other papers; the other rows are drawn for shapes made here",
        ),
        LeftOut(
            "section 3.4", "beta is chosen by trial; factors need not exist, nor be what people would name", _OPINION
        ),
    ),
    "zheng": (
        LeftOut("citations", "where its decompositions come from", _OTHERS),
        LeftOut(
            "(24): cost",
            "the full estimate costs the square of N",
            "a count of evaluations that the formula shows; mini-batch versions are claimed",
        ),
        LeftOut(
            "diagram",
            "two of the estimates are often confused",
            "a remark on readers; how far the two differ is claimed in numbers",
        ),
    ),
}


def left_out(document: str) -> tuple[LeftOut, ...]:
    """What of a document no claim is made of.

    >>> left_out("zheng")[0].place
    'citations'
    """
    return LEFT_OUT.get(document, ())
