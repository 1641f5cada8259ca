"""Policy variables: `${aws:username}` in a text is filled in from the request.

IAM user guide, "Variables and tags" (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html),
read 2026-11: a variable whose key the request does not have, and that has no default, makes its value match nothing.
"""

import re
from collections.abc import Mapping

from lictor import NamedTuple, lazy_pattern
from lictor_plugins.reasoning.globs import STAR, Tokens, tokens
from lictor_plugins.reasoning.model import ContextValue, Statement

_DOLLAR = lazy_pattern(r"\$\{([^{}]*)\}")
_VARIABLE = lazy_pattern(r"(?P<key>[\w.\-/]+:(?!:)[^{},']+?)\s*(?:,\s*'(?P<default>[^']*)'\s*)?", re.ASCII)
_ESCAPED = frozenset("*?$")


class Filled(NamedTuple):
    """A text with its variables filled in, as tokens; None where a variable has no value.

    `doubt` says which part can't be known; `tokens` then has a star in its place, so that it matches too much.
    """

    tokens: Tokens | None
    doubt: str = ""


def has_dollar(statement: Statement) -> bool:
    """Tell whether a text of a statement, its actions aside, holds `${`: of a policy variable or of a template."""
    for texts in (statement.resources, statement.not_resources):
        for text in texts or ():
            if "${" in text:
                return True
    for principals in (statement.principals, statement.not_principals):
        for principal in principals or ():
            if "${" in principal.value:
                return True
    for condition in statement.conditions:
        for value in condition.values:
            if "${" in value:
                return True
    return False


def placeholder(text: str) -> str:
    """Return the first `${…}` that is no policy variable: what a template fills in before it is deployed.

    >>> placeholder("arn:aws:iam::${AWS::AccountId}:role/${aws:username}"), placeholder("${aws:username}${*}")
    ('${AWS::AccountId}', '')
    """
    for match in _DOLLAR.finditer(text) if "${" in text else ():
        if match[1] not in _ESCAPED and not _VARIABLE.fullmatch(match[1]):
            return match[0]
    return ""


def has_variable(text: str) -> bool:
    """Tell whether a text holds a policy variable.

    >>> has_variable("home/${aws:username}"), has_variable("${*}"), has_variable("${AWS::AccountId}")
    (True, False, False)
    """
    return "${" in text and any(
        _VARIABLE.fullmatch(match[1]) for match in _DOLLAR.finditer(text) if match[1] not in _ESCAPED
    )


def variable_keys(text: str) -> tuple[str, ...]:
    """Return the condition keys, in lower case, of the variables in a text.

    >>> variable_keys("${aws:PrincipalTag/Team, 'none'}/${aws:username}")
    ('aws:principaltag/team', 'aws:username')
    """
    found = (_VARIABLE.fullmatch(match[1]) for match in _DOLLAR.finditer(text))
    return tuple(match["key"].lower() for match in found if match)


def escaped(text: str) -> str:
    """Write a text of a version without variables as one with them has it; a template's holes stay.

    >>> escaped("${aws:username}/${*}/${AWS::Region}")
    '${$}{aws:username}/${$}{*}/${AWS::Region}'
    """

    def plain(match: re.Match[str]) -> str:
        is_read = match[1] in _ESCAPED or _VARIABLE.fullmatch(match[1])
        return f"${{$}}{{{match[1]}}}" if is_read else match[0]

    return _DOLLAR.sub(plain, text) if "${" in text else text


def fill(text: str, context: Mapping[str, ContextValue], *, has_variables: bool) -> Filled:
    """Fill in the variables of a text; what they bring in is literal.

    >>> fill("${aws:username}", {"aws:username": "Eve"}, has_variables=True).tokens
    ('E', 'v', 'e')
    >>> fill("${aws:username}", {}, has_variables=True).tokens is None
    True
    """
    if "${" not in text:
        return Filled(tokens(text))
    filled: list[str] = []
    doubt = ""
    end = 0
    for match in _DOLLAR.finditer(text):
        filled += tokens(text[end : match.start()], has_escapes=False)
        end = match.end()
        variable = _VARIABLE.fullmatch(match[1])
        if match[1] in _ESCAPED:
            filled += tokens(match[0], has_escapes=has_variables)
        elif variable is None:
            doubt = doubt or f"'{match[0]}' is not known before deployment"
            filled.append(STAR)
        elif not has_variables:
            filled += tokens(match[0], has_escapes=False)
        else:
            value = context.get(variable["key"].lower(), ())
            if isinstance(value, tuple) and len(value) == 1:
                value = value[0]
            if isinstance(value, str):
                filled += value
            elif value:
                doubt = doubt or f"'{match[0]}' has several values in the request"
                filled.append(STAR)
            elif variable["default"] is None:
                return Filled(None)
            else:
                filled += variable["default"]
    filled += tokens(text[end:], has_escapes=False)
    return Filled(tuple(filled), doubt)
