"""Reports for the commands of plugins: what they found, in the form that every reporter shows."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lictor import __version__
from lictor.api.plugins import plugins_for
from lictor.api.requests import PluginChoice
from lictor.evaluate.locate import SourceFile, reference_to
from lictor.model import (
    EMPTY,
    Document,
    Finding,
    FindingKind,
    Level,
    PluginName,
    Problem,
    RelatedLocation,
    Report,
    ReportOptions,
    Rule,
    Subject,
)
from lictor.model import Path as InnerPath
from lictor.report import finish_report
from lictor.values import NamedTuple


class RelatedPlace(NamedTuple):
    """Another place that helps to understand what was found; `path` is in the subject's value."""

    subject: Subject
    path: InnerPath
    message: str = ""


class Found(NamedTuple):
    """What a rule has to say at a path in a subject's value."""

    rule: Rule
    subject: Subject
    path: InnerPath
    message: str
    level: Level
    kind: FindingKind = "fail"
    related: tuple[RelatedPlace, ...] = ()
    properties: Mapping[str, Any] = EMPTY


def finding_of(found: Found, sources: dict[int, SourceFile] | None = None) -> Finding:
    """Return the finding at the place of what was found. `sources` keeps what is known of each document."""
    known = {} if sources is None else sources
    document, path = found.subject.place(found.path)
    source = _source(document, known)
    location = source.location(path)
    return Finding(
        rule_id=found.rule.id,
        level=found.level,
        kind=found.kind,
        message=found.message,
        location=location,
        subject=reference_to(found.subject),
        candidate=path,
        related_locations=tuple(
            RelatedLocation(_source(place.subject.document, known).place(place.subject, place.path), place.message)
            for place in found.related
        ),
        fingerprints=source.fingerprints(found.rule.id, path, location),
        properties=found.properties,
    )


def _source(document: Document, known: dict[int, SourceFile]) -> SourceFile:
    return known.setdefault(id(document), SourceFile(document))


def report_of(
    found: Iterable[Found],
    rules: Iterable[Rule],
    problems: Iterable[Problem],
    *,
    documents: int,
    subjects: int,
    broken_gates: Iterable[str] = (),
    notes: Iterable[str] = (),
) -> Report:
    """Return the report of what was found; it is no mistake that nothing was looked at."""
    sources: dict[int, SourceFile] = {}
    return finish_report(
        findings=[finding_of(each, sources) for each in found],
        verdicts=(),
        problems=problems,
        rules=rules,
        documents=documents,
        subjects=subjects,
        version=__version__,
        broken_gates=broken_gates,
        notes=notes,
        is_empty_allowed=True,
    )


def reporter_names() -> tuple[str, ...]:
    """Return the names of the output formats that are installed."""
    return tuple(sorted(plugins_for(PluginChoice()).registry.reporters))


def write_report(report: Report, name: str, root: Path) -> str:
    """Return a report as text, in the output format of a name."""
    plugins = plugins_for(PluginChoice())
    options = ReportOptions()
    if name.startswith("sarif"):
        from lictor.documents.revision import revision_of

        others = tuple(
            PluginName(plugin.name, plugin.distribution, plugin.version)
            for plugin in plugins.plugins
            if plugin.distribution != "lictor"
        )
        options = options._replace(revision=revision_of(root), plugins=others)
    return plugins.registry.reporters[name].render(report, options)
