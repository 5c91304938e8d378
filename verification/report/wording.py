"""Numbers and sentences as the report prints them, in one place for page, terminal, Markdown and JUnit."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from verification.report.schema import Claim, Resolution, Results, Tightness

DOCUMENTS = {
    "hoffman": ("Hoffman et al.", "Hoffman, Riquelme and Johnson, The β-VAE’s Implicit Prior"),
    "infomax": ("InfoMax post", "The InfoMax post on β-VAEs, a guest post with Dóra Jámbor"),
    "kumar_poole": ("Kumar & Poole", "Kumar and Poole, On Implicit Regularization in β-VAEs"),
    "levy": ("Levy", "Levy, β-VAE"),
    "zheng": ("Zheng", "Zheng, Variational Autoencoder and Friends"),
    "sharper": ("Sharper", "Bounds and samplers that none of the sources ships"),
    "own": ("Beyond the sources", "Beyond the sources: results that none of them states"),
    "dependencies": ("Dependencies", "Self-checks of the libraries that the evidence leans on"),
}
GRADES = ("proved", "certified", "bounded", "sampled", "trained")
RELATIONS = {
    "equals": "equality",
    "at_most": "lower bound",
    "at_least": "upper bound",
    "order": "order of convergence",
    "limit": "limit",
    "optimal": "optimum",
    "stationary": "stationary point",
    "bias": "bias of an estimator",
    "distribution": "distribution of a sampler",
    "empirical": "observation on trained models",
}
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def clean(text: str) -> str:
    r"""Text of claims without what steers a terminal, hides in a page or turns its direction.

    >>> clean("a\x1b[31mb")
    'a�[31mb'
    """
    return _STEERING.sub("\ufffd", text)


def short(document: str) -> str:
    """The name of a source in a heading."""
    return DOCUMENTS.get(document, (document, document))[0]


def full(document: str) -> str:
    """Authors and title of a source."""
    return DOCUMENTS.get(document, (document, document))[1]


def count(number: int, noun: str, plural: str = "") -> str:
    """A count with its noun.

    >>> count(1, "claim"), count(1200, "case"), count(2, "verdict is", "verdicts are")
    ('1 claim', '1,200 cases', '2 verdicts are')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(words: Iterable[str]) -> str:
    """Words as English lists them.

    >>> listed(["(9)", "(10)", "(12)"])
    '(9), (10) and (12)'
    """
    items = list(words)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}" if items else ""


def value(number: Any) -> float | None:
    """A float, also from the words that stand for NaN and infinity in JSON; None where nothing was measured."""
    if number is None or isinstance(number, bool):
        return None
    try:
        return float(number)
    except (TypeError, ValueError):
        return None


def power(number: Any, digits: int = 1, ascii_only: bool = False) -> str:
    """A size: few digits and a power of ten.

    >>> power(9e-16), power(0.25, 2), power(1e-20), power(None), power(9e-16, ascii_only=True)
    ('9×10⁻¹⁶', '0.25', '10⁻²⁰', '–', '9e-16')
    """
    x = value(number)
    if x is None:
        return "-" if ascii_only else "–"
    if not math.isfinite(x):
        return "NaN" if math.isnan(x) else ("infinite" if x > 0 else "-infinite")
    if x == 0:
        return "0"
    if 1e-2 <= abs(x) < 1e4:
        text = f"{x:.{digits}g}" if abs(x) < 10 else f"{x:.{max(digits, len(str(int(abs(x)))))}g}"
        return text if ascii_only else text.replace("-", "−")
    mantissa, exponent = f"{x:.{digits - 1}e}".split("e")
    if ascii_only:
        return f"{mantissa}e{int(exponent)}"
    scale = "10" + str(int(exponent)).translate(_SUPERSCRIPT)
    return scale if mantissa == "1" else f"{mantissa.replace('-', '−')}×{scale}"


def argument(thing: Any) -> str:
    """An argument of a counterexample, numbers at full precision so that it can be typed again."""
    if isinstance(thing, (list, tuple)):
        return "[" + ", ".join(argument(inner) for inner in thing) + "]"
    if isinstance(thing, float):
        return repr(int(thing)) if thing.is_integer() and abs(thing) < 1e15 else repr(thing)
    return str(thing)


def interval(number: Any, radius: Any) -> str:
    """A value whose digits stop at its radius; an interval where the radius exceeds half the value.

    >>> interval(1.41421356237, 7e-10), interval(1.4142, 0.019), interval(0.1, 0.08)
    ('1.4142135624 ± 7×10⁻¹⁰', '1.414 ± 0.019', '0.02 … 0.18')
    """
    x, r = value(number), value(radius)
    if x is None:
        return argument(number) if number is not None else "–"
    if not math.isfinite(x):
        return power(x)
    if not r or not math.isfinite(r):
        return f"{x:.12g}".replace("-", "−")
    if r > abs(x) / 2:
        return f"{x - r:.2g} … {x + r:.2g}".replace("-", "−")
    places = max(0, 1 - math.floor(math.log10(r))) if r < 1 else 0
    places = places if r >= 1e-3 else places - 1
    if abs(x) < 1e-4 or abs(x) >= 1e9 or places > 17:
        return f"{power(x, 4)} ± {power(r)}"
    return f"{x:.{min(places, 17)}f} ± {power(r, 2 if r >= 1e-3 else 1)}".replace("-", "−")


