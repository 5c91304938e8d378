"""Every formula says the same in float64, float32, torch and balls, and in SymPy where it has no sampling in it."""

import inspect

import numpy as np
import pytest
import torch
from flint import arb, ctx

from theory import aggregate, elbo, envelope, existence, finite, gaussian, implicit_prior, information

MODULES = (aggregate, elbo, envelope, existence, finite, gaussian, implicit_prior, information)
NUMERIC_ONLY = {"exists", "sample", "split", "per_case"}

RNG = np.random.default_rng(7)
B, N, K, D = 4, 3, 2, 3


def covariances(*shape):
    root = RNG.normal(size=(*shape, K, K))
    return root @ root.mT / 2 + 0.4 * np.eye(K)


def log_probabilities(*shape):
    return np.log(RNG.dirichlet(np.ones(shape[-1]), shape[:-1]))


AGGREGATE = dict(mu=RNG.normal(size=(B, N, K)), Sigma=covariances(B, N))
ONE = dict(mu=RNG.normal(size=(B, K)), Sigma=covariances(B))
TWO = {
    f"{name}{i}": value
    for i in (0, 1)
    for name, value in dict(mu=RNG.normal(size=(B, K)), Sigma=covariances(B)).items()
}
BETA = dict(beta=np.array([0.2, 0.5, 0.7, 0.9]))
NOISE = dict(noise=np.array([0.2, 0.5, 1.0, 2.0]))
DECODER = dict(W=RNG.normal(size=(B, D, K)), **NOISE)
X, Z = dict(x=RNG.normal(size=(B, D))), dict(z=RNG.normal(size=(B, K)))
SCALARS = {name: RNG.normal(size=B) for name in ("reconstruction", "kl", "L_beta", "information", "log_C")}
FINITE = dict(log_q=log_probabilities(B, N, K), log_p=log_probabilities(B, K))
LOG_PHI = dict(log_phi=log_probabilities(B, N))
POOL = {
    "log_density": {gaussian: Z | ONE, aggregate: Z | AGGREGATE},
    "entropy": dict(Sigma=ONE["Sigma"]),
    "kl_to_prior": ONE,
    "kl": TWO,
    "renyi": TWO | dict(alpha=BETA["beta"]),
    "log_responsibilities": Z | AGGREGATE,
    "responsibility_entropy": LOG_PHI,
    "moments": AGGREGATE,
    "average_kl": {information: AGGREGATE, finite: FINITE},
    "index_information": {
        information: dict(conditional_entropy=BETA["beta"], N=5),
        finite: dict(log_q=FINITE["log_q"]),
    },
    "gaussian_reconstruction": X | DECODER | ONE,
    "log_evidence": X | DECODER,
    "posterior_mean": X | DECODER,
    "posterior_covariance": DECODER,
    "elbo": {name: SCALARS[name] for name in ("reconstruction", "kl")},
    "beta_elbo": {name: SCALARS[name] for name in ("reconstruction", "kl")} | BETA,
    "implicit_elbo": {name: SCALARS[name] for name in ("L_beta", "information", "log_C")} | BETA,
    "log_tilt": Z | AGGREGATE | BETA,
    "log_jensen_integrand": dict(log_q=RNG.normal(size=(B, N))) | LOG_PHI | BETA,
    "determinant_weights": dict(Sigma=AGGREGATE["Sigma"]) | BETA,
    "degenerate_elbo": dict(log_lik_at_means=RNG.normal(size=(B, N)), mu=AGGREGATE["mu"]) | BETA,
    "tilted_covariance": dict(Sigma=ONE["Sigma"]) | BETA,
    "tail_curvature": dict(u=Z["z"], Sigma=AGGREGATE["Sigma"]) | BETA,
    "log_aggregate": dict(log_q=FINITE["log_q"]),
    "aggregate_kl": FINITE,
    "log_normalizer": FINITE | BETA,
    "log_implicit_prior": FINITE | BETA,
    "conditional_entropy": dict(log_q=FINITE["log_q"]),
}
ONE_GAUSSIAN = {"log_component_integral", "tilted_mean", "small_variance_limit"}


def arguments(module, name):
    known = POOL.get(name)
    if known is None:
        return (ONE if name in ONE_GAUSSIAN or name.startswith("component_gradient") else AGGREGATE) | BETA
    return known.get(module, known)


