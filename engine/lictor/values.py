"""`NamedTuple` as `typing` has it, at a third of the time that a class takes to define (ADR 12).

What makes an instance is compiled once for all classes of as many fields, not for each. And annotations, which mypy
checks, are taken as they are.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info >= (3, 14):  # from there on Python itself leaves annotations until they are read
    from typing import NamedTuple
else:
    from collections import _tuplegetter
    from functools import cache
    from types import FunctionType

    class _Value(tuple):
        """What all classes have; the names are those of `collections.namedtuple`."""

        __slots__ = ()

        @classmethod
        def _make(cls, values):  # noqa: ANN001, ANN206 - typed where mypy looks, which is above
            return cls(*values)

        def _replace(self, **changes):  # noqa: ANN003, ANN202 - the same
            replaced = tuple.__new__(self.__class__, map(changes.pop, self._fields, self))
            if changes:
                raise TypeError(f"Got unexpected field names: {list(changes)!r}")
            return replaced

        def _asdict(self):  # noqa: ANN202 - the same
            return dict(zip(self._fields, self, strict=True))

        def __getnewargs__(self):  # noqa: ANN204 - the same
            return tuple(self)

        def __repr__(self):  # noqa: ANN204 - the same
            fields = ", ".join(f"{name}={value!r}" for name, value in self._asdict().items())
            return f"{self.__class__.__name__}({fields})"

    @cache
    def _makes(count):  # noqa: ANN001, ANN202 - the same
        """Return the code that makes a value of so many fields; a class has its own names put in."""
        names = "".join(f"_{number}, " for number in range(count))
        return eval(f"lambda _cls, {names}: _new(_cls, ({names}))").__code__  # noqa: S307 - made of numbers

    _GLOBALS = {"_new": tuple.__new__}

    class _Definition(type):
        def __new__(cls, name, bases, body):  # noqa: ANN001, ANN204 - the same
            if not bases:
                return type.__new__(cls, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body.pop(field) for field in fields if field in body}
            if tuple(defaults) != fields[len(fields) - len(defaults) :]:
                raise TypeError(f"{name}: a field without a default comes after one that has one")
            body |= {field: _tuplegetter(index, None) for index, field in enumerate(fields)}
            body |= {"__slots__": (), "__match_args__": fields, "_fields": fields, "_field_defaults": defaults}
            code = _makes(len(fields)).replace(
                co_varnames=("_cls", *fields), co_name="__new__", co_qualname=f"{name}.__new__"
            )
            body["__new__"] = FunctionType(code, _GLOBALS, None, tuple(defaults.values()))
            return type(name, (_Value,), body)

    NamedTuple = _Definition("NamedTuple", (), {})

__all__ = ["NamedTuple"]
