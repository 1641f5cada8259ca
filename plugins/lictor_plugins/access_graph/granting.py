"""Whether statements of several policies together let one caller make one call: always, on conditions, or unknown.

A way is one Allow from each side that has to allow. Statements without conditions are decided at once; for the others
one joint question is asked, so that conditions of different policies must hold for the same request.
"""

import functools
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from lictor import EMPTY, Path
from lictor_plugins.access.condition_words import conditions_text
from lictor_plugins.access_graph.inventory import AWS_POLICY
from lictor_plugins.access_graph.model import Certainty
from lictor_plugins.access_graph.sides import Part, Side
from lictor_plugins.reasoning.evaluation import judge
from lictor_plugins.reasoning.keys import derived_keys, presence
from lictor_plugins.reasoning.model import Condition, ContextValue, Policy, Principal, Request, Statement, Verdict
from lictor_plugins.reasoning.operators import TAKES_VARIABLES, Truth, holds
from lictor_plugins.reasoning.physics import Exclusion
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.proofs import Goal, Scope, answer
from lictor_plugins.reasoning.rules import Rule
from lictor_plugins.reasoning.truths import action_truth, principal_truth, resource_truth
from lictor_plugins.reasoning.worlds import MADE_UP_ACCOUNT

_MOST_WAYS = 12
_BRANCH = "which branch of Fn::If is taken is not known before deployment"
_TOO_MANY = "the statements can be combined in too many ways"

# IAM user guide, "Secure API access with MFA", read 2026-11: credentials of AssumeRole carry no information on MFA.
_MFA = frozenset({"aws:multifactorauthpresent", "aws:multifactorauthage"})
_NO_MFA = tuple(Exclusion(key, lambda _caller, _value: True) for key in sorted(_MFA))
_ROLE_WITH_MFA = "whether the session of a role says that multi-factor authentication was used"


class Call(NamedTuple):
    """Who calls what on which resource, and keys that are given; a resource of "" is any that helps."""

    caller: Principal
    action: str
    resource: str = ""
    account: str = ""
    context: Mapping[str, ContextValue] = EMPTY

    def known(self) -> Mapping[str, ContextValue]:
        """Return the keys whose values are known."""
        return {**derived_keys(self.caller, self.action), **self.context}


class Grant(NamedTuple):
    """How certain it is that a call is allowed, when, and by which statements (paths in the account's value)."""

    certainty: Certainty
    condition: str = ""
    because: str = ""
    statements: tuple[Path, ...] = ()


class _Bearing(NamedTuple):
    """A statement that may apply to a call: what can't be judged of it, and the conditions that are left open.

    `has_variable`: whether a policy variable in its resources decides.
    """

    part: Part
    doubt: str
    conditions: tuple[Condition, ...]
    has_variable: bool = False


def granted(call: Call, sides: Sequence[Side]) -> Grant | None:
    """Decide a call that needs an Allow of each side and no Deny of any; None when it is never allowed."""
    denies: list[_Bearing] = []
    for part in (part for side in sides for part in side.denies):
        found = _bearing(part, call)
        if found is None or (not call.resource and not _denies_all(part)):
            continue
        if not found.conditions and not found.doubt and not found.has_variable:
            return None
        denies.append(found)
    groups = []
    doubts: list[str] = []
    for side in sides:
        if not side.is_limit:
            continue
        group = [each for each in (_bearing(part, call) for part in side.allows) if each is not None]
        if not group and not side.doubts:
            return None
        groups.append(group)
        doubts += side.doubts
    found_grant = _best(call, groups, denies)
    if found_grant is None and doubts:
        return Grant("unknown", because=doubts[0], statements=_paths(group[0] for group in groups if group))
    if found_grant is not None and found_grant.certainty != "unknown":
        hidden = next((doubt for side in sides for doubt in side.doubts if _may_deny(doubt)), "")
        return found_grant._replace(certainty="unknown", because=hidden) if hidden else found_grant
    return found_grant


