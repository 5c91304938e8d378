"""Ball enclosures hold the truth: closed forms at 60 digits, identities between integrals, mpmath's quadrature."""

import flint
import mpmath as mp
import numpy as np
import pytest
from flint import arb

from verification.estimate import Grade
from verification.oracles import NotApplicable, balls

DIGITS = 60


def exact(x):
    return mp.mpf(float(x))


def matrix(rows):
    return mp.matrix([[exact(x) for x in row] for row in rows])


def holds(ball, truth, radius=1e-17):
    """The enclosure is narrow and holds a number known to 50 digits."""
    with flint.ctx.workprec(300):
        near = arb(mp.nstr(truth, DIGITS - 5)) + arb(0, 1e-45) * (1 + abs(arb(mp.nstr(truth, 10))))
        return bool(ball.overlaps(near)) and float(ball.rad()) <= radius * (1 + abs(float(truth)))


def covariances(rng, size, k, low, high=0.5):
    q, _ = np.linalg.qr(rng.normal(size=(size, k, k)))
    sigma = (q * 10 ** rng.uniform(low, high, size=(size, 1, k))) @ np.swapaxes(q, -1, -2)
    return (sigma + np.swapaxes(sigma, -1, -2)) / 2


def log_d(mu, sigma, beta):
    with mp.workdps(DIGITS):
        k, b = len(mu), exact(beta)
        s, m = matrix(sigma), matrix([[x] for x in mu])
        blend = (1 - b) * mp.eye(k) + b * s
        quadratic = (m.T * mp.lu_solve(blend, m))[0]
        return b / 2 * mp.log(mp.det(s)) - mp.log(mp.det(blend)) / 2 - b * (1 - b) / 2 * quadratic


def kl(mu0, sigma0, mu1, sigma1):
    with mp.workdps(DIGITS):
        s0, s1, d = matrix(sigma0), matrix(sigma1), matrix([[x] for x in mu1]) - matrix([[x] for x in mu0])
        ratio = s1**-1 * s0
        trace = sum(ratio[i, i] for i in range(len(mu0)))
        return (trace - len(mu0) + (d.T * s1**-1 * d)[0] - mp.log(mp.det(ratio))) / 2


@pytest.mark.parametrize("k", [1, 2, 4])
def test_log_component_integral_holds_its_closed_form(k):
    rng = np.random.default_rng(k)
    mu, sigma, beta = 3 * rng.normal(size=(12, k)), covariances(rng, 12, k, -8), rng.uniform(-0.2, 1, 12)
    beta[:2] = 0, 1
    sigma[beta < 0] = covariances(rng, 12, k, -3, 0.4)[beta < 0]
    found = balls.log_component_integral(mu, sigma, beta)
    assert found.grade is Grade.CERTIFIED
    for n, value in enumerate(found.value):
        assert holds(value, log_d(mu[n], sigma[n], beta[n])), n


def test_equal_eigenvalues_do_no_harm():
    sigma = np.array([[2.0, 1, 1], [1, 2, 1], [1, 1, 2]])  # 1, 1, 4
    mu = np.array([0.3, -1.0, 0.7])
    (value,) = balls.log_component_integral(mu[None], sigma[None], np.array([0.4])).value
    assert holds(value, log_d(mu, sigma, 0.4))


@pytest.mark.parametrize("variance", [1e-12, 1e-24])
def test_tiny_variances_and_tiny_beta_at_raised_precision(variance):
    sigma = variance * np.array([[1.0, 0.25], [0.25, 0.5]])
    mu = np.array([0.5, -1.25])
    for beta in (0.3, 1e-24):
        with balls.precision(400):
            (value,) = balls.log_component_integral(mu[None], sigma[None], np.array([beta])).value
        assert holds(value, log_d(mu, sigma, beta), 1e-40)


