"""Quadrature's certificate against rigorous enclosures, on random cases chosen to be nasty, and on spikes."""

import warnings

import flint
import mpmath
import numpy as np
import pytest
from scipy.integrate import cubature, quad

from verification.oracles import NotApplicable, balls, planes, quadrature

ON_A_LINE = {
    "log_normalizer": (70, True),
    "index_information": (40, False),
    "conditional_entropy": (20, False),
    "aggregate_kl": (40, False),
    "information_plus_aggregate_kl": (10, False),
    "expected_implicit_prior": (20, True),
    "indicator_bound": (120, True),
}
OF_ONE = ("log_component_integral", "kl_to_prior", "normal_entropy", "kl_between", "renyi")


def nasty_line(rng, size):
    """Wide against 1e-6, equal components, means 1000 apart, beta to within 1e-3 of its ends."""
    n = int(rng.choice([1, 2, 2, 3, 3, 8]))
    mu = rng.normal(size=(size, n, 1)) * rng.choice([0.0, 1e-3, 1.0, 4.0, 1e3], size=(size, 1, 1))
    low = rng.choice([-1.0, -3.0, -6.0], size=(size, 1, 1, 1))
    sigma = 10.0 ** (2 * low * rng.random((size, n, 1, 1)) + 0.3)
    twin = rng.random(size) < 0.2
    mu[twin, -1], sigma[twin, -1] = mu[twin, 0], sigma[twin, 0]
    return {"mu": mu, "Sigma": sigma, "beta": np.clip(rng.random(size) * 1.2 - 0.1, 1e-3, 1 - 1e-3)}


def covariances(rng, size, k, low):
    q, _ = np.linalg.qr(rng.normal(size=(size, k, k)))
    sigma = (q * 10 ** rng.uniform(low, 0.5, size=(size, 1, k))) @ np.swapaxes(q, -1, -2)
    return (sigma + np.swapaxes(sigma, -1, -2)) / 2


def misses(estimate, enclosure):
    """Cases whose certificate does not hold the enclosed truth, and the certificates themselves."""
    with flint.ctx.workprec(128):
        off = [
            abs(float(truth - float(value)))
            for truth, value in zip(enclosure.ravel(), estimate.value.ravel(), strict=True)
        ]
    error = estimate.error.ravel()
    return np.flatnonzero(~(np.array(off) <= error) & np.isfinite(error)), error


