"""Whether one statement applies only where another one does, told from how they are written.

Policy variables stand for the same unknown text on both sides here, so that `home/${aws:username}/notes/*` lies within
`home/${aws:username}/*` whoever calls. What holds for one sign that no wildcard is asked to take apart holds for any
text in its place.
"""

import re
from collections.abc import Callable
from functools import partial

from lictor_plugins.reasoning.globs import ARN_PARTS, ONE, Tokens, arn_tokens, matches_action, tokens
from lictor_plugins.reasoning.model import Condition
from lictor_plugins.reasoning.operators import is_negated
from lictor_plugins.reasoning.partition import TooManyClassesError, TooManyStepsError, relation
from lictor_plugins.reasoning.patterns import Pattern, from_tokens, reading_of_resources
from lictor_plugins.reasoning.rules import Rule, variables_of
from lictor_plugins.reasoning.variables import placeholder, variable_keys

_VARIABLE = re.compile(r"\$\{[^{}]*\}")
_FIRST_SIGN = 0xE000  # the private use area of Unicode, of which no ARN and no name holds a character
_WITHOUT_COLON = frozenset(
    {"aws:principalaccount", "aws:requestedregion", "aws:resourceaccount", "aws:sourceaccount", "aws:username"}
)

_Listed = tuple[tuple[str, ...] | None, tuple[str, ...] | None]


def implies(rule: Rule, other: Rule) -> bool:
    """Tell whether a statement with policy variables applies only where another one does, as far as can be seen.

    False is no claim. Both statements are of a version with variables.
    """
    first, second = rule.statement, other.statement
    if not variables_of([rule, other]) or rule.kind != other.kind or first.doubt or second.doubt:
        return False
    if first.choice != second.choice or first.not_principals != second.not_principals:
        return False
    if (first.principals is None) != (second.principals is None):
        return False
    return (
        set(first.principals or ()) <= set(second.principals or ())
        and _implies_lists((first.actions, first.not_actions), (second.actions, second.not_actions), _is_action_within)
        and _implies_lists(
            (first.resources, first.not_resources), (second.resources, second.not_resources), is_resource_within
        )
        and all(any(_implies(each, wanted) for each in first.conditions) for wanted in second.conditions)
    )


def _implies_lists(first: _Listed, second: _Listed, is_within: Callable[[str, str], bool]) -> bool:
    """Compare an element and its `Not` form; what is left out must be the same."""
    (listed, left_out), (wanted, wanted_left_out) = first, second
    if listed is None or wanted is None:
        return listed is wanted and set(left_out or ()) == set(wanted_left_out or ())
    return all(any(is_within(text, each) for each in wanted) for text in listed)


def _is_action_within(text: str, wanted: str) -> bool:
    if "${" in text or "${" in wanted:
        return False
    return (
        matches_action(wanted, text)
        if "*" not in text and "?" not in text
        else _covers(tokens(text.lower(), has_escapes=False), tokens(wanted.lower(), has_escapes=False))
    )


_SAME = {"ArnEquals": "ArnLike", "ArnNotEquals": "ArnNotLike"}


def _implies(condition: Condition, wanted: Condition) -> bool:
    first, second = (_SAME.get(each.operator, each.operator) for each in (condition, wanted))
    if (
        condition.doubt
        or wanted.doubt
        or condition._replace(operator="", values=()) != wanted._replace(operator="", values=())
    ):
        return False
    if (first, second) == ("StringEquals", "StringLike"):
        return all(
            any(_is_text_within(text, each, is_plain=True) for each in wanted.values) for text in condition.values
        )
    if first != second:
        return False
    less, more = condition.values, wanted.values
    if is_negated(first):
        less, more = more, less
    if set(less) <= set(more):
        # Of other operators not all values are texts; Null and Bool with fewer values hold more seldom, too.
        return True
    if first not in ("StringLike", "StringNotLike"):
        return False
    return all(any(_is_text_within(text, each) for each in more) for text in less)


def _is_text_within(text: str, wanted: str, *, is_plain: bool = False) -> bool:
    """Compare two patterns; `is_plain`: the first has no wildcards, as of an operator that takes none."""
    pair = _with_signs(text, wanted)
    if pair is None:
        return False
    return _covers(tuple(token[0] for token in pair[0]) if is_plain else pair[0], pair[1])


def is_resource_within(text: str, wanted: str) -> bool:
    """Tell whether all resources of one pattern are of another one, whatever their variables stand for.

    >>> is_resource_within("arn:aws:s3:::b/${aws:username}/x/*", "arn:aws:s3:::b/${aws:username}/*")
    True
    >>> is_resource_within("arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/?/*")
    False
    """
    if wanted in (text, "*"):
        return True
    pair = _with_signs(text, wanted)
    if pair is None:
        return False
    parts = [arn_tokens(each) for each in pair]
    if any(len(each) != ARN_PARTS for each in parts):
        return False
    # However far wildcards go beyond their part of an ARN: what lies within another pattern must do so in each reading.
    readings: list[Callable[[Tokens], Pattern]] = [
        from_tokens,
        partial(from_tokens, is_by_part=True),
        reading_of_resources,
    ]
    return all(_is_covered(read(pair[0]), read(pair[1])) for read in readings)


def _with_signs(text: str, wanted: str) -> tuple[Tokens, Tokens] | None:
    """Cut two patterns into tokens, with a sign for each variable; None where no sign can stand for one."""
    if placeholder(text) or placeholder(wanted):
        return None
    needed = {key for each in _VARIABLE.findall(text) if "," not in each for key in variable_keys(each)}
    signs: dict[tuple[str, str], str] = {}

    def sign(match: re.Match[str]) -> str:
        keys = variable_keys(match[0])
        if not keys:
            return match[0]
        # A variable without a default is there, or the first pattern matches nothing: then defaults don't count.
        default = "" if keys[0] in needed else match[0].partition(",")[2]
        return signs.setdefault((keys[0], default), chr(_FIRST_SIGN + len(signs)))

    pair = (tokens(_VARIABLE.sub(sign, text)), tokens(_VARIABLE.sub(sign, wanted)))
    if signs and ONE in pair[1]:
        # A question mark is one character, and a sign may stand for more or none.
        return None
    early = {each for part in arn_tokens(pair[0])[:-1] for each in part} & set(signs.values())
    may_split = any(signs[key, default] in early and key not in _WITHOUT_COLON for key, default in signs)
    return None if may_split else pair


def _covers(text: Tokens, wanted: Tokens) -> bool:
    return _is_covered(from_tokens(text), from_tokens(wanted))


def _is_covered(pattern: Pattern, wanted: Pattern) -> bool:
    try:
        return relation(pattern, wanted) == "covers"
    except (TooManyClassesError, TooManyStepsError):
        return False