def test_precision_is_restored_and_flints_own_is_honoured():
    before = flint.ctx.prec
    args = np.array([[0.5]]), np.array([[[0.2]]]), np.array([0.3])
    with balls.precision(400):
        fine = balls.log_component_integral(*args).value[0]
    assert flint.ctx.prec == before
    with flint.ctx.workprec(400):
        also = balls.log_component_integral(*args).value[0]
    coarse = balls.log_component_integral(*args).value[0]
    assert float(fine.rad()) < 1e-50 > float(also.rad())
    assert 1e-50 < float(coarse.rad()) < 1e-18
    assert coarse.overlaps(fine)


def test_a_divergent_integral_is_infinite_and_a_wrong_covariance_is_refused():
    assert float(balls.log_component_integral([[0.0]], [[[2.0]]], [-2.0]).value[0]) == np.inf
    with pytest.raises(NotApplicable, match="symmetric"):
        balls.log_component_integral([[0.0, 0.0]], [[[1.0, 0.1], [0.1000001, 1.0]]], [0.5])
    with pytest.raises(NotApplicable, match="positive definite"):
        balls.log_component_integral([[0.0, 0.0]], [[[1.0, 2.0], [2.0, 1.0]]], [0.5])


@pytest.mark.parametrize("k", [1, 3])
def test_divergences_of_one_gaussian_hold_their_closed_forms(k):
    rng = np.random.default_rng(10 + k)
    mu0, mu1, a, b = rng.normal(size=(6, k)), rng.normal(size=(6, k)), *(covariances(rng, 6, k, -3) for _ in range(2))
    alpha = rng.uniform(0.05, 0.95, 6)
    zero, eye = np.zeros(k), np.eye(k)
    between, prior = balls.kl_between(mu0, a, mu1, b).value, balls.kl_to_prior(mu0, a).value
    entropy, renyi = balls.normal_entropy(a).value, balls.renyi(mu0, a, mu1, b, alpha).value
    for n in range(6):
        assert holds(between[n], kl(mu0[n], a[n], mu1[n], b[n]))
        assert holds(prior[n], kl(mu0[n], a[n], zero, eye))
        with mp.workdps(DIGITS):
            assert holds(entropy[n], (k * mp.log(2 * mp.pi * mp.e) + mp.log(mp.det(matrix(a[n])))) / 2)
            c = exact(alpha[n])
            mixed = c * matrix(b[n]) + (1 - c) * matrix(a[n])
            d = matrix([[x] for x in mu0[n]]) - matrix([[x] for x in mu1[n]])
            logs = (1 - c) * mp.log(mp.det(matrix(a[n]))) + c * mp.log(mp.det(matrix(b[n])))
            apart = c / 2 * (d.T * mixed**-1 * d)[0]
            assert holds(renyi[n], apart + (mp.log(mp.det(mixed)) - logs) / (2 * (1 - c)))


def mixtures(rng, size, n, low):
    mu = rng.normal(size=(size, n, 1)) * rng.choice([0.0, 1.0, 4.0, 30.0], size=(size, 1, 1))
    return mu, 10 ** rng.uniform(2 * low, 0.3, size=(size, n, 1, 1))


@pytest.mark.parametrize(("n", "low"), [(1, -3), (2, -1), (3, -4), (8, -1)])
def test_information_entropy_and_divergence_of_a_mixture_add_up(n, low):
    mu, sigma = mixtures(np.random.default_rng(n), 4, n, low)
    info, kept = balls.index_information(mu, sigma).value, balls.conditional_entropy(mu, sigma).value
    total, aggregate = balls.average_kl(mu, sigma).value, balls.aggregate_kl(mu, sigma).value
    whole = balls.information_plus_aggregate_kl(mu, sigma).value
    with flint.ctx.workprec(128):
        for i in range(4):
            assert (info[i] + kept[i]).overlaps(arb(n).log())
            assert (info[i] + aggregate[i]).overlaps(total[i])
            assert whole[i].overlaps(total[i])
            assert max(float(x.rad()) for x in (info[i], kept[i], aggregate[i], whole[i])) < 1e-17 * (
                1 + float(total[i])
            )


