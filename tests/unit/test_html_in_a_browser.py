"""The HTML report, opened in a real browser: what a reader can do with it, and what a document can't."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lictor.api import CheckRequest, PluginChoice, PolicyChoice, check, plugins_for
from lictor.model import ReportOptions

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install '.[browser]'")
CHROMIUM = os.environ.get("LICTOR_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: install it, or name it in LICTOR_CHROMIUM")

EVIL = "</script><img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
ROLE = "arn:aws:iam::111122223333:role/ci"


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import datetime as dt

    root = tmp_path_factory.mktemp("browser")
    for name, principal in (("open.json", "*"), ("team/ci.json", ROLE)):
        statement = {"Effect": "Allow", "Sid": EVIL, "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(json.dumps({"Statement": [statement]}, indent=2))
    report = check(CheckRequest((".",), root, dt.date(2026, 1, 1), PolicyChoice(rulesets=("aws-trust",))))
    reporter = plugins_for(PluginChoice()).registry.reporters["html"]
    file = root / "report.html"
    file.write_text(reporter.render(report, ReportOptions()), encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, page_file: Path) -> Iterator[Any]:
    opened = browser.new_page()
    opened.said = []
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.on("request", lambda request: opened.said.append(request.url) if "report.html" not in request.url else None)
    opened.goto(page_file.as_uri())
    yield opened
    opened.close()


def visible(page: Any) -> list[str]:
    return [str(row.get_attribute("data-file")) for row in page.locator("details[data-level]:visible").all()]


def test_the_page_works_under_its_own_policy_and_fetches_nothing(page: Any) -> None:
    assert page.said == []
    assert page.locator("#shown").inner_text() == f"{len(visible(page))} of {len(visible(page))} shown"


def test_nothing_of_a_document_is_run(page: Any) -> None:
    assert page.title().startswith("lictor: ")
    assert page.locator("img").count() == 0


def test_words_and_charts_narrow_what_is_shown(page: Any) -> None:
    everything = visible(page)
    assert set(everything) == {"open.json", "team/ci.json"}
    page.locator('button[data-filter="file:team/ci.json"]').click()
    assert set(visible(page)) == {"team/ci.json"}
    page.locator('button[data-filter="file:team/ci.json"]').click()
    assert visible(page) == everything
    page.locator("#search").fill("trust-wildcard-principal")
    assert visible(page) == ["open.json"]
    page.keyboard.press("Escape")
    assert visible(page) == everything


def test_levels_are_switched_off_and_on(page: Any) -> None:
    page.locator('input[data-level="error"]').uncheck()
    assert page.locator('details[data-level="error"]:visible').count() == 0
    page.locator('input[data-level="error"]').check()
    assert page.locator('details[data-level="error"]:visible').count() > 0


def test_a_finding_opens_on_the_marked_value(page: Any) -> None:
    row = page.locator('details[data-rule="trust-wildcard-principal"]')
    row.locator("summary").click()
    assert row.locator("mark").first.inner_text() == '"*"'
