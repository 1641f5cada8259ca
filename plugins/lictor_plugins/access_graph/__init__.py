"""Who can become whom in an account: assuming roles, passing them to services, ways to administrator rights."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any

from lictor import Match, NamedCheck, Subject, hookimpl

_CHECKS: Mapping[str, tuple[str, ...]] = {
    "reached": ("relation-chain-external", "relation-passrole-to-admin", "relation-cycle"),
    "mismatched": (
        "relation-trust-no-identity",
        "relation-identity-no-trust",
        "relation-passrole-no-service-trust",
        "relation-sourceidentity-chain",
        "relation-deleted",
    ),
}
"""The checks by the module that has them; `relation-cycle` is its function `cycle`."""


@hookimpl
def register_checks() -> Iterable[NamedCheck]:
    """Return the checks that the rules on whole accounts name."""
    return tuple(NamedCheck(name, _Check(module, name)) for module, names in _CHECKS.items() for name in names)


class _Check:
    """A check by its name: its module is imported when it is asked for the first time."""

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._function = name.removeprefix("relation-").replace("-", "_")

    def __call__(self, subject: Subject, parameters: Mapping[str, Any]) -> Iterator[Match]:
        """Yield what the check finds in an account."""
        check = getattr(import_module(f"{__name__}.{self._module}"), self._function)
        yield from check(subject, parameters)
