"""LaTeX to MathML that reads well without a script: known commands only, mended operators, lines that a phone holds."""

from __future__ import annotations

import difflib
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Sequence
from functools import lru_cache

from markupsafe import Markup, escape

# Only what was looked at in a browser: latex2mathml gets other commands wrong without saying so.
ALLOWED = frozenset(
    re.findall(
        r"\w+",
        r"""
        alpha beta gamma delta epsilon varepsilon zeta eta theta kappa lambda mu nu xi pi rho sigma tau phi varphi chi
        psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega ell hbar infty partial nabla emptyset forall exists
        top frac tfrac dfrac sqrt sum prod int lim max min sup inf arg log ln exp det Pr
        mathrm mathbf mathcal mathbb text operatorname hat bar tilde vec dot overline underline widehat widetilde
        left right big Big bigl bigr Bigl Bigr lvert rvert lVert rVert langle rangle lfloor rfloor lceil rceil
        mid vert Vert cdot times pm mp circ odot oplus otimes cup cap to mapsto
        rightarrow leftarrow Rightarrow Leftrightarrow le leq ge geq ne neq approx sim simeq equiv propto ll gg
        in notin subset subseteq prec succ preceq succeq triangleq perp parallel
        ldots cdots dots quad qquad prime star ast dagger limits nolimits
        """,
    )
)
SYMBOLS = frozenset(",;:!|{}%&#_ \\")
ENVIRONMENTS = frozenset({"align*", "aligned"})
RELATIONS = frozenset("=≈≤≥<>≜≡∝≠∼≃→⇒⇔∈≪≫⪯⪰≺≻⊂⊆")
OPENING, CLOSING = frozenset("([{⟨⌊⌈"), frozenset(")]}⟩⌋⌉")
BARS = frozenset("|‖∥")
# In units of 1 em; a phone of 320 px holds about 16 of them at the size formulas are set there.
WIDEST = 15.5

_ELEMENTS = frozenset(
    re.findall(
        r"\w+",
        "math mrow mi mn mo mtext mspace mfrac msqrt mroot msub msup msubsup munder mover munderover mstyle mpadded",
    )
)
_TALL = frozenset({"mfrac", "msqrt", "mroot", "munder", "mover", "munderover", "msubsup"})
_COMMAND = re.compile(r"\\([A-Za-z]+\*?|.)", re.DOTALL)
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\s+|[A-Za-z0-9.]+|.", re.DOTALL)


class MathError(ValueError):
    """A formula that the report cannot set; its message is one sentence for the formula's author."""


def check(latex: str) -> None:
    r"""Raises MathError, naming the command, where a formula goes beyond what was seen to come out right.

    >>> check(r"\bm{\mu}")
    Traceback (most recent call last):
    ...
    verification.report.math.MathError: The LaTeX command \bm is not on the report's allow-list (formula: \bm{\mu}).
    """
    text = latex
    for environment in re.findall(r"\\(?:begin|end)\{([^}]*)\}", text):
        if environment not in ENVIRONMENTS:
            raise MathError(
                f"The LaTeX environment {environment} is not on the report's allow-list (formula: {latex})."
            )
    text = re.sub(r"\\(?:begin|end)\{[^}]*\}", "", text)
    for name in _COMMAND.findall(text):
        if name not in ALLOWED and name not in SYMBOLS:
            raise MathError(f"The LaTeX command \\{name} is not on the report's allow-list (formula: {latex}).")
    if "$" in text:
        raise MathError(f"A formula carries no dollar sign of its own (formula: {latex}).")
    if re.search(r"\\math(bb|cal)\s*(?!\{[A-Z]+\}|\s*[A-Z])", text):
        raise MathError(f"\\mathbb and \\mathcal take capital letters only (formula: {latex}).")
    if _unbalanced(text):
        raise MathError(f"The braces of a formula do not pair up (formula: {latex}).")


def _unbalanced(text: str) -> bool:
    depth = 0
    for token in re.findall(r"\\.|[{}]", text, re.DOTALL):
        depth += {"{": 1, "}": -1}.get(token, 0)
        if depth < 0:
            return True
    return depth != 0


def display(latex: str, against: str = "") -> Markup:
    """A formula as a block of MathML that breaks at its relations; what ``against`` lacks is marked."""
    rows = _rows(latex)
    known = [key for row in _rows(against) for node in _nodes(row) for key in [_key(node)]] if against else None
    lines = []
    for row in rows:
        marked = _marked(_nodes(row), known)
        pieces = "".join(_math(piece) for piece in _pieces(marked))
        lines.append(f'<span class="line">{pieces}</span>')
    return Markup(f'<span class="formula">{"".join(lines)}</span>')


