"""Waivers written beside the value: `# lictor: ignore[rule-id, other-*] why it is fine`."""

from collections.abc import Iterable, Iterator, Sequence

from lictor.documents import Lines, lines_of
from lictor.errors import did_you_mean
from lictor.model import CommentWaiver, Document, Finding, Location, Problem
from lictor.patterns import lazy_pattern
from lictor.rulesets import matches_name

_DIRECTIVE = lazy_pattern(r"^[#/\s]*lictor\s*:\s*(?P<verb>[A-Za-z-]+)\s*(?:\[(?P<rules>[^\]]*)\])?(?P<reason>.*)$")
_MARK = "lictor"


def waivers_in_comments(document: Document) -> tuple[CommentWaiver, ...]:
    """Return the waivers in a document's comments.

    One that shares its line with a value is for that line; one that stands alone is for the next line that is neither
    a comment nor blank.
    """
    if _MARK not in document.text:
        return ()
    comments = document.comments()
    meant = _next_lines(lines_of(document.text), [each.region.start_line for each in comments if each.stands_alone])
    return tuple(
        CommentWaiver(
            rules=tuple(name.strip() for name in (found["rules"] or "").split(",") if name.strip()),
            reason=found["reason"].strip().removeprefix("--").strip(),
            uri=document.uri,
            line=meant.get(comment.region.start_line, comment.region.start_line),
            location=Location(document.uri, comment.region),
            verb=found["verb"],
        )
        for comment in comments
        if (found := _DIRECTIVE.match(comment.text))
    )


def covers(waiver: CommentWaiver, finding: Finding, names: Iterable[str]) -> bool:
    """Tell whether a comment waives a finding; `names` are its rule's id and aliases."""
    region = finding.location.region
    return (
        waiver.verb == "ignore"
        and region is not None
        and finding.location.uri == waiver.uri
        and region.start_line == waiver.line
        and any(matches_name(pattern, name) for name in names for pattern in waiver.rules)
    )


def comment_problems(
    waivers: Iterable[CommentWaiver], used: Iterable[Location], asked: Iterable[str], *, is_narrowed: bool = False
) -> Iterator[Problem]:
    """Say which comments waived nothing in any ruleset of the run. `used` are the places of those that did.

    `asked` are the names of all rules and groups of the run. With `is_narrowed` the run left out rules of its rulesets:
    of a comment for one of those nothing can be said.
    """
    places, names = frozenset(used), tuple(asked)
    for waiver in dict.fromkeys(waivers):
        if waiver.verb != "ignore" or not waiver.rules:
            message, hint = "this comment waives nothing: it names no rule", "write '# lictor: ignore[rule-id] reason'"
            yield Problem("bad-comment", message, "evaluation", "warning", hint, waiver.location)
        elif waiver.location not in places:
            others = [pattern for pattern in waiver.rules if not any(matches_name(pattern, name) for name in names)]
            if not is_narrowed or not others:
                yield _unused(waiver, others, names)


def _unused(waiver: CommentWaiver, others: Sequence[str], asked: Sequence[str]) -> Problem:
    if others:
        message = f"the comment waives '{others[0]}', which is no rule that was asked"
        hint = did_you_mean(others[0], asked) or "remove the comment, or turn the rule on"
    else:
        named = ", ".join(f"'{name}'" for name in waiver.rules)
        message = f"the comment waives {named}, which found nothing on line {waiver.line}"
        hint = "remove the comment; it counts for its own line or, alone on a line, for the next one"
    return Problem("unused-waiver", message, "evaluation", "warning", hint, waiver.location)


def _next_lines(lines: Lines, comments: Iterable[int]) -> dict[int, int]:
    """Return for each line that is only a comment the next one that is neither that nor blank; itself if there is none.

    From the last comment to the first, so that no line is looked at twice.
    """
    following: dict[int, int] = {}
    for comment in sorted(comments, reverse=True):
        number = comment + 1
        while number <= len(lines.starts) and number not in following and not lines.line(number).strip():
            number += 1
        is_past_the_end = number > len(lines.starts) or following.get(number) == number
        following[comment] = comment if is_past_the_end else following.get(number, number)
    return following
