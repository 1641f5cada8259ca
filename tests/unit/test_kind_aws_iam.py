"""AWS IAM policies: told apart by content, normalised, and every part traced back to its place."""

import json
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lictor import EMBEDDED, Document, Path, Subject
from lictor.documents import parse_json
from lictor_plugins.kinds.aws_iam import as_kind, find, register_kinds
from lictor_plugins.kinds.aws_iam.found import POLICY_KINDS

KINDS = frozenset(kind.name for kind in register_kinds())
SCHEMAS = {kind.name: jsonschema_rs.validator_for(dict(kind.schema)) for kind in register_kinds()}


def document(data: Any, uri: str = "policy.json") -> Document:
    return Document(uri, "json", data, "", locate=lambda *_: pytest.fail("positions are for findings"))


def subjects(data: Any, uri: str = "policy.json") -> tuple[Subject, ...]:
    found = tuple(find(document(data, uri), KINDS))
    for subject in found:
        SCHEMAS[subject.kind].validate(subject.value)
    return found


def only(data: Any, uri: str = "policy.json") -> Subject:
    (subject,) = subjects(data, uri)
    return subject


def trust(statement: Any) -> Subject:
    return only({"Version": "2012-10-17", "Statement": statement})


def is_place(data: Any, path: Path) -> bool:
    """Tell whether a path is there; a key that is missing may be its last element."""
    for index, element in enumerate(path):
        if element == EMBEDDED:
            data = json.loads(data)
        elif isinstance(data, dict) and element not in data:
            return index == len(path) - 1
        else:
            data = data[element]
    return True


def allow(principal: Any, action: Any = "sts:AssumeRole", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, **more}


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (allow({"AWS": "*"}), "aws.iam.trust-policy"),
        (allow({"AWS": "*"}, "s3:GetObject"), "aws.iam.trust-policy"),
        (allow({"AWS": "*"}, Resource="*"), "aws.iam.trust-policy"),
        ({"Effect": "Allow", "Action": "sts:AssumeRole"}, "aws.iam.trust-policy"),
        (allow("*", "s3:GetObject", Resource="*"), "aws.iam.resource-policy"),
        (allow("*", "ecr:BatchGetImage"), "aws.iam.resource-policy"),
        ({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}, "aws.iam.identity-policy"),
        ({"Effect": "Allow", "Action": "s3:*", "Resource": "*"}, "aws.iam.identity-policy"),
        ({"effect": "Allow", "Principals": {"AWS": "*"}, "action": "sts:AssumeRole"}, "aws.iam.trust-policy"),
    ],
)
def test_a_bare_policy_is_told_apart_by_its_content(statement: dict[str, Any], kind: str) -> None:
    assert only({"Statement": [statement]}).kind == kind
    assert only({"Statement": statement}).kind == kind


def test_a_file_name_tells_a_boundary_from_a_grant() -> None:
    policy = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}
    assert only(policy, "iam/team-boundary.json").kind == "aws.iam.permissions-boundary"
    assert only(policy, "scps/deny-regions.json").kind == "aws.iam.scp"
    assert only(policy, "iam/team.json").properties["classified_by"] == "no Principal"


@pytest.mark.parametrize(
    "data",
    [
        None,
        5,
        "x",
        [],
        {},
        {"Statement": "of account"},
        {"name": "x", "version": "1.0"},
        {"apiVersion": "v1", "kind": "Pod", "spec": {"tolerations": [{"effect": "NoSchedule", "key": "a"}]}},
        [{"effect": "NoSchedule", "key": "gpu"}],
        {"Version": "2012-10-17", "Parameters": {}},
        {"Resources": [1, 2]},
    ],
)
def test_what_is_no_policy_is_left_alone(data: Any) -> None:
    if data != {"Statement": "of account"}:
        assert subjects(data) == ()


