"""A rule's cases: documents with the findings they must give, from cases.yaml and from the rule's page."""

import json
import pathlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from lictor.model import Document, Finding, FindingKind, Location, Problem, Region, format_path
from lictor.rules.folders import CASES_FILE, PAGE_FILE, RULE_FILE, read_document, read_own_file
from lictor.rules.pages import Block, RulePage, page_problems, read_page, read_parameters
from lictor.schema import problems_in
from lictor.values import NamedTuple

_EXTENSIONS = {"terraform": "tf", "hcl": "tf", "yml": "yaml"}


class ExpectedFinding(NamedTuple):
    """A finding that must be there. A path of None stands for any place, an empty message or uri for any."""

    rule: str
    path: str | None
    kind: FindingKind = "fail"
    message: str = ""
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A document and what must be found in it.

    `text` is the document's source, `uri` the file it stands for (its extension says the format). Findings of rules
    other than the case names are no concern of it; of those it names, all must be listed, unless `is_exact` is false.
    `kind` is what the document is, where its content does not tell; subjects of other kinds are no concern then.
    `others` are documents that are checked together with the first, by uri.
    """

    name: str
    rule: str
    uri: str
    text: str
    expected: tuple[ExpectedFinding, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    is_exact: bool = True
    location: Location | None = None
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> Mapping[str, str]:
        """Return the sources of all documents, by uri."""
        return {self.uri: self.text, **self.others}


def read_cases(
    folder: pathlib.Path, rule_id: str = "", uri: str | None = None
) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    """Read the cases of a rule folder: those of cases.yaml, then those of rule.md.

    Says too what they lack: a must-find, a near miss, a heading. Without `rule_id` it is read from the rule.yaml.
    """
    base = folder.as_posix() if uri is None else uri
    problems: tuple[Problem, ...] = ()
    if not rule_id:
        document, problems = read_document(folder / RULE_FILE, f"{base}/{RULE_FILE}")
        rule_id = str(document.data.get("id", "")) if document and isinstance(document.data, dict) else ""
    cases, more = _written_cases(folder / CASES_FILE, f"{base}/{CASES_FILE}", rule_id)
    problems += more
    page_uri = f"{base}/{PAGE_FILE}"
    if not (folder / PAGE_FILE).is_file():
        hint = "it is the text of lictor explain and of code scanning"
        missing = Problem("bad-page", f"no {PAGE_FILE}", "rule", hint=hint, location=Location(page_uri))
        return cases, (*problems, missing)
    text = read_own_file(folder / PAGE_FILE, page_uri)
    if isinstance(text, Problem):
        return cases, (*problems, text)
    problems += page_problems(text, page_uri)
    return (*cases, *cases_from_page(read_page(text), rule_id, page_uri)), problems


def cases_from_page(page: RulePage, rule_id: str, uri: str) -> tuple[Case, ...]:
    """Make a case of each document on a rule's page: those to avoid are found, those to prefer are not."""

    def case(word: str, number: int, block: Block, expected: tuple[ExpectedFinding, ...]) -> Case:
        extension = _EXTENSIONS.get(block.language, block.language)
        return Case(
            name=f"{word} {number} of the page",
            rule=rule_id,
            uri=f"{word.lower()}-{number}.{extension}",
            text=block.text,
            expected=expected,
            parameters=read_parameters(block) or {},
            kind=block.kind,
            is_exact=not expected,
            location=Location(uri, Region(block.line, 1, block.line, 1)),
        )

    somewhere = (ExpectedFinding(rule_id, None),)
    return (
        *(case("Avoid", number, block, somewhere) for number, block in enumerate(page.avoid_blocks, start=1)),
        *(case("Prefer", number, block, ()) for number, block in enumerate(page.prefer_blocks, start=1)),
    )


