"""The linear beta-VAE over beta: what is drawn without training, and what trained parameters say."""

import numpy as np

from theory.linear_vae_fit import fit
from verification.experiments import linear_path
from verification.vae import linear
from verification.vae.progress import watching


def test_the_fast_tier_draws_exact_curves_and_says_so():
    codes, likelihoods = linear_path.run("fast", 0, "cpu")
    assert [codes.id, likelihoods.id] == ["linear_path", "linear_likelihood"]
    assert all("this tier trains nothing" in figure.caption for figure in (codes, likelihoods))
    assert "highest at β = 1.00 with given and at β = 1.00 with learned noise" in likelihoods.title
    assert {row[0] for row in codes.rows} == {"given", "learned"}


def test_a_row_beside_each_threshold_has_one_active_dimension_more_or_less():
    codes, _ = linear_path.run("fast", 0, "cpu")
    for noise in ("given", "learned"):
        counts = [row[3] for row in codes.rows if row[0] == noise]
        assert counts[0] == linear_path.LATENT
        assert counts[-1] == 0
        assert set(np.diff(counts)) == {0, -1}


def test_images_are_averaged_over_squares():
    C, note = linear_path.covariance("digits")
    assert C.shape == (16, 16)
    assert "digits" in note
    assert np.linalg.eigvalsh(C)[0] > 0


def test_terms_of_trained_parameters_are_those_of_the_optimum():
    C, betas = linear_path.covariance("digits")[0], np.array([0.5, 3.5])
    models, exact = linear.train(C, linear_path.LATENT, betas), fit(C, linear_path.LATENT, betas)
    seen = linear_path.terms(models, C)
    np.testing.assert_allclose(seen.rate, exact.rate, atol=1e-8)
    np.testing.assert_allclose(seen.information, exact.rate, atol=1e-8)
    np.testing.assert_allclose(seen.log_likelihood, exact.log_likelihood, atol=1e-8)
    np.testing.assert_allclose(seen.total_correlation, 0, atol=1e-8)
    np.testing.assert_allclose(seen.divergence, 0, atol=1e-8)


def test_training_tells_how_far_it_has_come():
    heard = []
    with watching(lambda done, total, what: heard.append((done / total, what))):
        linear.train(linear_path.covariance("digits")[0], linear_path.LATENT, np.array([0.5, 3.5]))
    assert heard and all(0 <= share < 1 and what == "training 2 linear models" for share, what in heard)