@pytest.mark.parametrize("statement", [None, 5, "x", [], {}, [None], [5], ["x"], [[]], True])
def test_a_statement_of_the_wrong_shape_is_malformed_and_not_silent(statement: Any) -> None:
    subject = only({"Version": "2012-10-17", "Statement": statement})
    assert subject.value["malformed"]
    assert subject.path_in_document(("malformed", 0))[0] == "Statement"


@pytest.mark.parametrize(
    "principal", [None, 5, True, [], "arn:aws:iam::111122223333:root", ["*"], {"AWS": None}, {"AWS": {}}]
)
def test_a_principal_of_the_wrong_shape_is_malformed(principal: Any) -> None:
    assert [entry["element"] for entry in trust(allow(principal)).value["malformed"]] == ["Principal"]


@pytest.mark.parametrize(
    ("more", "element"),
    [
        ({"Effect": ["Allow"]}, "Effect"),
        ({"Effect": None}, "Effect"),
        ({"Sid": 5}, "Sid"),
        ({"Action": {}}, "Action"),
        ({"Action": None}, "Action"),
        ({"Condition": "x"}, "Condition"),
        ({"Condition": {"Bool": "x"}}, "Condition"),
        ({"Condition": {"Bool": {"aws:SecureTransport": None}}}, "Condition"),
    ],
)
def test_an_element_of_the_wrong_shape_is_malformed(more: dict[str, Any], element: str) -> None:
    value = trust([{**allow({"AWS": "*"}), **more}]).value
    assert [entry["element"] for entry in value["malformed"]] == [element]
    assert value["malformed"][0]["statement"] == 0


@pytest.mark.parametrize(
    ("type_name", "text", "kind"),
    [
        ("AWS", "*", "anyone"),
        ("AWS", "111122223333", "account"),
        ("AWS", "arn:aws-cn:iam::111122223333:root", "account"),
        ("AWS", "arn:aws:iam::111122223333:user/eu/LiJuan", "user"),
        ("AWS", "arn:aws:iam::111122223333:role/a", "role"),
        ("AWS", "arn:aws:sts::111122223333:assumed-role/a/session", "role-session"),
        ("AWS", "arn:aws:sts::111122223333:federated-user/Bob", "federated-user"),
        ("AWS", "arn:aws:iam::111122223333:group/g", "group"),
        ("AWS", "arn:aws:ec2:eu-west-1:111122223333:instance/i-1", "other-arn"),
        ("AWS", "arn:aws:iam::111122223333:saml-provider/x", "other-arn"),
        ("AWS", "AROAEXAMPLEID12345678", "unique-id"),
        ("AWS", "11112222333", "malformed"),
        ("AWS", "ec2.amazonaws.com", "malformed"),
        ("AWS", "arn:aws:iam:111122223333:root", "malformed"),
        ("aws", "*", "anyone"),
        ("Service", "ec2.amazonaws.com", "service"),
        ("Service", "logs.eu-west-1.amazonaws.com", "service"),
        ("Service", "*", "malformed"),
        ("Service", "ec2", "malformed"),
        ("Federated", "arn:aws:iam::111122223333:saml-provider/Okta", "saml-provider"),
        ("Federated", "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/A", "oidc-provider"),
        ("Federated", "cognito-identity.amazonaws.com", "oidc-provider"),
        ("Federated", "*", "malformed"),
        ("CanonicalUser", "0" * 64, "canonical-user"),
    ],
)
def test_a_principal_is_known_by_its_form(type_name: str, text: str, kind: str) -> None:
    (principal,) = trust(allow({type_name: text})).value["statements"][0]["principals"]
    assert (principal["type"], principal["value"], principal["kind"]) == (type_name, text, kind)


def test_an_account_id_that_is_a_number_keeps_its_text_and_a_mark() -> None:
    (principal,) = trust(allow({"AWS": 111122223333})).value["statements"][0]["principals"]
    assert (principal["kind"], principal["account"], principal["is_number"]) == ("account", "111122223333", True)


