"""Turn a rule's match into a finding: its place, its message, its fingerprints, its fixes."""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lictor.documents.lines import lines_of
from lictor.errors import LictorError
from lictor.fingerprints import LINE_HASH, POLICY_PATH
from lictor.model import (
    Context,
    Document,
    Finding,
    Fix,
    FlowStep,
    Highlight,
    Location,
    Match,
    Path,
    RelatedLocation,
    RuleSetting,
    Subject,
    SubjectRef,
    format_path,
)
from lictor.rules import CompiledRule

if TYPE_CHECKING:
    from lictor.fingerprints import LineHashes, ManyLineHashes, PolicyPaths

_CONTEXT_LINES = 1
_logical = lru_cache(maxsize=2_000)(format_path)  # documents of one kind have the same paths


class SourceFile:
    """A document and what is worked out only when something was found in it."""

    def __init__(self, document: Document) -> None:
        """Keep the document; nothing is computed yet."""
        self.document = document
        self._others: dict[int, SourceFile] = {}
        self._locations: dict[tuple[Path, Highlight], Location] = {}
        self._contexts: dict[tuple[int, int], Context] = {}
        self._policy_paths: PolicyPaths | None = None
        self._line_hashes: LineHashes | ManyLineHashes | None = None

    def of(self, document: Document) -> "SourceFile":
        """Return the same for another document that a subject is put together of."""
        if document is self.document:
            return self
        return self._others.setdefault(id(document), SourceFile(document))

    def location(self, path: Path, highlight: Highlight = "value") -> Location:
        """Return where a path of the document stands, with the source lines around it."""
        known = self._locations.get((path, highlight))
        if known is None:
            region = self.document.region_of(path, highlight)
            context = self._context(max(region.start_line - _CONTEXT_LINES, 1), region.end_line + _CONTEXT_LINES)
            known = Location(self.document.uri, region, path, _logical(path), context)
            self._locations[path, highlight] = known
        return known

    def _context(self, first: int, last: int) -> Context:
        """Return some lines; the same object for the same ones, as a line may hold megabytes and many findings."""
        context = self._contexts.get((first, last))
        if context is None:
            text = lines_of(self.document.text).text_of(first, last)
            context = self._contexts[first, last] = Context(first, text)
        return context

    def place(self, subject: Subject, path: Path) -> Location:
        """Return where a part of a subject stands, in whichever document that is."""
        document, inner = subject.place(path)
        return self.of(document).location(inner)

    def fingerprints(self, rule_id: str, path: Path, location: Location) -> dict[str, str]:
        """Return the names by which what a rule found at a path is known again; `location` is that of the path."""
        if self._policy_paths is None:
            from lictor.fingerprints import PolicyPaths  # not needed where nothing is found

            self._policy_paths = PolicyPaths(self.document)
        return {LINE_HASH: self.line_hash(location), POLICY_PATH: self._policy_paths.fingerprint(rule_id, path)}

    def line_hash(self, location: Location) -> str:
        """Return GitHub's hash of the line at which a place in the document begins."""
        if self._line_hashes is None:
            from lictor.fingerprints import line_hashes_of  # the same

            self._line_hashes = line_hashes_of(self.document.text)
        return self._line_hashes.of(location.region.start_line if location.region else 1)


def reference_to(subject: Subject) -> SubjectRef:
    """Name a subject without holding on to its document."""
    return SubjectRef(subject.document.uri, subject.document.index, subject.path, subject.kind, subject.name)


def locate_match(
    source: SourceFile,
    subject: Subject,
    reference: SubjectRef,
    rule: CompiledRule,
    match: Match,
    setting: RuleSetting,
) -> Finding:
    """Build the finding of a match. Raises QueryError when the rule's message can't be made."""
    level, parameters = setting.level, setting.parameters
    document, path = subject.place(match.candidate if match.path is None else match.path)
    here = source.of(document)
    location = here.location(path, match.highlight)
    return Finding(
        rule_id=rule.rule.id,
        level=level,
        kind=match.kind,
        message=rule.message(subject, match, parameters),
        location=location,
        subject=reference,
        candidate=path if match.path in {None, match.candidate} else subject.path_in_document(match.candidate),
        related_locations=tuple(
            [RelatedLocation(source.place(subject, related.path), related.message) for related in match.related]
        ),
        fingerprints=here.fingerprints(rule.rule.id, path, location),
        fixes=_fixes(subject, rule, match, parameters),
        code_flows=tuple(
            [
                tuple(FlowStep(source.place(subject, step.path), step.message) for step in flow)
                for flow in match.code_flows
            ]
        ),
    )


def _fixes(subject: Subject, rule: CompiledRule, match: Match, parameters: Mapping[str, Any]) -> tuple[Fix, ...]:
    edits = () if subject.properties.get("is_put_together") else rule.edits(subject, match, parameters)
    if not edits:
        return ()
    from lictor.documents import replacement_for

    fixes = []
    for action, path, value, description in edits:
        try:
            replacement = replacement_for(*subject.place(path), action, value)
        except LictorError:
            continue  # there is no safe edit of this text; the finding stands without a fix
        fixes.append(Fix(description, (replacement,)))
    return tuple(fixes)
