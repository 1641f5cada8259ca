"""Secrets in shown text, covered with stars of the same length so that carets stay where they belong."""

import re
from collections.abc import Iterator

# AWS IAM guide, "Unique identifiers" (read 2026-10): AKIA is a long-term access key, ASIA a temporary one.
_ACCESS_KEY = re.compile(r"\b(A[KS]IA)([A-Z0-9]{12,})\b")
_NAME = r"(?:external[ _-]?id|secret[ _-]?access[ _-]?key|session[ _-]?token)"
_QUOTED = r"\\?\"(?:[^\"\\]|\\[^\"])*\\?\"|'(?:[^']|'')*'"
_VALUE = rf"{_QUOTED}|[^\s\"'\[\]{{}},]+"
_SOURCE = re.compile(
    rf"(?P<name>{_NAME}\\?[\"']?\s*[:=]\s*)(?P<values>\[[^\]]*\]?|(?:-\s+(?:{_VALUE})\s*)+|{_VALUE})",
    re.IGNORECASE,
)
_MESSAGE = re.compile(rf"(?P<name>{_NAME}\s*[:=]?\s*)(?P<values>{_QUOTED})", re.IGNORECASE)
_TOKEN = re.compile(_VALUE)
_SHORTEST = 6
"""Characters of a secret that is covered wherever it stands; a shorter one may be any word."""


def mask_secrets(text: str) -> str:
    """Cover access key ids, secret keys, session tokens and external ids in source lines; lines keep their length.

    >>> mask_secrets('"sts:ExternalId": ["one", "two"], "Action": "*", "Id": "AKIAIOSFODNN7EXAMPLE"')
    '"sts:ExternalId": ["***", "***"], "Action": "*", "Id": "AKIA****************"'
    """
    return _SOURCE.sub(_cover, _ACCESS_KEY.sub(_cover_key, text))


def mask_message(text: str) -> str:
    """Cover the same secrets in a message, where only a quoted text after the name is one.

    >>> mask_message("the external id 'x1' is short")
    "the external id '**' is short"
    """
    return _MESSAGE.sub(_cover, _ACCESS_KEY.sub(_cover_key, text))


def secrets_in(text: str) -> Iterator[str]:
    """Yield the values that `mask_secrets` covers because of the name before them, but for those too short to tell.

    >>> list(secrets_in('"sts:ExternalId": ["partner-one", "two"]'))
    ['partner-one']
    """
    for match in _SOURCE.finditer(text):
        for token in _TOKEN.findall(match["values"]):
            value = token.strip("\\\"'")
            if len(value) >= _SHORTEST:
                yield value


def _cover_key(match: re.Match[str]) -> str:
    return match[1] + "*" * len(match[2])


def _cover(match: re.Match[str]) -> str:
    return match["name"] + _TOKEN.sub(lambda token: _stars(token.group()), match["values"])


def _stars(value: str) -> str:
    if value == "-":  # the mark of a YAML list item
        return value
    opening = 2 if value.startswith('\\"') else int(value[0] in "\"'")
    closing = len(value) - opening
    inner = "".join(character if character == "\n" else "*" for character in value[opening:closing])
    return value[:opening] + inner + value[closing:]
