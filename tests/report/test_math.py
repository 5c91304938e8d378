"""Formulas come out as MathML that says what the LaTeX says, or not at all."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from types import ModuleType

import pytest

from verification.report import html, math
from verification.report.math import MathError


def pieces(latex: str, against: str = "") -> list[ET.Element]:
    return list(ET.fromstring(str(math.display(latex, against))).iter("math"))


@pytest.mark.parametrize(
    "latex",
    [
        r"\bm{\mu}",
        r"\boldsymbol\mu",
        r"\mathscr{L}",
        r"\mathbb{1}",
        r"\mathbb 1",
        r"\mathcal{n}",
        r"\operatorname*{argmax}",
        r"\Big\| x \Big\| \unknown",
        r"\boxed{x}",
        r"\cancel{x}",
        r"x \tag{3}",
        r"\text{a $b$ c}",
        r"\begin{matrix} a \end{matrix}",
        r"\href{https://example.org}{x}",
        r"\frac{1}{2",
        r"a}{b",
    ],
)
def test_what_the_converter_gets_wrong_is_refused_in_a_sentence(latex: str) -> None:
    with pytest.raises(MathError) as caught:
        math.check(latex)
    assert str(caught.value).endswith(").") and "\n" not in str(caught.value)


@pytest.mark.parametrize("command", sorted(math.ALLOWED))
def test_every_allowed_command_is_known_to_the_converter(command: str) -> None:
    arguments = {
        "frac": "{a}{b}",
        "tfrac": "{a}{b}",
        "dfrac": "{a}{b}",
        "text": "{a}",
        "mathbb": "{E}",
        "mathcal": "{N}",
        "operatorname": "{tr}",
        "left": r"( a \right)",
        "limits": None,
        "nolimits": None,
        "right": None,
    }
    after = arguments.get(command, "{a}")
    if after is None:
        latex = r"\left( a \right)" if command == "right" else rf"\sum\{command}_a"
    elif command.lower().startswith("big"):
        latex = rf"\{command}( a"
    else:
        latex = rf"\{command}{after}"
    for piece in pieces(latex):
        assert "\\" not in "".join(piece.itertext()), "an unknown command is set as its own name"


def test_a_claim_with_an_unknown_command_stops_the_page_and_is_named(sample: ModuleType) -> None:
    raw = sample.only("hoffman.eq1")
    raw["claims"][0]["latex"] = r"\bm{x}"
    with pytest.raises(MathError, match=r"^hoffman\.eq1: .*\\bm"):
        html.render(raw)


def test_a_line_breaks_before_its_relations() -> None:
    texts = ["".join(piece.itertext()) for piece in pieces(r"a = b + c \le d")]
    assert texts == ["a", "=b+c", "≤d"]
    assert [piece[0].get("form") for piece in pieces(r"a = b \le d")[1:]] == ["infix", "infix"]


def test_a_relation_between_brackets_does_not_break() -> None:
    assert len(pieces(r"\Pr(x = y) > 0")) == 2


def test_a_wide_formula_is_cut_into_pieces_that_a_phone_holds(sample: ModuleType) -> None:
    rows = [record["latex"] for record in sample.claims() if record["latex"]]
    widths = {max(sum(map(math._width, piece)) for piece in pieces(latex)): latex for latex in rows}
    assert max(widths) <= math.WIDEST, widths[max(widths)]


def test_lines_of_an_aligned_formula_are_lines() -> None:
    page = str(math.display(r"\begin{align*} a &= b \\ &= c \end{align*}"))
    assert page.count('class="line"') == 2


def test_bars_pair_up_and_one_alone_divides() -> None:
    forms = [bar.get("form") for bar in pieces(r"|\Sigma|^{2} |x|")[0].iter("mo") if bar.text == "|"]
    assert forms == ["prefix", "postfix", "prefix", "postfix"]
    for latex in (r"\mathrm{KL}(q \| p) + \mathrm{KL}(p \| q)", r"p(x | z) + p(z | x)"):
        bars = [bar for piece in pieces(latex) for bar in piece.iter("mo") if bar.text in ("|", "‖")]
        assert {bar.get("form") for bar in bars} == {"infix"}


def test_a_leading_sign_is_no_operation() -> None:
    signs = [sign.get("form") for sign in pieces(r"-a - b(-c)")[0].iter("mo") if sign.text == "−"]
    assert signs == ["prefix", None, "prefix"]


def test_names_of_several_letters_are_one_name() -> None:
    names = [name.text for name in pieces(r"\mathrm{KL}(q) + \operatorname{tr} A")[0].iter("mi")]
    assert names == ["KL", "q", "tr", "A"]


def test_brackets_stretch_around_what_is_tall_alone() -> None:
    def stretched(latex: str) -> list[str | None]:
        return [e.get("stretchy") for piece in pieces(latex) for e in piece.iter("mo") if (e.text or "") in "()"]

    assert stretched(r"\left(1 - \beta\right) z") == ["false", "false"]
    assert stretched(r"\frac{r(z)}{q(z)}") == ["false"] * 4
    assert stretched(r"\left(\frac{1}{2}\right)") == [None, None]


def test_what_the_print_lacks_is_marked() -> None:
    latex, printed = r"D \approx (1-\beta)^{-k/2} |\Sigma|^{\beta/2}", r"D \approx |\Sigma|^{\beta/2}"
    marked = [row for piece in pieces(latex, printed) for row in piece.iter("mrow") if row.get("class") == "added"]
    assert ["".join(row.itertext()) for row in marked] == ["(1−β)−k/2"]
    assert str(math.source(latex, printed)).count("<ins>") == 1
    assert not [row for piece in pieces(latex, latex) for row in piece.iter("mrow") if row.get("class") == "added"]


def test_every_piece_is_said_in_words() -> None:
    assert [piece.get("alttext") for piece in pieces(r"D = \frac{a+b}{2}")] == ["D", "= ((a + b)/2)"]
    assert math.plain(r"\log C \ge \frac{1}{N}\sum_n D_n") == "log C ≥ (1/N)∑_n D_n"


@pytest.mark.parametrize("latex", [r"\text{<script>alert(1)</script>}", r"a < b \& c", r"""\text{"'}"""])
def test_a_formula_cannot_leave_its_place(latex: str) -> None:
    page = str(math.display(latex)) + str(math.source(latex))
    assert "<script" not in page and not re.search(r"<(?!/?(span|math|m[a-z]+|ins)\b)", page)


def test_the_font_that_the_page_carries_has_every_sign_that_formulas_may_use(sample: ModuleType) -> None:
    from fontTools.ttLib import TTFont

    carried = set(TTFont(html.TEMPLATES / "math.woff").getBestCmap())
    accents = {"frac": "ab", "tfrac": "ab", "dfrac": "ab", "text": "a", "operatorname": "{tr}"}
    plain = math.ALLOWED - {name for name in math.ALLOWED if name.lower().startswith("big")}
    plain -= {"left", "right", "limits", "nolimits", "mathbb", "mathcal", "text", "operatorname"}
    formulas = [rf"\{name} {accents.get(name, 'a')}" for name in sorted(plain)]
    for capital in map(chr, range(ord("A"), ord("Z") + 1)):
        formulas += [rf"\mathbb{{{capital}}}\mathcal{{{capital}}}\mathbf{{{capital}}}{capital}{capital.lower()}"]
    formulas += [record["latex"] for record in sample.claims()]
    used = {sign for latex in formulas for piece in pieces(latex or "x") for sign in "".join(piece.itertext())}
    # The letters of a name in italics are drawn from the mathematical alphabet.
    assert {sign for sign in used if ord(sign) not in carried} == set()
