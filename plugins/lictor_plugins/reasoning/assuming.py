"""The whole grant: what the policies of the caller, of the role and of the organization decide together.

IAM user guide, "Policy evaluation for requests within a single account" and "Cross-account policy evaluation logic",
read 2026-11 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
"""

from collections.abc import Sequence
from typing import NamedTuple

from lictor_plugins.reasoning.evaluation import Judged, judge, reasons_of, says
from lictor_plugins.reasoning.model import Decision, Policy, Reason, Request
from lictor_plugins.reasoning.operators import Truth, all_of, any_of
from lictor_plugins.reasoning.principals import SERVICE_LINKED, Reach, identify


class Policies(NamedTuple):
    """The policies that bear on a request. In a Reason they are counted from 0, in the order of these fields.

    `trust` is the role's; `identity`, `boundaries` and `sessions` the caller's; `scps` those of the caller's account,
    `rcps` those of the role's, which only deny: the Allow that AWS attaches can't be taken away. `identity` empty means
    that the caller has none.
    """

    trust: Policy | None = None
    identity: tuple[Policy, ...] = ()
    boundaries: tuple[Policy, ...] = ()
    scps: tuple[Policy, ...] = ()
    rcps: tuple[Policy, ...] = ()
    sessions: tuple[Policy, ...] = ()

    def in_order(self) -> tuple[Policy, ...]:
        """Return all of them, as Reasons count them."""
        trust = () if self.trust is None else (self.trust,)
        return (*trust, *self.identity, *self.boundaries, *self.scps, *self.rcps, *self.sessions)


class _Case(NamedTuple):
    """The policies, judged."""

    trust: tuple[Judged, ...]
    identity: tuple[Judged, ...]
    boundaries: tuple[Judged, ...]
    scps: tuple[Judged, ...]
    rcps: tuple[Judged, ...]
    sessions: tuple[Judged, ...]


class _Claim(NamedTuple):
    """Something that has to hold, and what is said when it does and when it doesn't."""

    truth: Truth
    because: str
    otherwise: str


