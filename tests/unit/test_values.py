"""Our `NamedTuple` is `typing`'s."""

import pickle
import typing

import pytest

from lictor.values import NamedTuple


class Ours(NamedTuple):
    """Two fields."""

    first: int
    make: str = "x"

    def twice(self) -> int:
        return self.first * 2


class Theirs(typing.NamedTuple):
    """Two fields."""

    first: int
    make: str = "x"

    def twice(self) -> int:
        return self.first * 2


def test_an_instance_is_made_and_shown_as_one_of_typing() -> None:
    for made, other in (
        (Ours(1), Theirs(1)),
        (Ours(1, "y"), Theirs(1, "y")),
        (Ours(make="z", first=3), Theirs(3, "z")),
    ):
        assert tuple(made) == tuple(other)
        assert repr(made) == repr(other).replace("Theirs", "Ours")
        assert (made.first, made.make, made.twice()) == (other.first, other.make, other.twice())
        assert made._asdict() == other._asdict()
        assert made._replace(first=9) == (9, other.make)
        assert Ours._make(other) == made
        assert hash(made) == hash(other)


def test_a_class_knows_its_fields() -> None:
    assert Ours._fields == Theirs._fields
    assert Ours._field_defaults == Theirs._field_defaults
    assert Ours.__doc__ == Theirs.__doc__
    assert Ours.__match_args__ == Theirs.__match_args__


def test_an_instance_travels() -> None:
    back = pickle.loads(pickle.dumps(Ours(1, "y")))  # noqa: S301 - our own bytes
    assert (type(back), back) == (Ours, Ours(1, "y"))


def test_what_does_not_fit_is_refused() -> None:
    for wrong in (lambda: Ours(), lambda: Ours(1, "y", 2), lambda: Ours(1, other=2), lambda: Ours._make([])):  # type: ignore[call-arg]  # noqa: PLW0108 - the point
        with pytest.raises(TypeError, match=r"Ours.__new__\(\)"):
            wrong()
    with pytest.raises(TypeError, match="'other'"):
        Ours(1)._replace(other=2)  # type: ignore[call-arg]  # the point
    with pytest.raises(AttributeError):
        Ours(1).first = 2  # type: ignore[misc]  # the point


def test_a_field_without_a_default_may_not_follow_one_that_has_one() -> None:
    with pytest.raises(TypeError, match="default"):
        exec("class Wrong(NamedTuple):\n    a: int = 1\n    b: int", {"NamedTuple": NamedTuple})  # noqa: S102 - mypy refuses it too
