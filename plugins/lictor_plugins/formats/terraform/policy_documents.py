"""`data "aws_iam_policy_document"`: the JSON that it gives, with the place of every part in its blocks.

Behaviour from the AWS provider's documentation of this data source, read 2026-11.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from lictor_plugins.formats.terraform.evaluate import Scope
from lictor_plugins.formats.terraform.json_values import decode
from lictor_plugins.formats.terraform.modules import Declared
from lictor_plugins.formats.terraform.syntax import Attribute, Block, Body
from lictor_plugins.formats.terraform.values import (
    Fields,
    Items,
    Json,
    Origin,
    Scalar,
    Text,
    Unknown,
    Value,
    as_text,
    is_null,
    text_value,
)

if TYPE_CHECKING:
    from lictor_plugins.formats.terraform.instances import Instance

_ELEMENTS = {
    "actions": "Action",
    "not_actions": "NotAction",
    "resources": "Resource",
    "not_resources": "NotResource",
}
_SCALARS = {"sid": "Sid", "effect": "Effect"}
_PRINCIPALS = {"principals": "Principal", "not_principals": "NotPrincipal"}


def policy_document(instance: "Instance", declared: Declared, scope: Scope) -> Json:
    """Return the policy that a policy document makes."""
    return _Document(instance, scope).read(declared.block)


class _Document:
    """Reads one policy document."""

    def __init__(self, instance: "Instance", scope: Scope) -> None:
        self._instance = instance
        self._scope = scope
        self._evaluator = instance.evaluator

    def read(self, block: Block) -> Json:
        origin = Origin(self._scope.uri, *block.span)
        attributes = block.body.attributes
        fields: dict[str, Value] = {}
        keys: dict[str, Origin] = {}
        version = attributes.get("version")
        fields["Version"] = text_value("2012-10-17") if version is None else self._value(version, self._scope)
        if "policy_id" in attributes:
            fields["Id"] = self._value(attributes["policy_id"], self._scope)
        own = self._statements(block.body, block)
        statements = [*self._from(attributes, "source_policy_documents", "source_json"), *own]
        for override in self._from(attributes, "override_policy_documents", "override_json"):
            sid = _sid(override)
            same = next((at for at, known in enumerate(statements) if sid and _sid(known) == sid), None)
            if same is None:
                statements.append(override)
            else:
                statements[same] = override
        header = Origin(self._scope.uri, *block.header)
        fields["Statement"] = Items((header,), items=tuple(statements))
        return Json((origin,), inner=Fields((origin,), fields=fields, keys=keys))

    def _value(self, attribute: Attribute, scope: Scope) -> Value:
        value = self._evaluator.evaluate(attribute.value, scope)
        if isinstance(value, Items) and not value.items and value.is_assumed:
            return self._evaluator.unknown(attribute.value, scope)  # a list that is there to be filled by others
        return _with_variables(value)

    def _from(self, attributes: Mapping[str, Attribute], listed: str, single: str) -> Iterator[Value]:
        """Yield the statements of the documents that this one is made of."""
        for name in (listed, single):
            if name not in attributes:
                continue
            value = self._evaluator.evaluate(attributes[name].value, self._scope)
            for document in value.items if isinstance(value, Items) else (value,):
                if (isinstance(document, Text) and not document.text) or (
                    isinstance(document, Scalar) and document.value is None
                ):
                    continue
                policy = decode(document)
                statement = policy.fields.get("Statement") if isinstance(policy, Fields) else None
                if statement is None:
                    origin = Origin(self._scope.uri, *attributes[name].value.span)
                    text = document.text if isinstance(document, Unknown) else name
                    yield Unknown((origin,), text=text)
                else:
                    yield from statement.items if isinstance(statement, Items) else (statement,)

    def _statements(self, body: Body, block: Block) -> Iterator[Value]:
        from lictor_plugins.formats.terraform.instances import bodies

        for inner, scope, found in bodies(self._instance, body, "statement", self._scope):
            span = block.span if found is None else found.span
            header = block.header if found is None else found.header
            yield self._statement(inner, scope, Origin(scope.uri, *span), Origin(scope.uri, *header))

    def _statement(self, body: Body, scope: Scope, origin: Origin, header: Origin) -> Value:
        fields: dict[str, Value] = {}
        keys: dict[str, Origin] = {}
        attributes = body.attributes
        fields["Effect"] = text_value("Allow", header)
        for name, element in _SCALARS.items():
            value = self._value(attributes[name], scope) if name in attributes else Scalar()
            if not _is_empty(value):
                fields[element] = value
                keys[element] = Origin(scope.uri, *attributes[name].name_span)
        for name, element in _PRINCIPALS.items():
            found = self._principals(body, name, scope)
            if found is not None:
                fields[element] = found
                keys.update(dict(zip((element,), found.origins, strict=False)))
        for name, element in _ELEMENTS.items():
            if name in attributes:
                value = self._value(attributes[name], scope)
                if not _is_empty(value):
                    fields[element] = value
                    keys[element] = Origin(scope.uri, *attributes[name].name_span)
        condition = self._conditions(body, scope)
        if condition is not None:
            fields["Condition"] = condition
            keys.update(dict(zip(("Condition",), condition.origins, strict=False)))
        return Fields((origin,), fields=fields, keys=keys)

    def _principals(self, body: Body, name: str, scope: Scope) -> Value | None:
        from lictor_plugins.formats.terraform.instances import bodies

        fields: dict[str, Value] = {}
        keys: dict[str, Origin] = {}
        origins: tuple[Origin, ...] = ()
        for inner, inner_scope, block in bodies(self._instance, body, name, scope):
            if block is not None:
                origins = origins or (Origin(scope.uri, *block.span),)
            types, identifiers = inner.attributes.get("type"), inner.attributes.get("identifiers")
            if types is None or identifiers is None:
                continue
            type_value = self._evaluator.evaluate(types.value, inner_scope)
            type_name = as_text(type_value)
            value = self._value(identifiers, inner_scope)
            if type_name is None:
                return Unknown(type_value.origins, text="principals.type")
            if type_name == "*" and isinstance(value, Items) and [as_text(item) for item in value.items] == ["*"]:
                return Text(value.items[0].origins or value.origins, pieces=text_value("*").pieces)
            known = fields.get(type_name)
            if isinstance(known, Items) and isinstance(value, Items):
                value = Items(known.origins, known.is_assumed or value.is_assumed, (*known.items, *value.items))
            fields[type_name] = value
            keys.setdefault(type_name, Origin(inner_scope.uri, *types.value.span))
        return Fields(origins, fields=fields, keys=keys) if fields else None

    def _conditions(self, body: Body, scope: Scope) -> Value | None:
        from lictor_plugins.formats.terraform.instances import bodies

        operators: dict[str, Fields] = {}
        keys: dict[str, Origin] = {}
        origins: tuple[Origin, ...] = ()
        for inner, inner_scope, block in bodies(self._instance, body, "condition", scope):
            if block is not None:
                origins = origins or (Origin(scope.uri, *block.span),)
            parts = [inner.attributes.get(name) for name in ("test", "variable", "values")]
            test, variable, values = parts
            if test is None or variable is None or values is None:
                continue
            operator = _shown(self._evaluator.evaluate(test.value, inner_scope))
            key = _shown(_with_variables(self._evaluator.evaluate(variable.value, inner_scope)))
            value = self._value(values, inner_scope)
            known = operators.get(operator, Fields((Origin(inner_scope.uri, *test.value.span),)))
            before = known.fields.get(key)
            if isinstance(before, Items) and isinstance(value, Items):
                value = Items(before.origins, before.is_assumed or value.is_assumed, (*before.items, *value.items))
            here = Origin(inner_scope.uri, *variable.value.span)
            operators[operator] = replace(
                known, fields={**known.fields, key: value}, keys={**known.keys, key: known.keys.get(key, here)}
            )
            keys.setdefault(operator, Origin(inner_scope.uri, *test.value.span))
        return Fields(origins, fields=operators, keys=keys) if operators else None


def _shown(value: Value) -> str:
    from lictor_plugins.formats.terraform.values import pieces_of

    return "".join(piece.text for piece in pieces_of(value))


def _sid(statement: Value) -> str | None:
    found = statement.fields.get("Sid") if isinstance(statement, Fields) else None
    return None if found is None else as_text(found) or None


def _is_empty(value: Value) -> bool:
    return (isinstance(value, Items) and not value.items) or is_null(value)


def _with_variables(value: Value) -> Value:
    """Turn `&{aws:username}`, the data source's own spelling, into the variable of IAM."""
    if isinstance(value, Text) and any("&{" in piece.text for piece in value.pieces):
        return replace(
            value, pieces=tuple(piece._replace(text=piece.text.replace("&{", "${")) for piece in value.pieces)
        )
    if isinstance(value, Items):
        return replace(value, items=tuple(_with_variables(item) for item in value.items))
    return value
