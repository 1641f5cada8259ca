"""Resources that stand for all others under the patterns of some statements."""

import functools
from collections.abc import Iterator, Mapping, Sequence

from lictor import NamedTuple
from lictor_plugins.reasoning.globs import ARN_PARTS, STAR, Tokens, arn_tokens, tokens
from lictor_plugins.reasoning.model import ContextValue, Statement
from lictor_plugins.reasoning.operators import Truth
from lictor_plugins.reasoning.partition import Budget, relation, representatives
from lictor_plugins.reasoning.patterns import Pattern, Token, exact, from_tokens
from lictor_plugins.reasoning.variables import fill

_PART = Token(charset="no-colon", is_star=True)
ANY_ARN = Pattern((*map(Token, "arn:"), *((_PART, Token(":")) * 4), Token(), Token(is_star=True)))
"""Every ARN. A resource is an ARN or, for calls that have none, `*`."""

_NICE = (
    "arn:aws:s3:::any-bucket/any-key",
    "arn:aws:s3:::any-bucket",
    "arn:aws:iam::111122223333:role/any-role",
    "arn:aws:ec2:us-east-1:111122223333:instance/i-1234567890abcdef0",
)


class Stray(NamedTuple):
    """All resources for which a pattern's stars go beyond their parts of the ARN."""

    pattern: Pattern
    text: str


CROSSES = "whether wildcards go beyond their part of an ARN is not documented"


def strays_of(
    statement: Statement, context: Mapping[str, ContextValue], *, has_variables: bool, is_any: bool
) -> Iterator[Stray]:
    """Yield the stray resources of a statement: those of its patterns with wildcards in the first five parts.

    `is_any`: of all of its patterns, as something else leaves out resources beyond its parts.
    """
    for text in statement.resources or ("*",):
        if is_any and _may_be_everything(text, context, has_variables):
            yield Stray(ANY_ARN, text)
        elif is_any or crosses(text):
            for pattern in _compiled(text, context, has_variables, is_by_part=True):
                yield Stray(pattern, text)


def crosses(text: str) -> bool:
    """Tell whether a pattern has a wildcard in one of the first five parts of an ARN, and more than that.

    >>> crosses("arn:aws:ec2:*:*:instance/*"), crosses("arn:aws:s3:::*"), crosses("*")
    (True, False, False)
    """
    return text.strip("*") != "" and any("*" in part or "?" in part for part in text.split(":", 5)[:5])


def stray_truth(
    statement: Statement, stray: Stray, context: Mapping[str, ContextValue], *, has_variables: bool
) -> Truth:
    """Tell whether a statement covers stray resources. What covers a pattern part by part covers all it may reach."""
    patterns = statement.not_resources if statement.resources is None else statement.resources
    if patterns is None:
        return True
    is_covered = False
    for text in patterns:
        compiled = _compiled(text, context, has_variables, is_by_part=True)
        is_covered = is_covered or text.strip("*") == "" or text == stray.text
        is_covered = is_covered or any(
            "${" not in text and relation(stray.pattern, pattern) == "covers" for pattern in compiled
        )
    if is_covered:
        return statement.resources is not None
    return CROSSES


def resources_of(
    rules: Sequence[tuple[Statement, bool]],
    wanted: int,
    context: Mapping[str, ContextValue],
    *,
    is_by_part: bool,
    budget: Budget | None = None,
) -> tuple[str, ...]:
    """Return resources, one for each way in which the statements tell them apart.

    The first `wanted` statements must cover the resource, so only what the first of them covers is looked at.
    """
    if all(statement.resources is None and statement.not_resources is None for statement, _ in rules):
        return ("",)
    chosen = next((number for number, (each, _) in enumerate(rules[:wanted]) if each.resources is not None), 0)
    patterns: dict[Pattern, None] = {}
    for number, (statement, has_variables) in enumerate(rules):
        # All that is looked at is covered by the chosen one: its own patterns need not be told apart.
        covered = statement.resources if number != chosen else ()
        for text in (*(covered or ()), *(statement.not_resources or ())):
            patterns.update(dict.fromkeys(_compiled(text, context, has_variables, is_by_part=is_by_part)))
    bases: dict[Pattern, None] = {}
    first, has_variables = rules[chosen]
    for text in first.resources or ("*",):
        if _may_be_everything(text, context, has_variables):
            bases[ANY_ARN] = None
            bases[exact("*")] = None
        else:
            bases.update(dict.fromkeys(_compiled(text, context, has_variables, is_by_part=is_by_part)))
    found: dict[str, None] = {}
    for base in bases:
        found.update(dict.fromkeys(representatives(base, patterns, budget=budget)))
    nice = frozenset().union(*map(_nice_of, bases))
    return tuple(dict.fromkeys([*(text for text in _NICE if text in nice), *(text for text in found if text)]))


@functools.lru_cache(maxsize=1_000)
def _nice_of(base: Pattern) -> frozenset[str]:
    return frozenset(filter(base.matches, _NICE))


def _may_be_everything(text: str, context: Mapping[str, ContextValue], has_variables: bool) -> bool:
    if "${" not in text:
        return text.strip("*") == ""
    filled = fill(text, context, has_variables=has_variables)
    return filled.tokens is not None and all(token == STAR for token in filled.tokens)


def _compiled(
    text: str, context: Mapping[str, ContextValue], has_variables: bool, *, is_by_part: bool
) -> Sequence[Pattern]:
    if "${" not in text:
        return _compiled_plainly(text, is_by_part)
    filled = fill(text, context, has_variables=has_variables)
    return [] if filled.tokens is None else _of_tokens(filled.tokens, is_by_part=is_by_part and not filled.doubt)


@functools.lru_cache(maxsize=20_000)
def _compiled_plainly(text: str, is_by_part: bool) -> Sequence[Pattern]:
    return _of_tokens(tokens(text), is_by_part=is_by_part)


def _of_tokens(cut: Tokens, *, is_by_part: bool) -> Sequence[Pattern]:
    """Return a pattern, or none for one of stars alone. A text that is not wholly known may hold colons of its own."""
    if all(token == STAR for token in cut):
        return []
    return [from_tokens(cut, is_by_part=is_by_part and len(arn_tokens(cut)) == ARN_PARTS)]
