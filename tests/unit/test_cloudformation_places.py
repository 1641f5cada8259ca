"""Where policies and principals stand in CloudFormation templates, to the line and column."""

import datetime as dt
from pathlib import Path as FilePath
from typing import Any

import jsonschema_rs
import pytest

from lictor import Budgets, CheckRequest, Document, Path, PolicyChoice, Subject, check
from lictor_plugins.formats.cloudformation import load_template
from lictor_plugins.kinds.aws_iam import find, register_kinds
from lictor_plugins.kinds.aws_iam.cloudformation_places import PLACES
from lictor_plugins.kinds.aws_iam.found import POLICY_KINDS, RESOURCE_POLICY

PRINCIPALS = frozenset({"aws.iam.role", "aws.iam.user", "aws.iam.group", "aws.iam.permission-set"})
SCHEMAS = {kind.name: jsonschema_rs.validator_for(dict(kind.schema)) for kind in register_kinds()}
POLICY = {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}


def read(text: str) -> Document:
    (document,) = load_template("template.yaml", text, Budgets()).documents
    return document


def found(document: Document, *kinds: str) -> list[Subject]:
    subjects = list(find(document, frozenset(kinds)))
    for subject in subjects:
        SCHEMAS[subject.kind].validate(subject.value)
    return subjects


def text_at(subject: Subject, path: Path) -> str:
    """Return the text in the first line of the place of a part."""
    region = subject.document.region_of(subject.path_in_document(path))
    line = subject.document.text.splitlines()[region.start_line - 1]
    end = region.end_column - 1 if region.end_line == region.start_line else None
    return line[region.start_column - 1 : end]


def at(place: tuple[str, ...], value: Any) -> Any:
    for element in reversed(place):
        value = [value] if element == "*" else {element: value}
    return value


@pytest.mark.parametrize(
    ("kind", "place", "expected"), [(kind, place, want) for kind, all_of in PLACES.items() for place, want in all_of]
)
def test_every_property_that_holds_a_policy_is_looked_at(kind: str, place: tuple[str, ...], expected: str) -> None:
    properties = at(place, POLICY)
    data = {"Resources": {"X": {"Type": kind, "Properties": properties}}}
    document = Document("t.json", "json", data, "", locate=lambda *_: pytest.fail("not yet"))
    (subject,) = found(document, *POLICY_KINDS)
    assert (subject.kind, subject.value["statements"][0]["actions"]) == (expected, ["s3:*"])


def test_the_table_speaks_of_every_sort_of_policy_that_it_should() -> None:
    resource_policies = [kind for kind, places in PLACES.items() if places[0][1] == RESOURCE_POLICY]
    assert len(resource_policies) > 60


ATTACHED = """\
Resources:
  Team:
    Type: AWS::IAM::Group
    Properties:
      GroupName: team
      ManagedPolicyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess]
  Eve:
    Type: AWS::IAM::User
    Properties:
      Groups: [!Ref Team]
      ManagedPolicyArns:
        - arn:aws:iam::aws:policy/AdministratorAccess
  Own:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Users: [!Ref Eve, bob]
      PolicyDocument: {Version: 2012-10-17, Statement: []}
  Inline:
    Type: AWS::IAM::UserPolicy
    Properties:
      UserName: !Ref Eve
      PolicyName: extra
      PolicyDocument:
        Statement: {Effect: Allow, Action: "iam:*", Resource: "*"}
  Set:
    Type: AWS::SSO::PermissionSet
    Properties:
      Name: admin
      ManagedPolicies: [arn:aws:iam::aws:policy/AdministratorAccess]
      CustomerManagedPolicyReferences: [{Name: own, Path: /team/}]
      PermissionsBoundary: {CustomerManagedPolicyReference: {Name: fence}}
      InlinePolicy: '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
  More:
    Type: AWS::IAM::UserToGroupAddition
    Properties: {GroupName: !Ref Team, Users: [bob]}
"""


