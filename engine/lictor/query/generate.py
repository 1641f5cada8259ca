"""Generates Python from a query's tree: what each kind of node becomes, with or without places."""

from collections.abc import Callable
from contextlib import nullcontext

from lictor.query.budgets import MAX_OUTPUT
from lictor.query.calls import call
from lictor.query.conditions import BOOLEAN_KINDS, as_boolean, condition, truth
from lictor.query.errors import QueryError
from lictor.query.functions import FunctionTable
from lictor.query.growth import builds_arguments
from lictor.query.operands import Begin, Body, Condition, Operand, PlaceCode
from lictor.query.streams import LIST_KINDS, collect, stream
from lictor.query.syntax import Tree
from lictor.query.writer import Writer

_LONGEST_INLINE = 240
"""Characters of an expression before it gets a line of its own: keeps the source readable and CPython's parser safe."""

_DEEPEST_BLOCK = 12
"""Indentation before a loop moves to a function of its own: CPython allows 20 nested loops and 100 indentations."""

_OUTLINED = LIST_KINDS | {"multi_select_list", "multi_select_dict", "or_expression", "and_expression"}
_SCALARS = {str: "string", int: "number", float: "number", bool: "boolean", list: "array", dict: "object"}


class QueryGenerator:
    """Generates one function from one tree."""

    def __init__(self, table: FunctionTable) -> None:
        """Start empty; `table` knows the functions that the query may call."""
        self.writer = Writer()
        self.table = table
        self.copies = 0
        self.is_building = False
        self._functions: list[str] = []
        self._waiting: list[Callable[[], None]] = []

    def value(self, tree: Tree, operand: Operand) -> Operand:
        """Write code that evaluates a tree on an operand."""
        if self.writer.depth > _DEEPEST_BLOCK and tree.kind in _OUTLINED:
            return self._outline(tree, operand)
        result = _KINDS[tree.kind](self, tree, operand)
        if not result.is_name and len(result.code) > _LONGEST_INLINE:
            return self.named(result)
        return result

    def condition(self, tree: Tree, operand: Operand) -> Condition:
        """Write code that tests whether a tree is true on an operand."""
        result = condition(self, tree, operand.without_place)
        if len(result.code) > _LONGEST_INLINE:
            return result._replace(code=self.writer.bind(result.code, "t"))
        return result

    def named(self, operand: Operand) -> Operand:
        """Give an operand a name, so that its code can be repeated."""
        if operand.is_name:
            return operand
        return operand._replace(code=self.writer.bind(operand.code), is_name=True, guard="", raw="")

    def spend(self, steps: str, weight: int) -> None:
        """Write code that takes steps from the budget."""
        factor = 1 + weight // 16
        self.writer.line(f"left = meter[0] = meter[0] - {steps}" + (f" * {factor}" if factor > 1 else ""))
        self.writer.line("if left < 0:")
        self.writer.line("    raise too_many_steps()")

    def loop(self, base: Operand, weight: int, begin: Begin, body: Body) -> None:
        """Write a loop over a list; nothing happens when the base is none."""
        base = self.named(base)
        guard = nullcontext() if base.kind == "array" and base.is_present else None
        with guard or self.writer.block(f"if {base.code}.__class__ is list:"):
            self.spend(f"len({base.code})", weight)
            begin()
            self.each(base, body)

    def each(self, base: Operand, body: Body) -> None:
        """Write a loop over what is sure to be a list."""
        element = self.writer.name("v")
        if base.place is None:
            with self.writer.block(f"for {element} in {base.code}:"):
                body(Operand(element))
        else:
            index = self.writer.name("i")
            with self.writer.block(f"for {index}, {element} in enumerate({base.code}):"):
                body(Operand(element, base.place.child(index)))

    def reference(self, tree: Tree) -> str:
        """Write a function for an expression reference and return its name."""
        return self._function(tree, has_places=False)

    def generate(self, tree: Tree, *, has_places: bool) -> str:
        """Return the source of a module with one function, `evaluate(v0, p0, context)`; without places, no `p0`."""
        writer = self.writer
        self.is_building = builds_arguments(tree)
        place = PlaceCode("p0", is_path=True) if has_places else None
        result = self.named(self.value(tree, Operand("v0", place)))
        if tree.kind in LIST_KINDS | {"pipe", "function_expression", "or_expression", "and_expression"}:
            is_list = result.code if result.kind == "array" else f"{result.code}.__class__ is list"
            writer.line(f"if {is_list} and len({result.code}) > {MAX_OUTPUT}:")
            writer.line("    raise too_much_output()")
        writer.line(f"return {result.code}, {result.place_code}" if has_places else f"return {result.code}")
        while self._waiting:
            self._waiting.pop()()
        header = f"def evaluate(v0, {'p0, ' if has_places else ''}context):"
        return "\n".join([header, "    meter = [steps]", *self._functions, *writer.lines, ""])

    def _outline(self, tree: Tree, operand: Operand) -> Operand:
        name = self._function(tree, has_places=operand.has_places)
        result = self.writer.name("v")
        if not operand.has_places:
            self.writer.line(f"{result} = {name}({operand.code})")
            return Operand(result)
        place = self.writer.name("p")
        operand = self.named(operand)
        self.writer.line(f"{result}, {place} = {name}({operand.code}, {operand.place_code})")
        return Operand(result, PlaceCode(place))

    def _function(self, tree: Tree, *, has_places: bool) -> str:
        """Promise a nested function. It is written later, so that generating never nests as deep as the query does."""
        name = self.writer.name("f")

        def write() -> None:
            value, place = self.writer.name("v"), self.writer.name("p")
            header = f"def {name}({value}, {place}):" if has_places else f"def {name}({value}):"
            with self.writer.function(header) as lines:
                operand = Operand(value, PlaceCode(place) if has_places else None)
                result = self.named(self.value(tree, operand))
                self.writer.line(
                    f"return {result.code}, {result.place_code}" if has_places else f"return {result.code}"
                )
            self._functions += lines

        self._waiting.append(write)
        return name


