"""SARIF logs as something to check: what GitHub code scanning would refuse, drop or show wrongly in them."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lictor import CommandSource, Document, Kind, Match, NamedCheck, Subject, hookimpl

if TYPE_CHECKING:
    from click import Command

SARIF_LOG = "sarif.log"

_MOST_PLACES = 20
"""Places that one rule tells of in one log; the first of them says how many more there are."""

_CHECKS = {
    "schema": ("sarif-schema",),
    "runs": (
        "sarif-version",
        "sarif-schema-uri",
        "sarif-no-runs",
        "sarif-no-results",
        "sarif-duplicate-category",
        "sarif-no-category",
        "sarif-execution-failed",
        "sarif-external-properties",
        "sarif-base-uri",
        "sarif-base-undeclared",
    ),
    "limits": ("sarif-over-limit", "sarif-cut-by-limit", "sarif-many-results"),
    "places": (
        "sarif-no-location",
        "sarif-no-artifact",
        "sarif-no-region",
        "sarif-region-order",
        "sarif-related-location",
        "sarif-code-flow",
        "sarif-index",
    ),
    "uris": ("sarif-uri-scheme", "sarif-uri-absolute", "sarif-uri-parent", "sarif-uri-characters"),
    "results": (
        "sarif-rule-mismatch",
        "sarif-kind-level",
        "sarif-not-a-failure",
        "sarif-suppressed",
        "sarif-mixed-properties",
        "sarif-no-fingerprint",
        "sarif-shared-fingerprint",
    ),
    "messages": ("sarif-no-message", "sarif-link", "sarif-message-arguments", "sarif-message-style"),
    "descriptors": (
        "sarif-rule-text",
        "sarif-rule-repeated",
        "sarif-no-rules",
        "sarif-severity",
        "sarif-severity-range",
        "sarif-rule-property",
        "sarif-text-length",
    ),
}
"""The checks by the module that has them; `sarif-no-runs` is its function `no_runs`."""


@hookimpl
def register_kinds() -> Iterable[Kind]:
    """Return the kind of a SARIF log."""
    return (Kind(SARIF_LOG, "A SARIF log of any tool, as it is", find_logs, assume=assume_log),)


@hookimpl
def register_checks() -> Iterable[NamedCheck]:
    """Return the checks that the rules on SARIF logs name."""
    return tuple(NamedCheck(name, _Check(module, name)) for module, names in _CHECKS.items() for name in names)


@hookimpl
def register_commands() -> Iterable[CommandSource]:
    """Return the command that checks SARIF logs."""
    return (CommandSource("sarif", "Check what GitHub would refuse, drop or show wrongly in a SARIF log", _command),)


def find_logs(document: Document, wanted: frozenset[str]) -> Iterator[Subject]:
    """Yield the document if it is a SARIF log."""
    if SARIF_LOG in wanted and is_log(document.head):
        yield assume_log(document)


def assume_log(document: Document) -> Subject:
    """Take a document for a SARIF log."""
    return Subject(SARIF_LOG, document, (), document.data, document.uri)


def is_log(data: Any) -> bool:  # noqa: ANN401 - any document
    """Tell whether a document is meant to be a SARIF log.

    >>> is_log({"version": "2.1.0", "runs": []}), is_log({"version": "2.1.0"})
    (True, False)
    """
    if not isinstance(data, dict):
        return False
    return "runs" in data or "sarif" in str(data.get("$schema", "")).lower()


def _command() -> "Command":
    from lictor_plugins.sarif_logs.command import sarif

    return sarif


class _Check:
    """A check by its name: its module is imported when it is asked for the first time."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._function = name.removeprefix("sarif-").replace("-", "_")

    def __call__(self, subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
        """Yield what the check finds in a log, up to the number of places that people read."""
        if not isinstance(subject.value, dict):
            return
        check = getattr(import_module(f"{__name__}.{self._module}"), self._function)
        found = list(check(subject.value, **{name.replace("-", "_"): value for name, value in parameters.items()}))
        left = len(found) - _MOST_PLACES
        for number, match in enumerate(found[:_MOST_PLACES]):
            if left > 0 and not number:
                values = {**match.values, "what": f"{match.values['what']} (so in {left:,} more places)"}
                yield match._replace(values=values)
            else:
                yield match
