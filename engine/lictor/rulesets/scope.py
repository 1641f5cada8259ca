"""Where a part of a ruleset holds, and what a rule's setting is at a place once the overrides have spoken."""

from lictor.model import LEVELS, EffectiveRuleset, Level, RuleSetting, Scope, SettingChange
from lictor.rulesets.globs import any_match, matches_glob, matches_name, matches_place


def in_scope(scope: Scope, uri: str, kind: str, place: str) -> bool:
    """Tell whether a subject or finding is where a scope says; `place` is as `format_path` writes it."""
    return (
        (not scope.files or any_match(matches_glob, scope.files, uri))
        and (not scope.kinds or any_match(matches_name, scope.kinds, kind))
        and (not scope.paths or any_match(matches_place, scope.paths, place))
    )


def setting_for(ruleset: EffectiveRuleset, rule_id: str, uri: str, kind: str, logical_path: str) -> RuleSetting | None:
    """Return how a ruleset wants a rule for a subject; None where it is not to be asked.

    Overrides apply in their order, so that the last one that matches wins. A lock's floor holds whatever they say.
    A rule that is off but a group's member is to be asked: its setting says `is_on=False`.
    """
    setting = ruleset.settings.get(rule_id)
    if setting is None:
        return None
    for override in ruleset.overrides:
        change = override.rules.get(rule_id)
        if change is not None and in_scope(override.scope, uri, kind, logical_path):
            setting = changed(setting, change)
    return setting if setting.is_on or setting.is_member else None


def changed(setting: RuleSetting, change: SettingChange) -> RuleSetting:
    """Return a setting after a change; what a lock forbids does not happen."""
    is_on = setting.is_on if change.is_on is None or (setting.lock and not change.is_on) else change.is_on
    return setting._replace(
        level=higher(change.level or setting.level, setting.lock.floor if setting.lock else "none"),
        is_on=is_on,
        parameters={**setting.parameters, **change.parameters},
        tags=tagged(setting.tags, change),
        origins={**setting.origins, **{key: place for key, place in change.origins.items() if key != "on"}},
    )


def tagged(tags: tuple[str, ...], change: SettingChange) -> tuple[str, ...]:
    """Return tags after additions and removals, each once."""
    added = (tag for tag, is_added in change.tags.items() if is_added)
    return tuple(dict.fromkeys(tag for tag in (*tags, *added) if change.tags.get(tag, True)))


def higher(level: Level, floor: Level) -> Level:
    """Return the stronger of two levels.

    >>> higher("note", "error"), higher("error", "warning")
    ('error', 'error')
    """
    return max(level, floor, key=LEVELS.index)
