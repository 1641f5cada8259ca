"""Faults of messages: what GitHub shows as the alert's text."""

import re
from collections.abc import Iterator

from lictor import Match
from lictor_plugins.sarif_logs.reading import (
    Object,
    Placed,
    child,
    entries,
    fault,
    index_of,
    objects,
    results,
    rule_id,
    rule_index,
    rule_of,
    rules,
    runs,
    text,
)

_LINK = re.compile(r"(?<!\\)\[(?:[^\]\\]|\\.)*\]\((\d+)\)")
_PLACEHOLDER = re.compile(r"(?<!\{)(?:\{\{)*\{(\d+)\}")
_BARE = re.compile(r"(?<!['{])\{\d+\}(?!['}])")


def no_message(log: Object) -> Iterator[Match]:
    """Yield results without a text."""
    for _run, result in results(log):
        message = child(result, "message")
        if not text(message.value, "text").strip():
            place = message.path if "message" in result.value else result.path
            why = "an 'id' is not enough" if "id" in message.value else "there is nothing to show"
            yield fault(place, f"the result has no 'message.text': {why}")


def link(log: Object) -> Iterator[Match]:
    """Yield links to related locations that are not there."""
    for _run, result in results(log):
        found = text(result.value, "message", "text")
        if "](" not in found:
            continue
        places = [each for name in ("locations", "relatedLocations") for each in objects(result, name)]
        known = {index_of(each.value, "id") for each in places}
        for number in dict.fromkeys(_LINK.findall(found)):
            if int(number) not in known:
                place = (*result.path, "message", "text")
                yield fault(place, f"the text links to the related location {number}, and there is none with that id")


def message_arguments(log: Object) -> Iterator[Match]:
    """Yield messages by id that the rule does not have, or with too few arguments for it."""
    known: dict[tuple[object, ...], str | None] = {}
    for run, result in results(log):
        message = child(result, "message")
        name = text(message.value, "id")
        if not name:
            continue
        rule = (rule_id(result), rule_index(result), repr(result.value.get("rule")))
        if (run.path, rule, name) not in known:
            known[run.path, rule, name] = _template(run, result, name)
        template = known[run.path, rule, name]
        if template is None and rule_of(run, result) is None:
            continue  # a rule that is not there is told by a rule of its own
        if template is None:
            yield fault((*message.path, "id"), f"the rule has no message '{name}'")
            continue
        needed = max((int(number) + 1 for number in _PLACEHOLDER.findall(template)), default=0)
        given = len(entries(message.value, "arguments"))
        if given < needed:
            place = (*message.path, "arguments") if "arguments" in message.value else message.path
            yield fault(place, f"the rule's message '{name}' takes {needed} arguments, and there are {given}")


def message_style(log: Object) -> Iterator[Match]:
    """Yield, once a run and once a rule, messages that are not written as SARIF recommends (3.11)."""
    for run in runs(log):
        messages = [child(result, "message") for result in objects(run, "results")]
        bare = [each for each in messages if (said := text(each.value, "text").rstrip()) and said[-1] not in ".!?。"]
        if bare:
            number = "1 message does" if len(bare) == 1 else f"{len(bare):,} messages do"
            yield fault((*bare[0].path, "text"), f"{number} not end with a full stop")
    for rule in rules(log):
        strings = child(rule, "messageStrings")
        for name in strings.value:
            if _BARE.search(text(strings.value, name, "text")):
                yield fault((*strings.path, name, "text"), "a value in the message does not stand in single quotes")


def _template(run: Placed, result: Placed, name: str) -> str | None:
    """Return the text of a message by its id (3.11.7); None when it is nowhere."""
    rule = rule_of(run, result)
    holders = [child(rule, "messageStrings")] if rule else []
    holders.append(child(child(child(run, "tool"), "driver"), "globalMessageStrings"))
    found = next((holder for holder in holders if name in holder.value), None)
    return None if found is None else text(found.value, name, "text")
