"""GitHub's line hash against a second, slow implementation, and against values that GitHub's own code gave."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from lictor.fingerprints import LineHashes, ManyLineHashes

TRUST = """\
{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "AnyoneMayAssume",
      "Effect": "Allow",
      "Principal": "*",
      "Action": "sts:AssumeRole"
    }
  ]
}
"""

ROLE = """\
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  # wide 日本\U0001f511
  OpenRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
        - {Effect: Allow, Principal: {AWS: ["*", "arn:aws:iam::111122223333:root"]}, Action: "sts:*"}
        - Effect: Allow
          Principal: {AWS: !Ref Who}
          Action: sts:AssumeRole
"""


def line_hashes(text: str, lines: Iterable[int]) -> dict[int, str]:
    """Ask what serves small files and what serves large ones."""
    hashes, of_many = LineHashes(text), ManyLineHashes(text)
    lines = tuple(lines)
    found = {line: hashes.of(line) for line in lines}
    assert {line: of_many.of(line) for line in lines} == found
    return found


def hash_slowly(text: str) -> dict[int, str]:
    """Walk the text once, unit by unit, as the description of the algorithm says."""
    raw = text.encode("utf-16-be", "surrogatepass")
    units = [int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2)]
    kept: list[int] = []
    starts: list[int] = []
    is_start, after_return = True, False
    for unit in [*units, 65535]:
        if unit in (0x20, 0x09) or (after_return and unit == 0x0A):
            after_return = False
            continue
        after_return = unit == 0x0D
        if is_start:
            starts.append(len(kept))
        kept.append(0x0A if after_return else unit)
        is_start = kept[-1] == 0x0A
    counts: dict[int, int] = {}
    hashes = {}
    for line, start in enumerate(starts, 1):
        value = 0
        for unit in (kept[start:] + [0] * 100)[:100]:
            value = (value * 37 + unit) % 2**64
        counts[value] = counts.get(value, 0) + 1
        hashes[line] = f"{value:x}:{counts[value]}"
    return hashes


texts = st.text(st.sampled_from('ab{}"é日\U0001f511\ud800\ufeff \t\n\r'), max_size=300) | st.text(max_size=150)


@settings(max_examples=150)
@given(texts)
def test_every_line_has_the_hash_that_the_slow_implementation_gives_it(text: str) -> None:
    expected = hash_slowly(text)
    assert line_hashes(text, expected) == expected


@given(texts, st.sets(st.integers(1, 12), max_size=4))
def test_asking_for_some_lines_gives_the_same_as_asking_for_all(text: str, lines: set[int]) -> None:
    expected = hash_slowly(text)
    found = line_hashes(text, lines)
    assert found == {line: expected[min(line, max(expected))] for line in lines}


def test_the_hash_equals_what_github_computed_for_a_trust_policy() -> None:
    assert line_hashes(TRUST, [7]) == {7: "3257b002d4d91e22:1"}


def test_the_hash_equals_what_the_sarif_multitool_computed_for_a_template() -> None:
    # `Sarif.Multitool rewrite --insert RollingHashPartialFingerprints`, version 5.7.0
    assert line_hashes(ROLE, [9, 11]) == {9: "516142be80024cb8:1", 11: "25ec7d2a58e09658:1"}


def test_equal_lines_are_counted_in_the_order_of_the_file() -> None:
    text = "x\n" * 300
    hashes = line_hashes(text, [1, 2, 150])
    assert [value.partition(":")[2] for value in hashes.values()] == ["1", "2", "150"]


def test_indentation_and_line_ends_do_not_matter() -> None:
    unix = line_hashes(TRUST, range(1, 12))
    assert line_hashes(TRUST.replace("\n", "\r\n").replace("  ", "\t\t"), range(1, 12)) == unix


def test_lines_inserted_above_do_not_matter() -> None:
    assert line_hashes("\n\n" + TRUST, [9])[9] == line_hashes(TRUST, [7])[7]


def test_long_lines_that_begin_alike_are_counted_together_whatever_follows() -> None:
    start = "x" * 100
    assert line_hashes(f"{start}a\n{start}b\n", [2])[2].endswith(":2")
    assert line_hashes(f"{start[:99]}a\n{start[:99]}b\n", [2])[2].endswith(":1")
