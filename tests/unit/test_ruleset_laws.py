"""Laws of merging rulesets, for any rulesets."""

from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.model import LEVELS, Gate, Group, Level, Location, Lock, Override, Region, Scope, SettingChange, Waiver
from lictor.rulesets import MERGE_TABLE, Layer, Placed, compose, matches_glob, matches_name, merge
from lictor.rulesets.floors import lock_of
from lictor.rulesets.locks import freezing

RULES = ("trust-open", "trust-weak", "grant-star")
GROUPS = ("a-group", "b-group")
NAMES = ("accounts", "partners")

_levels = st.sampled_from(LEVELS[1:])
_values = st.integers(0, 3)


@st.composite
def changes(draw: st.DrawFn, uri: str) -> SettingChange:
    """A change as the parser writes one: every value has its place."""
    key = draw(st.integers(1, 50))

    def place(name: str) -> Location:
        return Location(uri, Region(key, 1, key, 2), (name,))

    level = draw(st.none() | _levels)
    is_on = True if level else draw(st.none() | st.booleans())
    parameters = draw(st.dictionaries(st.sampled_from(NAMES), _values, max_size=2))
    tags = draw(st.dictionaries(st.sampled_from(("x", "y")), st.booleans(), max_size=2))
    origins = {f"parameters.{name}": place(name) for name in parameters} | {f"tags.{tag}": place(tag) for tag in tags}
    if level:
        origins["level"] = place("level")
    if is_on is not None:
        origins["is-on"] = place("is-on")
    if is_on:
        origins["on"] = place("is-on")
    return SettingChange(level, is_on, bool(is_on), parameters, tags, origins)


@st.composite
def layers(draw: st.DrawFn, uri: str) -> Layer:
    """A ruleset file of any content; `uri` makes its places its own."""

    def place(*path: str | int) -> Location:
        return Location(uri, Region(1, 1, 1, 2), path)

    def placed(name: str) -> st.SearchStrategy[Placed[int]]:
        return _values.map(lambda value: Placed(value, place(name)))

    own_groups = draw(st.sets(st.sampled_from(GROUPS)))
    lockable = st.sampled_from((*RULES, *sorted(own_groups)))
    return Layer(
        id=uri,
        location=place(),
        title=draw(st.none() | st.just(Placed("T", place("title")))),
        parameters={name: draw(placed(name)) for name in draw(st.sets(st.sampled_from(NAMES)))},
        given={
            rule_id: {name: draw(placed(name)) for name in draw(st.sets(st.sampled_from(NAMES), min_size=1))}
            for rule_id in draw(st.sets(st.sampled_from(RULES)))
        },
        rules=draw(st.dictionaries(st.sampled_from(RULES), changes(uri), max_size=3)),
        overrides=tuple(
            Override(Scope(("a/**",)), {"trust-open": draw(changes(uri))}, place("overrides", index))
            for index in range(draw(st.integers(0, 2)))
        ),
        locks=tuple(
            Lock(
                tuple(draw(st.lists(lockable, min_size=1, max_size=2, unique=True))),
                draw(_levels),
                uri,
                place("locks", index),
                tuple(draw(st.sets(st.sampled_from(NAMES), max_size=1))),
            )
            for index in range(draw(st.integers(0, 2)))
        ),
        waivers=tuple(
            Waiver(("trust-open",), Scope(), "why", place("waivers", index), uri)
            for index in range(draw(st.integers(0, 2)))
        ),
        max_days=draw(st.none() | placed("max-days")),
        require={name: place("require", name) for name in draw(st.sets(st.sampled_from(("reason", "owner"))))},
        in_source=draw(st.none() | st.sampled_from(("allow", "forbid")).map(lambda word: Placed(word, place("in")))),
        strategy=draw(st.none() | st.sampled_from("ab").map(lambda word: Placed(word, place("strategy")))),
        groups={
            id_: Group(id_, "any-of", {"trust-open": 1.0}, draw(_levels), place("groups", id_))
            for id_ in sorted(own_groups)
        },
        supersedes={id_: Placed(("trust-open",), place("s", id_)) for id_ in draw(st.sets(st.sampled_from(RULES)))},
        gates=tuple(Gate("error", location=place("gates", index)) for index in range(draw(st.integers(0, 2)))),
        sources=(uri,),
    )


@settings(max_examples=60, deadline=None)
@given(layers("a"), layers("b"), layers("c"))
def test_it_does_not_matter_which_of_three_rulesets_are_merged_first(a: Layer, b: Layer, c: Layer) -> None:
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@settings(max_examples=40, deadline=None)
@given(layers("a"))
def test_merging_a_file_twice_changes_nothing(a: Layer) -> None:
    assert merge(a, a) == a