def differences(case: Case, findings: Iterable[Finding]) -> tuple[str, ...]:
    """Say how findings differ from what a case expects, in the order of the document; nothing when they agree."""
    named = {case.rule, *(expected.rule for expected in case.expected)}
    left = [
        finding
        for finding in findings
        if finding.rule_id in named and finding.kind in {"fail", "open"} and case.kind in {"", finding.subject.kind}
    ]
    said: list[str] = []
    for expected in case.expected:
        found = next((finding for finding in left if _meets(finding, expected, with_message=True)), None)
        if found is None:
            found = next((finding for finding in left if _meets(finding, expected, with_message=False)), None)
            if found is not None:
                said.append(
                    f"expected the message {expected.message!r} at {_expected_place(expected)}, found {found.message!r}"
                )
        if found is None:
            place = _expected_place(expected)
            said.append(f"expected {expected.rule} ({expected.kind}) at {place}, found none there")
        else:
            left.remove(found)
    if case.is_exact:
        said += [
            f"expected no {finding.rule_id} ({finding.kind}) at "
            f"{_place(format_path(finding.location.path), finding.location.uri if case.others else '')}, "
            f"found: {finding.message}"
            for finding in left
        ]
    return tuple(said)


def _meets(finding: Finding, expected: ExpectedFinding, *, with_message: bool) -> bool:
    return (
        finding.rule_id == expected.rule
        and (expected.path is None or finding.kind == expected.kind)
        and (expected.path is None or format_path(finding.location.path) == expected.path)
        and (not expected.uri or finding.location.uri == expected.uri)
        and (not with_message or not expected.message or finding.message == expected.message)
    )


def _expected_place(expected: ExpectedFinding) -> str:
    return _place(expected.path, expected.uri)


def _place(path: str | None, uri: str) -> str:
    named = "any place" if path is None else f"'{path}'" if path else "the whole document"
    return f"{named} of '{uri}'" if uri else named


def _written_cases(file: pathlib.Path, uri: str, rule_id: str) -> tuple[tuple[Case, ...], tuple[Problem, ...]]:
    if not file.is_file():
        hint = "list a document that must be found and a near miss that must not"
        return (), (Problem("missing-case", f"no {file.name}", "rule", hint=hint, location=Location(uri)),)
    document, problems = read_document(file, uri)
    if document is None:
        return (), problems
    problems = problems_in(document, "cases")
    if problems:
        return (), problems
    cases = tuple(_case(document, index, data, rule_id) for index, data in enumerate(document.data))
    return cases, (*_twice(cases), *missing_cases(cases, rule_id, uri))


def _case(document: Document, index: int, data: Mapping[str, Any], rule_id: str) -> Case:
    texts = {uri: _text(given) for uri, given in data.get("documents", {}).items()}
    if not texts:
        uri = data.get("file", f"case.{data.get('format', 'json')}")
        texts[uri] = data["text"] if "text" in data else _written(data["document"])
    first, *others = texts
    return Case(
        name=data["name"],
        rule=rule_id,
        uri=first,
        text=texts[first],
        others={uri: texts[uri] for uri in others},
        expected=tuple(
            ExpectedFinding(
                one.get("rule", rule_id),
                one["path"],
                one.get("kind", "fail"),
                one.get("message", ""),
                one.get("file", first if others else ""),
            )
            for one in data["find"]
        ),
        parameters=data.get("parameters", {}),
        kind=data.get("kind", ""),
        location=Location(document.uri, document.region_of((index, "name"))),
    )


def _text(given: Any) -> str:  # noqa: ANN401 - any YAML value
    return given if isinstance(given, str) else _written(given)


def _written(document: Any) -> str:  # noqa: ANN401 - any YAML value
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def missing_cases(cases: Iterable[Case], rule_id: str, uri: str) -> Iterator[Problem]:
    """Say whether a rule's own cases show it at work: one that is found, one near miss that is not."""
    is_found = [any(expected.rule == rule_id for expected in case.expected) for case in cases]
    location = Location(uri, Region(1, 1, 1, 1))
    if True not in is_found:
        hint = "without one, a rule that finds nothing would pass its test"
        yield Problem("missing-case", "no case that must be found", "rule", hint=hint, location=location)
    if False not in is_found:
        hint = "a case with 'find: []' that looks much like one that is found"
        yield Problem("missing-case", "no near miss that must not be found", "rule", hint=hint, location=location)


def _twice(cases: Iterable[Case]) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for case in cases:
        seen[case.name] += 1
        if seen[case.name] == 2:  # noqa: PLR2004 - said once, at the second
            message = f"the case '{case.name}' is there twice"
            yield Problem("bad-cases", message, "rule", hint="names tell cases apart", location=case.location)
