"""Generates function calls: the frequent ones inline, with a guard on types that leaves errors to jmespath."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from lictor.query.code import Recipe
from lictor.query.engine_functions import ENGINE_FUNCTIONS
from lictor.query.functions import FunctionTable
from lictor.query.operands import Operand, PlaceCode
from lictor.query.placed import PLACED, never, reference
from lictor.query.syntax import Tree
from lictor.query.value_types import TYPE_NAMES

if TYPE_CHECKING:
    from lictor.query.generate import QueryGenerator

_SIZED = frozenset({str, list, dict})
_FEWEST_IN_A_SET = 3


def call(generator: "QueryGenerator", tree: Tree, operand: Operand) -> Operand:
    """Write code that calls a function."""
    name, writer = tree.value, generator.writer
    signature = generator.table.signature(name, tree.offset)
    signature.check_count(len(tree.children), tree.offset)
    for index, child in enumerate(tree.children):
        if child.kind == "expref":
            signature.check_reference(index, child.offset)
    operand = generator.named(operand)
    site = writer.constant(Recipe(FunctionTable.site, (name, tree.offset, generator.is_building)))
    if name == "map" and tree.children[0].kind == "expref":
        return _map(generator, site, tree, operand)
    if name == "contains" and (inline := _contains_literal(generator, site, tree, operand)):
        return inline
    arguments = [_argument(generator, child, operand) for child in tree.children]
    engine = ENGINE_FUNCTIONS.get(name)
    if engine is not None and engine.needs_context:
        return _context_call(generator, tree, site, operand, arguments)
    if operand.has_places and name in PLACED:
        return _placed_call(generator, name, site, arguments)
    if name in _INLINE:
        return _INLINE[name](generator, site, [generator.named(argument) for argument in arguments])
    codes = ", ".join(["meter", *(argument.code for argument in arguments)])
    kind = signature.returns if signature.returns in ("string", "number", "boolean", "array", "object") else ""
    kind = "" if generator.table.is_plugin(name) else kind
    return Operand(writer.bind(f"{site}({codes})"), operand.nowhere, kind=kind)


def _argument(generator: "QueryGenerator", tree: Tree, operand: Operand) -> Operand:
    if tree.kind != "expref":
        return generator.value(tree, operand)
    name = generator.reference(tree.children[0])
    return Operand(generator.writer.bind(f"{generator.writer.constant(reference)}({name})"), operand.nowhere)


def _context_call(
    generator: "QueryGenerator", tree: Tree, site: str, operand: Operand, arguments: list[Operand]
) -> Operand:
    writer, engine = generator.writer, ENGINE_FUNCTIONS[tree.value]
    codes = ", ".join(["context", *(argument.code for argument in arguments)])
    if not operand.has_places or engine.locate is None:
        return Operand(writer.bind(f"{site}({codes})"), operand.nowhere)
    located = writer.constant(Recipe(FunctionTable.located_site, (tree.value, tree.offset)))
    pair = writer.bind(f"{located}({codes})")
    return Operand(writer.bind(f"{pair}[0]"), PlaceCode(writer.bind(f"{pair}[1]", "p")))


def _placed_call(generator: "QueryGenerator", name: str, site: str, arguments: list[Operand]) -> Operand:
    writer = generator.writer
    named = [generator.named(argument) for argument in arguments]
    codes = [site, "meter", *(code for argument in named for code in (argument.code, argument.place_code))]
    pair = writer.bind(f"{writer.constant(PLACED[name])}({', '.join(codes)})")
    return Operand(writer.bind(f"{pair}[0]"), PlaceCode(writer.bind(f"{pair}[1]", "p")))


def _map(generator: "QueryGenerator", site: str, tree: Tree, operand: Operand) -> Operand:
    """`map` is a loop; unlike a projection it keeps nulls."""
    writer, expression = generator.writer, tree.children[0].children[0]
    base = generator.named(generator.value(tree.children[1], operand))
    values, places = writer.name("v"), writer.name("p")

    def begin() -> None:
        writer.line(f"{values} = []")
        if operand.has_places:
            writer.line(f"{places} = []")

    def body(element: Operand) -> None:
        result = generator.value(expression, element)
        if operand.has_places:
            result = generator.named(result)
            writer.line(f"{places}.append({result.place_code})")
        writer.line(f"{values}.append({result.code})")

    with writer.block(f"if {base.code}.__class__ is not list:"):
        # jmespath's own function refuses it, with its own error.
        writer.line(f"{site}(meter, {writer.constant(Recipe(reference, (never,)))}, {base.code})")
    with writer.scope():
        generator.loop(base, expression.size, begin, body)
    return Operand(values, PlaceCode(places) if operand.has_places else None, kind="array", is_present=True)


def _contains_literal(generator: "QueryGenerator", site: str, tree: Tree, operand: Operand) -> Operand | None:
    """Test membership of a text in a constant list of texts by a set."""
    haystack, needle = tree.children
    texts = haystack.value if haystack.kind == "literal" else [child.value for child in haystack.children]
    is_constant = haystack.kind == "literal" or (
        haystack.kind == "multi_select_list" and all(child.kind == "literal" for child in haystack.children)
    )
    if not is_constant or not isinstance(texts, list) or len(texts) < _FEWEST_IN_A_SET:
        return None
    if not all(isinstance(text, str) for text in texts):
        return None
    writer = generator.writer
    found = generator.named(generator.value(needle, operand.without_place))
    slow = f"{site}(meter, {generator.value(haystack, operand.without_place).code}, {found.code})"
    guard = f"{found.code}.__class__ is str"
    if haystack.kind != "literal":
        guard += f" and {operand.code} is not None"
    code = f"({found.code} in {writer.constant(frozenset(texts))} if {guard} else {slow})"
    return Operand(code, operand.nowhere, is_name=False, kind="boolean", is_present=True)


def _length(generator: "QueryGenerator", site: str, arguments: list[Operand]) -> Operand:
    value = arguments[0]
    sized = generator.writer.constant(_SIZED)
    code = f"(len({value.code}) if {value.code}.__class__ in {sized} else {site}(meter, {value.code}))"
    return Operand(code, value.nowhere, is_name=False, kind="number", is_present=True)


def _contains(_generator: "QueryGenerator", site: str, arguments: list[Operand]) -> Operand:
    subject, search = arguments
    texts = (
        f"{subject.code}.__class__ is str"
        if search.kind == "string"
        else f"{subject.code}.__class__ is {search.code}.__class__ is str"
    )
    scalar = (
        ""
        if search.kind == "string"
        else f" and {search.code}.__class__ is not list and {search.code}.__class__ is not dict"
    )
    guard = f"{subject.code}.__class__ is list{scalar} or {texts}"
    code = f"({search.code} in {subject.code} if {guard} else {site}(meter, {subject.code}, {search.code}))"
    return Operand(code, subject.nowhere, is_name=False, kind="boolean", is_present=True)


def _text_test(method: str) -> Callable[["QueryGenerator", str, list[Operand]], Operand]:
    def generate(_generator: "QueryGenerator", site: str, arguments: list[Operand]) -> Operand:
        text, part = arguments
        guard = (
            f"{text.code}.__class__ is str"
            if part.kind == "string"
            else f"{text.code}.__class__ is {part.code}.__class__ is str"
        )
        code = f"({text.code}.{method}({part.code}) if {guard} else {site}(meter, {text.code}, {part.code}))"
        return Operand(code, text.nowhere, is_name=False, kind="boolean", is_present=True)

    return generate


def _to_array(generator: "QueryGenerator", _site: str, arguments: list[Operand]) -> Operand:
    value, writer = arguments[0], generator.writer
    place = None
    if value.place is not None:
        code = f"({value.place.code} if {value.code}.__class__ is list else [{value.place_code}])"
        place = PlaceCode(writer.bind(code, "p"))
    code = f"({value.code} if {value.code}.__class__ is list else [{value.code}])"
    return Operand(code, place, is_name=False, kind="array", is_present=True)


def _not_null(generator: "QueryGenerator", _site: str, arguments: list[Operand]) -> Operand:
    *others, last = arguments
    code, place_code = last.code, last.place_code
    for value in reversed(others):
        code = f"{value.code} if {value.code} is not None else {code}"
        place_code = f"{value.place_code} if {value.code} is not None else {place_code}"
    place = PlaceCode(generator.writer.bind(f"({place_code})", "p")) if last.has_places else None
    return Operand(f"({code})", place, is_name=False)


def _type(generator: "QueryGenerator", _site: str, arguments: list[Operand]) -> Operand:
    names = generator.writer.constant(TYPE_NAMES)
    return Operand(f"{names}.get({arguments[0].code}.__class__)", arguments[0].nowhere, is_name=False, kind="string")


def _guarded(cls: str, template: str, kind: str) -> Callable[["QueryGenerator", str, list[Operand]], Operand]:
    """Call Python directly when the argument's class is the one that is expected."""

    def generate(_generator: "QueryGenerator", site: str, arguments: list[Operand]) -> Operand:
        value = arguments[0].code
        code = f"({template.format(value)} if {value}.__class__ is {cls} else {site}(meter, {value}))"
        return Operand(code, arguments[0].nowhere, is_name=False, kind=kind, is_present=True)

    return generate


_INLINE: dict[str, Callable[["QueryGenerator", str, list[Operand]], Operand]] = {
    "contains": _contains,
    "ends_with": _text_test("endswith"),
    "keys": _guarded("dict", "list({})", "array"),
    "length": _length,
    "not_null": _not_null,
    "starts_with": _text_test("startswith"),
    "to_array": _to_array,
    "to_string": _guarded("str", "{}", "string"),
    "type": _type,
    "values": _guarded("dict", "list({}.values())", "array"),
}
