"""What could be wrong in the judge: each fault, the change of source that makes it, and the meta-test that sees it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from . import test_broken as broken
from . import test_calibration as calibration
from . import test_conditions as conditions
from . import test_judge as judge
from . import test_measured as measured
from . import test_relations as relations
from . import test_sampled as sampled
from . import test_seeds as seeds
from .planting import Edit, Fault


def fault(sentence: str, caught_by: Callable[[], None], target: str, old: str, new: object) -> Fault:
    return Fault(sentence, (Edit(target, old, new),), caught_by)


HALF_BLIND = np.frompyfunc(lambda d: float(d.abs_lower()) if d.is_finite() else 0.0, 1, 1)

RADII = (
    fault("radii halved", judge.test_a_gap_of_0_99_radii_is_forgiven,
          "relations:truth_as_balls", "error >= 0, error,", "error >= 0, error / 2,"),
    fault("radii doubled", judge.test_a_gap_of_1_01_radii_refutes,
          "relations:truth_as_balls", "error >= 0, error,", "error >= 0, 2 * error,"),
    fault("negative radii taken for radii", broken.test_an_oracle_of_negative_radius_is_dropped,
          "relations:truth_as_balls", "np.where(error >= 0, error, np.nan)", "error"),
    fault("an equality is one-sided", judge.test_a_gap_of_1_01_radii_refutes,
          "relations.equals:Equals.compare", "distance_from_zero(left - right)",
          "np.array([float(d.lower()) for d in left - right])"),
    fault("float precision in place of balls", judge.test_balls_forgive_nothing, "evidence:BITS", "", 53),
    fault("floats without balls taken as exact",
          judge.test_a_float_without_balls_may_be_off_by_its_stated_accuracy_and_no_more,
          "evidence:ball_values", "claim.accuracy *", "0 *"),
    fault("a stated accuracy forgives twice",
          judge.test_a_float_without_balls_may_be_off_by_its_stated_accuracy_and_no_more,
          "evidence:ball_values", "claim.accuracy *", "2 * claim.accuracy *"),
    fault("inequalities reversed", judge.test_an_upper_bound_and_a_lower_bound_are_told_apart,
          "relations.at_most:Bound.compare", "lower_end(self.sign * ", "lower_end(-self.sign * "),
    fault("upper bounds judged as lower ones", judge.test_bounds_use_the_radius_on_the_right_side,
          "relations.at_most:Bound.compare", "lower_end(self.sign * ", "lower_end("),
    fault("the exponential scale forgotten", conditions.test_an_estimate_of_the_exponential_is_compared_there,
          "relations:linked", 'truth.link == "exp"', "False"),
    fault("radii of given quantities lost", conditions.test_the_radius_of_a_given_quantity_propagates,
          "evidence:complete", "truth_as_balls(ask(claim, oracle, batch, ctx))",
          "as_balls(ask(claim, oracle, batch, ctx).value)"),
)  # fmt: skip

CASES = (
    fault("the last batch ignored", judge.test_a_violation_in_the_last_batch_alone_refutes,
          "testimony:testify", "for value in values:", "for value in values[:-1]:"),
    fault("the last oracle ignored", judge.test_the_last_oracle_alone_can_keep_support_away,
          "testimony:testify", "for oracle in asked.values():", "for oracle in list(asked.values())[:-1]:"),
    fault("only the first ten cases looked at", judge.test_one_bad_case_of_fifty_is_enough,
          "testimony:record", "np.flatnonzero(bad)", "np.flatnonzero(bad[:10])"),
    fault("draws skipped", judge.test_a_violation_among_the_draws_alone_refutes,
          "domain:_batches", "domain.draw is not None and draws", "False"),
    fault("witnesses skipped", judge.test_a_violation_on_a_witness_alone_refutes,
          "domain:_batches", "for case in domain.witnesses:", "for case in ():"),
    fault("invalid draws kept", seeds.test_draws_outside_the_domain_are_left_out,
          "domain:_batches", "value[valid]", "value"),
    fault("shapes that nobody covers forgiven", judge.test_a_shape_that_no_oracle_covers_keeps_support_away,
          "judge:_uncovered", "if batch.label not in covered", "if False"),
)  # fmt: skip

BROKEN = (
    fault("a broken oracle counted", broken.test_an_oracle_that_answers_nan_once_is_dropped,
          "testimony:Testimony.heard", "self.cases > 0 and self.dropped is None", "self.cases > 0"),
    fault("a dropped oracle not told", broken.test_an_oracle_that_raises_is_dropped,
          "judge:decide", "if dropped:", "if False:"),
    Fault("NaN of an oracle compared",
          (Edit("relations:known", "return np.asarray(finite.reshape(len(finite), -1).all(axis=1))",
                "return np.ones(len(finite), bool)"),
           Edit("testimony:record", "if not np.isfinite(comparison.radius[usable]).all():", "if False:")),
          broken.test_an_oracle_that_answers_nan_is_dropped),
    fault("an oracle kept for its finite cases", broken.test_an_oracle_that_answers_nan_once_is_dropped,
          "testimony:record", "if not usable.all():", "if not usable.any():"),
    fault("shapes broadcast", broken.test_an_oracle_of_the_wrong_shape_is_dropped,
          "evidence:check_shape", "np.shape(value) != shape", "np.shape(value)[:1] != shape[:1]"),
    fault("a broken given quantity refutes", conditions.test_a_given_quantity_that_breaks_refutes_nothing,
          "evidence:complete", "if not is_finite(given[name]).all():", "if False:"),
    Fault("NaN of the formula forgiven",
          (Edit("judge:_shipped_fails", "if bad.any():", "if False:"), Edit("balls:_excess", "", HALF_BLIND)),
          broken.test_nan_from_the_formula_in_one_case_refutes),
    fault("NaN of the formula must be everywhere", broken.test_nan_from_the_formula_in_one_case_refutes,
          "judge:_shipped_fails", "if bad.any():", "if bad.all():"),
    Fault("exceptions of the formula forgiven",
          (Edit("judge:judge", "broken := _shipped_fails(claim, batches, ctx)", "broken := None"),
           Edit("testimony:_nowhere", "np.nan", "0.0"),
           Edit("judge:decide", "against = [", "against = [] and [")),
          broken.test_an_exception_from_the_formula_refutes),
    fault("a failed proof forgiven", broken.test_a_proof_counts_and_its_failure_refutes,
          "testimony:_hear_proof", "0.0 if holds else np.inf", "0.0"),
    fault("NaN in floats forgiven", conditions.test_nan_in_floats_alone_is_no_accuracy,
          "arithmetic:disagreement", "np.isnan(gap), np.inf, gap", "np.isnan(gap), 0.0, gap"),
    fault("exceptions in floats forgiven", conditions.test_an_exception_in_floats_alone_is_no_accuracy,
          "accuracy:measure_accuracy", "gap = np.inf", "gap = 0.0"),
    fault("accuracy never judged", conditions.test_accuracy_is_a_verdict_of_its_own,
          "judge:decide", "if accuracy is not None:", "if False:"),
)  # fmt: skip

RULES = (
    fault("mistakes ignored", judge.test_a_mistake_that_survives_is_told,
          "judge:decide", "if not any(mutant.name in", "if False and not any(mutant.name in"),
    fault("an oracle counts without power", judge.test_a_structural_mistake_must_fall_to_each_counted_oracle,
          "testimony:counts", "testimony.heard and all(", "testimony.heard or all("),
    fault("small mistakes must fall to all", judge.test_a_small_mistake_must_fall_to_one_oracle,
          "testimony:counts", "m.small or ", ""),
    fault("a mistake that breaks is caught", judge.test_a_mistake_that_breaks_is_not_caught,
          "testimony:Values.planted", "and np.all(np.isfinite(middle(out)))", ""),
    fault("the method is the oracle's name", judge.test_one_method_labelled_twice_is_not_enough,
          "evidence:method", 'oracle.__module__.rsplit(".", 1)[-1]', "oracle.__name__"),
    fault("one method is enough", judge.test_one_method_is_not_enough,
          "judge:decide", "if len(methods) < 2:", "if len(methods) < 1:"),
    fault("a single bounded method refutes", judge.test_one_bounded_method_alone_does_not_refute,
          "judge:decide", "if len(methods) > 1 or", "if True or"),
    fault("a certified method needs a second to refute", judge.test_one_certified_method_refutes,
          "judge:decide", "or strongest.grade >= Grade.CERTIFIED", ""),
    fault("the companion ignored", judge.test_the_pair_of_bound_and_companion_catches_it,
          "judge:judge", "if claim.tight is not None:", "if False:"),
    fault("any companion's oracle lends its catches", judge.test_a_companion_of_other_methods_lends_nothing,
          "testimony:add_companion", "testimony.method == other.method and ", ""),
    fault("a broken companion lends its catches", judge.test_a_companion_that_breaks_lends_nothing,
          "testimony:add_companion", "and other.heard ", ""),
    fault("a wrong companion lends its catches", judge.test_a_companion_that_is_wrong_lends_nothing,
          "testimony:add_companion", " and not other.violations", ""),
    fault("vacuity ignored", conditions.test_a_witness_outside_the_condition_makes_it_vacuous,
          "judge:judge", "verdict == SUPPORTED and vacuous", "False"),
    fault("the border unchecked", conditions.test_no_error_beyond_the_border_refutes,
          "judge:judge", "(trouble := check_border(claim))", "(trouble := None)"),
    fault("the border found roughly", conditions.test_a_border_that_is_where_it_is_said_passes,
          "border:check_border", "range(60)", "range(12)"),
    fault("inside the border unchecked", conditions.test_nan_just_inside_the_border_refutes,
          "border:check_border", "if not np.isfinite(within).all():", "if False:"),
)  # fmt: skip

SAMPLED = (
    fault("alpha not split over values", sampled.test_alpha_is_split_to_the_digit,
          "evidence:sampled_excess", "alpha / (np.size(sample.mean) + len(weights))", "alpha"),
    fault("alpha not split over batches", sampled.test_alpha_is_split_over_oracles_batches_and_values,
          "testimony:testify", "parts = len(asked) * len(values)", "parts = len(asked)"),
    fault("alpha one-sided", sampled.test_the_normal_radius_to_the_digit,
          "sampling:radius", "ndtri(alpha / 2)", "ndtri(alpha)"),
    fault("alpha ignored", sampled.test_alpha_follows_the_budget_asked_for,
          "sampling:radius", "ndtri(alpha / 2)", "ndtri(5e-11)"),
    fault("radii a fifth too short", calibration.test_the_normal_radius_alarms_as_often_as_it_says,
          "sampling:radius", "np.asarray(spread * -ndtri", "np.asarray(0.8 * spread * -ndtri"),
    fault("radii a fifth too long", calibration.test_the_judge_alarms_as_often_as_its_slot_says,
          "sampling:radius", "np.asarray(spread * -ndtri", "np.asarray(1.2 * spread * -ndtri"),
    fault("no slots", seeds.test_the_slot_is_the_same_for_one_claim_and_for_all,
          "evidence:Context.slot", "self.false_alarm / self.SLOTS", "self.false_alarm / len(self.claims)"),
    fault("Bernstein's range forgotten", sampled.test_bernsteins_radius_to_the_digit,
          "sampling:radius", "+ 7 * sample.span * level / (3 * (sample.n - 1))", ""),
    fault("variance assumed finite", sampled.test_summands_without_span_or_moment_say_nothing,
          "sampling:radius", "if not sample.moment:", "if False:"),
    fault("contrasts not judged", sampled.test_a_contrast_sees_what_no_single_case_shows,
          "evidence:sampled_excess", "np.where(worst > 0, worst, -np.inf)", "np.full_like(worst, -np.inf)"),
    fault("contrasts without signs", sampled.test_a_contrast_looks_in_the_mistakes_direction,
          "sampling:contrasts", "np.isfinite(separation), separation,", "np.isfinite(separation), abs(separation),"),
    fault("contrasts chosen by the look", sampled.test_contrasts_are_fixed_before_the_look,
          "testimony:_hear_sample", "np.sqrt(pilot.variance)", "np.sqrt(sample.variance)"),
    fault("contrasts deaf to given radii", sampled.test_a_contrast_allows_for_given_radii,
          "sampling:contrast_excess", " - np.sum(np.abs(weights) * error, axis=1)", ""),
    fault("the deviation's own doubt forgotten", sampled.test_a_contrasts_radius_to_the_digit,
          "sampling:contrast_radius", " + span * np.sqrt(2 * level / (sample.n - 1))", ""),
    fault("sizes planned from what is found", sampled.test_the_size_never_depends_on_what_is_found,
          "testimony:_hear_sample", "- base[: batch.witnesses]", "- pilot.mean[: batch.witnesses]"),
    fault("sizes not planned", sampled.test_the_size_is_planned_from_the_mistakes,
          "sampling:planned_size", "if np.all(shown >=", "if True or np.all(shown >="),
    fault("the pilot is the look", sampled.test_the_look_is_fresh,
          "testimony:_hear_sample", '"look"', '"pilot"'),
)  # fmt: skip

STREAMS = (
    fault("cases ignore the seed", seeds.test_cases_depend_on_the_seed_and_the_domains_name,
          "domain:_batches", "[seed, zlib", "[0, zlib"),
    fault("cases ignore the domain", seeds.test_cases_depend_on_the_seed_and_the_domains_name,
          "domain:_batches", "domain.name.encode()", "b''"),
    fault("samples ignore the seed", seeds.test_samples_depend_on_the_seed_the_oracle_and_the_domain_only,
          "evidence:Context.rng", "[self.seed, *", "[0, *"),
    fault("samples depend on the claim", seeds.test_samples_depend_on_the_seed_the_oracle_and_the_domain_only,
          "evidence:draw", "ctx.rng(oracle_name(oracle), ", "ctx.rng(claim.id, oracle_name(oracle), "),
    fault("answers remembered under the oracle's name", seeds.test_oracles_of_one_name_do_not_share_answers,
          "evidence:ask", "key = (oracle, ", "key = (oracle_name(oracle), "),
    fault("answers remembered under the domain's name", seeds.test_domains_of_one_name_do_not_share_answers,
          "evidence:ask", "claim.domain, batch", "claim.domain.name, batch"),
    fault("a mistake in floats gets another's answer", seeds.test_a_mistake_in_the_arguments_gets_an_answer_of_its_own,
          "testimony:remembering", "(x.dtype.str, x.tobytes())", "x.dtype.str"),
    fault("a mistake in balls gets another's answer", seeds.test_a_mistake_in_the_arguments_gets_an_answer_of_its_own,
          "testimony:remembering", "tuple(map(id, x.flat))", "x.size"),
    fault("planned sizes remembered without the mistakes", seeds.test_what_else_is_selected_changes_no_digit,
          "testimony:_hear_sample", "ctx.tier.name, value.mutants)", "ctx.tier.name)"),
)  # fmt: skip

RELATIONS = (
    fault("the slope of an order unchecked", relations.test_the_tangent_is_of_no_higher_order,
          "relations.order:Order.compare", "short = as_balls(self.power)", "short = as_balls(0.0)"),
    fault("the coefficient of an order unchecked", relations.test_the_leading_coefficient_is_judged,
          "relations.order:Order.compare", "if self.coefficient is not None:", "if False:"),
    fault("ladders in float precision", relations.test_the_tangent_is_of_second_order, "evidence:LADDER_BITS", "", 53),
    fault("a limit judged at the start of its path", relations.test_a_wrong_limit_is_refuted,
          "relations.limit:Limit.compare", "widest(distance_from_zero(distance[:, -1])) - reach",
          "widest(distance_from_zero(distance[:, 0])) * self.shrinks - reach"),
    fault("a limit that nobody saw", relations.test_a_limit_is_not_shown_by_an_oracle_that_is_too_coarse,
          "relations.limit:Limit.compare", "shown=", "shown=None and "),
    fault("no violation supports a bias", relations.test_a_bias_below_the_radius_is_neither_shown_nor_refuted,
          "relations.bias:Bias.compare", "shown=", "shown=None and "),
    fault("biases of the other sign", relations.test_a_bias_on_the_other_side_is_refuted,
          "relations.bias:Bias.compare", "bias = self.sign * ", "bias = -self.sign * "),
    fault("no bias passes for a bias", relations.test_no_bias_at_all_is_no_support,
          "relations.bias:Bias.compare", "against == 0,", "False,"),
    fault("an optimum judged beside the point", relations.test_an_optimum_is_judged_at_the_mistake,
          "testimony:_hear", "ev.ask_at(claim, oracle, batch, planted, args)",
          "ev.ask_at(claim, oracle, batch, planted + 1, args)"),
    fault("NaN of an oracle refutes an optimum",
          relations.test_an_oracle_of_nan_neither_refutes_an_optimum_nor_counts,
          "relations.optimal:Optimal.compare", ", usable=answered(truth)", ""),
    fault("NaN of an oracle refutes a sampler", measured.test_probes_of_nan_are_dropped,
          "relations.distribution:Distribution.compare_draws", ", usable=answered(truth)", ""),
    fault("a sampler of NaN forgiven", measured.test_a_sampler_of_nan_is_refuted,
          "testimony:_draws", '"" if np.isfinite(drawn).all() else', '"" if True else'),
    fault("Hoeffding's alpha not split over probes", measured.test_the_radius_of_a_sampler_is_hoeffdings_at_its_share,
          "relations.distribution:Distribution.hoeffding", "2 * probes / alpha", "2 / alpha"),
    fault("measurements read at the wrong limit", measured.test_a_measured_effect_beyond_its_radius_is_supported,
          "relations.empirical:Empirical.compare", "value - error - self.threshold", "value + error - self.threshold"),
    fault("the threshold of a measurement ignored", measured.test_the_threshold_is_what_is_exceeded,
          "relations.empirical:Empirical.compare", "value - error - self.threshold", "value - error"),
    fault("an undecided measurement refutes", measured.test_a_measured_effect_on_the_other_side_is_refuted,
          "relations.empirical:Empirical.compare", "self.threshold - value - error", "self.threshold - value + error"),
    fault("a measurement of NaN supports", measured.test_a_measurement_that_is_no_number_neither_supports_nor_refutes,
          "relations.empirical:Empirical.compare", "usable=answered(", "usable=None and answered("),
)  # fmt: skip

FAULTS = (*RADII, *CASES, *BROKEN, *RULES, *SAMPLED, *STREAMS, *RELATIONS)
