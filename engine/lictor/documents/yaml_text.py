"""YAML: text in, Documents or Problems out."""

from typing import Any

import yaml

from lictor.documents.complaints import Complaint, problems_from, without_bom
from lictor.documents.json_limits import has_more_values, too_deep_at
from lictor.documents.json_places import JsonLocator
from lictor.documents.json_text import read_json
from lictor.documents.yaml_build import Builder, Built, Tags, TooMuch
from lictor.documents.yaml_events import Parsed, complaint_about, events, unprintable_in
from lictor.documents.yaml_places import YamlLocator, YamlPlaces
from lictor.model import Budgets, Document, Loaded, Problem

_KEPT = 1_000_000
"""Characters of a text whose events are kept for its places; they take some 50 times as much. More is parsed again."""


def parse_yaml(
    uri: str,
    text: str,
    budgets: Budgets = Budgets(),  # noqa: B008 - frozen
    tags: Tags | None = None,
) -> Loaded:
    r"""Read the documents of a YAML file; JSON is YAML too. Never raises.

    `tags` gives each local tag that the format knows ("!Sub") what makes its value; any other tag is a Problem.
    Keys are text as they are written, so `1: x` and `true: x` have the keys '1' and 'true'. A document that could
    not be built whole is left out; documents with nothing in them are left out too, but keep their index.

    >>> [document.data for document in parse_yaml("a.yaml", "a: yes\n---\nb: 1").documents]
    [{'a': 'yes'}, {'b': 1}]
    """
    text = without_bom(text)
    as_json = _parse_as_json(uri, text, budgets)
    if as_json:
        return as_json
    unprintable = None if text.isascii() else unprintable_in(text)
    if unprintable:
        return Loaded(problems=problems_from(uri, text, [unprintable]))
    builder = Builder(budgets, tags or {})
    built: list[Built] = []
    parsed = Parsed([] if len(text) <= _KEPT else _Nowhere(), {}, [])
    stream = builder.build(events(text), parsed)
    try:
        built.extend(stream)
    except TooMuch:
        pass
    except yaml.YAMLError as error:
        builder.complaints.append(complaint_about(error, text))
    if builder.complaints:
        unprintable = unprintable_in(text)  # the parser stops at ASCII of that sort too, and says less of it
        if unprintable:
            return Loaded(problems=problems_from(uri, text, [unprintable]))
    places = YamlPlaces(text, budgets.depth, parsed if parsed.events else None)
    documents = tuple(
        Document(uri, "yaml", data, text, locator, index, locator.comments)
        for data, index, is_whole, is_blank in built
        if is_whole and not is_blank
        for locator in [YamlLocator(places, index, data, tags or {})]
    )
    complaints = [*builder.complaints, *(places.tree.duplicates() if builder.has_duplicates else ())]
    if not documents and not complaints:
        complaints = [_nothing()]
    return Loaded(documents, problems_from(uri, text, complaints))


class _Nowhere(list[Any]):
    """Keeps nothing that is added."""

    def append(self, _: Any) -> None:  # noqa: ANN401 - an event
        """Let it go."""


def _nothing() -> Complaint:
    return Complaint("empty-document", "the file is empty", 0, 0, "a file that holds nothing can't be checked")


def _parse_as_json(uri: str, text: str, budgets: Budgets) -> Loaded | None:
    """Read text that is JSON as JSON: 60 times faster, and its escapes are not quite YAML's."""
    if text.lstrip(" \t\n\r")[:1] not in {"{", "["}:
        return None
    if too_deep_at(text, budgets.depth) is not None or has_more_values(text, budgets.nodes):
        return None
    reading: Any = read_json(text)
    if isinstance(reading, ValueError):
        return None
    data, is_odd = reading
    problems: tuple[Problem, ...] = ()
    if is_odd:
        from lictor.documents.json_diagnosis import diagnose

        problems = problems_from(uri, text, diagnose(text))
    return Loaded((Document(uri, "json", data, text, JsonLocator(text, is_odd)),), problems)