@pytest.mark.parametrize("name", ON_A_LINE)
def test_the_certificate_holds_on_nasty_mixtures(name):
    rng = np.random.default_rng(sum(map(ord, name)))
    (count, with_beta), worst = ON_A_LINE[name], 0.0
    for _ in range(count // 5):
        args = nasty_line(rng, 5)
        if not with_beta:
            del args["beta"]
        found = getattr(quadrature, name)(**args)
        bad, error = misses(found, getattr(balls, name)(**args).value)
        assert not len(bad), (name, {k: v[bad[0]].tolist() for k, v in args.items()})
        worst = max(worst, float(np.max(error / (1 + np.abs(found.value)))))
    assert worst < 1e-9


@pytest.mark.parametrize("k", [1, 2, 5])
@pytest.mark.parametrize("name", OF_ONE)
def test_the_certificate_holds_for_one_gaussian_in_any_dimension(name, k):
    rng = np.random.default_rng(k)
    for low in (-1.0, -4.0, -7.0):
        a, b = covariances(rng, 8, k, low), covariances(rng, 8, k, low / 2)
        mu, nu = 3 * rng.normal(size=(2, 8, k))
        args = {
            "log_component_integral": {"mu": mu, "Sigma": a, "beta": rng.uniform(0, 1, 8)},
            "kl_to_prior": {"mu": mu, "Sigma": a},
            "normal_entropy": {"Sigma": a},
            "kl_between": {"mu0": mu, "Sigma0": a, "mu1": nu, "Sigma1": b},
            "renyi": {"mu0": mu, "Sigma0": a, "mu1": nu, "Sigma1": b, "alpha": rng.uniform(0.05, 0.95, 8)},
        }[name]
        found = getattr(quadrature, name)(**args)
        bad, error = misses(found, getattr(balls, name)(**args).value)
        assert not len(bad)
        if low == -1.0:
            assert np.max(error / (1 + np.abs(found.value))) < 1e-9


def test_the_certificate_holds_for_the_decoder():
    rng = np.random.default_rng(4)
    for k, d in ((1, 1), (1, 4), (2, 3)):
        args = {
            "x": 3 * rng.normal(size=(10, d)),
            "W": rng.normal(size=(10, d, k)),
            "noise": 10 ** rng.uniform(-4, 1, 10),
        }
        if k == 1:
            assert not len(misses(quadrature.log_evidence(**args), balls.log_evidence(**args).value)[0])
        args |= {"mu": rng.normal(size=(10, k)), "Sigma": covariances(rng, 10, k, -3)}
        assert not len(misses(quadrature.reconstruction(**args), balls.reconstruction(**args).value)[0])


def test_the_evidence_in_any_dimension_is_a_gaussian_density():
    rng = np.random.default_rng(6)
    for d, k in ((3, 2), (2, 4)):
        x, w, noise = rng.normal(size=(6, d)), rng.normal(size=(6, d, k)), rng.uniform(0.05, 1, 6)
        found = quadrature.log_evidence(x, w, noise)
        c = w @ np.swapaxes(w, -1, -2) + noise[:, None, None] * np.eye(d)
        quadratic = np.einsum("bi,bi->b", x, np.linalg.solve(c, x[..., None])[..., 0])
        truth = -(d * np.log(2 * np.pi) + np.linalg.slogdet(c)[1] + quadratic) / 2
        assert np.all(np.abs(found.value - truth) <= found.error)
        assert np.all(found.error < 1e-9)


def test_the_implicit_elbo_is_its_parts():
    rng = np.random.default_rng(7)
    args = {"x": rng.normal(size=(3, 2, 2)), "W": rng.normal(size=(3, 2, 1)), "noise": rng.uniform(0.1, 1, 3)}
    args |= {
        "mu": rng.normal(size=(3, 2, 1)),
        "Sigma": rng.uniform(0.01, 1, (3, 2, 1, 1)),
        "beta": rng.uniform(0, 1, 3),
    }
    assert not len(misses(quadrature.implicit_elbo(**args), balls.implicit_elbo(**args).value)[0])
    gap = {name: args[name] for name in ("mu", "Sigma", "beta")}
    assert not len(misses(quadrature.indicator_gap(**gap), balls.indicator_gap(**gap).value)[0])


def turned(rng, size, n):
    """Mixtures in the plane that are products of a mixture and a Gaussian along turned axes."""
    m, s = 1.5 * rng.normal(size=(size, n, 1)), 10 ** rng.uniform(-1.2, 0.2, size=(size, n, 1, 1))
    c, v = rng.normal(size=(size, 1, 1)), 10 ** rng.uniform(-1.2, 0.2, size=(size, 1, 1, 1))
    angle = rng.uniform(0, np.pi, size)
    r = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]).transpose(2, 0, 1)[:, None]
    mu = np.concatenate([m, np.broadcast_to(c, m.shape)], -1)
    sigma = np.concatenate([s, np.broadcast_to(v, s.shape)], -1) * np.eye(2)
    sigma = r @ sigma @ np.swapaxes(r, -1, -2)
    plane = {"mu": (r @ mu[..., None])[..., 0], "Sigma": (sigma + np.swapaxes(sigma, -1, -2)) / 2}
    return plane, {"mu": m, "Sigma": s}, {"mu": c, "Sigma": v}


@pytest.mark.parametrize("name", ["index_information", "aggregate_kl", "log_normalizer", "indicator_bound"])
def test_the_certificate_holds_in_the_plane(name):
    rng = np.random.default_rng(21)
    plane, line, rest = turned(rng, 5, 2)
    if name in ("log_normalizer", "indicator_bound"):
        for args in (plane, line, rest):
            args["beta"] = np.linspace(0.1, 0.9, 5)
    oracle = getattr(quadrature, name)
    found, parts = oracle(**plane), [oracle(**line)] + ([] if name == "index_information" else [oracle(**rest)])
    off = np.abs(found.value - sum(part.value for part in parts))
    # a rotation in float64 is orthogonal to 1e-16 only
    assert np.all(off <= found.error + sum(part.error for part in parts) + 1e-12)
    assert np.all(found.error < 1e-5)


