"""The linear-Gaussian beta-VAE solved for every beta: its best encoder, its optimum, and where dimensions collapse."""

from theory import linear_vae, linear_vae_noise
from theory.printed import linear_vae as printed
from verification.claim import FLOAT64, OWN, Claim
from verification.domains.linear_vae import (
    ALL_KEPT,
    BETA_ONE,
    EIGENVECTORS,
    EQUAL_EIGENVALUES,
    FREE_NOISE,
    GIVEN_NOISE,
    MODELS,
    SMALL_NOISE,
    TILTED,
    TRAINED_FREE,
    TRAINED_GIVEN,
    TURNED,
)
from verification.mutants import (
    all_first,
    at,
    columns_reversed,
    double,
    exchange,
    first_column,
    half,
    identity_matrix,
    last_zero,
    scaled,
    shifted,
    square,
    zero,
)
from verification.oracles import linear_models, linear_points, linear_ranks, linear_search, linear_slopes, linear_sums
from verification.relations.at_most import AT_LEAST, AT_MOST
from verification.relations.bias import BIASED_LOW
from verification.relations.equals import EQUALS
from verification.relations.optimal import OPTIMAL
from verification.vae import linear as trained

_WHERE = OWN.at("linear beta-VAE")
_ANY = (scaled(-1), shifted(0.7), scaled(1.01))
_SPECTRAL = (at(beta=half), at(noise=double), at(kept=double), shifted(0.7), shifted(-0.01), scaled(1.01))
_LEARNED = (at(beta=half), at(kept=double), at(discarded=double), scaled(1 / 2), shifted(0.7), scaled(1.01))

# --- any decoder, any encoder -----------------------------------------------------------------------------------------

objective = Claim(
    "linear_vae.objective", "The objective of the linear beta-VAE, averaged over the data, is a closed form.", _WHERE,
    EQUALS, linear_vae.objective,
    dict(linear_models=linear_models.beta_objective, linear_points=linear_points.beta_objective), MODELS,
    (at(beta=half), at(Sigma=square), at(Sigma_x=identity_matrix), at(noise=double),
     at(A=zero), *_ANY),
    latex=r"\mathbb{E}\log p(x|z) - \beta\,\mathbb{E}\,\mathrm{KL}(q(z|x)\,\|\,p(z))", printed=False,
)  # fmt: skip
log_likelihood = Claim(
    "linear_vae.log_likelihood", "The decoder's log marginal likelihood, averaged over the data, is a closed form.",
    _WHERE, EQUALS, linear_vae.log_likelihood,
    dict(linear_models=linear_models.average_log_likelihood, linear_points=linear_points.average_log_likelihood),
    MODELS, (at(W=zero), at(W=double), at(noise=double), at(Sigma_x=identity_matrix), *_ANY),
    latex=r"-\tfrac12\left(D\log 2\pi + \log|WW^\top + \sigma^2 I|"
    r" + \operatorname{tr}\Sigma_x(WW^\top + \sigma^2 I)^{-1}\right)", printed=False,
)  # fmt: skip
log_normalizer = Claim(
    "linear_vae.log_normalizer", "log C of the implicit prior of a linear VAE on Gaussian data is a closed form.",
    _WHERE, EQUALS, linear_vae.log_normalizer,
    dict(linear_models=linear_models.log_normalizer, linear_sums=linear_sums.log_normalizer), TILTED,
    (at(beta=half), at(A=zero), at(Sigma=square), at(Sigma_x=identity_matrix), *_ANY),
    latex=r"\log\int q(z)^{1-\beta}\,p(z)^\beta\,dz", printed=False,
)  # fmt: skip

# --- the best encoder of a decoder ------------------------------------------------------------------------------------

