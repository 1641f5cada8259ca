"""The short way for most statements: all names spelt right, text where text belongs, nothing that is not known yet.

It gives what `statements.py` gives, several times faster, or None for a statement that needs a closer look. Where the
parts of such a statement stand follows from the path alone, so no table of places is made for it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from lictor import Path
from lictor_plugins.kinds.aws_iam.conditions import condition_facts, operator_facts
from lictor_plugins.kinds.aws_iam.elements import EFFECTS, POLICY_ELEMENTS
from lictor_plugins.kinds.aws_iam.intrinsics import Text, intrinsic
from lictor_plugins.kinds.aws_iam.principals import read_principal, text_principal

_POLICY = frozenset(POLICY_ELEMENTS)
_BOTH_PRINCIPALS = frozenset({"Principal", "NotPrincipal"})
_ELEMENTS = {
    "sid": "Sid",
    "effect": "Effect",
    "effect_raw": "Effect",
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
    "principals": "Principal",
    "not_principals": "NotPrincipal",
}
_SCALARS = frozenset({"sid", "effect", "effect_raw"})
_OF_OPERATOR = frozenset({"operator", "operator_raw", "set_operator"})


def is_plain_policy(raw: Any) -> bool:  # noqa: ANN401 - any JSON value
    """Tell whether nothing is odd about a policy beside its statements, each of which is an object of its own."""
    if raw.__class__ is not dict or "Statement" not in raw or not _POLICY.issuperset(raw):
        return False
    statements = raw["Statement"]
    if statements.__class__ is not list:
        statements = [statements]
    return (
        bool(statements)
        and all(each.__class__ is dict and each and intrinsic(each) is None for each in statements)
        and all(_is_text(raw[name]) for name in ("Version", "Id") if name in raw)
    )


def plain_statement(raw: Any, index: int, own_account: str | None) -> dict[str, Any] | None:  # noqa: ANN401 - any JSON value
    """Return the normalised form of a statement in which nothing is odd; None for any other."""
    if raw.__class__ is not dict or not _READERS.keys() >= raw.keys() or raw.keys() >= _BOTH_PRINCIPALS:
        return None
    statement: dict[str, Any] = {
        "index": index,
        "choice": None,
        "sid": None,
        "effect": None,
        "effect_raw": None,
        "actions": [],
        "not_actions": [],
        "resources": [],
        "not_resources": [],
        "principals": [],
        "not_principals": [],
        "principal_types": [],
        "conditions": [],
        "operators": [],
        "elements": list(raw),
        "empty": [],
        "has_principal": False,
        "has_not_principal": False,
        "has_action": False,
        "has_not_action": False,
        "has_resource": False,
        "has_not_resource": False,
        "has_condition": False,
    }
    for element, value in raw.items():
        if not _READERS[element](statement, value, own_account):
            return None
    return statement


def plain_place(raw: Mapping[str, Any], place: Path, path: Path) -> Path:
    """Return where a part of a plain statement stands, or the nearest part around it. Both paths lead to the statement.

    >>> plain_place({"Action": ["sts:AssumeRole"]}, ("Statement", 0), ("statements", 0, "actions", 0))
    ('Statement', 0, 'Action', 0)
    """
    if len(path) == 2:  # noqa: PLR2004 - the statement itself
        return place
    field, rest = str(path[2]), path[3:]
    index = rest[0] if rest and isinstance(rest[0], int) else -1
    if field in _ELEMENTS:
        return _element_place(raw, place, field, index, is_type=rest[1:2] == ("type",))
    if field == "conditions" and "Condition" in raw:
        return _condition_place(raw["Condition"], (*place, "Condition"), index, rest)
    named: list[Path] = []
    if field == "elements":
        named = [(name,) for name in raw]
    elif field == "operators":
        named = [("Condition", name) for name in raw.get("Condition", ())]
    elif field == "principal_types":
        blocks = ((name, raw[name]) for name in ("Principal", "NotPrincipal") if isinstance(raw.get(name), dict))
        named = [(name, type_name) for name, block in blocks for type_name in block]
    return (*place, *named[index]) if 0 <= index < len(named) else place


def _element_place(raw: Mapping[str, Any], place: Path, field: str, index: int, *, is_type: bool) -> Path:
    there = (*place, _ELEMENTS[field])
    if field in _SCALARS:
        return there
    value = raw.get(_ELEMENTS[field])
    if value is None:
        return place
    if value.__class__ is dict:
        return _principal_place(value, there, index, is_type=is_type)
    return (*there, index) if value.__class__ is list and 0 <= index < len(value) else there


def _is_text(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    return value.__class__ is str and "{{" not in value  # a reference that CloudFormation resolves


def _texts(value: Any) -> list[str] | None:  # noqa: ANN401 - any JSON value
    """Return a text, or a list of some, as a list; None for anything else."""
    if value.__class__ is str:
        return None if "{{" in value else [value]
    if value.__class__ is not list or not value:
        return None
    for each in value:
        if each.__class__ is not str or "{{" in each:
            return None
    return cast("list[str]", value.copy())


def _is_plain_object(value: Any) -> bool:  # noqa: ANN401 - any JSON value
    if value.__class__ is not dict or not value:
        return False
    for name in value:
        if name.__class__ is not str or "{{" in name or name == "Ref" or name.startswith("Fn::"):
            return False
    return True


def _add_sid(statement: dict[str, Any], raw: Any, _own_account: str | None) -> bool:  # noqa: ANN401 - any JSON value
    statement["sid"] = raw
    return _is_text(raw)


def _add_effect(statement: dict[str, Any], raw: Any, _own_account: str | None) -> bool:  # noqa: ANN401 - any JSON value
    statement["effect"] = statement["effect_raw"] = raw
    return raw.__class__ is str and raw in EFFECTS


def _add_texts(field: str, flag: str, statement: dict[str, Any], raw: Any, _own_account: str | None) -> bool:  # noqa: ANN401 - any JSON value
    texts = statement[field] = _texts(raw)
    statement[flag] = True
    return texts is not None


def _add_principals(field: str, flag: str, statement: dict[str, Any], raw: Any, own_account: str | None) -> bool:  # noqa: ANN401 - any JSON value
    statement[flag] = True
    into = statement[field]
    if raw.__class__ is str and raw == "*":
        into.append(read_principal(None, Text(raw), is_bare=True, own_account=own_account))
        return True
    if not _is_plain_object(raw):
        return False
    for type_name, named in raw.items():
        statement["principal_types"].append(type_name)
        texts = _texts(named)
        if texts is None:
            return False
        for text in texts:
            principal = text_principal(type_name, text, own_account)
            if principal["kind"] == "unresolved":
                return False
            into.append(principal)
    return True


def _add_conditions(statement: dict[str, Any], raw: Any, _own_account: str | None) -> bool:  # noqa: ANN401 - any JSON value
    statement["has_condition"] = True
    if not _is_plain_object(raw):
        return False
    into, operators, present = statement["conditions"], statement["operators"], set()
    for name, keys in raw.items():
        if not _is_plain_object(keys):
            return False
        operators.append(dict(operator_facts(name)))
        for key, written in keys.items():
            values = _texts(written)
            if values is None:
                return False
            condition = {**condition_facts(name, key), "values": values, "is_unresolved": False}
            into.append(condition)
            if condition["operator"] == "Null" and values == ["false"]:
                present.add(condition["key"])
    for condition in into if present else ():
        condition["if_exists"] = condition["if_exists"] and condition["key"] not in present
    return True


_READERS: Mapping[str, Callable[[dict[str, Any], Any, str | None], bool]] = {
    "Sid": _add_sid,
    "Effect": _add_effect,
    "Principal": partial(_add_principals, "principals", "has_principal"),
    "NotPrincipal": partial(_add_principals, "not_principals", "has_not_principal"),
    "Action": partial(_add_texts, "actions", "has_action"),
    "NotAction": partial(_add_texts, "not_actions", "has_not_action"),
    "Resource": partial(_add_texts, "resources", "has_resource"),
    "NotResource": partial(_add_texts, "not_resources", "has_not_resource"),
    "Condition": _add_conditions,
}
"""What adds an element to a statement, and tells whether nothing about it is odd."""


def _principal_place(value: Mapping[str, Any], there: Path, index: int, *, is_type: bool) -> Path:
    left = index
    for type_name, named in value.items() if index >= 0 else ():
        count = len(named) if named.__class__ is list else 1
        if left < count:
            return (*there, type_name) if is_type or named.__class__ is str else (*there, type_name, left)
        left -= count
    return there


def _condition_place(value: Mapping[str, Any], there: Path, index: int, rest: Path) -> Path:
    keys = [(operator, key) for operator, block in value.items() for key in block]
    if not 0 <= index < len(keys):
        return there
    operator, key = keys[index]
    if rest[1:2] and rest[1] in _OF_OPERATOR:
        return (*there, operator)
    values = value[operator][key]
    if rest[1:2] == ("values",) and len(rest) > 2 and values.__class__ is list:  # noqa: PLR2004 - condition, field, index
        number = rest[2]
        if isinstance(number, int) and 0 <= number < len(values):
            return (*there, operator, key, number)
    return (*there, operator, key)
