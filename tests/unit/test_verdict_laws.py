"""Laws of the verdict algebra, for any outcomes."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.model import Outcome
from lictor.verdict import ORDER, all_of, any_of, at_least, negated, none_of, weighted, worst

outcomes = st.sampled_from(ORDER)
many = st.lists(outcomes, max_size=5)
DECIDED: tuple[Outcome, ...] = ("pass", "fail")


def ways(found: list[Outcome]) -> list[list[Outcome]]:
    """Every way the open outcomes may turn out."""
    return [list(way) for way in product(*(DECIDED if outcome == "open" else (outcome,) for outcome in found))]


@given(many, st.randoms(use_true_random=False))
def test_the_order_of_outcomes_does_not_matter(found: list[Outcome], random: st.randoms) -> None:  # type: ignore[valid-type] - hypothesis' Random
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined] - see above
    for operator in (all_of, any_of, none_of, lambda them: at_least(2, them)):
        assert operator(found) == operator(shuffled)


@given(many.filter(bool), many.filter(bool))
def test_all_of_and_any_of_can_be_taken_in_parts(one: list[Outcome], other: list[Outcome]) -> None:
    assert all_of([all_of(one), all_of(other)]) == all_of([*one, *other])
    assert any_of([any_of(one), any_of(other)]) == any_of([*one, *other])


@given(outcomes)
def test_an_outcome_with_itself_is_itself(outcome: Outcome) -> None:
    assert all_of([outcome, outcome]) == outcome
    assert any_of([outcome, outcome]) == outcome
    assert negated(negated(outcome)) == outcome


@given(many.filter(bool), st.data())
def test_a_worse_member_never_makes_all_of_or_any_of_better(found: list[Outcome], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(found) - 1))
    worse = [*found]
    worse[index] = data.draw(st.sampled_from(ORDER[ORDER.index(found[index]) :]))
    assert ORDER.index(all_of(worse)) >= ORDER.index(all_of(found))
    if "notApplicable" not in {found[index], worse[index]}:
        assert ORDER.index(any_of(worse)) >= ORDER.index(any_of(found))


@given(st.lists(st.sampled_from(("pass", "open", "fail")), min_size=1, max_size=5), st.integers(1, 5), st.data())
def test_a_worse_member_never_makes_at_least_better(found: list[Outcome], count: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(found) - 1))
    worse = [*found]
    worse[index] = "fail"
    assert ORDER.index(at_least(count, worse)) >= ORDER.index(at_least(count, found))


@settings(max_examples=200)
@given(many, st.integers(1, 4))
def test_what_is_open_is_decided_exactly_when_every_way_agrees(found: list[Outcome], count: int) -> None:
    for operator in (any_of, none_of, lambda them: at_least(count, them)):
        results = {operator(way) for way in ways(found)}
        assert operator(found) == (results.pop() if len(results) == 1 else "open")


@given(
    st.lists(st.tuples(outcomes.filter(lambda outcome: outcome != "error"), st.integers(1, 9)), max_size=5),
    st.integers(1, 20),
)
def test_weights_are_decided_exactly_when_every_way_agrees(found: list[tuple[Outcome, float]], limit: int) -> None:
    weights = [weight for _, weight in found]
    outcome, score = weighted(found, limit)
    results = [weighted(list(zip(way, weights, strict=True)), limit) for way in ways([each for each, _ in found])]
    verdicts = {each for each, _ in results}
    assert outcome == (verdicts.pop() if len(verdicts) == 1 else "open")
    assert score == (min(each.low for _, each in results), max(each.high for _, each in results))


@given(many.map(lambda found: [outcome for outcome in found if outcome != "notApplicable"]))
def test_at_least_generalises_any_of_and_all_of(found: list[Outcome]) -> None:
    assert at_least(1, found) == any_of(found)
    if found:
        assert at_least(len(found), found) == all_of(found)


@given(many)
def test_an_error_is_never_hidden(found: list[Outcome]) -> None:
    with_error: list[Outcome] = [*found, "error"]
    for operator in (all_of, any_of, none_of, lambda them: at_least(1, them), worst):
        assert operator(with_error) == "error"


def test_of_nothing_nothing_can_be_said() -> None:
    assert {all_of([]), any_of([]), none_of([]), at_least(1, []), weighted([], 1)[0]} == {"notApplicable"}
