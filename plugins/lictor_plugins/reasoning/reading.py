"""From the normalised value of a subject to a policy: what people need is left out, what can't be judged is a doubt.

A statement has a doubt where IAM refuses it (a misspelt element, an effect `allow`, a Principal where none may be) or
where a part is not known before deployment. Then whatever hangs on it is unknown, never allowed or denied.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, cast, get_args

from lictor_plugins.reasoning.compare import value_doubt
from lictor_plugins.reasoning.model import WITH_PRINCIPALS, Condition, Effect, Policy, PolicyKind, Principal, Statement
from lictor_plugins.reasoning.operators import NEGATED
from lictor_plugins.reasoning.variables import placeholder

# IAM user guide, "Version", read 2026-11: variables came with the newer one, and none at all means the older one.
_VERSIONS: Mapping[str | None, bool] = {"2012-10-17": True, "2008-10-17": False, None: False}
_EFFECTS = get_args(Effect)
_WITHOUT_RESOURCE: frozenset[PolicyKind] = frozenset({"trust"})
_REFUSED_PRINCIPALS = frozenset({"group", "other-arn", "malformed"})
_SUBJECTS: Mapping[str, PolicyKind] = {
    "aws.iam.trust-policy": "trust",
    "aws.iam.identity-policy": "identity",
    "aws.iam.permissions-boundary": "boundary",
    "aws.iam.resource-policy": "resource",
    "aws.iam.scp": "scp",
    "aws.iam.rcp": "rcp",
    "aws.iam.endpoint-policy": "endpoint",
}


def policy_kind(subject_kind: str) -> PolicyKind | None:
    """Return the kind of policy that a kind of subject is.

    >>> policy_kind("aws.iam.scp")
    'scp'
    """
    return _SUBJECTS.get(subject_kind)


def policy_from(
    value: Mapping[str, Any],
    kind: PolicyKind,
    *,
    account: str = "",
    arn: str = "",
    name: str = "",
    partition: str = "",
) -> Policy:
    """Read the normalised value of a policy. `account` and `arn` are those of its role or resource, where known.

    With an account, `${AWS::AccountId}` in a template's policy is that account; with a partition (`aws`, `aws-cn`),
    `${AWS::Partition}` and `${AWS::URLSuffix}` are known too.
    """
    role = value.get("role") or {}
    arn = arn or role.get("arn") or ""
    account = account or role.get("account") or (arn.split(":")[4] if arn.count(":") > 4 else "")  # noqa: PLR2004 - an ARN's fifth part
    account = account if account.isdigit() else ""
    reader = _Reader(value, kind, _deployed(account, partition))
    statements = tuple(map(reader.statement, value["statements"]))
    doubts = tuple(_doubts(value))
    return Policy(kind, statements, account, arn, name or role.get("name") or "", reader.has_variables, doubts)


def _deployed(account: str, partition: str) -> Mapping[str, str]:
    """Return what a template's pseudo parameters become (CloudFormation user guide, "Pseudo parameters")."""
    known = {"${AWS::AccountId}": account, "${AWS::Partition}": partition}
    if partition in ("aws", "aws-us-gov", "aws-cn"):
        known["${AWS::URLSuffix}"] = "amazonaws.com.cn" if partition == "aws-cn" else "amazonaws.com"
    return {name: text for name, text in known.items() if text}


def _doubts(value: Mapping[str, Any]) -> Iterator[str]:
    """Yield what can't be judged of the policy outside of its statements."""
    if value["version"] not in _VERSIONS:
        yield f"the version '{value['version']}' is not known"
    for part in value["unresolved"]:
        if part["element"] in ("policy", "Statement", "Effect", "Condition"):
            yield f"'{part['text']}' in {part['element']} is not known before deployment"
    for part in value["malformed"]:
        # IAM refuses a policy without statements; for sure it allows and denies nothing.
        if part["statement"] is None and part["expected"] != "at least one statement":
            yield f"{part['element']} should be {part['expected']} and is {part['found']}"
    for statement in value["statements"]:
        if statement["effect"] not in _EFFECTS:
            yield f"the effect '{statement['effect']}' is neither Allow nor Deny"
    for element in value["unknown_elements"]:
        if element["level"] == "policy":
            yield f"'{element['name']}' is no element of a policy"


