"""Claims as pytest's tests: registered by `betavae_pytest` where ``--betavae`` was given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from verification.claim import Claim
    from verification.evidence import Context


class ClaimsAsTests:
    """Adds the selected claims to what is collected; cases, samples and trained models are made once a process."""

    def __init__(self, config: pytest.Config) -> None:
        from verification.run import BadInput, select

        self.config = config
        try:
            self.claims = select(config.getoption("betavae"))
        except BadInput as error:
            raise pytest.UsageError(f"--betavae: {str(error).rstrip('.')}.") from None
        self._shared: tuple[Context, dict[str, str]] | None = None

    def pytest_ignore_collect(self) -> bool | None:
        """Files are passed over where claims alone are wanted."""
        return True if self.config.getoption("betavae_only") else None

    # First, so that -k and --deselect see claims as they see other tests.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, session: pytest.Session, items: list[pytest.Item]) -> None:
        """Claims stand behind the tests of files."""
        items.extend(_Claims.from_parent(session, name="betavae", nodeid="betavae", plugin=self).collect())

    def judged(self, claim: Claim) -> dict[str, Any]:
        """The claim's record."""
        from verification.run import judged

        return judged(claim, *self._context())

    def _context(self) -> tuple[Context, dict[str, str]]:
        if self._shared is None:
            from verification.claims.dependencies import failing
            from verification.evidence import TIERS, Context
            from verification.run import registry, resolve_device

            chosen = {**registry(), **{claim.id: claim for claim in self.claims}}
            tier = TIERS[self.config.getoption("betavae_tier")]
            seed: int = self.config.getoption("betavae_seed")
            self._shared = Context(chosen, seed, tier, device=resolve_device("auto")), failing(tier.slow)
        return self._shared


class _Claims(pytest.Collector):
    """The selected claims."""

    def __init__(self, *, plugin: ClaimsAsTests, **facts: Any) -> None:
        super().__init__(**facts)
        self.plugin = plugin

    def collect(self) -> Iterator[pytest.Item]:
        """One test a claim, in the order of the selection."""
        for claim in self.plugin.claims:
            yield _ClaimItem.from_parent(self, name=claim.id, claim=claim)


class _NotAsExpectedError(Exception):
    """A verdict that is not the expected one; its message is all that is shown."""


class _ClaimItem(pytest.Item):
    """One claim: passes where its verdict is the expected one."""

    parent: _Claims

    def __init__(self, *, claim: Claim, **facts: Any) -> None:
        super().__init__(**facts)
        self.claim = claim

    def runtest(self) -> None:
        """Judges the claim."""
        record = self.parent.plugin.judged(self.claim)
        self.user_properties += [(name, record[name] or "none") for name in ("verdict", "grade")]
        if record["verdict"] == "inconclusive" and not self.config.getoption("betavae_strict"):
            raise pytest.skip.Exception(f"inconclusive: {record['reason']}", _use_item_location=True)
        if record["verdict"] != self.claim.expected:
            raise _NotAsExpectedError(_told(self.claim, record))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The reason and the command that shows it, without a traceback of betavae's own."""
        if isinstance(excinfo.value, _NotAsExpectedError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Its id, and where it is printed, in place of a file and a line."""
        source = self.claim.source
        return Path("betavae"), 0, " ".join(filter(None, (self.claim.id, source.document, source.equation)))


def _told(claim: Claim, record: dict[str, Any]) -> str:
    """What is asserted, what was found, and how to see it."""
    from verification.hunt import address

    lines = [claim.sentence, f"{record['verdict']}, but {claim.expected} was expected: {record['reason']}"]
    example = record["counterexample"]
    if example:
        at = ", ".join(f"{name} = {value}" for name, value in example["args"].items())
        lines += [f"at {at}", f"the formula gives {example['shipped']}, the truth is {example['truth']}"]
        lines += [example["command"]] if example.get("command") else []
    return "\n".join([*lines, f"again: betavae verify {address(claim)}"])
