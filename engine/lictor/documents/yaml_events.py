"""PyYAML's events, and nothing else of PyYAML: no composer, no constructor, so nothing in a file can make an object.

libyaml's parser in C is used when PyYAML was built with it, else the parser in Python, which is five times slower.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from lictor.documents.complaints import Complaint, shown
from lictor.values import NamedTuple

_NOT_PRINTABLE = re.compile("[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""YAML 1.2.2, section 5.1, `c-printable`."""

TEMPLATE_HINT = "where '{{' begins a template of Helm or Jinja, check what it renders to, as 'helm template' prints it"

_STARTS = frozenset({yaml.MappingStartEvent, yaml.SequenceStartEvent})
_ENDS = frozenset({yaml.MappingEndEvent, yaml.SequenceEndEvent})


def parser_class() -> Any:  # noqa: ANN401 - two classes without a common base
    """Return the class that parses: its objects have `get_event()`, and marks whose index counts code points."""
    if yaml.__with_libyaml__:
        from yaml import cyaml

        return cyaml.CParser  # type: ignore[attr-defined]  # the stubs leave the C classes out
    return yaml.SafeLoader


def events(text: str) -> Iterator[Any]:
    """Return the events of a YAML text, which raise yaml.YAMLError where it stops being one."""
    return iter(parser_class()(text).get_event, None)


class Parsed(NamedTuple):
    """The events of a text.

    `pairs` leads from the number of the event that begins a list or mapping to that of the one that ends it, and back;
    `documents` has the numbers of the events that begin documents.
    """

    events: list[Any]
    pairs: dict[int, int]
    documents: list[int]


def parsed_again(text: str, depth: int) -> Parsed:
    """Return the events of a text that was read before, as far as it is YAML and nests no deeper than `depth`."""
    parsed = Parsed([], {}, [])
    kept, pairs, documents = parsed
    begun: list[int] = []
    try:
        for event in events(text):
            kept.append(event)
            if event.__class__ in _STARTS:
                begun.append(len(kept) - 1)
                if len(begun) > depth:
                    break
            elif event.__class__ in _ENDS:
                number = len(kept) - 1
                pairs[number] = begun.pop()
                pairs[pairs[number]] = number
            elif event.__class__ is yaml.DocumentStartEvent:
                documents.append(len(kept) - 1)
    except yaml.YAMLError:
        pass  # the first reading has said so; what stands before the error has its places
    return parsed


def unprintable_in(text: str) -> Complaint | None:
    """Complain of the first character that a YAML stream can't hold."""
    found = _NOT_PRINTABLE.search(text)
    if not found:
        return None
    message = f"expected printable text, found the character U+{ord(found[0]):04X}"
    hint = f'in double quotes it can be written "\\u{ord(found[0]):04X}"' if ord(found[0]) < 0xD800 else ""  # noqa: PLR2004 - surrogates start there
    return Complaint("control-character", message, found.start(), found.end(), hint)


def complaint_about(error: yaml.YAMLError, text: str) -> Complaint:
    """Say what the parser said, in our words and with the offset."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = min(mark.index, len(text)) if mark else 0
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    if "maximum nesting depth" in problem:  # libyaml's own bound, since PyYAML 6.0.4: it reads ahead of its events
        return Complaint("too-deep", "values nest deeper than the YAML parser follows", at, min(at + 1, len(text)))
    message, hint = _in_our_words(problem, text, at)
    if _is_of_a_template(text, at):
        hint = TEMPLATE_HINT
    opener = None
    context, context_mark = getattr(error, "context", None), getattr(error, "context_mark", None)
    if context and context_mark and context_mark.index < at and context.startswith("while parsing"):
        opener = (f"the {context.removeprefix('while parsing a ')}", context_mark.index)
    return Complaint("bad-document", message, at, min(at + 1, len(text)), hint, opener)


def _is_of_a_template(text: str, at: int) -> bool:
    """Tell whether the line of an offset or the one before it holds the braces of a template."""
    line = text.rfind("\n", 0, at) + 1
    start, end = text.rfind("\n", 0, max(line - 1, 0)) + 1, text.find("\n", at)
    return "{{" in text[start : end if end >= 0 else None]


def _in_our_words(problem: str, text: str, at: int) -> tuple[str, str]:
    letter = text[at : at + 1]
    before = text[:at].rpartition("\n")[2]
    if letter == "\t" or ("\t" in before and not before.strip()):
        return "expected spaces for indentation, found a tab", "YAML indents with spaces only"
    if "cannot start any token" in problem:
        return f"expected a value, found {shown(letter)}", f"text that starts with {letter} stands in quotes"
    for part, message, hint in _WORDS:
        if part in problem:
            return message, hint
    return problem[:1].lower() + problem[1:], ""


_WORDS = (
    (
        "mapping values are not allowed",
        "expected a value or a new line, found ':'",
        "a value with ': ' in it stands in quotes; keys of one mapping start at the same column",
    ),
    ("could not find expected ':'", "expected ':' after a key", "keys of one mapping start at the same column"),
    ("did not find expected key", "expected a key at the column of the mapping's other keys", ""),
    ("did not find expected '-' indicator", "expected '-' at the column of the list's other items", ""),
    ("did not find expected ',' or ']'", "expected ',' or ']' after a value", ""),
    ("did not find expected ',' or '}'", "expected ',' or '}' after a value", ""),
    ("did not find expected node content", "expected a value", ""),
    ("found unexpected end of stream", "expected a closing quote, found the end of the file", ""),
    ("unexpected document separator", "expected a closing quote, found a document separator", ""),
    ("found unknown escape character", "expected an escape such as \\n", "in single quotes a backslash is itself"),
    ("did not find expected <document start>", "expected '---' or the end of the file", ""),
    ("found undefined tag handle", "expected a tag whose handle is declared", "!x!y needs a %TAG !x! line"),
)
