"""The rule that speaks when a change newly allows something."""

from collections.abc import Iterable, Mapping
from typing import Any

from lictor.model import NEW_ACCESS_RULE, Match, Rule, Subject


def _says_nothing(subject: Subject, parameters: Mapping[str, Any]) -> Iterable[Match]:  # noqa: ARG001 - a check's signature
    """Say nothing of a policy alone: only by comparing is it known what a change allows."""
    return ()


NEW_ACCESS = Rule(
    id=NEW_ACCESS_RULE,
    title="A change allows what was not allowed before",
    message="the change newly allows something",
    applies_to=("aws.iam.*",),
    level="warning",
    security_severity=7.0,
    check=_says_nothing,
    precision="very-high",
    tags=("security", "access"),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",),
    help="""# A change allows what was not allowed before

The policy is compared with what it was. The message holds a request that is allowed now and was not allowed before.
Reordering, reformatting and rewriting a policy so that it means the same give no finding.

An error says that somebody of an account which the policy did not name can get in now; a warning, that somebody who
could do something before can do more.
""",
)
