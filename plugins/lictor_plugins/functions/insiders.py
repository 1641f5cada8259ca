"""A policy made ready for the question who gets in: keys that AWS sets stand for the account that they identify.

The reasoning lets a caller have any value of a key that it does not derive from the caller. Some keys do say who the
caller is, and some values name one entity in the world: a unique id, a bucket, a network. They are replaced by a
condition on the account: a stand-in for an account that is never an outsider's. Only the direction that a policy can
rely on is replaced: a positive operator in an Allow, a negated one in a Deny.
"""

import re
from collections.abc import Iterable

from lictor import lazy_pattern
from lictor_plugins.functions.narrowing import HOLE, TAGS, with_principals
from lictor_plugins.functions.networks import is_narrow_network
from lictor_plugins.reasoning.model import Condition, Policy, Principal, Request, Statement
from lictor_plugins.reasoning.operators import NEGATED
from lictor_plugins.reasoning.principals import identify

INSIDER = "000000000000"
"""Stands for the account of whoever is named by something else than an account."""
ORGANIZATION = "o-0000000000"
"""Stands for an organization that a template fills in."""

_ACCOUNT_KEY = "aws:principalaccount"
_SOURCE_KEY = "aws:sourceaccount"
# Cognito sends the external ID that its user pool was made with (Cognito developer guide, "SMS message settings").
_SECRETS = ("lambda:eventsourcetoken", "sts:externalid")
_CONTEXT_PREFIX = "kms:encryptioncontext:"
# IAM user guide, "AWS global condition context keys"; KMS developer guide, "AWS KMS condition keys"; service
# authorization reference, "Amazon S3"; SNS developer guide, "Identity and access management" (aws:SourceOwner).
_ACCOUNT_KEYS = frozenset({_ACCOUNT_KEY, _SOURCE_KEY})
_LIKE_ACCOUNT = frozenset({"kms:calleraccount", "aws:sourceowner", "s3:dataaccesspointaccount"})
_LIKE_ACCOUNT_OF_ARN = frozenset({"s3:dataaccesspointarn", "aws:federatedprovider"})
_ARN_KEYS = frozenset({"aws:principalarn", "aws:sourcearn"})
_PATH_KEYS = frozenset({"aws:principalorgpaths", "aws:sourceorgpaths"})
_ORGANIZATION_KEYS = _PATH_KEYS | {"aws:principalorgid", "aws:sourceorgid"}
_SERVICE_KEYS = frozenset(
    {
        "aws:sourcearn",
        "aws:sourceaccount",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:principalisawsservice",
        "aws:principalservicename",
        "aws:principalservicenameslist",
    }
)
_LITERAL = frozenset({"StringEquals", "StringEqualsIgnoreCase", "ArnEquals", "ArnLike"})
_TWELVE = lazy_pattern(r"(?<!\d)\d{12}(?!\d)", re.ASCII)
_ORGANIZATION = lazy_pattern(r"o-[a-z0-9]+(?=/|$)")
_UNIQUE_ID = lazy_pattern(r"(AIDA|AROA|AGPA)[A-Z0-9]{12,}(:.*)?|\d{12}")
_BUCKET = lazy_pattern(r"(arn:aws[a-z-]*:s3:)[^:]*:[^:]*:([a-z0-9.-]+)")
_VARIABLE = lazy_pattern(r"\$\{[^{}]*\}")
_POLICY_VARIABLE = lazy_pattern(r"\$\{(?!AWS::)[^{}:]*:[^{}]*\}")
_OWN = frozenset({"${aws:resourceaccount}", "${aws:resourceorgid}", "${aws:resourceorgpaths}"})
_SOME_RANGE = "203.0.113.0/24"
# Text that callers choose: whatever a template fills in, a caller can send it.
_SENT = frozenset({"sts:externalid", "sts:rolesessionname"})
_SAME_TEMPLATE = lazy_pattern(r"\$\{(?:[A-Za-z0-9]+\.Arn|(?:data\.)?aws_iam_(?:role|user)\.[^{}]*\.arn)\}")
_ARN_PARTS = 6


