"""A fingerprint that survives moved, reordered and reformatted code: the path to a finding, told by stable names."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from lictor.fingerprints.item_hashes import ItemHashes
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


class PolicyPaths:
    """The fingerprints of one document's findings; what they have in common is worked out once."""

    def __init__(self, document: Document) -> None:
        """Keep the document; nothing is computed yet."""
        self._document = document
        self._identity = _document_identity(document.data, document.index)
        self._items = ItemHashes()

    def fingerprint(self, rule_id: str, path: Path) -> str:
        """Return the `policyPath/v1` fingerprint of what a rule found at a path.

        List items go by a stable key (`Sid`, `Id`, `Name`, `metadata.name`, …), else by a hash of the item without
        the value at the path; documents by kind and name, else by their index. So neither the order of statements,
        nor formatting, nor the offending value itself matters.
        """
        pointer = stable_pointer(self._document.data, path, self._items)
        parts = (rule_id, self._document.uri, self._identity, pointer)
        return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def stable_pointer(data: Any, path: Path, items: ItemHashes | None = None) -> str:  # noqa: ANN401 - any JSON value
    """Return a JSON pointer in which list items go by name rather than by position.

    >>> stable_pointer({"Statement": [{"Sid": "A", "Action": ["s3:*"]}]}, ("Statement", 0, "Action", 0))
    '/Statement/[Sid=A]/Action/[=s3:*]'
    """
    items = items or ItemHashes()
    parts: list[str] = []
    digests: dict[int, str] = {}
    value = data
    for place, element in enumerate(path):
        rest = path[place + 1 :]
        if element == EMBEDDED and isinstance(value, str):
            value = items.embedded(value)
            parts.append(EMBEDDED)
        elif isinstance(element, int) and isinstance(value, (list, Sequence)) and not isinstance(value, str):
            value = value[element] if -len(value) <= element < len(value) else None
            name = _stable_name(value, rest)
            if not name:
                if place not in digests:
                    digests.update(enumerate(items.digests_along(value, rest), place))
                name = f"#{digests[place]}"
            parts.append(f"[{name}]")
        else:
            value = value.get(element) if isinstance(value, (dict, Mapping)) else None
            parts.append(str(element).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in parts)


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
    if isinstance(item, (dict, Mapping)):
        for key in _STABLE_KEYS:
            name = item.get(key)
            if isinstance(name, str) and name and rest[:1] != (key,):
                return f"{key}={name}"
        metadata = item.get("metadata")
        if isinstance(metadata, Mapping) and isinstance(metadata.get("name"), str) and rest[:2] != ("metadata", "name"):
            return f"metadata.name={metadata['name']}"
    return ""
