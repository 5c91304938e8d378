"""Measured claims about trained models: each function gives an interval and says what its uncertainty is clustered
over.

All take a run's ``seed`` and ``device`` and return Estimates of grade TRAINED whose radius belongs to confidence 1 -
alpha.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from verification.estimate import Estimate, Grade
from verification.vae import networks
from verification.vae.evaluation import Evaluation, evaluations
from verification.vae.fixtures import Trained, trained
from verification.vae.normalizer import sample_r
from verification.vae.objectives import log_aggregate, log_bernoulli, log_normal
from verification.vae.training import derived_seed

Array = np.ndarray[Any, Any]

ALPHA = 1e-9


def _t(alpha: float, freedom: int) -> float:
    from scipy.stats import t

    return float(t.isf(alpha / 2, freedom))


def student_radius(values: Array, alpha: float) -> float:
    """Half-width of Student's interval for the mean of independent values, (n,) -> a number; infinite for fewer than
    two.

    >>> round(student_radius(np.array([0.0, 2.0]), 0.5), 12)  # t is Cauchy: its quartile is 1
    1.0
    """
    if len(values) < 2:
        return float("inf")
    return _t(alpha, len(values) - 1) * float(np.std(values, ddof=1)) / len(values) ** 0.5


def two_way(parts: list[Array], alpha: float) -> tuple[float, float, str]:
    """Mean and radius of a sum of contrasts, each (replicates, points): replicates share, points within a part
    independent.

    The radius is the sum of Student radii over training seeds (of the sum) and over the points of each part (averaged
    over seeds), each at an equal share of alpha: a union bound, so no independence of the two sources is needed. With
    one model a beta, the statement is about that model and the seeds' radius is left out.
    """
    seeds = np.sum([part.mean(1) for part in parts], axis=0)
    points = [part.mean(0) for part in parts]
    share = alpha / (len(parts) + (len(seeds) > 1))
    radius = sum(student_radius(point, share) for point in points)
    given = "given the committed models"
    if len(seeds) > 1:
        radius += student_radius(seeds, share)
        given = f"and over {len(seeds)} training seeds"
    sizes = " and ".join(str(len(point)) for point in points)
    return float(seeds.mean()), float(radius), f"Student intervals over {sizes} images {given}, union bound"


def _estimate(value: Any, error: Any, certificate: str) -> Estimate:
    return Estimate(
        np.atleast_1d(np.asarray(value, float)),
        np.atleast_1d(np.asarray(error, float)),
        Grade.TRAINED,
        certificate=certificate,
    )


def by_beta(tier: str, seed: int, device: str, data: str) -> dict[float, list[Evaluation]]:
    """The evaluations of an ensemble, gathered by beta."""
    out: dict[float, list[Evaluation]] = {}
    for evaluation in evaluations(tier, seed, device, data):
        out.setdefault(evaluation.beta, []).append(evaluation)
    return out


def _elbos(group: list[Evaluation], split: str) -> Array:
    """ELBO under r of every datum, (replicates, points)."""
    return np.array([e.part(split).elbo_r(e.beta, e.log_c.value) for e in group])


def saturation(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    r"""log N - I(z;n) at the smallest beta, in nats: how far the mutual information is from its maximum.

    .. math:: \log N - I(z;n) = \mathbb{E}_{q(z)} H(\phi^*(\cdot;z)) \in [0, \log N]

    One draw z ~ q_n for every n and every model: independent bounded summands, hence an empirical Bernstein interval
    that holds at this size, given the models.
    """
    groups = by_beta(tier, seed, device, data)
    group = groups[min(groups)]
    summands = np.concatenate([e.responsibility_entropy for e in group])
    span, n, level = np.log(len(group[0].train.kl_p)), len(summands), np.log(4 / alpha)
    radius = summands.std(ddof=1) * np.sqrt(2 * level / n) + 7 * span * level / (3 * (n - 1))
    means = [e.responsibility_entropy.mean() for e in group]
    spread = f", from {min(means):.3f} to {max(means):.3f} over {len(group)} training seeds" if len(group) > 1 else ""
    return _estimate(
        summands.mean(), radius, f"empirical Bernstein over {n} draws in [0, log N], given the models{spread}"
    )


def saturation_margin(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """I(z;n) less four fifths of log N at the smallest beta, in nats."""
    left = saturation(seed, device, alpha, data, tier)
    groups = by_beta(tier, seed, device, data)
    log_N = np.log(len(groups[min(groups)][0].train.kl_p))
    return _estimate(log_N / 5 - left.value, left.error, left.certificate)


def generalisation_gap(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Training minus test ELBO under r at each beta, ascending, in nats per datum: (betas,), alpha split over them."""
    groups = by_beta(tier, seed, device, data)
    found = [two_way([_elbos(g, "train"), -_elbos(g, "test")], alpha / len(groups)) for _, g in sorted(groups.items())]
    return _estimate([f[0] for f in found], [f[1] for f in found], found[0][2])