def test_what_the_plane_cannot_resolve_has_an_infinite_error():
    mu, sigma = np.zeros((1, 2, 2)), np.array([[[[1.0, 0.0], [0.0, 1e-10]], [[1e-10, 0.0], [0.0, 1.0]]]])
    assert np.isinf(quadrature.index_information(mu, sigma).error[0])


SPIKES = [(2.3, 1e-4), (-2.7, 1e-5), (0.123, 1e-6)]


@pytest.mark.parametrize(("centre", "width"), SPIKES)
def test_spikes_that_other_integrators_miss_without_a_word(centre, width):
    """The mass of a narrow component beside a wide one: all three general integrators lose it, and claim to be sure."""

    def density(z):
        return np.exp(-(((z - centre) / width) ** 2) / 2) / (width * np.sqrt(2 * np.pi))

    def exact_density(z):
        return mpmath.exp(-(((z - centre) / width) ** 2) / 2) / (width * mpmath.sqrt(2 * mpmath.pi))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        blind, claimed = quad(density, -np.inf, np.inf)
        cube = cubature(lambda z: density(z[:, 0]), [-np.inf], [np.inf])
    assert abs(blind) < 0.01 > claimed
    assert abs(float(cube.estimate)) < 0.01 > float(cube.error)
    assert abs(float(mpmath.quad(exact_density, [-mpmath.inf, mpmath.inf]))) < 0.01

    args = {"mu": np.array([[[centre], [0.0]]]), "Sigma": np.array([[[[width**2]], [[1.0]]]])}
    found = quadrature.index_information(**args)
    assert not len(misses(found, balls.index_information(**args).value)[0])
    assert found.error[0] < 1e-11
    assert 0.5 * np.log(2) < found.value[0] < np.log(2)


def test_kinks_are_cut_at():
    """Two orders can agree on a kink by chance: uncut, certificates of 1e-13 missed by 8e-10 and by 2e-12 here."""
    rng = np.random.default_rng(0)
    for _ in range(30):
        args = {"mu": 2 * rng.normal(size=(4, 5, 1)), "Sigma": 10 ** rng.uniform(-1, 0.3, size=(4, 5, 1, 1))}
        args["beta"] = rng.uniform(0.05, 0.95, 4)
        assert not len(misses(quadrature.indicator_bound(**args), balls.indicator_bound(**args).value)[0])


def test_what_is_not_covered_is_said():
    with pytest.raises(NotApplicable, match="k = 1 and 2"):
        quadrature.log_normalizer(np.zeros((1, 2, 3)), np.broadcast_to(np.eye(3), (1, 2, 3, 3)), np.array([0.5]))
    with pytest.raises(NotApplicable, match="not integrable"):
        quadrature.log_normalizer(np.zeros((1, 1, 1)), np.full((1, 1, 1, 1), 0.5), np.array([3.0]))
    with pytest.raises(NotApplicable, match="symmetric"):
        quadrature.log_component_integral(np.zeros((1, 2)), np.array([[[1.0, 0.1], [0.1000001, 1.0]]]), np.array([0.5]))
    third = np.array([[flint.arb(1) / 3]], dtype=object)
    with pytest.raises(NotApplicable, match="floats only"):
        quadrature.log_component_integral(third, np.eye(1)[None], np.array([0.5]))


@pytest.mark.parametrize("width", [0.5, 0.3, 0.15])
@pytest.mark.parametrize("of", ["aggregate_entropy", "index_information", "aggregate_kl", "total_correlation"])
def test_a_narrow_posterior_under_a_wide_one_is_not_missed(of, width):
    mu = np.array([[[0.0, 0.0], [0.4, -0.7]], [[0.0, 0.0], [-1.3, 0.2]]])
    Sigma = np.broadcast_to(np.stack([np.eye(2), width**2 * np.array([[1.0, 0.3], [0.3, 0.5]])]), (2, 2, 2, 2))
    one, other = getattr(quadrature, of)(mu, Sigma), getattr(planes, of)(mu, Sigma)
    assert np.all(one.usable()) and np.all(np.abs(one.value - other.value) <= one.error + other.error)
    assert np.all(one.error < 1e-4)