def test_users_groups_and_permission_sets_show_what_is_attached_to_them_wherever_that_is_said() -> None:
    group, user, permission_set, bob = found(read(ATTACHED), *PRINCIPALS)
    assert (group.kind, group.value["name"]) == ("aws.iam.group", "team")
    assert user.value["managed_policies"] == [
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/${Own}",
    ]
    assert text_at(user, ("managed_policies", 0)) == "arn:aws:iam::aws:policy/AdministratorAccess"
    assert text_at(user, ("managed_policies", 1)) == "!Ref Eve"
    assert user.value["groups"] == ["team"]
    assert [policy["name"] for policy in user.value["policies"]] == ["extra"]
    assert text_at(user, ("policies", 0, "policy", "statements", 0, "actions", 0)) == '"iam:*"'
    assert permission_set.value["managed_policies"][1].endswith(":policy/team/own")
    assert permission_set.value["permissions_boundary"].endswith(":policy/fence")
    assert text_at(permission_set, ("policies", 0, "policy", "statements", 0, "actions", 0)) == '"*"'
    assert (bob.kind, bob.value["name"], bob.value["groups"]) == ("aws.iam.user", "bob", ["team"])
    assert text_at(bob, ()) == "bob"


def test_an_inline_policy_of_a_user_is_one_subject_and_not_two() -> None:
    subjects = found(read(ATTACHED), "aws.iam.identity-policy")
    assert [subject.name for subject in subjects] == ["Own", "Inline", "Set"]


def test_a_sam_function_makes_its_role() -> None:
    document = read("""\
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies: [AdministratorAccess, {S3ReadPolicy: {BucketName: b}}]
  Given:
    Type: AWS::Serverless::Function
    Properties: {Role: arn:aws:iam::111122223333:role/r, Policies: [AdministratorAccess]}
""")
    (role,) = found(document, *PRINCIPALS)
    assert (role.kind, role.value["name"]) == ("aws.iam.role", "FRole")
    assert role.value["managed_policies"] == ["arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess"]
    assert text_at(role, ("managed_policies", 0)) == "AdministratorAccess"


def test_a_policy_template_of_sam_is_the_policy_that_it_becomes_and_stands_at_its_parameters() -> None:
    document = read("""\
Transform: AWS::Serverless-2016-10-31
Parameters: {Bucket: {Type: String}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - S3ReadPolicy: {BucketName: "*"}
        - !If [Ready, S3CrudPolicy: {BucketName: !Ref Bucket}, !Ref AWS::NoValue]
        - ComprehendBasicAccessPolicy: {}
        - OfTomorrowPolicy: {Name: x}
  M:
    Type: AWS::Serverless::StateMachine
    Properties:
      Policies: {StepFunctionsExecutionPolicy: {}}
""")
    star, given, plain, unknown, empty = found(document, "aws.iam.identity-policy")
    (statement,) = star.value["statements"]
    assert statement["resources"] == ["arn:${AWS::Partition}:s3:::*", "arn:${AWS::Partition}:s3:::*/*"]
    assert "s3:GetObject" in statement["actions"]
    assert text_at(star, ("statements", 0, "resources", 1)) == '"*"'
    assert text_at(star, ("statements", 0, "actions", 0)) == '{BucketName: "*"}'
    assert given.value["statements"][0]["resources"][0] == "arn:${AWS::Partition}:s3:::${Bucket}"
    assert text_at(given, ("statements", 0, "resources", 0)) == "!Ref Bucket"
    assert plain.value["statements"][0]["resources"] == ["*"]
    assert unknown.value["unresolved"] == [{"element": "policy", "text": "${OfTomorrowPolicy}"}]
    assert text_at(unknown, ("unresolved", 0)) == "{Name: x}"
    assert empty.value["statements"][0]["resources"][0].endswith(":${StateMachineName}")
    assert all(each.properties["is_put_together"] for each in (star, given, plain, unknown, empty))


def test_no_fix_is_offered_for_what_a_policy_template_says(tmp_path: FilePath) -> None:
    (tmp_path / "template.yaml").write_text(
        """\
Transform: AWS::Serverless-2016-10-31
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      Policies:
        - S3ReadPolicy: {BucketName: "*"}
        - Version: "2012-10-17"
          Statement: {Effect: Allow, Action: "s3:Get*", Resource: ["arn:aws:s3:::*", "arn:aws:s3:::*/*"]}
""",
        encoding="utf-8",
    )
    policy = PolicyChoice(rulesets=("aws-iam-strict",), only=("form-redundant-value",))
    report = check(CheckRequest((".",), tmp_path, dt.date(2026, 12, 1), policy, jobs=1))
    assert [len(finding.fixes) for finding in report.findings] == [0, 1]