def accounts_of_principals(policy: Policy) -> frozenset[str]:
    """Return the account of the policy, else those that principals of its Allow statements name."""
    if policy.account:
        return frozenset({policy.account})
    principals = (
        principal
        for statement in policy.statements
        if statement.effect == "Allow"
        for principal in statement.principals or ()
        if principal.type == "AWS"
    )
    return frozenset(account for account in (identify(principal).account for principal in principals) if account)


def named(policy: Policy) -> tuple[frozenset[str], frozenset[str]]:
    """Return the accounts and the organizations that a policy names, in principals and in conditions on the caller."""
    keys = _ACCOUNT_KEYS | _ARN_KEYS | _LIKE_ACCOUNT | _LIKE_ACCOUNT_OF_ARN
    conditions = [condition for statement in policy.statements for condition in statement.conditions]
    told = [
        value
        for condition in conditions
        if condition.key in keys or condition.key.startswith(_CONTEXT_PREFIX)
        for value in condition.values
    ]
    accounts = {account for value in told for account in _TWELVE.findall(value)}
    paths = [value for condition in conditions if condition.key in _ORGANIZATION_KEYS for value in condition.values]
    found = (_ORGANIZATION.match(value) for value in paths)
    return accounts_of_principals(policy) | accounts, frozenset(match[0] for match in found if match is not None)


def with_stand_ins(policy: Policy, index: int, *, has_network: bool) -> Policy:
    """Replace the conditions that say who calls by other keys; with `has_network` also those that say from where.

    `index` is the Allow statement that is asked about; the Deny statements count beside it.
    """
    chosen = [each for each in policy.statements if each.effect == "Deny" or each.index == index]
    sent = _sent_by_callers(condition for each in chosen for condition in each.conditions)
    statements = tuple(
        _ready(statement, sent, has_network=has_network)
        if statement.effect == "Deny" or statement.index == index
        else statement
        for statement in with_known_principals(policy).statements
    )
    return policy._replace(statements=statements)


def _sent_by_callers(conditions: Iterable[Condition]) -> frozenset[str]:
    """Return the keys that callers choose the text of and that are compared with only one text, which is not known."""
    texts: dict[str, set[str]] = {}
    for condition in conditions:
        if condition.operator != "Null" and (condition.key in _SENT or condition.key.startswith(TAGS)):
            texts.setdefault(condition.key, set()).update(condition.values)
    return frozenset(key for key, found in texts.items() if len(found) == 1 and all(map(_VARIABLE.fullmatch, found)))


def is_of_same_template(text: str) -> bool:
    """Tell whether a principal is a reference to a role or user that the same template makes or looks up.

    >>> [is_of_same_template(text) for text in ("${Builder.Arn}", "${aws_iam_role.ci.arn}", "${Who}")]
    [True, True, False]
    """
    return _SAME_TEMPLATE.fullmatch(text) is not None


def with_known_principals(policy: Policy) -> Policy:
    """Put roles of an own account in the place of references to roles of the same template."""
    return policy._replace(statements=tuple(map(_with_known_principals, policy.statements)))


def _with_known_principals(statement: Statement) -> Statement:
    if not any(is_of_same_template(each.value) for each in statement.principals or ()):
        return statement
    own = f"arn:aws:iam::{INSIDER}:role/any-role"
    principals = tuple(
        each._replace(value=own) if is_of_same_template(each.value) else each for each in statement.principals or ()
    )
    texts = (*(each.value for each in principals), *(statement.actions or ()), *(statement.not_actions or ()))
    is_filled = statement.doubt.endswith(HOLE) and not any("${" in text for text in texts)
    return statement._replace(principals=principals, doubt="" if is_filled else statement.doubt)


