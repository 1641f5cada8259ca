"""A module as it is called: its variables with their values, and what its names stand for."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lictor import Budgets, Neighbours
from lictor_plugins.formats.terraform.attributes import attribute_of, data_attribute, type_constraint_is_list
from lictor_plugins.formats.terraform.evaluate import Budget, Evaluator, Scope
from lictor_plugins.formats.terraform.functions import FUNCTIONS
from lictor_plugins.formats.terraform.modules import Declared, Module, module_in, text_at
from lictor_plugins.formats.terraform.operators import number
from lictor_plugins.formats.terraform.parts import Step, entries_of
from lictor_plugins.formats.terraform.syntax import Attribute, Block, Body, Expression, Object, Source, Tuple
from lictor_plugins.formats.terraform.types import with_defaults
from lictor_plugins.formats.terraform.values import Fields, Items, Scalar, Text, Unknown, Value, as_text, text_value

MOST_CALLS = 8
"""How deep modules may call modules."""

_MOST_COPIES = 200
"""Instances of one block that are looked at; Terraform plans of more are rare."""

_META = frozenset({"count", "for_each", "provider", "providers", "depends_on", "lifecycle", "source", "version"})


Make = Callable[[], Value]


class Copy(NamedTuple):
    """One instance of a block with `count` or `for_each`: what its address ends with, and the scope that it is in."""

    suffix: str
    scope: Scope


@dataclass(slots=True, eq=False)
class Instance:
    """A module with the values of its variables; it resolves the names in its expressions.

    `arguments` is None for a root module; `address` leads to a called one, as in `module.app.`. `used` are the policy
    documents that something else is made of; `notes` is for others to remember what they made of the module.
    """

    module: Module
    neighbours: Neighbours | None
    budgets: Budgets
    arguments: Mapping[str, Value] | None = None
    level: int = 0
    address: str = ""
    caller: "Instance | None" = None
    budget: Budget = field(default_factory=Budget)
    used: set[tuple[str, str]] = field(default_factory=set)
    notes: dict[str, Any] = field(default_factory=dict)
    files: set[str] = field(default_factory=set)
    _known: dict[tuple[str, ...], Value] = field(default_factory=dict)
    _open: set[tuple[str, ...]] = field(default_factory=set)
    _calls: dict[str, "Instance | None"] = field(default_factory=dict)

    @property
    def directory(self) -> str:
        """Return the module's folder."""
        return self.module.directory

    @property
    def evaluator(self) -> Evaluator:
        """Return an evaluator within the budget that this and every module called have together."""
        return Evaluator(FUNCTIONS, self.budget)

    def read(self, uri: str) -> str | None:
        """Return the text of a file of the same directory tree."""
        self.files.add(uri)
        return None if self.neighbours is None else text_at(uri, self.neighbours)

    def scope(self, source: Source) -> Scope:
        """Return the scope of what stands in a file, outside of any `for`."""
        return Scope(source.uri, source.text, self)

    def resolve(self, name: str, steps: Sequence[Step], evaluator: Evaluator) -> tuple[Value, int] | None:
        """Return what a reference stands for and how many of its steps that took."""
        first = steps[0] if steps and isinstance(steps[0], str) else ""
        if name == "var" and first:
            return self._once(("var", first), lambda: self._variable(first, evaluator)), 1
        if name == "local" and first:
            return self._once(("local", first), lambda: self._local(first, evaluator)), 1
        if name == "path" and first in {"module", "root", "cwd"}:
            return text_value(self.directory or "."), 1
        if name == "module" and first:
            return self._output(first, steps[1:], evaluator)
        if name == "data":
            return self._data(steps, evaluator)
        return self._resource(name, steps, evaluator) if first else None

    def copies(self, block: Block, scope: Scope) -> list[Copy]:
        """Return the instances of a block; one whose `each` or `count` is not known where these are not."""
        evaluator = self.evaluator
        wanted = block.body.attributes.get("for_each")
        if wanted is not None:
            value = evaluator.evaluate(wanted.value, scope)
            entries = entries_of(value)
            if entries is None or len(entries) > _MOST_COPIES or (not entries and value.is_assumed):
                return [Copy("", scope)]
            is_list = isinstance(value, Items)
            return [_copy_for(scope, inner if is_list else key, inner) for key, inner in entries]
        counted = block.body.attributes.get("count")
        if counted is None:
            return [Copy("", scope)]
        value = evaluator.evaluate(counted.value, scope)
        count = number(value)
        if count is None or count > _MOST_COPIES or (count < 1 and value.is_assumed):
            return [Copy("", scope.with_names({"count": Fields(fields={"index": Scalar(value=0)})}))]
        indices = range(int(count))
        return [
            Copy(f"[{index}]", scope.with_names({"count": Fields(fields={"index": Scalar(value=index)})}))
            for index in indices
        ]

    def use_sources(self, scope: Scope, body: Body) -> None:
        """Evaluate the documents that a policy document is made of."""
        for name in ("source_policy_documents", "override_policy_documents", "source_json", "override_json"):
            if name in body.attributes:
                self.evaluator.evaluate(body.attributes[name].value, scope)

    def called(self, name: str) -> "Instance | None":
        """Return the module that a `module` block calls, when it is in the same directory tree."""
        if name not in self._calls:
            self._calls[name] = None
            self._calls[name] = self._call(self.module.modules.get(name))
        return self._calls[name]

    def sources(self) -> Iterator[str]:
        """Yield the uris of the files that had a say: its own, those of its callers and of what it calls so far."""
        each: Instance | None = self
        while each is not None:
            yield from (source.uri for source in each.module.sources)
            yield from (source.uri for source, _ in each.module.values.values())
            yield from each.files
            each = each.caller
        yield from (source.uri for called in self._calls.values() if called for source in called.module.sources)

    def calls(self) -> Iterator[tuple[Declared, "Instance | None"]]:
        """Yield every `module` block with what it calls."""
        for name, declared in self.module.modules.items():
            yield declared, self.called(name)

    def calls_at(self, declared: Declared) -> Iterator["Instance"]:
        """Yield the module that a block calls, once for each `for_each` or `count` of it."""
        directory = self.called_directory(declared)
        if directory is None or self.neighbours is None or self.level >= MOST_CALLS:
            return
        module = module_in(directory, self.neighbours, self.budgets)
        for copy in self.copies(declared.block, self.scope(declared.source)):
            evaluator = self.evaluator
            arguments = {
                name: evaluator.evaluate(attribute.value, copy.scope)
                for name, attribute in declared.block.body.attributes.items()
                if name not in _META
            }
            address = f"{self.address}module.{declared.block.labels[0]}{copy.suffix}."
            yield Instance(module, self.neighbours, self.budgets, arguments, self.level + 1, address, self, self.budget)

    def called_directory(self, declared: Declared) -> str | None:
        """Return the directory that a `module` block calls, when its source is a path."""
        attribute = declared.block.body.attributes.get("source")
        source = (
            None
            if attribute is None
            else as_text(self.evaluator.evaluate(attribute.value, self.scope(declared.source)))
        )
        if source is None or not source.startswith(("./", "../")):
            return None
        import posixpath

        directory = posixpath.normpath(posixpath.join(self.directory, source))
        return "" if directory == "." else directory

    def _call(self, declared: Declared | None) -> "Instance | None":
        found = None if declared is None else next(iter(self.calls_at(declared)), None)
        return found if found is not None and found.module.sources else None

    def _once(self, key: tuple[str, ...], make: "Make") -> Value:
        """Work a name out once; one that is made of itself is not known."""
        known = self._known.get(key)
        if known is not None:
            return known
        if key in self._open:
            return Unknown(text=".".join(key))
        self._open.add(key)
        try:
            self._known[key] = make()
        finally:
            self._open.discard(key)
        return self._known[key]

    def _variable(self, name: str, evaluator: Evaluator) -> Value:
        value, declared = self._given(name, evaluator), self.module.variables.get(name)
        kind = None if declared is None else declared.block.body.attributes.get("type")
        if declared is None or kind is None:
            return value
        scope = self.scope(declared.source)
        return with_defaults(kind.value, value, lambda expression: evaluator.evaluate(expression, scope))

    def _given(self, name: str, evaluator: Evaluator) -> Value:
        if self.arguments is not None and name in self.arguments:
            return self.arguments[name]
        given = self.module.values.get(name)
        if given is not None and self.arguments is None:
            source, attribute = given
            return evaluator.evaluate(attribute.value, self.scope(source))
        declared = self.module.variables.get(name)
        default = None if declared is None else declared.block.body.attributes.get("default")
        if declared is None or default is None:
            return Unknown(text=f"var.{name}")
        value = evaluator.evaluate(default.value, self.scope(declared.source))
        if self.arguments is not None:
            return value  # whoever calls the module left it at that
        if _is_nothing(value):
            is_list = type_constraint_is_list(declared)
            return Items(value.origins, is_assumed=True) if is_list else Unknown(value.origins, text=f"var.{name}")
        return value.assumed()

    def _local(self, name: str, evaluator: Evaluator) -> Value:
        declared = self.module.locals.get(name)
        if declared is None:
            return Unknown(text=f"local.{name}")
        source, attribute = declared
        return evaluator.evaluate(attribute.value, self.scope(source))

    def _output(self, name: str, steps: Sequence[Step], evaluator: Evaluator) -> tuple[Value, int] | None:
        taken = 1 if not steps or isinstance(steps[0], str) else 2
        wanted = steps[taken - 1] if len(steps) >= taken else None
        called = self.called(name)
        if called is None or not isinstance(wanted, str):
            return None
        output = called.module.outputs.get(wanted)
        attribute = None if output is None else output.block.body.attributes.get("value")
        if output is None or attribute is None:
            return None
        key = ("output", wanted)
        return called._once(  # noqa: SLF001 - another of the same class
            key, lambda: evaluator.evaluate(attribute.value, called.scope(output.source))
        ), taken + 1

    def _data(self, steps: Sequence[Step], evaluator: Evaluator) -> tuple[Value, int] | None:
        if len(steps) < 3 or not isinstance(steps[0], str) or not isinstance(steps[1], str):  # noqa: PLR2004 - type, name, attribute
            return None
        declared = self.module.data.get((steps[0], steps[1]))
        return data_attribute(self, (steps[0], steps[1]), declared, steps[2:], evaluator)

    def _resource(self, kind: str, steps: Sequence[Step], evaluator: Evaluator) -> tuple[Value, int] | None:
        name = steps[0]
        declared = self.module.resources.get((kind, name)) if isinstance(name, str) else None
        if declared is None:
            return None
        found = attribute_of(self, declared, steps[1:], evaluator)
        return None if found is None else (found[0], found[1] + 1)