def side_about(side: Side, action: str) -> Side:
    """Leave out of a side what is not about an action, for whoever asks about it more than once."""
    return side._replace(
        allows=tuple(part for part in side.allows if bears(part, action)),
        denies=tuple(part for part in side.denies if bears(part, action)),
    )


def bears(part: Part, action: str) -> bool:
    """Tell whether a statement may be about an action."""
    return action_truth(part.rule.statement, action) is not False


def _may_deny(doubt: str) -> bool:
    """Tell whether what is not known may hold a Deny; of AWS's own policies, those that are named so do."""
    return not doubt.startswith(AWS_POLICY) or doubt.startswith(
        (f"{AWS_POLICY} 'AWSDeny", f"{AWS_POLICY} 'AWSCompromised")
    )


def _denies_all(part: Part) -> bool:
    return "*" in (part.rule.statement.resources or ())


def _best(call: Call, groups: Sequence[Sequence[_Bearing]], denies: Sequence[_Bearing]) -> Grant | None:
    best: Grant | None = None
    ordered = [sorted(group, key=lambda each: (bool(each.doubt), len(each.conditions))) for group in groups]
    if not all(ordered):
        return None
    ways = sorted(
        itertools.islice(itertools.product(*ordered), _MOST_WAYS + 1),
        key=lambda way: (any(each.doubt for each in way), sum(len(each.conditions) for each in way)),
    )
    for number, way in enumerate(ways):
        if number == _MOST_WAYS:
            return best or Grant("unknown", because=_TOO_MANY, statements=_paths(way))
        found = _way(call, way, denies)
        if found is not None and (best is None or _is_stronger(found, best)):
            best = found
        if best is not None and best.certainty != "unknown":
            return best
    return best


def _is_stronger(one: Grant, other: Grant) -> bool:
    return one.certainty != "unknown" and other.certainty == "unknown"


def _way(call: Call, way: Sequence[_Bearing], denies: Sequence[_Bearing]) -> Grant | None:
    """Decide whether one Allow of each side together let a call pass all that may deny it."""
    statements = _paths(way)
    doubt = next((each.doubt for each in (*way, *denies) if each.doubt), "")
    conditions = tuple(dict.fromkeys(each for bearing in way for each in bearing.conditions))
    if not conditions and not denies and not any(each.has_variable for each in way):
        return Grant("unknown" if doubt else "always", because=doubt, statements=statements)
    question = _question(call, way, denies)
    verdict, because = _answered(question)
    if verdict == "no":
        return None
    if verdict == "yes" and _is_role(call.caller) and _asks_for_mfa(question):
        doubt = doubt or (_ROLE_WITH_MFA if _answered(question._replace(has_mfa=False))[0] != "yes" else "")
    if verdict == "unknown" or doubt:
        return Grant("unknown", _words(conditions, denies), doubt or because, statements)
    return Grant("conditional", _words(conditions, denies), "", statements)


class _Question(NamedTuple):
    """Whether some request fits some rules and none of others; all that is given of it."""

    must: tuple[Rule, ...]
    must_not: tuple[Rule, ...]
    caller: Principal
    action: str
    resource: str
    account: str
    fixed: tuple[tuple[str, ContextValue], ...]
    has_mfa: bool = True


def _question(call: Call, way: Sequence[_Bearing], denies: Sequence[_Bearing]) -> _Question:
    must, must_not = (tuple(each.part.rule for each in bearings) for bearings in (way, denies))
    question = _Question(
        must, must_not, call.caller, call.action, call.resource, call.account, tuple(sorted(call.context.items()))
    )
    bearings = (*way, *denies)
    if any(each.doubt or each.has_variable for each in bearings) or any(
        condition.key in call.known() or condition.doubt or any("${" in value for value in condition.values)
        for each in bearings
        for condition in each.conditions
    ):
        return question
    # Caller and resource fit already, and no condition is about them: whoever else of the kind asks, it is the same.
    stand_in = Principal("AWS", f"arn:aws:iam::{MADE_UP_ACCOUNT}:{identify(call.caller).kind.partition('-')[0]}/any")
    return question._replace(
        must=tuple(_bare(each, call.action) for each in way),
        must_not=tuple(_bare(each, call.action) for each in denies),
        caller=stand_in,
        resource="*",
        account=MADE_UP_ACCOUNT,
    )


