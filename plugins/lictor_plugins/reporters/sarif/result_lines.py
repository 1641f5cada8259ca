"""Results on one line each, written by templates: in a log with a million of them all else takes too long."""

from json.encoder import encode_basestring
from typing import Any

from lictor import Context, Finding, Level, Region, SubjectRef, one_line
from lictor_plugins.reporters.sarif.artifacts import Artifacts
from lictor_plugins.reporters.sarif.logical import inner_location, subject_location
from lictor_plugins.reporters.sarif.places import context_region, is_short, snippet_of

_quote = encode_basestring


def level_of(finding: Finding) -> Level:
    """Return a result's level.

    3.27.10: the level of anything but a failure is `none`. An open finding is so still a result that readers show.
    GitHub ignores `kind` and lists it as an alert of severity none, not as an error; of a rule with a security-severity
    it shows that severity, which is right: nobody knows yet that the policy is safe.
    """
    return finding.level if finding.kind == "fail" else "none"


class ResultLines:
    """Writes the part of a result that all have. What several findings of a file share is written once."""

    def __init__(self, artifacts: Artifacts) -> None:
        """Take the files of the log."""
        self._artifacts = artifacts
        self._artifact = ("", "")
        self._subject: tuple[SubjectRef | None, str] = (None, "")
        self._context: tuple[Context | None, str] = (None, "")

    def line(self, finding: Finding, rule_index: int, message: dict[str, Any]) -> str | None:
        """Return the result without what only some have; None where columns are not what they count."""
        location = finding.location
        region, context = location.region, location.context
        if region is None or context is None or not is_short(region, context):
            return None
        arguments = ", ".join(map(_quote, message["arguments"]))
        fingerprints = ", ".join(
            f"{_quote(name)}: {_quote(value)}" for name, value in sorted(finding.fingerprints.items())
        )
        return (
            f'{{"ruleId": {_quote(finding.rule_id)}, "ruleIndex": {rule_index}, "kind": "{finding.kind}", '
            f'"level": "{level_of(finding)}", "message": {{"id": "{message["id"]}", "arguments": [{arguments}], '
            f'"text": {_quote(message["text"])}}}, "locations": [{{"physicalLocation": {{"artifactLocation": '
            f'{self._file(location.uri)}, "region": {_region(region, snippet_of(region, context))}, "contextRegion": '
            f'{self._around(region, context)}}}, "logicalLocations": [{self._logical(finding)}]}}], '
            f'"partialFingerprints": {{{fingerprints}}}}}'
        )

    def _file(self, uri: str) -> str:
        if self._artifact[0] != uri or not self._artifact[1]:
            self._artifact = uri, one_line(self._artifacts.target(uri))
        return self._artifact[1]

    def _logical(self, finding: Finding) -> str:
        subject, path = finding.subject, finding.location.path
        if self._subject[0] != subject:
            self._subject = subject, one_line(subject_location(subject))
        outer = self._subject[1]
        return f"{one_line(inner_location(path, subject.document_index))}, {outer}" if path else outer

    def _around(self, region: Region, context: Context) -> str:
        if self._context[0] is not context:
            self._context = context, one_line(context_region(region, context))
        return self._context[1]


def _region(region: Region, snippet: str) -> str:
    return (
        f'{{"startLine": {region.start_line}, "startColumn": {region.start_column}, "endLine": {region.end_line}, '
        f'"endColumn": {region.end_column}, "snippet": {{"text": {_quote(snippet)}}}}}'
    )
