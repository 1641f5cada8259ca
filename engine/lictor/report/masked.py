"""A report without the secrets of the documents that it is about, for every output that is made of it."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from typing import Any

from lictor.model import Context, Finding, Report
from lictor.report.mask import mask_message, mask_secrets, secrets_in
from lictor.report.records import masked_findings

_REMEMBERED = 1_000
"""Source lines that are kept as they are shown: findings beside each other share them."""

_KEPT = frozenset({"uri", "fingerprints", "rule_id", "kind", "level", "code", "phase", "baseline_state"})
"""Fields that name things: covered, they would no longer be found."""


def mask_report(report: Report) -> Report:
    """Return the report with access keys, secret keys, session tokens and external ids covered by stars.

    A secret is told by the name before it, in the source lines around a finding. Once seen there it is covered
    wherever else it stands: in messages, in keys, in lines that don't hold the name.
    """
    rest = (report.verdicts, report.problems, report.notes)
    secrets = {secret for text in _sources(report.findings, rest) for secret in secrets_in(text)}
    cover = _cover_all(secrets)

    def mask(text: str) -> str:
        return cover(mask_message(text))

    @lru_cache(maxsize=_REMEMBERED)
    def show(text: str) -> str:
        return cover(mask_secrets(text))

    findings = masked_findings(report.findings, lambda finding: _masked(finding, mask, show))
    verdicts, problems, notes = _masked(rest, mask, show)
    return report._replace(findings=findings, verdicts=verdicts, problems=problems, notes=notes)


def _sources(findings: Iterable[Finding], rest: Any) -> Iterator[str]:  # noqa: ANN401 - anything in a report
    """Yield the source lines that a report shows; those of findings one after another, which share most of them."""
    before = None
    for context in chain(chain.from_iterable(map(_contexts, findings)), _contexts(rest)):
        if context.text != before:
            yield context.text
        before = context.text


def _contexts(value: Any) -> Iterator[Context]:  # noqa: ANN401 - anything in a report
    if isinstance(value, Context):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _contexts(part)


def _cover_all(secrets: Iterable[str]) -> Callable[[str], str]:
    longest_first = sorted(set(secrets), key=lambda secret: (-len(secret), secret))
    if not longest_first:
        return lambda text: text
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
    return lambda text: pattern.sub(lambda found: "*" * len(found[0]), text)


def _masked(value: Any, mask: Callable[[str], str], show: Callable[[str], str]) -> Any:  # noqa: ANN401 - anything in a report
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Context):
        return value._replace(text=show(value.text))
    if isinstance(value, Mapping):
        return {key: _masked(each, mask, show) for key, each in value.items()}
    if not isinstance(value, tuple):
        return value
    names = getattr(value, "_fields", None)
    if names is None:
        return tuple(_masked(each, mask, show) for each in value)
    return value._replace(**{name: _masked(getattr(value, name), mask, show) for name in names if name not in _KEPT})  # type: ignore[attr-defined]  # a NamedTuple
