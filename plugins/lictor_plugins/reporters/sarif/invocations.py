"""The run itself in SARIF: whether it worked, and the problems as notifications."""

from collections.abc import Iterable
from typing import Any

from lictor import PROBLEM_CODES, Problem, Report
from lictor_plugins.reporters.sarif.artifacts import Artifacts
from lictor_plugins.reporters.sarif.messages import sentence
from lictor_plugins.reporters.sarif.places import physical_location
from lictor_plugins.reporters.sarif.rules import PROJECT_URI, pascal_case

_CONFIGURATION_PHASES = frozenset({"usage", "ruleset", "rule"})
_EXIT_CODES = {
    0: "Everything that was selected was checked, and every gate holds.",
    1: "Findings break a gate.",
    2: "The command line, a ruleset or a rule is wrong.",
    3: "Something could not be read, evaluated or decided, or nothing was checked.",
    4: "A bug in lictor.",
}


def invocation(report: Report, codes: list[str], artifacts: Artifacts) -> dict[str, Any]:
    """Return the `invocation` (3.20). It has no times, so that equal runs give equal bytes.

    `executionSuccessful` is false only for a bug of ours: GitHub then refuses the analysis, and with it the findings.
    """
    notifications: dict[bool, list[dict[str, Any]]] = {True: [], False: []}
    for problem in report.problems:
        is_configuration = problem.phase in _CONFIGURATION_PHASES
        notifications[is_configuration].append(_notification(problem, codes, artifacts))
    return {
        "executionSuccessful": not any(problem.phase == "internal" for problem in report.problems),
        "exitCode": report.exit_code,
        "exitCodeDescription": _EXIT_CODES.get(report.exit_code, "Unknown."),
        "toolExecutionNotifications": notifications[False],
        "toolConfigurationNotifications": notifications[True],
    }


def notification_descriptors(codes: Iterable[str]) -> list[dict[str, Any]]:
    """Return the descriptors of the problems that the log holds, in the order of their codes."""
    return [_descriptor(code, sentence(PROBLEM_CODES.get(code) or code)) for code in codes]


def _descriptor(code: str, text: str) -> dict[str, Any]:
    return {
        "id": code,
        "name": pascal_case(code),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": text},
        "helpUri": PROJECT_URI,
    }


def _notification(problem: Problem, codes: list[str], artifacts: Artifacts) -> dict[str, Any]:
    text = f"{problem.message}; hint: {problem.hint}" if problem.hint else problem.message
    notification: dict[str, Any] = {
        "descriptor": {"id": problem.code, "index": codes.index(problem.code)},
        "level": problem.level,
        "message": {"text": sentence(text)},
    }
    locations = [location for location in (problem.location, *problem.related_locations) if location]
    if locations:
        notification["locations"] = [
            {"physicalLocation": physical_location(location, artifacts, is_masked=True)} for location in locations
        ]
    return notification