def _same(_generator: QueryGenerator, _tree: Tree, operand: Operand) -> Operand:
    return operand


def _steps(generator: QueryGenerator, tree: Tree, operand: Operand) -> Operand:
    for child in tree.children:
        operand = generator.value(child, operand)
    return operand


def _literal(generator: QueryGenerator, tree: Tree, operand: Operand) -> Operand:
    value = tree.value
    code = generator.writer.constant(value)
    kind = _SCALARS.get(value.__class__, "")
    return Operand(code, operand.nowhere, kind=kind, literal=(value,), is_present=value is not None)


def _field(generator: QueryGenerator, tree: Tree, operand: Operand) -> Operand:
    operand = generator.named(operand)
    key = generator.writer.constant(tree.value)
    place = operand.place.child(key) if operand.place else None
    raw, guard = f"{operand.code}.get({key})", f"{operand.code}.__class__ is dict"
    if generator.writer.is_dict(operand.code):
        return Operand(raw, place, is_name=False, raw=raw)
    return Operand(f"({raw} if {guard} else None)", place, is_name=False, guard=guard, raw=raw)


def _index(generator: QueryGenerator, tree: Tree, operand: Operand) -> Operand:
    operand = generator.named(operand)
    writer, base, number = generator.writer, operand.code, tree.value
    index = writer.constant(number)
    enough = f"len({base}) > {index}" if number >= 0 else f"len({base}) >= {writer.constant(-number)}"
    place = None
    if operand.place is not None:
        step = index if number >= 0 else writer.bind(f"(len({base}) + {index} if {base}.__class__ is list else 0)", "i")
        place = operand.place.child(step)
    raw, guard = f"{base}[{index}]", f"{base}.__class__ is list and {enough}"
    return Operand(f"({raw} if {guard} else None)", place, is_name=False, guard=guard, raw=raw)


def _slice(generator: QueryGenerator, tree: Tree, operand: Operand) -> Operand:
    operand = generator.named(operand)
    selection = _slice_constant(generator, tree)
    base, place = operand.code, None
    if operand.place is not None:
        places = f"(element_places({operand.place.code}, {base})[{selection}] if {base}.__class__ is list else None)"
        place = PlaceCode(generator.writer.bind(places, "p"))
    return Operand(f"({base}[{selection}] if {base}.__class__ is list else None)", place, is_name=False, kind="array")


