"""The findings of a run in a file of their own, so that none but those at hand are in memory.

A record holds what was found in one file, in its final form. Records stand in runs; in each of them files come in the
order of their names, so the final order takes no more than going through all runs at once.
"""

import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby, islice
from typing import overload

from lictor.model import Finding, Location
from lictor.report.packed import pack_findings, unpack_findings
from lictor.report.settle import settle_findings
from lictor.report.spill import Spill
from lictor.values import NamedTuple
from lictor.verdict.counts import FindingCounts

_HEAD = struct.Struct("<IIII")
"""Bytes of the uri, of the packed findings, and of them as they came if settling changed any; how many there are."""

_IN_MEMORY = 1_000_000
"""Bytes from which records are in a file: a small run needs none."""

_PIECE = 1 << 16

_FEW = 1_000
"""Findings that may be in memory all at once."""


class Record(NamedTuple):
    """What was found in one file. `raw` are the findings before they were settled, b"" where that changed none."""

    uri: str
    packed: bytes
    raw: bytes
    number: int

    @property
    def as_it_came(self) -> bytes:
        """The findings before they were settled."""
        return self.raw or self.packed


class Run(NamedTuple):
    """A part of the file whose records are in order: where it starts and ends, and its last uri."""

    start: int
    end: int
    last: str


class Written(NamedTuple):
    """Records as they travel between processes."""

    content: bytes
    runs: tuple[Run, ...]
    number: int


def record_of(uri: str, found: Sequence[Finding]) -> tuple[Record, tuple[Finding, ...]]:
    """Return the record of what was found in a file, and the findings in their final form."""
    settled = settle_findings(found)
    is_changed = len(settled) != len(found) or (len(found) > 1 and {*map(id, settled)} != {*map(id, found)})
    return Record(uri, pack_findings(settled), pack_findings(found) if is_changed else b"", len(settled)), settled


class Records:
    """Records that are written one after another, and read in the order of their files."""

    def __init__(self, in_memory: int = _IN_MEMORY) -> None:
        """Start with none. What is more than so many bytes goes to a file."""
        self.number = 0
        self._content = Spill(in_memory)
        self._runs: list[Run] = []

    def add(self, record: Record) -> None:
        """Write the record of a file."""
        uri = record.uri.encode("utf-8", "surrogatepass")
        head = _HEAD.pack(len(uri), len(record.packed), len(record.raw), record.number)
        content = b"".join((head, uri, record.packed, record.raw))
        self._note(Run(0, len(content), record.uri), record.uri)
        self._write(content, record.number)

    def extend(self, written: Written) -> None:
        """Write what was written elsewhere."""
        firsts = (_uri_at(written.content, run.start) for run in written.runs)
        for run, first in zip(written.runs, firsts, strict=True):
            self._note(run._replace(start=0, end=run.end - run.start), first)
            self._write(written.content[run.start : run.end], 0)
        self.number += written.number

    def written(self) -> Written:
        """Return all records, to be sent to another process."""
        return Written(self._content.read(0, self._content.size), tuple(self._runs), self.number)

    def __iter__(self) -> Iterator[Record]:
        """Yield the records in the order of their uris."""
        runs = [self._records(run) for run in self._runs]
        return runs[0] if len(runs) == 1 else merge(*runs, key=_uri)

    def has_repeats(self) -> bool:
        """Tell whether there are two records of one file."""
        if len(self._runs) < 2:  # noqa: PLR2004 - a run has none
            return False
        before = None
        for record in self:
            if record.uri == before:
                return True
            before = record.uri
        return False

    def _note(self, run: Run, first: str) -> None:
        """Append a run, or make the last one longer; its places count from the end of what was written."""
        end = self._content.size + run.end
        if self._runs and self._runs[-1].last < first:
            self._runs[-1] = Run(self._runs[-1].start, end, run.last)
        else:
            self._runs.append(Run(self._content.size, end, run.last))

    def _write(self, content: bytes, number: int) -> None:
        self._content.write(content)
        self.number += number

    def _records(self, run: Run) -> Iterator[Record]:
        at, held, start = run.start, b"", 0
        while at < run.end:
            while True:
                left = len(held) - start
                if left >= _HEAD.size:
                    uri, packed, raw, number = _HEAD.unpack_from(held, start)
                    size = _HEAD.size + uri + packed + raw
                    if left >= size:
                        break
                    wanted = max(size - left, min(_PIECE, run.end - at - left))
                else:
                    wanted = min(_PIECE, run.end - at - left)
                more = self._content.read(at + left, wanted)
                if not more:
                    raise EOFError("the file of findings was cut short")
                held, start = held[start:] + more, 0
            first = start + _HEAD.size
            yield Record(
                held[first : first + uri].decode("utf-8", "surrogatepass"),
                held[first + uri : first + uri + packed],
                held[first + uri + packed : first + uri + packed + raw],
                number,
            )
            at, start = at + size, start + size


