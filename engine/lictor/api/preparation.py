"""Bring plugins, rules and rulesets together into a plan."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from lictor.api.plugins import plugins_for, rules_for, with_rules
from lictor.api.prepared import COMMAND_LINE, CONFIGURATION, Prepared, own_ruleset
from lictor.api.release import codes_with, release_for
from lictor.api.released import is_released, released_rulesets
from lictor.api.requests import PluginChoice, PolicyChoice
from lictor.documents import decode
from lictor.documents.read import bytes_of_file
from lictor.errors import did_you_mean
from lictor.host import Plugins
from lictor.model import Budgets, EffectiveRuleset, Location, Plan, Problem, Rule, RulesetSource
from lictor.registry import Registry
from lictor.rules import read_rule_directory
from lictor.rulesets import Find, finder, make_plan, new_setting, read_ruleset


def prepare(policy: PolicyChoice, plugins: PluginChoice, root: Path) -> Prepared:
    """Load plugins, read rules and rulesets, and make the plan."""
    return prepare_with(policy, plugins, root, plugins_for(plugins), *rules_for(plugins))


def prepare_with(
    policy: PolicyChoice,
    plugins: PluginChoice,
    root: Path,
    loaded: Plugins,
    registry: Registry,
    found: tuple[Problem, ...],
) -> Prepared:
    """Make the plan from plugins that were loaded, and a registry of theirs with their rules."""
    problems = [*loaded.problems, *found]
    team_rules = _team_rules(policy.rule_directories, root, problems)
    registry, clashes = with_rules(registry, team_rules)
    problems += clashes
    has_unread_rules = any(problem.phase == "rule" and problem.level == "error" for problem in problems)
    released = released_rulesets(loaded, plugins)
    names, is_default = _ruleset_names(policy, registry, root, released, problems)
    files: list[Path] = []
    rulesets = _read_rulesets(names, registry, root, problems, files, released)
    if is_default:
        # rules that were named are asked as they are, whatever the built-in rulesets make of them
        rulesets = [ruleset for ruleset in rulesets if ruleset.default_for and not policy.only]
    rulesets.extend(_command_line_ruleset(rulesets, team_rules, policy))
    plan, plan_problems = make_plan(
        rulesets,
        registry.rules,
        registry=registry,
        only=policy.only,
        parameters=policy.parameters,
        fail_on=policy.fail_on,
    )
    problems.extend(plan_problems)
    if has_unread_rules:
        problems = [_maybe_unread(problem) for problem in problems]
    plan = _without_wrong_rules(plan, registry, problems, _known_rules(loaded, plugins, registry))
    release = release_for(plugins)
    # whether the release's own are as they were is looked at when it is taken
    sources = () if release else tuple(source.directory for source in loaded.rule_sources)
    read = (*policy.rule_directories, *sources, *files)
    codes = codes_with({}) if release else {}
    return Prepared(loaded, registry, plan, tuple(problems), is_default, codes, read)


def _maybe_unread(problem: Problem) -> Problem:
    """Where a rule is not there and the files of some could not be read, say that it may be one of those."""
    if problem.code != "unknown-rule":
        return problem
    return problem._replace(hint="mend first what is said of the rule files: a rule that can't be read is not there")


def _known_rules(loaded: Plugins, plugins: PluginChoice, registry: Registry) -> Mapping[str, Rule]:
    """Return the rules that are known to be right."""
    if not is_released(loaded, plugins):
        return {}
    return {rule.id: rule for rule in registry.rules.values() if rule.distribution == "lictor"}


def _without_wrong_rules(plan: Plan, registry: Registry, problems: list[Problem], known: Mapping[str, Rule]) -> Plan:
    """Take rules out of the plan whose queries can't be right: what they say of a subject would be a false pass."""
    rules = {}
    for rule_id, rule in plan.rules.items():
        found = () if rule is known.get(rule_id) else _check(rule, registry)
        problems.extend(found)
        if not any(problem.level == "error" for problem in found):
            rules[rule_id] = rule
    return plan._replace(rules=rules)


def _check(rule: Rule, registry: Registry) -> tuple[Problem, ...]:
    from lictor.rules import check_rule  # not needed for the rules that ship

    return check_rule(rule, registry)