def test_a_state_machine_of_sam_makes_its_role_as_well() -> None:
    document = read("""\
Transform: AWS::Serverless-2016-10-31
Resources:
  M: {Type: AWS::Serverless::StateMachine, Properties: {Policies: AdministratorAccess}}
  Given: {Type: AWS::Serverless::StateMachine, Properties: {Role: x, Policies: AdministratorAccess}}
""")
    (role,) = found(document, *PRINCIPALS)
    assert (role.value["name"], text_at(role, ("managed_policies", 0))) == ("MRole", "AdministratorAccess")


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("SERVICE_CONTROL_POLICY", "aws.iam.scp"),
        ("RESOURCE_CONTROL_POLICY", "aws.iam.rcp"),
        ("!Ref Sort", "aws.iam.rcp"),
        ("!ImportValue Sort", "aws.iam.scp"),
    ],
)
def test_a_policy_of_the_organization_is_told_by_its_type_and_never_passed_over(kind: str, expected: str) -> None:
    document = read(f"""\
Parameters: {{Sort: {{Type: String, Default: RESOURCE_CONTROL_POLICY}}}}
Resources:
  P: {{Type: AWS::Organizations::Policy, Properties: {{Name: n, Type: {kind}, Content: {{Statement: []}}}}}}
  T: {{Type: AWS::Organizations::Policy, Properties: {{Name: n, Type: TAG_POLICY, Content: {{tags: {{}}}}}}}}
""")
    assert [subject.kind for subject in found(document, *POLICY_KINDS)] == [expected]


def test_the_resources_of_a_loop_are_read_for_each_value() -> None:
    document = read("""\
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Roles:
    - Account
    - ["111122223333", "444455556666"]
    - Role${Account}:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: {Effect: Allow, Principal: {AWS: !Ref Account}, Action: sts:AssumeRole}
""")
    one, two = found(document, "aws.iam.trust-policy")
    assert [one.name, two.name] == ["Role111122223333", "Role444455556666"]
    assert one.value["statements"][0]["principals"][0]["account"] == "111122223333"
    assert text_at(two, ("statements", 0, "principals", 0)) == "!Ref Account"


def test_a_loop_over_what_is_not_known_leaves_what_it_makes_open() -> None:
    document = read("""\
Transform: AWS::LanguageExtensions
Parameters: {Accounts: {Type: CommaDelimitedList}}
Resources:
  Fn::ForEach::Roles:
    - Account
    - !Ref Accounts
    - Role${Account}:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              Effect: Allow
              Principal: {AWS: ["arn:aws:iam::${Account}:root", !Sub "${Account}", !Ref Account]}
              Action: sts:AssumeRole
""")
    (subject,) = found(document, "aws.iam.trust-policy")
    principals = subject.value["statements"][0]["principals"]
    assert [principal["is_unresolved"] for principal in principals] == [True, True, True]


def test_a_property_that_a_macro_gives_is_a_policy_that_is_not_known() -> None:
    document = read("""\
Resources:
  R:
    Type: AWS::IAM::Role
    Properties:
      RoleName: r
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}
  B:
    Type: AWS::S3::BucketPolicy
    Properties:
      Fn::Transform: {Name: AWS::Include, Parameters: {Location: s3://b/k}}
""")
    trust, identity, bucket = found(document, *POLICY_KINDS)
    for subject in (trust, identity, bucket):
        assert subject.value["unresolved"] == [{"element": "policy", "text": "${Fn::Transform}"}]
    assert text_at(bucket, ("unresolved", 0)).startswith("{Name: AWS::Include")


def test_a_permission_stands_part_by_part_at_its_properties() -> None:
    document = read("""\
Resources:
  P:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      Principal: s3.amazonaws.com
      SourceAccount: !Ref AWS::AccountId
      SourceArn: !If [C, arn:aws:s3:::b, !Ref AWS::NoValue]
  B:
    Type: AWS::Events::EventBusPolicy
    Properties:
      StatementId: s
      Action: events:PutEvents
      Principal: "*"
      Condition: {Type: StringEquals, Key: aws:PrincipalOrgID, Value: o-abc}
  S:
    Type: AWS::Events::EventBusPolicy
    Properties:
      StatementId: s
      Statement: {Effect: Allow, Principal: {AWS: "111122223333"}, Action: events:PutEvents, Resource: "*"}
""")
    topic, bus, written = found(document, "aws.iam.resource-policy")
    (statement,) = topic.value["statements"]
    assert (statement["principals"][0]["type"], statement["principals"][0]["service"]) == ("Service", "s3")
    first: Path = ("statements", 0)
    assert text_at(topic, (*first, "actions", 0)) == "lambda:InvokeFunction"
    assert text_at(topic, (*first, "principals", 0)) == "s3.amazonaws.com"
    keys = [condition["key"] for condition in statement["conditions"]]
    assert keys == ["aws:sourceaccount", "aws:sourcearn"]
    assert text_at(topic, (*first, "conditions", 1, "values", 0)) == "arn:aws:s3:::b"
    assert text_at(bus, (*first, "conditions", 0, "values", 0)) == "o-abc"
    assert text_at(written, (*first, "principals", 0)) == '"111122223333"'


