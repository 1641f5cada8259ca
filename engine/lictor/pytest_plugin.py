"""Let pytest collect a team's rules: each case of each `rule.yaml` folder is a test."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from lictor.api.cases import RuleTest
    from lictor.registry import Registry
    from lictor.rules import Case


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> "RuleFile | None":
    """Collect a `rule.yaml` that has a `cases.yaml` or a page beside it."""
    if file_path.name != "rule.yaml":
        return None
    if not any((file_path.parent / name).is_file() for name in ("cases.yaml", "rule.md")):
        return None
    return RuleFile.from_parent(parent, path=file_path)


class RuleFile(pytest.File):
    """A rule's folder."""

    def collect(self) -> Iterable[pytest.Item]:
        """Yield a test for the rule itself, then one for each case."""
        from lictor.api import PluginChoice, plugins_for
        from lictor.api.cases import read_rule_test

        registry = plugins_for(PluginChoice()).registry
        test = read_rule_test(self.path.parent, registry)
        yield RuleItem.from_parent(self, name="rule", test=test)
        for case in test.cases:
            yield CaseItem.from_parent(self, name=case.name, test=test, case=case, registry=registry)


class RuleItem(pytest.Item):
    """The rule file itself: it can be read, its queries fit their kinds, it has the cases it needs."""

    def __init__(self, *, test: "RuleTest", **kwargs: Any) -> None:
        """Keep what was read; the other arguments are pytest's own."""
        super().__init__(**kwargs)
        self._test = test

    def runtest(self) -> None:
        """Fail with everything that is wrong with the rule."""
        from lictor.documents import quote_sources
        from lictor.report import describe_problem

        errors = [problem for problem in self._test.problems if problem.level == "error"]
        wrong = [describe_problem(problem) for problem in quote_sources(errors, Path())]
        if wrong:
            raise RuleTestError("\n".join(wrong))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """Show the differences without a traceback, which would be ours and not the author's."""
        del style
        return str(excinfo.value) if isinstance(excinfo.value, RuleTestError) else str(excinfo.getrepr())

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the rule in pytest's report."""
        return self.path, None, f"{self.path.parent.name}: {self.name}"


class CaseItem(RuleItem):
    """One case of a rule."""

    def __init__(self, *, case: "Case", registry: "Registry", **kwargs: Any) -> None:
        """Keep the case; the other arguments are pytest's own."""
        super().__init__(**kwargs)
        self._case = case
        self._registry = registry

    def runtest(self) -> None:
        """Fail with the differences between what was expected and what was found."""
        from lictor.api.cases import run_case

        outcome = run_case(self._test, self._case, self._registry)
        if outcome.differences:
            raise RuleTestError("\n".join(outcome.differences))


class RuleTestError(Exception):
    """A rule or a case that is not as it should be."""