def test_operators_are_taken_apart_in_any_case() -> None:
    condition = {"foranyvalue:stringnotlikeifexists": {"AWS:PrincipalOrgPaths": ["o-a/*"]}}
    (entry,) = trust(allow({"AWS": "*"}, Condition=condition)).value["statements"][0]["conditions"]
    assert entry["operator"] == "StringNotLike"
    assert (entry["set_operator"], entry["if_exists"], entry["negated"]) == ("ForAnyValue", True, True)
    assert (entry["key"], entry["key_raw"]) == ("aws:principalorgpaths", "AWS:PrincipalOrgPaths")


def test_a_claim_belongs_to_its_provider() -> None:
    condition = {"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/AB:sub": "x", "aws:PrincipalTag/a.b": "y"}}
    one, other = trust(allow({"AWS": "*"}, Condition=condition)).value["statements"][0]["conditions"]
    assert (one["provider"], one["claim"]) == ("oidc.eks.eu-west-1.amazonaws.com/id/ab", "sub")
    assert (other["provider"], other["claim"]) == (None, None)


def test_every_part_stands_where_it_is_written() -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": ["111122223333", "*"], "Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": ["a", "b"]}},
    }
    subject = trust([statement])
    where = subject.path_in_document
    here: Path = ("statements", 0)
    assert where((*here, "principals", 1)) == ("Statement", 0, "Principal", "AWS", 1)
    assert where((*here, "principals", 1, "kind")) == ("Statement", 0, "Principal", "AWS", 1)
    assert where((*here, "principals", 2)) == ("Statement", 0, "Principal", "Service")
    assert where((*here, "principal_types", 1)) == ("Statement", 0, "Principal", "Service")
    assert where((*here, "actions", 0)) == ("Statement", 0, "Action")
    assert where((*here, "effect")) == ("Statement", 0, "Effect")
    assert where((*here, "elements", 3)) == ("Statement", 0, "Condition")
    assert where((*here, "conditions", 0)) == ("Statement", 0, "Condition", "StringEquals", "sts:ExternalId")
    assert where((*here, "conditions", 0, "operator")) == ("Statement", 0, "Condition", "StringEquals")
    assert where((*here, "conditions", 0, "values", 1))[-1] == 1
    assert where(()) == ()


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ({"Role": {"RoleName": "r", "AssumeRolePolicyDocument": {"Statement": allow("*")}}}, ("Role",)),
        ({"Roles": [{"AssumeRolePolicyDocument": {"Statement": allow("*")}}]}, ("Roles", 0)),
        ({"AssumeRolePolicyDocument": {"Statement": allow("*")}}, ()),
    ],
)
def test_the_command_line_wraps_trust_policies(data: Any, path: Path) -> None:
    role, policy = subjects(data)
    assert (role.kind, policy.kind) == ("aws.iam.role", "aws.iam.trust-policy")
    assert policy.path == (*path, "AssumeRolePolicyDocument")


def test_a_role_known_by_its_arn_knows_its_own_account() -> None:
    data = {
        "Role": {
            "Arn": "arn:aws:iam::111122223333:role/r",
            "AssumeRolePolicyDocument": {"Statement": allow({"AWS": ["111122223333", "444455556666"]})},
        }
    }
    policy = subjects(data)[1]
    assert [each["is_own_account"] for each in policy.value["statements"][0]["principals"]] == [True, False]


def test_a_bucket_policy_is_entered_through_its_text() -> None:
    subject = only(
        {"Policy": '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}'}
    )
    assert subject.kind == "aws.iam.resource-policy"
    assert subject.path_in_document(("statements", 0, "actions", 0)) == ("Policy", "!json", "Statement", "Action")


