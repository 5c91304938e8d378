"""The notation, and the beta-VAE objective as the post prints it."""

from theory.printed import infomax as printed
from verification.claim import INFOMAX, REFUTED, Claim
from verification.domains.infomax import ABOVE_ONE, ANY_WORLD, DEAF, WORLDS
from verification.mutants import at, double, half, one_minus, replaced, scaled, shifted, zero
from verification.oracles import entropies, gradients, stationary, worlds
from verification.relations.at_most import AT_MOST
from verification.relations.equals import EQUALS
from verification.relations.optimal import OPTIMAL

aggregate = Claim(
    "infomax.aggregate",
    "The aggregate posterior is the marginal of z under q(z|x) p_D(x).",
    INFOMAX.at("aggregate posterior"),
    EQUALS,
    printed.aggregate_posterior,
    dict(worlds=worlds.aggregate, entropies=entropies.aggregate),
    WORLDS,
    (at(log_data=zero), at(log_enc=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"q_\psi(z) = \int p_D(x)\,q_\psi(z|x)\,dx",
    note="The post leaves out the dx of its integral.",
    unit="probability",
)
inverted = Claim(
    "infomax.inverted",
    "The inverted posterior is q(z|x) p_D(x) / q(z).",
    INFOMAX.at("inverted posterior"),
    EQUALS,
    printed.inverted_posterior,
    dict(worlds=worlds.inverted, entropies=entropies.inverted),
    WORLDS,
    (at(log_data=zero), at(log_enc=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"q_\psi(x|z) = \frac{q_\psi(z|x)\,p_D(x)}{q_\psi(z)}",
    unit="probability",
)

_OBJECTIVE = dict(worlds=worlds.beta_objective, entropies=entropies.beta_objective)

weights = Claim(
    "infomax.beta_vae.weights",
    "q(x|z) p_D(x), under which the objective takes its expectation, is a distribution of (x, z).",
    INFOMAX.at("beta-VAE objective"),
    EQUALS,
    printed.printed_mass,
    dict(worlds=worlds.whole, entropies=entropies.whole),
    ANY_WORLD,
    latex=r"\sum_{x,z} q_\phi(x|z)\,p_D(x) = 1",
    expected=REFUTED,
    pinned="infomax.beta_vae.weights.pinned",
    corrected="infomax.marginal.mass",
    note="Two equally likely x and a constant z: the mass is 1/2. For equally likely x it is the number of values "
    "of z over that of x.",
    unit="probability",
)
weights_pinned = Claim(
    "infomax.beta_vae.weights.pinned",
    "The mass of q(x|z) p_D(x) is the sum over z of the mean of p_D(x) under q(x|z).",
    INFOMAX.at("beta-VAE objective"),
    EQUALS,
    printed.printed_mass,
    dict(worlds=worlds.inverted_times_data, entropies=entropies.inverted_times_data),
    ANY_WORLD,
    (at(log_data=half), at(log_enc=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"\sum_{x,z} q(x|z)\,p_D(x) = \sum_z \mathbb{E}_{q(x|z)}\,p_D(x)",
    printed=False,
    unit="probability",
)
weights_corrected = Claim(
    "infomax.marginal.mass",
    "q(z|x) p_D(x) is a distribution of (x, z): its margins add up to one.",
    INFOMAX.at("beta-VAE objective"),
    EQUALS,
    printed.observable_marginal,
    dict(worlds=worlds.observable, entropies=entropies.observable),
    ANY_WORLD,
    (at(log_data=half), at(log_enc=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    printed=False,
    unit="probability",
)
objective = Claim(
    "infomax.beta_vae",
    "The beta-VAE objective takes the expectation of -log p(x|z) under q(x|z) p_D(x).",
    INFOMAX.at("beta-VAE objective"),
    EQUALS,
    printed.beta_vae_objective,
    _OBJECTIVE,
    ANY_WORLD,
    latex=r"\mathcal{L} = -\mathbb{E}_{q_\phi(x|z)\,p_D(x)}[\log p_\theta(x|z)]"
    r" + \beta\,\mathrm{KL}(q_\phi(z|x)\,\|\,p(z))",
    expected=REFUTED,
    pinned="infomax.beta_vae.pinned",
    corrected="infomax.beta_vae.corrected",
    note="It must be q(z|x). x and z are listed as arguments although both are averaged over; the encoder's parameter "
    "is phi here and psi elsewhere.",
)
objective_pinned = Claim(
    "infomax.beta_vae.pinned",
    "The printed objective weighs -log p(x|z) by q(x|z) p_D(x), whose mass is not one.",
    INFOMAX.at("beta-VAE objective"),
    EQUALS,
    printed.beta_vae_objective,
    dict(worlds=worlds.inverted_weights_objective, entropies=entropies.inverted_weights_objective),
    ANY_WORLD,
    (at(beta=one_minus), at(log_data=half), at(log_prior=zero), shifted(0.7), scaled(1.01)),
    printed=False,
)
objective_corrected = Claim(
    "infomax.beta_vae.corrected",
    "The beta-VAE objective is -E log p(x|z) + beta E KL(q(z|x) || p(z)) under q(z|x) p_D(x).",
    INFOMAX.at("beta-VAE objective"),
    EQUALS,
    printed.beta_vae_objective_corrected,
    _OBJECTIVE,
    ANY_WORLD,
    (at(beta=one_minus), at(log_data=half), at(log_prior=zero), replaced("as printed", printed.beta_vae_objective),
     scaled(1.01)),
    latex=r"\mathcal{L} = -\mathbb{E}_{q_\phi(z|x)\,p_D(x)}[\log p_\theta(x|z)]"
    r" + \beta\,\mathbb{E}_{p_D}\mathrm{KL}(q_\phi(z|x)\,\|\,p(z))",
    printed=False,
)  # fmt: skip
best_encoder = Claim(
    "infomax.beta_vae.optimum",
    "For a given decoder the objective is smallest at q(z|x) proportional to p(z) p(x|z)^(1/beta).",
    INFOMAX.at("beta-VAE objective"),
    OPTIMAL,
    printed.best_encoder,
    dict(gradients=gradients.encoder_optimality, stationary=stationary.encoder_optimality),
    WORLDS,
    (at(beta=half), at(log_dec=half), at(log_prior=zero), scaled(1 / 2), scaled(1.01)),
    latex=r"q(z|x) \propto p(z)\,p(x|z)^{1/\beta}",
    printed=False,
    unit="probability",
)
closer = Claim(
    "infomax.beta_vae.closer",
    "With beta higher than 1 the best encoder is at least as close to the prior as with beta = 1.",
    INFOMAX.at("beta-VAE objective"),
    AT_MOST,
    printed.best_divergence,
    dict(worlds=worlds.posterior_divergence, entropies=entropies.posterior_divergence),
    ABOVE_ONE,
    (at(log_dec=double), at(log_prior=zero), shifted(-0.7), shifted(0.7), shifted(0.01)),
    latex=r"\beta > 1: \quad \mathbb{E}_{p_D}\mathrm{KL}(q_\beta(z|x)\,\|\,p(z))"
    r" \leq \mathbb{E}_{p_D}\mathrm{KL}(q_1(z|x)\,\|\,p(z))",
    tight="infomax.beta_vae.closer.tight",
    note="Every beta > 0 draws the encoder towards the prior, the more the higher it is.",
)
closer_tight = Claim(
    "infomax.beta_vae.closer.tight",
    "Where the decoder ignores z the best encoder is the prior at every beta.",
    INFOMAX.at("beta-VAE objective"),
    EQUALS,
    printed.best_divergence,
    dict(worlds=worlds.posterior_divergence, entropies=entropies.posterior_divergence),
    DEAF,
    (at(log_prior=zero), at(log_prior=half), shifted(-0.7), shifted(0.7), shifted(0.01)),
    printed=False,
)
