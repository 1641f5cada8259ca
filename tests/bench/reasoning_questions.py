"""Questions to compare the reasoning with others: random policies, seeded, and versions of AWS managed policies."""

import itertools
import json
import random
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from lictor_plugins.reasoning.keys import KeyFacts, key_facts, presence
from lictor_plugins.reasoning.model import Condition, Policy, PolicyKind, Principal, Statement
from lictor_plugins.reasoning.principals import ANONYMOUS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit"))

import small_worlds

Json = dict[str, Any]
OWN, ORGANIZATION = small_worlds.OWN, "o-aaaaaaaaaa"
CALLER = f"arn:aws:iam::{OWN}:role/app"
SHAPES = {
    "aws:principalorgid": "organization",
    "aws:sourceorgid": "organization",
    "aws:principalorgpaths": "path",
    "aws:sourceorgpaths": "path",
    "aws:sourceaccount": "account",
    "aws:principalaccount": "account",
}
SAMPLES = {
    "role": Principal("AWS", CALLER),
    "user": Principal("AWS", f"arn:aws:iam::{OWN}:user/Eve"),
    "root": Principal("AWS", OWN),
    "federated-user": Principal("AWS", f"arn:aws:sts::{OWN}:federated-user/Bob"),
    "service": Principal("Service", "ec2.amazonaws.com"),
    "saml": Principal("Federated", f"arn:aws:iam::{OWN}:saml-provider/Corp"),
    "oidc": Principal("Federated", small_worlds.GOOGLE),
    "anonymous": ANONYMOUS,
}


class Set(NamedTuple):
    """Questions of one sort, and who else answers them."""

    name: str
    questions: tuple[Json, ...]
    peers: tuple[str, ...] = ("z3",)


def document_of(policy: Policy) -> Json:
    """Write a policy as IAM has it. The same key under the same operator is there once."""
    version = "2012-10-17" if policy.has_variables else "2008-10-17"
    return {"Version": version, "Statement": [_statement(each) for each in policy.statements]}


def _statement(statement: Statement) -> Json:
    written: Json = {"Effect": statement.effect}
    for name in ("actions", "not_actions", "resources", "not_resources"):
        listed = getattr(statement, name)
        if listed is not None:
            element = "".join(part.capitalize() for part in name.removesuffix("s").split("_"))
            written[element] = list(listed)
    for element, principals in (("Principal", statement.principals), ("NotPrincipal", statement.not_principals)):
        if principals is not None:
            by_type: dict[str, list[str]] = {}
            for each in principals:
                by_type.setdefault("AWS" if each.type == "*" else each.type, []).append(each.value)
            written[element] = by_type
    conditions: dict[str, dict[str, list[str]]] = {}
    for each in statement.conditions:
        conditions.setdefault(_operator(each), {})[each.key] = list(each.values)
    return {**written, "Condition": conditions} if conditions else written


def _operator(condition: Condition) -> str:
    prefix = f"{condition.set_operator}:" if condition.set_operator else ""
    return f"{prefix}{condition.operator}{'IfExists' if condition.if_exists else ''}"


def keys_of(documents: Iterable[Json | None]) -> Json:
    """Return what is known of the condition keys in documents: the encoding is told what lictor knows."""
    operators: dict[str, list[str]] = {}
    for document in documents:
        listed = document["Statement"] if document else []
        for statement in listed if isinstance(listed, list) else [listed]:
            for name, keys in statement.get("Condition", {}).items():
                for key in keys:
                    operators.setdefault(key.lower(), []).append(name)
    result: Json = {}
    for key, names in operators.items():
        facts = key_facts(key)
        is_set = facts == KeyFacts() and any(":" in name for name in names)
        result[key] = {
            "type": facts.type,
            "multi": facts.is_multivalued or is_set,
            "shape": SHAPES.get(key, ""),
            "presence": {kind: _presence(key, kind) for kind in SAMPLES},
        }
    return result


def _presence(key: str, kind: str) -> str:
    calls = {"saml": "sts:AssumeRoleWithSAML", "oidc": "sts:AssumeRoleWithWebIdentity"}
    return presence(
        key, SAMPLES[kind], calls.get(kind, "sts:AssumeRole" if key == "sts:externalid" else "s3:GetObject")
    )


def _question(name: str, kind: PolicyKind, new: Json, old: Json | None = None, **more: str) -> Json:
    return {
        "question": name,
        "kind": kind,
        "old": old,
        "new": new,
        "keys": keys_of((old, new)),
        "own": [OWN],
        "organizations": [ORGANIZATION],
        **more,
    }


def random_questions(seed: int, count: int) -> Iterator[Set]:
    """Yield the sets of random questions. What needs policy variables is left out: the encoding has none."""
    chance = random.Random(seed)  # noqa: S311 - no secrets

    def pairs(kind: PolicyKind) -> Iterator[tuple[Json, Json]]:
        while True:
            keys = small_worlds.some_keys(chance, kind)
            old = small_worlds.a_policy(chance, kind, keys)._replace(has_variables=True)
            new = small_worlds.changed(chance, old, keys)._replace(has_variables=True)
            pair = document_of(old), document_of(new)
            if "${" not in json.dumps(pair):
                yield pair

    def some(kind: PolicyKind) -> list[tuple[Json, Json]]:
        source = pairs(kind)
        return [next(source) for _ in range(count)]

    trust = some("trust")
    outside = tuple(_question("outside", "trust", new) for _, new in trust)
    yield Set("who is let in from outside by a trust policy", outside, ("z3", "iamprover"))
    yield Set("what a change of a trust policy newly allows", tuple(_question("new", "trust", b, a) for a, b in trust))
    for kind in ("identity", "resource"):
        asked = tuple(_question("new", kind, new, old) for old, new in some(kind))
        yield Set(f"what a change of {'an' if kind == 'identity' else 'a'} {kind} policy newly allows", asked)
    asked = tuple(
        _question(
            "allows",
            "identity",
            new,
            caller=CALLER,
            action=chance.choice(small_worlds.OTHER_ACTIONS[1]),
            resource=chance.choice(small_worlds.RESOURCE_VALUES[1:]),
        )
        for _, new in some("identity")
    )
    yield Set("whether a policy lets a role do something to a resource", asked, ("z3", "iamprover"))


def managed_questions(file: Path, seed: int, count: int) -> Set:
    """Return pairs of versions of AWS managed policies without policy variables, and in both directions."""
    found = json.loads(file.read_text())
    pairs = []
    for policy in found.values():
        versions = sorted(policy["versions"], key=lambda name: int(name[1:]))
        documents = [policy["versions"][name]["document"] for name in versions]
        pairs += [pair for pair in itertools.pairwise(documents) if "${" not in json.dumps(pair)]
    chosen = random.Random(seed).sample(pairs, min(count, len(pairs)))  # noqa: S311 - no secrets
    return Set("what the next version of an AWS managed policy newly allows",
               tuple(_question("new", "identity", new, old) for old, new in chosen))  # fmt: skip
