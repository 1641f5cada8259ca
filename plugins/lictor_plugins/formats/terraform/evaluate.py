"""What an expression comes to, as far as that is known without applying it. Bounded in depth and in steps."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from lictor_plugins.formats.terraform.operators import operate, truth
from lictor_plugins.formats.terraform.parts import Step, accessed, entries_of, lacks
from lictor_plugins.formats.terraform.syntax import (
    Access,
    Call,
    Chunk,
    Conditional,
    Constant,
    Expression,
    For,
    Name,
    Object,
    Operation,
    Splat,
    Template,
    Tuple,
)
from lictor_plugins.formats.terraform.values import (
    Choice,
    Fields,
    Items,
    Origin,
    Piece,
    Scalar,
    Text,
    Unknown,
    Value,
    as_text,
    pieces_of,
    ways_of,
    weight,
)

_DEEPEST = 60
_MOST_STEPS = 400_000
_LONGEST_NAME = 60
_WORD = re.compile(r"(?<![.\w])[A-Za-z_][\w-]*")
_MOST_CHOICES = 8
"""Ways in which a text may come out that are looked at one by one."""
_BRACES = re.compile(r"[\s{}]+")


class Resolver(Protocol):
    """What knows the names that are not of an expression's own: variables, locals, resources, modules."""

    @property
    def directory(self) -> str:
        """The module's folder."""
        ...

    def read(self, uri: str) -> str | None:
        """Return the text of a file of the same directory tree."""
        ...

    def resolve(self, name: str, steps: Sequence[Step], evaluator: "Evaluator") -> tuple[Value, int] | None:
        """Return what a reference stands for and how many of its steps that took; None when it is not known."""
        ...


Function = Callable[[Sequence[Value], "Evaluator", "Scope"], Value | None]


