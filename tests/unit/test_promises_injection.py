"""No text of a document, a file's name, a rule or a ruleset gets out of the place where it is shown."""

import json
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Lictor = Callable[..., Any]

CONTROLS = [*range(1, 0x20), *range(0x7F, 0xA0), 0xAD, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F)]
CONTROLS += [*range(0x2060, 0x2070), 0xFEFF, 0xFFF9]
MARKUP = (
    "::set-output name=x::y %0A::error::x ##[error] ]]> </script><script>alert(1)</script> <!-- --> "
    "![i](//x) [l](javascript:x) `c` *b* _i_ ~s~ |cell| @team https://evil.example &lt; '\" \\ {x}"
)
EVIL = "".join(map(chr, CONTROLS)) + "\n::error::mine\n# head\n- item\n" + MARKUP
FORMATS = ("text", "compact", "json", "sarif", "sarif-github", "github", "junit", "markdown", "html", "gitlab", "azure")
FORMATS += ("baseline",)


def quoted(text: str) -> str:
    return json.dumps(text)


def policy(**more: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Principal": {"AWS": ["*", EVIL], EVIL: EVIL}, "Action": [EVIL, "sts:AssumeRole"]}
    conditions = {"Condition": {EVIL: {EVIL: EVIL}}, EVIL: EVIL, "Sid": EVIL}
    return {"Version": EVIL, "Statement": [{**statement, **conditions}], **more}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("work")
    (root / ".git").mkdir()
    (root / "in").mkdir()
    name = EVIL.replace("/", "-")
    # a name holds 255 bytes
    for number, part in enumerate((name[:90], name[90:200], name[200:300])):
        (root / "in" / f"{number}{part}.json").write_text(json.dumps(policy()))
    role = {"RoleName": EVIL, "AssumeRolePolicyDocument": json.dumps(policy()), "Path": EVIL, "Arn": EVIL}
    (root / "in" / "role.json").write_text(json.dumps(role))
    (root / "in" / "raw.json").write_text(json.dumps(policy(), ensure_ascii=False))
    (root / "in" / "broken.json").write_text('{"a": ' + MARKUP)
    (root / "in" / "twice.json").write_text(f'{{{quoted(EVIL)}: 1, {quoted(EVIL)}: 2, "x": {quoted(EVIL)}}}')
    properties = {"RoleName": EVIL, "AssumeRolePolicyDocument": policy()}
    resources = json.dumps({EVIL: {"Type": "AWS::IAM::Role", "Properties": properties}})
    (root / "in" / "stack.yaml").write_text(f"Resources: {resources}\n")
    (root / "in" / "tag.yaml").write_text("a: !<%1B[2J> 1\nb: !!python/name:os.system 2\n")
    (root / "in" / "waived.yaml").write_text(
        f"# lictor: ignore[trust-wildcard-principal] {MARKUP}\n# lictor: ignre[{MARKUP}\n{json.dumps(policy())}\n"
    )
    (root / "rules" / "evil").mkdir(parents=True)
    (root / "rules" / "evil" / "rule.yaml").write_text(
        f"id: evil-rule\ntitle: {quoted(EVIL)}\nlevel: error\napplies-to: [document]\n"
        f"deny: '@'\nmessage: {quoted(EVIL.replace('{x}', ''))}\ntags: [{quoted(EVIL)}]\n"
        f"parameters: {{p: {{type: string, default: {quoted(EVIL)}, description: {quoted(EVIL)}}}}}\n"
        f"fix: {{set: {quoted(EVIL.replace('{x}', ''))}, description: {quoted(EVIL.replace('{x}', ''))}}}\n"
    )
    (root / "rules" / "evil" / "rule.md").write_text(f"# Evil\n\n{EVIL}\n")
    (root / "evil.yaml").write_text(
        f"id: evil\ntitle: {quoted(EVIL)}\ndescription: {quoted(EVIL)}\nextends: aws-trust\n"
        f"rules: {{evil-rule: {{level: error, parameters: {{p: {quoted(EVIL)}}}}}}}\n"
        f"waivers: [{{rules: [trust-wildcard-principal], where: {{files: [in/raw.json]}}, reason: {quoted(EVIL)}}}]\n"
    )
    return root


@pytest.fixture(scope="module")
def outputs(work: Path, lictor: Lictor) -> dict[str, str]:
    """One run, in every format."""
    words = [word for name in FORMATS for word in ("-o", f"{name}={name}.out")]
    ran = lictor(work, "check", "in", "--ruleset", "evil.yaml", "--rules", "rules", *words)
    assert (ran.code, ran.err) == (1, "")
    return {name: (work / f"{name}.out").read_bytes().decode() for name in FORMATS}


def steering(text: str) -> set[str]:
    """Return the characters that steer a terminal or a reader's eye."""
    unsafe = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    return {hex(ord(letter)) for letter in set(text) - {"\n"} if unicodedata.category(letter) in unsafe}


@pytest.mark.parametrize("name", FORMATS)
def test_no_output_holds_a_character_that_steers_its_reader(outputs: dict[str, str], name: str) -> None:
    assert steering(outputs[name]) == set()


@pytest.mark.parametrize("name", ["json", "sarif", "sarif-github", "baseline"])
def test_json_is_json_that_a_page_can_embed(outputs: dict[str, str], name: str) -> None:
    assert json.loads(outputs[name])
    assert "</script" not in outputs[name]
    assert "<!--" not in outputs[name]


def test_the_evil_is_in_the_data_and_not_lost(outputs: dict[str, str]) -> None:
    data = json.loads(outputs["json"])
    assert any(EVIL in each["location"]["path"] for each in data["findings"])
    assert any(each["suppression"] and EVIL in each["suppression"]["justification"] for each in data["findings"])
    assert {"evil-rule", "form-unknown-element", "trust-wildcard-principal"} <= {
        each["rule_id"] for each in data["findings"]
    }
    assert {"bad-document", "duplicate-key", "bad-tag"} <= {each["code"] for each in data["problems"]}


def test_every_line_of_a_workflow_log_is_a_command_of_ours(outputs: dict[str, str]) -> None:
    data = json.loads(outputs["json"])
    shown = [each for each in data["findings"] if not each["suppression"]]
    *commands, receipt, end = outputs["github"].split("\n")
    assert end == ""
    assert receipt.startswith("checked ")
    assert len(commands) == len(shown) + len(data["problems"]) + len(data["notes"])
    form = re.compile(r"::(error|warning|notice) ((file|line|endLine|col|endColumn|title)=[^,:\n]*,?)+::[^\n]*")
    assert [line for line in commands if not form.fullmatch(line)] == []


def test_junit_is_xml_with_as_many_failures_as_findings(outputs: dict[str, str]) -> None:
    root = ET.fromstring(outputs["junit"])  # noqa: S314 - written by the program under test
    data = json.loads(outputs["json"])
    shown = [each for each in data["findings"] if each["kind"] == "fail" and not each["suppression"]]
    assert len(root.findall(".//failure")) == len(shown)
    assert {child.tag for child in root.iter()} <= {
        "testsuites",
        "testsuite",
        "testcase",
        "failure",
        "error",
        "skipped",
    }


def test_markdown_holds_no_markup_but_ours(outputs: dict[str, str]) -> None:
    # code spans show text as it is, and targets of links show none
    harmless = re.compile(r"(?<!\\)(`+)(?!`).+?(?<!`)\1(?!`)|(?<=\]\()(?:in/|rules/|\d)[^()]*(?=\))")
    lines = [harmless.sub("", line) for line in outputs["markdown"].split("\n")]
    tags = set(re.findall(r"</?[A-Za-z!][^>]*>", "\n".join(lines)))
    assert tags <= {"<br>", "<sub>", "</sub>", "<details>", "</details>", "<summary>", "</summary>"}
    cells = {len(re.findall(r"(?<!\\)\|", line)) for line in outputs["markdown"].split("\n") if line.startswith("|")}
    assert cells <= {4, 5}
    text = "\n".join(lines)
    assert not re.search(r"(?<!\\)\[[^]]*\]\([^)]", text)
    assert "@team" not in text
    assert "https://evil" not in text
    assert not any(line.startswith(("# ", "- item")) for line in lines)


def test_text_keeps_what_was_found_on_lines_of_its_own(outputs: dict[str, str]) -> None:
    heads = [line for line in outputs["text"].split("\n") if line[:1] not in {" ", ""}]
    assert not [line for line in heads if line.startswith(("::", "# ", "- "))]
    assert not [line for line in outputs["compact"].split("\n") if line.startswith(("::", "# ", "- "))]


@pytest.mark.parametrize(
    "words",
    [
        ("rules", "--rules", "rules"),
        ("rules", "--rules", "rules", "-o", "json"),
        ("explain", "evil-rule", "--rules", "rules"),
        ("ruleset", "show", "evil.yaml", "--rules", "rules"),
        ("ruleset", "show", "evil.yaml", "--rules", "rules", "-o", "json"),
        ("test", "rules"),
        ("query", "@", "in"),
        ("query", "@", "in", "-o", "json"),
        ("check", f"in/{EVIL[:50]}*.json", f"in/{EVIL[40:70]}.json"),
        ("check", "in", "--only", EVIL[:50]),
        ("check", "in", "--ruleset", EVIL[:50]),
    ],
    ids=lambda words: words[0],
)
def test_no_other_command_shows_what_steers_a_terminal(work: Path, lictor: Lictor, words: tuple[str, ...]) -> None:
    ran = lictor(work, *words)
    assert ran.code in {0, 1, 2, 3}
    assert "Traceback" not in ran.err
    assert steering(ran.out + ran.err) == set()
