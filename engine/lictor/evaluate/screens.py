"""Find out which rules have nothing to say of a subject, all of them at once, so that only the others are asked.

Making a screen for a kind's rules takes as long as asking some two hundred subjects one rule after another. So it is
made when that many have come by, and kept with the plan.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from lictor.model import Rule, RuleSetting
from lictor.query import Probe, Screen, find_screen, screen_source
from lictor.rules.parameters import default_parameters
from lictor.rules.templates import TemplateError, split_template
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from lictor.evaluate.compiled_plan import CompiledPlan


class Quiet(NamedTuple):
    """What is known of a kind's rules: the ones that have nothing to say, by the parameters for which that is so.

    Where no override speaks, `passed` are the rules that pass by ruleset, and `others` are those to ask one by one.
    """

    parameters: Mapping[str, Mapping[str, Any]]
    passed: Mapping[str, tuple[str, ...]]
    others: tuple[str, ...]


_Found = tuple[Screen, Callable[[tuple[int, ...]], Quiet]]
"""A screen, and a function from the numbers that it gives to what that says of the rules."""


class KindScreen:
    """The screen of one kind, as far as there is one. Lives inside `lictor.evaluate` only."""

    def __init__(self, plan: "CompiledPlan", kind: str) -> None:
        """Look for a screen that was kept with the plan."""
        self._plan = plan
        self._kind = kind
        self._seen = 0
        self.nothing = Quiet({}, {}, plan.rules_by_kind.get(kind, ()))
        self._screen = self._find(make=False) if any(text.startswith("\0") for text, _ in plan.codes) else None

    def quiet(self, value: Any) -> Quiet:  # noqa: ANN401 - any JSON value
        """Return what is known of the rules before any is asked. Raises what a query raises: then it is `nothing`."""
        if self._screen is None:
            self._seen += 1
            if self._seen != self._plan.screen_after:
                return self.nothing
            self._screen = self._find(make=True)
            if self._screen is None:
                return self.nothing
        screen, without = self._screen
        return without(tuple(screen(value)))

    def _find(self, *, make: bool) -> _Found | None:
        rules = list(screened_rules(self._plan, self._kind))
        if not rules:
            return None
        plan, probes = self._plan, [probe for _, _, probe in rules]
        screen = find_screen(self._kind, probes, plan.functions, plan.codes, make=make)
        if screen is None:
            return None

        @lru_cache(maxsize=1_000)
        def without(speaking: tuple[int, ...]) -> Quiet:
            numbers = frozenset(speaking)
            quiet = {id_: parameters for number, (id_, parameters, _) in enumerate(rules) if number not in numbers}
            return self._quiet(quiet)

        return screen, without

    def _quiet(self, quiet: Mapping[str, Mapping[str, Any]]) -> Quiet:
        rulesets = self._plan.plan.rulesets
        surely = {
            id_
            for id_, parameters in quiet.items()
            if all(
                id_ not in ruleset.settings or ruleset.settings[id_].parameters == parameters for ruleset in rulesets
            )
        }
        every = self._plan.rules_by_kind.get(self._kind, ())
        passed = {
            ruleset.id: tuple(id_ for id_ in every if id_ in surely and is_asked(ruleset.settings.get(id_)))
            for ruleset in rulesets
        }
        return Quiet(quiet, passed, tuple(id_ for id_ in every if id_ not in surely))


def is_asked(setting: RuleSetting | None) -> bool:
    """Tell whether a ruleset wants a rule to be asked, for itself or for a group."""
    return setting is not None and (setting.is_on or setting.is_member)


def screened_rules(plan: "CompiledPlan", kind: str) -> Iterator[tuple[str, Mapping[str, Any], Probe]]:
    """Yield the rules of a kind that can be asked all at once: their parameters as a ruleset sets them, their queries.

    A rule whose candidates are counted is asked for them, and one in Python does not say what it will look at.
    """
    for rule_id in plan.rules_by_kind.get(kind, ()):
        rule = plan.plan.rules[rule_id]
        settings = (ruleset.settings.get(rule_id) for ruleset in plan.plan.rulesets)
        setting = next((found for found in settings if found is not None and is_asked(found)), None)
        if rule.queries is None or setting is None or rule_id in plan.counted_candidates or not _is_sound(rule):
            continue
        asked = rule.queries
        parameters = {**default_parameters(rule), **setting.parameters}
        probe = Probe(asked.for_each, asked.deny, asked.require, asked.open, asked.let, parameters)
        yield rule_id, setting.parameters, probe


def _is_sound(rule: Rule) -> bool:
    """Tell whether a rule can be compiled: one that can't has something to say of every subject."""
    if rule.check is not None or rule.check_name or rule.queries is None:
        return False
    try:
        # its queries are compiled later, and those that can't be are left out of the screen
        return all(split_template(related.message) is not None for related in rule.queries.related)
    except TemplateError:
        return False


def kind_screens(plan: "CompiledPlan") -> Iterator[tuple[str, list[Probe]]]:
    """Yield the kinds that some rules can be asked about all at once, each with what it is asked."""
    for kind in plan.rules_by_kind:
        probes = [probe for _, _, probe in screened_rules(plan, kind)]
        if probes:
            yield kind, probes


def screen_sources(plan: "CompiledPlan") -> Iterator[str]:
    """Yield the Python that asks all rules of a kind at once, a text a kind, with the numbers of its rules."""
    for kind in plan.rules_by_kind:
        rules = list(screened_rules(plan, kind))
        if rules:
            source = screen_source([probe for _, _, probe in rules], plan.functions).text
            numbers = "".join(f"#   {number} {id_}\n" for number, (id_, _, _) in enumerate(rules))
            yield f"# {kind}\n{numbers}{source}"
