"""The page of the access graph, opened in a real browser: what a reader can do with it, and what a document can't."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lictor import Budgets, parse_json
from lictor_plugins.access_graph.answer import ask
from lictor_plugins.access_graph.page import page as render
from lictor_plugins.kinds.aws_iam import find_account, relate_accounts
from lictor_plugins.reasoning.model import Trusted

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright: pip install '.[browser]'")
CHROMIUM = os.environ.get("LICTOR_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: install it, or name it in LICTOR_CHROMIUM")

EVIL = "</script><img src=x onerror=\"document.title='owned'\"><!--<script>"
A = "111122223333"


def role(name: str, principal: dict[str, str], *grants: dict[str, Any]) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Sid": EVIL, "Principal": principal, "Action": "sts:AssumeRole"}
    own = {"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(grants)}}
    return {
        "RoleName": name,
        "Arn": f"arn:aws:iam::{A}:role/{name}",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "RolePolicyList": [own] if grants else [],
    }


def page_of(*roles: dict[str, Any]) -> str:
    text = json.dumps({"UserDetailList": [], "RoleDetailList": roles}, indent=2)
    (document,) = parse_json("dump.json", text, Budgets()).documents
    (subject,) = relate_accounts(list(find_account(document, frozenset({"aws.account"}))))
    return render(ask(subject, Trusted()))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    root = tmp_path_factory.mktemp("graph")
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    small = page_of(
        role("vendor", {"AWS": "arn:aws:iam::999988887777:root"}, everything | {"Action": "sts:AssumeRole"}),
        role("deploy", {"AWS": f"arn:aws:iam::{A}:role/vendor"}, everything),
        role("web", {"Service": "ec2.amazonaws.com"}),
        role("evil", {"AWS": EVIL}),
    )
    (root / "small.html").write_text(small, encoding="utf-8")
    principals = ({"Service": "ec2.amazonaws.com"}, {"AWS": f"arn:aws:iam::{A}:root"})
    many = [role(f"role-{number:03}", principals[number % 2]) for number in range(498)]
    large = page_of(role("vendor", {"AWS": "*"}, everything | {"Action": "sts:AssumeRole"}), *many)
    (root / "large.html").write_text(large, encoding="utf-8")
    return root / "small.html", root / "large.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, files: tuple[Path, Path]) -> Iterator[Any]:
    opened = browser.new_page(viewport={"width": 1400, "height": 800})
    opened.said = []
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.on("request", lambda request: opened.said.append(request.url) if ".html" not in request.url else None)
    opened.goto(files[0].as_uri())
    yield opened
    opened.close()


def listed(page: Any) -> list[str]:
    return [str(item.inner_text()).split("\n")[0] for item in page.locator("#list li:visible button").all()]


def test_the_page_works_under_its_own_policy_and_fetches_nothing(page: Any) -> None:
    assert page.said == []
    assert page.locator("h1").inner_text().startswith("1 way from outside to an administrator")
    assert page.locator("svg .node").count() >= 3


def test_nothing_of_a_document_is_run(page: Any) -> None:
    assert page.title().startswith("lictor: ")
    page.locator("#search").fill("evil")
    page.locator("#list button:visible").first.click()
    assert page.locator("img").count() == 0
    assert "owned" not in page.title()


def test_the_shortest_way_is_drawn_from_left_to_right(page: Any) -> None:
    x = [page.locator(f'svg .node:has-text("{name}")').bounding_box()["x"] for name in ("9999", "vendor", "deploy")]
    assert x == sorted(x)
    assert len(set(x)) == 3


def test_a_picture_a_little_too_wide_is_made_smaller_and_long_names_show_both_ends(
    browser: Any, tmp_path: Path
) -> None:
    chain = ["vendor", "one", "a-role-with-a-name-far-too-long-to-be-read-as-a-whole-in-production"]
    trusts = ["arn:aws:iam::999988887777:root", *(f"arn:aws:iam::{A}:role/{name}" for name in chain)]
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    grants = [[], [], [everything]]
    roles = [role(name, {"AWS": trusts[at]}, *grants[at]) for at, name in enumerate(chain)]
    (tmp_path / "wide.html").write_text(page_of(*roles), encoding="utf-8")
    opened = browser.new_page(viewport={"width": 1400, "height": 800})
    opened.goto((tmp_path / "wide.html").as_uri())
    picture, last = opened.locator("#picture"), opened.locator("svg .node.power").last.bounding_box()
    assert last["x"] + last["width"] < picture.bounding_box()["x"] + picture.bounding_box()["width"]
    names = opened.locator("#list button").all_inner_texts()
    assert any(name.startswith("a-role-with-a-name-") and "…" in name and "production" in name for name in names)
    opened.close()


def test_words_narrow_the_list_and_escape_brings_all_back(page: Any) -> None:
    everyone = listed(page)
    page.keyboard.press("/")
    page.keyboard.type("web")
    assert listed(page) == ["web"]
    page.keyboard.press("Escape")
    assert listed(page) == everyone


def test_an_edge_opens_on_its_statement_and_place(page: Any) -> None:
    page.locator('svg .edge[aria-label^="role vendor to role deploy"]').focus()
    page.keyboard.press("Enter")
    details = page.locator("#details").inner_text()
    assert "dump.json:" in details
    assert '"AWS": "arn:aws:iam::111122223333:role/vendor"' in details


def test_a_node_opens_on_its_neighbours_and_place(page: Any) -> None:
    page.locator('svg .node:has-text("deploy")').click()
    assert "Who becomes it" in page.locator("#details").inner_text()
    assert "dump.json:" in page.locator("#details").inner_text()
    assert page.locator("#title").inner_text() == "role deploy"
    page.locator("#all-ways").click()
    assert page.locator("#title").inner_text() == "Shortest ways"


def test_a_way_is_told_step_by_step(page: Any) -> None:
    page.locator("#details .row").first.click()
    assert page.locator("#details pre").count() >= 2
    page.locator('#details button:has-text("all ways")').click()
    assert page.locator("#details h2").inner_text() == "Ways"


def test_five_hundred_roles_are_listed_and_few_of_them_drawn(page: Any, files: tuple[Path, Path]) -> None:
    page.goto(files[1].as_uri())
    assert len(page.locator("#list li").all()) >= 499
    page.locator("#search").fill("vendor")
    page.locator("#list button:visible").first.click()
    assert 10 < page.locator("svg .node").count() < 60
    assert "the rest are listed" in page.locator("#title").inner_text()
    assert page.said == []