FORMULAS = [
    pytest.param(module, name, id=f"{module.__name__.split('.')[1]}.{name}")
    for module in MODULES
    for name, member in inspect.getmembers(module, inspect.isfunction)
    if member.__module__ == module.__name__ and not name.startswith("_") and name not in NUMERIC_ONLY
]


def told(result, convert):
    return [convert(part) for part in (result if isinstance(result, tuple) else (result,))]


def convert_arrays(args, convert):
    return {name: convert(value) if isinstance(value, np.ndarray) else value for name, value in args.items()}


def balls(x):
    return np.frompyfunc(arb, 1, 1)(x)


def midpoints(x):
    return np.asarray(x, float)


@pytest.mark.parametrize(("module", "name"), FORMULAS)
def test_float64_torch_and_float32_agree_with_balls(module, name):
    formula, args = getattr(module, name), arguments(module, name)
    double = told(formula(**args), np.asarray)
    enclosed = told(formula(**convert_arrays(args, balls)), midpoints)
    tensors = told(formula(**convert_arrays(args, torch.tensor)), np.asarray)
    single = told(formula(**convert_arrays(args, np.float32)), np.asarray)
    for d, e, t, s in zip(double, enclosed, tensors, single, strict=True):
        assert d.shape == e.shape == t.shape == s.shape
        assert (d.dtype, t.dtype, s.dtype) == (np.float64, np.float64, np.float32)
        np.testing.assert_allclose(d, e, rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(t, e, rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(s, e, rtol=2e-5, atol=2e-5)


@pytest.mark.parametrize(("module", "name"), FORMULAS)
def test_a_batch_is_its_cases_one_by_one(module, name):
    formula, args = getattr(module, name), arguments(module, name)
    whole = told(formula(**args), np.asarray)
    for i in range(B):
        one = told(formula(**convert_arrays(args, lambda value, i=i: value[i])), np.asarray)
        for w, o in zip(whole, one, strict=True):
            np.testing.assert_allclose(w[i], o, rtol=1e-13, atol=1e-14)
    for w, o in zip(whole, told(formula(**convert_arrays(args, lambda value: value[None])), np.asarray), strict=True):
        np.testing.assert_allclose(o, w[None], rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(("module", "name"), FORMULAS)
def test_balls_of_more_bits_enclose_more_tightly(module, name):
    with ctx.workprec(200):
        result = getattr(module, name)(**convert_arrays(arguments(module, name), balls))
    for part in told(result, lambda x: np.asarray(x, object)):
        assert all(isinstance(entry, arb) and (entry.rad() < 1e-50) for entry in part.flat)


@pytest.mark.parametrize(
    ("module", "name"),
    [formula for formula in FORMULAS if formula.values[0] is not envelope],
    ids=lambda x: getattr(x, "__name__", x),
)
def test_sympy_runs_the_same_source(module, name):
    import sympy

    symbols = np.frompyfunc(sympy.Float, 1, 1)
    formula, args = getattr(module, name), convert_arrays(arguments(module, name), lambda value: value[:1])
    exact = told(formula(**convert_arrays(args, symbols)), lambda x: np.asarray(x, float))
    for e, d in zip(exact, told(formula(**args), np.asarray), strict=True):
        np.testing.assert_allclose(e, d, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize(("module", "name"), FORMULAS)
def test_torch_differentiates_it(module, name):
    args = convert_arrays(arguments(module, name), lambda value: torch.tensor(value, requires_grad=True))
    total = sum(part.sum() for part in told(getattr(module, name)(**args), lambda part: part))
    total.backward()
    for value in args.values():
        if isinstance(value, torch.Tensor):
            assert value.grad is None or value.grad.isfinite().all()


def test_torch_func_transforms_it():
    mu, Sigma = (torch.tensor(ONE[name]) for name in ("mu", "Sigma"))

    def log_D(mu, Sigma):
        return implicit_prior.log_component_integral(mu, Sigma, 0.3)

    np.testing.assert_allclose(torch.vmap(log_D)(mu, Sigma), log_D(mu, Sigma), rtol=1e-13)
    gradients = torch.vmap(torch.func.grad(log_D))(mu, Sigma)
    np.testing.assert_allclose(gradients, implicit_prior.component_gradient_mu(mu, Sigma, 0.3), rtol=1e-12)