def inline(latex: str) -> Markup:
    """A short formula within a line of text."""
    return Markup("".join(_math(_nodes(row)) for row in _rows(latex)).replace(' displaystyle="true"', ""))


def plain(latex: str) -> str:
    r"""The formula on one line of text, for terminals and for readers that do not speak MathML.

    >>> plain(r"D \approx |\Sigma|^{\beta/2}")
    'D ≈ |Σ|^(β/2)'
    """
    return "; ".join(_text(_nodes(row)) for row in _rows(latex))


def source(latex: str, against: str = "") -> Markup:
    """The LaTeX itself, for copying; what ``against`` lacks stands in ``<ins>``."""
    tokens = _TOKEN.findall(latex)
    if not against:
        return Markup(escape(latex))
    added = _added(list(_TOKEN.findall(against)), tokens)
    out = []
    for token, new in zip(tokens, added, strict=True):
        out.append(f"<ins>{escape(token)}</ins>" if new and not token.isspace() else str(escape(token)))
    return Markup("".join(out).replace("</ins><ins>", ""))


def _rows(latex: str) -> list[str]:
    """One string a printed line: environments and alignment marks are dropped, because lines are laid out here."""
    check(latex)
    text = re.sub(r"\\(?:begin|end)\{[^}]*\}", "", latex)
    text = re.sub(r"(?<!\\)&", "", text)
    return [row.strip() for row in re.split(r"\\\\", text) if row.strip()]


@lru_cache(maxsize=4096)
def _nodes(row: str) -> tuple[ET.Element, ...]:
    from latex2mathml.converter import convert

    try:
        known = re.sub(r"\\arg(?![A-Za-z])", r"\\operatorname{arg}", row)
        # The converter copies the inside of \\text into its XML as it stands.
        known = re.sub(r"\\text\s*\{[^{}]*\}", lambda match: str(escape(match.group())), known)
        tree = ET.fromstring(convert(known, display="block").replace(' xmlns="http://www.w3.org/1998/Math/MathML"', ""))
    except Exception as error:  # its errors are of many unrelated classes
        raise MathError(f"latex2mathml does not understand the formula {row} ({type(error).__name__}).") from None
    if strange := {node.tag for node in tree.iter()} - _ELEMENTS:
        raise MathError(f"latex2mathml makes {', '.join(sorted(strange))} of the formula {row}.")
    body = tree[0] if len(tree) == 1 and tree[0].tag == "mrow" else tree
    _mend(body)
    return tuple(body)


def _mend(row: ET.Element) -> None:
    """What the converter leaves to chance: names of several letters, gaps after functions, bars, slashes, signs."""
    for child in row:
        _mend(child)
        if child.tag in ("munder", "munderover") and child[0].text == "∫":
            child.tag = {"munder": "msub", "munderover": "msubsup"}[child.tag]
    if row.tag == "mrow":
        _fit_brackets(row)
    if row.tag in ("mrow", "math", "mstyle", "msqrt"):
        _join_letters(row)
        _space_functions(row)
        _pair_bars(row)
    for child in row:
        text = (child.text or "").strip()
        if child.tag == "mi" and re.fullmatch("[Α-Ω]", text):
            child.set("mathvariant", "normal")
        if child.tag == "mi" and text in (";", ",", "!", ":"):
            child.tag, child.text = "mo", text
            child.set("separator", "true")
        if child.tag == "mo" and text == "/":
            child.set("lspace", "0")
            child.set("rspace", "0")
        if child.tag == "mo" and text in ("−", "-", "+") and row.tag in ("mrow", "math"):
            before = list(row).index(child) - 1
            previous = row[before] if before >= 0 else None
            if previous is None or (previous.tag == "mo" and (previous.text or "") not in CLOSING | BARS | {"⊤", "!"}):
                child.set("form", "prefix")
                child.set("lspace", "0")
                child.set("rspace", "0")


def _fit_brackets(row: ET.Element) -> None:
    """Brackets stretch unless told not to, and a stretchy one around low things is set with a gap on either side."""
    ends = [e for e in (row[0], row[-1]) if e.tag == "mo" and (e.text or "") in OPENING | CLOSING] if len(row) else []
    low = not any(e.tag in _TALL or e.get("stretchy") == "true" for child in row[1:-1] for e in child.iter())
    for bracket in [e for e in ends if e.get("stretchy") == "true"]:
        kept = {"form": bracket.get("form", "infix")} | ({"stretchy": "false"} if low and len(ends) == 2 else {})
        bracket.attrib.clear()
        bracket.attrib.update(kept)


