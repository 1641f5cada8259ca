"""A module: the files of one directory, and where each of its names is declared."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lictor import Budgets, Neighbours, Problem
from lictor_plugins.formats.terraform.json_syntax import parse_json_syntax
from lictor_plugins.formats.terraform.parse import parse
from lictor_plugins.formats.terraform.syntax import Attribute, Block, Source

_MOST_FILES = 400
"""Files of a directory beyond which it is no module but a collection: each is then read by itself."""


class Declared(NamedTuple):
    """A block, and the file that it stands in."""

    source: Source
    block: Block


class Module(NamedTuple):
    """The declarations of a directory. What is declared twice, and then is not `is_clear`, counts where it is first."""

    directory: str
    sources: tuple[Source, ...]
    variables: Mapping[str, Declared]
    values: Mapping[str, tuple[Source, Attribute]]
    locals: Mapping[str, tuple[Source, Attribute]]
    resources: Mapping[tuple[str, str], Declared]
    data: Mapping[tuple[str, str], Declared]
    modules: Mapping[str, Declared]
    outputs: Mapping[str, Declared]
    is_clear: bool = True

    def all_resources(self) -> Iterator[Declared]:
        """Yield the resource and data blocks of every file."""
        for source in self.sources:
            for block in source.body.blocks:
                if block.type in {"resource", "data"} and len(block.labels) > 1:
                    yield Declared(source, block)


def is_terraform(uri: str) -> bool:
    """Tell whether a file holds configuration of Terraform or OpenTofu, by its name."""
    return uri.lower().endswith((".tf", ".tf.json", ".tofu", ".tofu.json"))


def parse_source(uri: str, text: str, budgets: Budgets) -> Source | tuple[Problem, ...]:
    """Read one file in the syntax that its name tells."""
    if uri.lower().endswith(".json"):
        return parse_json_syntax(uri, text, budgets)
    return parse(uri, text, budgets)


def text_at(uri: str, neighbours: Neighbours) -> str | None:
    """Return the text of a file, which is read once in a run."""
    key = f"terraform-text:{uri}"
    if key not in neighbours.memo:
        neighbours.memo[key] = neighbours.read(uri)
    text: str | None = neighbours.memo[key]
    return text


def source_of(uri: str, text: str, neighbours: Neighbours | None, budgets: Budgets) -> Source | tuple[Problem, ...]:
    """Read one file, or take what was read of it with the rest of its directory."""
    if neighbours is not None:
        for source in _directory(uri.rpartition("/")[0], neighbours, budgets)[0]:
            if source.uri == uri and source.text == text:
                return source
    return parse_source(uri, text, budgets)


def module_of(own: Source, neighbours: Neighbours | None, budgets: Budgets) -> Module:
    """Return the module that a file is part of; where files disagree, what the file says counts."""
    directory = own.uri.rpartition("/")[0]
    if neighbours is None:
        return _module(directory, (own,), ())
    whole = module_in(directory, neighbours, budgets)
    if whole.is_clear and any(source.uri == own.uri and source.text == own.text for source in whole.sources):
        return whole
    sources, variables = _directory(directory, neighbours, budgets)
    return _module(directory, (own, *(source for source in sources if source.uri != own.uri)), variables)


def module_in(directory: str, neighbours: Neighbours, budgets: Budgets) -> Module:
    """Return the module of a directory, made once in a run."""
    key = f"terraform-module:{directory}"
    known = neighbours.memo.get(key)
    if isinstance(known, Module):
        return known
    made = _module(directory, *_directory(directory, neighbours, budgets))
    neighbours.memo[key] = made
    return made


def _directory(
    directory: str, neighbours: Neighbours, budgets: Budgets
) -> tuple[tuple[Source, ...], tuple[Source, ...]]:
    """Read the files of a directory once in a run: the configuration, and the values of its variables."""
    key = f"terraform:{directory}"
    known = neighbours.memo.get(key)
    if known is None:
        uris = neighbours.files(directory)
        named = [uri for uri in uris if is_terraform(uri)]
        given = [uri for uri in uris if _gives_values(uri)]
        known = (
            _sources(named, neighbours, budgets) if len(named) <= _MOST_FILES else (),
            _sources(given, neighbours, budgets),
        )
        neighbours.memo[key] = known
    sources, variables = known
    return sources, variables


def _gives_values(uri: str) -> bool:
    """Tell whether Terraform reads the values of variables from a file unasked."""
    name = uri.rpartition("/")[2]
    return name in {"terraform.tfvars", "terraform.tfvars.json"} or name.endswith((".auto.tfvars", ".auto.tfvars.json"))


def _sources(uris: list[str], neighbours: Neighbours, budgets: Budgets) -> tuple[Source, ...]:
    found = []
    for uri in uris:
        text = text_at(uri, neighbours)
        source = None if text is None else parse_source(uri, text.removeprefix("\ufeff"), budgets)
        if isinstance(source, Source):
            found.append(source)
    return tuple(found)


def _module(directory: str, sources: tuple[Source, ...], variables: tuple[Source, ...]) -> Module:
    found: dict[str, dict[Any, Any]] = {
        kind: {} for kind in ("variable", "module", "output", "resource", "data", "locals")
    }
    is_clear = True
    for source in sources:
        for kind, name, declared in _declarations(source):
            is_clear = found[kind].setdefault(name, declared) is declared and is_clear
    values = {name: (source, attribute) for source in variables for name, attribute in source.body.attributes.items()}
    return Module(
        directory,
        sources,
        found["variable"],
        values,
        found["locals"],
        found["resource"],
        found["data"],
        found["module"],
        found["output"],
        is_clear,
    )


def _declarations(source: Source) -> Iterator[tuple[str, Any, Any]]:
    """Yield what a file declares: of which sort, by which name."""
    for block in source.body.blocks:
        if block.type in {"resource", "data"} and len(block.labels) > 1:
            yield block.type, (block.labels[0], block.labels[1]), Declared(source, block)
        elif block.type in {"variable", "module", "output"} and block.labels:
            yield block.type, block.labels[0], Declared(source, block)
        elif block.type == "locals":
            for attribute in block.body.attributes.values():
                yield "locals", attribute.name, (source, attribute)
