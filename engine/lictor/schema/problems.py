"""What is wrong with a rule, a ruleset or a cases file by its schema: everything at once, in file order."""

from typing import Final

from lictor.model import Document, Location, Path, Phase, Problem, Region, format_path
from lictor.schema.shipped import Definition, json_schema, validator_for
from lictor.schema.wording import Complaint, complaints_about

_PHASES: Final[dict[Definition, Phase]] = {"rule": "rule", "ruleset": "ruleset", "cases": "rule"}


def problems_in(document: Document, definition: Definition, path: Path = ()) -> tuple[Problem, ...]:
    """Validate the part of a document at `path` against the shipped schema; each problem has its place and a hint."""
    data = document.data
    for element in path:
        data = data[element]
    validator = validator_for(definition)
    if validator.is_valid(data):
        return ()
    complaints = complaints_about(validator.iter_errors(data), json_schema(definition), f"bad-{definition}")
    problems = [_problem(document, path, complaint, _PHASES[definition]) for complaint in complaints]
    return tuple(sorted(dict.fromkeys(problems), key=_position))


def _problem(document: Document, base: Path, complaint: Complaint, phase: Phase) -> Problem:
    path = base + complaint.path
    region = document.region_of(path, complaint.highlight)
    if complaint.highlight == "value" and region.end_line > region.start_line:
        region = _first_line(document, region)
    return Problem(
        code=complaint.code,
        message=complaint.message,
        phase=phase,
        hint=complaint.hint,
        location=Location(document.uri, region, path, format_path(path)),
    )


def _first_line(document: Document, region: Region) -> Region:
    """Cut a region down to its first line: a caret under a whole mapping says nothing."""
    line = document.text.split("\n")[region.start_line - 1].rstrip("\r")
    return Region(region.start_line, region.start_column, region.start_line, len(line) + 1)


def _position(problem: Problem) -> tuple[int, int, str]:
    region = problem.location.region if problem.location else None
    return (region.start_line, region.start_column, problem.message) if region else (0, 0, problem.message)
