"""Read rule folders: every folder below a directory that holds a rule.yaml, with its page and its Python check."""

import os
import pathlib
from collections.abc import Iterable, Iterator

from lictor.documents import decode, parse_yaml
from lictor.documents.read import bytes_of_file
from lictor.model import Budgets, Document, Location, Problem, Region, Rule
from lictor.rules.parse import parse_rule
from lictor.rules.python_checks import FileCheck

RULE_FILE = "rule.yaml"
PAGE_FILE = "rule.md"
CHECK_FILE = "check.py"
CASES_FILE = "cases.yaml"

_NEAR_MISSES = frozenset({"rule.yml", "rule.json"})
_FIRST = Region(1, 1, 1, 1)


def read_rule_directory(
    directory: pathlib.Path,
    distribution: str = "",
    *,
    allow_python: bool = False,
    uri: str | None = None,
    validated: bool = False,
) -> tuple[tuple[Rule, ...], tuple[Problem, ...]]:
    """Read every rule below a directory, in the order of their folders' names, with all that is wrong with any.

    Rules are data: a check.py is used only with `allow_python`, that is for an installed plugin. `uri` is how messages
    name the directory (as it was given, without this). With `validated`, these files passed before, unchanged.
    """
    base = directory.as_posix() if uri is None else uri
    if not directory.is_dir():
        hint = "rules are read from a directory that holds a folder for each"
        return (), (Problem("bad-rule", f"no directory '{base}'", "rule", hint=hint),)
    rules: dict[str, Rule] = {}
    problems: list[Problem] = []
    seen = 0
    for folder, names in _folders(directory):
        name = "/".join((base.rstrip("/"), *folder.relative_to(directory).parts)).removeprefix("./")
        problems += _misnamed(names, name)
        if RULE_FILE not in names:
            continue
        seen += 1
        rule, found = read_rule_folder(folder, distribution, allow_python=allow_python, uri=name, validated=validated)
        problems += found
        if rule is not None and rule.id in rules:
            problems.append(_duplicate(rule, rules[rule.id]))
        elif rule is not None:
            rules[rule.id] = rule
    if not seen and not problems:
        hint = "each rule has a folder of its own with a rule.yaml: lictor new rule makes one"
        problems.append(Problem("bad-rule", f"no {RULE_FILE} below '{base}'", "rule", hint=hint))
    return tuple(rules.values()), tuple(problems)


def read_rule_folder(
    folder: pathlib.Path,
    distribution: str = "",
    *,
    allow_python: bool = False,
    uri: str | None = None,
    validated: bool = False,
) -> tuple[Rule | None, tuple[Problem, ...]]:
    """Read the one rule of a folder, or say everything that is wrong with it."""
    base = folder.as_posix() if uri is None else uri
    document, problems = read_document(folder / RULE_FILE, f"{base}/{RULE_FILE}")
    if document is None:
        return None, problems
    page, more = _page(folder / PAGE_FILE, f"{base}/{PAGE_FILE}")
    problems += more
    check = None
    if (folder / CHECK_FILE).is_file():
        check = FileCheck(folder / CHECK_FILE)
        if not allow_python:
            problems += (_python_refused(f"{base}/{CHECK_FILE}"),)
    rule, more = parse_rule(document, (), help=page, check=check, distribution=distribution, validated=validated)
    problems += more
    return (None if has_errors(problems) else rule), problems


def read_document(file: pathlib.Path, uri: str) -> tuple[Document | None, tuple[Problem, ...]]:
    """Read a YAML file of ours that holds exactly one document."""
    text = read_own_file(file, uri)
    if isinstance(text, Problem):
        return None, (text,)
    loaded = parse_yaml(uri, text)
    problems = tuple(problem._replace(phase="rule") for problem in loaded.problems)
    if not has_errors(problems) and len(loaded.documents) != 1:
        message = f"expected one document, found {len(loaded.documents) or 'none'}"
        problems += (Problem("bad-rule", message, "rule", location=Location(uri, _FIRST)),)
    return (None if has_errors(problems) else loaded.documents[0]), problems


def read_own_file(file: pathlib.Path, uri: str) -> str | Problem:
    """Return the text of a file of ours, which a stranger may have put there: it may be a FIFO, or without end."""
    raw = bytes_of_file(file, uri, Budgets())
    text = raw if isinstance(raw, Problem) else decode(raw, uri)
    return text._replace(phase="rule") if isinstance(text, Problem) else text


def has_errors(problems: Iterable[Problem]) -> bool:
    """Tell whether some problem is more than a warning."""
    return any(problem.level == "error" for problem in problems)


def _folders(directory: pathlib.Path) -> Iterator[tuple[pathlib.Path, frozenset[str]]]:
    for folder, below, names in os.walk(directory):
        below[:] = sorted(name for name in below if not name.startswith((".", "__")))
        yield pathlib.Path(folder), frozenset(names)


def _misnamed(names: frozenset[str], uri: str) -> Iterator[Problem]:
    for name in sorted(names & _NEAR_MISSES):
        location = Location(f"{uri}/{name}")
        yield Problem("bad-rule", f"'{name}' is not read", "rule", hint=f"name it {RULE_FILE}", location=location)


def _page(file: pathlib.Path, uri: str) -> tuple[str, tuple[Problem, ...]]:
    if not os.path.lexists(file):
        return "", ()
    text = read_own_file(file, uri)
    return ("", (text,)) if isinstance(text, Problem) else (text, ())


def _python_refused(uri: str) -> Problem:
    return Problem(
        "check-not-allowed",
        "a rule that is read from a directory can't bring Python: rules are data",
        "rule",
        hint="package it as a plugin whose register_rules hook returns its RuleDirectory",
        location=Location(uri, _FIRST),
    )


def _duplicate(rule: Rule, first: Rule) -> Problem:
    return Problem(
        "duplicate-rule",
        f"rule '{rule.id}' is there twice",
        "rule",
        hint="ids are unique; rename one of them",
        location=rule.places["id"],
        related_locations=(first.places["id"],),
    )
