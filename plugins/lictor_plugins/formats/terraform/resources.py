"""The resources and data sources that a module makes, each with its attributes evaluated."""

from collections.abc import Iterator
from typing import NamedTuple

from lictor import Path
from lictor_plugins.formats.terraform.evaluate import Scope
from lictor_plugins.formats.terraform.instances import Instance, bodies
from lictor_plugins.formats.terraform.modules import Declared
from lictor_plugins.formats.terraform.syntax import Body
from lictor_plugins.formats.terraform.values import Fields, Items, Origin, Value

_META = frozenset({"count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection"})
_DEEPEST = 20


class Resource(NamedTuple):
    """A resource or data source. `name` has the key of its instance: `app["eu"]`."""

    mode: str
    type: str
    name: str
    values: Fields
    declared: Declared
    scope: Scope

    @property
    def path(self) -> Path:
        """Return where it is in its document's data."""
        return (self.mode, self.type, self.name)


def resources_of(instance: Instance, declared: Declared) -> tuple[Resource, ...]:
    """Return the resources that one block makes; they are made once."""
    key = f"resources:{id(declared.block)}"
    if key not in instance.notes:
        instance.notes[key] = (declared, tuple(_made(instance, declared)))
    made: tuple[Resource, ...] = instance.notes[key][1]
    return made


def _made(instance: Instance, declared: Declared) -> Iterator[Resource]:
    kind, name = declared.block.labels[:2]
    for copy in instance.copies(declared.block, instance.scope(declared.source)):
        values = body_value(
            instance, declared.block.body, copy.scope, Origin(declared.source.uri, *declared.block.span)
        )
        yield Resource(declared.block.type, kind, f"{name}{copy.suffix}", values, declared, copy.scope)


def body_value(instance: Instance, body: Body, scope: Scope, origin: Origin, level: int = 0) -> Fields:
    """Return a body as an object: nested blocks become lists of objects, as in a plan."""
    fields: dict[str, Value] = {}
    keys: dict[str, Origin] = {}
    evaluator = instance.evaluator
    for name, attribute in body.attributes.items():
        if level or name not in _META:
            fields[name] = evaluator.evaluate(attribute.value, scope)
            keys[name] = Origin(scope.uri, *attribute.name_span)
    kinds = [block.labels[0] if block.type == "dynamic" and block.labels else block.type for block in body.blocks]
    for kind in dict.fromkeys(kinds):
        if (not level and kind in _META) or level >= _DEEPEST:
            continue
        items = []
        for inner, inner_scope, block in bodies(instance, body, kind, scope):
            place = origin if block is None else Origin(inner_scope.uri, *block.span)
            if block is not None:
                keys.setdefault(kind, Origin(inner_scope.uri, *block.header))
            items.append(body_value(instance, inner, inner_scope, place, level + 1))
        fields[kind] = Items(items[0].origins if items else (origin,), items=tuple(items))
    return Fields((origin,), fields=fields, keys=keys)
