"""Actions that stand for all others: one for each way in which statements tell actions apart."""

import functools
from collections.abc import Iterator, Sequence

from lictor_plugins.reasoning.model import Principal
from lictor_plugins.reasoning.partition import Budget, representatives
from lictor_plugins.reasoning.patterns import Pattern, Token, glob
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.rules import Rule

ASSUME_ACTIONS = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")
TRUST_ACTIONS = (*ASSUME_ACTIONS, "sts:TagSession", "sts:SetSourceIdentity", "sts:SetContext")
"""What a trust policy can be about (IAM user guide, "Role trust policies", read 2026-11)."""

ANY_ACTION = Pattern(
    (Token(charset="no-colon"), Token(charset="no-colon", is_star=True), Token(":"), Token(), Token(is_star=True))
)


def may_call(caller: Principal, action: str) -> bool:
    """Tell whether a kind of caller makes a call at all: tokens and assertions have calls of their own."""
    identity = identify(caller)
    if action == "sts:AssumeRole":
        # IAM user guide, "Compare AWS STS credentials": neither root nor GetFederationToken's sessions may call it.
        return identity.kind not in ("federated", "root", "federated-user")
    if action == "sts:AssumeRoleWithSAML":
        return identity.kind == "federated" and identity.is_saml
    if action == "sts:AssumeRoleWithWebIdentity":
        return identity.kind == "federated" and not identity.is_saml
    return True


@functools.lru_cache(maxsize=200_000)
def _matches(pattern: Pattern, action: str) -> bool:
    return pattern.matches(action)


class ActionIndex:
    """Which statements cover an action, by the service that their patterns begin with."""

    def __init__(self, rules: Sequence[Rule], *, is_certain: bool, wanted: int) -> None:
        """Read the patterns of statements; the first `wanted` are those that must match.

        Of a pattern that is not wholly known, the reading that makes the goal harder is taken to be certain and the
        one that makes it easier to be safe.
        """
        self._turned = 0
        self._texts: dict[str, int] = {}
        self._patterns: dict[str, dict[Pattern, int]] = {}
        self.spellings: dict[str, str] = {}
        for number, rule in enumerate(rules):
            bit = 1 << number
            statement = rule.statement
            is_listed = statement.actions is not None
            if not is_listed and statement.not_actions is not None:
                self._turned |= bit
            # Too wide a pattern makes Action match more and NotAction less.
            is_wide = (is_certain == (number >= wanted)) == is_listed
            listed = statement.actions if is_listed else statement.not_actions
            if listed is None:
                listed = ("*",) if is_certain == (number >= wanted) else ()
            for text in listed:
                if "${" in text:
                    if is_wide:
                        self._patterns.setdefault("", {})[glob("*")] = (
                            self._patterns.get("", {}).get(glob("*"), 0) | bit
                        )
                    continue
                self._add(text, bit)

    def _add(self, text: str, bit: int) -> None:
        pattern = text.lower()
        self.spellings.setdefault(pattern, text)
        if "*" not in pattern and "?" not in pattern:
            self._texts[pattern] = self._texts.get(pattern, 0) | bit
            return
        service = pattern.partition(":")[0]
        bucket = self._patterns.setdefault("" if "*" in service or "?" in service else service, {})
        compiled = glob(pattern)
        bucket[compiled] = bucket.get(compiled, 0) | bit

    def covering(self, action: str) -> int:
        """Return the statements that cover an action in lower case, as bits."""
        found = self._texts.get(action, 0)
        for service in ("", action.partition(":")[0]):
            for pattern, bits in self._patterns.get(service, {}).items():
                if found | bits != found and _matches(pattern, action):
                    found |= bits
        return found ^ self._turned

    def classes(self, rule: Rule, budget: Budget) -> Iterator[tuple[str, int]]:
        """Yield an action, in lower case, for each way in which the statements tell apart those that `rule` covers."""
        seen: set[int] = set()
        statement = rule.statement
        listed = statement.actions if statement.actions is not None else ("*",)
        for text in listed:
            for action in self._within("*" if "${" in text else text.lower(), budget):
                budget.take(4)
                covering = self.covering(action)
                if covering not in seen:
                    seen.add(covering)
                    yield action, covering

    def _within(self, text: str, budget: Budget) -> Sequence[str]:
        if "*" not in text and "?" not in text:
            return (text,)
        base = ANY_ACTION if text.strip("*") == "" else glob(text)
        service = base.prefix.partition(":")[0] if ":" in base.prefix else ""
        if not service:
            near = [pattern for bucket in self._patterns.values() for pattern in bucket]
            texts = list(self._texts)
        else:
            near = [*self._patterns.get("", {}), *self._patterns.get(service, {})]
            texts = [each for each in self._texts if each.startswith(f"{service}:")]
        # Texts are classes of their own; only whether a pattern's class holds anything else depends on them.
        found = representatives(base, [*near, *map(glob, texts)], budget=budget)
        return [action for action in found if action]