class _Reader:
    """Reads the statements of one policy."""

    def __init__(self, policy: Mapping[str, Any], kind: PolicyKind, deployed: Mapping[str, str]) -> None:
        self.has_variables = _VERSIONS.get(policy["version"], False)
        self._policy = policy
        self._kind = kind
        self._deployed = deployed

    def statement(self, value: Mapping[str, Any]) -> Statement:
        actions = self._texts(value["actions"]) if value["has_action"] else None
        not_actions = self._texts(value["not_actions"]) if value["has_not_action"] else None
        resources = self._texts(value["resources"]) if value["has_resource"] else None
        not_resources = self._texts(value["not_resources"]) if value["has_not_resource"] else None
        principals = self._principals(value["principals"]) if value["has_principal"] else None
        not_principals = self._principals(value["not_principals"]) if value["has_not_principal"] else None
        return Statement(
            value["index"],
            cast("Effect", value["effect"] if value["effect"] in _EFFECTS else "Deny"),
            actions,
            not_actions,
            resources,
            not_resources,
            principals,
            not_principals,
            tuple(map(self._condition, value["conditions"])),
            value["sid"] or "",
            value["choice"],
            self._refusal(value)
            or _odd_part(value["index"], self._policy)
            or _hole((actions, not_actions, resources, not_resources), (principals, not_principals)),
        )

    def _texts(self, texts: Iterable[str]) -> tuple[str, ...]:
        for text in texts:
            if "${" in text:
                return tuple(map(self._known, texts))
        return tuple(texts)

    def _known(self, text: str) -> str:
        for name, value in self._deployed.items():
            text = text.replace(name, value)
        return text

    def _principals(self, listed: Iterable[Mapping[str, Any]]) -> tuple[Principal, ...]:
        named = ((each["type"] or "*", each["value"]) for each in listed)
        return tuple([Principal(type_, self._known(text) if "${" in text else text) for type_, text in named])

    def _condition(self, value: Mapping[str, Any]) -> Condition:
        values = self._texts(value["values"])
        return Condition(
            value["operator"],
            value["key"],
            values,
            cast("Literal['ForAnyValue', 'ForAllValues'] | None", value["set_operator"]),
            value["if_exists"],
            self._condition_doubt(value, values),
        )

    def _condition_doubt(self, value: Mapping[str, Any], values: tuple[str, ...]) -> str:
        if not value["is_known"]:
            return f"'{value['operator_raw']}' is no operator that is known"
        if not values:
            return f"what {value['operator']} without a value means is not documented"
        operator = value["operator"]
        if operator == "Null" and value["set_operator"]:
            return "what Null means with a prefix is not documented"
        if "${" in value["key_raw"] and (hole := placeholder(value["key_raw"])):
            return f"'{hole}' is not known before deployment"
        positive = NEGATED.get(operator, operator)
        for text in values:
            doubt = value_doubt(positive, text, has_variables=self.has_variables)
            if doubt:
                return doubt
        return f"a value of '{value['key']}' is not known before deployment" if value["is_unresolved"] else ""

    def _refusal(self, value: Mapping[str, Any]) -> str:  # noqa: PLR0911 - one return for each reason
        """Say why IAM refuses a statement, or ""."""
        if value["effect_raw"] not in _EFFECTS:
            return f"IAM refuses the effect '{value['effect_raw']}'"
        if value["has_action"] == value["has_not_action"]:
            return "IAM wants either Action or NotAction"
        if value["has_principal"] and value["has_not_principal"]:
            return "IAM refuses Principal beside NotPrincipal"
        if value["has_resource"] and value["has_not_resource"]:
            return "IAM refuses Resource beside NotResource"
        refusal = self._refusal_of_kind(value) or self._refused_principal(value)
        if refusal:
            return refusal
        for name in value["empty"]:
            if not name.startswith("Condition"):
                return f"IAM refuses an empty {name}"
        return ""

    def _refused_principal(self, value: Mapping[str, Any]) -> str:
        for each in (*value["principals"], *value["not_principals"]):
            if each["kind"] in _REFUSED_PRINCIPALS:
                return f"IAM refuses the principal '{each['value']}'"
            if each["is_number"]:
                return f"the account '{each['value']}' is a number and should be text"
            if each["is_unresolved"] and not placeholder(self._known(each["value"])):
                return f"the principal '{each['value']}' is not known before deployment"
        return ""

    def _refusal_of_kind(self, value: Mapping[str, Any]) -> str:
        has_principal = value["has_principal"] or value["has_not_principal"]
        has_resource = value["has_resource"] or value["has_not_resource"]
        needs_principal = self._kind in WITH_PRINCIPALS
        if needs_principal and not has_principal:
            return f"a {self._kind} policy needs a Principal"
        if not needs_principal and has_principal:
            return f"IAM refuses a Principal in a policy of the kind {self._kind}"
        if self._kind in _WITHOUT_RESOURCE and has_resource:
            return "IAM refuses a Resource in a trust policy"
        if self._kind not in (*_WITHOUT_RESOURCE, "resource") and not has_resource:
            return f"a policy of the kind {self._kind} needs a Resource"
        if self._kind == "trust" and value["has_not_principal"]:
            return "IAM refuses NotPrincipal in a trust policy"
        return ""


def _hole(lists: Iterable[tuple[str, ...] | None], callers: Iterable[tuple[Principal, ...] | None]) -> str:
    """Say which part of a statement's lists a template fills in, or ""."""
    texts = [text for each in lists if each for text in each]
    texts += [one.value for each in callers if each for one in each]
    for text in texts:
        if "${" in text and (hole := placeholder(text)):
            return f"'{hole}' is not known before deployment"
    return ""


def _odd_part(index: int, policy: Mapping[str, Any]) -> str:
    """Say what is malformed or misspelt in a statement, or ""."""
    for part in policy["malformed"]:
        if part["statement"] == index:
            return f"{part['element']} should be {part['expected']} and is {part['found']}"
    for element in policy["unknown_elements"]:
        if element["statement"] == index:
            return f"'{element['name']}' is no element of a statement"
    return ""