def unit(name: str) -> str:
    """How a unit of resolution follows its number."""
    return {"relative": "rel.", "rel": "rel."}.get(name, name)


def sharpness(claim: Claim, ascii_only: bool = False) -> str:
    """What the overview prints of a claim's sharpness: an order, the tightest slack, or the resolution."""
    t = claim.tightness
    if t is not None and t.order is not None:
        return f"order {_two(t.order)}"
    if claim.resolution is not None and claim.resolution.best is not None:
        if not value(claim.resolution.best):
            return "any" if ascii_only else "anything at all"
        return f"{power(claim.resolution.best, ascii_only=ascii_only)} {unit(claim.resolution.unit)}"
    if t is not None and t.min is not None:
        return f"slack {power(t.min, ascii_only=ascii_only)} {t.unit}"
    return "-" if ascii_only else "–"


def sharpness_note(claim: Claim) -> str:
    """The second line below the sharpness."""
    t = claim.tightness
    if t is not None and t.order is not None:
        return f"needs {_two(t.needed)}" if t.needed is not None else ""
    if t is not None and t.min is not None and claim.resolution is not None:
        return f"slack from {power(t.min)}"
    return ""


def _two(number: Any) -> str:
    x = value(number)
    return "–" if x is None else f"{round(x, 2) + 0.0:.2f}" if math.isfinite(x) else power(x)


def resolution_sentence(resolution: Resolution | None) -> str:
    """What error would have been caught."""
    if resolution is None or resolution.best is None:
        return "No resolution was measured."
    kind = "A relative error" if unit(resolution.unit) == "rel." else "An error"
    tail = "" if unit(resolution.unit) == "rel." else f" {resolution.unit}"
    # Where both sides are exact, the smallest difference shows.
    exact = not value(resolution.best)
    text = (
        "Any difference at all" if exact else f"{kind} of {power(resolution.best)}{tail}"
    ) + " would have been caught"
    if value(resolution.median):
        text += f" in the best case, {'one ' * exact}of {power(resolution.median)}{tail} in the median case"
    return text + "."


def tightness_sentence(tightness: Tightness | None) -> str:
    """How tight a bound is, or at what order an approximation comes closer."""
    if tightness is None:
        return ""
    if tightness.order is not None:
        text = f"Observed order {_two(tightness.order)}"
        text += f", needed {_two(tightness.needed)}" if tightness.needed is not None else ""
        text += f"; leading coefficient {power(tightness.coefficient, 4)}" if tightness.coefficient is not None else ""
        return text + "."
    if tightness.left is not None:
        return (
            f"Distance to the limit: {power(tightness.start, 2)} at the start, {power(tightness.left, 2)} at the end."
        )
    parts = [
        f"{name} {power(number, 2)}"
        for name, number in (("least", tightness.min), ("median", tightness.median), ("greatest", tightness.max))
        if number is not None
    ]
    over = f" over {count(tightness.cases, 'case')}" if tightness.cases else ""
    return f"Slack of the bound in {tightness.unit}: {', '.join(parts)}{over}." if parts else ""


def accuracy_sentence(accuracy: Mapping[str, Any] | None) -> str:
    """How far each floating arithmetic strays from the ball value.

    >>> accuracy_sentence({"float64": 3e-16, "float32": 2e-7, "bound": 1e-12})
    'float64 within 3×10⁻¹⁶ of the ball value, float32 within 2×10⁻⁷; the bound for float64 is 10⁻¹².'
    """
    found = [(name, size) for name, size in (accuracy or {}).items() if name != "bound" and size is not None]
    if not accuracy or not found:
        return ""
    (first, size), *rest = found
    text = f"{first} within {power(size)} of the ball value"
    text += "".join(f", {name} within {power(size)}" for name, size in rest)
    bound = accuracy.get("bound")
    return f"{text}; the bound for float64 is {power(bound)}." if bound is not None else f"{text}."


def subdomains(claim: Claim) -> str:
    """The grade by sub-domain, strongest first.

    >>> from verification.report.schema import Claim
    >>> c = Claim(id="a", document="d", statement="", relation="equals", expected="supported", verdict="supported",
    ...           subdomains={"k = 1": "certified", "k = 3": "sampled", "k = 2": "certified"})
    >>> subdomains(c)
    'certified for k = 1 and k = 2; sampled for k = 3'
    """
    groups = [(grade, [name for name, found in claim.subdomains.items() if found == grade]) for grade in GRADES]
    return "; ".join(f"{grade} for {_alternatives(names)}" for grade, names in groups if names)


def _alternatives(names: list[str]) -> str:
    return "; for ".join(names) if any("," in name for name in names) else listed(names)


