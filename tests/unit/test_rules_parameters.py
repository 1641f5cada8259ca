"""The values a ruleset sets for a rule's parameters."""

from lictor.model import Location, Rule
from lictor.rules import default_parameters, validate_parameters

RULE = Rule(
    id="trust-outside",
    title="t",
    message="m",
    applies_to=("document",),
    parameters={
        "trusted-accounts": {
            "type": "array",
            "items": {"type": "string", "pattern": r"^\d{12}$", "patternErrorMessage": "expected an account id"},
            "default": [],
        },
        "most": {"type": "integer", "description": "how many there may be", "default": 3},
    },
)


def test_every_parameter_has_its_default() -> None:
    assert default_parameters(RULE) == {"trusted-accounts": [], "most": 3}


def test_values_that_fit_have_no_problems() -> None:
    assert validate_parameters(RULE, {"trusted-accounts": ["111122223333"], "most": 0}) == ()


def test_an_unknown_parameter_gets_the_nearest_name() -> None:
    (problem,) = validate_parameters(RULE, {"trusted-acounts": []}, Location("r.yaml"))
    assert (problem.code, problem.hint) == ("unknown-parameter", "did you mean 'trusted-accounts'?")
    assert problem.location.uri == "r.yaml"
    (problem,) = validate_parameters(RULE, {"zzz": []})
    assert problem.hint == "its parameters: most, trusted-accounts"


def test_a_value_that_does_not_fit_is_shown_at_its_own_place() -> None:
    problems = validate_parameters(
        RULE, {"trusted-accounts": ["1"], "most": "many"}, lambda path: Location("r.yaml", path=path)
    )
    assert [(p.code, p.message) for p in problems] == [
        (
            "bad-parameter",
            "parameter 'trusted-accounts' of rule 'trust-outside' at 0: expected an account id, found '1'",
        ),
        ("bad-parameter", "parameter 'most' of rule 'trust-outside': expected a whole number, found 'many'"),
    ]
    assert problems[0].location.path == ("trusted-accounts", 0)
    assert problems[1].hint == "how many there may be"