encoder_gain = Claim(
    "linear_vae.encoder_gain", "The best posterior mean of a linear decoder is a ridge regression of weight beta"
    " sigma^2.", _WHERE, OPTIMAL, linear_vae.encoder_gain,
    dict(linear_slopes=linear_slopes.encoder_optimality, linear_search=linear_search.encoder_optimality), MODELS,
    (at(beta=half), at(noise=double), at(W=double), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"A = (W^\top W + \beta\sigma^2 I)^{-1} W^\top", unit="slope", printed=False,
)  # fmt: skip
encoder_covariance = Claim(
    "linear_vae.encoder_covariance", "The best posterior covariance of a linear decoder, among all.", _WHERE, OPTIMAL,
    linear_vae.encoder_covariance,
    dict(linear_slopes=linear_slopes.covariance_optimality, linear_search=linear_search.covariance_optimality),
    MODELS, (at(beta=half), at(noise=double), at(W=double), at(W=zero), scaled(1.01)),
    latex=r"\Sigma = \left(I + \frac{W^\top W}{\beta\sigma^2}\right)^{-1}", unit="variance", printed=False,
)  # fmt: skip
mean_field_variances = Claim(
    "linear_vae.mean_field_variances", "The best posterior variances of a linear decoder, among diagonal covariances.",
    _WHERE, OPTIMAL, linear_vae.mean_field_variances,
    dict(linear_slopes=linear_slopes.variances_optimality, linear_search=linear_search.variances_optimality), MODELS,
    (at(beta=half), at(noise=double), at(W=double), at(W=zero), scaled(1.01)),
    latex=r"s_j = \left(1 + \frac{\|W_j\|^2}{\beta\sigma^2}\right)^{-1}", unit="variance", printed=False,
)  # fmt: skip
mean_field_gap = Claim(
    "linear_vae.mean_field_gap", "What a diagonal covariance loses is beta times the total correlation of a Gaussian of"
    " covariance I + W'W / (beta sigma^2).", _WHERE, EQUALS, linear_vae.mean_field_gap,
    dict(linear_models=linear_models.mean_field_gap, linear_points=linear_points.mean_field_gap), MODELS,
    (at(beta=half), at(noise=double), at(W=double), at(W=zero), *_ANY),
    latex=r"\frac\beta2\left(\sum_j\log P_{jj} - \log|P|\right), \quad P = I + \frac{W^\top W}{\beta\sigma^2}",
    printed=False,
)  # fmt: skip

# --- the optimum for a given noise ------------------------------------------------------------------------------------

decoder = Claim(
    "linear_vae.decoder", "The best decoder keeps the k largest eigenvectors, shrunk by beta sigma^2 in variance.",
    _WHERE, OPTIMAL, linear_vae.decoder,
    dict(linear_slopes=linear_slopes.decoder_optimality, linear_search=linear_search.decoder_optimality), EIGENVECTORS,
    (at(beta=half), at(noise=half), at(kept=double), at(U=columns_reversed), at(kept=last_zero), scaled(1.01)),
    latex=r"W_i = u_i\sqrt{(\lambda_i - \beta\sigma^2)_+}", unit="slope", printed=False,
    note="Its rivals are all other subsets of eigenvectors, columns left out, points near it and the ends of searches"
    " from random starts. W R is as good for every rotation R of the latents.",
)  # fmt: skip
optimum = Claim(
    "linear_vae.optimum", "The largest value of the objective over decoder, encoder and covariance.", _WHERE, EQUALS,
    linear_vae.optimum, dict(linear_ranks=linear_ranks.optimum, linear_search=linear_search.optimum), GIVEN_NOISE,
    _SPECTRAL, latex=r"\max\mathcal{L} = -\tfrac D2\log 2\pi\sigma^2 - \tfrac12\sum_i\min(\lambda_i/\sigma^2, \beta)"
    r" - \tfrac\beta2\sum_i\log\max(\lambda_i/\beta\sigma^2, 1)", printed=False,
    note="The sums are over the k largest eigenvalues; of the others all of lambda / sigma^2 is lost.",
)  # fmt: skip
tempered = Claim(
    "linear_vae.optimum.tempered", "Up to a constant the optimum is beta times the largest likelihood of probabilistic"
    " PCA whose noise is beta sigma^2.", _WHERE, EQUALS, printed.tempered_likelihood,
    dict(linear_ranks=linear_ranks.optimum, linear_search=linear_search.optimum), GIVEN_NOISE, _SPECTRAL,
    latex=r"\max\mathcal{L} = \beta\max_W\log p_{\beta\sigma^2}(x) + \tfrac D2\left(\beta\log 2\pi\beta\sigma^2"
    r" - \log 2\pi\sigma^2\right)", printed=False,
)  # fmt: skip
mean_field_optimum = Claim(
    "linear_vae.optimum.mean_field", "Nothing is lost at the optimum when the covariance must be diagonal.", _WHERE,
    EQUALS, linear_vae.optimum,
    dict(linear_ranks=linear_ranks.optimum, linear_search=linear_search.mean_field_optimum), GIVEN_NOISE, _SPECTRAL,
    latex=r"\max_{\Sigma\ \mathrm{diagonal}}\mathcal{L} = \max_\Sigma\mathcal{L}", printed=False,
)  # fmt: skip
rate = Claim(
    "linear_vae.rate", "The average KL(q(z|x) || p) at the optimum.", _WHERE, EQUALS, linear_vae.rate,
    dict(linear_ranks=linear_ranks.rate, linear_search=linear_search.rate), GIVEN_NOISE, _SPECTRAL,
    latex=r"\tfrac12\sum_{i \leq k}\log\max(\lambda_i/\beta\sigma^2, 1)", printed=False,
)  # fmt: skip
information = Claim(
    "linear_vae.information", "I(x; z) at the optimum is the average KL, for Gaussian data.", _WHERE, EQUALS,
    linear_vae.rate, dict(linear_ranks=linear_ranks.information, linear_search=linear_search.information), GIVEN_NOISE,
    _SPECTRAL, latex=r"I(x; z) = \mathbb{E}\,\mathrm{KL}(q(z|x)\,\|\,p(z))", printed=False,
)  # fmt: skip
rate_distortion = Claim(
    "linear_vae.rate_distortion", "The optimum lies on the rate-distortion function of Gaussian data, for k = D.",
    _WHERE, EQUALS, linear_vae.rate,
    dict(linear_ranks=linear_ranks.fewest_nats, linear_search=linear_search.fewest_nats), ALL_KEPT, _SPECTRAL,
    latex=r"I(x; z) = \min\{I(x; y): \mathbb{E}\|x - y\|^2 \leq \mathbb{E}\|x - Wz\|^2\}", printed=False,
)  # fmt: skip
distortion = Claim(
    "linear_vae.distortion", "The average of -log p(x|z) at the optimum.", _WHERE, EQUALS, linear_vae.distortion,
    dict(linear_ranks=linear_ranks.distortion, linear_search=linear_search.distortion), GIVEN_NOISE, _SPECTRAL,
    latex=r"\tfrac D2\log 2\pi\sigma^2 + \tfrac12\sum_{i \leq k}\min(\lambda_i/\sigma^2, \beta)"
    r" + \tfrac12\sum_{i>k}\lambda_i/\sigma^2", printed=False,
)  # fmt: skip
log_likelihood_at_optimum = Claim(
    "linear_vae.log_likelihood.optimum", "The log marginal likelihood of the optimum's decoder.", _WHERE, EQUALS,
    linear_vae.log_likelihood_at_optimum,
    dict(linear_ranks=linear_ranks.log_likelihood, linear_search=linear_search.log_likelihood), GIVEN_NOISE, _SPECTRAL,
    latex=r"-\tfrac12\sum_i(\log 2\pi m_i + \lambda_i/m_i), \quad m_i = \sigma^2 + (\lambda_i - \beta\sigma^2)_+",
    printed=False, note="m_i = sigma^2 for i > k.",
)  # fmt: skip
highest_at_one = Claim(
    "linear_vae.log_likelihood.highest", "At every beta the optimum's decoder has at most the log marginal likelihood"
    " that it has at beta = 1, the largest of all.", _WHERE, AT_MOST, linear_vae.log_likelihood_at_optimum,
    dict(linear_ranks=linear_ranks.largest_likelihood, linear_slopes=linear_slopes.largest_likelihood), GIVEN_NOISE,
    (at(kept=half), scaled(1 / 2), scaled(-1), shifted(0.7), shifted(0.01)),
    latex=r"\log p_\beta(x) \leq \log p_1(x) = \max_W\log p_W(x)", tight="linear_vae.log_likelihood.highest.tight",
    printed=False,
)  # fmt: skip
highest_at_one_tight = Claim(
    "linear_vae.log_likelihood.highest.tight", "At beta = 1 it is the largest.", _WHERE, EQUALS,
    linear_vae.log_likelihood_at_optimum,
    dict(linear_ranks=linear_ranks.largest_likelihood, linear_slopes=linear_slopes.largest_likelihood), BETA_ONE,
    (at(kept=half), at(beta=half), at(noise=double), scaled(1 / 2), scaled(-1), shifted(0.7), shifted(0.01)),
    printed=False,
)  # fmt: skip
thresholds = Claim(
    "linear_vae.thresholds", "Dimension i collapses at beta = lambda_i / sigma^2.", _WHERE, EQUALS,
    linear_vae.thresholds, dict(linear_slopes=linear_slopes.thresholds, linear_ranks=linear_ranks.thresholds),
    GIVEN_NOISE, (at(kept=double), at(noise=double), at(noise=half), scaled(1 / 2), shifted(0.7), scaled(1.01)),
    latex=r"\beta_i = \lambda_i/\sigma^2", unit="beta", printed=False,
)  # fmt: skip
active = Claim(
    "linear_vae.active", "As many dimensions are active as kept eigenvalues exceed beta sigma^2.", _WHERE, EQUALS,
    linear_vae.active, dict(linear_ranks=linear_ranks.active, linear_search=linear_search.active), GIVEN_NOISE,
    (at(beta=double), at(noise=double), at(kept=half), scaled(2), shifted(1.0), scaled(1.01)), unit="dimensions",
    latex=r"\#\{i \leq k: \lambda_i > \beta\sigma^2\}", printed=False,
)  # fmt: skip
envelope = Claim(
    "linear_vae.envelope", "The slope of the optimum in beta is minus the average KL.", _WHERE, EQUALS,
    printed.slope_in_beta,
    dict(linear_slopes=linear_slopes.optimum_slope, linear_ranks=linear_ranks.optimum_slope,
         linear_search=linear_search.optimum_slope), GIVEN_NOISE, _SPECTRAL,
    latex=r"\frac{d}{d\beta}\max\mathcal{L} = -\mathbb{E}\,\mathrm{KL}(q(z|x)\,\|\,p(z))", printed=False,
)  # fmt: skip
aggregate = Claim(
    "linear_vae.aggregate", "The aggregated posterior of the optimum is the prior, at every beta, for Gaussian data.",
    _WHERE, EQUALS, printed.aggregate,
    dict(linear_points=linear_points.identity, linear_models=linear_models.identity), EIGENVECTORS,
    (at(Sigma_x=double), at(Sigma_x=identity_matrix), at(kept=double), at(U=columns_reversed), shifted(0.7),
     scaled(1.01)),
    latex=r"A\Sigma_xA^\top + \Sigma = I", unit="variance", printed=False,
    note="Hence KL(q(z) || p), its total correlation and log C are 0 at the optimum, whatever beta is.",
)  # fmt: skip
turned = Claim(
    "linear_vae.turned", "With full covariance a rotation of the latents changes nothing.", _WHERE, EQUALS,
    printed.turned, dict(linear_models=linear_models.unturned, linear_points=linear_points.unturned), TURNED,
    (at(R=double), at(Sigma_x=identity_matrix), at(kept=double), at(U=columns_reversed), at(noise=double), *_ANY),
    latex=r"\mathcal{L}(WR) = \mathcal{L}(W), \quad R^\top R = I", printed=False,
)  # fmt: skip
turned_gap = Claim(
    "linear_vae.turned.mean_field", "With diagonal covariance a rotation of latents of different norms loses"
    " something, also where one of two has collapsed.", _WHERE, BIASED_LOW, printed.turned_gap,
    dict(linear_models=linear_models.no_gap, linear_points=linear_points.no_gap), TURNED,
    (at(R=identity_matrix), at(R=exchange), at(kept=all_first), scaled(-1)),
    latex=r"\max_{\Sigma\ \mathrm{diagonal}}\mathcal{L}(WR) < \mathcal{L}(W)", printed=False,
)  # fmt: skip

# --- the noise learned too --------------------------------------------------------------------------------------------

noise_slope = Claim(
    "linear_vae.noise.slope", "The slope of the optimum in the noise is a concave function of the noise over twice its"
    " square.", _WHERE, EQUALS, linear_vae_noise.slope,
    dict(linear_slopes=linear_slopes.noise_slope, linear_ranks=linear_ranks.noise_slope,
         linear_search=linear_search.noise_slope), GIVEN_NOISE,
    (at(beta=half), at(noise=double), at(kept=double), at(discarded=zero), *_ANY),
    latex=r"\frac{1}{2\sigma^4}\left(\sum_{i \leq k}\min(\lambda_i, \beta\sigma^2) + \sum_{i>k}\lambda_i"
    r" - D\sigma^2\right)", unit="nats a unit of noise", printed=False,
    note="Concave and not negative at 0, it changes its sign once: the objective has one peak in the noise, whatever"
    " the number of active dimensions, and no local optimum besides.",
)  # fmt: skip
best_noise = Claim(
    "linear_vae.noise.best", "The best noise is the least of R_j / (D - beta j), R_j the sum of all eigenvalues but the"
    " j largest.", _WHERE, EQUALS, linear_vae_noise.best_noise,
    dict(linear_ranks=linear_ranks.best_noise, linear_search=linear_search.best_noise), FREE_NOISE, _LEARNED,
    latex=r"\sigma^2 = \min_{j \leq k,\ \beta j < D}\frac{\sum_{i>j}\lambda_i}{D - \beta j}", unit="variance",
    printed=False, note="The j of the least one is the number of active dimensions.",
)  # fmt: skip
best_noise_optimal = Claim(
    "linear_vae.noise.optimal", "At the best noise the optimum is stationary, and at no other noise larger.", _WHERE,
    OPTIMAL, linear_vae_noise.best_noise,
    dict(linear_slopes=linear_slopes.noise_optimality, linear_ranks=linear_ranks.noise_optimality,
         linear_search=linear_search.noise_optimality), FREE_NOISE,
    _LEARNED, latex=r"\max_{\sigma^2}\max_{W, A, \Sigma}\mathcal{L}", unit="variance", printed=False,
)  # fmt: skip
unbounded = Claim(
    "linear_vae.noise.unbounded", "With as many latents as data dimensions and beta < 1 no noise is best: each halving"
    " of a small noise gains the same.", _WHERE, EQUALS, printed.gain_of_halving,
    dict(linear_ranks=linear_ranks.gain_of_halving, linear_slopes=linear_slopes.gain_of_halving), SMALL_NOISE,
    (at(beta=double), at(beta=half), *_ANY), latex=r"\frac{D(1 - \beta)}{2}\log 2",
    printed=False, note="At beta = 1 the objective is flat in small noises, above it has its one peak.",
)  # fmt: skip
learned_optimum = Claim(
    "linear_vae.noise.optimum", "The largest value of the objective over decoder, encoder, covariance and noise.",
    _WHERE, EQUALS, linear_vae_noise.optimum,
    dict(linear_ranks=linear_ranks.learned_optimum, linear_search=linear_search.learned_optimum), FREE_NOISE,
    _LEARNED, latex=r"\max\mathcal{L} = -\tfrac D2\log 2\pi e\sigma^2"
    r" - \tfrac\beta2\sum_{i \leq k}\log\max(\lambda_i/\beta\sigma^2, 1)", printed=False,
)  # fmt: skip
learned_rate = Claim(
    "linear_vae.noise.rate", "The average KL(q(z|x) || p) at the optimum, when the noise is learned.", _WHERE, EQUALS,
    linear_vae_noise.rate,
    dict(linear_ranks=linear_ranks.learned_rate, linear_search=linear_search.learned_rate), FREE_NOISE,
    (at(beta=half), at(beta=double), at(discarded=double), shifted(0.7), shifted(-0.01), scaled(1.01)),
    latex=r"\tfrac12\sum_{i \leq k}\log\max(\lambda_i/\beta\sigma^2, 1)", printed=False,
)  # fmt: skip
learned_thresholds = Claim(
    "linear_vae.noise.thresholds", "When the noise is learned, dimension j collapses at D lambda_j over the sum of"
    " eigenvalues cut at lambda_j.", _WHERE, EQUALS, linear_vae_noise.thresholds,
    dict(linear_slopes=linear_slopes.learned_thresholds, linear_ranks=linear_ranks.learned_thresholds), FREE_NOISE,
    (at(discarded=double), at(discarded=zero), scaled(1 / 2), scaled(-1), shifted(0.7), scaled(1.01)),
    latex=r"\beta_j = \frac{D\lambda_j}{\sum_{i \leq k}\min(\lambda_i, \lambda_j) + \sum_{i>k}\lambda_i}",
    unit="beta", printed=False,
)  # fmt: skip
never_below_one = Claim(
    "linear_vae.noise.thresholds.above_one", "When the noise is learned no dimension collapses for beta < 1.", _WHERE,
    AT_LEAST, linear_vae_noise.thresholds, dict(linear_ranks=linear_ranks.ones, linear_slopes=linear_slopes.ones),
    FREE_NOISE, (scaled(-1), shifted(-0.5), scaled(1 / 2), shifted(-1.5)), latex=r"\beta_j \geq 1",
    tight="linear_vae.noise.thresholds.tight", unit="beta", printed=False,
)  # fmt: skip
never_below_one_tight = Claim(
    "linear_vae.noise.thresholds.tight", "The last kept dimension collapses at beta = 1 where what is discarded is as"
    " large: no direction is better than another.", _WHERE, EQUALS, linear_vae_noise.thresholds,
    dict(linear_ranks=linear_ranks.ones, linear_slopes=linear_slopes.ones), EQUAL_EIGENVALUES,
    (at(discarded=half), at(discarded=zero), scaled(-1), shifted(0.7), scaled(1.01)), latex=r"\beta_j = 1",
    unit="beta", printed=False,
)  # fmt: skip
learned_active = Claim(
    "linear_vae.noise.active", "When the noise is learned, as many dimensions are active as have thresholds above"
    " beta.", _WHERE, EQUALS, linear_vae_noise.active,
    dict(linear_ranks=linear_ranks.learned_active, linear_search=linear_search.learned_active), FREE_NOISE,
    (at(beta=half), at(beta=double), scaled(2), shifted(1.0), scaled(1.01)), latex=r"\#\{j \leq k: \beta < \beta_j\}",
    unit="dimensions", printed=False,
)  # fmt: skip
learned_envelope = Claim(
    "linear_vae.noise.envelope", "The slope of the optimum in beta is minus the average KL, though the noise moves.",
    _WHERE, EQUALS, printed.learned_slope_in_beta,
    dict(linear_slopes=linear_slopes.learned_slope, linear_ranks=linear_ranks.learned_slope,
         linear_search=linear_search.learned_slope), FREE_NOISE,
    (at(beta=half), at(beta=double), at(discarded=double), shifted(0.7), shifted(-0.01), scaled(1.01)),
    latex=r"\frac{d}{d\beta}\max\mathcal{L} = -\mathbb{E}\,\mathrm{KL}(q(z|x)\,\|\,p(z))", printed=False,
)  # fmt: skip

# --- fitted, and trained ----------------------------------------------------------------------------------------------

fitted = Claim(
    "linear_vae.fit", "The parameters that a covariance is given attain the optimum.", _WHERE, EQUALS, printed.fitted,
    dict(linear_models=linear_models.unturned, linear_points=linear_points.unturned), EIGENVECTORS,
    (at(beta=half), at(noise=double), at(Sigma_x=double), at(U=first_column), *_ANY), arithmetics=(FLOAT64,),
    printed=False,
)  # fmt: skip
fitted_with_noise = Claim(
    "linear_vae.noise.fit", "The parameters and the noise that a covariance is given attain the optimum.", _WHERE,
    EQUALS, printed.fitted_with_noise,
    dict(linear_ranks=linear_ranks.learned_optimum, linear_slopes=linear_slopes.learned_optimum), EIGENVECTORS,
    (at(beta=half), at(Sigma_x=double), at(Sigma_x=half), at(U=first_column), *_ANY), arithmetics=(FLOAT64,),
    printed=False,
)  # fmt: skip
trained_given = Claim(
    "linear_vae.trained", "A trained linear VAE reaches the exact optimum, below and above each collapse.", _WHERE,
    EQUALS, linear_vae.optimum,
    dict(linear_ranks=linear_ranks.optimum, linear_slopes=linear_slopes.optimum, trained=trained.optimum),
    TRAINED_GIVEN, _SPECTRAL, printed=False,
    note="Trained from random starts, all betas as one batch, diagonal covariance; 1e-9 nats is asked for.",
)  # fmt: skip
trained_free = Claim(
    "linear_vae.noise.trained", "A trained linear VAE that learns its noise reaches the exact optimum, below and above"
    " each collapse.", _WHERE, EQUALS, linear_vae_noise.optimum,
    dict(linear_ranks=linear_ranks.learned_optimum, linear_slopes=linear_slopes.learned_optimum,
         trained=trained.learned_optimum), TRAINED_FREE, _LEARNED, printed=False,
    note="No local optimum is met: every start ends at the same value.",
)  # fmt: skip
