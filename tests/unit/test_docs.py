"""What the pages say is true: links lead somewhere, YAML loads, commands print what is shown.

Pages carry marks, in comments that a reader does not see. Before a code block: `rule`, `ruleset`, `cases`, `document`
and `workflow` say what a YAML block is, `file: NAME` writes it, `run` or `run: exit N` runs the command, `prints` says
that this is its output. `replace: A by: B in: NAME` changes a file. `LICTOR_UPDATE_GOLDEN=1` rewrites the outputs.
"""

import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from lictor import hookspecs
from lictor.api import PluginChoice, rules_for
from lictor.documents import parse_yaml
from lictor.errors import PROBLEM_CODES
from lictor.model import Problem, Rule
from lictor.registry import Registry
from lictor.rules import check_rule, parse_rule
from lictor.rulesets import read_ruleset
from lictor.schema import problems_in

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = (ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md")))
WRITTEN = (ROOT / "README.md", DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md")))
WALKED = (*WRITTEN[1:], DOCS / "reference" / "queries.md", DOCS / "reference" / "baseline.md")

MADE_UP = ("role-untagged", "acme-tier-high", "acme-unknown-team")
"""Rules that the pages make in other blocks."""

SORTS = {"rule", "ruleset", "cases", "document", "workflow"}
STEP = re.compile(
    r"<!-- (?P<mark>[^\n]*?) -->|^(?P<fence>`{3,})(?P<language>\w*)[^\n]*\n(?P<body>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)


class Block(NamedTuple):
    """A code block with the marks that stand before it, and where its text is in the page."""

    marks: tuple[str, ...]
    language: str
    body: str
    start: int
    end: int

    def mark(self, name: str) -> str | None:
        """Return what a mark says: "" when it is there alone, None when it is not there."""
        for mark in self.marks:
            for part in mark.split(", "):
                key, _, value = part.partition(": ")
                if key == name:
                    return value
        return None


def steps(page: str) -> Iterator[Block | str]:
    """Yield a page's blocks, and the marks that change a file."""
    marks: list[str] = []
    for found in STEP.finditer(page):
        if found["mark"] is None:
            yield Block(tuple(marks), found["language"], found["body"], found.start("body"), found.end("body"))
            marks = []
        elif found["mark"].startswith("replace: "):
            yield found["mark"]
        else:
            marks.append(found["mark"])


def blocks(page: Path, language: str) -> list[Block]:
    found = steps(page.read_text(encoding="utf-8"))
    return [step for step in found if isinstance(step, Block) and step.language == language]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{name_of(page)} links to '{target}'"
        assert not anchor or anchor in anchors(file), f"{name_of(page)} links to '{target}'"


def links(page: Path) -> list[str]:
    code = re.compile(r"^(`{3,}).*?^\1$|`[^`\n]*`(?!\])", re.MULTILINE | re.DOTALL)
    text = code.sub("", page.read_text(encoding="utf-8"))
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in target]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^a-z0-9_ -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", WRITTEN, ids=name_of)
def test_every_yaml_block_is_what_it_says(page: Path) -> None:
    registry, _ = rules_for(PluginChoice(only=()))
    for block in blocks(page, "yaml"):
        (sort,) = {mark for mark in SORTS if block.mark(mark) is not None}
        wrong = [problem for problem in PROBLEMS_OF[sort](block.body, registry) if problem.level == "error"]
        assert not wrong, f"{name_of(page)}: {[problem.message for problem in wrong]} in\n{block.body}"


def problems_of_rule(text: str, registry: Registry) -> tuple[Problem, ...]:
    (document,) = parse_yaml("rule.yaml", text).documents
    rule, problems = parse_rule(document, ())
    return (*problems, *(check_rule(rule, registry) if rule else ()))


def problems_of_ruleset(text: str, registry: Registry) -> tuple[Problem, ...]:
    known = registry._replace(rules={**registry.rules, **{id_: made_up(id_) for id_ in MADE_UP}})
    ruleset, _, problems = read_ruleset(text, "lictor.yaml", find=lambda id_, _: registry.rulesets[id_], registry=known)
    inline = ruleset.rules.values() if ruleset else ()
    return (*problems, *(problem for rule in inline for problem in check_rule(rule, registry)))


def made_up(rule_id: str) -> Rule:
    return Rule(rule_id, "Title", "message", ("document",))


def problems_of_cases(text: str, _registry: Registry) -> tuple[Problem, ...]:
    (document,) = parse_yaml("cases.yaml", text).documents
    return tuple(problems_in(document, "cases"))


def problems_of_document(text: str, _registry: Registry) -> tuple[Problem, ...]:
    return parse_yaml("document.yaml", text).problems


PROBLEMS_OF = {
    "rule": problems_of_rule,
    "ruleset": problems_of_ruleset,
    "cases": problems_of_cases,
    "document": problems_of_document,
    "workflow": problems_of_document,
}


@pytest.mark.parametrize("page", WALKED, ids=name_of)
def test_every_command_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    (tmp_path / ".git").mkdir()  # a root of its own
    outputs: list[tuple[Block, str]] = []
    printed = ""
    for step in steps(text):
        if isinstance(step, str):
            replace_in_file(step, tmp_path)
            continue
        if file := step.mark("file"):
            (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / file).write_text(step.body, encoding="utf-8")
        if (wanted := step.mark("run")) is not None:
            printed = run(step.body, wanted or "exit 0", tmp_path)
        if step.mark("prints") is not None:
            outputs.append((step, printed))
    if os.environ.get("LICTOR_UPDATE_GOLDEN"):
        for block, output in reversed(outputs):
            text = text[: block.start] + output + text[block.end :]
        page.write_text(text, encoding="utf-8")
        return
    for block, output in outputs:
        assert output == block.body


def replace_in_file(mark: str, directory: Path) -> None:
    found = re.fullmatch(r"replace: (.*) by: (.*) in: (.*)", mark)
    assert found is not None
    file = directory / found[3]
    before = file.read_text(encoding="utf-8")
    assert found[1] in before
    file.write_text(before.replace(found[1], found[2]), encoding="utf-8")


def run(command: str, wanted: str, directory: Path) -> str:
    """Run a `lictor` command line; both of its outputs are what a reader sees."""
    first, *words = shlex.split(command.partition("#")[0])
    assert first == "lictor"
    environment = {**os.environ, "NO_COLOR": "1", "XDG_CACHE_HOME": str(directory / ".cache")}
    done = subprocess.run(
        [sys.executable, "-m", "lictor.cli", *words],
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=60,
        encoding="utf-8",
    )
    assert f"exit {done.returncode}" == wanted, done.stdout
    return done.stdout


def test_the_plugin_of_the_page_registers_what_it_says(tmp_path: Path) -> None:
    (block,) = blocks(DOCS / "how-to" / "team-plugin.md", "python")
    (tmp_path / "acme_lictor.py").write_text(block.body, encoding="utf-8")
    (tmp_path / "acme-baseline.yaml").write_text("id: acme-baseline\n", encoding="utf-8")
    spec = importlib.util.spec_from_file_location("acme_lictor", tmp_path / "acme_lictor.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert [rule.id for rule in module.register_rules() if isinstance(rule, Rule)] == ["acme-tier-high"]
    assert [source.id for source in module.register_rulesets()] == ["acme-baseline"]


def test_every_hook_is_documented() -> None:
    page = (DOCS / "reference" / "hooks.md").read_text(encoding="utf-8")
    hooks = [name for name in vars(hookspecs) if name.startswith("register_") or name == "finish"]
    assert len(hooks) > 10
    assert [name for name in hooks if f"## {name}\n" not in page] == []


def test_every_problem_code_in_the_source_is_documented() -> None:
    used = set()
    for folder in ("engine", "plugins"):
        for file in (ROOT / folder).rglob("*.py"):
            used |= set(re.findall(r'roblem\(\s*"([a-z]+(?:-[a-z]+)+)"', file.read_text(encoding="utf-8")))
    assert len(used) > 30
    assert sorted(used - PROBLEM_CODES.keys()) == []


def test_generated_pages_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(DOCS / "generate.py"), "--check"], capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