def test_an_organization_policy_says_its_type() -> None:
    data = {
        "Policy": {
            "PolicySummary": {"Type": "SERVICE_CONTROL_POLICY", "Name": "DenyRegions"},
            "Content": '{"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}',
        }
    }
    assert (only(data).kind, only(data).name) == ("aws.iam.scp", "DenyRegions")


def test_a_service_linked_role_is_a_role_without_a_trust_policy_to_judge() -> None:
    data = {"Role": {"Path": "/aws-service-role/x/", "AssumeRolePolicyDocument": {"Statement": allow("*")}}}
    assert [subject.kind for subject in subjects(data)] == ["aws.iam.role"]


def test_a_statement_alone_and_a_list_of_statements_are_read_and_malformed() -> None:
    for data in (allow({"AWS": "*"}), [allow({"AWS": "*"})]):
        subject = only(data)
        assert subject.value["statements"][0]["principals"][0]["kind"] == "anyone"
        assert subject.value["malformed"][0]["element"] == "policy"


def test_any_document_can_be_taken_for_a_kind() -> None:
    for kind in POLICY_KINDS:
        subject = as_kind(document({"Statement": {"Effect": "Allow", "Action": "*"}}), kind)
        assert (subject.kind, subject.properties["classified_by"]) == (kind, "asked for")
        SCHEMAS[kind].validate(subject.value)


_ELEMENTS = st.sampled_from(
    [
        "Version",
        "Statement",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "Resource",
        "Condition",
        "AWS",
        "effect",
        "Sid",
        "StringEquals",
        "Ref",
        "Fn::If",
        "Fn::Sub",
        "Fn::Join",
        "Fn::GetAtt",
        "sts:ExternalId",
        "Policies",
    ]
)
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.sampled_from(["*", "Allow", "sts:AssumeRole", "{}", "${A}", "A.Arn"])
)
_ANYTHING = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_ELEMENTS, inner, max_size=4), max_leaves=15
)


@settings(max_examples=150, deadline=None)
@given(_ANYTHING)
def test_no_shape_raises_and_every_part_stands_in_the_document(data: Any) -> None:
    resources = {"A": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": data, "Policies": data}}}
    for whole in ({"Statement": data}, {"Version": "2012-10-17", "Statement": [data]}, {"Resources": resources}):
        for subject in subjects(whole):
            for path in paths(subject.value):
                assert is_place(whole, subject.path_in_document(path))
    as_kind(document(data), "aws.iam.trust-policy")


def paths(value: Any, path: Path = ()) -> list[Path]:
    found = [path]
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        found += paths(inner, (*path, key))
    return found


def test_json_text_gives_the_same_subject_as_its_data() -> None:
    text = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}]}'
    (loaded,) = parse_json("a.json", text).documents
    (subject,) = find(loaded, KINDS)
    region = loaded.region_of(subject.path_in_document(("statements", 0, "principals", 0)))
    assert text[region.start_column - 1 : region.end_column - 1] == '"*"'