def for_services(policy: Policy, index: int) -> Policy:
    """Leave of the principals of a statement the services, and have conditions say whom a service works for."""

    def services(statement: Statement) -> tuple[Principal, ...]:
        named = (each for each in statement.principals or () if each.type.casefold() == "service")
        return tuple(each._replace(value=_in_some_region(each.value)) for each in named)

    chosen = with_principals(policy, index, services)
    statements = tuple(
        statement._replace(conditions=tuple(map(_source, statement.conditions)), doubt=_without_hole(statement))
        if statement.index == index
        else statement
        for statement in chosen.statements
    )
    return chosen._replace(statements=statements)


def _in_some_region(name: str) -> str:
    """Return a service's name as it is in one region: which one does not say for whom it works."""
    return _VARIABLE.sub("any-region", name.replace("${AWS::URLSuffix}", "amazonaws.com"))


def _without_hole(statement: Statement) -> str:
    """Leave out a doubt that is about the name of a service alone."""
    is_hole = statement.doubt.startswith("'${") and statement.doubt.endswith(HOLE)
    rest = (*(statement.actions or ()), *(statement.not_actions or ()))
    return "" if is_hole and not any("${" in text for text in rest) else statement.doubt


def _source(condition: Condition) -> Condition:
    """Return a condition on the source account for one on what only the service itself fills in.

    The encryption context of a service names the resource it works for (KMS developer guide, "Encryption context");
    an event source token is a secret between a skill and its function, an external ID one between a pool and its role.
    """
    if condition.operator in NEGATED or condition.operator == "Null" or condition.if_exists or not condition.values:
        return condition
    if condition.key in _SECRETS and not any(char in value for value in condition.values for char in "*?"):
        return Condition("StringEquals", _SOURCE_KEY, (INSIDER,))
    parts = [_known_arn(value).split(":") for value in condition.values]
    if condition.key.startswith(_CONTEXT_PREFIX) and all(len(part) >= _ARN_PARTS for part in parts):
        return Condition("StringLike", _SOURCE_KEY, tuple(part[4] for part in parts))
    return condition


def as_service(policy: Policy, index: int) -> Policy:
    """Make of a statement for anyone one for the service that its conditions speak of."""

    def service(statement: Statement) -> tuple[Principal, ...]:
        values = [value for each in statement.conditions if each.key == "aws:sourcearn" for value in each.values]
        names = [value.split(":")[2] for value in values if value.count(":") >= _ARN_PARTS - 1]
        name = next((name for name in names if name and not re.search(r"[*?$]", name)), "any-service")
        return (Principal("Service", f"{name}.amazonaws.com"),)

    return with_principals(policy, index, service)


def speaks_of_services(policy: Policy, index: int) -> bool:
    """Tell whether a statement has a condition that only services can meet."""
    return any(
        condition.key in _SERVICE_KEYS
        for statement in policy.statements
        if statement.index == index
        for condition in statement.conditions
    )


def plain(request: Request) -> Request:
    """Leave out of a request for people what only stands for something."""
    context = {key: value for key, value in request.context.items() if value not in (INSIDER, ORGANIZATION)}
    return request._replace(context=context)


def _ready(statement: Statement, sent: frozenset[str], *, has_network: bool) -> Statement:
    conditions = (
        _stand_in(_filled(_as_sent(_any_text(each), sent)), is_deny=statement.effect == "Deny", has_network=has_network)
        for each in statement.conditions
    )
    return statement._replace(conditions=tuple(conditions))


def _any_text(condition: Condition) -> Condition:
    """Read a lone star as what is meant by it, any text: as an ARN it is no pattern at all."""
    if condition.operator not in ("ArnLike", "ArnEquals") or not any(
        re.fullmatch(r"\*+", each) for each in condition.values
    ):
        return condition
    return condition._replace(operator="StringLike", doubt="")


def _as_sent(condition: Condition, sent: frozenset[str]) -> Condition:
    operator = NEGATED.get(condition.operator, condition.operator)
    if condition.key not in sent or operator not in _LITERAL or any(map(_POLICY_VARIABLE.search, condition.values)):
        return condition
    return condition._replace(values=("a-value-of-the-template",), doubt="")


