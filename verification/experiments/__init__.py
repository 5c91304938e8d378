"""Figures and tables of the sources drawn again, from trained models and exact settings; each title is a finding."""

from __future__ import annotations

import importlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

# Which source each experiment belongs to.
EXPERIMENTS = {
    "figure_1": "hoffman",
    "figure_2": "hoffman",
    "decomposition": "zheng",
    "information_plane": "zheng",
    "tightness": "hoffman",
    "approximations": "hoffman",
    "precision": "kumar_poole",
    "objectives": "kumar_poole",
    "nats": "kumar_poole",
    "uniqueness": "kumar_poole",
    "linear_path": "kumar_poole",
    "grae_samples": "kumar_poole",
    "blobs": "levy",
    "latent_plane": "levy",
    "disentanglement": "levy",
}
# The claims that an experiment's figures bear on: of a few claims alone, only what bears on them is drawn.
BEARING = {
    "figure_1": ("hoffman.fig1.*",),
    "figure_2": ("hoffman.fig2.*",),
    "decomposition": ("zheng.digits.*",),
    "information_plane": ("zheng.digits.lower*", "zheng.digits.upper"),
    "tightness": ("hoffman.eq9", "hoffman.eq12.[CD]*", "sharper.*"),
    "approximations": (
        "hoffman.eq1[23].*",
        "kumar_poole.eq[346]*",
        "kumar_poole.eq14",
        "kumar_poole.taylor.*",
        "zheng.eq24.*",
        "zheng.eq29.*",
    ),
    "precision": ("kumar_poole.appendix_e.*",),
    "objectives": ("kumar_poole.section_7.*", "kumar_poole.appendix_f.*"),
    "nats": ("kumar_poole.section_7.mean",),
    "uniqueness": ("kumar_poole.unique.*",),
    "linear_path": ("linear_vae.*",),
    "grae_samples": ("kumar_poole.appendix_g.*",),
    "blobs": ("levy.figure5.*",),
    "latent_plane": ("levy.figure7.*",),
    "disentanglement": ("levy.metric.*", "own.disentanglement.*"),
}
# Experiments that look at no images of a data set, and the trained models (``Claim.needs``) that do.
WITHOUT_DATA = frozenset({"approximations", "blobs", "disentanglement", "uniqueness"})
ON_DATA = frozenset({"vae.ensemble", "vae.sweep", "vae.structured", "vae.grae", "vae.plane"})


@dataclass(frozen=True)
class Figure:
    """A drawn finding: title (the finding), caption, its numbers in words, an SVG, a table, and what makes it again."""

    id: str
    title: str
    caption: str
    alt: str
    svg: str
    columns: list[str]
    rows: list[list[Any]]
    command: str
    claims: list[str]
    section: str = "experiments"

    def as_dict(self) -> dict[str, Any]:
        """The figure as results.json holds it."""
        return asdict(self)


def command(tier: str, seed: int, data: str = "digits") -> str:
    """The command that draws a figure again.

    >>> command("default", 0)
    'betavae verify --tier default --seed 0'
    """
    return f"betavae verify --tier {tier} --seed {seed}" + ("" if data == "digits" else f" --data {data}")


def all_figures(
    tier: str = "default",
    seed: int = 0,
    device: str = "auto",
    data: str = "digits",
    documents: Collection[str] = frozenset(EXPERIMENTS.values()),
    names: Collection[str] | None = None,
) -> list[Figure]:
    """Every figure of the named experiments, or of every one that belongs to one of the documents, in their order."""
    chosen = [n for n, document in EXPERIMENTS.items() if (document in documents if names is None else n in names)]
    modules = (importlib.import_module(f"{__name__}.{name}") for name in chosen)
    return [figure for module in modules for figure in module.run(tier, seed, device, data)]
