"""One policy document in the form that rules see, and where each part of that form stands in the source.

Nothing raises and nothing is dropped without a word: what has the wrong shape is listed in `malformed`, what can't be
known before deployment in `unresolved`, each at its place.
"""

from collections.abc import Callable, Container, Mapping
from typing import Any

from lictor import Path
from lictor_plugins.kinds.aws_iam.elements import POLICY_ELEMENTS, STATEMENT_ELEMENTS, Elements, read_elements
from lictor_plugins.kinds.aws_iam.found import unwrap
from lictor_plugins.kinds.aws_iam.intrinsics import Template, branches, intrinsic, members, shown, texts
from lictor_plugins.kinds.aws_iam.places import Places
from lictor_plugins.kinds.aws_iam.plain import is_plain_policy, plain_place, plain_statement
from lictor_plugins.kinds.aws_iam.statements import StatementReader, shape_of

PolicyValue = dict[str, Any]


def normalise(
    raw: Any,  # noqa: ANN401 - any JSON value may stand where a policy should
    template: Template,
    *,
    role: Mapping[str, Any] | None = None,
    places: Places | None = None,
    base: Path = (),
    plain: set[int] | None = None,
) -> PolicyValue:
    """Return the normalised form of a policy; with `places`, also record where each part stands.

    `base` is the place of the policy in the document; `role` holds what is known of the role around it. The indices of
    the plain statements are added to `plain`, which spares `source_of` to look again.
    """
    if places is None and template.variables is None and is_plain_policy(raw):
        return _read_plain(raw, template, role, set() if plain is None else plain)
    return _PolicyReader(template, role, places or Places(is_recording=False)).read(raw, base)


def source_of(
    raw: Any,  # noqa: ANN401 - any JSON value may stand where a policy should
    template: Template,
    base: Path,
    anchor: Path | None = None,
    plain: Container[int] = (),
) -> Callable[[Path], Path]:
    """Return the function from a path in a normalised policy to the path in its document.

    The places of plain statements follow from the path, all others are worked out when the first of them is asked for.
    With an `anchor` (the policy was put together from pieces of text) every part stands there.
    """
    known: list[Places] = []

    def source_path(path: Path) -> Path:
        if anchor is not None:
            return anchor
        if not path:
            return base
        index = path[1] if path[0] == "statements" and len(path) > 1 else None
        if isinstance(index, int) and index in plain:
            written, place = raw["Statement"], (*base, "Statement")
            if isinstance(written, list):
                written, place = written[index], (*place, index)
            return plain_place(written, place, path)
        if not known:
            places = Places(is_recording=True)
            normalise(raw, template, places=places, base=base)
            known.append(places)
        return known[0].find(path, base)

    return source_path


def _read_plain(
    raw: Mapping[str, Any], template: Template, role: Mapping[str, Any] | None, plain: set[int]
) -> PolicyValue:
    own_account = (role or {}).get("account")
    reader: StatementReader | None = None
    statements: list[dict[str, Any]] = []
    written = raw["Statement"]
    for index, each in enumerate(written if isinstance(written, list) else [written]):
        statement = plain_statement(each, index, own_account)
        if statement is None:
            reader = reader or StatementReader(template, Places(is_recording=False), own_account)
            reader.read(statements, each, ())
        else:
            plain.add(index)
            statements.append(statement)
    return {
        "version": raw.get("Version"),
        "id": raw.get("Id"),
        "role": None if role is None else dict(role),
        "statements": statements,
        "elements": list(raw),
        "unknown_elements": reader.unknown_elements if reader else [],
        "malformed": reader.malformed if reader else [],
        "unresolved": reader.unresolved if reader else [],
    }


