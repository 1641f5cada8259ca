"""Account dumps: every role, user, group and policy, each part at its line and column, encoded or not, page by page."""

import json
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest

from lictor import Budgets, Document, Path, Subject, parse_json
from lictor_plugins.kinds.aws_iam import find, register_kinds
from lictor_plugins.kinds.aws_iam.found import POLICY_KINDS

SCHEMAS = {kind.name: jsonschema_rs.validator_for(dict(kind.schema)) for kind in register_kinds()}
EVERY = frozenset((*POLICY_KINDS, "aws.iam.role", "aws.iam.user", "aws.iam.group"))
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
IDENTITY = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}]}
OWN = "arn:aws:iam::111122223333:policy/own"
FENCE = "arn:aws:iam::111122223333:policy/fence"


def managed(arn: str, policy: Any, **more: Any) -> dict[str, Any]:
    versions = [
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": policy},
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": {"Statement": []}},
    ]
    return {"PolicyName": arn.rpartition("/")[2], "Arn": arn, "PolicyVersionList": versions, **more}


def dump(policy: Any = IDENTITY, trust: Any = TRUST) -> dict[str, Any]:
    attached = [{"PolicyName": "own", "PolicyArn": OWN}]
    arn = "arn:aws:iam::111122223333:"
    return {
        "UserDetailList": [
            {
                "Path": "/",
                "UserName": "eve",
                "Arn": f"{arn}user/eve",
                "UserPolicyList": [{"PolicyName": "inline", "PolicyDocument": policy}],
                "GroupList": ["team"],
                "AttachedManagedPolicies": [],
                "PermissionsBoundary": {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": FENCE},
            }
        ],
        "GroupDetailList": [
            {"GroupName": "team", "Arn": f"{arn}group/team", "GroupPolicyList": [], "AttachedManagedPolicies": attached}
        ],
        "RoleDetailList": [
            {
                "RoleName": "open",
                "Arn": f"{arn}role/open",
                "AssumeRolePolicyDocument": trust,
                "InstanceProfileList": [
                    {"InstanceProfileName": "p", "Roles": [{"RoleName": "open", "AssumeRolePolicyDocument": trust}]}
                ],
                "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": policy}],
                "AttachedManagedPolicies": attached,
            }
        ],
        "Policies": [managed(OWN, policy, AttachmentCount=2), managed(FENCE, policy, AttachmentCount=0)],
    }


def read(data: Any) -> Document:
    (document,) = parse_json("dump.json", json.dumps(data, indent=2), Budgets()).documents
    return document


def subjects(data: Any, *kinds: str) -> list[Subject]:
    found = list(find(read(data), frozenset(kinds or EVERY)))
    for subject in found:
        SCHEMAS[subject.kind].validate(subject.value)
    return found


def text_at(subject: Subject, path: Path) -> str:
    region = subject.document.region_of(subject.path_in_document(path))
    assert region.start_line == region.end_line
    line = subject.document.text.splitlines()[region.start_line - 1]
    return line[region.start_column - 1 : region.end_column - 1]


def test_users_groups_and_roles_show_what_is_attached_to_them() -> None:
    user, group, role = subjects(dump(), "aws.iam.user", "aws.iam.group", "aws.iam.role")
    assert (user.value["name"], user.value["account"], user.value["groups"]) == ("eve", "111122223333", ["team"])
    assert user.value["permissions_boundary"] == FENCE
    assert text_at(user, ("permissions_boundary",)) == f'"{FENCE}"'
    assert text_at(user, ("groups", 0)) == '"team"'
    assert group.value["managed_policies"] == role.value["managed_policies"] == [OWN]
    assert text_at(group, ("managed_policies", 0)) == f'"{OWN}"'
    assert role.value["instance_profiles"] == ["p"]
    assert text_at(role, ("instance_profiles", 0)) == '"p"'


def test_each_policy_is_found_once() -> None:
    found = [(subject.kind.removeprefix("aws.iam."), subject.name) for subject in subjects(dump(), *POLICY_KINDS)]
    assert found == [
        ("identity-policy", "inline"),
        ("trust-policy", "open"),
        ("identity-policy", "open"),
        ("identity-policy", "own"),
        ("permissions-boundary", "fence"),
    ]


def test_a_policy_that_is_only_ever_a_boundary_is_known_by_what_it_bounds() -> None:
    data = dump()
    data["UserDetailList"] = []
    assert [subject.kind for subject in subjects(data, *POLICY_KINDS)][-1] == "aws.iam.identity-policy"


@pytest.mark.parametrize(
    "encode", [json.dumps, lambda value: quote(json.dumps(value)), lambda value: quote(json.dumps(value), safe="")]
)
def test_an_encoded_policy_gives_the_same_subjects_at_exact_places_inside_the_text(encode: Any) -> None:
    plain = subjects(dump())
    encoded = subjects(dump(encode(IDENTITY), encode(TRUST)))
    assert [subject.value for subject in encoded] == [subject.value for subject in plain]
    by_kind = {subject.kind: subject for subject in encoded}
    action = text_at(by_kind["aws.iam.permissions-boundary"], ("statements", 0, "actions", 0))
    principal = text_at(by_kind["aws.iam.trust-policy"], ("statements", 0, "principals", 0))
    assert action in {'\\"iam:*\\"', "%22iam%3A%2A%22", "%22iam%3A%2A%22".replace("%2A", "*")}
    assert principal in {'\\"*\\"', "%22%2A%22", "%22*%22"}


def test_a_list_of_pages_gives_the_same_as_one_dump() -> None:
    whole = dump()
    pages = [{name: whole[name], "IsTruncated": True} for name in whole]
    assert [each.value for each in subjects(pages)] == [each.value for each in subjects(whole)]


def test_a_policy_of_aws_itself_is_no_subject() -> None:
    data = {"Policies": [managed("arn:aws:iam::aws:policy/AdministratorAccess", IDENTITY)]}
    assert subjects(data) == []