@pytest.mark.parametrize("beta", [0.0, 0.35, 0.97, 1.0, -0.4, 1.5])
def test_log_normalizer_of_equal_posteriors_is_log_d(beta):
    mu, sigma = np.full((1, 3, 1), 0.75), np.full((1, 3, 1, 1), 1.25)
    (value,) = balls.log_normalizer(mu, sigma, np.array([beta])).value
    assert holds(value, log_d([0.75], [[1.25]], beta))


@pytest.mark.parametrize("beta", [0.4, -0.3, 1.6])
def test_log_normalizer_agrees_with_mpmath_where_mpmath_sees_the_mass(beta):
    rng = np.random.default_rng(5)
    mu, sigma = rng.normal(size=(1, 3, 1)), rng.uniform(0.2, 1.5, size=(1, 3, 1, 1)) + (beta > 1)
    (value,) = balls.log_normalizer(mu, sigma, np.array([beta])).value
    with mp.workdps(25):
        components = [(exact(m), mp.sqrt(exact(s))) for m, s in zip(mu.ravel(), sigma.ravel(), strict=True)]

        def f(z):
            return (sum(mp.npdf(z, m, s) for m, s in components) / 3) ** (1 - exact(beta)) * mp.npdf(z) ** exact(beta)

        assert abs(float(value) - float(mp.log(mp.quad(f, range(-16, 17, 4))))) < 1e-13
    if 0 < beta < 1:
        assert float(balls.indicator_bound(mu, sigma, np.array([beta])).value[0]) < float(value)


def test_c_beyond_the_unit_interval_diverges_where_no_component_bounds_it():
    narrow = np.array([[[[0.2]], [[0.3]]]])
    assert float(balls.log_normalizer(np.zeros((1, 2, 1)), narrow, np.array([3.0])).value[0]) == np.inf
    wide = np.array([[[[9.0]], [[0.3]]]])
    assert float(balls.log_normalizer(np.zeros((1, 2, 1)), wide, np.array([-0.5])).value[0]) == np.inf


def test_indicator_bound_of_separated_posteriors_is_the_estimate():
    mu, sigma = np.array([[[-4.0], [0.0], [4.0]]]), np.full((1, 3, 1, 1), 1e-6)
    beta = np.array([0.3])
    bound, estimate = (
        balls.indicator_bound(mu, sigma, beta).value[0],
        balls.log_normalizer_estimate(mu, sigma, beta).value[0],
    )
    with flint.ctx.workprec(128):
        assert abs(float(bound - estimate)) < 1e-17


def test_expected_implicit_prior_is_the_chain_of_equation_5():
    mu, sigma = mixtures(np.random.default_rng(3), 5, 3, -2)
    beta = np.array([0.0, 0.2, 0.5, 0.9, 1.0])
    whole = balls.expected_implicit_prior(mu, sigma, beta).value
    info, apart = balls.index_information(mu, sigma).value, balls.aggregate_kl(mu, sigma).value
    log_c = balls.log_normalizer(mu, sigma, beta).value
    with flint.ctx.workprec(128):
        for i, b in enumerate(beta):
            assert whole[i].overlaps(-info[i] - arb(b) * apart[i] - log_c[i] if b else -info[i] - log_c[i])


def test_jensen_bound_at_the_uniform_phi_is_the_mean_of_d():
    rng = np.random.default_rng(8)
    mu, sigma, beta = rng.normal(size=(3, 4, 2)), covariances(rng, 12, 2, -1).reshape(3, 4, 2, 2), rng.uniform(0, 1, 3)
    found = balls.jensen_bound(mu, sigma, beta, np.full((3, 4), 0.25)).value
    for i in range(3):
        with mp.workdps(DIGITS):
            mean = sum(mp.exp(log_d(mu[i, j], sigma[i, j], beta[i])) for j in range(4)) / 4
            assert holds(found[i], mp.log(mean))


