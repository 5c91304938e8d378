"""Cases as a user types them after --at."""

from __future__ import annotations

from math import inf, isnan
from types import SimpleNamespace

import numpy as np
import pytest

from verification.cases import answer, beyond, fitting, parse_case
from verification.console import Refusal


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("beta=0.5", {"beta": 0.5}),
        ("mu=[0, -1.5], Sigma = [[1, 0], [0, 1]]; beta=.5", {"mu": [0, -1.5], "Sigma": [[1, 0], [0, 1]], "beta": 0.5}),
        ("log_q=[-inf,0.0] beta=inf", {"log_q": [-inf, 0.0], "beta": inf}),
    ],
)
def test_a_case_is_read_as_it_is_printed(text, case):
    assert parse_case(text) == case


def test_nan_is_read_as_nan():
    assert isnan(parse_case("mu=[nan]")["mu"][0])


@pytest.mark.parametrize(
    "text",
    ["", "0.5", "beta=", "beta=[", "beta=os", "x beta=1", "beta=0.5 beta=0.6", "beta='a'", "beta=True", "beta={1: 2}"],
)
def test_a_case_that_is_none_is_refused(text):
    with pytest.raises(Refusal, match="--at"):
        parse_case(text)


def claim(**domain):
    example = {"mu": np.zeros(1), "Sigma": np.eye(1), "beta": np.asarray(0.5)}
    return SimpleNamespace(
        id="a.b", domain=SimpleNamespace(**{"name": "D", "witnesses": (example,), "requires": None, **domain})
    )


def test_a_fitting_case_becomes_arrays():
    case = fitting(claim(), parse_case("mu=[1, 2] Sigma=[[1, 0], [0, 2]] beta=0.5"))
    assert {name: array.shape for name, array in case.items()} == {"mu": (2,), "Sigma": (2, 2), "beta": ()}


def test_one_number_stands_for_a_vector_of_one():
    assert fitting(claim(), parse_case("mu=1 Sigma=2"))["Sigma"].shape == (1, 1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("mu=[0] Sigma=[[-1]]", "Sigma is not positive definite (smallest eigenvalue -1"),
        ("mu=[0, 0] Sigma=[[1, 0.5], [0, 1]]", "Sigma is not symmetric"),
        ("mu=[0, 0] Sigma=[[1]]", "k = 1"),
        ("mu=[[0]] Sigma=[[1, 2]]", "Sigma has shape (1, 2)"),
        ("mu=[[0, 1]]", "mu has 2 axes and a.b takes 1"),
        ("mu=[nan]", "mu[0] is nan"),
        ("beta=inf", "beta is inf"),
        ("Sigma=[[1, 0], [0]]", "the rows of Sigma differ in length"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence(text, said):
    with pytest.raises(Refusal) as refusal:
        fitting(claim(), parse_case(text))
    assert said in str(refusal.value)


def test_a_case_outside_the_domain_is_refused():
    with pytest.raises(Refusal, match="outside the claim's domain"):
        fitting(claim(requires=lambda mu, Sigma, beta: beta < 1), parse_case("mu=[0] Sigma=[[1]] beta=2"))


@pytest.mark.parametrize(("value", "radius"), [(float("nan"), 0.0), (1.0, inf)])
def test_an_oracle_without_a_number_neither_agrees_nor_refutes(value, radius):
    said = {"value": [value], "radius": [radius], "decides": False, "violates": False}
    assert answer(said) == f"no answer: [{value}], radius [{radius}]"


def test_an_oracle_with_a_number_agrees_or_does_not():
    said = {"value": [1.0], "radius": [0.0], "decides": True, "violates": False}
    assert answer(said) == "[1.0], radius [0.0], the formula agrees"
    assert answer(said | {"violates": True}) == "[1.0], radius [0.0], the formula is outside"


def judged_on(**arguments):
    batch = SimpleNamespace(args={name: np.asarray(values, float) for name, values in arguments.items()})
    domain = SimpleNamespace(name="sets", batches=lambda seed, draws: [batch])
    return SimpleNamespace(id="a.b", domain=domain)


def test_a_number_beyond_all_cases_is_said_to_be():
    one = judged_on(beta=[0.1, 0.9])
    assert beyond(one, {"beta": np.array(0.5)}) is None
    assert "beta = 3 lies outside" in beyond(one, {"beta": np.array(3.0)})
    assert "from 0.1 to 0.9" in beyond(one, {"beta": np.array(-1.0)})


def test_what_is_no_law_where_all_cases_are_is_said_to_be():
    laws = judged_on(log_q=np.log([[[0.5, 0.5], [0.25, 0.75]]]))
    assert beyond(laws, {"log_q": np.log([[0.1, 0.9], [0.5, 0.5]])}) is None
    assert "sums to 1.5" in beyond(laws, {"log_q": np.log([[0.5, 1.0], [0.5, 0.5]])})
    assert beyond(judged_on(log_q=[[[0.0, 0.0]]]), {"log_q": np.zeros((1, 2))}) is None


def test_show_says_so_of_a_shipped_claim_and_answers_all_the_same():
    from verification.run import select

    (one,) = select(["hoffman.eq8.optimal"])
    case = {name: np.asarray(value, float) for name, value in one.domain.witnesses[0].items()}
    assert beyond(one, case) is None
