"""The sentences of the takeaways: two joints, what each has fixed, and what brings them together."""

from theory.printed import infomax as printed
from verification.claim import INFOMAX, REFUTED, Claim
from verification.domains.infomax import ANY_WORLD, OWN, OWN_ANY_BETA, OWN_INVERTED, WORLDS
from verification.mutants import absent, at, half, one_minus, reversed_effect, scaled, shifted, zero
from verification.oracles import entropies, worlds
from verification.relations.at_most import AT_MOST
from verification.relations.bias import BIASED_LOW
from verification.relations.equals import EQUALS

marginal = Claim(
    "infomax.marginal",
    "q(z|x) p_D(x) has exactly the data distribution as its marginal of x.",
    INFOMAX.at("takeaways"),
    EQUALS,
    printed.observable_marginal,
    dict(worlds=worlds.data, entropies=entropies.data),
    WORLDS,
    (at(log_data=half), at(log_enc=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"\int q_\psi(z|x)\,p_D(x)\,dz = p_D(x)",
    unit="probability",
)
likelihood = Claim(
    "infomax.likelihood",
    "q(z|x) p_D(x) has the largest likelihood: that of any model p(z) p(x|z) is at most that of p_D itself.",
    INFOMAX.at("takeaways"),
    AT_MOST,
    printed.model_likelihood,
    dict(worlds=worlds.best_likelihood, entropies=entropies.best_likelihood),
    WORLDS,
    (at(log_dec=half), at(log_prior=zero), shifted(0.7), shifted(-0.7), shifted(0.01)),
    latex=r"\mathbb{E}_{p_D} \log p(x) \leq \mathbb{E}_{p_D} \log p_D(x)",
    tight="infomax.likelihood.tight",
)
likelihood_tight = Claim(
    "infomax.likelihood.tight",
    "It is attained by a model whose decoder and prior are those of q(z|x) p_D(x).",
    INFOMAX.at("takeaways"),
    EQUALS,
    printed.model_likelihood,
    dict(worlds=worlds.best_likelihood, entropies=entropies.best_likelihood),
    OWN_INVERTED,
    (at(log_dec=half), at(log_prior=zero), shifted(0.7), shifted(-0.7), shifted(0.01)),
    printed=False,
)
second_joint = Claim(
    "infomax.second_joint",
    "The second joint distribution is p(x) p(x|z).",
    INFOMAX.at("takeaways"),
    EQUALS,
    printed.twice_x_mass,
    dict(worlds=worlds.whole, entropies=entropies.whole),
    ANY_WORLD,
    latex=r"\sum_{x,z} p(x)\,p_\theta(x|z) = 1",
    expected=REFUTED,
    pinned="infomax.second_joint.pinned",
    corrected="infomax.second_joint.corrected",
    note="It must be p(z) p(x|z), as in the next paragraph. Two equally likely x and a constant z: the mass is 1/2.",
    unit="probability",
)
second_joint_pinned = Claim(
    "infomax.second_joint.pinned",
    "The mass of p(x) p(x|z) is the sum over z of the mean of p(x) under p(x|z).",
    INFOMAX.at("takeaways"),
    EQUALS,
    printed.twice_x_mass,
    dict(worlds=worlds.data_times_decoder, entropies=entropies.data_times_decoder),
    ANY_WORLD,
    (at(log_data=half), at(log_dec=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    printed=False,
    unit="probability",
)
second_joint_corrected = Claim(
    "infomax.second_joint.corrected",
    "p(z) p(x|z) is a distribution of (x, z).",
    INFOMAX.at("takeaways"),
    EQUALS,
    printed.model_mass,
    dict(worlds=worlds.model_mass, entropies=entropies.model_mass),
    ANY_WORLD,
    (at(log_prior=half), at(log_dec=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    printed=False,
    unit="probability",
)
latents = Claim(
    "infomax.latents",
    "The marginal of the latents under p(z) p(x|z) is p(z), and so as independent in its coordinates as p.",
    INFOMAX.at("takeaways"),
    EQUALS,
    printed.latent_marginal,
    dict(worlds=worlds.latent_marginal, entropies=entropies.latent_marginal),
    WORLDS,
    (at(log_prior=half), at(log_dec=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"\int p(z)\,p_\theta(x|z)\,dx = p(z)",
    unit="probability",
)

_JOINT = dict(worlds=worlds.joint_kl, entropies=entropies.joint_kl)
_SLIPS = (at(log_data=half), at(log_dec=half), at(log_prior=zero), shifted(0.7), scaled(1.01))

vae = Claim(
    "infomax.vae",
    "The VAE objective moves the two joints closer: -ELBO - H[X] is KL(q(z|x) p_D(x) || p(z) p(x|z)).",
    INFOMAX.at("takeaways"),
    EQUALS,
    printed.vae_objective_less_entropy,
    _JOINT,
    WORLDS,
    _SLIPS,
    latex=r"\mathrm{KL}(q_\psi(z|x)\,p_D(x)\,\|\,p(z)\,p_\theta(x|z)) = -\mathrm{ELBO} - \mathbb{H}[X]",
)
from_the_prior = Claim(
    "infomax.vae.prior",
    "From the perspective of q(z|x) p_D(x) it reproduces the prior with the aggregate (and q(x|z) by p(x|z)).",
    INFOMAX.at("takeaways"),
    EQUALS,
    printed.seen_from_the_prior,
    _JOINT,
    WORLDS,
    _SLIPS,
    latex=r"= \mathrm{KL}(q_\psi(z)\,\|\,p(z)) + \mathbb{E}_{q(z)}\mathrm{KL}(q_\psi(x|z)\,\|\,p_\theta(x|z))",
)
from_the_data = Claim(
    "infomax.vae.data",
    "From the perspective of p(z) p(x|z) it maximises the data likelihood, and brings q(z|x) to p(z|x).",
    INFOMAX.at("takeaways"),
    EQUALS,
    printed.seen_from_the_data,
    _JOINT,
    WORLDS,
    _SLIPS,
    latex=r"= \mathrm{KL}(p_D(x)\,\|\,p_\theta(x)) + \mathbb{E}_{p_D}\mathrm{KL}(q_\psi(z|x)\,\|\,p_\theta(z|x))",
)
best_objective = Claim(
    "infomax.weight",
    "With the best decoder the beta-VAE objective is H[X] - (1 - beta) I(X; Z) + beta KL(q(z) || p(z)).",
    INFOMAX.at("takeaways"),
    EQUALS,
    printed.best_objective,
    dict(worlds=worlds.best_beta_objective, entropies=entropies.best_beta_objective),
    WORLDS,
    (at(beta=one_minus), at(log_data=half), at(log_prior=zero), shifted(0.7), scaled(1.01)),
    latex=r"\min_\theta \mathcal{L}_\beta = \mathbb{H}[X] - (1 - \beta)\,\mathbb{I}[X,Z]"
    r" + \beta\,\mathrm{KL}(q_\psi(z)\,\|\,p(z))",
    printed=False,
)
maximise = Claim(
    "infomax.maximise",
    "With the beta-VAE objective we additionally wish to maximise I(X; Z): of two codes that reproduce the prior, one "
    "that tells something is better than one that tells nothing.",
    INFOMAX.at("takeaways"),
    BIASED_LOW,
    printed.entropy_of_x,
    dict(worlds=worlds.best_beta_objective, entropies=entropies.best_beta_objective),
    OWN_ANY_BETA,
    expected=REFUTED,
    pinned="infomax.maximise.pinned",
    corrected="infomax.maximise.corrected",
    note="For beta > 1 it is worse by (beta - 1) I(X; Z): the information is to be made small.",
)
maximise_pinned = Claim(
    "infomax.maximise.pinned",
    "Among codes that reproduce the prior the objective is H[X] - (1 - beta) I(X; Z), for every beta.",
    INFOMAX.at("takeaways"),
    EQUALS,
    printed.best_objective,
    dict(worlds=worlds.best_beta_objective, entropies=entropies.best_beta_objective),
    OWN_ANY_BETA,
    (at(beta=one_minus), at(log_data=half), at(log_prior=zero), shifted(0.7), scaled(1.01)),
    printed=False,
)
maximise_corrected = Claim(
    "infomax.maximise.corrected",
    "For beta < 1 we do.",
    INFOMAX.at("takeaways"),
    BIASED_LOW,
    printed.entropy_of_x,
    dict(worlds=worlds.best_beta_objective, entropies=entropies.best_beta_objective),
    OWN,
    (absent, reversed_effect, scaled(1 / 2), shifted(-0.5)),
    latex=r"\beta < 1: \quad \mathbb{H}[X] - (1 - \beta)\,\mathbb{I}[X,Z] < \mathbb{H}[X]",
    printed=False,
)