def test_the_linear_decoder_holds_its_closed_forms():
    rng = np.random.default_rng(9)
    x, w, noise = 2 * rng.normal(size=(4, 3)), rng.normal(size=(4, 3, 1)), rng.uniform(0.01, 1, 4)
    mu, sigma = rng.normal(size=(4, 1)), rng.uniform(0.1, 1, (4, 1, 1))
    evidence, mean = balls.log_evidence(x, w, noise).value, balls.posterior_mean(x, w, noise).value[:, 0]
    variance, fit = (
        balls.posterior_covariance(w, noise).value[:, 0, 0],
        balls.reconstruction(x, w, noise, mu, sigma).value,
    )
    for i in range(4):
        with mp.workdps(DIGITS):
            a, t, v = matrix(w[i]), matrix([[y] for y in x[i]]), exact(noise[i])
            c = a * a.T + v * mp.eye(3)
            gram = (a.T * a)[0] + v
            assert holds(evidence[i], -(3 * mp.log(2 * mp.pi) + mp.log(mp.det(c)) + (t.T * c**-1 * t)[0]) / 2)
            assert holds(mean[i], (a.T * t)[0] / gram)
            assert holds(variance[i], v / gram)
            miss = t - a * exact(mu[i, 0])
            spread = (miss.T * miss)[0] + (a.T * a)[0] * exact(sigma[i, 0, 0])
            assert holds(fit[i], -(3 * mp.log(2 * mp.pi * v) + spread / v) / 2)


def test_formulas_at_a_point_hold_naive_ones_at_60_digits():
    rng = np.random.default_rng(12)
    z, mu, sigma, beta = (
        rng.normal(size=(3, 3)),
        rng.normal(size=(3, 2, 3)),
        covariances(rng, 6, 3, -4),
        rng.uniform(0, 1, 3),
    )
    sigma = sigma.reshape(3, 2, 3, 3)
    tilt, mixture = balls.log_tilt(z, mu, sigma, beta).value, balls.mixture_log_density(z, mu, sigma).value
    phi = balls.responsibilities(z, mu, sigma).value
    for i in range(3):
        with mp.workdps(DIGITS):

            def density(m, s, i=i):
                d = matrix([[x] for x in z[i]]) - matrix([[x] for x in m])
                return mp.exp(-(d.T * matrix(s) ** -1 * d)[0] / 2) / mp.sqrt((2 * mp.pi) ** 3 * mp.det(matrix(s)))

            each = [density(m, s) for m, s in zip(mu[i], sigma[i], strict=True)]
            q, p = sum(each) / 2, density(np.zeros(3), np.eye(3))
            assert holds(mixture[i], mp.log(q), 1e-25)
            assert holds(tilt[i], (1 - exact(beta[i])) * mp.log(q) + exact(beta[i]) * mp.log(p), 1e-25)
            assert holds(phi[i, 0], each[0] / sum(each), 1e-25)


def test_bounds_at_a_point_hold_naive_ones_at_60_digits():
    rng = np.random.default_rng(13)
    log_q, phi, beta = rng.normal(size=(3, 4)), rng.dirichlet(np.ones(4), 3), np.array([0.0, 0.3, 1.0])
    power, jensen = balls.power_of_mean(log_q, beta).value, balls.log_jensen_integrand(log_q, np.log(phi), beta).value
    for i in range(3):
        with mp.workdps(DIGITS):
            b, q, w = exact(beta[i]), [mp.exp(exact(x)) for x in log_q[i]], [mp.exp(exact(x)) for x in np.log(phi[i])]
            assert holds(power[i], (1 - b) * mp.log(sum(q) / 4), 1e-25)
            total = sum(y**b * x ** (1 - b) for x, y in zip(q, w, strict=True))
            assert holds(jensen[i], mp.log(mp.mpf(4) ** (b - 1) * total), 1e-25)


def test_mixtures_of_two_dimensions_are_refused():
    with pytest.raises(NotApplicable, match="k = 1"):
        balls.log_normalizer(np.zeros((1, 2, 2)), np.broadcast_to(np.eye(2), (1, 2, 2, 2)), np.array([0.5]))
