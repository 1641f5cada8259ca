"""Witnesses that people can read: the shortest texts of their classes give way to plausible ones where they may."""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from lictor_plugins.reasoning.keys import key_facts
from lictor_plugins.reasoning.model import ContextValue, Request, Statement
from lictor_plugins.reasoning.principals import PARTITIONS
from lictor_plugins.reasoning.rules import Rule
from lictor_plugins.reasoning.worlds import MADE_UP_ACCOUNT

_TRIES = 8
"""Texts that are tried for one part of a request; each costs a look at the whole policy."""

_WORDS = ("some-org", "anything", "any-name", "1")
_PLAUSIBLE: Mapping[str, tuple[str, ...]] = {
    ":sub": ("repo:some-stranger/some-repo:ref:refs/heads/main", "some-stranger"),
    ":repository": ("some-stranger/some-repo",),
    ":aud": ("sts.amazonaws.com", "some-audience"),
    "sts:externalid": ("any-external-id",),
    "sts:rolesessionname": ("any-session",),
    "aws:principalorgid": ("o-a1b2c3d4e5",),
    "aws:sourceaccount": ("999988887777",),
    "aws:sourcearn": ("arn:aws:s3:::any-bucket", "arn:aws:sns:us-east-1:999988887777:any-topic"),
    "aws:sourceip": ("203.0.113.7",),
    "aws:requestedregion": ("us-east-1",),
    "aws:userid": ("AROAEXAMPLEEXAMPLE123:any-session", "AIDAEXAMPLEEXAMPLE123"),
}


def nicer(
    request: Request,
    rules: Sequence[Rule],
    is_witness: Callable[[Request], bool],
    fixed: Mapping[str, ContextValue],
) -> Request | None:
    """Return a witness with readable texts, None if the request is no witness to begin with; `fixed` stays.

    What the policies do not say of it is of their own partition, if they name one.
    """
    if not is_witness(request):
        return None
    if request.action == request.action.lower():
        request = _first(request, _actions(request, rules), is_witness)
    if request.resource:
        found = (request._replace(resource=text) for text in _resources(request, rules))
        request = _first(request, found, is_witness)
    for key, value in request.context.items():
        if isinstance(value, str) and key not in fixed:
            options = _values(key, value, rules)
            found = (request._replace(context={**request.context, key: option}) for option in options)
            request = _first(request, found, is_witness)
    partition = partition_of(rule.statement for rule in rules)
    if partition == "aws":
        return request
    return _first(request, iter([in_partition(request, partition, fixed)]), is_witness)


def partition_of(statements: Iterable[Statement]) -> str:
    """Return the partition that statements are written for: the one that their ARNs name, else `aws`.

    >>> partition_of([Statement(0, "Allow", resources=("arn:aws-cn:s3:::any-bucket/*", "*"))])
    'aws-cn'
    """
    found: set[str] = set()
    for statement in statements:
        principals = (*(statement.principals or ()), *(statement.not_principals or ()))
        texts = [*(statement.resources or ()), *(statement.not_resources or ()), *(each.value for each in principals)]
        texts += [value for condition in statement.conditions for value in condition.values]
        found |= {text.split(":", 2)[1] for text in texts if text.startswith("arn:aws") and text.count(":") > 1}
    return found.pop() if len(found) == 1 and found <= {*PARTITIONS} else "aws"


def in_partition(request: Request, partition: str, fixed: Mapping[str, ContextValue]) -> Request:
    """Return a request with its ARNs moved from the partition `aws` to another."""

    def moved(text: str) -> str:
        return f"arn:{partition}:{text.removeprefix('arn:aws:')}" if text.startswith("arn:aws:") else text

    context: dict[str, ContextValue] = {
        key: value if key in fixed else moved(value) if isinstance(value, str) else tuple(map(moved, value))
        for key, value in request.context.items()
    }
    caller = request.principal._replace(value=moved(request.principal.value))
    return request._replace(principal=caller, resource=moved(request.resource), context=context)


