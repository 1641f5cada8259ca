"""What the caller's side, and the policy of a role or a resource, have to allow together: within an account or across.

IAM user guide, "Policy evaluation for requests within a single account" and "Cross-account policy evaluation logic",
read 2026-11 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
"""

from collections.abc import Sequence

from lictor import NamedTuple
from lictor_plugins.reasoning.evaluation import Judged, says
from lictor_plugins.reasoning.model import Request
from lictor_plugins.reasoning.operators import Truth, all_of, any_of
from lictor_plugins.reasoning.principals import Reach, identify


class Case(NamedTuple):
    """The policies, judged."""

    trust: tuple[Judged, ...]
    identity: tuple[Judged, ...]
    boundaries: tuple[Judged, ...]
    scps: tuple[Judged, ...]
    rcps: tuple[Judged, ...]
    sessions: tuple[Judged, ...]
    endpoints: tuple[Judged, ...]
    resource: tuple[Judged, ...]


class Claim(NamedTuple):
    """Something that has to hold, and what is said when it does and when it doesn't."""

    truth: Truth
    because: str
    otherwise: str


def of_role(case: Case, request: Request, account: str) -> Claim:
    """Claim that trust policy and caller's side together grant the role."""
    caller = identify(request.principal).account
    same, other = _within_account(case, case.trust, request), _across_accounts(case)
    if account:
        return same if account == caller else other
    if same.truth == other.truth:
        return same
    return Claim("whether the caller is of the role's account is not known: say the role's ARN as 'resource'", "", "")


def of_resource(case: Case, request: Request, account: str) -> Claim:
    """Claim that a resource's policy and the caller's side together grant a call.

    Within an account one of the two suffices, but for keys of KMS, whose policy must allow at least that the policies
    of the account do (KMS developer guide, "Key policies"). Across accounts both must allow it.
    """
    allowed = Claim(
        says(case.resource, "Allow"), "the resource's policy allows it", "the resource's policy does not allow it"
    )
    caller, kind = identify(request.principal).account, identify(request.principal).kind
    if kind in ("service", "federated", "anonymous"):
        return allowed
    own = own_side(case, request)
    other = _both(allowed, own, "as another account's resource needs")
    if kind == "root":
        named = _both(allowed, own, "as a key needs")
    else:
        named = _within_account(case, case.resource, request)
        named = Claim(named.truth, f"the resource's policy allows it and {named.because}", named.otherwise)
    same = named if request.action.lower().startswith("kms:") else _either(own, named)
    if account:
        return same if account == caller else other
    if same.truth == other.truth:
        return same
    return Claim("whether the resource is of the caller's account is not known: say whose it is with --account", "", "")


def _both(one: Claim, other: Claim, why: str) -> Claim:
    failing = one.otherwise if one.truth is False else other.otherwise
    return Claim(all_of([one.truth, other.truth]), f"{one.because} and {other.because}", f"{failing}, {why}")


def _either(one: Claim, other: Claim) -> Claim:
    chosen = next((claim for claim in (one, other) if claim.truth is True), None)
    otherwise = f"{one.otherwise}, nor does the resource's policy allow it"
    return chosen or Claim(any_of([one.truth, other.truth]), "", otherwise)


def own_side(case: Case, request: Request) -> Claim:
    """Claim that the caller's account lets it make a call."""
    if identify(request.principal).kind == "root":
        return Claim(truth=True, because="the root user of an account may do all there", otherwise="")
    return _caller_side(case)


def _across_accounts(case: Case) -> Claim:
    side = _caller_side(case)
    return side._replace(otherwise=f"{side.otherwise}, as another account's role needs")


def _within_account(case: Case, granting: Sequence[Judged], request: Request) -> Claim:
    """Claim that a role or resource of the caller's own account is granted: by name, or by the caller's policies."""
    side, limits = _caller_side(case), _limits(case)
    is_role = identify(request.principal).kind in ("role", "role-session")
    claims = []
    for judged in granting:
        for statement, judgement in zip(judged.policy.statements, judged.judgements, strict=True):
            if statement.effect != "Allow":
                continue
            is_by_arn = any(condition.key == "aws:principalarn" for condition in statement.conditions)
            ways = [
                _way(reach, side, limits, is_role=is_role, is_by_arn=is_by_arn) for reach in sorted(judgement.reaches)
            ]
            if judgement.may_reach:
                ways.append(Claim(judgement.may_reach, "", ""))
            claims += [way._replace(truth=all_of([judgement.applies, way.truth])) for way in ways]
    truth = any_of([*(claim.truth for claim in claims), *(d for judged in granting for d in judged.policy.doubts)])
    chosen = next((claim for claim in claims if claim.truth is True), None)
    if chosen is not None:
        return chosen
    failing = limits.otherwise if limits.truth is False and side.truth is False else side.otherwise
    return Claim(truth, "", failing)


def _way(reach: Reach, side: Claim, limits: Claim, *, is_role: bool, is_by_arn: bool) -> Claim:
    if reach == "session" or (reach == "direct" and not is_role):
        return Claim(truth=True, because="it names the caller, which suffices within an account", otherwise="")
    if reach == "direct":
        because = "it names the caller's role, which suffices within an account"
        return Claim(limits.truth, because, limits.otherwise)
    if reach == "anyone" and side.truth is not True:
        return _anyone(limits, is_role=is_role, is_by_arn=is_by_arn)
    return side


def _anyone(limits: Claim, *, is_role: bool, is_by_arn: bool) -> Claim:
    """Claim that `*` suffices within an account, as the guide's page on Principal says ("All principals").

    A role that aws:PrincipalArn names is held by its boundary (its page on evaluation); of others no page says it.
    """
    because = "it names everybody, which suffices within an account"
    if limits.truth is True or (is_role and is_by_arn):
        return Claim(limits.truth, because, limits.otherwise)
    return Claim("whether a permissions boundary or session policy limits what '*' grants is not documented", "", "")


def through_endpoints(case: Case) -> Claim:
    """Claim that the policy of every VPC endpoint on the way lets a call pass (VPC guide, "Endpoint policies")."""
    truth = _each_allows(case.endpoints)
    return Claim(truth, "", "the policy of the VPC endpoint does not allow it")


def _each_allows(group: Sequence[Judged]) -> Truth:
    return all_of(says((judged,), "Allow") for judged in group)


def _limits(case: Case) -> Claim:
    """Claim that the boundary allows a request, and that one of the session policies does, where there are any."""
    boundary = _each_allows(case.boundaries)
    session = says(case.sessions, "Allow") if case.sessions else True
    missing = "the permissions boundary" if boundary is False else "no session policy"
    verb = "does not allow" if boundary is False else "allows"
    return Claim(all_of([boundary, session]), "", f"{missing} {verb} it")


def _caller_side(case: Case) -> Claim:
    """Claim that the caller's own policies allow a request, within boundary and session policies."""
    limits = _limits(case)
    identity = says(case.identity, "Allow")
    otherwise = limits.otherwise
    if identity is False:
        otherwise = "no policy of the caller allows it" if case.identity else "the caller has no policy that allows it"
    return Claim(all_of([identity, limits.truth]), "the caller's policies allow it", otherwise)


def account_of(request: Request) -> str:
    """Return the account of the resource that is asked for; "" where neither its ARN nor the context says it."""
    parts = request.resource.split(":")
    if len(parts) > 4 and parts[4].isdigit():  # noqa: PLR2004 - an ARN's fifth part
        return parts[4]
    told = request.context.get("aws:resourceaccount", "")
    return told if isinstance(told, str) else ""
