"""What a query can know beyond its own value: the subject, the candidate, the parameters."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lictor.model import EMPTY, Node, Path

if TYPE_CHECKING:
    from lictor.query.compiled import Query


class QueryContext:
    """What the functions root(), each(), parent(), subject(), parameter() and let() answer.

    `each` is the candidate, `parents` what holds it, nearest first. `let` queries run on the candidate (on the root
    when there is none), each at most once for a context.
    """

    __slots__ = ("answers", "each", "let", "parameters", "parents", "root", "root_path", "subject")

    def __init__(  # noqa: PLR0917 - one for each function that asks for it
        self,
        root: Any = None,  # noqa: ANN401 - any JSON value
        root_path: Path = (),
        each: Node | None = None,
        parents: tuple[Node, ...] = (),
        subject: Mapping[str, Any] = EMPTY,
        parameters: Mapping[str, Any] = EMPTY,
        let: "Mapping[str, Query]" = EMPTY,
    ) -> None:
        """Take what is known; `answers` keeps the results of `let` queries as they are asked for."""
        self.root = root
        self.root_path = root_path
        self.each = each
        self.parents = parents
        self.subject = subject
        self.parameters = parameters
        self.let = let
        self.answers: dict[str, Any] = {}
