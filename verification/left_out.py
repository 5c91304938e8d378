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
_OTHERS = "a report on somebody else's paper, which is not one of the sources"

LEFT_OUT: dict[str, tuple[LeftOut, ...]] = {
    "hoffman": (
        LeftOut(
            "Figure 1",
            "samples from r(z) look better",
            "looks are an opinion; how often they are read as digits is judged",
        ),
        LeftOut("references", "what beta-VAEs were introduced for", _OTHERS),
    ),
    "infomax": (
        LeftOut("takeaways", "the derivation makes more sense from a representation's point of view", _OPINION),
        LeftOut("takeaways", "earlier work that uses the same symmetry", _OTHERS),
        LeftOut("motivation", "disentangled representations have long been a goal", _OPINION),
    ),
    "kumar_poole": (
        LeftOut(
            "section 7: Figure 4",
            "FID scores of faces stay close",
            f"{_FACES}; FID needs a network trained on photographs",
        ),
        LeftOut(
            "section 7: Table 1, appendix G",
            "samples of faces are similarly smooth",
            f"{_FACES}; on digits the distance is judged",
        ),
        LeftOut("appendix D: faces", "the architecture of the model of faces", f"{_FACES}; its sizes are checked"),
        LeftOut("section 6", "how other work relates to this", _OTHERS),
        LeftOut("section 8", "novel regularizers may follow", _OPINION),
    ),
    "levy": (
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
        LeftOut("section 3.4", "factors need not exist, nor be what people would name", _OPINION),
    ),
    "zheng": (LeftOut("citations", "where its decompositions come from", _OTHERS),),
}


def left_out(document: str) -> tuple[LeftOut, ...]:
    """What of a document no claim is made of.

    >>> left_out("zheng")[0].place
    'citations'
    """
    return LEFT_OUT.get(document, ())
