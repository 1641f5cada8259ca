"""Write the pages that are made from code: rules, command line, file formats, hooks, functions, other tools' checks.

`python docs/generate.py` rewrites them; with `--check` it changes nothing and exits 1 when one is stale.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from from_code.commands import command_line
from from_code.files import file_format
from from_code.functions import functions
from from_code.hooks import hooks
from from_code.kinds import kinds
from from_code.other_tools import other_tools
from from_code.problems import problems
from from_code.rules import rule_index, rule_page, shipped_rulesets

from lictor.api import PluginChoice, rules_for
from lictor.registry import Registry

DOCS = Path(__file__).parent
MADE = "<!-- Made by docs/generate.py; change the source, not this page. -->\n\n"


def main(arguments: list[str]) -> int:
    """Write or check every generated page."""
    registry, _ = rules_for(PluginChoice(only=()))
    pages = {DOCS / name: MADE + text.rstrip() + "\n" for name, text in _pages(registry)}
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    left = [path for path in (DOCS / "rules").glob("*.md") if path not in pages]
    if "--check" in arguments:
        for path in [*stale, *left]:
            print(f"{path.relative_to(DOCS.parent)}: stale; run make docs")
        return 1 if stale or left else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(pages[path], encoding="utf-8")
    for path in left:
        path.unlink()
    return 0


def _pages(registry: Registry) -> Iterator[tuple[str, str]]:
    rulesets = shipped_rulesets(registry)
    rules = [registry.rules[rule_id] for rule_id in sorted(registry.rules)]
    yield "rules/index.md", rule_index(rules, rulesets)
    for rule in rules:
        yield f"rules/{rule.id}.md", rule_page(rule, rulesets)
    yield "reference/command-line.md", command_line()
    for part in ("rule", "ruleset", "cases"):
        yield f"reference/{part}-file.md", file_format(part, DOCS.parent)
    yield "reference/hooks.md", hooks()
    yield "reference/functions.md", functions(registry)
    yield "reference/kinds.md", kinds(registry)
    yield "reference/problems.md", problems()
    yield "reference/other-tools.md", other_tools(rules)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
