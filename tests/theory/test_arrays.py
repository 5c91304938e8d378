import subprocess
import sys

import numpy as np
import pytest
import sympy
import torch
from flint import arb

from theory import arrays

A = np.array([[2.0, 0.5, 0.1], [0.5, 1.0, -0.3], [0.1, -0.3, 0.7]])
GOOD_BAD = np.stack([A, np.diag([1.0, -1.0, 1.0]), 2 * A])
KINDS = {"numpy": np.asarray, "torch": torch.tensor, "balls": np.frompyfunc(arb, 1, 1)}


@pytest.fixture(params=KINDS)
def kind(request):
    return KINDS[request.param]


def floats(x):
    return arrays.as_float(x)


def test_linear_algebra_is_numpys(kind):
    v, B = np.array([1.0, -2.0, 0.5]), np.arange(6.0).reshape(3, 2)
    assert floats(arrays.log_det(kind(A))) == pytest.approx(np.log(np.linalg.det(A)), rel=1e-13)
    assert floats(arrays.inv_quad(kind(A), kind(v))) == pytest.approx(v @ np.linalg.solve(A, v), rel=1e-13)
    np.testing.assert_allclose(floats(arrays.solve(kind(A), kind(B))), np.linalg.solve(A, B), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(floats(arrays.matvec(kind(A), kind(v))), A @ v, rtol=1e-13)
    assert floats(arrays.trace(kind(A))) == pytest.approx(3.7, rel=1e-13)
    np.testing.assert_allclose(floats(arrays.outer(kind(v), kind(2 * v))), np.outer(v, 2 * v), rtol=1e-13)


def test_a_bad_case_is_nan_in_its_place_and_the_others_stand(kind):
    v = np.ones((3, 3))
    for result in (arrays.log_det(kind(GOOD_BAD)), arrays.inv_quad(kind(GOOD_BAD), kind(v))):
        assert np.isnan(floats(result)).tolist()[::2] == [False, False]
    assert np.isnan(floats(arrays.log_det(kind(GOOD_BAD)))[1])
    truth = np.log(np.linalg.det(GOOD_BAD[::2]))
    np.testing.assert_allclose(floats(arrays.log_det(kind(GOOD_BAD)))[::2], truth, rtol=1e-13)


def test_a_bad_case_keeps_the_others_factors(kind):
    if kind is not KINDS["balls"]:
        L = floats(arrays.cholesky(kind(GOOD_BAD)))
        np.testing.assert_allclose(L[::2] @ L[::2].mT, GOOD_BAD[::2], rtol=1e-13, atol=1e-15)


def test_inv_quad_broadcasts_either_way(kind):
    rng = np.random.default_rng(0)
    stack = np.stack([A, 2 * A])
    for v in (rng.normal(size=3), rng.normal(size=(2, 3)), rng.normal(size=(5, 2, 3)), rng.normal(size=(5, 1, 3))):
        truth = np.einsum("...i,...ij,...j->...", v, np.linalg.inv(stack), v)
        np.testing.assert_allclose(floats(arrays.inv_quad(kind(stack), kind(v))), truth, rtol=1e-12)
    v = rng.normal(size=(4, 5, 3))
    truth = np.einsum("...i,ij,...j->...", v, np.linalg.inv(A), v)
    np.testing.assert_allclose(floats(arrays.inv_quad(kind(A), kind(v))), truth, rtol=1e-12)


def test_logsumexp_neither_overflows_nor_minds_zero_probability():
    x = np.array([[1000.0, 1000.0], [-1000.0, -np.inf], [-np.inf, -np.inf]])
    truth = [1000 + np.log(2), -1000, -np.inf]
    np.testing.assert_allclose(arrays.logsumexp(x, -1), truth, rtol=1e-13)
    np.testing.assert_allclose(arrays.logsumexp(torch.tensor(x), -1), truth, rtol=1e-13)
    np.testing.assert_allclose(arrays.logsumexp(x.T, 0), truth, rtol=1e-13)


def test_constants_live_in_the_arithmetic_of_their_neighbour():
    assert arrays.log_two_pi(np.float32([1])).dtype == np.float32
    assert arrays.log_two_pi(torch.ones(1)).dtype == torch.float32
    assert arrays.log_two_pi(np.ones(1)) == pytest.approx(np.log(2 * np.pi), rel=1e-15)
    assert (2 * arb.pi()).log().overlaps(arrays.log_two_pi(KINDS["balls"](A)))
    assert arrays.log_number(3, KINDS["balls"](A)).overlaps(arb(3).log())
    assert arrays.number(0.5, KINDS["balls"](A)) == arb(0.5)


def test_elementwise_functions_agree(kind):
    a, b = np.array([0.5, 2.0]), np.array([1.0, 1.5])
    for name, truth in dict(exp=np.exp(a), log=np.log(a), sqrt=np.sqrt(a)).items():
        np.testing.assert_allclose(floats(getattr(arrays, name)(kind(a))), truth, rtol=1e-14)
    assert floats(arrays.maximum(kind(a), kind(b))).tolist() == [1, 2]
    assert floats(arrays.minimum(kind(a), kind(b))).tolist() == [0.5, 1.5]
    assert floats(arrays.smallest(kind(a), 0)) == 0.5
    assert floats(arrays.mean(kind(a), 0)) == 1.25
    assert floats(arrays.total(kind(a), 0)) == 2.5


def test_arguments_meet_in_one_arithmetic():
    assert [x.dtype for x in arrays.alike([1, 2], 3)] == 2 * [np.float64]
    assert [x.dtype for x in arrays.alike(np.float32([1]), 0.5)] == 2 * [np.float32]
    assert [x.dtype for x in arrays.alike(np.float32([1]), np.ones(1))] == 2 * [np.float64]
    assert [x.dtype for x in arrays.alike(torch.ones(1), 0.5, np.ones(2))] == 3 * [torch.float32]
    assert [x.dtype for x in arrays.alike(torch.ones(1), torch.ones(1, dtype=torch.float64))] == 2 * [torch.float64]
    _, number = arrays.alike(np.array([arb(1)], object), 0.1)
    assert number.item() == arb(0.1)
    symbol, _ = arrays.alike(np.array([sympy.Symbol("x")]), 1)
    assert symbol.dtype == object


def test_weigh_counts_nothing_where_the_weight_is_zero(kind):
    log_p = np.array([-np.inf, 0.0])
    with np.errstate(invalid="ignore"):
        assert floats(arrays.weigh(kind(log_p), kind(np.array([np.inf, 3.0])))).tolist() == [0, 3]


def test_import_is_light():
    heavy = "{'torch', 'sympy', 'flint', 'scipy'}"
    code = f"import sys, theory.confidence, theory.information; print({heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"


def test_names_are_found_when_asked_for():
    import theory

    assert set(dir(theory)) >= {"gaussian", "implicit_prior"}
    for name in dir(theory):
        if name in theory.HOMES:
            assert getattr(theory, name).__module__ == f"theory.{theory.HOMES[name]}"
        elif name != "printed":
            assert getattr(theory, name).__name__ == f"theory.{name}"
    with pytest.raises(AttributeError, match="module 'theory' has no attribute 'missing'"):
        theory.missing  # noqa: B018