IDENTITY = {"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}


@pytest.mark.parametrize(
    ("data", "path", "name"),
    [
        ({"PolicyVersion": {"VersionId": "v1", "Document": IDENTITY}}, ("PolicyVersion", "Document"), "policy"),
        ({"RoleName": "r", "PolicyName": "p", "PolicyDocument": IDENTITY}, ("PolicyDocument",), "r"),
        ([{"PolicyName": "p", "PolicyDocument": IDENTITY}], (0, "PolicyDocument"), "p"),
    ],
)
def test_the_command_line_wraps_permission_policies(data: Any, path: Path, name: str) -> None:
    subject = only(data)
    assert (subject.kind, subject.path, subject.name) == ("aws.iam.identity-policy", path, name)


@pytest.mark.parametrize("is_text", [True, False])
def test_a_template_that_the_command_line_prints_is_read_as_one(is_text: bool) -> None:
    statement = {"Effect": "Allow", "Action": {"Ref": "Action"}, "Resource": "*"}
    policy = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": {"Statement": statement}}}
    template = {"Parameters": {"Action": {"Type": "String", "Default": "s3:*"}}, "Resources": {"P": policy}}
    data = {"TemplateBody": json.dumps(template) if is_text else template, "StagesAvailable": ["Original"]}
    subject = only(data)
    assert (subject.kind, subject.value["statements"][0]["actions"]) == ("aws.iam.identity-policy", ["s3:*"])
    assert is_place(data, subject.path_in_document(("statements", 0, "resources", 0)))


def test_policies_are_found_in_text_that_wraps_them() -> None:
    versions = [{"versionId": "v1", "document": json.dumps(IDENTITY)}]
    configuration = json.dumps({"policyName": "p", "policyVersionList": versions})
    data = {"configurationItems": [{"resourceType": "AWS::IAM::Policy", "configuration": configuration}]}
    subject = only(data)
    assert subject.path[2:] == ("configuration", EMBEDDED, "policyVersionList", 0, "document", EMBEDDED)
    assert is_place(data, subject.path_in_document(("statements", 0, "actions", 0)))
    assert subjects({"configuration": "{this Statement is no JSON"}) == ()


def test_a_wrapped_policy_can_be_taken_for_another_kind() -> None:
    subject = as_kind(document({"PolicyName": "p", "PolicyDocument": IDENTITY}), "aws.iam.permissions-boundary")
    assert (subject.kind, subject.path) == ("aws.iam.permissions-boundary", ("PolicyDocument",))


def test_an_empty_policy_in_a_file_for_trust_is_a_trust_policy() -> None:
    assert only({"Version": "2012-10-17", "Statement": []}, "roles/trust.json").kind == "aws.iam.trust-policy"


def test_a_policy_of_another_sort_is_left_alone() -> None:
    data = {"Policy": {"PolicySummary": {"Type": "TAG_POLICY"}, "Content": "{}"}}
    assert subjects(data) == subjects({"Policy": "free text"}) == ()


TRUST = {"Version": "2012-10-17", "Statement": [allow({"AWS": "*"})]}


def test_a_dump_of_an_account_gives_each_role_and_policy_in_force_once() -> None:
    dump = {
        "RoleDetailList": [
            {
                "RoleName": "r",
                "Arn": "arn:aws:iam::111122223333:role/r",
                "AssumeRolePolicyDocument": TRUST,
                "InstanceProfileList": [{"Roles": [{"RoleName": "r", "AssumeRolePolicyDocument": TRUST}]}],
                "RolePolicyList": [{"PolicyName": "inline", "PolicyDocument": IDENTITY}, {}],
            }
        ],
        "UserDetailList": [{"UserName": "u", "UserPolicyList": [{"PolicyName": "p", "PolicyDocument": IDENTITY}]}],
        "Policies": [
            {
                "Arn": "arn:aws:iam::aws:policy/AdministratorAccess",
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": IDENTITY}],
            },
            {
                "PolicyName": "mine",
                "PolicyVersionList": [
                    {"VersionId": "v2", "IsDefaultVersion": True, "Document": IDENTITY},
                    {"VersionId": "v1", "IsDefaultVersion": False, "Document": IDENTITY},
                ],
            },
            {
                "PolicyName": "limit",
                "AttachmentCount": 0,
                "PermissionsBoundaryUsageCount": 2,
                "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": IDENTITY}],
            },
        ],
    }
    role, trust_policy, inline, *others = subjects(dump)
    assert [policy["name"] for policy in role.value["policies"]] == ["inline"]
    assert trust_policy.value["role"]["account"] == "111122223333"
    assert inline.path == ("RoleDetailList", 0, "RolePolicyList", 0, "PolicyDocument")
    assert [(each.name, each.kind.removeprefix("aws.iam."), each.path[-2]) for each in others] == [
        ("p", "identity-policy", 0),
        ("mine", "identity-policy", 0),
        ("limit", "permissions-boundary", 0),
    ]


