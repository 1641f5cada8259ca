"""Policy variables in a proof: values to try for them, and symbols that stand for texts of which nothing is known."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lictor import lazy_pattern
from lictor_plugins.reasoning import keys
from lictor_plugins.reasoning.model import Condition, ContextValue, Principal
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.rules import Rule, variables_of
from lictor_plugins.reasoning.variables import variable_keys

_HIDDEN = lazy_pattern(r"'\$\{!([^{}]+)\}' is not known before deployment")
_USER_NAME = lazy_pattern(r"[\w+=,.@-]{1,64}", re.ASCII)
_VARIABLE = lazy_pattern(r"\$\{[^{}]*\}")
_SUBSTITUTIONS = 12
_MIRRORS = 3


def substitutions(
    variables: frozenset[str], callers: Sequence[Principal], rules: Sequence[Rule], fixed: Mapping[str, ContextValue]
) -> Iterator[Mapping[str, ContextValue]]:
    """Yield values for policy variables to be tried: those of callers, made-up ones, those that policies name, none."""
    if not variables:
        yield {}
        return
    seen: list[Mapping[str, ContextValue]] = []
    bound: list[dict[str, ContextValue]] = []
    stated = {each.value for rule in rules for each in rule.statement.principals or ()}
    for caller in sorted(callers, key=lambda caller: caller.value not in stated):
        derived = keys.derived_keys(caller, "sts:AssumeRole")
        chosen = {key: value for key, value in derived.items() if key in variables}
        if chosen not in bound:
            bound.append(chosen)
    free = sorted(variables)
    named = {key: _named(key, rules) for key in free}
    made_up: dict[str, ContextValue] = {key: f"any-{key.rpartition(':')[2].rpartition('/')[2]}" for key in free}
    options: list[dict[str, ContextValue]] = [made_up, {}]
    options += [{**made_up, **mirrored} for mirrored in _mirrored(callers, rules)]
    options += [{**made_up, key: value} for key in free for value in dict.fromkeys(named[key])]
    for option, chosen in itertools.product(options, bound[:3]):
        context: dict[str, ContextValue] = {
            **option,
            **chosen,
            **{k: v for k, v in fixed.items() if k in variables},
        }
        if context not in seen:
            seen.append(context)
            yield context
        if len(seen) >= _SUBSTITUTIONS:
            return


def _named(key: str, rules: Iterable[Rule]) -> list[str]:
    """Return values that meet conditions on a key, and on those that are compared with it."""
    conditions = [condition for rule in rules for condition in rule.statement.conditions]
    compared = {each.key for each in conditions if any(key in variable_keys(value) for value in each.values)}
    return [
        value if "Equals" in condition.operator else value.replace("*", "x").replace("?", "x")
        for condition in conditions
        if (condition.key == key or condition.key in compared) and condition.operator != "Null"
        for value in condition.values[:2]
        if "${" not in value
    ]


def _mirrored(callers: Sequence[Principal], rules: Iterable[Rule]) -> Iterator[dict[str, ContextValue]]:
    """Yield values of variables that say the same of a caller as the keys that are compared with them."""
    pairs = [
        (condition.key, variable_keys(value)[0])
        for rule in rules
        for condition in rule.statement.conditions
        for value in condition.values
        if value.startswith("${") and value.find("}") == len(value) - 1 and variable_keys(value)
    ]
    if pairs:
        for caller in callers[:_MIRRORS]:
            derived = keys.derived_keys(caller, "sts:AssumeRole")
            found = {variable: derived[key] for key, variable in pairs if key in derived and variable not in derived}
            if found:
                yield found


def filled(rule: Rule, context: Mapping[str, ContextValue]) -> Rule:
    """Write the values of policy variables into the conditions of a statement, to see whom it then tells apart."""
    conditions = tuple(_filled_condition(condition, context) for condition in rule.statement.conditions)
    return rule._replace(statement=rule.statement._replace(conditions=conditions))


def _filled_condition(condition: Condition, context: Mapping[str, ContextValue]) -> Condition:
    if not any("${" in value for value in condition.values):
        return condition

    def written(match: re.Match[str]) -> str:
        known = [context.get(key) for key in variable_keys(match[0])]
        return known[0] if known and isinstance(known[0], str) else match[0]

    return condition._replace(values=tuple(_VARIABLE.sub(written, value) for value in condition.values))


def namesakes(callers: Sequence[Principal], context: Mapping[str, ContextValue]) -> Iterator[Principal]:
    """Yield users of the name that a variable is given, one of each account, as nobody else has that name."""
    name = context.get("aws:username")
    if not isinstance(name, str) or not _USER_NAME.fullmatch(name):
        return
    users = {identify(caller).account: caller for caller in callers if identify(caller).kind == "user"}
    for user in users.values():
        yield user._replace(value=f"{user.value.partition(':user/')[0]}:user/{name}", unique_id="")


def opaque(rule: Rule, given: frozenset[str]) -> Rule:
    """Make policy variables symbols that nothing is known of: the same one stands for the same text.

    Those of keys whose values are given stay as they are.
    """
    if variables_of([rule]) <= given:
        return rule
    statement = rule.statement
    return rule._replace(
        statement=statement._replace(
            resources=_all_opaque(statement.resources, given),
            not_resources=_all_opaque(statement.not_resources, given),
            conditions=tuple(opaque_condition(condition, given) for condition in statement.conditions),
        )
    )


def opaque_condition(condition: Condition, given: frozenset[str] = frozenset()) -> Condition:
    """Make the policy variables of a condition symbols that nothing is known of, but those whose values are given."""
    return condition._replace(values=_all_opaque(condition.values, given) or ())


def _all_opaque(texts: tuple[str, ...] | None, given: frozenset[str]) -> tuple[str, ...] | None:
    return None if texts is None else tuple(_hide(text, given) for text in texts)


def _hide(text: str, given: frozenset[str] = frozenset()) -> str:
    """Mark variables, so that they are no variables any more.

    >>> _hide("${AWS::Region}/${aws:username}/${*}")
    '${AWS::Region}/${!aws:username}/${*}'
    """
    pieces = text.split("${")
    for index in range(1, len(pieces)):
        name = pieces[index].partition("}")[0]
        keys_of_name = variable_keys(f"${{{name}}}")
        if keys_of_name and keys_of_name[0] not in given:
            pieces[index] = f"!{pieces[index]}"
    return "${".join(pieces)


def by_name(doubt: str) -> str:
    """Call a policy variable that was hidden by its own name."""
    hidden = _HIDDEN.fullmatch(doubt)
    return f"what '${{{hidden[1]}}}' stands for decides" if hidden else doubt
