"""The question that grants come down to, asked of the reasoning: does one Allow reach a resource of a class?"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lictor import NamedTuple, lazy_pattern
from lictor_plugins.functions.grants import ANYTHING, NO, OWN_USER, patterns_of_class, stand_in
from lictor_plugins.functions.iam import arn_part
from lictor_plugins.functions.reasoning import read
from lictor_plugins.reasoning.evaluation import decide
from lictor_plugins.reasoning.model import ContextValue, Policy, Principal, Request, Statement
from lictor_plugins.reasoning.physics import Exclusion
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.proofs import Goal, Scope, answer
from lictor_plugins.reasoning.rules import Rule
from lictor_plugins.reasoning.witness import partition_of
from lictor_plugins.reasoning.worlds import MADE_UP_ACCOUNT, settled

_ACCOUNT = lazy_pattern(r"\d{12}", re.ASCII)
_KIND = "aws.iam.identity-policy"
_HOLDER = "${aws:username"
_HOLE = "is not known before deployment"
_ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"

# Keys about what is reached (IAM user guide, "IAM and AWS STS condition context keys", read 2026-11): the resource has
# no tags and no boundary, and the holder calls without a service in between.
_TAGS = ("aws:resourcetag/", "iam:resourcetag/", "ssm:resourcetag/", "ec2:resourcetag/")
_ABSENT = frozenset(
    {
        "iam:associatedresourcearn",
        "aws:calledvia",
        "aws:calledviafirst",
        "aws:calledvialast",
        # What is run, or with which role, is one that is named (service authorization reference, 2026-11).
        "cloudformation:rolearn",
        "cloudformation:templateurl",
        "ec2:instanceprofile",
        "ec2:managedresourceoperator",
        "ec2:newinstanceprofile",
    }
)
_ABSENT_OF: Mapping[str, frozenset[str]] = {"ecs:ExecuteCommand": frozenset({"ecs:cluster", "ecs:container-name"})}
_POLICY, _BOUNDARY, _SERVICE = "iam:policyarn", "iam:permissionsboundary", "iam:passedtoservice"
# What adds code to a function is a layer of the caller's own making, from an account of the caller's own.
_LAYER, _OWN_LAYER = "lambda:layer", "arn:aws:lambda:us-east-1:999988887777:layer:any-name-there-is:1"
_ATTACHING = lazy_pattern(r"iam:Attach\w+Policy")
_BOUNDING = lazy_pattern(r"iam:Put\w+PermissionsBoundary")


class _Target(NamedTuple):
    """Who calls on which resource; None is any that helps."""

    principal: Principal | None = None
    resource: str | None = None


def reaches(value: Mapping[str, Any], index: int, action: str, resource: str, service: str) -> str:
    """Return whether an Allow, and no Deny, is about an action on a resource of a class: "yes", "no" or "unknown"."""
    policy = settled(read(value, _KIND), "")
    allow = _of_class(next(each for each in policy.statements if each.index == index), action, resource)
    if allow.resources is None and allow.not_resources is None:
        return NO
    denies = tuple(
        _meant(each) for each in policy.statements if each.effect == "Deny" and each.choice in (None, allow.choice)
    )
    alone = policy._replace(statements=(_meant(allow), *denies), doubts=())
    verdicts = [_asked(alone, target, action, service) for target in _targets(allow, action, resource)]
    return next((each for each in ("yes", "unknown") if each in verdicts), NO)


def _meant(statement: Statement) -> Statement:
    """Return a statement without what IAM refuses in it, which is a finding of its own, and in its branch."""
    doubt = statement.doubt if _HOLE in statement.doubt else ""
    return statement._replace(principals=None, not_principals=None, choice=None, doubt=doubt)


def _of_class(statement: Statement, action: str, resource: str) -> Statement:
    if statement.resources is None:
        return statement
    return statement._replace(resources=tuple(patterns_of_class(statement.resources, action, resource)))


def _targets(allow: Statement, action: str, resource: str) -> Iterator[_Target]:
    if resource == ANYTHING:
        yield _Target()
        return
    partition = partition_of([allow])
    patterns = allow.resources or allow.not_resources or ()
    told = (arn_part(pattern, "account") for pattern in patterns)
    for account in sorted({each for each in told if _ACCOUNT.fullmatch(each)} or {MADE_UP_ACCOUNT}):
        regions = [arn_part(pattern, "region") for pattern in patterns]
        region = next((each for each in regions if each and not set("*?$") & set(each)), "us-east-1")
        if resource == OWN_USER:
            own = stand_in(action, OWN_USER, partition, region, account)
            yield _Target(Principal("AWS", own), own)
        # Where the holder's name decides it has one, and the resource has another.
        is_named = any(_HOLDER in pattern.lower() for pattern in patterns)
        holder = Principal("AWS", f"arn:{partition}:iam::{account}:user/any-holder") if is_named else None
        yield _Target(holder, stand_in(action, _whole(resource), partition, region, account))


def _whole(resource: str) -> str:
    return "user" if resource == OWN_USER else resource


def _asked(policy: Policy, target: _Target, action: str, service: str) -> str:
    rules = [Rule(each, policy.has_variables, policy.kind) for each in policy.statements]
    fixed: dict[str, ContextValue] = {"aws:viaawsservice": "false"}
    if service:
        fixed[_SERVICE] = f"{service}.amazonaws.com"
    if _ATTACHING.fullmatch(action):
        fixed[_POLICY] = _ADMINISTRATOR
    if _BOUNDING.fullmatch(action):
        fixed[_BOUNDARY] = _ADMINISTRATOR
    if action == "lambda:UpdateFunctionConfiguration":
        fixed[_LAYER] = (_OWN_LAYER,)
    used = {condition.key for rule in rules for condition in rule.statement.conditions}
    missing = _ABSENT | _ABSENT_OF.get(action, frozenset()) | ({_POLICY, _BOUNDARY} - fixed.keys())
    absent = {key for key in used if key.startswith(_TAGS) or key in missing}
    scope = Scope(
        principal=target.principal,
        action=action,
        resource=target.resource,
        fixed={key: given for key, given in fixed.items() if key in used} | _name_of(target.principal),
        exclusions=tuple(Exclusion(key, _never) for key in sorted(absent)),
    )

    def is_witness(request: Request) -> bool:
        return decide([policy], request).outcome == "allow"

    return answer([Goal((rules[0],), tuple(rules[1:]))], scope, is_witness).verdict


def _name_of(principal: Principal | None) -> dict[str, ContextValue]:
    return {} if principal is None else {"aws:username": identify(principal).name}


def _never(_caller: Principal, _value: ContextValue) -> bool:
    return True
