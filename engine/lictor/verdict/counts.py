"""How many findings there are of each sort: all that gates and receipts need to know of them."""

from collections.abc import Iterable, Iterator
from posixpath import dirname

from lictor.model import EffectiveRuleset, Finding, FindingKind, Level
from lictor.values import NamedTuple


class Sort(NamedTuple):
    """What findings that count alike have in common. `place` is a file, or a directory with a slash at its end."""

    rule_id: str
    level: Level
    kind: FindingKind
    is_waived: bool
    baseline_state: str
    place: str = ""

    @property
    def is_known(self) -> bool:
        """Whether a baseline, or the commit that was compared with, has these already."""
        return self.baseline_state in ("unchanged", "updated")

    @property
    def is_counted(self) -> bool:
        """Whether these say that something is wrong, here and now."""
        return self.kind == "fail" and not self.is_waived and self.baseline_state != "absent"

    @property
    def is_open(self) -> bool:
        """Whether these say that something could not be decided, and nobody waived it."""
        return self.kind == "open" and not self.is_waived and self.baseline_state != "absent"


_Sort = tuple[str, Level, FindingKind, bool, str, str]
"""A `Sort` that is not yet one."""


class FindingCounts:
    """Counts findings by their sort, with as much of their place as a ruleset's budgets ask for."""

    __slots__ = ("numbers", "per")

    def __init__(self, per: str = "") -> None:
        """Start with none. `per` is "file", "directory" or "", as `place_of_budgets` tells."""
        self.per = per
        self.numbers: dict[_Sort, int] = {}

    def add(self, findings: Iterable[Finding]) -> "FindingCounts":
        """Count some more."""
        self.add_sorts(self.sorts(findings))
        return self

    def sorts(self, findings: Iterable[Finding]) -> "list[_Sort]":
        """Return the sort of each finding, to be counted later."""
        return [
            (
                finding.rule_id,
                finding.level,
                finding.kind,
                finding.suppression is not None,
                finding.baseline_state,
                self._place(finding.location.uri) if self.per else "",
            )
            for finding in findings
        ]

    def add_sorts(self, sorts: "Iterable[_Sort]") -> None:
        """Count what is of some sorts."""
        numbers = self.numbers
        for sort in sorts:
            numbers[sort] = numbers.get(sort, 0) + 1

    def merge(self, others: "FindingCounts") -> None:
        """Count what was counted elsewhere."""
        numbers = self.numbers
        for sort, number in others.numbers.items():
            numbers[sort] = numbers.get(sort, 0) + number

    def __iter__(self) -> Iterator[tuple[Sort, int]]:
        """Yield each sort with its number."""
        return ((Sort(*sort), number) for sort, number in self.numbers.items())

    def _place(self, uri: str) -> str:
        if self.per == "file":
            return uri
        directory = dirname(uri)
        return f"{directory}/" if directory else ""  # its `dirname` is that of the files in it


def place_of_budgets(ruleset: EffectiveRuleset) -> str:
    """Return the finest place that a ruleset's budgets are for: "file", "directory", or "" for none."""
    places = {gate.per for gate in ruleset.gates if gate.budget}
    return next((place for place in ("file", "directory") if place in places), "")
