"""What a statement changes, told to queries: can it ever apply, would it be missed, does a weak condition matter.

A weak condition is one that a request without the key passes. It matters where a request is let through that would
be stopped if the key had to be there: not where another condition, another statement, or the kind of caller sees to it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lictor_plugins.functions.globs import glob_match
from lictor_plugins.functions.reasoning import NO, JsonObject, read, remembered, statement_at, told

if TYPE_CHECKING:
    from lictor_plugins.reasoning.model import Answer, Condition, Policy, Principal, Statement

_WHOLE = frozenset({"trust", "resource"})
"""The kinds of policies that say alone who gets in; beside others there are more policies that allow."""


def is_satisfiable(policy: Mapping[str, Any], statement_index: float, kind: str = "") -> JsonObject:
    """Return whether a statement can ever apply, with a request to which it does: "no" is a proof that it is dead.

    Where nothing can contradict anything there is nothing to prove, and `answer` is "yes" without a request.
    `conflicts` are the keys of the conditions that can't hold together.
    """
    index = int(statement_index)
    statement = statement_at(policy, index)
    if not _may_be_dead(statement):
        return {**NO, "answer": "yes", "conflicts": []}

    def question() -> JsonObject:
        from lictor_plugins.reasoning import questions

        whole = _alone(_ready(policy, kind), index)
        found = questions.is_satisfiable(whole, index)
        if found.verdict != "no":
            return {**told(found), "conflicts": []}
        if _may_be_sent_by_service(statement):
            return {**NO, "answer": "unknown", "because": "some services send an external ID", "conflicts": []}
        return {**told(found), "conflicts": _conflicts(whole, index)}

    return remembered(policy, ("satisfiable", index, kind), question)


def _may_be_sent_by_service(statement: Mapping[str, Any]) -> bool:
    """Some services are known to send an external ID (`reasoning.keys`), which are no dead ones; others may."""
    keys = {condition["key"] for condition in statement["conditions"]}
    return "sts:externalid" in keys and any(each["kind"] == "service" for each in statement["principals"])


def _conflicts(policy: "Policy", index: int) -> list[str]:
    """Return the keys without one of which a dead statement would live, else all that it has."""
    from lictor_plugins.reasoning import questions

    conditions = next(each.conditions for each in policy.statements if each.index == index)

    def lives_without(number: int) -> bool:
        rest = _changed(policy, index, lambda known: (*known[:number], *known[number + 1 :]))
        return questions.is_satisfiable(rest, index).verdict == "yes"

    found = [one.key for number, one in enumerate(conditions) if lives_without(number)]
    return list(dict.fromkeys(found or [each.key for each in conditions]))


def is_redundant(policy: Mapping[str, Any], statement_index: float, kind: str = "") -> JsonObject:
    """Return whether nothing would change without a statement; where it would, a request shows it.

    Of statements that say the same the first is kept: the others are needless.
    """
    index = int(statement_index)
    if not _may_be_covered(policy, statement_at(policy, index)):
        return dict(NO)

    def question() -> JsonObject:
        from lictor_plugins.reasoning import questions

        later = [
            each["index"]
            for each in policy["statements"]
            if each["index"] > index and is_redundant(policy, each["index"], kind)["answer"] == "yes"
        ]
        whole = _about(read(policy, kind), index)
        kept = whole._replace(statements=tuple(each for each in whole.statements if each.index not in later))
        return told(questions.is_redundant(_granting_directly(kept, index), index))

    return remembered(policy, ("redundant", index, kind), question)


def is_subsumed(policy: Mapping[str, Any], statement_index: float, kind: str = "") -> JsonObject:
    """Return whether one other statement of the same effect covers a statement; `by` is its number, or null."""
    index = int(statement_index)
    statement = statement_at(policy, index)

    def question() -> JsonObject:
        from lictor_plugins.reasoning import questions

        whole = read(policy, kind)
        answer, because = "no", None
        for other in policy["statements"]:
            if other["index"] == index or other["effect"] != statement["effect"]:
                continue
            if not _covers([other], statement):
                continue
            pair = tuple(each for each in whole.statements if each.index in (index, other["index"]))
            found = questions.is_redundant(_granting_directly(whole._replace(statements=pair), index), index)
            if found.verdict == "yes":
                return {"answer": "yes", "by": other["index"], "because": None}
            if found.verdict == "unknown":
                answer, because = "unknown", found.because
        return {"answer": answer, "by": None, "because": because}

    return remembered(policy, ("subsumed", index, kind), question)


def absence_witness(policy: Mapping[str, Any], statement_index: float, key: str, kind: str = "") -> JsonObject:
    """Return whether an Allow lets a request through that it would not if a key had to be there."""
    index = int(statement_index)

    def asked(whole: "Policy") -> "Answer":
        from lictor_plugins.reasoning.model import Condition
        from lictor_plugins.reasoning.questions import new_access

        present = Condition("Null", key, ("false",))
        strict = _changed(whole, index, lambda conditions: (*conditions, present))
        return new_access(strict, whole)

    return remembered(policy, ("absence", index, key, kind), lambda: told(asked(_about(_ready(policy, kind), index))))


def other_value_witness(policy: Mapping[str, Any], statement_index: float, key: str, kind: str = "") -> JsonObject:
    """Return whether an Allow lets a request through whose value of a key is none that the policy names."""
    index = int(statement_index)

    def asked(whole: "Policy") -> "Answer":
        from lictor_plugins.reasoning.model import Condition
        from lictor_plugins.reasoning.questions import allows

        named = {
            value
            for statement in whole.statements
            for each in statement.conditions
            if each.key == key and each.operator != "Null"
            for value in each.values
            if value.strip("*?")
        }
        another = [Condition("Null", key, ("false",))]
        if named:
            another.append(Condition("StringNotLike", key, tuple(sorted(named)), "ForAnyValue"))
        kept = (each for each in whole.statements if each.effect == "Deny" or each.index == index)
        alone = whole._replace(statements=tuple(kept))
        return allows(_changed(alone, index, lambda conditions: (*conditions, *another)))

    return remembered(
        policy, ("other value", index, key, kind), lambda: told(asked(_about(_ready(policy, kind), index)))
    )


def undenied_witness(policy: Mapping[str, Any], statement_index: float, key: str, kind: str = "") -> JsonObject:
    """Return whether a Deny misses a request only because it lacks a key, and no other Deny stops that request.

    In a policy that says alone who gets in, an Allow must let the request through.
    """
    index = int(statement_index)

    def asked(whole: "Policy") -> "Answer":
        from lictor_plugins.reasoning.model import Condition
        from lictor_plugins.reasoning.questions import allows, new_access

        absent = Condition("Null", key, ("true",))

        def without(conditions: "tuple[Condition, ...]") -> "tuple[Condition, ...]":
            return (*(each for each in conditions if each.key != key), absent)

        if whole.kind in _WHOLE:
            # A second Deny for requests without the key stands for the first with IfExists.
            denying = next(each for each in whole.statements if each.index == index)
            second = denying._replace(
                index=max(each.index for each in whole.statements) + 1, conditions=without(denying.conditions)
            )
            return new_access(whole._replace(statements=(*whole.statements, second)), whole)
        turned = [
            each._replace(effect="Allow", conditions=without(each.conditions)) if each.index == index else each
            for each in whole.statements
            if each.effect == "Deny"
        ]
        return allows(whole._replace(statements=tuple(turned)))

    return remembered(policy, ("undenied", index, key, kind), lambda: told(asked(_about(_ready(policy, kind), index))))


def _ready(policy: Mapping[str, Any], kind: str) -> "Policy":
    """Read a policy with what a template fills in replaced, where it changes nothing."""
    from lictor_plugins.functions import insiders
    from lictor_plugins.functions import resource_stand_ins as resources

    return insiders.with_known_principals(resources.with_stand_in_resources(read(policy, kind)))


def _alone(policy: "Policy", index: int) -> "Policy":
    return policy._replace(statements=tuple(each for each in policy.statements if each.index == index))


def _changed(
    policy: "Policy", index: int, change: "Callable[[tuple[Condition, ...]], tuple[Condition, ...]]"
) -> "Policy":
    def changed(statement: "Statement") -> "Statement":
        return statement._replace(conditions=change(statement.conditions)) if statement.index == index else statement

    return policy._replace(statements=tuple(map(changed, policy.statements)))


def _may_be_dead(statement: Mapping[str, Any]) -> bool:
    """Tell whether conditions of a statement could exclude each other, or what the statement is about.

    A key that nothing else says anything about can have the value that one condition asks for. Values that no request
    can have, such as a private address, are findings of their own.
    """
    has_principals = statement["has_principal"] or statement["has_not_principal"]
    seen: set[str] = set()
    for condition in statement["conditions"]:
        subject = _subject(condition["key"])
        # Who is asked for a second time is already there where the statement has a principal.
        if subject in seen or (has_principals and subject == _CALLER) or not _is_plain(condition):
            return True
        seen.add(subject)
    return False


_CALLER = "who calls"
_ABOUT_CALLER = (
    "aws:principal",
    "aws:source",
    "aws:user",
    "aws:federated",
    "aws:multifactor",
    "aws:token",
    "sts:",
    "saml:",
)


def _subject(key: str) -> str:
    """Return what a key is about: keys about the caller, or the moment, follow from each other."""
    if key.startswith(("aws:principaltag/", "aws:sourceip", "aws:sourcevpc")):
        return key
    if key.startswith(_ABOUT_CALLER) or "." in key.partition(":")[0]:
        return _CALLER
    return "when" if key in ("aws:currenttime", "aws:epochtime") else key


def _is_plain(condition: Mapping[str, Any]) -> bool:
    """Tell whether some value meets a condition: it compares with texts, and not with another key."""
    return not (
        condition["key"].startswith("aws:via")
        or (condition["negated"] and condition["set_operator"] == "ForAnyValue")
        or any("${" in value for value in condition["values"])
    )


def _about(policy: "Policy", index: int) -> "Policy":
    """Leave of a policy the statements about any action of one statement: to what it says nothing else matters."""
    chosen = next(each for each in policy.statements if each.index == index)
    if chosen.actions is None:
        return policy
    texts = [text.lower() for text in chosen.actions]
    kept = (
        each
        for each in policy.statements
        if each.index == index
        or each.actions is None
        or any(_may_meet(text, other.lower()) for text in texts for other in each.actions)
    )
    return policy._replace(statements=tuple(kept))


def _granting_directly(policy: "Policy", index: int) -> "Policy":
    """Leave out the accounts that other Allows name, where one statement names users or roles.

    Whoever is named needs no policy of his own to be let in, as those of an account do (IAM user guide, "Policy
    evaluation logic": resource-based policies within an account), so that neither says what the other does.
    """
    chosen = next(each for each in policy.statements if each.index == index)
    if chosen.effect == "Deny" or all(map(_is_account, chosen.principals or ())):
        return policy
    others = (
        each
        if each.index == index or each.effect == "Deny" or each.principals is None
        else each._replace(principals=tuple(one for one in each.principals if not _is_account(one)))
        for each in policy.statements
    )
    return policy._replace(statements=tuple(others))


def _is_account(principal: "Principal") -> bool:
    return principal.type == "AWS" and (principal.value.isdecimal() or principal.value.endswith(":root"))


def _may_meet(one: str, other: str) -> bool:
    """Tell whether two patterns may match one text.

    >>> _may_meet("s3:get*", "s3:getobject"), _may_meet("s3:get*", "s3:put*"), _may_meet("s3:*acl", "s3:get*")
    (True, False, True)
    """
    if one == other:
        return True
    heads = [re.split(r"[*?]", text, maxsplit=1)[0] for text in (one, other)]
    if heads[0] == one and heads[1] == other:
        return False
    return heads[0].startswith(heads[1]) if len(heads[0]) > len(heads[1]) else heads[1].startswith(heads[0])


def _may_be_covered(policy: Mapping[str, Any], statement: Mapping[str, Any]) -> bool:
    """Tell whether other statements are about all that a statement is about: without that each of them is needed."""
    others = [
        each
        for each in policy["statements"]
        if each["index"] != statement["index"]
        and (each["effect"] == statement["effect"] or (each["effect"] == "Deny" and statement["effect"] == "Allow"))
    ]
    return bool(others) and _covers(others, statement)


def _covers(others: Iterable[Mapping[str, Any]], statement: Mapping[str, Any]) -> bool:
    """Tell whether each action on each resource of a statement is within one of the others; conditions are left out."""
    known = list(others)
    if statement["has_not_action"]:
        return any(other["has_not_action"] or "*" in other["actions"] for other in known)
    return all(
        _all_within(statement["resources"], [other for other in known if _covers_action(other, action.lower())])
        for action in statement["actions"]
    )


def _covers_action(other: Mapping[str, Any], action: str) -> bool:
    if other["has_not_action"]:
        return True
    return any(
        pattern == action or (("*" in pattern or "?" in pattern) and glob_match(pattern, action))
        for pattern in map(str.lower, other["actions"])
    )


def _all_within(resources: Iterable[str], others: Sequence[Mapping[str, Any]]) -> bool:
    if any(other["has_not_resource"] or not other["has_resource"] for other in others):
        return True
    wide = {pattern for other in others for pattern in other["resources"]}
    return bool(wide) and all(
        text in wide or any("*" in pattern and glob_match(pattern, text) for pattern in wide) for text in resources
    )
