"""Globs over names, files and places."""

import pytest

from lictor.rulesets import is_glob, matches_glob, matches_name, matches_place


@pytest.mark.parametrize(
    ("pattern", "place", "is_match"),
    [
        ("Resources.Legacy*", "Resources.LegacyRole", True),
        ("Resources.Legacy*", 'Resources."Legacy-Role".Properties.Statement[0]', True),
        ('Resources."Legacy-*"', 'Resources."Legacy-Role"', True),
        ("Resources.Legacy-Role", 'Resources."Legacy-Role"', True),
        ("Resources.A", "Resources.AB", False),
        ('"a.b"', '"a.b".c', True),
        ("a", '"a.b"', False),
        ("Statement[0]", "Statement[0].Principal.AWS", True),
        ("Statement[1]", "Statement[10]", False),
        ("Statement[*].Action", "Statement[3].Action[1]", True),
        ("**.Principal", "Resources.R.Statement[0].Principal.AWS", True),
        ("Statement[0].Principal", "Statement[0]", False),
        ('"broken\\q"', '"broken\\q"', True),
    ],
)
def test_a_place_is_matched_by_what_encloses_it(pattern: str, place: str, is_match: bool) -> None:
    assert matches_place(pattern, place) is is_match


@pytest.mark.parametrize(
    ("pattern", "uri", "is_match"),
    [
        ("*.json", "a.json", True),
        ("*.json", "x/a.json", False),
        ("**/*.json", "x/y/a.json", True),
        ("sandbox/**", "sandbox/x/a.json", True),
        ("sandbox/**", "sandboxes/a.json", False),
        ("./roles/a.json", "roles/a.json", True),
        ("/roles/a.json", "roles/a.json", True),
        ("a/**/b", "a/b", True),
        ("[ab].json", "a.json", False),
        ("[ab].json", "[ab].json", True),
    ],
)
def test_a_star_in_a_file_s_name_stays_in_its_directory(pattern: str, uri: str, is_match: bool) -> None:
    assert matches_glob(pattern, uri) is is_match


def test_a_star_in_a_name_crosses_everything() -> None:
    assert matches_name("aws.*", "aws.iam.role")
    assert not matches_name("aws.?", "aws.iam")
    assert (is_glob("trust-*"), is_glob("trust-open")) == (True, False)
