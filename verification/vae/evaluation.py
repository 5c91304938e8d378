"""What a trained model is worth under the prior p and under its implicit prior r, datum by datum, on train and on
test."""

from __future__ import annotations

import functools
import hashlib
import inspect
import sys
from dataclasses import dataclass
from typing import Any

import numpy as np

from verification.vae import networks
from verification.vae.fixtures import Trained, trained
from verification.vae.normalizer import LogC, log_c
from verification.vae.objectives import aggregate_terms, kl_to_standard_normal, log_bernoulli
from verification.vae.store import cache_folder, kept
from verification.vae.training import derived_seed

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Terms:
    """Per datum, in nats: likelihood E_q log p(x|z), KL(q(z|x)||p), and E_q log q(z) of the training aggregate; each
    (n,)."""

    likelihood: Array
    kl_p: Array
    entropy: Array
    log_q: Array

    def kl_r(self, beta: float, log_c: float) -> Array:
        r"""KL(q(z|x) || r), the divergence from the implicit prior, (n,).

        .. math:: (1-\beta)\,(-H_n - \mathbb{E}_{q_n}\log q) + \beta\,\mathrm{KL}(q_n\|p) + \log C
        """
        return (1 - beta) * (-self.entropy - self.log_q) + beta * self.kl_p + log_c

    def elbo_p(self) -> Array:
        """The usual ELBO of each datum, (n,)."""
        return self.likelihood - self.kl_p

    def elbo_r(self, beta: float, log_c: float) -> Array:
        """The ELBO of each datum with r for the prior, (n,)."""
        return self.likelihood - self.kl_r(beta, log_c)


@dataclass(frozen=True)
class Evaluation:
    """One model: its terms on train and test, log C both ways, and H(phi(.|z)) of single draws z ~ q_n, one per
    training n."""

    beta: float
    replicate: int
    train: Terms
    test: Terms
    log_c: LogC
    responsibility_entropy: Array

    def part(self, split: str) -> Terms:
        """The terms on ``train`` or on ``test``."""
        return {"train": self.train, "test": self.test}[split]


def evaluate(ensemble: Trained, model: int, draws: int = 8, proposals: int = 8192) -> Evaluation:
    """Terms of one model of the ensemble by ``draws`` posterior samples a datum; log C by ``proposals`` and in
    closed form.

    Closed forms stand wherever there is one (KL to p, entropies); only log p(x|z), log q(z) and log C are sampled. The
    noise depends on the ensemble's seed, the model and nothing else.
    """
    beta = float(ensemble.betas[model])
    rng = np.random.default_rng(derived_seed("evaluation", ensemble.name, ensemble.seed, model))
    params = networks.one(ensemble.params, model)
    aggregate = ensemble.mu[model], ensemble.logvar[model]
    train, entropy = _terms(params, ensemble.data.train_x, *aggregate, aggregate, draws, rng)
    test, _ = _terms(
        params, ensemble.data.test_x, ensemble.test_mu[model], ensemble.test_logvar[model], aggregate, draws, rng
    )
    normalizer = log_c(*aggregate, beta, rng, proposals)
    return Evaluation(beta, model % ensemble.config.replicates, train, test, normalizer, entropy)


def evaluate_all(ensemble: Trained, draws: int = 8, proposals: int = 8192) -> list[Evaluation]:
    """The evaluation of every model of the ensemble, in its order."""
    return [evaluate(ensemble, model, draws, proposals) for model in range(ensemble.config.models)]


@functools.lru_cache(maxsize=4)
def evaluations(tier: str, seed: int, device: str, data: str) -> tuple[Evaluation, ...]:
    """The evaluations of the ensemble a tier works with: made once, kept on disk beside the ensemble if it was
    trained."""
    ensemble = trained(tier, seed, device, data)
    if not ensemble.key:
        return tuple(evaluate_all(ensemble, draws=4))
    source = [inspect.getsource(sys.modules[name]) for name in (__name__, log_c.__module__, log_bernoulli.__module__)]
    key = hashlib.sha256(repr([ensemble.key, *source]).encode()).hexdigest()
    path = cache_folder() / f"{ensemble.name}.evaluation-{key[:32]}.npz"
    return tuple(_unpacked(kept(path, PACKED, lambda: _packed(evaluate_all(ensemble)))))


PACKED = ("beta", "replicate", "train", "test", "estimator", "mean", "deviation", "proposals", "responsibility_entropy")


def _packed(found: list[Evaluation]) -> dict[str, Array]:
    columns: dict[str, list[Any]] = {name: [] for name in PACKED}
    for e in found:
        terms = [[t.likelihood, t.kl_p, t.entropy, t.log_q] for t in (e.train, e.test)]
        c = e.log_c
        row = (e.beta, e.replicate, *terms, c.estimator, c.mean, c.deviation, c.proposals, e.responsibility_entropy)
        for name, value in zip(PACKED, row, strict=True):
            columns[name].append(value)
    return {name: np.array(values) for name, values in columns.items()}


def _unpacked(arrays: dict[str, Array]) -> list[Evaluation]:
    out = []
    for beta, replicate, train, test, *c, entropy in zip(*(arrays[name] for name in PACKED), strict=True):
        normalizer = LogC(float(c[0]), float(c[1]), float(c[2]), int(c[3]))
        out.append(Evaluation(float(beta), int(replicate), Terms(*train), Terms(*test), normalizer, entropy))
    return out


def _terms(
    params: networks.Params, x: Array, mu: Array, logvar: Array, aggregate: tuple[Array, Array], draws: int, rng: Any
) -> tuple[Terms, Array]:
    mu, logvar = mu.astype(float), logvar.astype(float)
    likelihood, log_q = np.zeros(len(mu)), np.zeros(len(mu))
    first = np.zeros(len(mu))
    for draw in range(draws):
        z = mu + np.exp(logvar / 2) * rng.standard_normal(mu.shape)
        likelihood += log_bernoulli(x, networks.decode(params, z[None].astype(np.float32))[0])
        density, entropy, _ = aggregate_terms(z, *aggregate)
        log_q += density
        first = entropy if draw == 0 else first
    own = 0.5 * (logvar + 1 + np.log(2 * np.pi)).sum(-1)
    return Terms(likelihood / draws, kl_to_standard_normal(mu, logvar), own, log_q / draws), first