def _bare(bearing: _Bearing, action: str) -> Rule:
    statement = bearing.part.rule.statement
    bare = Statement(0, statement.effect, actions=(action,), resources=("*",), conditions=bearing.conditions)
    return Rule(bare, has_variables=False, kind="identity")


@functools.lru_cache(maxsize=10_000)
def _answered(question: _Question) -> tuple[Verdict, str]:
    goal = Goal(question.must, question.must_not)
    scope = Scope(
        frozenset({question.account} if question.account else ()),
        principal=question.caller,
        action=question.action,
        resource=question.resource or None,
        fixed=dict(question.fixed),
        exclusions=() if question.has_mfa else _NO_MFA,
    )
    found = answer([goal], scope, lambda request: _passes(request, question))
    return found.verdict, found.because


def _asks_for_mfa(question: _Question) -> bool:
    return any(each.key in _MFA for rule in (*question.must, *question.must_not) for each in rule.statement.conditions)


def _is_role(caller: Principal) -> bool:
    return identify(caller).kind in ("role", "role-session")


def _words(conditions: Iterable[Condition], denies: Iterable[_Bearing]) -> str:
    text = conditions_text(conditions)
    unless = " or ".join(dict.fromkeys(conditions_text(each.conditions) for each in denies if each.conditions))
    return text + (f"{' and ' if text else ''}not when {unless}" if unless else "")


def _passes(request: Request, question: _Question) -> bool:
    """Ask the evaluation whether a request is let through by these very statements."""

    def applies(rule: Rule) -> Truth:
        statement = rule.statement._replace(choice=None)
        policy = Policy(rule.kind, (statement,), question.account, has_variables=rule.has_variables)
        return judge(policy, request).judgements[0].applies

    return all(applies(rule) is True for rule in question.must) and all(
        applies(rule) is False for rule in question.must_not
    )


def _paths(bearings: Iterable[_Bearing]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(each.part.path for each in bearings if each.part.path))


def _bearing(part: Part, call: Call) -> _Bearing | None:
    """Tell what is left to know of a statement once caller, action and resource are known; None if it can't apply."""
    statement = part.rule.statement
    has_variable = False
    truths: list[Truth] = [action_truth(statement, call.action)]
    if truths[0] is not False:
        truths.append(principal_truth(statement, part.rule.kind, call.caller))
    if truths[-1] is not False and call.resource and part.rule.kind != "trust":
        context = call.known()
        truth = resource_truth(statement, call.resource, context, has_variables=part.rule.has_variables)
        has_variable = truth is not True and _may_vary(part)
        truths.append(truth or has_variable)
    if truths[-1] is False:
        return None
    conditions = []
    for condition in statement.conditions:
        fits = _settled(condition, call, has_variables=part.rule.has_variables)
        if fits is False:
            return None
        if fits is None:
            conditions.append(condition)
    doubts = [truth for truth in truths if isinstance(truth, str)]
    doubt = statement.doubt or (_BRANCH if statement.choice is not None else "") or next(iter(doubts), "")
    return _Bearing(part, doubt, tuple(conditions), has_variable)


def _may_vary(part: Part) -> bool:
    texts = (*(part.rule.statement.resources or ()), *(part.rule.statement.not_resources or ()))
    return part.rule.has_variables and any("${" in text for text in texts)


def _settled(condition: Condition, call: Call, *, has_variables: bool) -> bool | None:
    """Tell how a condition comes out whatever else is in the request; None if that depends."""
    takes_variables = has_variables and condition.operator.replace("Not", "", 1).startswith(TAKES_VARIABLES)
    if condition.doubt or (takes_variables and any("${" in value for value in condition.values)):
        return None
    known = call.known()
    if condition.key not in known and presence(condition.key, call.caller, call.action) != "never":
        return None
    truth = holds(condition, known, has_variables=has_variables)
    return None if isinstance(truth, str) else truth