def test_a_permission_for_what_is_not_known_is_open_and_not_silent() -> None:
    document = read("""\
Parameters: {Who: {Type: String}}
Resources:
  P: {Type: AWS::Lambda::Permission, Properties: {Action: lambda:InvokeFunction, Principal: !Ref Who}}
""")
    (subject,) = found(document, "aws.iam.resource-policy")
    assert subject.value["unresolved"] == [{"element": "Principal", "text": "${Who}"}]


def test_statements_that_sam_makes_a_policy_of_stand_in_the_template() -> None:
    document = read("""\
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      Auth:
        ResourcePolicy:
          CustomStatements:
            - {Effect: Allow, Principal: "*", Action: execute-api:Invoke, Resource: "execute-api:/*"}
""")
    (subject,) = found(document, "aws.iam.resource-policy")
    assert subject.value["malformed"] == []
    assert text_at(subject, ("statements", 0, "principals", 0)) == '"*"'


def test_a_policy_under_a_function_that_writes_json_is_entered() -> None:
    document = read("""\
Resources:
  Q:
    Type: AWS::SecretsManager::ResourcePolicy
    Properties:
      ResourcePolicy:
        Fn::ToJsonString:
          Statement: {Effect: Allow, Principal: "*", Action: "secretsmanager:*", Resource: "*"}
""")
    (subject,) = found(document, "aws.iam.resource-policy")
    assert text_at(subject, ("statements", 0, "actions", 0)) == '"secretsmanager:*"'


def test_what_stays_open_in_a_joined_policy_is_marked_and_the_variables_of_iam_are_not() -> None:
    parts = ['{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::', '/${aws:username}"}}']
    joined = {"Fn::Join": ["", [parts[0], {"Ref": "Free"}, parts[1]]]}
    resource = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": joined}}
    data = {"Resources": {"P": resource, "Free": {"Type": "AWS::S3::Bucket"}}}
    document = Document("t.json", "json", data, "", locate=lambda *_: pytest.fail("not yet"))
    (subject,) = found(document, "aws.iam.identity-policy")
    assert subject.value["statements"][0]["resources"] == ["arn:aws:s3:::${Free}/${aws:username}"]
    assert subject.value["unresolved"] == []


UNLISTED = """\
Resources:
  Own:
    Type: Custom::Policy
    Properties:
      Wanted:
        - Document:
            Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]
        - !Sub '{"Statement": [{"Effect": "Allow", "Action": "iam:*", "Resource": "${Bucket}"}]}'
  Wall:
    Type: AWS::WAFv2::WebACL
    Properties:
      Rules: [{Statement: {RateBasedStatement: {Limit: 100}}, Action: {Block: {}}}]
"""


def test_a_policy_in_a_resource_that_is_not_known_to_hold_any_is_found_by_what_it_says() -> None:
    one, two = found(read(UNLISTED), *POLICY_KINDS)
    assert (one.name, one.kind, two.kind) == ("Own", "aws.iam.identity-policy", "aws.iam.identity-policy")
    assert text_at(one, ("statements", 0, "actions", 0)) == '"s3:*"'
    assert text_at(two, ("statements", 0, "actions", 0)) == '"iam:*"'


@pytest.mark.parametrize("kind", [{"Ref": "X"}, ["AWS::IAM::Role"], None, 1])
def test_a_resource_whose_type_is_no_text_raises_nothing(kind: Any) -> None:
    data = {"AWSTemplateFormatVersion": "2010-09-09", "Resources": {"X": {"Type": kind, "Properties": {}}}}
    document = Document("t.json", "json", data, "", locate=lambda *_: pytest.fail("not yet"))
    assert found(document, *POLICY_KINDS, *PRINCIPALS) == []
