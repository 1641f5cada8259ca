"""Conclude what each file came to as soon as its rules were asked, so that no run holds more than a file's findings.

What a ruleset makes of a file rests on nothing but this file, with two exceptions that wait for the end of the run: a
finding that stands in another file, which may say the same of itself or waive it, and subjects of several documents.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from lictor.evaluate.tally import Tally
from lictor.model import Combiner, Plan, RulesetEvaluation
from lictor.report.records import Record, Records, Written, record_of, uris_beside
from lictor.values import NamedTuple
from lictor.verdict import FindingCounts, Judge, Part, Total, place_of_budgets


class Share(NamedTuple):
    """What one ruleset makes of one file: its part without findings, these as a record, and the sort of each."""

    part: Part
    record: Record | None
    sorts: Sequence[tuple[Any, ...]]
    uris: frozenset[str]


class Concluded(NamedTuple):
    """What one ruleset makes of some files, as it travels between processes."""

    total: Total
    counts: FindingCounts
    uris: frozenset[str]
    records: Written


class Sum:
    """What one ruleset makes of all files so far."""

    __slots__ = ("counts", "records", "total", "uris")

    def __init__(self, per: str) -> None:
        """Start with nothing; `per` is what `place_of_budgets` tells of the ruleset."""
        self.total = Total()
        self.counts = FindingCounts(per)
        self.uris: set[str] = set()
        self.records = Records()

    def add(self, share: Share) -> None:
        """Add a file."""
        self.total.add(share.part)
        if share.record is not None:
            self.records.add(share.record)
            self.counts.add_sorts(share.sorts)
            if share.uris:
                self.uris |= share.uris

    def extend(self, concluded: Concluded) -> None:
        """Add what was made of some files elsewhere."""
        self.total.merge(concluded.total)
        self.counts.merge(concluded.counts)
        self.uris |= concluded.uris
        self.records.extend(concluded.records)


class Clerk:
    """Concludes one file after the other, for all rulesets of a plan."""

    def __init__(self, plan: Plan, combiners: Mapping[str, Combiner], today: dt.date) -> None:
        """Take what decides: waivers hold until a day."""
        self.judges = {ruleset.id: Judge(plan, ruleset, today, combiners) for ruleset in plan.rulesets}
        self._places = {ruleset.id: place_of_budgets(ruleset) for ruleset in plan.rulesets}
        self.sums = self._nothing()

    def shares(self, uri: str, tally: Tally) -> dict[str, Share]:
        """Return what rulesets make of a file, and take out of the file's tally what they made it of.

        It stays there when a finding stands in another file.
        """
        shares: dict[str, Share] = {}
        is_quiet = not (tally.seen or any(tally.asked.values()) or any(tally.findings.values()))
        if is_quiet or _is_elsewhere(uri, tally):
            return shares
        beside = tuple(tally.comments)
        seen, tally.seen = tuple(tally.seen), []
        for ruleset_id, judge in self.judges.items():
            findings, asked = tally.findings[ruleset_id], tally.asked[ruleset_id]
            if not findings and not asked and not seen:
                continue
            tally.findings[ruleset_id], tally.asked[ruleset_id] = [], []
            part = judge.part(RulesetEvaluation(ruleset_id, tuple(findings), tuple(asked), seen), beside)
            kept, part = part.findings, part.without_findings()
            if kept:
                record, settled = record_of(uri, kept)
                sorts = self.sums[ruleset_id].counts.sorts(settled)
                shares[ruleset_id] = Share(part, record, sorts, frozenset(uris_beside(settled)))
            else:
                shares[ruleset_id] = Share(part, None, (), frozenset())
        return shares

    def add(self, shares: Mapping[str, Share]) -> None:
        """Add what rulesets make of a file."""
        for ruleset_id, share in shares.items():
            self.sums[ruleset_id].add(share)

    def extend(self, concluded: Mapping[str, Concluded]) -> None:
        """Add what was concluded by the clerk of another process."""
        for ruleset_id, each in concluded.items():
            self.sums[ruleset_id].extend(each)

    @property
    def asked(self) -> frozenset[str]:
        """The rules that were asked about something."""
        return frozenset[str]().union(*(each.total.asked for each in self.sums.values()))

    def handed_over(self) -> dict[str, Concluded]:
        """Return what was concluded since the last call, for the clerk of another process."""
        sums, self.sums = self.sums, self._nothing()
        for ruleset_id, judge in self.judges.items():
            sums[ruleset_id].total.problems |= dict.fromkeys(judge.strategy_problems)
        return {
            ruleset_id: Concluded(each.total, each.counts, frozenset(each.uris), each.records.written())
            for ruleset_id, each in sums.items()
        }

    def _nothing(self) -> dict[str, Sum]:
        return {ruleset_id: Sum(per) for ruleset_id, per in self._places.items()}


def _is_elsewhere(uri: str, tally: Tally) -> bool:
    return any(finding.location.uri != uri for found in tally.findings.values() for finding in found)
