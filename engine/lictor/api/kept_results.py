"""Find the results of earlier runs that a run may take over: those of the same rules, plugins and budgets."""

from pathlib import Path
from typing import TYPE_CHECKING

from lictor.api.kept_plans import KeptPlan
from lictor.api.prepared import Prepared
from lictor.api.requests import CheckRequest
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from lictor.evaluate.results import Results

RESULTS_FROM = 20
"""Files from which looking for results pays: below it, they are asked about in less time than that takes."""


class ResultsPlace(NamedTuple):
    """Where results are kept, and what they rest on."""

    directory: Path
    plan: str

    def open(self) -> "Results":
        """Read what is there."""
        from lictor.evaluate.results import Results  # few runs have so many files

        return Results(self.directory, self.plan)

    def tidy(self) -> None:
        """Make room where workers kept more than there may be."""
        from lictor.evaluate.results import forget_oldest

        forget_oldest(self.directory)


def results_place(
    request: CheckRequest, kept: KeptPlan, prepared: Prepared, files: int, *, is_concluded: bool
) -> ResultsPlace | None:
    """Return where the results of a run over so many files are kept; None when nothing is.

    `is_concluded` says that they are what rulesets make of each file, and not only what rules said of it.
    """
    if request.cache is None or files < RESULTS_FROM:
        return None
    identity = kept.identity(prepared)
    if not identity:
        return None
    waives = any(ruleset.waivers for ruleset in prepared.plan.rulesets)
    conclusion = (is_concluded, request.today if is_concluded and waives else None)
    return ResultsPlace(request.cache / "results", repr((identity, dict(request.kinds), request.budgets, conclusion)))
