"""One statement in the form that rules see: lists are lists, principals and conditions are taken apart."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from lictor import Path
from lictor_plugins.kinds.aws_iam.conditions import condition_facts, operator_facts
from lictor_plugins.kinds.aws_iam.elements import EFFECTS, STATEMENT_ELEMENTS, Elements, nearest, read_elements
from lictor_plugins.kinds.aws_iam.intrinsics import Template, Text, branches, intrinsic, members, shown, texts
from lictor_plugins.kinds.aws_iam.places import Places
from lictor_plugins.kinds.aws_iam.principals import read_principal

_LISTS = {
    "Action": "actions",
    "NotAction": "not_actions",
    "Resource": "resources",
    "NotResource": "not_resources",
}
_PRINCIPALS = {"Principal": "principals", "NotPrincipal": "not_principals"}
_DEEPEST_EMPTY = 2  # Condition, operator, key
_PRINCIPAL_SHAPE = 'an object such as {"AWS": "arn:…"}'


def shape_of(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Name a JSON value's shape for people.

    >>> shape_of(None), shape_of([]), shape_of({"a": 1}), shape_of(True)
    ('null', 'an empty list', 'an object', 'true')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "an object" if value else "an empty object"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    return "text" if isinstance(value, str) else "a number"


class _Raw(NamedTuple):
    """A statement as it is written, with its elements and its place."""

    value: Mapping[Any, Any]
    elements: Elements
    place: Path

    def at(self, element: str) -> Path:
        """Return where an element stands, or would stand."""
        return (*self.place, self.elements.written.get(element, element))

    def get(self, element: str) -> Any:  # noqa: ANN401 - any JSON value
        """Return an element's value."""
        return self.value[self.elements.written[element]]


def _empties(source: _Raw) -> Iterator[Path]:
    """Yield where a statement holds nothing: an element, a type of principal, a condition operator or key."""
    deep = {source.elements.written.get(element) for element in ("Principal", "NotPrincipal", "Condition")}
    for element, value in source.value.items():
        if isinstance(value, dict) and element in deep:
            yield from _empties_in(value, (element,))
        elif isinstance(value, dict | list) and not value:
            yield (element,)


def _empties_in(value: Mapping[Any, Any], names: Path) -> Iterator[Path]:
    if not value:
        yield names
    elif len(names) <= _DEEPEST_EMPTY:
        for name, inner in value.items():
            if isinstance(inner, dict):
                yield from _empties_in(inner, (*names, name))
            elif isinstance(inner, list) and not inner:
                yield (*names, name)


def _condition_of(written: str, key: str, *, is_unresolved: bool = False) -> dict[str, Any]:
    return {**condition_facts(written, key), "values": [], "is_unresolved": is_unresolved}


def _demands_presence(condition: Mapping[str, Any]) -> bool:
    """Tell whether a condition holds only where its key is there, so that an IfExists beside it weakens nothing."""
    return bool(condition["operator"] == "Null" and condition["values"] == ["false"])


