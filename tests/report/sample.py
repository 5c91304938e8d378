"""A made-up run with claims of every kind: what the report's own tests are shown. None of its numbers was measured."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path
from typing import Any

HOSTILE = "<script>alert('x')</script> & \"quoted\" | pipe `tick` [red]rich[/red] ]]> \x07\x1b[31m $x$ \u202eflip"
HOSTILE_ID = "user.a \"b\" <i>&'c'"

STRENGTH = ("trained", "sampled", "bounded", "certified", "proved")
RADII = {"proved": 0.0, "certified": 3e-21, "bounded": 4e-13, "sampled": 2.1e-3, "trained": 0.04}
ORACLES = {
    "proved": "symbolic.complete_the_square",
    "certified": "balls.component_integral",
    "bounded": "quadrature.split_gauss_legendre",
    "sampled": "monte_carlo.balance_weights",
    "trained": "trained.digits",
}
MISTAKES = (
    "beta -> 1 - beta",
    "result * 1/2",
    "result * 1.01",
    "Sigma -> inverse(Sigma)",
    "without mu",
    "result + log N",
)
SLACK = {"min": 2e-6, "median": 0.12, "max": 3.4, "unit": "nats", "cases": 40}
ORDER = {"order": 1.0002, "needed": 1.0, "coefficient": -0.25}


def evidence(grades: list[str], kills: tuple[str, ...], violation: float) -> dict[str, Any]:
    return {
        ORACLES[grade]: {
            "method": ORACLES[grade].split(".")[0],
            "grade": grade,
            "cases": 1 if grade == "proved" else 40 - 7 * place,
            "largest_violation": violation if grade != "trained" else 0.0,
            "radius": RADII[grade],
            "mutants": [kill for kill in kills if grade != "sampled" or "1.01" not in kill],
            "subdomains": ["k=1, N=3"] if grade == "certified" else ["k=1, N=3", "k=2, N=5"],
            "dropped": None,
            "counted": True,
        }
        for place, grade in enumerate(grades)
    }


def counterexample(name: str) -> dict[str, Any]:
    return {
        "args": {"mu": [0.0], "Sigma": [[0.0001]], "beta": 0.5},
        "shipped": 0.1,
        "truth": 0.14141428570714284,
        "radius": 1e-16,
        "by": "balls.component_integral",
        "confirmed_by": ["quadrature.split_gauss_legendre", "monte_carlo.balance_weights"],
        "command": f"betavae show {name} --at 'mu=[0], Sigma=[[0.0001]], beta=0.5'",
    }


def claim(row: dict[str, Any]) -> dict[str, Any]:
    """A claim's whole record from the few facts that set it apart."""
    facts = dict(row)
    name, grades = facts["id"], facts.pop("grades", "certified bounded sampled").split()
    refuted = facts.pop("refuted", False)
    verdict = facts.get("verdict", "refuted" if refuted else "supported")
    kills = MISTAKES[: 4 + len(name) % 3]
    found = evidence(grades, kills, facts.pop("violation", 0.0414 if verdict == "refuted" else 0.0))
    facts["tightness"] = {"slack": SLACK, "order": ORDER}.get(str(facts.get("tightness")), facts.get("tightness"))
    for absent in facts.pop("without", []):
        facts[absent] = None
    ranked = sorted(grades, key=STRENGTH.index)
    caught = {kill: [oracle for oracle, said in found.items() if kill in said["mutants"]] for kill in kills}
    return {
        "document": name.split(".")[0],
        "equation": "",
        "latex": "",
        "relation": "equals",
        "domain": "sets",
        "expected": "refuted" if refuted else "supported",
        "verdict": verdict,
        "reason": "No violation; every planted mistake was refuted.",
        "grade": ranked[-1],
        "printed": True,
        "subdomains": {"k=1, N=3": ranked[-1], "k=2, N=5": ranked[0]},
        "resolution": None if refuted else {"best": 3e-15, "median": 8e-13, "unit": "relative"},
        "evidence": found,
        "accuracy": None if refuted else {"float64": 3e-16, "torch": 3e-16, "float32": 2.1e-7, "bound": 1e-12},
        "mutants": {} if verdict == "refuted" else caught,
        "counterexample": counterexample(name) if refuted else None,
        "corrected": None,
        "pinned": None,
        "tight": None,
        "note": "",
        "seconds": 0.113,
        **facts,
    }


