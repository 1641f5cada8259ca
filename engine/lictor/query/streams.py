"""Generates loops: projections, filters and flattening push each element on, so that few lists are built in between."""

from collections.abc import Callable

from lictor.query.budgets import MAX_OUTPUT
from lictor.query.operands import Begin, Body, Generator, Operand, PlaceCode
from lictor.query.syntax import Tree

LIST_KINDS = frozenset({"projection", "filter_projection", "value_projection", "flatten"})
_MOST_COPIES = 2


def collect(generator: Generator, operand: Operand, run: Callable[[Begin, Body], None]) -> Operand:
    """Write code that gathers what `run` pushes in a list; null when it never begins."""
    writer, has_places = generator.writer, operand.has_places
    values, places = writer.name("v"), writer.name("p")

    def begin() -> None:
        writer.line(f"{values} = []")
        if has_places:
            writer.line(f"{places} = []")

    def push(element: Operand) -> None:
        writer.line(f"{values}.append({element.code})")
        if has_places:
            writer.line(f"{places}.append({element.place_code})")

    writer.line(f"{values} = None")
    if has_places:
        writer.line(f"{places} = None")
    run(begin, push)
    return Operand(values, PlaceCode(places) if has_places else None, kind="array")


def stream(generator: Generator, tree: Tree, operand: Operand, begin: Begin, body: Body) -> None:
    """Write code that runs `begin` when the tree's value is a list, then `body` on each of its elements."""
    if tree.kind == "projection":
        left, right = tree.children
        _source(generator, left, operand, right.size, begin, _project(generator, right, body))
    elif tree.kind == "filter_projection":
        left, condition, right = tree.children
        project = _project(generator, right, body)
        _source(generator, left, operand, condition.size + right.size, begin, _filter(generator, condition, project))
    elif tree.kind == "value_projection":
        left, right = tree.children
        _values(generator, generator.value(left, operand), right.size, begin, _project(generator, right, body))
    elif generator.copies < _MOST_COPIES:
        _flatten(generator, tree, operand, begin, body)
    else:
        merged = collect(generator, operand, lambda start, push: _flatten(generator, tree, operand, start, push))
        generator.loop(merged, 0, begin, body)


def _source(generator: Generator, left: Tree, operand: Operand, weight: int, begin: Begin, body: Body) -> None:
    """Write a loop over the list that the left side of a projection gives."""
    if left.kind in LIST_KINDS:
        stream(generator, left, operand, begin, body)
    else:
        generator.loop(generator.value(left, operand), weight, begin, body)


def _project(generator: Generator, right: Tree, body: Body) -> Body:
    """Evaluate the right side on an element and push what is not null."""

    def project(element: Operand) -> None:
        result = generator.named(generator.value(right, element))
        if result.is_present or generator.writer.is_dict(result.code):
            body(_present(result))
        else:
            with generator.writer.block(f"if {result.code} is not None:"):
                body(_present(result))

    return project


def _filter(generator: Generator, condition: Tree, body: Body) -> Body:
    def keep(element: Operand) -> None:
        test = generator.condition(condition, element)
        with generator.writer.block(f"if {test.code}:", test.dicts):
            body(element)

    return keep


def _values(generator: Generator, base: Operand, weight: int, begin: Begin, body: Body) -> None:
    base = generator.named(base)
    writer = generator.writer
    element, key = writer.name("v"), writer.name("i")
    with writer.block(f"if {base.code}.__class__ is dict:"):
        generator.spend(f"len({base.code})", weight)
        begin()
        if base.place is None:
            with writer.block(f"for {element} in {base.code}.values():"):
                body(Operand(element))
        else:
            with writer.block(f"for {key}, {element} in {base.code}.items():"):
                body(Operand(element, base.place.child(key)))


def _flatten(generator: Generator, tree: Tree, operand: Operand, begin: Begin, body: Body) -> None:
    """Push the elements of lists, and other elements as they are: `body` is written twice."""
    writer = generator.writer
    total = writer.name("n")

    def start() -> None:
        writer.line(f"{total} = 0")
        begin()

    def merge(element: Operand) -> None:
        generator.copies += 1
        with writer.block(f"if {element.code}.__class__ is list:"):
            generator.spend(f"len({element.code})", 0)
            writer.line(f"{total} += len({element.code})")
            writer.line(f"if {total} > {MAX_OUTPUT}:")
            writer.line("    raise too_much_output()")
            generator.each(element, body)
        with writer.block("else:"):
            body(element)
        generator.copies -= 1

    _source(generator, tree.children[0], operand, 1, start, merge)


def _present(operand: Operand) -> Operand:
    return operand._replace(is_present=True)
