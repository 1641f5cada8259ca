"""JSON Schemas (2020-12) of the normalised values: a field that is not here can't be asked for in a rule."""

from collections.abc import Mapping
from typing import Any

from lictor_plugins.kinds.aws_iam.conditions import SET_OPERATORS
from lictor_plugins.kinds.aws_iam.principals import PRINCIPAL_KINDS

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_TEXT_OR_NULL: Schema = {"type": ["string", "null"]}
_FLAG: Schema = {"type": "boolean"}
_FLAG_OR_NULL: Schema = {"type": ["boolean", "null"]}
_INDEX_OR_NULL: Schema = {"type": ["integer", "null"]}
_TEXTS: Schema = {"type": "array", "items": _TEXT}


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


PRINCIPAL = _object(
    {
        "type": _TEXT_OR_NULL,
        "value": _TEXT,
        "kind": {"enum": list(PRINCIPAL_KINDS)},
        "partition": _TEXT_OR_NULL,
        "account": _TEXT_OR_NULL,
        "name": _TEXT_OR_NULL,
        "path": _TEXT_OR_NULL,
        "session": _TEXT_OR_NULL,
        "provider": _TEXT_OR_NULL,
        "service": _TEXT_OR_NULL,
        "is_own_account": _FLAG_OR_NULL,
        "is_bare": _FLAG,
        "is_number": _FLAG,
        "is_assumed": _FLAG,
        "is_unresolved": _FLAG,
    }
)

CONDITION = _object(
    {
        "operator": _TEXT,
        "operator_raw": _TEXT,
        "set_operator": {"enum": [*SET_OPERATORS, None]},
        "if_exists": _FLAG,
        "negated": _FLAG,
        "is_known": _FLAG,
        "key": _TEXT,
        "key_raw": _TEXT,
        "provider": _TEXT_OR_NULL,
        "claim": _TEXT_OR_NULL,
        "values": _TEXTS,
        "is_unresolved": _FLAG,
    }
)

STATEMENT = _object(
    {
        "index": {"type": "integer", "minimum": 0},
        "sid": _TEXT_OR_NULL,
        "effect": _TEXT_OR_NULL,
        "effect_raw": _TEXT_OR_NULL,
        "actions": _TEXTS,
        "not_actions": _TEXTS,
        "resources": _TEXTS,
        "not_resources": _TEXTS,
        "principals": _list_of(PRINCIPAL),
        "not_principals": _list_of(PRINCIPAL),
        "principal_types": _TEXTS,
        "conditions": _list_of(CONDITION),
        "operators": _list_of(_object({"name": _TEXT, "is_known": _FLAG, "nearest": _TEXT_OR_NULL})),
        "elements": _TEXTS,
        "empty": _TEXTS,
        "has_principal": _FLAG,
        "has_not_principal": _FLAG,
        "has_action": _FLAG,
        "has_not_action": _FLAG,
        "has_resource": _FLAG,
        "has_not_resource": _FLAG,
        "has_condition": _FLAG,
    }
)

_ROLE_FACTS: Mapping[str, Schema] = {
    "name": _TEXT_OR_NULL,
    "arn": _TEXT_OR_NULL,
    "account": _TEXT_OR_NULL,
    "path": _TEXT_OR_NULL,
}
_KNOWN_ROLE = _object(_ROLE_FACTS)

POLICY = _object(
    {
        "version": _TEXT_OR_NULL,
        "id": _TEXT_OR_NULL,
        "role": {**_KNOWN_ROLE, "type": ["object", "null"]},
        "statements": _list_of(STATEMENT),
        "elements": _TEXTS,
        "unknown_elements": _list_of(
            _object(
                {
                    "name": _TEXT,
                    "nearest": _TEXT_OR_NULL,
                    "level": {"enum": ["policy", "statement"]},
                    "statement": _INDEX_OR_NULL,
                }
            )
        ),
        "malformed": _list_of(
            _object({"element": _TEXT, "expected": _TEXT, "found": _TEXT, "statement": _INDEX_OR_NULL})
        ),
        "unresolved": _list_of(_object({"element": _TEXT, "text": _TEXT})),
    }
)

ROLE = _object(
    {
        **_ROLE_FACTS,
        "max_session_duration": {"type": ["integer", "null"]},
        "permissions_boundary": _TEXT_OR_NULL,
        "managed_policies": _TEXTS,
        "trust": {**POLICY, "type": ["object", "null"]},
        "policies": _list_of(_object({"name": _TEXT_OR_NULL, "policy": POLICY})),
    }
)
