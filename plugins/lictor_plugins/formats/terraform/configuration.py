"""What one file of a configuration declares, in every module instance that it is part of."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from lictor import EMBEDDED, Budgets, Document, Neighbours, Path, parse_json
from lictor_plugins.formats.terraform.callers import instances_of
from lictor_plugins.formats.terraform.instances import Instance
from lictor_plugins.formats.terraform.locator import Locator
from lictor_plugins.formats.terraform.modules import Declared, is_terraform, module_of
from lictor_plugins.formats.terraform.resources import Resource, body_value, resources_of
from lictor_plugins.formats.terraform.syntax import Source
from lictor_plugins.formats.terraform.values import Fields, Origin, Value, plain


class Made(NamedTuple):
    """A resource of this file, the module instance that makes it, and what finds its places."""

    resource: Resource
    instance: Instance
    locator: Locator


class Configuration:
    """One file, read together with those around it."""

    def __init__(self, source: Source, neighbours: Neighbours | None, budgets: Budgets) -> None:
        """Take a file that was parsed."""
        self.source = source
        self.own: Document | None = None
        self._budgets = budgets
        self._neighbours = neighbours
        self._documents: dict[tuple[str, int], Document] = {}

    @cached_property
    def instances(self) -> tuple[Instance, ...]:
        """Return the module that the file is part of, once for each call of it."""
        module = module_of(self.source, self._neighbours, self._budgets)
        return instances_of(module, self._neighbours, self._budgets)

    @cached_property
    def made(self) -> tuple[Made, ...]:
        """Return what the file's blocks make in every instance."""
        return tuple(
            Made(resource, instance, Locator(self.source.uri, self.source.text, {resource.path: resource.values}))
            for instance in self.instances
            for declared in self._declared()
            for resource in resources_of(instance, declared)
        )

    def calls(self) -> Iterator[tuple[Instance, Declared, Fields]]:
        """Yield the calls of modules in this file with their arguments."""
        for instance in self.instances:
            for block in self.source.body.blocks:
                if block.type == "module" and block.labels:
                    declared = Declared(self.source, block)
                    origin = Origin(self.source.uri, *block.span)
                    yield instance, declared, body_value(instance, block.body, instance.scope(self.source), origin)

    def sources(self) -> tuple[str, ...]:
        """Return the uris of the other files that had a say in what this one came to."""
        return tuple(sorted({uri for instance in self.instances for uri in instance.sources()} - {self.source.uri}))

    def _declared(self) -> Iterator[Declared]:
        for block in self.source.body.blocks:
            if block.type in {"resource", "data"} and len(block.labels) > 1:
                yield Declared(self.source, block)

    @cached_property
    def roots(self) -> dict[Path, Value]:
        """Return the values of the file's blocks by their paths; of several instances the first counts."""
        found: dict[Path, Value] = {}
        for made in self.made:
            found.setdefault(made.resource.path, made.resource.values)
        instance = self.instances[0]
        for block in self.source.body.blocks:
            origin = Origin(self.source.uri, *block.span)
            if block.type in {"variable", "output", "module", "provider"} and block.labels:
                value = body_value(instance, block.body, instance.scope(self.source), origin, 1)
                found.setdefault((block.type, block.labels[0]), value)
            elif block.type == "locals":
                value = body_value(instance, block.body, instance.scope(self.source), origin, 1)
                known = found.get(("locals",))
                before = known if isinstance(known, Fields) else Fields((origin,))
                found["locals",] = Fields(
                    before.origins, fields={**before.fields, **value.fields}, keys={**before.keys, **value.keys}
                )
        return found

    def locator(self) -> Locator:
        """Return what finds the places of this file's document."""
        return Locator(self.source.uri, self.source.text, self.roots)

    def data(self) -> dict[str, Any]:
        """Return the file as plain data, in the shape of Terraform's JSON syntax."""
        return nested(self.roots)

    def document_at(self, made: Made, path: Path) -> tuple[Document, Path]:
        """Return the document in which the policy stands that a path leads into, and the path there."""
        uri, length = made.locator.owner(path)
        roots = made.locator.roots
        if (
            uri == self.source.uri
            and self.own is not None
            and all(self.roots.get(root) is value for root, value in roots.items())
        ):
            return self.own, path
        if length and not is_terraform(uri) and EMBEDDED in path[:length]:
            bare = self._bare(uri)
            if bare is not None:
                return bare, path[length:]
        key = (uri, id(made.resource))
        if key not in self._documents:
            text = self.source.text if uri == self.source.uri else self._text(uri)
            self._documents[key] = Document(uri, "terraform", nested(roots), text, Locator(uri, text, roots))
        return self._documents[key], path

    def _text(self, uri: str) -> str:
        for instance in self.instances:
            for source in instance.module.sources:
                if source.uri == uri:
                    return source.text
        return self.instances[0].read(uri) or ""

    def _bare(self, uri: str) -> Document | None:
        """Return the document of a JSON file that holds nothing but a policy."""
        key = (uri, 0)
        if key not in self._documents:
            loaded = parse_json(uri, self._text(uri), self._budgets)
            if not loaded.documents:
                return None
            self._documents[key] = loaded.documents[0]
        return self._documents[key]


def nested(roots: Mapping[Path, Value]) -> dict[str, Any]:
    """Return values by their paths as one plain object."""
    data: dict[str, Any] = {}
    for path, value in roots.items():
        inner = data
        for element in path[:-1]:
            inner = inner.setdefault(str(element), {})
        inner[str(path[-1])] = plain(value)
    return data