class StatementReader:
    """Reads statements one after the other and collects what is odd about them, each at its place."""

    def __init__(self, template: Template, places: Places, own_account: str | None) -> None:
        """Begin with no oddities. `own_account` is the account of the role or resource, where it is known."""
        self._template = template
        self._places = places
        self._own_account = own_account
        self._index: int | None = None
        self.malformed: list[dict[str, Any]] = []
        self.unresolved: list[dict[str, Any]] = []
        self.unknown_elements: list[dict[str, Any]] = []

    def read(
        self,
        statements: list[dict[str, Any]],
        raw: Any,  # noqa: ANN401 - any JSON value
        place: Path,
        choice: str | None = None,
    ) -> None:
        """Append the normalised form of one statement. `choice` names the branch of an `Fn::If` that it is in."""
        index = len(statements)
        name = intrinsic(raw)
        if name is not None:
            self.note_unresolved("Statement", shown(raw), place)
            return
        if not isinstance(raw, dict):
            self.note_malformed("Statement", "an object", shape_of(raw), place)
            return
        elements = read_elements(raw, STATEMENT_ELEMENTS)
        here: Path = ("statements", index)
        statement: dict[str, Any] = {
            "index": index,
            "choice": choice,
            "sid": None,
            "effect": None,
            "effect_raw": None,
            "actions": [],
            "not_actions": [],
            "resources": [],
            "not_resources": [],
            "principals": [],
            "not_principals": [],
            "principal_types": [],
            "conditions": [],
            "operators": [],
            "elements": [],
            "empty": [],
            "has_principal": "Principal" in elements.written,
            "has_not_principal": "NotPrincipal" in elements.written,
            "has_action": "Action" in elements.written,
            "has_not_action": "NotAction" in elements.written,
            "has_resource": "Resource" in elements.written,
            "has_not_resource": "NotResource" in elements.written,
            "has_condition": "Condition" in elements.written,
        }
        statements.append(statement)
        self._index = index
        self._places.add(here, place)
        source = _Raw(raw, elements, place)
        self._names(statement, source)
        statement["sid"] = next(iter(self._scalars(source, "Sid", (*here, "sid"))), None)
        self._effect(statement, source, here)
        for element, field in _LISTS.items():
            if element in elements.written:
                self._list(statement[field], source, element, (*here, field))
        for element in _PRINCIPALS:
            if element in elements.written:
                self._principals(statement, source, element, here)
        if "Condition" in elements.written:
            self._conditions(statement, source, here)
        self._index = None

    def note_malformed(self, element: str, expected: str, found: str, place: Path) -> None:
        """Record a value whose shape the grammar does not allow."""
        self._places.add(("malformed", len(self.malformed)), place)
        self.malformed.append({"element": element, "expected": expected, "found": found, "statement": self._index})

    def note_unresolved(self, element: str, text: str, place: Path) -> None:
        """Record a value that can't be known before it is deployed."""
        self._places.add(("unresolved", len(self.unresolved)), place)
        self.unresolved.append({"element": element, "text": text})

    def note_unknown(self, name: str, meant: str, level: str, index: int | None, place: Path) -> None:
        """Record a name that is no element of the grammar."""
        self._places.add(("unknown_elements", len(self.unknown_elements)), place)
        self.unknown_elements.append({"name": name, "nearest": meant or None, "level": level, "statement": index})

    def _names(self, statement: dict[str, Any], source: _Raw) -> None:
        here: Path = ("statements", statement["index"])
        for position, name in enumerate(source.value):
            statement["elements"].append(str(name))
            self._places.add((*here, "elements", position), (*source.place, name))
        for names in _empties(source):
            self._places.add((*here, "empty", len(statement["empty"])), (*source.place, *names))
            statement["empty"].append(".".join(map(str, names)))
        for name, meant in source.elements.unknown:
            self.note_unknown(str(name), meant, "statement", statement["index"], (*source.place, name))

    def _effect(self, statement: dict[str, Any], source: _Raw, here: Path) -> None:
        """Read the effect as it was meant: `allow` is refused by IAM, but rules should see what it hides."""
        self._places.add((*here, "effect_raw"), source.at("Effect"))
        written = self._scalars(source, "Effect", (*here, "effect"))
        meant = [nearest(text, EFFECTS) or text for text in written]
        # Of several (the branches of an Fn::If) the one that grants is the one to look at.
        chosen = meant.index("Allow") if "Allow" in meant else 0
        if written:
            statement["effect"], statement["effect_raw"] = meant[chosen], written[chosen]

    def _scalars(self, source: _Raw, element: str, here: Path) -> list[str]:
        self._places.add(here, source.at(element))
        if element not in source.elements.written:
            return []
        values: list[str] = []
        for branch, place in branches(source.get(element), source.at(element)):
            if not isinstance(branch, str) and intrinsic(branch) is None:
                self.note_malformed(element, "text", shape_of(branch), place)
            for member, _ in members(branch, place):
                found = texts(member, self._template) or ()
                values.extend(text.text for text in found)
                if element == "Effect" and found and found[0].is_unresolved:
                    self.note_unresolved(element, found[0].text, place)
        return values

    def _texts(self, value: Any, element: str, expected: str, place: Path) -> Iterator[tuple[Text, Path]]:  # noqa: ANN401 - any JSON value
        for member, member_place in members(value, place):
            found = texts(member, self._template)
            if found is None:
                self.note_malformed(element, expected, shape_of(member), member_place)
            else:
                yield from ((text, member_place) for text in found)

    def _list(self, into: list[str], source: _Raw, element: str, here: Path) -> None:
        place = source.at(element)
        self._places.add(here, place)
        for text, text_place in self._texts(source.get(element), element, "text or a list of text", place):
            if text.is_number:
                self.note_malformed(element, "text or a list of text", "a number", text_place)
                continue
            if text.is_unresolved and not text.text.startswith("arn:"):
                self.note_unresolved(element, text.text, text_place)
            self._places.add((*here, len(into)), text_place)
            into.append(text.text)

    def _principals(self, statement: dict[str, Any], source: _Raw, element: str, here: Path) -> None:
        field = _PRINCIPALS[element]
        into, there = statement[field], (*here, field)
        self._places.add(there, source.at(element))
        for value, value_place in branches(source.get(element), source.at(element)):
            if value != "*" and intrinsic(value) is None and not isinstance(value, dict):
                self.note_malformed(element, _PRINCIPAL_SHAPE, shape_of(value), value_place)
            for member, member_place in members(value, value_place):
                if isinstance(member, dict) and intrinsic(member) is None:
                    self._types(statement["principal_types"], member, here, member_place)
                    self._typed_principals(into, element, member, there, member_place)
                for text in texts(member, self._template) or ():
                    self._principal(into, None, text, there, (member_place, member_place))

    def _types(self, into: list[str], value: Mapping[Any, Any], here: Path, place: Path) -> None:
        for type_name in value:
            self._places.add((*here, "principal_types", len(into)), (*place, type_name))
            into.append(str(type_name))

    def _typed_principals(
        self, into: list[dict[str, Any]], element: str, value: Mapping[Any, Any], here: Path, place: Path
    ) -> None:
        for type_name, named in value.items():
            type_place = (*place, type_name)
            for text, text_place in self._texts(named, element, "text or a list of text", type_place):
                self._principal(into, str(type_name), text, here, (text_place, type_place))

    def _principal(
        self, into: list[dict[str, Any]], type_name: str | None, text: Text, here: Path, places: tuple[Path, Path]
    ) -> None:
        principal = read_principal(type_name, text, is_bare=type_name is None, own_account=self._own_account)
        if principal["kind"] == "unresolved":
            self.note_unresolved("Principal", text.text, places[0])
        self._places.add((*here, len(into)), places[0])
        self._places.add((*here, len(into), "type"), places[1])
        into.append(principal)

    def _conditions(self, statement: dict[str, Any], source: _Raw, here: Path) -> None:
        into, operators = statement["conditions"], statement["operators"]
        written, place = source.get("Condition"), source.at("Condition")
        self._places.add((*here, "conditions"), place)
        self._note_choice(written, place)
        for block, block_place in branches(written, place):
            if not self._is_object("Condition", "an object of operators", block, block_place):
                self._unknown_condition(into, "", block, here, block_place)
                continue
            for name, keys in block.items():
                operator_place = (*block_place, name)
                self._places.add((*here, "operators", len(operators)), operator_place)
                operators.append(dict(operator_facts(str(name))))
                self._note_choice(keys, operator_place)
                for keyed, keyed_place in branches(keys, operator_place):
                    if not self._is_object("Condition", "an object of keys", keyed, keyed_place):
                        self._unknown_condition(into, str(name), keyed, here, keyed_place)
                        continue
                    for key, values in keyed.items():
                        place_of = (operator_place, (*keyed_place, key))
                        self._condition(into, (str(name), str(key)), values, (*here, "conditions"), place_of)
        present = {condition["key"] for condition in into if _demands_presence(condition)}
        for condition in into:
            condition["if_exists"] = condition["if_exists"] and condition["key"] not in present

    def _note_choice(self, value: Any, place: Path) -> None:  # noqa: ANN401 - any JSON value
        """Say that conditions hang on a choice: all are read as if they held together, which is more than is known."""
        if intrinsic(value) == "Fn::If":
            self.note_unresolved("Condition", "${Fn::If}", place)

    def _unknown_condition(
        self,
        into: list[dict[str, Any]],
        operator: str,
        value: Any,  # noqa: ANN401 - any JSON value
        here: Path,
        place: Path,
    ) -> None:
        """Leave a mark where conditions are not known yet, so that nothing is said about their absence."""
        name = intrinsic(value)
        if name is not None:
            into.append(
                _condition_of(operator, "", is_unresolved=True) | {"key": shown(value), "key_raw": shown(value)}
            )
            self._places.add((*here, "conditions", len(into) - 1), place)

    def _is_object(self, element: str, expected: str, value: Any, place: Path) -> bool:  # noqa: ANN401 - any JSON value
        name = intrinsic(value)
        if name is not None:
            self.note_unresolved(element, shown(value), place)
        elif not isinstance(value, dict):
            self.note_malformed(element, expected, shape_of(value), place)
        else:
            return True
        return False

    def _condition(
        self,
        into: list[dict[str, Any]],
        names: tuple[str, str],
        values: Any,  # noqa: ANN401 - any JSON value
        here: Path,
        places: tuple[Path, Path],
    ) -> None:
        written, key = names
        operator_place, key_place = places
        condition = _condition_of(written, (texts(key, self._template) or (Text(key),))[0].text)
        mine: Path = (*here, len(into))
        self._places.add(mine, key_place)
        self._places.add((*mine, "operator"), operator_place)
        self._places.add((*mine, "operator_raw"), operator_place)
        self._places.add((*mine, "set_operator"), operator_place)
        for text, text_place in self._texts(values, "Condition", "text or a list of text", key_place):
            self._places.add((*mine, "values", len(condition["values"])), text_place)
            condition["values"].append(text.text)
            condition["is_unresolved"] = condition["is_unresolved"] or text.is_unresolved
        into.append(condition)
