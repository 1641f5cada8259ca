"""`NamedTuple` as `typing` has it, at a third of the time that a class takes to define (ADR 12).

What makes an instance is compiled when some were made: most classes of a run are imported and hardly used. And
annotations, which mypy checks, are taken as they are.
"""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING or sys.version_info >= (3, 14):  # from there on Python itself leaves annotations until they are read
    from typing import NamedTuple
else:
    from collections import _tuplegetter

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

    _FEW = 8
    """Instances after which compiling what makes the others pays: of most classes a run makes one or two."""

    def _new_slowly(cls, *values, **named):  # noqa: ANN001, ANN002, ANN003, ANN202 - the same
        """Make one of the first instances of a class."""
        left = _left.setdefault(cls, _FEW)
        rest = cls._fields[len(values) :]
        defaults = cls._field_defaults
        known = [name for name in rest if name in named or name in defaults]
        # whatever is wrong with a call, Python says it as it would of any other
        if not left or len(known) != len(rest) or not named.keys() <= set(rest) or len(values) > len(cls._fields):
            return _new_in_full(cls, *values, **named)
        _left[cls] = left - 1
        return tuple.__new__(cls, (*values, *(named[name] if name in named else defaults[name] for name in rest)))

    _left = {}

    def _new_in_full(cls, *values, **named):  # noqa: ANN001, ANN002, ANN003, ANN202 - the same
        """Make an instance of a class, and what makes the others."""
        names = "".join(f"{name}, " for name in cls._fields)
        new = eval(f"lambda _cls, {names}: _new(_cls, ({names}))", {"_new": tuple.__new__})  # noqa: S307 - fields
        new.__defaults__ = tuple(cls._field_defaults.values())
        new.__qualname__ = f"{cls.__name__}.__new__"
        cls.__new__ = staticmethod(new)
        return new(cls, *values, **named)

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
            return type(name, (_Value,), {**body, "__new__": _new_slowly})

    NamedTuple = _Definition("NamedTuple", (), {})

__all__ = ["NamedTuple"]
