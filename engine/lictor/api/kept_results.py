"""Find the results of earlier runs that a run may take over: those of the same rules, plugins and budgets."""

from pathlib import Path
from typing import TYPE_CHECKING

from lictor.api.kept_plans import KeptPlan
from lictor.api.prepared import Prepared
from lictor.api.requests import CheckRequest
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from lictor.evaluate.few_results import FewResults
    from lictor.evaluate.results import Results

MANY = 20
"""Files from which results are kept together: below it, finding out what is there takes longer than asking rules."""


class ResultsPlace(NamedTuple):
    """Where results are kept, what they rest on, and whether they are those of many files."""

    directory: Path
    plan: str
    has_many: bool

    def open(self) -> "Results | FewResults":
        """Read what is there."""
        if self.has_many:
            from lictor.evaluate.results import Results  # few runs have so many files

            return Results(self.directory, self.plan)
        from lictor.evaluate.few_results import FewResults

        return FewResults(self.directory, self.plan)

    def tidy(self) -> None:
        """Make room where workers kept more than there may be."""
        from lictor.evaluate.results import tidy

        tidy(self.directory)


def results_place(
    request: CheckRequest, kept: KeptPlan, prepared: Prepared, files: int, *, is_concluded: bool
) -> ResultsPlace | None:
    """Return where the results of a run over so many files are kept; None when nothing is.

    `is_concluded` says that they are what rulesets make of each file, and not only what rules said of it.
    """
    if request.cache is None:
        return None
    identity = kept.identity(prepared)
    if not identity:
        return None
    waives = any(ruleset.waivers for ruleset in prepared.plan.rulesets)
    conclusion = (is_concluded, request.today if is_concluded and waives else None)
    rests_on = repr((identity, dict(request.kinds), request.budgets, conclusion))
    return ResultsPlace(request.cache / "results", rests_on, files >= MANY)