def _first(request: Request, options: Iterator[Request], is_witness: Callable[[Request], bool]) -> Request:
    return next((option for option in itertools.islice(options, _TRIES) if is_witness(option)), request)


def _actions(request: Request, rules: Sequence[Rule]) -> Iterator[Request]:
    for rule in rules:
        for pattern in rule.statement.actions or ():
            if "${" in pattern:
                continue
            if "*" not in pattern and "?" not in pattern:
                if pattern.lower() == request.action:
                    yield request._replace(action=pattern)
            else:
                yield request._replace(action=action_like(pattern))


def action_like(pattern: str) -> str:
    """Return a readable action that a pattern matches.

    >>> action_like("s3:Get*"), action_like("*")
    ('s3:GetAnything', 's3:AnyAction')
    """
    service, _, name = pattern.partition(":")
    service = service.replace("*", "s3").replace("?", "x")
    return (
        f"{service}:{name.replace('*', 'AnyAction' if name == '*' else 'Anything').replace('?', 'x')}"
        if name
        else "s3:AnyAction"
    )


def _resources(request: Request, rules: Sequence[Rule]) -> Iterator[str]:
    for rule in rules[:1]:
        for pattern in rule.statement.resources or ():
            if pattern.strip("*") and "*" in pattern and "${" not in pattern:
                yield arn_like(pattern)
    if request.resource != "*":
        yield resource_of_service(request.action)


def resource_of_service(action: str) -> str:
    """Return some resource of the service that an action is of.

    >>> resource_of_service("kms:Decrypt"), resource_of_service("s3:GetObject")
    ('arn:aws:kms:us-east-1:123456789012:anything', 'arn:aws:s3:::any-bucket/any-key')
    """
    service = action.partition(":")[0].lower()
    if service in ("iam", "sts"):
        return f"arn:aws:iam::{MADE_UP_ACCOUNT}:role/any-role"
    return (
        "arn:aws:s3:::any-bucket/any-key"
        if service == "s3"
        else f"arn:aws:{service}:us-east-1:{MADE_UP_ACCOUNT}:anything"
    )


def arn_like(pattern: str) -> str:
    """Return a readable ARN that a pattern matches.

    >>> arn_like("arn:aws:sqs:*:*:jobs-*")
    'arn:aws:sqs:us-east-1:123456789012:jobs-anything'
    """
    parts = pattern.split(":", 5)
    words = ("arn", "aws", "s3", "us-east-1", MADE_UP_ACCOUNT)
    filled = [word if part == "*" else part for part, word in zip(parts[:5], words, strict=False)]
    return ":".join([*filled, *parts[5:]]).replace("*", "anything").replace("?", "x")


def _values(key: str, value: ContextValue, rules: Sequence[Rule]) -> Iterator[str]:
    named = {
        text
        for rule in rules
        for condition in rule.statement.conditions
        if condition.key == key
        for text in condition.values
    }
    if value in named:
        return
    for ending, texts in _PLAUSIBLE.items():
        if key.endswith(ending):
            yield from texts
    if key_facts(key).type not in ("string", "arn"):
        return
    for text in sorted(named):
        if "*" in text and "${" not in text:
            yield _token(text)
            for word in _WORDS:
                yield text.replace("*", word).replace("?", "x")
    yield "something-else"


def _token(pattern: str) -> str:
    """Fill the last star of a token's subject with what makes it one of a stranger.

    >>> _token("repo:org*")
    'repo:org-stranger/some-repo:ref:refs/heads/main'
    """
    if not pattern.startswith("repo:"):
        return pattern.replace("*", "some-stranger").replace("?", "x")
    if pattern == "repo:*":
        return "repo:some-stranger/some-repo:ref:refs/heads/main"
    head = pattern.rstrip("*")
    if "/" not in head:
        return f"{head.replace('*', 'x').replace('?', 'x')}-stranger/some-repo:ref:refs/heads/main"
    return pattern.replace("*", "some-stranger").replace("?", "x")