def verdict(claim: Claim) -> str:
    """The verdict as a reader meets it: a printed formula is refuted as printed, never wrong."""
    if claim.verdict == "refuted":
        return "Refuted as printed" if claim.printed else "Refuted"
    return claim.verdict.capitalize()


def equation(claim: Claim) -> str:
    """Where a claim is printed, as it stands in a sentence."""
    place = claim.equation.strip()
    return f"equation {place}" if re.fullmatch(r"\(\d+[a-z]?\)", place) else place or claim.id


def seconds(number: float) -> str:
    """A duration.

    >>> seconds(0.0421), seconds(12.34), seconds(312)
    ('42 ms', '12.3 s', '5 min 12 s')
    """
    if number < 1:
        return f"{1000 * number:.0f} ms"
    return f"{number:.1f} s" if number < 120 else f"{number // 60:.0f} min {number % 60:.0f} s"


def partial(results: Results) -> str:
    """What a report of a selection is not; nothing where everything was judged."""
    run, judged = results.run, len(results.claims)
    if not run.selection:
        return ""
    of = f" of {run.available:,}" if run.available and run.available > judged else ""
    chosen = listed(f"“{clean(pattern)}”" for pattern in run.selection)
    claims = f"{judged:,}{of} claims" if of else count(judged, "claim")
    return f"This is a selection: {claims}, those that answer to {chosen}."


def finding(results: Results) -> str:
    """The whole report in a sentence or three, with numbers: the title of the page."""
    claims = results.claims
    if not claims:
        return "No claim was judged."
    surprises = [claim for claim in claims if not claim.as_expected and claim.verdict != "inconclusive"]
    supported = [claim for claim in claims if claim.verdict == "supported"]
    refuted = [claim for claim in claims if claim.verdict == "refuted"]
    open_ = [claim for claim in claims if claim.verdict == "inconclusive"]
    parts = []
    if surprises:
        few = f": {listed(claim.id for claim in surprises)}" if len(surprises) <= 3 else ""
        not_so = (
            "1 verdict is not the expected one"
            if len(surprises) == 1
            else f"{len(surprises)} verdicts are not as expected"
        )
        parts.append(f"{not_so}{few}.")
    if len(supported) == len(claims):
        parts.append(f"All {count(len(claims), 'claim')} hold." if len(claims) > 1 else "The claim holds.")
    else:
        held = f"{len(supported)} of {len(claims)}" if supported else f"None of {len(claims)}"
        if len(claims) > 1:
            parts.append(f"{held} claims {'hold' if len(supported) != 1 else 'holds'}.")
    if refuted:
        parts.append(_refuted(results, refuted))
    if open_:
        parts.append(f"{count(len(open_), 'claim is', 'claims are')} inconclusive.")
    return " ".join(parts)


def _refuted(results: Results, refuted: list[Claim]) -> str:
    mended = [found for claim in refuted if (found := results.claim(claim.corrected)) and found.verdict == "supported"]
    printed = all(claim.printed for claim in refuted)
    places = list(dict.fromkeys(equation(claim) for claim in refuted))
    how = "refuted as printed" if printed else "refuted"
    if len(places) <= 3:
        numbers = [place.removeprefix("equation ") for place in places]
        if all(place.startswith("equation ") for place in places) and len(places) > 1:
            who = f"equations {listed(numbers)}"
        else:
            who = listed(places)
        verb = "is" if len(places) == 1 else "are"
    else:
        verb, own = "are", sum(not claim.printed for claim in refuted)
        who = count(len(refuted) - own if own < len(refuted) else own, "formula", "formulas")
        if 0 < own < len(refuted):
            how = f"refuted as printed, and {own} that no source prints"
    tail = ""
    if mended and len(mended) == len(refuted):
        tail = "; its correction holds" if len(refuted) == 1 else "; every correction holds"
    elif mended:
        tail = f"; {count(len(mended), 'correction holds', 'corrections hold')}"
    sentence = f"{who} {verb} {how}{tail}."
    return sentence[0].upper() + sentence[1:]


def summary(results: Results) -> str:
    """The lines below the title: what the finding rests on."""
    claims = results.claims
    cases = sum(oracle.cases for claim in claims for oracle in claim.evidence.values() if not oracle.dropped)
    planted = sum(len(claim.mutants) for claim in claims)
    caught = sum(1 for claim in claims for by in claim.mutants.values() if by)
    parts = [told] if (told := partial(results)) else []
    if claims and all(claim.as_expected for claim in claims):
        parts.append("Every verdict is the expected one.")
    elif claims and all(claim.as_expected or claim.verdict == "inconclusive" for claim in claims):
        parts.append("Every other verdict is the expected one.")
    parts.append(f"{count(cases, 'case was', 'cases were')} compared.")
    if planted:
        all_ = f"all {planted:,}" if caught == planted else f"{caught:,} of {planted:,}"
        parts.append(f"{all_} planted mistakes were caught.".capitalize())
    alarm = power(results.run.false_alarm)
    parts.append(f"The chance that any sampled check of the whole run raised a false alarm is below {alarm}.")
    return " ".join(parts)
