"""Regular expressions that are compiled when they are first used: of those that a short run imports, most are not."""

import re
from typing import Any, cast


class _Pattern:
    """Stands for a compiled expression, and has its methods once one was asked for."""

    def __init__(self, text: str, flags: int) -> None:
        self._expression = (text, flags)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a compiled expression has
        method = getattr(re.compile(*self._expression), name)
        setattr(self, name, method)  # so it is found without asking here
        return method


def lazy_pattern(text: str, flags: int = 0) -> re.Pattern[str]:
    """Return a regular expression, for its own methods: `re`'s functions want a text.

    >>> lazy_pattern("[0-9]+").fullmatch("12")
    <re.Match object; span=(0, 2), match='12'>
    """
    return cast("re.Pattern[str]", _Pattern(text, flags))