@settings(max_examples=40, deadline=None)
@given(layers("a"), layers("b"))
def test_a_file_that_says_nothing_changes_only_whose_ruleset_it_is(a: Layer, b: Layer) -> None:
    merged = merge(merge(a, Layer("empty", Location("empty"))), b)
    assert merged == merge(a, b)


@settings(max_examples=40, deadline=None)
@given(layers("corp"), st.lists(st.integers(0, 3), min_size=1, max_size=3), st.data())
def test_nothing_below_a_lock_weakens_it(corp: Layer, below: list[int], data: st.DataObject) -> None:
    merged = reduce(merge, [data.draw(layers(f"team{index}")) for index, _ in enumerate(below)], corp)
    for rule_id in RULES:
        lock = lock_of(corp.locks, rule_id)
        if lock is None:
            continue
        held = lock_of(merged.locks, rule_id)
        assert held is not None
        assert LEVELS.index(held.floor) >= LEVELS.index(lock.floor)
        before, after = (layer.rules.get(rule_id, SettingChange()) for layer in (corp, merged))
        assert after.is_on is not False or before.is_on is False
        for name in NAMES:
            if freezing(corp.locks, rule_id, name):
                assert after.parameters.get(name) == before.parameters.get(name)
                assert merged.given.get(rule_id, {}).get(name) == corp.given.get(rule_id, {}).get(name)
    for id_, group in corp.groups.items():
        if lock_of(corp.locks, id_):
            assert merged.groups[id_] == group


@settings(max_examples=40, deadline=None)
@given(layers("a"), layers("b"))
def test_every_merged_value_keeps_the_place_it_was_written_at(a: Layer, b: Layer) -> None:
    merged = merge(a, b)
    for rule_id, change in merged.rules.items():
        sources = [layer.rules[rule_id] for layer in (a, b) if rule_id in layer.rules]
        for key, place in change.origins.items():
            origin = next(source for source in sources if place in source.origins.values())
            if key == "level":
                assert change.level == origin.level
            elif key.startswith("parameters."):
                name = key.removeprefix("parameters.")
                assert change.parameters[name] == origin.parameters[name]
        assert {f"parameters.{name}" for name in change.parameters} <= change.origins.keys()
        assert (change.level is None) == ("level" not in change.origins)
        assert (change.is_on is None) == ("is-on" not in change.origins)
    for name, placed in merged.parameters.items():
        assert placed in (a.parameters.get(name), b.parameters.get(name))


@given(changes("a"), changes("b"), changes("c"))
def test_changes_compose_in_any_grouping(a: SettingChange, b: SettingChange, c: SettingChange) -> None:
    assert compose(compose(a, b), c) == compose(a, compose(b, c))
    assert compose(a, SettingChange()) == a == compose(SettingChange(), a)


def test_the_merge_table_has_every_field_of_a_layer_once() -> None:
    assert sorted(row.field for row in MERGE_TABLE) == sorted(Layer._fields)


_text = st.text("ab*?/", max_size=12)


@settings(max_examples=200, deadline=None)
@given(_text, st.text("ab/", max_size=12))
def test_a_glob_over_names_matches_what_its_definition_says(pattern: str, text: str) -> None:
    def by_definition(rest: str, left: str) -> bool:
        if not rest:
            return not left
        if rest[0] == "*":
            return by_definition(rest[1:], left) or (bool(left) and by_definition(rest, left[1:]))
        return bool(left) and rest[0] in {"?", left[0]} and by_definition(rest[1:], left[1:])

    assert matches_name(pattern, text) == by_definition(pattern, text)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b", "*", "**", "?b"]), min_size=1, max_size=5),
    st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=5),
)
def test_a_glob_over_files_matches_what_its_definition_says(pattern: list[str], parts: list[str]) -> None:
    def by_definition(rest: list[str], left: list[str]) -> bool:
        if not rest:
            return not left
        if rest[0] == "**":
            return by_definition(rest[1:], left) or (bool(left) and by_definition(rest, left[1:]))
        return bool(left) and matches_name(rest[0], left[0]) and by_definition(rest[1:], left[1:])

    assert matches_glob("/".join(pattern), "/".join(parts)) == by_definition(pattern, parts)


def test_a_glob_of_many_stars_takes_no_longer_than_text_times_pattern() -> None:
    assert not matches_name("a*" * 200 + "b", "a" * 2_000)


def test_levels_are_in_the_order_of_sarif() -> None:
    order: tuple[Level, ...] = ("none", "note", "warning", "error")
    assert order == LEVELS
