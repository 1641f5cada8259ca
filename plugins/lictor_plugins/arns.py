"""The six parts of an ARN, where a variable such as `${aws:username}` may hold colons of its own."""

from lictor import lazy_pattern

_PARTS = 6
_COLON_OR_VARIABLE = lazy_pattern(r"\$\{[^{}]*\}|:")


def split_arn(text: str) -> list[str]:
    """Cut a text at its first five colons that are not inside a variable.

    >>> split_arn("arn:aws:iam::${AWS::AccountId}:role/a:b")
    ['arn', 'aws', 'iam', '', '${AWS::AccountId}', 'role/a:b']
    """
    if "${" not in text:
        return text.split(":", _PARTS - 1)
    parts: list[str] = []
    start = 0
    for match in _COLON_OR_VARIABLE.finditer(text):
        if match[0] == ":":
            parts.append(text[start : match.start()])
            start = match.end()
            if len(parts) == _PARTS - 1:
                break
    parts.append(text[start:])
    return parts
