"""Every claim that ships with the package, by document."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from verification.claim import Claim

MODULES = (
    "hoffman.equation_1",
    "hoffman.equations_2_3",
    "hoffman.equations_4_5",
    "hoffman.equations_6_to_10",
    "hoffman.equation_11",
    "hoffman.equations_12_13",
    "hoffman.section_4_1",
    "hoffman.section_5",
    "zheng.equations_1_to_16",
    "zheng.equations_17_to_23",
    "zheng.equations_30_to_35",
    "zheng.ingredients",
    "zheng.estimators_24_to_29",
    "zheng.estimators_in_use",
    "zheng.importance_36_to_40",
    "zheng.importance_gaussian",
    "zheng.on_digits",
    "infomax.notation",
    "infomax.independence",
    "infomax.objective",
    "infomax.bound",
    "infomax.takeaways",
    "kumar_poole.equation_1",
    "kumar_poole.section_3_1",
    "kumar_poole.theorem_1",
    "kumar_poole.appendix_a",
    "kumar_poole.equations_2_to_4",
    "kumar_poole.equations_5_to_7",
    "kumar_poole.observation_models",
    "kumar_poole.equations_8_to_12",
    "kumar_poole.equations_13_14",
    "kumar_poole.gram",
    "kumar_poole.sections_5_and_7",
    "kumar_poole.sparse_precisions",
    "kumar_poole.appendix_c",
    "kumar_poole.appendix_d",
    "kumar_poole.appendices_e_f",
    "kumar_poole.appendix_g",
    "levy_on_models",
    "levy.section_2_1",
    "levy.section_2_2",
    "levy.section_2_3",
    "levy.section_2_4",
    "levy.section_3_2",
    "linear_vae",
    "sharper",
    "sampling",
    "certified",
    "bounds.pairs",
    "bounds.gaussians",
    "bounds.brackets",
    "bounds.extremes",
    "bounds.population",
    "bounds.summands",
    "disentanglement",
    "intervals",
    "certificates",
    "kernels.sums",
    "kernels.bounds",
)


def all_claims() -> Iterator[Claim]:
    """Claims in the order in which the sources print them."""
    for name in MODULES:
        yield from (v for v in vars(import_module(f"verification.claims.{name}")).values() if isinstance(v, Claim))