def gap_narrows(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The generalisation gap under r at the smallest beta minus that at the largest, in nats: positive where it
    narrows.

    Models of one training seed share batches and noise across betas, so the contrast is paired by seed and by datum.
    """
    groups = by_beta(tier, seed, device, data)
    small, large = groups[min(groups)], groups[max(groups)]
    train = _elbos(small, "train") - _elbos(large, "train")
    test = _elbos(small, "test") - _elbos(large, "test")
    return _estimate(*two_way([train, -test], alpha))


def training_elbo_falls(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """Training ELBO under r at the smallest beta minus that at the largest, in nats: positive where small beta is
    best.

    The training images are given, so the interval is over training seeds alone; with one model a beta, over its images.
    """
    groups = by_beta(tier, seed, device, data)
    small, large = groups[min(groups)], groups[max(groups)]
    contrast = _elbos(small, "train") - _elbos(large, "train")
    if len(contrast) == 1:
        return _estimate(*two_way([contrast], alpha))
    seeds = contrast.mean(1)
    certificate = f"Student interval over {len(seeds)} training seeds, on these {contrast.shape[1]} training images"
    return _estimate(seeds.mean(), student_radius(seeds, alpha), certificate)


def estimator_excess(
    seed: int, device: str = "auto", alpha: float = ALPHA, data: str = "digits", tier: str = "default"
) -> Estimate:
    """The printed estimator of log C minus log C, at each beta below 1, ascending, in nats: mean over models, (betas,).

    Positive where the estimator overstates C. The radius is that of the certified interval of log C, alpha split over
    all models and averaged over those of a beta: it holds at this size, given the models.
    """
    groups = {b: g for b, g in by_beta(tier, seed, device, data).items() if b < 1}
    share = alpha / sum(map(len, groups.values()))
    values, radii = [], []
    for _, group in sorted(groups.items()):
        ends = np.array([e.log_c.interval(share) for e in group])
        estimator = np.mean([e.log_c.estimator for e in group])
        values.append(estimator - ends.mean())
        radii.append(np.diff(ends, axis=1).mean() / 2)
    return _estimate(values, radii, "empirical Bernstein of weights in [0, 1], union over the models, given the models")


def pixel_means(ensemble: Trained, model: int, z: Array) -> Array:
    """Probabilities that each pixel of p(x|z) is one, for z (n, k): (n, D)."""
    logits = networks.decode(networks.one(ensemble.params, model), z[None].astype(np.float32))[0].astype(float)
    return np.asarray(1 / (1 + np.exp(-logits)))


def kernel(x: Array, y: Array, width: float = 8.0) -> Array:
    r"""exp(-w H(x, y) / D) between binary images x (n, D) and y (m, D), H the number of pixels that differ: (n, m).

    Strictly positive definite on binary images, so its mean discrepancy is zero only where two distributions agree.

    >>> float(kernel(np.array([[0, 1]]), np.array([[0, 1]]))[0, 0])
    1.0
    """
    a, b = x.astype(np.float32), y.astype(np.float32)
    differ = a.sum(1)[:, None] + b.sum(1) - 2 * (a @ b.T)
    return np.asarray(np.exp(np.arange(x.shape[1] + 1) * (-width / x.shape[1]))[np.rint(differ).astype(int)])


def discrepancy_terms(from_p: Array, from_r: Array, test: Array) -> tuple[float, Array]:
    r"""Squared mean discrepancy to the test images, of p's images minus that of r's: (constant, one summand a test
    image).

    .. math:: E k(X_p, X_p') - 2 E k(X_p, Y) - E k(X_r, X_r') + 2 E k(X_r, Y)

    The term E k(Y, Y') of both cancels. Unbiased: pairs of distinct images only. The value is the constant plus the
    mean of the summands.
    """

    def within(x: Array) -> float:
        return float((kernel(x, x).sum() - len(x)) / (len(x) * (len(x) - 1)))

    return within(from_p) - within(from_r), 2 * (kernel(from_r, test).mean(0) - kernel(from_p, test).mean(0))


def samples_closer(
    seed: int,
    device: str = "auto",
    alpha: float = ALPHA,
    data: str = "digits",
    tier: str = "default",
    beta: float = 0.75,
    samples: int = 2000,
) -> Estimate:
    """How much nearer images generated from r lie to the test images than those from p: positive, r is nearer.

    The statistic is the squared maximum mean discrepancy of ``kernel`` times 1,000: zero only where two distributions
    agree, and unbiased. All are binary images, r's from exact draws. Errors over training seeds (each with images of
    its own) and over test images.
    """
    ensemble = trained(tier, seed, device, data)
    models = ensemble.where(beta)
    rng = np.random.default_rng(derived_seed("samples", ensemble.name, seed, beta))
    repeats = models if len(models) > 1 else models * 6
    rows = []
    for model in repeats:
        draws = rng.standard_normal((samples, ensemble.mu.shape[2]))
        exact = sample_r(ensemble.mu[model], ensemble.logvar[model], float(ensemble.betas[model]), rng, samples)
        from_p, from_r = ((m := pixel_means(ensemble, model, z)) > rng.random(m.shape) for z in (draws, exact))
        constant, summands = discrepancy_terms(from_p, from_r, ensemble.data.test_x[:2000])
        rows.append(1e3 * (constant + summands))
    value, radius, certificate = two_way([np.array(rows)], alpha)
    if len(models) == 1:
        certificate = certificate.replace("6 training seeds", "6 sets of images of the committed model")
    return _estimate(value, radius, certificate)


def likelihood_rises(
    seed: int,
    device: str = "auto",
    alpha: float = ALPHA,
    data: str = "digits",
    tier: str = "default",
    beta: float = 0.75,
    draws: int = 64,
) -> Estimate:
    """Held-out log-likelihood with r for the prior minus that with p, in nats an image: positive, r models them better.

    It is KL(data||model with p) - KL(data||model with r), the log score, which is strictly proper. Each likelihood by
    importance sampling with ``draws`` posterior samples, the same for both, so that their errors largely cancel.
    """
    ensemble = trained(tier, seed, device, data)
    groups = by_beta(tier, seed, device, data)
    chosen = next(b for b in groups if np.isclose(b, beta))
    rows = []
    for model, evaluation in zip(ensemble.where(beta), groups[chosen], strict=True):
        rows.append(likelihood_ratio(ensemble, model, evaluation.log_c.value, draws))
    return _estimate(*two_way([np.array(rows)], alpha))


def likelihood_ratio(ensemble: Trained, model: int, log_c: float, draws: int) -> Array:
    """log of the model's p(x) under r over that under p, for each of at most 500 test images, by importance
    sampling: (n,)."""
    beta = float(ensemble.betas[model])
    rng = np.random.default_rng(derived_seed("likelihood", ensemble.name, ensemble.seed, model))
    params = networks.one(ensemble.params, model)
    x = ensemble.data.test_x[:500]
    mu, logvar = ensemble.test_mu[model][:500].astype(float), ensemble.test_logvar[model][:500].astype(float)
    under_p, under_r = np.full(len(x), -np.inf), np.full(len(x), -np.inf)
    for _ in range(draws):
        z = mu + np.exp(logvar / 2) * rng.standard_normal(mu.shape)
        log_p = log_normal(z, np.zeros(1), np.zeros(1))
        log_w = (
            log_bernoulli(x, networks.decode(params, z[None].astype(np.float32))[0]) + log_p - log_normal(z, mu, logvar)
        )
        tilt = (1 - beta) * (log_aggregate(z, ensemble.mu[model], ensemble.logvar[model]) - log_p) - log_c
        under_p, under_r = np.logaddexp(under_p, log_w), np.logaddexp(under_r, log_w + tilt)
    return np.asarray(under_r - under_p)
