"""JUnit XML for build servers: one test case a claim; unexpected is a failure, inconclusive is skipped."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Any

from verification.report import examples, schema, view, wording
from verification.report.schema import Claim, Results


def render(results: Results | Mapping[str, Any]) -> str:
    """The verdicts as JUnit XML: one suite a document."""
    found = schema.of(results)
    root = ET.Element("testsuites", {"name": "betavae", **_counts(found.claims)})
    for source in view.of(found).sources:
        if not source.claims:
            continue
        suite = ET.SubElement(root, "testsuite", {"name": source.document, **_counts(source.claims)})
        if found.run.started:
            suite.set("timestamp", found.run.started)
        for claim in source.claims:
            suite.append(_case(claim))
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(claim: Claim) -> ET.Element:
    name = {"classname": wording.clean(claim.document), "name": wording.clean(claim.id), "time": f"{claim.seconds:.3f}"}
    case = ET.Element("testcase", name)
    if claim.verdict == "inconclusive":
        ET.SubElement(case, "skipped", message=wording.clean(f"inconclusive: {claim.reason}"))
    elif not claim.as_expected:
        message = f"{claim.verdict}, but {claim.expected} was expected: {claim.reason}"
        failure = ET.SubElement(case, "failure", message=wording.clean(message), type=claim.verdict)
        failure.text = wording.clean(_details(claim))
    out = f"{claim.statement}\n{claim.verdict} ({claim.grade or 'no grade'}): {claim.reason}"
    ET.SubElement(case, "system-out").text = wording.clean(out)
    return case


def _details(claim: Claim) -> str:
    lines = [claim.statement]
    example = claim.counterexample
    if example is not None:
        at = ", ".join(f"{name}={wording.argument(value)}" for name, value in example.args.items())
        lines += [f"At {at}: {examples.apart(claim)}.", example.command]
    lines += [f"{name}: off by {wording.power(oracle.largest_violation, 2)}" for name, oracle in claim.evidence.items()]
    return "\n".join(line for line in lines if line)


def _counts(claims: Any) -> dict[str, str]:
    claims = list(claims)
    skipped = sum(claim.verdict == "inconclusive" for claim in claims)
    failures = sum(not claim.as_expected for claim in claims) - skipped
    return {
        "tests": str(len(claims)),
        "failures": str(failures),
        "errors": "0",
        "skipped": str(skipped),
        "time": f"{sum(claim.seconds for claim in claims):.3f}",
    }