def claims() -> list[dict[str, Any]]:
    rows = tomllib.loads((Path(__file__).parent / "claims.toml").read_text(encoding="utf-8"))["claim"]
    found = [claim(row) for row in rows] + [hostile()]
    by_id = {record["id"]: record for record in found}
    lost = {"dropped": "infinite radius", "radius": math.inf, "counted": False, "mutants": []}
    by_id["zheng.eq4"]["evidence"]["monte_carlo.balance_weights"] |= lost
    by_id["zheng.eq9"]["mutants"]["result * 1.01"] = []
    undefined = {"args": {"Sigma": [[[1.0]], [[1.0]]], "beta": 0.3}, "shipped": math.nan, "truth": [0.5, 0.5]}
    by_id["hoffman.eq13.weights"]["counterexample"] |= undefined
    return found


def hostile() -> dict[str, Any]:
    """A user's claim whose every text tries to be something else."""
    texts = {"statement": HOSTILE, "reason": HOSTILE, "note": HOSTILE, "domain": HOSTILE, "equation": ""}
    latex = r"\text{<b>not bold</b> & ampersand} < 1"
    return claim({"id": HOSTILE_ID, "document": "user", "latex": latex, "printed": False, **texts})


def chart(identifier: str, width: int = 330) -> str:
    """A small drawing as a plotting library writes it: prolog, ids, a style sheet for everything, fixed colours."""
    points = " ".join(f"{20 + (width - 30) / 100 * i:.1f},{150 - 1.2 * i - 8 * (i % 3):.1f}" for i in range(100))
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" version="1.1"
 width="{width}pt" height="180pt" viewBox="0 0 {width} 180">