_STS_OF_ROLES = frozenset({"sts:assumerole", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext"})
_UNSIGNED = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
_SERVICE_LINKED_NAME = "AWSServiceRoleFor"


def decide_request(policies: Policies, request: Request) -> Decision:
    """Decide a request by all policies that bear on it.

    Calls for a role need its trust policy; other calls are decided by the caller's side, for resource policies are not
    looked at.
    """
    if policies.trust is not None:
        return may_assume(policies, request)
    case = _judged(policies, request)
    needs = [_organization(case, request)]
    action = request.action.lower()
    kind = identify(request.principal).kind
    if action in _STS_OF_ROLES | _UNSIGNED:
        truth = "the role's trust policy is not given, and it decides"
        needs.append(_Claim(truth, "", ""))
    elif kind in ("service", "federated", "anonymous"):
        needs.append(
            _Claim("what a service, a federated or an anonymous caller may do is said by the resource's policy", "", "")
        )
    elif kind != "root":
        needs.append(_caller_side(case))
    else:
        needs.append(_Claim(truth=True, because="the root user of an account may do all there", otherwise=""))
    return _conclude(case, needs)


def may_assume(policies: Policies, request: Request) -> Decision:
    """Decide whether a caller may assume the role whose trust policy is given."""
    trust = policies.trust
    if trust is None:
        return decide_request(policies, request)
    request = request._replace(resource=request.resource or trust.arn)
    case = _judged(policies, request)
    impossible = _impossible(request)
    if impossible:
        return _conclude(case, [_Claim(truth=False, because="", otherwise=impossible)])
    trusted = _Claim(says(case.trust, "Allow"), "the trust policy allows it", "the trust policy does not allow it")
    needs = [trusted, _organization(case, request)]
    if request.principal.type == "AWS":
        account = trust.account or _account(request.resource)
        needs.append(_grant(case, request, account))
    return _conclude(case, needs)


def _judged(policies: Policies, request: Request) -> _Case:
    groups = (
        (policies.trust,) if policies.trust else (),
        policies.identity,
        policies.boundaries,
        policies.scps,
        policies.rcps,
        policies.sessions,
    )
    judged = [tuple(judge(policy, request) for policy in group) for group in groups]
    if not _heeds_rcps(request):
        judged[4] = tuple(_without_effect(each) for each in judged[4])
    if _heeds_scps(request) is False:
        judged[3] = tuple(_without_effect(each) for each in judged[3])
    return _Case(*judged)


def _without_effect(judged: Judged) -> Judged:
    """Return the judgement of a policy that does not bear on this caller."""
    out = tuple(each._replace(applies=False, failed="caller") for each in judged.judgements)
    return Judged(judged.policy._replace(doubts=()), out)


def _heeds_rcps(request: Request) -> bool:
    """Tell whether resource control policies bear on a caller: not on a service-linked role."""
    return SERVICE_LINKED not in identify(request.principal).entity_arn


def _heeds_scps(request: Request) -> Truth:
    """Tell whether service control policies bear on a caller: on users, root, and roles that are not service-linked."""
    identity = identify(request.principal)
    if identity.kind in ("service", "federated", "anonymous") or SERVICE_LINKED in identity.entity_arn:
        return False
    if identity.kind == "role-session" and identity.name.startswith(_SERVICE_LINKED_NAME):
        return "whether the caller is a service-linked role, on which service control policies don't bear, is not said"
    return True


def _conclude(case: _Case, needs: Sequence[_Claim]) -> Decision:
    """Put together what denies and what has to allow."""
    groups = [judged for group in case for judged in group]
    reasons = reasons_of(groups)
    denied = says(groups, "Deny")
    if denied is True:
        return Decision("explicit_deny", reasons, f"{_denier(groups, reasons)} denies it")
    missing = next((claim for claim in needs if claim.truth is False), None)
    if missing is not None:
        return Decision("implicit_deny", reasons, missing.otherwise)
    doubt = all_of(claim.truth for claim in needs)
    if doubt is not True:
        return Decision("unknown", reasons, str(doubt))
    if denied is not False:
        return Decision("unknown", reasons, denied)
    return Decision("allow", reasons, " and ".join(claim.because for claim in needs if claim.because))


_KIND_NAMES = {
    "trust": "the trust policy",
    "identity": "a policy of the caller",
    "boundary": "the permissions boundary",
    "scp": "a service control policy",
    "rcp": "a resource control policy",
    "session": "a session policy",
    "resource": "the resource's policy",
}


def _denier(groups: Sequence[Judged], reasons: Sequence[Reason]) -> str:
    first = next(reason for reason in reasons if reason.effect == "Deny" and not reason.failed)
    policy = groups[first.policy].policy
    return f"statement {first.statement} of {_KIND_NAMES[policy.kind]}{f' {policy.name!r}' if policy.name else ''}"


def _each_allows(group: Sequence[Judged]) -> Truth:
    return all_of(says((judged,), "Allow") for judged in group)


def _limits(case: _Case) -> _Claim:
    """Claim that the boundary allows a request, and that one of the session policies does, where there are any."""
    boundary = _each_allows(case.boundaries)
    session = says(case.sessions, "Allow") if case.sessions else True
    missing = "the permissions boundary" if boundary is False else "no session policy"
    verb = "does not allow" if boundary is False else "allows"
    return _Claim(all_of([boundary, session]), "", f"{missing} {verb} it")


def _caller_side(case: _Case) -> _Claim:
    """Claim that the caller's own policies allow a request, within boundary and session policies."""
    limits = _limits(case)
    identity = says(case.identity, "Allow")
    otherwise = limits.otherwise
    if identity is False:
        otherwise = "no policy of the caller allows it" if case.identity else "the caller has no policy that allows it"
    return _Claim(all_of([identity, limits.truth]), "the caller's policies allow it", otherwise)


def _organization(case: _Case, request: Request) -> _Claim:
    """Claim that the service control policies allow a request.

    One policy of each level must allow it. Which level a policy is on is not known here, so a policy that only denies
    is taken to stand beside one that allows, as AWS attaches one to each level.
    """
    heeds = _heeds_scps(request)
    if not case.scps or heeds is False:
        return _Claim(truth=True, because="", otherwise="")
    allowing = [judged for judged in case.scps if any(each.effect == "Allow" for each in judged.policy.statements)]
    truths = [says((judged,), "Allow") for judged in allowing]
    otherwise = "no service control policy allows it"
    truth: Truth = any_of(truths)
    if not allowing:
        truth = "none of the service control policies given has an Allow, and each level needs one (FullAWSAccess)"
    elif truth is True and all_of(truths) is not True:
        truth = (
            "some service control policies allow it and some don't: on different levels of the organization all must"
        )
    if truth is False and heeds is not True:
        truth = heeds
    return _Claim(truth, "", otherwise)


def _grant(case: _Case, request: Request, account: str) -> _Claim:
    """Claim that trust policy and caller's side together grant the role."""
    caller = identify(request.principal).account
    same, other = _within_account(case, request), _across_accounts(case)
    if account:
        return same if account == caller else other
    if same.truth == other.truth:
        return same
    return _Claim("whether the caller is of the role's account is not known: say the role's ARN as 'resource'", "", "")


def _across_accounts(case: _Case) -> _Claim:
    side = _caller_side(case)
    return side._replace(otherwise=f"{side.otherwise}, as another account's role needs")


def _within_account(case: _Case, request: Request) -> _Claim:
    """Claim that a role of the caller's own account is granted: by name, or by the caller's policies."""
    side, limits = _caller_side(case), _limits(case)
    is_role = identify(request.principal).kind in ("role", "role-session")
    claims = []
    for judged in case.trust:
        for statement, judgement in zip(judged.policy.statements, judged.judgements, strict=True):
            if statement.effect != "Allow":
                continue
            is_by_arn = any(condition.key == "aws:principalarn" for condition in statement.conditions)
            ways = [
                _way(reach, side, limits, is_role=is_role, is_by_arn=is_by_arn) for reach in sorted(judgement.reaches)
            ]
            if judgement.may_reach:
                ways.append(_Claim(judgement.may_reach, "", ""))
            claims += [way._replace(truth=all_of([judgement.applies, way.truth])) for way in ways]
    truth = any_of([*(claim.truth for claim in claims), *(d for judged in case.trust for d in judged.policy.doubts)])
    chosen = next((claim for claim in claims if claim.truth is True), None)
    if chosen is not None:
        return chosen
    failing = limits.otherwise if limits.truth is False and side.truth is False else side.otherwise
    return _Claim(truth, "", failing)


def _way(reach: Reach, side: _Claim, limits: _Claim, *, is_role: bool, is_by_arn: bool) -> _Claim:
    if reach == "session" or (reach == "direct" and not is_role):
        return _Claim(truth=True, because="it names the caller, which suffices within an account", otherwise="")
    if reach == "direct":
        because = "it names the caller's role, which suffices within an account"
        return _Claim(limits.truth, because, limits.otherwise)
    if reach == "anyone" and side.truth is not True:
        return _anyone(limits, is_role=is_role, is_by_arn=is_by_arn)
    return side


def _anyone(limits: _Claim, *, is_role: bool, is_by_arn: bool) -> _Claim:
    """Claim that `*` suffices within an account, as the guide's page on Principal says ("All principals").

    A role that aws:PrincipalArn names is held by its boundary (its page on evaluation); of others no page says it.
    """
    because = "it names everybody, which suffices within an account"
    if limits.truth is True or (is_role and is_by_arn):
        return _Claim(limits.truth, because, limits.otherwise)
    return _Claim("whether a permissions boundary or session policy limits what '*' grants is not documented", "", "")


def _account(arn: str) -> str:
    parts = arn.split(":")
    return parts[4] if len(parts) > 4 and parts[4].isdigit() else ""  # noqa: PLR2004 - an ARN's fifth part


def _impossible(request: Request) -> str:
    """Say why STS refuses a call whatever the policies are (IAM user guide, "Compare AWS STS credentials"), or ""."""
    identity, action = identify(request.principal), request.action.lower()
    if identity.kind == "anonymous":
        return "nobody assumes a role without credentials or a token"
    if identity.kind == "root" and action == "sts:assumerole":
        return "the root user of an account can't assume a role"
    if identity.kind == "federated-user" and action in _STS_OF_ROLES:
        return "a federated user's session can't call STS for a role"
    if identity.kind == "federated" and action == "sts:assumerole":
        return "a federated caller assumes a role with sts:AssumeRoleWithSAML or sts:AssumeRoleWithWebIdentity"
    wanted = "sts:assumerolewithsaml" if identity.is_saml else "sts:assumerolewithwebidentity"
    if identity.kind == "federated" and action in _UNSIGNED and action != wanted:
        return (
            "the provider is of the other sort: SAML has sts:AssumeRoleWithSAML, OpenID sts:AssumeRoleWithWebIdentity"
        )
    return ""
