"""Statements that an argument of a module holds as objects, in the names of `aws_iam_policy_document`.

Modules that are not read here often take them so and make a policy of them, as `policy_statements` of
terraform-aws-modules/lambda (its README, from memory, 2026-11).
"""

import re
from dataclasses import replace

from lictor_plugins.formats.terraform.values import Fields, Items, Origin, Value, as_text, is_null, text_value

_ELEMENTS = {
    "sid": "Sid",
    "effect": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}
_PRINCIPALS = {"principals": "Principal", "not_principals": "NotPrincipal"}
_CONDITIONS = ("condition", "conditions")
_ACTION = re.compile(r"[*]|[a-z0-9-]+:[*?A-Za-z]+")


def with_policies(arguments: Fields) -> Fields:
    """Return the arguments of a module with the policies that statements in them come to, in place of these."""
    fields = {name: _policy(value) or value for name, value in arguments.fields.items()}
    return replace(arguments, fields=fields)


def _policy(value: Value) -> Fields | None:
    """Return the policy of a list or a map of statements, or None for anything else."""
    statements = _objects(value)
    if not statements or not all(map(_is_statement, statements)):
        return None
    made = Items(value.origins, items=tuple(map(_statement, statements)))
    return Fields(value.origins, fields={"Version": text_value("2012-10-17"), "Statement": made})


def _objects(value: Value | None) -> list[Fields]:
    """Return the objects of a list or a map; nothing where it holds anything else."""
    held = value.items if isinstance(value, Items) else value.fields.values() if isinstance(value, Fields) else ()
    objects = [each for each in held if isinstance(each, Fields)]
    return objects if len(objects) == len(held) else []


def _is_statement(value: Fields) -> bool:
    actions = [value.fields.get(name) for name in ("actions", "not_actions")]
    texts = [as_text(item) for each in actions if isinstance(each, Items) for item in each.items]
    return any(text is not None and _ACTION.fullmatch(text) for text in texts)


def _statement(value: Fields) -> Fields:
    fields: dict[str, Value] = {"Effect": text_value("Allow", next(iter(value.origins), None))}
    keys: dict[str, Origin] = {}
    for name, inner in value.fields.items():
        element, made = _ELEMENTS.get(name), inner
        if name in _PRINCIPALS:
            element, made = _PRINCIPALS[name], _grouped(inner, ("type",), "identifiers")
        elif name in _CONDITIONS:
            element, made = "Condition", _grouped(inner, ("test", "variable"), "values")
        if element is not None and not is_null(made) and not (isinstance(made, Items | Fields) and _is_empty(made)):
            fields[element] = made
            keys.update({element: value.keys[name]} if name in value.keys else {})
    return Fields(value.origins, fields=fields, keys=keys)


def _grouped(value: Value, names: tuple[str, ...], held: str) -> Fields:
    """Return what a list of objects holds, under what its objects are named by, one in the other."""
    found: dict[str, Value] = {}
    for each in _objects(value):
        name, inner = as_text(each.fields.get(names[0], Fields())), each.fields.get(held)
        if name is None or inner is None:
            continue
        if len(names) > 1:
            known = found.get(name)
            one = _grouped(Items(items=(each,)), names[1:], held)
            inner = replace(one, fields={**known.fields, **one.fields}) if isinstance(known, Fields) else one
        elif isinstance(inner, Items) and isinstance(before := found.get(name), Items):
            inner = replace(inner, items=(*before.items, *inner.items))
        found[name] = inner
    return Fields(value.origins, fields=found)


def _is_empty(value: Items | Fields) -> bool:
    return not (value.items if isinstance(value, Items) else value.fields)