class _PolicyReader:
    """Reads the policy level: its version, its statements and what is odd about them."""

    def __init__(self, template: Template, role: Mapping[str, Any] | None, places: Places) -> None:
        self._template = template
        self._role = role
        self._places = places
        self._reader = StatementReader(template, places, (role or {}).get("account"))

    def read(self, raw: Any, base: Path) -> PolicyValue:  # noqa: ANN401 - any JSON value
        reader = self._reader
        self._places.add((), base)
        elements = self._elements_of(raw, base)
        value: PolicyValue = {
            "version": None,
            "id": None,
            "role": dict(self._role) if self._role is not None else None,
            "statements": [],
            "elements": [],
            "unknown_elements": reader.unknown_elements,
            "malformed": reader.malformed,
            "unresolved": reader.unresolved,
        }
        if elements is None:
            # A list of statements, one statement, or something else altogether.
            if isinstance(raw, list):
                self._read_statements(value, raw, base)
            elif _is_statement(raw):
                self._read_statements(value, [raw], base, is_alone=True)
            return value
        self._read_elements(value, raw, elements, base)
        return value

    def _elements_of(self, raw: Any, base: Path) -> Elements | None:  # noqa: ANN401 - any JSON value
        name = intrinsic(raw)
        if name is not None:
            self._reader.note_unresolved("policy", shown(raw), base)
            return None
        if not isinstance(raw, dict):
            self._reader.note_malformed("policy", "an object with a Statement", shape_of(raw), base)
            return None
        elements = read_elements(raw, POLICY_ELEMENTS)
        if "Statement" not in elements.written and _is_statement(raw):
            first = (*base, next(iter(raw)))
            self._reader.note_malformed("policy", "an object with a Statement", "a statement alone", first)
            return None
        return elements

    def _read_elements(self, value: PolicyValue, raw: Mapping[Any, Any], elements: Elements, base: Path) -> None:
        for index, name in enumerate(raw):
            value["elements"].append(str(name))
            self._places.add(("elements", index), (*base, name))
        for name, meant in elements.unknown:
            self._reader.note_unknown(str(name), meant, "policy", None, (*base, name))
        for element in ("Version", "Id"):
            value[element.lower()] = self._scalar(raw, elements, element, base)
        written = elements.written.get("Statement")
        if written is None:
            first = (*base, next(iter(raw))) if raw else base
            self._reader.note_malformed("Statement", "a list of statements", "nothing", first)
            return
        place = (*base, written)
        self._places.add(("statements",), place)
        statements, inner = raw[written], place
        if isinstance(statements, str):
            # Lambda answers with a statement as text.
            entered, entered_place, anchor, _ = unwrap(statements, place, self._template)
            if anchor is None:
                statements, inner = entered, entered_place
        self._read_statements(value, statements, inner)

    def _scalar(self, raw: Mapping[Any, Any], elements: Elements, element: str, base: Path) -> str | None:
        written = elements.written.get(element, element)
        self._places.add((element.lower(),), (*base, written))
        if element not in elements.written:
            return None
        for branch, place in branches(raw[written], (*base, written)):
            found = texts(branch, self._template)
            if found is not None and len(found) == 1 and not found[0].is_number:
                return found[0].text
            self._reader.note_malformed(element, "text", shape_of(branch), place)
            return found[0].text if found else None
        return None

    def _read_statements(
        self,
        value: PolicyValue,
        raw: Any,  # noqa: ANN401 - any JSON value
        place: Path,
        *,
        is_alone: bool = False,
    ) -> None:
        if raw in ([], {}):
            self._reader.note_malformed("Statement", "at least one statement", shape_of(raw), place)
            return
        for statement, statement_place in members(raw, place):
            choice = _choice(statement_place[len(place) :])
            self._reader.read(value["statements"], statement, place if is_alone else statement_place, choice)


def _choice(path: Path) -> str | None:
    """Name the branches of `Fn::If` that a path leads through: statements with the same name come together.

    >>> _choice((0, "Fn::If", 1)), _choice((0,))
    ('0.Fn::If.1', None)
    """
    last = max((index for index, element in enumerate(path) if element == "Fn::If"), default=None)
    return None if last is None else ".".join(map(str, path[: last + 2]))


def _is_statement(raw: Any) -> bool:  # noqa: ANN401 - any JSON value
    if not isinstance(raw, dict) or not raw:
        return False
    written = read_elements(raw, STATEMENT_ELEMENTS).written
    return "Effect" in written and len(written) > 1
