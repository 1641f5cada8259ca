"""Generates conditions: comparisons, `&&`, `||`, `!`, and what counts as true."""

from lictor.query.code import Recipe
from lictor.query.compare import equal, ordering
from lictor.query.operands import Condition, Generator, Operand
from lictor.query.streams import LIST_KINDS, stream
from lictor.query.syntax import Tree, walk

BOOLEAN_KINDS = frozenset({"comparator", "not_expression"})
_SYMBOLS = {"eq": "==", "ne": "!=", "lt": "<", "lte": "<=", "gt": ">", "gte": ">="}
_EQUALITY = ("eq", "ne")
_SURE_CALLS = frozenset({"not_null", "to_array", "type"})


def truth(operand: Operand) -> str:
    """Return Python that is true when JMESPath holds the value true: 0 is, empty things and null are not."""
    if operand.kind in ("boolean", "string", "array", "object"):
        return operand.code
    if operand.is_name:
        name = operand.code
        # null is what most tests meet: it is decided first
        return f"({name} is not None and ({name} or {name}.__class__ is int or {name}.__class__ is float))"
    return ""


def condition(generator: Generator, tree: Tree, operand: Operand) -> Condition:
    """Write code that tests whether a tree is true on an operand."""
    kind = tree.kind
    if kind == "comparator":
        return _compare(generator, tree, operand)
    if kind in ("and_expression", "or_expression"):
        return _combine(generator, tree, operand)
    if kind == "not_expression":
        return Condition(f"(not {generator.condition(tree.children[0], operand).code})")
    if kind in LIST_KINDS:
        return _any(generator, tree, operand)
    return _is_true(generator, generator.value(tree, operand))


def _is_true(generator: Generator, result: Operand) -> Condition:
    if code := truth(result):
        return Condition(code)
    name = generator.writer.name("t")
    test = f"is not None and ({name} or {name}.__class__ is int or {name}.__class__ is float)"
    if result.guard:
        return Condition(f"({result.guard} and ({name} := {result.raw}) {test})", _sure_dicts(result))
    return Condition(f"(({name} := {result.code}) {test})")


def as_boolean(generator: Generator, tree: Tree, operand: Operand) -> Operand:
    """Return a comparison or a negation as a value."""
    code = generator.condition(tree, operand).code
    is_present = tree.kind == "not_expression" or tree.value in _EQUALITY
    return Operand(code, operand.nowhere, is_name=False, kind="boolean", is_present=is_present)


def _combine(generator: Generator, tree: Tree, operand: Operand) -> Condition:
    """Join conditions in one expression; one that needs lines of its own gets them in an `if`."""
    operand = generator.named(operand)
    writer, is_and = generator.writer, tree.kind == "and_expression"
    word, negation = (" and ", "") if is_and else (" or ", "not ")
    codes: list[str] = []
    dicts: frozenset[str] = frozenset()
    for child in tree.children:
        if not codes:
            first = generator.condition(child, operand)
            codes, dicts = [first.code], first.dicts if is_and else dicts
            continue
        with writer.scope(dicts), writer.aside() as lines:
            test = generator.condition(child, operand)
        if lines:
            name = writer.name("t")
            writer.line(f"{name} = {word.join(codes)}")
            writer.line(f"if {negation}{name}:")
            writer.lines += lines
            writer.line(f"    {name} = {test.code}")
            codes = [name]
        else:
            codes.append(test.code)
        dicts |= test.dicts if is_and else frozenset()
    return Condition(f"({word.join(codes)})" if len(codes) > 1 else codes[0], dicts)


def _any(generator: Generator, tree: Tree, operand: Operand) -> Condition:
    """Test whether a projection gives anything; stops at the first when no later element can raise an error."""
    writer = generator.writer
    found = writer.name("t")

    def body(_element: Operand) -> None:
        writer.line(f"{found} = True")
        if not any(_may_fail(node) for node in walk(tree)):
            writer.line("break")

    writer.line(f"{found} = False")
    stream(generator, tree, operand, lambda: None, body)
    return Condition(found)


def _may_fail(tree: Tree) -> bool:
    if tree.kind == "function_expression":
        return tree.value not in _SURE_CALLS
    return tree.kind == "comparator" and tree.value not in _EQUALITY


def _compare(generator: Generator, tree: Tree, operand: Operand) -> Condition:
    operand = generator.named(operand)
    left, right = (generator.value(child, operand) for child in tree.children)
    if tree.value not in _EQUALITY:
        return Condition(_order(generator, tree, left, right))
    if left.literal and not right.literal:
        left, right = right, left
    test = _equal_to_literal(generator, left, right) if right.literal else None
    if test is None:
        left, right = generator.named(left), generator.named(right)
        helper = generator.writer.constant(equal)
        test = Condition(f"{helper}(meter, {left.code}, {right.code})")
    return test if tree.value == "eq" else _negated(test)


def _negated(test: Condition) -> Condition:
    return Condition(f"(not {test.code})")


def _equal_to_literal(generator: Generator, left: Operand, right: Operand) -> Condition | None:
    """Compare with a constant: Python's `==` is JSON's but where it takes true for 1 and false for 0."""
    value, constant = right.literal[0], right.code
    if value is None:
        return Condition(f"({left.code} is None)")
    if isinstance(value, (list, dict)):
        return None
    if isinstance(value, bool):
        test = f"is {constant}"
    elif value in (0, 1):
        left = generator.named(left)
        return Condition(f"({left.code} == {constant} and {left.code}.__class__ is not bool)")
    else:
        test = f"== {constant}"
    if left.guard:
        return Condition(f"({left.guard} and {left.raw} {test})", _sure_dicts(left))
    return Condition(f"({left.code} {test})")


def _sure_dicts(operand: Operand) -> frozenset[str]:
    """Return the name that is sure to hold an object where an operand's guard is true."""
    guard, _, rest = operand.guard.partition(" and ")
    name, _, kind = guard.partition(".__class__ is ")
    return frozenset({name}) if kind == "dict" and not rest else frozenset()


def _order(generator: Generator, tree: Tree, left: Operand, right: Operand) -> str:
    """Order numbers inline and leave the rest (texts, nulls, errors) to a function."""
    helper, symbol = generator.writer.constant(Recipe(ordering, (tree.value, tree.offset))), _SYMBOLS[tree.value]
    for constant, other in ((left, right), (right, left)):
        if constant.literal and constant.kind == "number":
            name = other.code if other.is_name else generator.writer.name("t")
            # The condition is evaluated first, so the name is there in both branches.
            naming = name if other.is_name else f"({name} := {other.code})"
            test = f"{naming}.__class__ is int or {name}.__class__ is float"
            first, second = (constant.code, name) if constant is left else (name, constant.code)
            return f"({first} {symbol} {second} if {test} else {helper}({first}, {second}))"
    first, second = generator.named(left).code, generator.named(right).code
    test = f"{first}.__class__ is {second}.__class__ is int"
    return f"({first} {symbol} {second} if {test} else {helper}({first}, {second}))"