<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:li>x</r:li></r:RDF></metadata>
<defs><style type="text/css">*{{stroke-linejoin: round; stroke-linecap: butt}} .line{{fill:none;stroke:#0b5394}}</style>
<clipPath id="clip"><rect x="0" y="0" width="{width}" height="180"/></clipPath></defs>
<rect width="{width}" height="180" style="fill: #ffffff"/>
<g clip-path="url(#clip)" id="{identifier}"><polyline class="line" points="{points}"/></g>
<line x1="20" x2="{width - 10}" y1="160" y2="160" style="stroke: #000000"/>
<text x="20" y="175" font-size="11">beta</text>
<text x="{width - 70}" y="140" font-size="11" fill="#a63603">as printed</text>
</svg>"""


HOSTILE_SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 40"
 onload="alert(1)"><script>alert(2)</script>
<style>@import url(https://example.org/a.css); body{display:none} rect{fill:url(https://example.org/b)}</style>
<foreignObject><iframe src="https://example.org/"/></foreignObject>
<image href="https://example.org/c.png" width="9" height="9"/><a href="javascript:alert(3)"><text>x</text></a>
<use xlink:href="https://example.org/d.svg#e"/><animate attributeName="href" values="javascript:alert(4)"/>
<rect id="main" width="90" height="30" onclick="alert(5)" style="fill: #dbe7f3; background: url(https://example.org/f)"/>
</svg>"""


def figures() -> list[dict[str, Any]]:
    rows = [[b, -0.1 * b, 3.2e-7 * b, "yes" if b < 0.75 else "no"] for b in (0.5, 0.6, 0.75, 0.9, 1.0)]
    numbers = {"columns": ["β", "log C (nats)", "radius", "within 1 %"], "rows": rows, "claims": ["hoffman.eq12.D"]}
    return [
        {
            "id": "fig1",
            "title": "Samples from r(z) are read as digits 9 times in 10, those from p(z) 6 in 10.",
            "caption": "Left p(z), right r(z).",
            "alt": "Read as digits: 91 % from r, 62 % from p.",
            "svg": chart("axes_1"),
            "command": "betavae verify hoffman --tier default",
            "section": "experiments",
            **numbers,
        },
        {
            "id": "fig2",
            "title": "The gap between train and test narrows from 31 to 4 nats as β grows from 0.5 to 1.",
            "caption": "ELBO, KL and likelihood under r(z).",
            "alt": "31 nats at 0.5, 4 nats at 1.",
            "svg": chart("axes_1", 700),
            "command": "betavae verify hoffman",
            "section": "experiments",
            **numbers,
        },
        {
            "id": "atlas 1",
            "title": "The sum bound is within 1 % of log C once the means are 6 σ apart.",
            "caption": "Formula minus log C.",
            "alt": "1 % at 6 σ.",
            "svg": chart("axes_1"),
            "command": "",
            "section": "atlas",
            **numbers,
        },
        {
            "id": "fig<x>",
            "title": HOSTILE,
            "caption": HOSTILE,
            "alt": HOSTILE,
            "svg": HOSTILE_SVG,
            "columns": [HOSTILE, "n"],
            "rows": [[HOSTILE, math.inf], [None, math.nan]],
            "command": HOSTILE,
            "claims": ["no.such.claim"],
            "section": "atlas",
        },
    ]


def derivations() -> list[dict[str, Any]]:
    """A chain that follows, one that breaks as printed, and one that nobody's claim rests on, in hostile words."""
    start = {"latex": r"\log p(x)", "rule": "start", "verdict": "proved", "how": "the chain begins here"}
    proved = {"relation": r"\ge", "rule": "Jensen", "since": 0, "verdict": "proved by its rule", "how": "2 letters"}
    broken = {
        "verdict": "does not follow",
        "breaks": True,
        "counterexample": {
            "reading": "2 letters",
            "point": {"beta": "1/2", "mu": "[[1], [2]]"},
            "before": "[0.5 +/- 1e-9]",
            "after": "0",
        },
    }
    bound = {**proved, "latex": r"\mathbb{E}_{z \sim q}\left[\log{\left(\frac{p(x, z)}{q(z)} \right)}\right]"}
    return [
        {
            "id": "hoffman.eq1",
            "sentence": "The evidence lower bound.",
            "claims": ["hoffman.eq1", "hoffman.eq12.D"],
            "where": [{"name": "q", "body": r"q(z \mid x)"}],
            "steps": [start, bound],
        },
        {
            "id": "hoffman.eq12.D",
            "sentence": "The limit as printed.",
            "claims": ["hoffman.eq12.D"],
            "instead": "hoffman.eq1",
            "steps": [start, {**bound, **broken}, {**bound, "relation": "=", "printed": False, "since": 0}],
        },
        {
            "id": "user.x",
            "sentence": HOSTILE,
            "claims": ["no.such.claim"],
            "as_declared": False,
            "steps": [start, {**bound, "note": HOSTILE, "how": HOSTILE, "verdict": "undecided"}],
        },
    ]


def results() -> dict[str, Any]:
    """The dictionary that a run hands to the report."""
    found = claims()
    coverage: dict[str, dict[str, list[str]]] = {}
    for record in found:
        if record["equation"]:
            coverage.setdefault(record["document"], {}).setdefault(record["equation"], []).append(record["id"])
    coverage["hoffman"]["section 6"] = []
    coverage["levy"] = {"(1)": [], "(2)": []}
    return {
        "schema": 1,
        "run": {
            "versions": {"python": "3.11.7", "numpy": "2.4.6", "python-flint": "0.9.0", "torch": "2.13.0"},
            "seed": 20261121,
            "platform": "Linux x86_64, 2 cores",
            "commit": "0123abc",
            "tier": "default",
            "false_alarm": 1e-6,
            "seconds": 212.3,
            "started": "2026-11-21T09:41:00+00:00",
            "command": "betavae verify hoffman sharper --seed 20261121",
            "device": "cpu",
            "not_run": ["MNIST: needs --data mnist", HOSTILE],
        },
        "claims": found,
        "figures": figures(),
        "derivations": derivations(),
        "coverage": coverage,
    }


def only(*wanted: str) -> dict[str, Any]:
    """A run of some claims alone."""
    found = results()
    found["claims"] = [record for record in found["claims"] if record["id"] in wanted]
    found["coverage"], found["figures"], found["derivations"] = {}, [], []
    return found


def many(number: int = 100, drawings: int = 10) -> dict[str, Any]:
    """As many claims and figures as a large report holds."""
    found = results()
    base, drawn = [record for record in found["claims"] if record["document"] == "hoffman"], figures()[:3]
    links = {"corrected": None, "pinned": None, "tight": None}
    found["claims"] = [{**base[i % len(base)], "id": f"hoffman.c{i}", **links} for i in range(number)]
    found["figures"] = [{**drawn[i % 3], "id": f"f{i}"} for i in range(drawings)]
    found["coverage"], found["derivations"] = {}, []
    return found
