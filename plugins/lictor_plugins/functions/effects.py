"""What a statement changes, told to queries: can it ever apply, would it be missed, does a weak condition matter.

A weak condition is one that a request without the key passes. It matters where a request is let through that would
be stopped if the key had to be there: not where another condition, another statement, or the kind of caller sees to it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lictor_plugins.functions.globs import glob_match
from lictor_plugins.functions.reasoning import NO, JsonObject, read, remembered, statement_at, told

if TYPE_CHECKING:
    from lictor_plugins.reasoning.model import Answer, Condition, Policy, Statement

_WHOLE = frozenset({"trust", "resource"})
"""The kinds of policies that say alone who gets in; beside others there are more policies that allow."""


def is_satisfiable(policy: Mapping[str, Any], statement_index: float, kind: str = "") -> JsonObject:
    """Return whether a statement can ever apply, with a request to which it does: "no" is a proof that it is dead.

    Without a condition that must be met there is nothing to prove, and `answer` is "yes" without a request.
    """
    index = int(statement_index)
    if not _must_be_met(statement_at(policy, index)):
        return {**NO, "answer": "yes"}

    def question() -> JsonObject:
        from lictor_plugins.functions import resource_stand_ins as resources
        from lictor_plugins.reasoning import questions

        return told(questions.is_satisfiable(resources.with_stand_in_resources(read(policy, kind)), index))

    return remembered(policy, ("satisfiable", index, kind), question)


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
        whole = read(policy, kind)
        kept = whole._replace(statements=tuple(each for each in whole.statements if each.index not in later))
        return told(questions.is_redundant(kept, index))

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
            if not _covers_actions([other], statement):
                continue
            pair = tuple(each for each in whole.statements if each.index in (index, other["index"]))
            found = questions.is_redundant(whole._replace(statements=pair), index)
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

    return remembered(policy, ("absence", index, key, kind), lambda: told(asked(_ready(policy, kind))))


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

    return remembered(policy, ("other value", index, key, kind), lambda: told(asked(_ready(policy, kind))))


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

    return remembered(policy, ("undenied", index, key, kind), lambda: told(asked(_ready(policy, kind))))


def _ready(policy: Mapping[str, Any], kind: str) -> "Policy":
    """Read a policy with what a template fills in replaced, where it changes nothing."""
    from lictor_plugins.functions import insiders
    from lictor_plugins.functions import resource_stand_ins as resources

    return insiders.with_known_principals(resources.with_stand_in_resources(read(policy, kind)))


def _changed(
    policy: "Policy", index: int, change: "Callable[[tuple[Condition, ...]], tuple[Condition, ...]]"
) -> "Policy":
    def changed(statement: "Statement") -> "Statement":
        return statement._replace(conditions=change(statement.conditions)) if statement.index == index else statement

    return policy._replace(statements=tuple(map(changed, policy.statements)))


def _must_be_met(statement: Mapping[str, Any]) -> bool:
    """Tell whether a condition of a statement can fail for whoever leaves out all keys that can be left out."""
    return any(
        each["key"].startswith("aws:principal")
        or not each["if_exists"]
        and (not each["negated"] or each["set_operator"] == "ForAnyValue")
        and each["set_operator"] != "ForAllValues"
        for each in statement["conditions"]
    )


def _may_be_covered(policy: Mapping[str, Any], statement: Mapping[str, Any]) -> bool:
    """Tell whether other statements are about all actions of a statement: without that each of them is needed."""
    others = [
        each
        for each in policy["statements"]
        if each["index"] != statement["index"]
        and (each["effect"] == statement["effect"] or (each["effect"] == "Deny" and statement["effect"] == "Allow"))
    ]
    return bool(others) and _covers_actions(others, statement)


def _covers_actions(others: Iterable[Mapping[str, Any]], statement: Mapping[str, Any]) -> bool:
    patterns = []
    for other in others:
        if other["has_not_action"]:
            return True
        patterns += [pattern.lower() for pattern in other["actions"]]
    if statement["has_not_action"]:
        return "*" in patterns
    plain = frozenset(patterns)
    wide = [pattern for pattern in plain if "*" in pattern or "?" in pattern]
    return all(
        action in plain or any(glob_match(pattern, action) for pattern in wide)
        for action in map(str.lower, statement["actions"])
    )