class KeptFindings(Sequence[Finding]):
    """The findings of a run, each made anew whenever it is asked for: to be gone through, not to be picked from.

    `counts` says how many of each sort they are. `uris` are the files beside their own that findings speak of.
    """

    def __init__(
        self,
        records: Records,
        counts: FindingCounts,
        uris: frozenset[str],
        shown: Callable[[Finding], Finding] | None = None,
    ) -> None:
        """Take records in their final form, no two of one file; `shown` is what becomes of each finding."""
        self.counts = counts
        self.uris = uris
        self._records = records
        self._shown = shown

    def if_many(self) -> "Sequence[Finding]":
        """Return the findings as they are; few of them all at once."""
        return self if len(self) > _FEW else tuple(self)

    def records(self) -> Records:
        """Return the records that hold the findings."""
        return self._records

    def __iter__(self) -> Iterator[Finding]:
        """Yield the findings in their order."""
        found = (finding for record in self._records for finding in unpack_findings(record.packed))
        return found if self._shown is None else map(self._shown, found)

    def shown_as(self, shown: Callable[[Finding], Finding]) -> "KeptFindings":
        """Return the same with something done to each finding that changes neither its sort nor its files."""
        return KeptFindings(self._records, self.counts, self.uris, shown)

    def __len__(self) -> int:
        return self._records.number

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Finding, ...]: ...
    def __getitem__(self, index: int | slice) -> Finding | tuple[Finding, ...]:
        """Return one or some, after going through all before."""
        if isinstance(index, slice):
            wanted = range(*index.indices(len(self)))
            if wanted.step > 0:
                return tuple(islice(self, wanted.start, wanted.stop, wanted.step))
            return tuple(self)[index]
        number = range(len(self))[index]
        return next(islice(self, number, None))


def count_findings(findings: Iterable[Finding]) -> FindingCounts:
    """Say how many findings there are of each sort; where that is known, without going through them."""
    return findings.counts if isinstance(findings, KeptFindings) else FindingCounts().add(findings)


def masked_findings(findings: Sequence[Finding], mask: Callable[[Finding], Finding]) -> Sequence[Finding]:
    """Return findings with something covered in each, which changes neither their sort nor their files."""
    return findings.shown_as(mask) if isinstance(findings, KeptFindings) else tuple(map(mask, findings))


def merged(
    sources: Iterable[Records],
    more: Iterable[Finding],
    per: str,
    mark: Callable[[Iterable[Finding]], Iterable[Finding]],
) -> tuple[Records, FindingCounts, frozenset[str]]:
    """Settle records together with more findings, which may stand in the same files, and mark all of them.

    Returns the records, how many findings there are of each sort, and the uris beside their own that they speak of.
    """
    others = _records_of(more)
    records, counts, uris = Records(), FindingCounts(per), set[str]()
    every = merge(*sources, others, key=_uri)
    for uri, group in groupby(every, key=_uri):
        together = list(group)
        found = [
            finding
            for record in together
            for finding in unpack_findings(record.packed if len(together) == 1 else record.as_it_came)
        ]
        settled = tuple(mark(settle_findings(found)))
        counts.add(settled)
        uris |= uris_beside(settled)
        records.add(Record(uri, pack_findings(settled), b"", len(settled)))
    return records, counts, frozenset(uris)


def together(several: Sequence[Sequence[Finding]]) -> tuple[Sequence[Finding], FindingCounts]:
    """Settle findings together that are each in their final form; and say how many of each sort there are."""
    kept = [each.records() for each in several if isinstance(each, KeptFindings)]
    others = [finding for each in several if not isinstance(each, KeptFindings) for finding in each]
    if not kept:
        settled = settle_findings(others)
        return settled, FindingCounts().add(settled)
    records, counts, uris = merged(kept, others, "", lambda findings: findings)
    return KeptFindings(records, counts, uris), counts


def uris_beside(findings: Iterable[Finding]) -> set[str]:
    """Return the files that findings speak of beside the one that each stands in."""
    uris: set[str] = set()
    for finding in findings:
        if finding.related_locations or finding.code_flows or finding.suppression is not None:
            uris.update(location.uri for location in _beside(finding) if location.uri != finding.location.uri)
    return uris


def _beside(finding: Finding) -> Iterator[Location]:
    yield from (related.location for related in finding.related_locations)
    yield from (step.location for flow in finding.code_flows for step in flow)
    if finding.suppression is not None and finding.suppression.location is not None:
        yield finding.suppression.location


def _records_of(findings: Iterable[Finding]) -> list[Record]:
    by_uri: dict[str, list[Finding]] = {}
    for finding in findings:
        by_uri.setdefault(finding.location.uri, []).append(finding)
    return [Record(uri, pack_findings(found), b"", len(found)) for uri, found in sorted(by_uri.items())]


def _uri(record: Record) -> str:
    return record.uri


def _uri_at(content: bytes, start: int) -> str:
    size = _HEAD.unpack_from(content, start)[0]
    return content[start + _HEAD.size : start + _HEAD.size + size].decode("utf-8", "surrogatepass")
