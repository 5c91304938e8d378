"""verify and check, as a user of the package calls them."""

from __future__ import annotations

import json

import pytest

from verification import check, verify
from verification.run import run, select


def strip(record):
    return {k: v for k, v in record.items() if k != "seconds"}


def test_a_report_is_a_mapping_and_shows_itself_in_a_notebook():
    report = verify("hoffman.eq11.mean", tier="fast", jobs=1)
    assert list(report) == ["hoffman.eq11.mean"]
    assert report.as_expected
    assert "hoffman.eq11.mean" in report._repr_html_()
    assert repr(report).startswith("supported")


def test_the_verdict_does_not_depend_on_the_selection_or_on_the_workers():
    ids = ["hoffman.eq11.stable", "hoffman.eq3.finite", "hoffman.eq5"]
    alone = [check(claim, tier="fast", seed=3) for claim in select(ids)]
    together = run(select(ids), tier="fast", seed=3, jobs=2, device="cpu", figures=False)["claims"]
    assert list(map(strip, together)) == json.loads(json.dumps(list(map(strip, alone))))


def test_an_interrupted_run_keeps_what_it_finished_and_resumes(tmp_path):
    chosen = select(["hoffman.eq11*"])
    seen = []

    def interrupt(done, total, claim_id):
        seen.append(claim_id)
        if len(seen) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(chosen, tier="fast", jobs=1, device="cpu", out=tmp_path, progress=interrupt, figures=False)
    judged = []
    run(
        chosen,
        tier="fast",
        jobs=1,
        device="cpu",
        out=tmp_path,
        progress=lambda d, t, i: judged.append(i),
        figures=False,
    )
    assert len(judged) == len(chosen) - 2
    assert not set(judged) & set(seen)


def test_a_users_wrong_formula_is_refuted_with_a_counterexample(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "from verification.claim import OWN, Claim\n"
        "from verification.domains.gaussians import ONE_GAUSSIAN\n"
        "from verification.oracles import balls, quadrature\n"
        "from verification.relations.equals import EQUALS\n"
        "from theory.arrays import log_det, squared_norm, trace\n"
        "def f(mu, Sigma):\n"
        "    return trace(Sigma) + squared_norm(mu) - mu.shape[-1] - log_det(Sigma)\n"
        "kl = Claim('my.kl', 'KL', OWN.at('mine'), EQUALS, f,\n"
        "    dict(a=balls.kl_to_prior, b=quadrature.kl_to_prior), ONE_GAUSSIAN)\n"
    )
    record = check(select([str(path)])[0], tier="default")
    assert record["verdict"] == "refuted"
    assert record["counterexample"]["confirmed_by"]
