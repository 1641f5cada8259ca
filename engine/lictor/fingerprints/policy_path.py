"""A fingerprint that survives moved, reordered and reformatted code: the path to a finding, told by stable names."""

from collections.abc import Mapping
from typing import Any

from lictor.fingerprints.item_hashes import ItemHashes, is_mapping
from lictor.light import sha256
from lictor.model import EMBEDDED, Document, Path

_LENGTH = 32

# What names a list item for good, most telling first: IAM's Sid and Id, addresses in Terraform plans, ARNs and names
# in account dumps, names in Kubernetes and everywhere else, keys of tags.
_STABLE_KEYS = (
    "Sid",
    "sid",
    "Id",
    "id",
    "address",
    "Arn",
    "arn",
    "RoleName",
    "UserName",
    "GroupName",
    "PolicyName",
    "Name",
    "name",
    "Key",
    "key",
)
_NAMING = frozenset({*_STABLE_KEYS, "metadata"})


# Below a statement these hold one value or a list of them, as values of conditions do (IAM reference, "Grammar of the
# IAM JSON policy language").
_ONE_OR_MANY = frozenset(
    {"Action", "NotAction", "Resource", "NotResource", "AWS", "CanonicalUser", "Federated", "Service"}
)


class PolicyPaths:
    """The fingerprints of one document's findings; what they have in common is worked out once."""

    def __init__(self, document: Document) -> None:
        """Keep the document; nothing is computed yet."""
        self._document = document
        self._identity = _document_identity(document.head, document.index)
        self._items = ItemHashes()
        self._pointers: dict[Path, str] = {}

    def fingerprint(self, rule_id: str, path: Path) -> str:
        """Return the `policyPath/v1` fingerprint of what a rule found at a path.

        List items go by a stable key (`Sid`, `Id`, `Name`, `metadata.name`, …), else by a hash of the item without
        the value at the path; documents by kind and name, else by their index. So neither the order of statements,
        nor formatting, nor an offending value that is not one of several matters. What IAM takes for a list of one
        counts as that.
        """
        pointer = self._pointers.get(path)
        if pointer is None:
            pointer = self._pointers[path] = self._pointer(path)
        parts = (rule_id, self._document.uri, self._identity, pointer)
        return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]

    def _pointer(self, path: Path) -> str:
        base, value = self._document.part
        if not base:
            return stable_pointer(value, path, self._items)
        # an entry of a list that nobody holds: as if the list had no other
        return stable_pointer({base[0]: [value]}, (base[0], 0, *path[len(base) :]), self._items)


def stable_pointer(data: Any, path: Path, items: ItemHashes | None = None) -> str:  # noqa: ANN401 - any JSON value
    """Return a JSON pointer in which list items go by name rather than by position.

    >>> stable_pointer({"Statement": [{"Sid": "A", "Action": ["s3:*"]}]}, ("Statement", 0, "Action", 0))
    '/Statement/[Sid=A]/Action/[=s3:*]'
    >>> stable_pointer({"Statement": {"Effect": "Deny", "Sid": "A", "Action": "s3:*"}}, ("Statement", "Action"))
    '/Statement/[Sid=A]/Action/[=s3:*]'
    """
    items = items or ItemHashes()
    pointer = ""
    value = data
    path = _with_only_items(data, path, items)
    for place, element in enumerate(path):
        if value.__class__ is dict and element in value:  # of documents, most steps are a key of an object
            value = value[element]
            pointer += f"/{_part(element)}"
        elif element == EMBEDDED and isinstance(value, str):
            value = items.embedded(value)
            pointer += f"/{EMBEDDED}"
        elif isinstance(element, int) and value is not None and not _has(value, element):
            if isinstance(value, (list, tuple)):  # else it is its only item
                value = value[element] if -len(value) <= element < len(value) else None
            rest = path[place + 1 :]
            pointer += f"/[{_stable_name(value, rest) or f'#{items.hash_without(value, rest)}'}]"
        else:
            value = value.get(element) if is_mapping(value) else None
            pointer += f"/{_part(element)}"
    return pointer


def _part(element: str | int) -> str:
    part = str(element)
    return part.replace("~", "~0").replace("/", "~1") if "/" in part or "~" in part else part


def _with_only_items(data: Any, path: Path, items: ItemHashes) -> Path:  # noqa: ANN401 - any JSON value
    """Return the path with the index of the only item, where one value stands for a list or a list of one for it."""
    whole: list[str | int] = []
    value, is_statement = data, False
    for place, element in enumerate(path):
        whole.append(element)
        if element == EMBEDDED and isinstance(value, str):
            value, is_statement = items.embedded(value), False
            continue
        found = value.get(element) if is_mapping(value) else None
        if isinstance(value, (list, tuple)) and isinstance(element, int) and -len(value) <= element < len(value):
            found = value[element]
        value = found
        is_last = place + 1 == len(path)
        if element == "Statement":  # what ends here is about all of them
            whole += [0] if not is_last and is_mapping(value) and "Effect" in value else []
        elif is_statement and (element in _ONE_OR_MANY or (place > 1 and path[place - 2] == "Condition")):
            is_one = len(value) == 1 and is_last if isinstance(value, (list, tuple)) else value is not None
            whole += [0] if is_one else []
        is_statement = is_statement or element == "Statement"
    return tuple(whole)


def _has(value: Any, key: int) -> bool:  # noqa: ANN401 - any JSON value
    return is_mapping(value) and key in value


def _document_identity(data: Any, index: int) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(data, Mapping) and isinstance(data.get("kind"), str):
        metadata = data.get("metadata")
        if isinstance(metadata, Mapping) and isinstance(metadata.get("name"), str):
            return f"{data['kind']}/{metadata.get('namespace', '')}/{metadata['name']}"
    return str(index)


def _stable_name(item: Any, rest: Path) -> str:  # noqa: ANN401 - any JSON value
    """Return what names a list item for good; "" for one that only its content tells apart."""
    if isinstance(item, str) or not isinstance(item, (dict, list, tuple, Mapping)):
        # Inside a string only the rest of the path may differ between siblings that hold the same text.
        return "" if rest else f"={item}"
    if is_mapping(item) and not _NAMING.isdisjoint(item):
        for key in _STABLE_KEYS:
            name = item.get(key)
            if isinstance(name, str) and name and rest[:1] != (key,):
                return f"{key}={name}"
        metadata = item.get("metadata")
        if isinstance(metadata, Mapping) and isinstance(metadata.get("name"), str) and rest[:2] != ("metadata", "name"):
            return f"metadata.name={metadata['name']}"
    return ""
