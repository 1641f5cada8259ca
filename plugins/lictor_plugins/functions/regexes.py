"""Regular expressions that can't be made to run for ever.

With google-re2 every expression runs in linear time. Without it Python's `re` is used, and what could make that
backtrack without end is refused before it runs.
"""

import functools
import re
from collections.abc import Callable
from typing import Any

_HINT = "pip install lictor[re2]"
_LONGEST = 1_000


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> Callable[[str], Any]:
    if len(pattern) > _LONGEST:
        raise ValueError(f"a regular expression of {len(pattern)} characters is longer than {_LONGEST}")
    try:
        import re2
    except ImportError:
        _refuse_backtracking(pattern)
        search: Callable[[str], Any] = _compile(re, pattern).search
    else:
        search = _compile(re2, pattern).search
    return search


def _compile(module: Any, pattern: str) -> Any:  # noqa: ANN401 - `re` and `re2` share no type
    try:
        return module.compile(pattern)
    except module.error as error:
        raise ValueError(f"'{pattern}' is not a regular expression: {error}") from error


def regex_match(pattern: str, value: str) -> bool:
    """Tell whether a regular expression matches anywhere in the value; write `^` and `$` for the whole.

    Raises ValueError for an expression that is wrong, or that only google-re2 can run safely.

    >>> regex_match("^o-[a-z0-9]{10,32}$", "o-a1b2c3d4e5")
    True
    """
    return _compiled(pattern)(value) is not None


def _refuse_backtracking(pattern: str) -> None:
    import re._constants as kinds  # type: ignore[import-not-found]
    import re._parser as parser  # type: ignore[import-not-found]

    try:
        tree = parser.parse(pattern)
    except re.error as error:
        raise ValueError(f"'{pattern}' is not a regular expression: {error}") from error
    repeats = {kinds.MAX_REPEAT, kinds.MIN_REPEAT}
    refused = {kinds.GROUPREF, kinds.GROUPREF_EXISTS, kinds.ASSERT, kinds.ASSERT_NOT}

    def walk(items: Any, depth: int) -> None:  # noqa: ANN401 - the parser's own tree
        for operation, argument in items:
            if operation in refused:
                raise ValueError(f"'{pattern}' looks back or around, which no engine does in linear time")
            if operation in repeats:
                _, most, inner = argument
                is_loose = most == kinds.MAXREPEAT or most > 1
                if is_loose and depth:
                    raise ValueError(f"'{pattern}' repeats within a repeat, which may never end: {_HINT}")
                walk(inner, depth + is_loose)
            elif operation is kinds.BRANCH:
                for branch in argument[1]:
                    walk(branch, depth)
            elif operation is kinds.SUBPATTERN:
                walk(argument[-1], depth)

    walk(tree, 0)
