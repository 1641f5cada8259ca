"""A rule's page: its sections, and the documents it shows."""

from lictor.rules import cases_from_page, page_problems, read_page

PAGE = """\
# web-plain-http

## What it finds

Plain text.

## Why it matters

Because.

## Avoid

```json
{"a": "# not a heading"}
```

Or so:

~~~yaml kind=aws.iam.scp
a: 1
## Prefer
~~~

```sh
lictor check
```

## Prefer

```JSON
{}
```

## Fix

Do it.

## References

- https://example.org
"""


def test_sections_are_found_by_their_headings() -> None:
    page = read_page(PAGE)
    assert list(page.sections) == ["What it finds", "Why it matters", "Avoid", "Prefer", "Fix", "References"]
    assert page.sections["Fix"] == "Do it."


def test_only_fences_that_hold_a_document_count() -> None:
    page = read_page(PAGE)
    assert [(block.language, block.line, block.kind) for block in page.avoid_blocks] == [
        ("json", 14, ""),
        ("yaml", 20, "aws.iam.scp"),
    ]
    assert page.avoid_blocks[1].text == "a: 1\n## Prefer\n"
    assert [block.text for block in page.prefer_blocks] == ["{}\n"]


def test_a_page_with_all_its_parts_has_no_problems() -> None:
    assert page_problems(PAGE, "rule.md") == ()


def test_a_missing_or_empty_section_is_a_problem_at_its_line() -> None:
    text = PAGE.replace("## Fix\n\nDo it.", "## Fix").replace("## Why it matters", "## Why it mattters")
    found = page_problems(text, "rule.md")
    assert [(p.message, p.hint) for p in found] == [
        ("the heading 'Why it matters' is missing", "did you mean 'Why it mattters'?"),
        ("nothing is written under 'Fix'", ""),
    ]
    assert found[1].location.region.start_line == text.splitlines().index("## Fix") + 1


def test_an_avoid_section_without_a_document_is_a_problem() -> None:
    text = PAGE.replace("```json", "```text").replace("~~~yaml", "~~~text")
    assert [p.message for p in page_problems(text, "rule.md")] == ["'Avoid' shows no document"]


def test_a_fence_may_set_parameters() -> None:
    text = PAGE.replace("```JSON", '```json parameters={"most": 1}')
    *_, prefer = cases_from_page(read_page(text), "web-plain-http", "rule.md")
    assert prefer.parameters == {"most": 1}
    for wrong in ("{", "[1]"):
        (problem,) = page_problems(PAGE.replace("```JSON", f"```json parameters={wrong}"), "rule.md")
        assert problem.message == f"expected a JSON object after 'parameters=', found '{wrong}'"


def test_what_a_page_shows_becomes_cases() -> None:
    avoid, second, prefer = cases_from_page(read_page(PAGE), "web-plain-http", "rule.md")
    assert (avoid.uri, avoid.expected[0].path, avoid.is_exact) == ("avoid-1.json", None, False)
    assert (second.uri, second.kind) == ("avoid-2.yaml", "aws.iam.scp")
    assert (prefer.uri, prefer.expected, prefer.is_exact) == ("prefer-1.json", (), True)
