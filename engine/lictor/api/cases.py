"""Test rules by their cases: the documents of each are checked with its rule alone, and must give what it lists."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lictor.api.plugins import plugins_for
from lictor.api.requests import PluginChoice
from lictor.documents import apply_replacements, read_text
from lictor.evaluate import CompiledPlan, compile_plan, evaluate_together
from lictor.model import (
    Budgets,
    EffectiveRuleset,
    Evaluation,
    Finding,
    Plan,
    Problem,
    Rule,
    RuleSetting,
)
from lictor.registry import Registry
from lictor.rules import Case, check_rule, differences, read_cases, read_rule_folder

RULE_FILE = "rule.yaml"


@dataclass(frozen=True, slots=True)
class RuleTest:
    """A rule folder ready to be tested. `problems` say what is wrong with the rule itself or with its cases' file."""

    folder: Path
    rule: Rule | None
    cases: tuple[Case, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """What became of a case: nothing in `differences` means that it passed."""

    case: Case
    differences: tuple[str, ...]


def rule_folders(directory: Path) -> Iterator[Path]:
    """Yield the rule folders at or below a directory, in their names' order."""
    yield from sorted(path.parent for path in directory.rglob(RULE_FILE))


def read_rule_test(folder: Path, registry: Registry) -> RuleTest:
    """Read a rule and its cases, and check the rule against the kinds that it names.

    The Python of a rule is run: whoever tests a rule folder trusts it.
    """
    uri = folder.as_posix()
    rule, problems = read_rule_folder(folder, allow_python=True, uri=uri)
    if rule is None:
        return RuleTest(folder, None, (), problems)
    problems = (*problems, *check_rule(rule, registry))
    if any(problem.level == "error" for problem in problems):
        return RuleTest(folder, rule, (), problems)  # every case of a rule with a mistake in it would only repeat it
    cases, more = read_cases(folder, rule.id, uri)
    return RuleTest(folder, rule, cases, (*problems, *more))


def try_rules(directory: Path, plugins: PluginChoice) -> Iterator[tuple[RuleTest, tuple[CaseOutcome, ...]]]:
    """Yield every rule at or below a directory with the outcomes of its cases."""
    registry = plugins_for(plugins).registry
    for folder in rule_folders(directory):
        test = read_rule_test(folder, registry)
        yield test, tuple(run_case(test, case, registry) for case in test.cases)


def run_case(test: RuleTest, case: Case, registry: Registry) -> CaseOutcome:
    """Check a case's documents with its rule; every fix that a finding offers must mend it."""
    assert test.rule is not None  # noqa: S101 - a rule that can't be read has no cases
    if case.kind and case.kind not in registry.kinds:
        return CaseOutcome(case, (f"no kind of subject '{case.kind}'",))
    plan = _plan_for(test.rule, case, registry)
    missing = plan.lacking.get(test.rule.id)
    if missing:
        return CaseOutcome(case, (f"the rule needs what is not installed: pip install {' '.join(missing)}",))
    evaluation = _checked(case.texts, plan)
    findings = _findings(evaluation)
    wrong = [*(problem.message for problem in evaluation.problems), *differences(case, findings)]
    wrong += _broken_fixes(findings, case.texts, plan)
    return CaseOutcome(case, tuple(wrong))


@dataclass(frozen=True, slots=True)
class _CaseFiles:
    """The documents of a case, for loaders that read the files around one."""

    texts: Mapping[str, str]
    memo: dict[str, Any] = field(default_factory=dict)

    def files(self, uri: str) -> tuple[str, ...]:
        return tuple(sorted(name for name in self.texts if name.rpartition("/")[0] == uri))

    def folders(self, uri: str) -> tuple[str, ...]:
        start = f"{uri}/" if uri else ""
        inner = (name[len(start) :] for name in self.texts if name.startswith(start))
        return tuple(sorted({start + name.partition("/")[0] for name in inner if "/" in name}))

    def read(self, uri: str) -> str | None:
        return self.texts.get(uri)


def _checked(texts: Mapping[str, str], plan: CompiledPlan) -> Evaluation:
    around = _CaseFiles(texts) if len(texts) > 1 else None
    loaders = plan.registry.loaders
    loaded = {uri: read_text(uri, text, loaders, Budgets(), lambda: around) for uri, text in texts.items()}
    return evaluate_together(loaded, plan)


def _plan_for(rule: Rule, case: Case, registry: Registry) -> CompiledPlan:
    settings = {rule.id: RuleSetting(rule.level, parameters=case.parameters)}
    plan = Plan((EffectiveRuleset("case", settings=settings),), {rule.id: rule})
    # the rule under test may be a newer version of one that is installed
    known = registry._replace(rules={**registry.rules, rule.id: rule})
    return compile_plan(plan, known, {"**": case.kind} if case.kind else {})


def _findings(evaluation: Evaluation) -> tuple[Finding, ...]:
    return tuple(finding for ruleset in evaluation.rulesets for finding in ruleset.findings)


def _broken_fixes(findings: Iterable[Finding], texts: Mapping[str, str], plan: CompiledPlan) -> Iterator[str]:
    known = list(findings)
    for finding in known:
        for fix in finding.fixes:
            mended = apply_replacements(texts[finding.location.uri], fix.replacements)
            again = _checked({**texts, finding.location.uri: mended}, plan)
            if again.problems or len(_findings(again)) >= len(known):
                yield f"the fix at '{finding.location.logical}' leaves the finding, or breaks the document:\n{mended}"
