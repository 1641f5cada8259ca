"""The mark that a plugin puts on the hooks it implements: what `pluggy.HookimplMarker("lictor")` leaves on a function.

Importing pluggy takes longer than importing most plugins, and a run whose plugins are known already does without it.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar, overload

F = TypeVar("F", bound=Callable[..., Any])


@overload
def hookimpl(function: F) -> F: ...


@overload
def hookimpl(function: None = None, **options: bool | str) -> Callable[[F], F]: ...


def hookimpl(function: Any = None, **options: bool | str) -> Any:
    """Mark a function as a hook's implementation; the options are pluggy's."""
    if function is None:
        return partial(hookimpl, **options)
    function.lictor_impl = options  # pluggy fills in what is not said
    return function
