"""What a query can know beyond its own value: the subject, the candidate, the parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lictor.model import Node, Path

if TYPE_CHECKING:
    from lictor.query.compiled import Query


@dataclass(frozen=True, slots=True, eq=False)
class QueryContext:
    """What the functions root(), each(), parent(), subject(), parameter() and let() answer.

    `each` is the candidate, `parents` what holds it, nearest first. `let` queries run on the candidate (on the root
    when there is none), each at most once for a context.
    """

    root: Any = None
    root_path: Path = ()
    each: Node | None = None
    parents: tuple[Node, ...] = ()
    subject: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    let: "Mapping[str, Query]" = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict, init=False, repr=False)
    """Results of `let` queries, kept as they are asked for."""