def _stand_in(condition: Condition, *, is_deny: bool, has_network: bool) -> Condition:
    """Return a condition on the account that means the same for outsiders, or the condition itself."""
    is_negated = condition.operator in NEGATED
    operator = NEGATED.get(condition.operator, condition.operator)
    if is_negated != is_deny or operator == "Null" or not condition.values or condition.set_operator == "ForAllValues":
        return condition
    if condition.if_exists and not is_negated:
        return condition
    accounts = _accounts_meant(condition, has_network=has_network)
    if accounts is None:
        return condition
    is_pattern = any("*" in text or "?" in text for text in accounts) and not operator.startswith("StringEquals")
    like = "Like" if is_pattern else "Equals"
    return Condition(f"StringNot{like}" if is_negated else f"String{like}", _ACCOUNT_KEY, accounts)


def _accounts_meant(condition: Condition, *, has_network: bool) -> tuple[str, ...] | None:
    """Return the accounts, or patterns of them, that all values of a condition come down to."""
    key, values = condition.key, condition.values
    if key in _LIKE_ACCOUNT:
        return values
    if key in _LIKE_ACCOUNT_OF_ARN:
        parts = [value.split(":") for value in values]
        return tuple(part[4] for part in parts) if all(len(part) >= _ARN_PARTS for part in parts) else None
    if key == "aws:userid":
        return (INSIDER,) if all(map(_UNIQUE_ID.fullmatch, values)) else None
    if has_network and is_narrow_network(key, values):
        return (INSIDER,)
    return None


def _filled(condition: Condition) -> Condition:
    """Fill in what a template fills in before deployment, where it stands for one account, organization or resource."""
    if condition.key == "aws:sourcearn":
        # A bucket's name is the only one in the world, whatever account it is in.
        condition = condition._replace(
            values=tuple(_BUCKET.sub(rf"\g<1>:{INSIDER}:\g<2>", value) for value in condition.values)
        )
    if not any("${" in value for value in condition.values):
        return condition
    operator = NEGATED.get(condition.operator, condition.operator)
    if operator not in _LITERAL and operator != "IpAddress" and condition.key not in _PATH_KEYS:
        return condition
    values = tuple(_known(condition.key, value) for value in condition.values)
    has_all = not any("${" in value for value in values)
    return condition._replace(values=values, doubt="" if has_all else condition.doubt)


def _known(key: str, value: str) -> str:
    if any(variable.lower() not in _OWN for variable in _POLICY_VARIABLE.findall(value)):
        return value
    if key in _ACCOUNT_KEYS | _LIKE_ACCOUNT:
        return INSIDER if _VARIABLE.fullmatch(value) else value
    if key in _ORGANIZATION_KEYS:
        head, slash, rest = value.partition("/")
        return ORGANIZATION + slash + _VARIABLE.sub("any", rest) if _VARIABLE.fullmatch(head) else value
    if key in _ARN_KEYS:
        return _known_arn(value)
    if is_narrow_network(key, [value]):
        return _SOME_RANGE if key.endswith("ip") else _VARIABLE.sub("any", value)
    return value


def _known_arn(value: str) -> str:
    whole = _VARIABLE.fullmatch(value)
    if whole:
        return f"arn:aws:iam::{INSIDER}:role/any-role"
    # The colons of `${AWS::Region}` are no colons of the ARN.
    masked = _VARIABLE.sub(lambda match: match[0].replace(":", "\0"), value)
    parts = masked.split(":", _ARN_PARTS - 1)
    if len(parts) != _ARN_PARTS:
        return value
    texts: Iterable[str] = (
        _VARIABLE.sub(fill, part)
        for part, fill in zip(parts, ("arn", "aws", "any", "any-region", INSIDER, "any-name"), strict=True)
    )
    return ":".join(texts)