def _copy_for(scope: Scope, key: Value, inner: Value) -> Copy:
    name = as_text(key)
    known = key if name is not None else Unknown(text="each.key")
    each = Fields(fields={"key": known, "value": inner})
    shown = (name or "...").replace('"', "'")
    return Copy(f'["{shown}"]', scope.with_names({"each": each}))


def _is_nothing(value: Value) -> bool:
    """Tell whether a default only stands for a value that somebody else gives."""
    return (isinstance(value, Scalar) and value.value is None) or (isinstance(value, Text) and not value.pieces)


def bodies(instance: Instance, body: Body, kind: str, scope: Scope) -> Iterator[tuple[Body, Scope, Block | None]]:
    """Yield the bodies of nested blocks of a type, those that `dynamic` makes included, each in its scope."""
    for block in body.blocks:
        if block.type == kind:
            yield block.body, scope, block
        elif block.type == "dynamic" and block.labels[:1] == (kind,):
            yield from _dynamic(instance, block, kind, scope)
    attribute = body.attributes.get(kind)
    if attribute is not None:
        for expression in attribute.value.items if isinstance(attribute.value, Tuple) else (attribute.value,):
            inner = _body_of(expression)
            if inner is not None:
                yield inner, scope, None


def _dynamic(instance: Instance, block: Block, kind: str, scope: Scope) -> Iterator[tuple[Body, Scope, Block]]:
    evaluator = instance.evaluator
    wanted = block.body.attributes.get("for_each")
    named = block.body.attributes.get("iterator")
    word = named.value.name if named is not None and hasattr(named.value, "name") else kind
    value = Unknown(text=f"{kind}.value") if wanted is None else evaluator.evaluate(wanted.value, scope)
    entries = entries_of(value)
    if entries is None or (not entries and value.is_assumed):
        entries = [(Unknown(text=f"{word}.key"), Unknown(text=f"{word}.value"))]
    is_list = isinstance(value, Items)
    for content in (inner for inner in block.body.blocks if inner.type == "content"):
        for key, inner in entries[:_MOST_COPIES]:
            names = {word: Fields(fields={"key": inner if is_list and as_text(inner) else key, "value": inner})}
            yield content.body, scope.with_names(names), block


def _body_of(expression: Expression) -> Body | None:
    """Return what an object of the JSON syntax says as a block's body."""
    if not isinstance(expression, Object):
        return None
    attributes = {}
    for key, value in expression.entries:
        name = "".join(part.text for part in getattr(key, "parts", ()) if hasattr(part, "text"))
        attributes[name] = Attribute(name, value, key.span)
    return Body(attributes, ())