def _join_letters(row: ET.Element) -> None:
    """An upright row of single letters is one name: MathML would set it as a product otherwise."""
    letters = list(row)
    if len(letters) > 1 and all(
        e.tag == "mi" and e.get("mathvariant") == "normal" and len(e.text or "") == 1 for e in letters
    ):
        name = ET.Element("mi")
        name.text = "".join(e.text or "" for e in letters)
        row[:] = [name]


def _space_functions(row: ET.Element) -> None:
    for index, child in reversed(list(enumerate(row))):
        text = child.text or ""
        if child.tag == "mo" and len(text) > 1 and text.isalpha():
            child.tag = "mi"
        name = child if child.tag in ("mi", "mrow") else child[0] if child.tag in ("msub", "msup", "msubsup") else None
        word = (name.text or "") if name is not None and name.tag == "mi" else ""
        if name is not None and name.tag == "mrow" and len(name) == 1 and name[0].tag == "mi":
            word = name[0].text or ""
        if len(word) > 1 and word.isalpha() and index + 1 < len(row):
            follower = row[index + 1]
            opens = (follower.text or "").strip() in OPENING | {"["} and follower.tag == "mo"
            fenced = follower.tag == "mrow" and len(follower) > 0 and (follower[0].text or "") in OPENING | BARS
            operator = follower.tag == "mo" and not opens and (follower.text or "") not in BARS
            if not (opens or fenced or operator):
                row.insert(index + 1, ET.Element("mspace", width="0.167em"))
        if len(word) > 1 and word.isalpha() and index > 0 and row[index - 1].tag not in ("mo", "mspace"):
            row.insert(index, ET.Element("mspace", width="0.167em"))


def _pair_bars(row: ET.Element) -> None:
    """Bars open and close by turns, and one alone between its brackets divides: without a form they are set wrong."""
    groups: dict[tuple[int, str], list[tuple[ET.Element, bool]]] = {}
    stack, opened = [0], 0
    for child in row:
        scripted = child.tag in ("msup", "msub", "msubsup") and len(child) > 0
        inner = child[0] if scripted else child
        text = (inner.text or "") if inner.tag == "mo" else ""
        if text in OPENING:
            opened += 1
            stack.append(opened)
        elif text in CLOSING and len(stack) > 1:
            stack.pop()
        elif text in BARS and inner.get("fence") != "true":
            groups.setdefault((stack[-1], text), []).append((inner, scripted))
    for bars in groups.values():
        alone = len(bars) == 1 and not bars[0][1]
        for turn, (bar, _) in enumerate(bars):
            gap = "0.2em" if alone else "0"
            form = "infix" if alone else ("prefix", "postfix")[turn % 2]
            bar.attrib.update(form=form, stretchy="false", lspace=gap, rspace=gap)


def _width(node: ET.Element) -> float:
    """About how many em an element takes: enough to choose where to break, never used to place anything."""
    if node.tag in ("mi", "mn", "mo", "mtext"):
        text = node.text or ""
        gap = 0.55 if text in RELATIONS else 0.45 if text in "+−" and node.get("form") != "prefix" else 0.0
        return 0.55 * len(text) + gap
    if node.tag == "mspace":
        return float((node.get("width") or "0em").removesuffix("em"))
    if node.tag == "mfrac":
        return max(_width(node[0]), _width(node[1])) * 0.95 + 0.2
    if node.tag in ("munder", "mover", "munderover"):
        return max([_width(node[0]) * 1.6, *(_width(child) * 0.72 for child in node[1:])])
    if node.tag in ("msub", "msup", "msubsup"):
        return _width(node[0]) + max(_width(child) for child in node[1:]) * 0.72
    return sum(_width(child) for child in node) + (0.6 if node.tag == "msqrt" else 0.0)


def _pieces(nodes: Sequence[ET.Element]) -> list[list[ET.Element]]:
    """Cuts a line before its relations, and where a piece is too wide still, before a sign or a factor."""
    pieces: list[list[ET.Element]] = [[]]
    for node, depth in _with_depth(nodes):
        if depth == 0 and pieces[-1] and node.tag == "mo" and (node.text or "") in RELATIONS:
            pieces.append([])
        pieces[-1].append(node)
        if depth == 0 and node.tag == "mspace" and _width(node) >= 1:
            pieces.append([])
    return [part for piece in pieces if piece for part in _narrow(piece)]


def _narrow(piece: list[ET.Element]) -> list[list[ET.Element]]:
    if sum(map(_width, piece)) <= WIDEST:
        return [piece]
    options = []
    for index, (node, depth) in enumerate(_with_depth(piece)):
        so_far = sum(map(_width, piece[:index]))
        if depth or index < 2 or so_far > WIDEST or so_far < 3:
            continue
        text = node.text or ""
        binary = node.tag == "mo" and text in "+−" and node.get("form") != "prefix"
        base = (node[0].text or "") if node.tag in ("msub", "msup", "msubsup") else text
        factor = node.tag in ("munder", "munderover", "mfrac") or base in ("exp", "log", "∫", "𝔼", "𝒩")
        if binary or factor:
            options.append((binary, so_far, index))
    if not options:
        return [piece]
    _, _, cut = max(options)
    return [piece[:cut], *_narrow(piece[cut:])]


