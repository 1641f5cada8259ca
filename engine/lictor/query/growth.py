"""Bounds how often a query's result can hold one and the same value, so that only a few results need counting."""

import math

from lictor.query.syntax import Tree, walk

_SOMETHING_ELSE = frozenset({"each", "let", "parameter", "parent", "root", "subject"})
_SINGLE = frozenset(
    {"comparator", "current", "expref", "field", "identity", "index", "literal", "not_expression", "slice"}
)


def growth(tree: Tree) -> int:
    """Return an upper bound on how often one input value can show in the output; at least 1.

    A result with growth 1 is no larger than the document and the query's constants together.

    >>> from lictor.query.syntax import parse
    >>> growth(parse("Statement[].{sid: Sid, effect: Effect}")), growth(parse("[@, @] | [@, @]"))
    (1, 4)
    """
    children = tree.children
    if tree.kind in _SINGLE:
        result = 1
    elif tree.kind in ("or_expression", "and_expression"):
        result = max(growth(child) for child in children)
    elif tree.kind in ("multi_select_list", "multi_select_dict", "function_expression"):
        result = _of_parts(tree)
    elif tree.kind in ("projection", "value_projection", "filter_projection"):
        result = growth(children[0]) * _repeated(children[-1])
    else:
        result = math.prod(growth(child) for child in children)
    return result


def builds_arguments(tree: Tree) -> bool:
    """Tell whether a function in a query may be given a value that holds one input value more than once.

    A function that is the whole query is given its arguments as they are, each of them once.

    >>> from lictor.query.syntax import parse
    >>> builds_arguments(parse("guard(@, root().Statement)")), builds_arguments(parse("[@, @] | lower(@)"))
    (False, True)
    """
    if tree.kind == "function_expression" and not any(child.kind == "expref" for child in tree.children):
        return any(growth(child) > 1 for child in tree.children)
    return growth(tree) > 1


def _of_parts(tree: Tree) -> int:
    parts = [child.children[0] if child.kind in ("key_val_pair", "expref") else child for child in tree.children]
    if tree.kind == "function_expression" and tree.value == "map":
        return _repeated(parts[0]) * growth(parts[1])
    return _together(parts)


def _repeated(tree: Tree) -> int:
    """Bound what is evaluated for each element: what comes from outside the element may come again each time."""
    comes_again = any(node.kind == "function_expression" and node.value in _SOMETHING_ELSE for node in walk(tree))
    return growth(tree) * (2 if comes_again else 1)


def _together(trees: list[Tree]) -> int:
    """Add up parts of one result; parts that begin at different fields of one object have nothing in common."""
    anywhere, by_field = 0, dict[str, int]()
    for tree in trees:
        field = _first_field(tree)
        if field is None:
            anywhere += growth(tree) if tree.kind != "literal" else 0
        else:
            by_field[field] = by_field.get(field, 0) + growth(tree)
    return max(1, anywhere + max(by_field.values(), default=0))


def _first_field(tree: Tree) -> str | None:
    while tree.kind not in ("field", "function_expression", "multi_select_list", "multi_select_dict") and tree.children:
        if tree.kind in ("or_expression", "and_expression", "comparator"):
            return None
        tree = tree.children[0]
    return str(tree.value) if tree.kind == "field" else None