def _team_rules(directories: Iterable[Path], root: Path, problems: list[Problem]) -> list[Rule]:
    rules: list[Rule] = []
    for directory in directories:
        if not directory.is_dir():
            message = f"no directory '{directory}'"
            problems.append(
                Problem("file-not-found", message, "usage", hint="--rules takes a directory of rule folders")
            )
            continue
        read, found = read_rule_directory(directory, "", allow_python=False, uri=_uri(directory, root))
        if not read and not found:
            message = f"no rule in '{directory}'"
            hint = "a rule is a folder that holds a rule.yaml; lictor new rule makes one"
            problems.append(Problem("no-rules", message, "usage", hint=hint))
        rules.extend(read)
        problems.extend(found)
    return rules


def _ruleset_names(
    policy: PolicyChoice, registry: Registry, root: Path, released: frozenset[str], problems: list[Problem]
) -> tuple[tuple[str, ...], bool]:
    """Choose the rulesets: those asked for, else the repository's own, else the built-in ones that may fit."""
    if policy.rulesets:
        return policy.rulesets, False
    own = own_ruleset(root)
    if own is not None and own.name != CONFIGURATION:
        hint = f"name it {CONFIGURATION}, or give it with --ruleset"
        location = Location(_uri(own, root))
        problems.append(Problem("bad-ruleset", f"'{own.name}' is not read", "ruleset", hint=hint, location=location))
        return (), False
    if own is not None:
        return (str(own),), False
    rulesets = sorted(registry.rulesets.items())
    return tuple(id_ for id_, each in rulesets if each.text not in released or "default-for" in each.text), True


def _read_rulesets(
    names: Iterable[str],
    registry: Registry,
    root: Path,
    problems: list[Problem],
    files: list[Path],
    validated: frozenset[str],
) -> list[EffectiveRuleset]:
    """Read rulesets; what is wrong is added to `problems`, and every file that was read to `files`."""
    rulesets: list[EffectiveRuleset] = []
    for name in names:
        source, path = registry.rulesets.get(name), Path(name)
        if source is not None:
            text, uri, find = source.text, source.uri, finder(registry.rulesets)
        elif os.path.lexists(path):
            uri = _uri(path, root)
            raw = bytes_of_file(path, uri, Budgets())
            decoded = raw if isinstance(raw, Problem) else decode(raw, uri)
            if isinstance(decoded, Problem):
                problems.append(decoded._replace(phase="ruleset"))
                continue
            text, find = decoded, _noting(finder(registry.rulesets, path, uri), root, files)
            files.append(path)
        else:
            problems.append(_no_ruleset(name, registry))
            continue
        ruleset, _, found = read_ruleset(text, uri, find=find, registry=registry, validated=validated)
        problems.extend(found)
        if ruleset is not None:
            rulesets.append(ruleset)
    return rulesets


def _command_line_ruleset(
    rulesets: Iterable[EffectiveRuleset], team_rules: Iterable[Rule], policy: PolicyChoice
) -> Iterator[EffectiveRuleset]:
    """Yield a ruleset for the rules that the command line names and no chosen ruleset speaks of: they are on."""
    chosen = tuple(rulesets)
    spoken_of = {rule_id for ruleset in chosen for rule_id in ruleset.settings}
    settings = {rule.id: new_setting(rule, is_on=True) for rule in team_rules if rule.id not in spoken_of}
    if settings or (policy.only and not chosen):
        yield EffectiveRuleset(COMMAND_LINE, "Rules named on the command line", settings=settings)


def _noting(find: Find, root: Path, files: list[Path]) -> Find:
    def find_and_note(target: str, from_uri: str) -> RulesetSource | Problem:
        source = find(target, from_uri)
        if isinstance(source, RulesetSource) and source.id != target:
            files.append(root / source.uri)
        return source

    return find_and_note


def _no_ruleset(name: str, registry: Registry) -> Problem:
    near = did_you_mean(name, registry.rulesets)
    hint = near or f"a ruleset is a YAML file or one of: {', '.join(sorted(registry.rulesets))}"
    return Problem(
        "unknown-ruleset",
        f"no ruleset '{name}'",
        "ruleset",
        hint=hint,
        location=Location(name) if "/" in name else None,
    )


def _uri(path: Path, root: Path) -> str:
    # a link is called by its own name, as the user does; what leads to it is compared without links
    return Path(os.path.relpath(path.parent.resolve() / path.name, root.resolve())).as_posix()
