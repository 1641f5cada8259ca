"""The whole grant: what the policies of the caller, of the role and of the organization decide together.

IAM user guide, "Policy evaluation for requests within a single account" and "Cross-account policy evaluation logic",
read 2026-11 (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
"""

from collections.abc import Sequence

from lictor import NamedTuple
from lictor_plugins.reasoning.evaluation import Judged, judge, reasons_of, says
from lictor_plugins.reasoning.granting import Case, Claim, account_of, of_resource, of_role, own_side, through_endpoints
from lictor_plugins.reasoning.model import Decision, Policy, Reason, Request
from lictor_plugins.reasoning.operators import Truth, all_of, any_of
from lictor_plugins.reasoning.principals import SERVICE_LINKED, identify


class Policies(NamedTuple):
    """The policies that bear on a request. In a Reason they are counted from 0, in the order of these fields.

    `trust` is the role's; `identity`, `boundaries` and `sessions` the caller's; `scps` those of the caller's account,
    `rcps` those of the role's or resource's, which only deny: the Allow that AWS attaches can't be taken away.
    `identity` empty means that the caller has none. `endpoints` are the policies of the VPC endpoints that the
    call passes. `resource` is the policy of a bucket, key, queue, ….
    """

    trust: Policy | None = None
    identity: tuple[Policy, ...] = ()
    boundaries: tuple[Policy, ...] = ()
    scps: tuple[Policy, ...] = ()
    rcps: tuple[Policy, ...] = ()
    sessions: tuple[Policy, ...] = ()
    endpoints: tuple[Policy, ...] = ()
    resource: Policy | None = None

    def in_order(self) -> tuple[Policy, ...]:
        """Return all of them, as Reasons count them."""
        trust = () if self.trust is None else (self.trust,)
        resource = () if self.resource is None else (self.resource,)
        return (
            *trust,
            *self.identity,
            *self.boundaries,
            *self.scps,
            *self.rcps,
            *self.sessions,
            *self.endpoints,
            *resource,
        )


_STS_OF_ROLES = frozenset({"sts:assumerole", "sts:tagsession", "sts:setsourceidentity", "sts:setcontext"})
_UNSIGNED = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
_SERVICE_LINKED_NAME = "AWSServiceRoleFor"


def decide_request(policies: Policies, request: Request) -> Decision:
    """Decide a request by all policies that bear on it.

    Calls for a role need its trust policy. Of others the caller's side decides, and the resource's policy if it is
    given: without one, a resource of the caller's account is taken to have none that allows or denies.
    """
    if policies.trust is not None:
        return may_assume(policies, request)
    case = _judged(policies, request)
    needs = [_organization(case, request), through_endpoints(case)]
    action = request.action.lower()
    kind = identify(request.principal).kind
    if action in _STS_OF_ROLES | _UNSIGNED:
        truth = "the role's trust policy is not given, and it decides"
        needs.append(Claim(truth, "", ""))
    elif policies.resource is not None:
        needs.append(of_resource(case, request, policies.resource.account or account_of(request)))
    elif kind in ("service", "federated", "anonymous"):
        needs.append(
            Claim("what a service, a federated or an anonymous caller may do is said by the resource's policy", "", "")
        )
    else:
        needs.append(own_side(case, request))
        if account_of(request) not in ("", identify(request.principal).account):
            needs.append(
                Claim("the resource is of another account, and its policy, which decides too, is not given", "", "")
            )
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
        return _conclude(case, [Claim(truth=False, because="", otherwise=impossible)])
    trusted = Claim(says(case.trust, "Allow"), "the trust policy allows it", "the trust policy does not allow it")
    needs = [trusted, _organization(case, request), through_endpoints(case)]
    if request.principal.type == "AWS":
        account = trust.account or account_of(request)
        needs.append(of_role(case, request, account))
    return _conclude(case, needs)


def _judged(policies: Policies, request: Request) -> Case:
    groups = (
        (policies.trust,) if policies.trust else (),
        policies.identity,
        policies.boundaries,
        policies.scps,
        policies.rcps,
        policies.sessions,
        policies.endpoints,
        (policies.resource,) if policies.resource else (),
    )
    judged = [tuple(judge(policy, request) for policy in group) for group in groups]
    is_linked = _is_service_linked(request)
    if is_linked is not False:
        judged[4] = tuple(_without_effect(each, is_linked) for each in judged[4])
    if is_linked is not False or not _is_of_account(request):
        judged[3] = tuple(_without_effect(each, is_linked or True) for each in judged[3])
    return Case(*judged)


def _without_effect(judged: Judged, truth: Truth) -> Judged:
    """Return the judgement of a policy that does not bear on this caller; `truth` is why it only perhaps doesn't."""
    if truth is True:
        out = tuple(each._replace(applies=False, failed="caller") for each in judged.judgements)
        return Judged(judged.policy._replace(doubts=()), out)
    doubted = tuple(
        each._replace(applies=truth, failed=f"unknown: {truth}")
        if each.applies is True and statement.effect == "Deny"
        else each
        for statement, each in zip(judged.policy.statements, judged.judgements, strict=True)
    )
    return Judged(judged.policy, doubted)


def _is_service_linked(request: Request) -> Truth:
    """Tell whether a role is service-linked, on which control policies don't bear.

    A session's ARN leaves out its role's path, which aws:PrincipalArn has.
    """
    identity, told = identify(request.principal), request.context.get("aws:principalarn", "")
    if any(isinstance(arn, str) and SERVICE_LINKED in arn for arn in (identity.entity_arn, told)):
        return True
    if identity.kind == "role-session" and not told and identity.name.startswith(_SERVICE_LINKED_NAME):
        return "whether the caller is a service-linked role is not said: aws:PrincipalArn of the request has its path"
    return False


def _is_of_account(request: Request) -> bool:
    """Tell whether a caller is of an account, as service control policies bear on no other."""
    return identify(request.principal).kind not in ("service", "federated", "anonymous")


def _conclude(case: Case, needs: Sequence[Claim]) -> Decision:
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
    "endpoint": "the policy of the VPC endpoint",
}


def _denier(groups: Sequence[Judged], reasons: Sequence[Reason]) -> str:
    first = next(reason for reason in reasons if reason.effect == "Deny" and not reason.failed)
    policy = groups[first.policy].policy
    return f"{first.name} of {_KIND_NAMES[policy.kind]}{f' {policy.name!r}' if policy.name else ''}"


def _organization(case: Case, request: Request) -> Claim:
    """Claim that the service control policies allow a request.

    One policy of each level must allow it. Which level a policy is on is not known here, so a policy that only denies
    is taken to stand beside one that allows, as AWS attaches one to each level.
    """
    is_linked = _is_service_linked(request)
    if not case.scps or is_linked is True or not _is_of_account(request):
        return Claim(truth=True, because="", otherwise="")
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
    if truth is not True and is_linked is not False:
        truth = is_linked
    return Claim(truth, "", otherwise)


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
