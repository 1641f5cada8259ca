"""The types of values, as users know them."""

from typing import Any

Json = Any
"""Any JSON value: plain dict, list, str, int, float, bool or None."""

TYPE_NAMES: dict[type, str] = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    list: "array",
    dict: "object",
    type(None): "null",
}

TYPE_CLASSES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "number": (int, float),
    "boolean": (bool,),
    "array": (list,),
    "object": (dict,),
    "null": (type(None),),
}


def type_name(value: Json) -> str:
    """Return the JSON type of a value.

    >>> type_name(True)
    'boolean'
    """
    return TYPE_NAMES.get(value.__class__, "an expression" if value.__class__.__name__ == "_Expression" else "unknown")
