"""What policies allow, told to people: who can get in, how to shut strangers out, what a change brings."""

from collections.abc import Iterable

from lictor import NEW_ACCESS, Rule, hookimpl


@hookimpl
def register_rules() -> Iterable[Rule]:
    """Return the rule that speaks when a policy is compared with what it was, and never of a policy alone."""
    return (NEW_ACCESS,)