@pytest.mark.parametrize(
    ("data", "kind", "path"),
    [
        ({"policyText": json.dumps({"Statement": allow("*", "ecr:*")})}, "resource-policy", ("policyText", EMBEDDED)),
        ({"spec": {"role": [{"trust": TRUST}]}}, "trust-policy", ("spec", "role", 0, "trust")),
        ({"policies": [json.dumps(TRUST), "{", "x"]}, "trust-policy", ("policies", 0, EMBEDDED)),
        (
            {
                "terraform_version": "1.9.0",
                "planned_values": {"assume_role_policy": json.dumps(TRUST)},
                "resource_changes": [{"after": {"assume_role_policy": json.dumps(TRUST)}}],
            },
            "trust-policy",
            ("planned_values", "assume_role_policy", EMBEDDED),
        ),
        ({"RoleName": "r", "PolicyDocument": json.dumps(TRUST)}, "trust-policy", ("PolicyDocument", EMBEDDED)),
        ({"Statement": json.dumps(allow("*", "lambda:*", Resource="*")), "RevisionId": "1"}, "resource-policy", ()),
        (
            {"VpcEndpoints": [{"VpcEndpointId": "v", "PolicyDocument": {"Statement": allow("*", "*", Resource="*")}}]},
            "endpoint-policy",
            ("VpcEndpoints", 0, "PolicyDocument"),
        ),
    ],
)
def test_a_policy_is_found_wherever_a_document_holds_it(data: Any, kind: str, path: Path) -> None:
    (subject,) = subjects(data)
    assert (subject.kind, subject.path) == (f"aws.iam.{kind}", path)
    assert subject.value["malformed"] == []


def test_a_statement_that_is_text_is_entered_at_its_place() -> None:
    subject = only({"Statement": json.dumps(allow("*", "lambda:*", Resource="*"))})
    assert subject.path_in_document(("statements", 0, "principals", 0)) == ("Statement", EMBEDDED, "Principal")


@pytest.mark.parametrize(
    "data",
    [
        {"Statement": [{"Effect": "Deny", "Action": "Update:*", "Principal": "*", "Resource": "*"}]},
        {"Rules": [{"Statement": {"NotStatement": {"Statement": {"ByteMatchStatement": {}}}}}]},
        {"PolicyEnabled": True, "PolicyDocument": "permit(principal, action, resource);"},
        {"constructInfo": {"aws:cdk:cloudformation:props": {"assumeRolePolicyDocument": TRUST}}},
    ],
)
def test_what_only_looks_like_a_policy_of_iam_is_left_alone(data: Any) -> None:
    assert subjects(data) == ()


def test_what_is_empty_is_named_with_its_place() -> None:
    subject = trust(
        {
            **allow({"AWS": [], "Service": "ec2.amazonaws.com"}),
            "Condition": {"StringEquals": {}, "StringLike": {"aws:PrincipalTag/a": []}},
        }
    )
    names = subject.value["statements"][0]["empty"]
    assert names == ["Principal.AWS", "Condition.StringEquals", "Condition.StringLike.aws:PrincipalTag/a"]
    assert subject.path_in_document(("statements", 0, "empty", 0)) == ("Statement", "Principal", "AWS")


def test_if_exists_counts_for_nothing_where_the_key_must_be_there() -> None:
    condition = {"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}, "Null": {"AWS:PrincipalOrgId": False}}
    subject = trust(allow({"AWS": "*"}, Condition=condition))
    assert [each["if_exists"] for each in subject.value["statements"][0]["conditions"]] == [False, False]


def test_a_number_among_actions_is_malformed_and_no_action() -> None:
    subject = trust(allow({"AWS": "*"}, [5, "sts:AssumeRole"]))
    assert subject.value["statements"][0]["actions"] == ["sts:AssumeRole"]
    assert subject.path_in_document(("statements", 0, "actions", 0))[-1] == 1
