"""Results on one line each, written by templates: in a log with a million of them all else takes too long."""

from collections.abc import Mapping
from json.encoder import encode_basestring
from typing import TypeVar

from lictor import Context, Finding, Level, Path, Region, SubjectRef, one_line
from lictor_plugins.reporters.sarif.artifacts import Artifacts
from lictor_plugins.reporters.sarif.logical import inner_location, subject_location
from lictor_plugins.reporters.sarif.messages import Template, sarif_message
from lictor_plugins.reporters.sarif.places import context_region, is_short, snippet_in

T = TypeVar("T")

_quote = encode_basestring

_REMEMBERED = 10_000
"""Messages and paths that are kept as they were written: most are the same in many files."""


def level_of(finding: Finding) -> Level:
    """Return a result's level.

    3.27.10: the level of anything but a failure is `none`. An open finding is so still a result that readers show.
    GitHub ignores `kind` and lists it as an alert of severity none, not as an error; of a rule with a security-severity
    it shows that severity, which is right: nobody knows yet that the policy is safe.
    """
    return finding.level if finding.kind == "fail" else "none"


class ResultLines:
    """Writes the part of a result that all have. What several of them share is written once."""

    def __init__(self, rules: Mapping[str, tuple[int, Template]], artifacts: Artifacts, *, has_links: bool) -> None:
        """Take the rules, with their index and message, and the files of the log."""
        self._rules = rules
        self._has_links = has_links
        self._artifacts = artifacts
        self._artifact = ("", "")
        self._subject: tuple[SubjectRef | None, str] = (None, "")
        self._context: Context | None = None
        self._lines: tuple[str, ...] = ()
        self._around = ""
        self._heads: dict[tuple[str, str, str], str] = {}
        self._messages: dict[tuple[str, str], str] = {}
        self._paths: dict[tuple[Path, int], str] = {}

    def line(self, finding: Finding) -> str | None:
        """Return the result without what only some have; None where columns are not what they count."""
        region, context = finding.location.region, finding.location.context
        if region is None or context is None:
            return None
        if self._context is not context:
            self._note(region, context)
        first, lines = context.start_line, self._lines
        if region.start_line < first or region.end_line >= first + len(lines):
            return None
        uri, message = finding.location.uri, self._messages.get((finding.rule_id, finding.message))
        if message is None or finding.related_locations:
            message = self._message(finding)
        if self._artifact[0] != uri or not self._artifact[1]:
            self._artifact = uri, one_line(self._artifacts.target(uri))
        return (
            f'{self._head(finding)}"message": {message}, "locations": [{{"physicalLocation": {{"artifactLocation": '
            f'{self._artifact[1]}, "region": {{"startLine": {region.start_line}, "startColumn": {region.start_column}, '
            f'"endLine": {region.end_line}, "endColumn": {region.end_column}, "snippet": {{"text": '
            f'{_quote(snippet_in(lines, region, first))}}}}}, "contextRegion": {self._around}}}, "logicalLocations": '
            f'[{self._logical(finding)}]}}], "partialFingerprints": {_fingerprints(finding.fingerprints)}}}'
        )

    def _note(self, region: Region, context: Context) -> None:
        """Note the lines around a region, none where columns are not what they count."""
        self._context, self._lines = context, ()
        if is_short(context):
            self._lines, self._around = context.lines, one_line(context_region(region, context))

    def _head(self, finding: Finding) -> str:
        key = (finding.rule_id, finding.kind, finding.level)
        head = self._heads.get(key)
        if head is None:
            fields = {
                "ruleId": finding.rule_id,
                "ruleIndex": self._rules[finding.rule_id][0],
                "kind": finding.kind,
                "level": level_of(finding),
            }
            head = self._heads[key] = f"{one_line(fields)[:-1]}, "
        return head

    def _message(self, finding: Finding) -> str:
        related = finding.related_locations
        template = self._rules[finding.rule_id][1]
        message = one_line(sarif_message(finding.message, template, related, has_links=self._has_links))
        if not related:
            _remember(self._messages, (finding.rule_id, finding.message), message)
        return message

    def _logical(self, finding: Finding) -> str:
        subject, path = finding.subject, finding.location.path
        if self._subject[0] is not subject:
            self._subject = subject, one_line(subject_location(subject))
        if not path:
            return self._subject[1]
        key = (path, subject.document_index)
        inner = self._paths.get(key)
        if inner is None:
            inner = one_line(inner_location(*key))
            _remember(self._paths, key, inner)
        return f"{inner}, {self._subject[1]}"


def _remember(known: dict[T, str], key: T, text: str) -> None:
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = text


def _fingerprints(fingerprints: Mapping[str, str]) -> str:
    return f"{{{', '.join([f'{_quote(name)}: {_quote(fingerprints[name])}' for name in sorted(fingerprints)])}}}"