def _with_depth(nodes: Sequence[ET.Element]) -> list[tuple[ET.Element, int]]:
    depth, found = 0, []
    for node in nodes:
        inner = node[0] if node.tag in ("msup", "msub", "msubsup") and len(node) else node
        text = (inner.text or "").strip() if inner.tag == "mo" else ""
        if text in CLOSING and text:
            depth -= 1
        found.append((node, max(depth, 0)))
        if text in OPENING and text:
            depth += 1
    return found


def _key(node: ET.Element) -> str:
    return ET.tostring(node, encoding="unicode")


def _added(old: Sequence[str], new: Sequence[str]) -> list[bool]:
    marks = [False] * len(new)
    for tag, _, _, start, end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag in ("insert", "replace"):
            marks[start:end] = [True] * (end - start)
    return marks


def _marked(nodes: Sequence[ET.Element], known: list[str] | None) -> list[ET.Element]:
    """Runs of elements that the printed formula lacks are wrapped in one marked row each."""
    if known is None:
        return list(nodes)
    out: list[ET.Element] = []
    for node, new in zip(nodes, _added(known, [_key(node) for node in nodes]), strict=True):
        if not new:
            if out and out[-1].get("class") == "added":
                out.append(ET.Element("mspace", width="0.17em"))
            out.append(node)
        elif node.tag == "mo" and (node.text or "") in RELATIONS:
            out.append(node)
        elif out and out[-1].get("class") == "added":
            out[-1].append(node)
        else:
            row = ET.Element("mrow", {"class": "added"})
            row.append(node)
            out += [ET.Element("mspace", width="0.17em"), row]
    return out


def _math(piece: Sequence[ET.Element]) -> str:
    math = ET.Element("math", {"displaystyle": "true", "alttext": _text(piece)})
    for index, node in enumerate(piece):
        between = (node.text or "") in RELATIONS or (node.text or "") in "+−"
        if index == 0 and node.tag == "mo" and between and node.get("form") is None:
            # A relation or a sign that opens a line is still between two sides: without its form it is set as a prefix.
            node = ET.Element("mo", {**node.attrib, "form": "infix"})
            node.text = piece[0].text
        math.append(node)
    return ET.tostring(math, encoding="unicode")


def _text(nodes: Sequence[ET.Element]) -> str:
    return re.sub(r"\s+", " ", _say_row(nodes)).replace("( ", "(").strip()


def _say_row(row: Iterable[ET.Element]) -> str:
    nodes = list(row)
    said = []
    for node in nodes:
        fraction = node.tag == "mfrac" or (node.tag == "mstyle" and len(node) == 1 and node[0].tag == "mfrac")
        said.append(f"({_say(node)})" if fraction and len(nodes) > 1 else _say(node))
    return "".join(said)


def _say(node: ET.Element) -> str:
    if node.tag in ("mi", "mn", "mtext"):
        return node.text or ""
    if node.tag == "mo":
        return _say_operator(node)
    if node.tag == "mspace":
        return " "
    if node.tag not in ("mfrac", "msub", "munder", "msup", "mover", "msubsup", "munderover"):
        return f"√({_say_row(node)})" if node.tag == "msqrt" else _say_row(node)
    first, *rest = (_say(child) for child in node)
    if node.tag == "mfrac":
        return f"{_group(first)}/{_group(rest[0])}"
    if node.tag in ("msub", "munder"):
        return f"{first}_{_group(rest[0])}" + (" " if first in "∑∏∫" or (len(first) > 1 and first.isalpha()) else "")
    if node.tag in ("msup", "mover"):
        return first + (rest[0] if rest[0] in ("′", "⊤", "*") else f"^{_group(rest[0])}")
    return f"{first}_{_group(rest[0])}^{_group(rest[1])}" + (" " if first in "∑∏∫" else "")


def _say_operator(node: ET.Element) -> str:
    text = node.text or ""
    binary = text in "+−" and node.get("form") != "prefix"
    divided = text in BARS and node.get("form") == "infix"
    if text in RELATIONS or binary or divided:
        return f" {text} "
    return f"{text} " if text in (",", ";") else text


def _group(text: str) -> str:
    bare = text.strip()
    return bare if len(bare) == 1 or re.fullmatch(r"[0-9.]+", bare) else f"({bare})"