def _slice_constant(generator: QueryGenerator, tree: Tree) -> str:
    """Return the name of a slice, which needs a step that isn't 0."""
    if tree.value[2] == 0:
        error = QueryError("query-value", "a slice's step can't be 0", "leave the step out to take each", tree.offset)
        raise error from ValueError("slice step cannot be zero")
    return generator.writer.constant(slice(*tree.value))


def _list(generator: QueryGenerator, tree: Tree, operand: Operand) -> Operand:
    return collect(generator, operand, lambda begin, body: stream(generator, tree, operand, begin, body))


def _multi_select(generator: QueryGenerator, tree: Tree, operand: Operand) -> Operand:
    operand = generator.named(operand)
    writer, is_object = generator.writer, tree.kind == "multi_select_dict"
    children = [child.children[0] if is_object else child for child in tree.children]
    keys = [f"{writer.constant(child.value)}: " if is_object else "" for child in tree.children]
    left, right = "{}" if is_object else "[]"
    kind = "object" if is_object else "array"
    with writer.aside() as lines:
        parts = [generator.value(child, operand) for child in children]
        if operand.has_places:
            parts = [generator.named(part) for part in parts]
    code = left + ", ".join(key + part.code for key, part in zip(keys, parts, strict=True)) + right
    is_present = operand.is_present or writer.is_dict(operand.code)
    if not lines and not operand.has_places:
        guarded = code if is_present else f"({code} if {operand.code} is not None else None)"
        return Operand(guarded, is_name=False, kind=kind, is_present=is_present)
    result, place = writer.name("v"), writer.name("p")
    writer.line(f"{result} = None")
    if operand.has_places:
        writer.line(f"{place} = None")
    with writer.block(f"if {operand.code} is not None:"):
        writer.lines += lines
        writer.line(f"{result} = {code}")
        if operand.has_places:
            places = ", ".join(key + part.place_code for key, part in zip(keys, parts, strict=True))
            writer.line(f"{place} = {left}{places}{right}")
    return Operand(result, PlaceCode(place) if operand.has_places else None, kind=kind)


def _choice(generator: QueryGenerator, tree: Tree, operand: Operand) -> Operand:
    """`||` and `&&`: the first operand that decides, with its place."""
    writer, word = generator.writer, "" if tree.kind == "and_expression" else "not "
    operand = generator.named(operand)
    first = generator.named(generator.value(tree.children[0], operand))
    result, place = writer.name("v"), writer.name("p")
    writer.line(f"{result} = {first.code}")
    if operand.has_places:
        writer.line(f"{place} = {first.place_code}")
    current = first._replace(code=result, literal=(), is_present=False)
    for child in tree.children[1:]:
        with writer.block(f"if {word}{truth(current)}:"):
            following = generator.value(child, operand)
            if operand.has_places:
                following = generator.named(following)
                writer.line(f"{place} = {following.place_code}")
            writer.line(f"{result} = {following.code}")
        current = current._replace(kind=current.kind if following.kind == current.kind else "")
    return Operand(result, PlaceCode(place) if operand.has_places else None, kind=current.kind)


def _boolean(generator: QueryGenerator, tree: Tree, operand: Operand) -> Operand:
    return as_boolean(generator, tree, operand)


_KINDS: dict[str, Callable[[QueryGenerator, Tree, Operand], Operand]] = {
    "and_expression": _choice,
    "current": _same,
    "field": _field,
    "function_expression": call,
    "identity": _same,
    "index": _index,
    "index_expression": _steps,
    "literal": _literal,
    "multi_select_dict": _multi_select,
    "multi_select_list": _multi_select,
    "or_expression": _choice,
    "pipe": _steps,
    "slice": _slice,
    "subexpression": _steps,
    **dict.fromkeys(LIST_KINDS, _list),
    **dict.fromkeys(BOOLEAN_KINDS, _boolean),
}