@dataclass(slots=True)
class Budget:
    """How much may still be evaluated, for all files that one file is read with."""

    steps: int = _MOST_STEPS

    def refill(self) -> None:
        """Begin anew, for another file."""
        self.steps = _MOST_STEPS


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: in which file of which module, and the variables of `for` and `each` around it."""

    uri: str
    text: str
    resolver: Resolver
    names: Mapping[str, Value] = field(default_factory=dict)

    def with_names(self, names: Mapping[str, Value]) -> "Scope":
        """Return the same with more variables."""
        return Scope(self.uri, self.text, self.resolver, {**self.names, **names})


class Evaluator:
    """Evaluates expressions within one budget."""

    def __init__(self, functions: Mapping[str, Function], budget: Budget | None = None) -> None:
        """Take the functions that expressions may call."""
        self._functions = functions
        self._budget = budget or Budget()
        self._depth = 0

    def evaluate(self, expression: Expression, scope: Scope) -> Value:
        """Return what an expression comes to."""
        self._budget.steps -= 1
        if self._depth >= _DEEPEST or self._budget.steps < 0:
            return self.unknown(expression, scope)
        self._depth += 1
        try:
            return self._evaluate(expression, scope)
        finally:
            self._depth -= 1

    def origin(self, expression: Expression | Chunk, scope: Scope) -> Origin:
        """Return where an expression stands."""
        return Origin(scope.uri, *expression.span)

    def unknown(self, expression: Expression, scope: Scope) -> Unknown:
        """Return the value of an expression that is not known, named by its source."""
        text = _described(expression)
        if not text:
            source = scope.text[slice(*expression.span)].removeprefix("${").removesuffix("}")
            text = _BRACES.sub(" ", source).strip()
        short = text if len(text) <= _LONGEST_NAME else f"{text[:_LONGEST_NAME]}..."
        return Unknown((self.origin(expression, scope),), text=short)

    def _evaluate(self, expression: Expression, scope: Scope) -> Value:  # noqa: PLR0911 - one return for each form
        origin = self.origin(expression, scope)
        if isinstance(expression, Constant):
            return Scalar((origin,), value=expression.value)
        if isinstance(expression, Template):
            return self._template(expression, scope, origin)
        if isinstance(expression, Tuple):
            return Items((origin,), items=tuple(self.evaluate(item, scope) for item in expression.items))
        if isinstance(expression, Object):
            return self._object(expression, scope, origin)
        if isinstance(expression, Name | Access):
            return self._reference(expression, scope, origin)
        if isinstance(expression, Splat):
            return self._splat(expression, scope)
        if isinstance(expression, Call):
            return self._call(expression, scope, origin)
        if isinstance(expression, Conditional):
            return self._conditional(expression, scope, origin)
        if isinstance(expression, Operation):
            operands = [self.evaluate(operand, scope) for operand in expression.operands]
            found = operate(expression.operator, operands)
            return self.unknown(expression, scope) if found is None else found.via(origin)
        return self._for(expression, scope, origin)

    def _template(self, template: Template, scope: Scope, origin: Origin) -> Value:
        if len(template.parts) == 1 and not isinstance(template.parts[0], Chunk):
            only = template.parts[0]
            if not isinstance(only, Conditional | For) or not _is_directive(only):
                return self.evaluate(only, scope).via(origin)
        values = [None if isinstance(part, Chunk) else self.evaluate(part, scope) for part in template.parts]
        return self._text(template, values, scope, origin)

    def _text(self, template: Template, values: Sequence[Value | None], scope: Scope, origin: Origin) -> Value:
        """Put values into a template; where one is a choice of texts, the whole is one too, if these are few."""
        counts = [ways_of(value) for value in values]
        if 1 < math.prod(counts) <= _MOST_CHOICES:
            at = next(index for index, count in enumerate(counts) if count > 1)
            chosen = values[at]
            if isinstance(chosen, Choice):
                each = ([*values[:at], option, *values[at + 1 :]] for option in chosen.options)
                options = tuple(self._text(template, one, scope, origin) for one in each)
                return Choice((origin,), chosen.is_assumed, chosen.test, options)
        pieces: list[Piece] = []
        is_assumed = False
        for part, value in zip(template.parts, values, strict=True):
            if isinstance(part, Chunk) or value is None:
                if isinstance(part, Chunk):
                    pieces.append(Piece(part.text, self.origin(part, scope)))
                continue
            is_assumed = is_assumed or value.is_assumed
            if isinstance(value, Text) and isinstance(part, Conditional | For):
                pieces.extend(value.pieces)
            else:
                pieces.extend(pieces_of(value, self.origin(part, scope)))
        return Text((origin,), is_assumed, tuple(pieces))

    def _object(self, expression: Object, scope: Scope, origin: Origin) -> Value:
        fields: dict[str, Value] = {}
        keys: dict[str, Origin] = {}
        for key, inner in expression.entries:
            value = self.evaluate(key, scope)
            name = as_text(value)
            if name is None:
                name = "".join(piece.text for piece in pieces_of(value))
            fields.pop(name, None)
            fields[name] = self.evaluate(inner, scope)
            keys[name] = self.origin(key, scope)
        return Fields((origin,), fields=fields, keys=keys)

    def _reference(self, expression: Name | Access, scope: Scope, origin: Origin) -> Value:
        steps: list[str | Expression] = []
        base: Expression = expression
        while isinstance(base, Access):
            steps.insert(0, base.key)
            base = base.base
        taken: list[Step] = [step if isinstance(step, str) else self.evaluate(step, scope) for step in steps]
        if not isinstance(base, Name):
            found: tuple[Value, int] | None = (self.evaluate(base, scope), 0)
        elif base.name in scope.names:
            found = (scope.names[base.name], 0)
        else:
            found = scope.resolver.resolve(base.name, taken, self)
        if found is None:
            return self.unknown(expression, scope)
        value = found[0]
        for step in taken[found[1] :]:
            inner = accessed(value, step)
            if inner is None:
                return replace(self.unknown(expression, scope), is_absent=lacks(value, step))
            value = inner
        # Names that hold each other may come to far more than the text that says so.
        self._budget.steps -= weight(value, max(self._budget.steps, 0))
        if self._budget.steps < 0:
            return self.unknown(expression, scope)
        return self._named(value, expression, scope).via(origin)

    def _named(self, value: Value, expression: Expression, scope: Scope) -> Value:
        """Name what is not known by the reference to it, when it has no name of its own."""
        return self.unknown(expression, scope) if isinstance(value, Unknown) and not value.text else value

    def _splat(self, expression: Splat, scope: Scope) -> Value:
        base = self.evaluate(expression.base, scope)
        if isinstance(base, Scalar) and base.value is None:
            return Items(base.origins)
        items = base.items if isinstance(base, Items) else (base,)
        if isinstance(base, Unknown | Choice):
            return self.unknown(expression, scope)
        found: list[Value] = []
        for item in items:
            value: Value | None = item
            for step in expression.steps:
                value = (
                    None
                    if value is None
                    else accessed(value, step if isinstance(step, str) else self.evaluate(step, scope))
                )
            found.append(self.unknown(expression, scope) if value is None else value)
        return Items((self.origin(expression, scope),), items=tuple(found))

    def _call(self, expression: Call, scope: Scope, origin: Origin) -> Value:
        call = self._functions.get(expression.name)
        if call is None:
            return self.unknown(expression, scope)
        arguments = [self.evaluate(argument, scope) for argument in expression.arguments]
        if expression.is_expanded and arguments:
            last = arguments.pop()
            if not isinstance(last, Items):
                return self.unknown(expression, scope)
            arguments += last.items
        found = call(arguments, self, scope)
        return self.unknown(expression, scope) if found is None else found.via(origin)

    def _conditional(self, expression: Conditional, scope: Scope, origin: Origin) -> Value:
        test = self.evaluate(expression.test, scope)
        meant = truth(test)
        is_sure = not test.is_assumed or (_is_directive(expression) and _hangs_on_loop(expression.test, scope))
        if meant is not None and is_sure:
            return self.evaluate(expression.then if meant else expression.otherwise, scope)
        # A default may be overridden: both are possible, the one that it leads to first.
        ordered = (expression.otherwise, expression.then) if meant is False else (expression.then, expression.otherwise)
        options = tuple(self.evaluate(each, scope) for each in ordered)
        return Choice((origin,), test=self.unknown(expression, scope).text, options=options)

    def _for(self, expression: For, scope: Scope, origin: Origin) -> Value:
        collection = self.evaluate(expression.collection, scope)
        entries = entries_of(collection)
        kept = None if entries is None else self._kept(expression, scope, entries)
        if kept is None:
            return self.unknown(expression, scope)
        if expression.key is not None:
            fields = self._keyed(expression, expression.key, kept)
            if fields is None:
                return self.unknown(expression, scope)
            return Fields((origin,), collection.is_assumed, fields)
        items = [self.evaluate(expression.value, inside) for inside in kept]
        if expression.is_text:
            return Text((origin,), collection.is_assumed, tuple(piece for item in items for piece in pieces_of(item)))
        return Items((origin,), collection.is_assumed, tuple(items))

    def _kept(self, expression: For, scope: Scope, entries: Sequence[tuple[Value, Value]]) -> list[Scope] | None:
        """Return the scope of each element that the condition of a `for` keeps; None when that is not known."""
        kept = []
        for key, inner in entries:
            words = (inner,) if len(expression.names) == 1 else (key, inner)
            inside = scope.with_names(dict(zip(expression.names, words, strict=False)))
            if expression.condition is not None:
                test = self.evaluate(expression.condition, inside)
                wanted = truth(test)
                if wanted is None:
                    return None
                if not wanted and not test.is_assumed:
                    continue
            kept.append(inside)
        return kept

    def _keyed(self, expression: For, key: Expression, kept: Sequence[Scope]) -> dict[str, Value] | None:
        fields: dict[str, Value] = {}
        for inside in kept:
            name = as_text(self.evaluate(key, inside))
            if name is None:
                return None
            value = self.evaluate(expression.value, inside)
            before = fields.get(name)
            if expression.is_grouped:
                value = Items(value.origins, items=(*(before.items if isinstance(before, Items) else ()), value))
            fields[name] = value
        return fields


def _hangs_on_loop(test: Expression, scope: Scope) -> bool:
    """Tell whether a test asks about the turn of a `for`: then it is as sure as what is gone through."""
    return any(word in scope.names for word in _WORD.findall(scope.text[slice(*test.span)]))


def _described(expression: Expression) -> str:
    """Write a reference or a call; "" for what is best shown as it is written."""
    if isinstance(expression, Name):
        return expression.name
    if isinstance(expression, Access):
        base = _described(expression.base)
        key = expression.key
        if isinstance(key, str):
            return f"{base}.{key}" if base else ""
        if isinstance(key, Constant):
            return f"{base}[{key.value}]" if base else ""
        return ""
    return f"{expression.name}(...)" if isinstance(expression, Call) else ""


def _is_directive(expression: Conditional | For) -> bool:
    """Tell whether it is a `%{ if }` or `%{ for }`, whose outcome is always text."""
    return expression.is_text if isinstance(expression, For) else isinstance(expression.then, Template)
