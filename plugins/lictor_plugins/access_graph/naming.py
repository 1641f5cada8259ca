"""ARNs of an account's principals, made up where templates leave them open, and what symbols for principals mean."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from lictor import Path, Subject

_SYMBOL = re.compile(r"\$\{[^{}]+\}")


class Naming:
    """The names of one account's principals.

    Two templates may call a role the same and mean two: a logical id is known in its template only, and a Terraform
    address in its directory. So is a name that two templates give, unless a dump says which role has it. The second of
    a name ends in `@2`.
    """

    def __init__(self, subject: Subject, account_of: Callable[[Mapping[str, Any]], str]) -> None:
        """Name the principals of an account; `account_of` tells the account of one, known or made up."""
        self._subject = subject
        self._principals: Sequence[Mapping[str, Any]] = subject.value["principals"]
        self._account_of = account_of
        self._twins: dict[str, list[int]] = {}
        self.arns = self._made_arns()
        """The ARN of each principal."""

    def may_change(self, statements: Sequence[Any]) -> bool:
        """Tell whether a text in statements may mean something else than it says."""
        return bool(self._twins) or "${" in repr(statements)

    def text(self, text: str, place: Path) -> str:
        """Return a text of the part at `place` with what symbols and names for principals in it mean there."""
        if "${" in text:
            text = _SYMBOL.sub(lambda found: self._meaning(found[0], place), text)
        before, colon, resource = text.rpartition(":")
        uri = self._uri(place) if resource in self._twins else ""
        own = (each for each in self._twins.get(resource, ()) if self._uri(("principals", each)) == uri)
        return next((f"{before}{colon}{self.arns[each].rpartition(':')[2]}" for each in own), text)

    def _uri(self, place: Path) -> str:
        return self._subject.place(place)[0].uri

    def _made_arns(self) -> tuple[str, ...]:
        known = {index: arn for index, value in enumerate(self._principals) if (arn := _known_arn(value))}
        documents: dict[str, list[str]] = {}
        given = frozenset(known.values())
        for index, value in enumerate(self._principals):
            if index in known:
                continue
            arn, uri = self._arn(value, ""), self._uri(("principals", index))
            those = documents.setdefault(arn, [])
            if uri not in those:
                those.append(uri)
            number = those.index(uri) + (arn in given and not _is_known(value["name"]))
            known[index] = self._arn(value, f"@{number + 1}") if number else arn
            if number:
                self._twins.setdefault(arn.rpartition(":")[2], []).append(index)
        return tuple(known[index] for index in range(len(self._principals)))

    def _arn(self, value: Mapping[str, Any], ending: str) -> str:
        kind = value["type"] if value["type"] in ("user", "group") else "role"
        name = value["name"] if _is_known(value["name"]) else value["logical_id"]
        path = value["path"] if _is_known(value["path"]) else "/"
        return f"arn:aws:iam::{self._account_of(value)}:{kind}{path}{name}{ending}"

    def _meaning(self, symbol: str, place: Path) -> str:
        is_address = symbol.startswith("${aws_iam_")

        def scope(part: Path) -> PurePosixPath:
            uri = PurePosixPath(self._uri(part))
            return uri.parent if is_address else uri

        here, known = scope(place), self._symbols.get(symbol, ())
        return next((text for index, text in known if scope(("principals", index)) == here), symbol)

    @cached_property
    def _symbols(self) -> Mapping[str, list[tuple[int, str]]]:
        """Return the principals that a symbol may stand for, and what it becomes: a name, or a whole ARN."""
        symbols: dict[str, list[tuple[int, str]]] = {}
        for index, value in enumerate(self._principals):
            logical, arn = value["logical_id"], self.arns[index]
            name = arn.rpartition("/")[2]
            kind = f"aws_iam_{value['type']}"
            for symbol, text in (
                (logical, name),
                (f"{logical}.Arn", arn),
                (f"{kind}.{logical}.arn", arn),
                (f"{kind}.{logical}.name", name),
                (f"{kind}.{logical}.id", name),
            ):
                symbols.setdefault(f"${{{symbol}}}", []).append((index, text))
        return symbols


def _is_known(text: str | None) -> bool:
    return bool(text) and "${" not in str(text)


def _known_arn(value: Mapping[str, Any]) -> str:
    arn = value["arn"] or ""
    return arn if arn.count(":") >= 5 and "${" not in arn else ""  # noqa: PLR2004 - an ARN has six parts
