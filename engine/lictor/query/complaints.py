"""Turns what jmespath's parser says into what was expected, where, and what to write instead."""

import itertools
import re
from collections.abc import Sequence
from typing import Any

from lictor.query.errors import QueryError, one_of
from lictor.query.value_types import Json

Token = dict[str, Any]
"""A token of jmespath's lexer."""

_STRING_HINT = "quote literal strings with single quotes: Effect == 'Allow'"
_CLOSERS = {"(": ")", "[": "]", "[?": "]", "{": "}"}
_OPERATORS = frozenset({"eq", "ne", "lt", "lte", "gt", "gte", "and", "or", "pipe", "not", "expref", "dot"})
_TOKEN_WORDS = {
    "rbracket": "']'",
    "rparen": "')'",
    "rbrace": "'}'",
    "colon": "':'",
    "comma": "','",
    "star": "'*'",
    "quoted_identifier": "a name",
    "unquoted_identifier": "a name",
    "lbracket": "'['",
    "lbrace": "'{'",
    "number": "a number",
}


def explain(error: Exception, expression: str, tokens: Sequence[Token]) -> QueryError:
    """Say what is wrong with a query that jmespath refused; `tokens` are those it had read."""
    from jmespath import exceptions

    if isinstance(error, exceptions.EmptyExpressionError):
        return _complaint("the query is empty", "write @ for the whole value", 0)
    if isinstance(error, exceptions.LexerError):
        return _explain_text(error, expression)
    if isinstance(error, exceptions.ParseError):
        return _explain_token(error, expression, tokens)
    return _complaint(f"a number in the query can't be read: {error}", "", None)


def _complaint(message: str, hint: str, offset: int | None) -> QueryError:
    return QueryError("query-syntax", message, hint, offset)


def _explain_text(error: Json, expression: str) -> QueryError:
    """Explain text that makes no token."""
    offset, said = error.lexer_position, str(error.message)
    character = expression[offset : offset + 1]
    if said.startswith("Unclosed"):
        words = {"'": "string", '"': "quoted name", "`": "JSON literal"}
        what = words.get(character, "text")
        hint = _STRING_HINT if character in "'\"" else "close it with a second backtick"
        return _complaint(f"expected {character} to close the {what} that starts here", hint, offset)
    if character == "=":
        return _complaint("expected '==', found '='", "compare with ==", offset)
    if character == "`":
        return _complaint("expected JSON between backticks", _STRING_HINT, offset)
    if character == '"':
        return _complaint(f"expected a JSON string in double quotes ({said})", "escape \\ as \\\\", offset)
    if character == "-":
        return _complaint("expected digits after '-'", "a name that holds '-' needs double quotes: \"a-b\"", offset)
    hint = "$ is JSONPath; in JMESPath the whole value is @" if character == "$" else ""
    return _complaint(f"unexpected character '{character}'", hint, offset)


def _explain_token(error: Json, expression: str, tokens: Sequence[Token]) -> QueryError:
    """Explain a token that stands where it can't."""
    from jmespath import exceptions

    if isinstance(error, exceptions.IncompleteExpressionError):
        return _explain_end(tokens, expression)
    said = str(error.msg)
    if said.startswith("Quoted identifier not allowed"):
        offset = _find_quoted_call(tokens)
        return _complaint("expected a function name without quotes", f"write {error.token_value}(…)", offset)
    offset = error.lex_position
    found = _shown(expression, tokens, offset)
    if said.startswith("Invalid function name"):
        return _complaint(f"expected a function name before '(', found {found}", "", offset)
    previous = next((token for token in reversed(tokens) if token["start"] < offset), None)
    expected = re.search(r"Expecting: (.*), got:", said)
    if expected:
        names = re.findall(r"\w+", expected[1])
        words = one_of(dict.fromkeys(_TOKEN_WORDS.get(name, f"'{name}'") for name in names))
    elif previous is None or previous["type"] in _OPERATORS or previous["value"] in _CLOSERS:
        words = "a value"
    else:
        words = "an operator or the end"
    after = f" after {_shown(expression, tokens, previous['start'])}" if previous else ""
    hint = _word_hint(error.token_value, previous) or _token_hint(error.token_type, previous)
    return _complaint(f"expected {words}{after}, found {found}", hint, offset)


def _explain_end(tokens: Sequence[Token], expression: str) -> QueryError:
    """Explain a query that stops too early."""
    opened: list[Token] = []
    for token in tokens:
        if token["value"] in _CLOSERS and token["type"] not in ("literal", "quoted_identifier"):
            opened.append(token)
        elif token["type"] in ("rbracket", "rparen", "rbrace") and opened:
            opened.pop()
    last = tokens[-2] if len(tokens) > 1 else None
    offset = len(expression)
    if last and last["type"] in _OPERATORS:
        hint = _STRING_HINT if last["type"] in ("eq", "ne") else ""
        return _complaint(f"expected a value after '{last['value']}'", hint, offset)
    if opened:
        opener = opened[-1]
        closer = _CLOSERS[opener["value"]]
        return _complaint(
            f"expected '{closer}' to close '{opener['value']}' at column {opener['start'] + 1}", "", offset
        )
    return _complaint("expected more, the query ends here", "", offset)


def _find_quoted_call(tokens: Sequence[Token]) -> int:
    for token, following in itertools.pairwise(tokens):
        if token["type"] == "quoted_identifier" and following["type"] == "lparen":
            return int(token["start"])
    return 0


def _shown(expression: str, tokens: Sequence[Token], offset: int) -> str:
    """Quote a token as it was written."""
    following = next((token["start"] for token in tokens if token["start"] > offset), len(expression))
    text = expression[offset:following].strip()
    return f"'{text}'" if text else "the end"


_OTHER_LANGUAGES = {
    "and": "write '&&' for 'and'",
    "&": "write '&&' for 'and'",
    "or": "write '||' for 'or'",
    "not": "write '!' for 'not'",
    "in": "write contains(list, value)",
}
"""What words of other languages are in JMESPath."""


def _word_hint(found: object, previous: Token | None) -> str:
    if previous and previous["value"] == "not":
        return _OTHER_LANGUAGES["not"]
    return _OTHER_LANGUAGES.get(str(found), "")


def _token_hint(token_type: str, previous: Token | None) -> str:
    kind = token_type.lower()
    if kind == "literal" and previous and previous["type"] == "dot":
        return 'a field with odd characters needs double quotes: a."b-c"'
    if kind in ("unquoted_identifier", "quoted_identifier") and previous and previous["type"].endswith("identifier"):
        return "join names with '.'; combine conditions with && or ||"
    if kind == "number":
        return "write numbers between backticks: `10`"
    return ""
