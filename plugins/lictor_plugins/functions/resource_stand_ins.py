"""Resources that are not known before deployment, or are no ARNs, replaced by ARNs that stand for them.

Who gets in does not hang on what a bucket of a template is called. The same text becomes the same ARN, so a Deny on the
text of an Allow still closes it; whether two texts mean one resource is asked by `with_widest_denies`.
"""

import re

from lictor import lazy_pattern
from lictor_plugins.reasoning.model import Policy, Statement
from lictor_plugins.reasoning.variables import placeholder

_HOLE = " is not known before deployment"
_ODD = lazy_pattern(r"[^A-Za-z0-9/._*?-]")
_ARN_PARTS = 6


def with_stand_in_resources(policy: Policy) -> Policy:
    """Return a policy whose resources are all ARNs, or the policy itself where they are."""
    if not any(map(_is_odd, _resources(policy))):
        return policy
    actions = [action for statement in policy.statements for action in statement.actions or ()]
    services = [action.partition(":")[0].lower() for action in (*actions, "any-service:*")]
    service = next(name for name in services if not re.search(r"[^a-z0-9-]", name))
    return policy._replace(statements=tuple(_replaced(statement, service) for statement in policy.statements))


def with_widest_denies(policy: Policy) -> Policy:
    """Return a policy whose Deny statements are about every resource: the least that it can allow."""
    statements = (
        statement._replace(resources=("*",), not_resources=None) if statement.effect == "Deny" else statement
        for statement in policy.statements
    )
    return policy._replace(statements=tuple(statements))


def _resources(policy: Policy) -> tuple[str, ...]:
    return tuple(
        text
        for statement in policy.statements
        for texts in (statement.resources, statement.not_resources)
        for text in texts or ()
    )


def _is_odd(text: str) -> bool:
    return bool(placeholder(text)) or (text != "*" and not text.startswith("arn:"))


def _replaced(statement: Statement, service: str) -> Statement:
    texts = (*(statement.resources or ()), *(statement.not_resources or ()))
    about_resource = {f"'{placeholder(text)}'{_HOLE}" for text in texts if placeholder(text)}
    return statement._replace(
        resources=_all_replaced(statement.resources, service),
        not_resources=_all_replaced(statement.not_resources, service),
        doubt="" if statement.doubt in about_resource else statement.doubt,
    )


def _all_replaced(texts: tuple[str, ...] | None, service: str) -> tuple[str, ...] | None:
    if texts is None:
        return None
    return tuple(_stand_in(text, service) if _is_odd(text) else text for text in texts)


def _stand_in(text: str, service: str) -> str:
    masked = re.sub(r"\$\{[^{}]*\}", lambda match: _ODD.sub("-", match[0][2:-1]), text)
    parts = masked.split(":", _ARN_PARTS - 1)
    if parts[0] == "arn" and len(parts) == _ARN_PARTS:
        # The partition of a template is not told apart from the usual one.
        return ":".join(["arn", "aws", *parts[2:]])
    name = _ODD.sub("-", masked)
    return f"arn:aws:s3:::{name}" if service == "s3" else f"arn:aws:{service}:any-region:000000000000:{name}"
