"""Messages in SARIF: the text, the rule's template it was made from, and links to related locations."""

from typing import Any, NamedTuple

from lictor import RelatedLocation, Rule, split_template

_QUOTED = "'{0}'."
_LONGEST = 10_000


class Template(NamedTuple):
    """The fixed parts of a rule's message: between each two of them stands a value."""

    literals: tuple[str, ...]


def sentence(text: str) -> str:
    """Return the text with a full stop at its end, as SARIF asks of messages (3.11)."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def template_of(rule: Rule) -> Template:
    """Return the fixed parts of a rule's message; of one without values, none."""
    try:
        parts = split_template(rule.message)
    except ValueError:
        return Template(())
    literals = [""]
    for part in parts:
        if isinstance(part, str):
            literals[-1] += part
        else:
            literals.append("")
    return Template(tuple(literals) if len(literals) > 1 else ())


def message_strings(template: Template) -> dict[str, dict[str, str]]:
    """Return a rule's `messageStrings` (3.49.11): its own message, and `other` for what does not fit it."""
    strings = {}
    if template.literals:
        text = ""
        for number, literal in enumerate(template.literals):
            text += _placeholder(number - 1, text, literal) if number else ""
            text += literal.replace("{", "{{").replace("}", "}}")
        strings["default"] = {"text": sentence(text)}
    return {**strings, "other": {"text": _QUOTED}}


def sarif_message(
    text: str,
    template: Template,
    related: tuple[RelatedLocation, ...],
    *,
    has_links: bool = True,
) -> dict[str, Any]:
    """Return the `message` (3.11): `text` for those who read it, `id` and `arguments` for those who translate."""
    values = _values(text, template.literals)
    links = [f"[{_link_text(each.message)}]({number})" for number, each in enumerate(related, 1) if each.message]
    links = links if has_links else []
    # 3.11.6: `[text](1)` is a link to the related location 1; so nothing in a document may look like one.
    whole = sentence(text.replace("](", "] ("))
    return {
        "id": "default" if values else "other",
        "arguments": values or [text],
        "text": f"{whole} See {', '.join(links)}." if links else whole,
    }


def _placeholder(number: int, before: str, after: str) -> str:
    # SARIF2015 of the SARIF Multitool: values stand in single quotes.
    is_quoted = before.endswith("'") and after.startswith("'")
    return f"{{{number}}}" if is_quoted else f"'{{{number}}}'"


def _values(text: str, literals: tuple[str, ...]) -> list[str]:
    """Return what stands between the literals, or nothing when the text is not made from them."""
    if len(text) > _LONGEST or not literals or not text.startswith(literals[0]) or not text.endswith(literals[-1]):
        return []
    place, end = len(literals[0]), len(text) - len(literals[-1])
    values = []
    for literal in literals[1:-1]:
        # An empty literal stands between two values that touch: the first one takes all up to the next.
        found = text.find(literal, place, end) if literal else place
        if found < 0:
            return []
        values.append(text[place:found])
        place = found + len(literal)
    return [*values, text[place:end]] if place <= end else []


def _link_text(text: str) -> str:
    return text.rstrip(".").replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
