import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory import explaining_away, infomax, joint
from theory.printed import infomax as printed

seeds = st.integers(0, 2**32 - 1)


def world(seed, M=3, K=4):
    rng = np.random.default_rng(seed)
    data, prior = rng.dirichlet(np.ones(M)), rng.dirichlet(np.ones(K))
    enc, dec = rng.dirichlet(np.ones(K), M), rng.dirichlet(np.ones(M), K).T
    return tuple(map(np.log, (data, enc, prior, dec)))


@given(seed=seeds, lam=st.floats(-0.99, 20))
def test_the_bound_exceeds_the_objective_by_the_constant_and_the_gap(seed, lam):
    data, enc, prior, dec = world(seed)
    pairs = joint.encoder_joint(data, enc)
    decoder_kl = (np.exp(pairs) * (joint.inverted_posterior(pairs) - dec)).sum()
    objective = infomax.objective(joint.aggdiv(data, enc, prior), joint.i_enc(data, enc), lam)
    bound = infomax.bound(joint.nell(data, enc, dec), joint.div(data, enc, prior), lam)
    room = infomax.constant(joint.entropy(data), lam) + infomax.gap(decoder_kl, lam)
    assert bound - objective == pytest.approx(room, rel=1e-9)


@given(seed=seeds, beta=st.floats(0.05, 20))
def test_no_encoder_beats_the_optimal_one(seed, beta):
    data, enc, prior, dec = world(seed)
    best = infomax.optimal_encoder(prior, dec, beta)

    def objective(code):
        return printed.beta_vae_objective_corrected(data, code, prior, dec, beta)

    assert objective(best) <= objective(enc) + 1e-12


@given(lam=st.floats(-0.999, 1e6))
def test_lambda_and_beta_are_inverse_to_each_other(lam):
    assert infomax.lambda_of_beta(infomax.beta_of_lambda(lam)) == pytest.approx(lam, rel=1e-9, abs=1e-9)


def test_beta_is_above_one_where_information_is_penalised():
    assert infomax.beta_of_lambda([-0.5, 0.0, 1.0]).tolist() == [2.0, 1.0, 0.5]


@pytest.mark.parametrize("lam", [-1.0, -1.5])
def test_a_lambda_that_turns_the_bound_round_is_refused(lam):
    for call in (
        lambda: infomax.objective(1.0, 1.0, lam),
        lambda: infomax.bound(1.0, 1.0, lam),
        lambda: infomax.constant(1.0, lam),
        lambda: infomax.gap(1.0, lam),
        lambda: infomax.beta_of_lambda(lam),
    ):
        with pytest.raises(ValueError, match=rf"^lam = {lam:g} is outside \(-1, inf\), where the formula holds\.$"):
            call()


def test_a_beta_of_zero_has_no_lambda():
    with pytest.raises(ValueError, match=r"^beta = 0 is outside \(0, inf\), where the formula holds\.$"):
        infomax.lambda_of_beta(0.0)


@given(seed=seeds)
def test_the_post_s_chain_is_one_number(seed):
    data, enc, prior, _ = world(seed)
    lines = [getattr(printed, f"kl_chain_line_{n}")(data, enc, prior) for n in range(1, 6)]
    np.testing.assert_allclose(lines, joint.aggdiv(data, enc, prior), rtol=1e-9, atol=1e-12)


def test_an_encoder_that_never_uses_a_state_counts_nothing_there():
    data, enc, prior, _ = world(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        enc, prior = np.log(np.pad(np.exp(enc), ((0, 0), (0, 1)))), np.log(np.append(0.5 * np.exp(prior), 0.5))
        lines = [getattr(printed, f"kl_chain_line_{n}")(data, enc, prior) for n in range(1, 6)]
    np.testing.assert_allclose(lines, joint.aggdiv(data, enc, prior), rtol=1e-12)


def test_seeing_one_cause_explains_the_other_away():
    causes = ([0.5, 0.5], [0.5, 0.5], explaining_away.noisy_or(0.0, 1.0, 1.0))
    assert explaining_away.belief(*causes)[1] == pytest.approx(2 / 3)
    assert explaining_away.belief_given_cause(*causes)[1, 1] == pytest.approx(1 / 2)


def test_an_effect_that_is_not_seen_leaves_the_causes_independent():
    seen = 1 - explaining_away.noisy_or(0.0, 0.5, 0.5)
    table = explaining_away.posterior([0.5, 0.5], [0.5, 0.5], seen)
    np.testing.assert_allclose(table, np.outer([2 / 3, 1 / 3], [2 / 3, 1 / 3]), rtol=1e-14)
    np.testing.assert_allclose(explaining_away.interaction(seen), 0, atol=1e-15)


@given(seed=seeds)
def test_the_causes_odds_ratios_are_the_effect_s(seed):
    rng = np.random.default_rng(seed)
    seen = rng.uniform(0.05, 1, (3, 2))
    p = explaining_away.posterior(rng.dirichlet(np.ones(3)), rng.dirichlet(np.ones(2)), seen)
    np.testing.assert_allclose(explaining_away.interaction(p), explaining_away.interaction(seen), atol=1e-10)


@pytest.mark.parametrize("chance", [-0.5, 1.5])
def test_what_is_no_chance_is_refused(chance):
    told = rf"\[1\] = {chance:g} is outside \[0, 1\], where the formula holds\.$"
    half = [0.5, 0.5]
    with pytest.raises(ValueError, match="^p_a" + told):
        explaining_away.posterior([0.5, chance], half, [half, half])
    with pytest.raises(ValueError, match="^p_b" + told):
        explaining_away.belief(half, [0.5, chance], [half, half])
    with pytest.raises(ValueError, match="^s_a" + told):
        explaining_away.noisy_or(0.0, [0.5, chance], 0.5)
