"""Policies as people write them, in JSON, read without a document around them."""

from typing import Any

from lictor_plugins.reasoning.model import Condition, Policy, PolicyKind, Principal, Statement

Json = dict[str, Any]
OWN = "111122223333"


def listed(value: Any) -> tuple[str, ...] | None:
    return None if value is None else (value,) if isinstance(value, str) else tuple(value)


def conditions(block: Json) -> tuple[Condition, ...]:
    found = []
    for name, keys in block.items():
        prefix, _, operator = name.rpartition(":")
        base = operator.removesuffix("IfExists")
        for key, values in keys.items():
            found.append(Condition(base, key.lower(), listed(values) or (), prefix or None, base != operator))  # type: ignore[arg-type]  # the prefix is one of two
    return tuple(found)


def principals(value: Any) -> tuple[Principal, ...] | None:
    if value is None:
        return None
    if value == "*":
        return (Principal("*", "*"),)
    return tuple(Principal(type_, text) for type_, texts in value.items() for text in listed(texts) or ())


def written(kind: PolicyKind, *statements: Json, account: str = OWN, arn: str = "") -> Policy:
    read = (
        Statement(
            index,
            each.get("Effect", "Allow"),
            listed(each.get("Action")),
            listed(each.get("NotAction")),
            listed(each.get("Resource")),
            listed(each.get("NotResource")),
            principals(each.get("Principal")),
            principals(each.get("NotPrincipal")),
            conditions(each.get("Condition", {})),
            choice=each.get("choice"),
        )
        for index, each in enumerate(statements)
    )
    return Policy(kind, tuple(read), account, arn)
