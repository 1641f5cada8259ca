"""The access graph: who can become whom, how surely, and the ways from outside to administrators."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lictor import Budgets, Subject, parse_json
from lictor_plugins.access_graph.answer import Answer, ask
from lictor_plugins.access_graph.cycles import cycles
from lictor_plugins.access_graph.model import Edge, Graph
from lictor_plugins.access_graph.ways import reachable, shortest_ways
from lictor_plugins.formats.cloudformation import load_template
from lictor_plugins.kinds.aws_iam import find_account, relate_accounts
from lictor_plugins.reasoning.assuming import Policies, may_assume
from lictor_plugins.reasoning.model import Policy, Principal, Request, Statement, Trusted

A = "111122223333"
B = "444455556666"
STRANGER = "arn:aws:iam::999988887777:root"
ASSUME = "sts:AssumeRole"
Json = dict[str, Any]


def arn(name: str, account: str = A) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


def allow(**elements: Any) -> Json:
    return {"Effect": "Allow", **elements}


def deny(**elements: Any) -> Json:
    return {"Effect": "Deny", **elements}


def trust(*who: str, **more: Any) -> Json:
    return allow(Principal={"AWS": list(who)}, Action=ASSUME, **more)


def service(name: str) -> Json:
    return allow(Principal={"Service": f"{name}.amazonaws.com"}, Action=ASSUME)


def may(action: str | list[str], resource: str = "*", **more: Any) -> Json:
    return allow(Action=action, Resource=resource, **more)


def document(*statements: Json) -> Json:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def role(name: str, trusts: Json | list[Json], *grants: Json, account: str = A, **more: Any) -> Json:
    statements = trusts if isinstance(trusts, list) else [trusts]
    return {
        "RoleName": name,
        "Arn": arn(name, account),
        "AssumeRolePolicyDocument": document(*statements),
        "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": document(*grants)}] if grants else [],
        **more,
    }


def user(name: str, *grants: Json, **more: Any) -> Json:
    return {
        "UserName": name,
        "Arn": f"arn:aws:iam::{A}:user/{name}",
        "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": document(*grants)}] if grants else [],
        **more,
    }


def fence(*grants: Json) -> Json:
    """A managed policy that can be a boundary."""
    return {
        "PolicyName": "fence",
        "Arn": f"arn:aws:iam::{A}:policy/fence",
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": document(*grants)}],
    }


FENCED: Json = {"PermissionsBoundary": {"PermissionsBoundaryArn": f"arn:aws:iam::{A}:policy/fence"}}


def account(roles: Iterable[Json], users: Iterable[Json] = (), policies: Iterable[Json] = ()) -> Subject:
    dump = {"UserDetailList": list(users), "RoleDetailList": list(roles), "Policies": list(policies)}
    return of_documents(parse_json("dump.json", json.dumps(dump, indent=1), Budgets()).documents)


def of_documents(documents: Iterable[Any]) -> Subject:
    parts = [part for each in documents for part in find_account(each, frozenset({"aws.account"}))]
    (subject,) = relate_accounts(parts)
    return subject


def graph(*roles: Json, users: Iterable[Json] = (), policies: Iterable[Json] = (), **trusted: Any) -> Answer:
    return ask(account(roles, users, policies), Trusted(**trusted))


def names(answer: Answer, *kinds: str) -> dict[tuple[str, str], str]:
    """Return the certainty of each edge, by the names at its ends."""
    nodes = answer.graph.nodes
    return {
        (nodes[edge.source].label, nodes[edge.target].label): edge.certainty
        for edge in answer.graph.edges
        if edge.kind in (kinds or ("assume-role", "pass-role"))
    }


def test_a_role_that_is_named_needs_no_policy_within_its_account() -> None:
    answer = graph(role("deploy", trust(arn("ci"))), role("ci", service("ec2")))
    assert names(answer)["ci", "deploy"] == "always"


def test_an_account_that_is_trusted_needs_a_policy_of_the_caller() -> None:
    root = f"arn:aws:iam::{A}:root"
    answer = graph(
        role("deploy", trust(root)),
        role("able", service("ec2"), may(ASSUME, arn("dep*"))),
        role("elsewhere", service("ec2"), may(ASSUME, arn("other"))),
        role("idle", service("ec2"), may("s3:*")),
    )
    into = {source for source, target in names(answer) if target == "deploy"}
    assert into == {"able"}


def test_a_role_of_another_account_needs_both_sides() -> None:
    deploy = role("deploy", trust(arn("able", B), arn("idle", B)))
    able = role("able", service("ec2"), may(ASSUME, arn("deploy")), account=B)
    answer = graph(deploy, able, role("idle", service("ec2"), account=B))
    assert {source for source, target in names(answer) if target == "deploy"} == {"able"}


def test_the_boundary_of_a_role_counts_and_that_of_a_user_who_is_named_does_not() -> None:
    eve = f"arn:aws:iam::{A}:user/eve"
    answer = graph(
        role("deploy", trust(arn("ci"), eve)),
        role("ci", service("ec2"), **FENCED),
        users=[user("eve", **FENCED)],
        policies=[fence(may("s3:*"))],
    )
    assert {source for source, target in names(answer) if target == "deploy"} == {"eve"}


def test_a_deny_on_either_side_takes_an_edge_away() -> None:
    denied = graph(role("deploy", [trust(arn("ci")), deny(Principal="*", Action="sts:*")]), role("ci", service("ec2")))
    assert ("ci", "deploy") not in names(denied)
    own = role("ci", service("ec2"), deny(Action=ASSUME, Resource=arn("deploy")))
    assert ("ci", "deploy") not in names(graph(role("deploy", trust(arn("ci"))), own))


def test_conditions_make_an_edge_conditional_and_are_said_in_words() -> None:
    asked = {"StringEquals": {"sts:ExternalId": "x-17"}}
    answer = graph(role("deploy", trust(arn("ci"), Condition=asked)), role("ci", service("ec2")))
    (edge,) = [each for each in answer.graph.edges if each.target == arn("deploy")]
    assert (edge.certainty, edge.condition) == ("conditional", "sts:externalid is 'x-17'")


def test_conditions_of_both_sides_must_hold_for_the_same_request() -> None:
    def tagged(value: str) -> Json:
        return {"StringEquals": {"aws:RequestTag/team": value}}

    root = f"arn:aws:iam::{A}:root"
    for wanted, expected in (("blue", "conditional"), ("red", None)):
        ci = role("ci", service("ec2"), may(ASSUME, "*", Condition=tagged("blue")))
        answer = graph(role("deploy", trust(root, Condition=tagged(wanted))), ci)
        assert names(answer).get(("ci", "deploy")) == expected


def test_a_condition_that_always_holds_or_never_does_is_none() -> None:
    root = f"arn:aws:iam::{A}:root"
    fits = {"ArnLike": {"aws:PrincipalArn": arn("ci*")}}
    answer = graph(
        role("deploy", trust(root, Condition=fits)),
        role("ci", service("ec2"), may(ASSUME)),
        role("other", service("ec2"), may(ASSUME)),
    )
    into = {source: certainty for (source, target), certainty in names(answer).items() if target == "deploy"}
    assert into == {"ci": "always"}


def test_a_deny_with_a_condition_is_said() -> None:
    barred = deny(Principal="*", Action=ASSUME, Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}})
    answer = graph(role("deploy", [trust(arn("ci")), barred]), role("ci", service("ec2")))
    (edge,) = [each for each in answer.graph.edges if each.target == arn("deploy")]
    assert edge.certainty == "conditional"
    assert edge.condition == "not when aws:sourceip is not in '192.0.2.0/24'"


def test_multi_factor_authentication_of_a_role_is_unknown_and_that_of_a_user_a_condition() -> None:
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    answer = graph(
        role("deploy", trust(arn("ci"), f"arn:aws:iam::{A}:user/eve", Condition=mfa)),
        role("ci", service("ec2")),
        users=[user("eve")],
    )
    assert names(answer)["ci", "deploy"] == "unknown"
    assert names(answer)["eve", "deploy"] == "conditional"


def test_a_policy_that_is_not_there_makes_what_hangs_on_it_unknown() -> None:
    attached: Json = {"AttachedManagedPolicies": [{"PolicyName": "team", "PolicyArn": f"arn:aws:iam::{A}:policy/team"}]}
    answer = graph(role("deploy", trust(f"arn:aws:iam::{A}:root")), role("ci", service("ec2"), **attached))
    (edge,) = [each for each in answer.graph.edges if each.target == arn("deploy")]
    assert (edge.certainty, edge.because) == ("unknown", "the policy 'team' is not in the documents")
    named = graph(role("deploy", trust(arn("ci"))), role("ci", service("ec2"), **attached))
    assert names(named)["ci", "deploy"] == "unknown"  # it may hold a Deny


def test_a_session_that_is_named_is_its_roles() -> None:
    answer = graph(role("deploy", trust(f"arn:aws:sts::{A}:assumed-role/ci/build")), role("ci", service("ec2")))
    assert names(answer)["ci", "deploy"] == "always"


def test_anyone_and_what_is_within_the_account_are_told_apart() -> None:
    answer = graph(role("deploy", trust("*")), role("ci", service("ec2")))
    edges = {edge.source: edge for edge in answer.graph.edges if edge.target == arn("deploy")}
    assert (edges["anyone"].certainty, edges["anyone"].outside) == ("always", "yes")
    assert edges["insiders"].certainty == "unknown"


def test_a_role_is_passed_only_to_a_service_that_it_trusts_and_that_can_be_started() -> None:
    answer = graph(
        role("ci", service("ec2"), may("iam:PassRole", arn("app-*")), may(["lambda:CreateFunction", "lambda:Invoke*"])),
        role("app-function", service("lambda")),
        role("app-machine", service("ec2")),
        role("other-function", service("lambda")),
    )
    assert names(answer, "pass-role") == {("ci", "app-function"): "always"}
    (edge,) = [each for each in answer.graph.edges if each.kind == "pass-role"]
    assert (edge.service, edge.action) == ("lambda.amazonaws.com", "lambda:CreateFunction")


def test_the_service_that_a_role_may_be_passed_to_is_heeded() -> None:
    only = {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}
    answer = graph(
        role(
            "ci",
            service("ec2"),
            may("iam:PassRole", Condition=only),
            may(["lambda:Create*", "ec2:RunInstances"]),
        ),
        role("function", service("lambda")),
        role("machine", service("ec2")),
    )
    assert names(answer, "pass-role") == {("ci", "machine"): "always"}


def test_a_service_whose_start_is_not_known_is_unknown() -> None:
    answer = graph(role("ci", service("ec2"), may("iam:PassRole")), role("rare", service("any-new-service")))
    assert names(answer, "pass-role") == {("ci", "rare"): "unknown"}


def test_code_of_a_function_may_be_changed() -> None:
    answer = graph(role("ci", service("ec2"), may("lambda:UpdateFunctionCode")), role("function", service("lambda")))
    assert names(answer, "take-over") == {("ci", "function"): "unknown"}


@pytest.mark.parametrize(
    ("grant", "kind", "certainty"),
    [
        (may("*"), "administrator", "always"),
        (may("*", "*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), "administrator", "conditional"),
        (may("iam:CreatePolicyVersion"), "escalation", "always"),
        (may("iam:AttachUserPolicy", f"arn:aws:iam::{A}:user/eve"), "escalation", "always"),
        (may("iam:AttachUserPolicy", f"arn:aws:iam::{A}:user/adam"), None, None),
        (may("s3:*"), None, None),
    ],
)
def test_who_has_administrator_rights_or_takes_them(grant: Json, kind: str | None, certainty: str | None) -> None:
    answer = graph(role("r", service("ec2")), users=[user("eve", grant)])
    found = [edge for edge in answer.graph.edges if edge.target == "administrator"]
    assert [(edge.kind, edge.certainty) for edge in found][:1] == ([(kind, certainty)] if kind else [])


def test_a_boundary_keeps_somebody_from_being_an_administrator() -> None:
    answer = graph(role("r", service("ec2")), users=[user("eve", may("*"), **FENCED)], policies=[fence(may("s3:*"))])
    assert [edge for edge in answer.graph.edges if edge.target == "administrator"] == []


CHAIN = (
    role("vendor", trust(STRANGER), may(ASSUME, arn("deploy"))),
    role("deploy", trust(arn("vendor")), may("*")),
)


def test_the_shortest_way_from_outside_to_an_administrator_is_found() -> None:
    answer = graph(*CHAIN)
    (way,) = answer.ways
    assert [edge.target for edge in way.edges] == [arn("vendor"), arn("deploy"), "administrator"]
    assert answer.verdict == "yes"
    assert graph(*CHAIN, accounts=frozenset({"999988887777"})).verdict == "no"


def test_a_way_that_hangs_on_something_unknown_is_unknown() -> None:
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    answer = graph(CHAIN[0], role("deploy", trust(arn("vendor"), Condition=mfa), may("*")))
    assert answer.verdict == "unknown"


def test_strangers_whom_a_deny_keeps_out_have_no_edge() -> None:
    barred = deny(Principal={"AWS": STRANGER}, Action="sts:*")
    answer = graph(role("vendor", [trust(STRANGER, f"arn:aws:iam::{B}:root"), barred], may("*")))
    assert {edge.source for edge in answer.graph.edges if edge.target == arn("vendor")} == {B}


def test_a_template_that_names_no_account_is_put_together_by_its_own_names() -> None:
    template = """
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Principal: {AWS: !GetAtt Ci.Arn}, Action: sts:AssumeRole}
  Ci:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}
"""
    answer = ask(of_documents(load_template("app.yaml", template, Budgets()).documents), Trusted())
    assert names(answer)["Ci", "Deploy"] == "always"
    assert [edge.kind for edge in answer.graph.edges if edge.target == "administrator"] == ["administrator"]


ROLE_OF_A_TEMPLATE = """
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      {properties}
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {{Effect: Allow, Principal: {principal}, Action: sts:AssumeRole}}
  Ci:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {{Effect: Allow, Principal: {{AWS: !GetAtt Role.Arn}}, Action: sts:AssumeRole}}
"""


@pytest.mark.parametrize("name", ["Path: /", "RoleName: app"])
def test_roles_that_two_templates_call_the_same_are_two(name: str) -> None:
    admin = f"{name}\n      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]"
    texts = {
        "open.yaml": ROLE_OF_A_TEMPLATE.format(properties=name, principal='{AWS: "*"}'),
        "admin.yaml": ROLE_OF_A_TEMPLATE.format(properties=admin, principal="{Service: ec2.amazonaws.com}"),
    }
    documents = [load_template(uri, text, Budgets()).documents[0] for uri, text in texts.items()]
    answer = ask(of_documents(documents), Trusted())
    assert answer.verdict == "no"
    assert len({edge.source for edge in answer.graph.edges if edge.target == "administrator"}) == 1
    ways = {(edge.source, edge.target) for edge in answer.graph.edges if "/Ci" in edge.target}
    endings = {(source.partition("@")[2], target.partition("@")[2]) for source, target in ways}
    assert endings == {("", ""), ("2", "2")}


def test_a_template_and_a_dump_that_name_a_role_mean_one() -> None:
    template = ROLE_OF_A_TEMPLATE.format(properties="RoleName: app", principal='{AWS: "*"}')
    grant = may("*")
    dump = {"RoleDetailList": [role("app", trust("arn:aws:iam::111122223333:root"), grant)], "UserDetailList": []}
    documents = [
        *load_template("open.yaml", template, Budgets()).documents,
        *parse_json("dump.json", json.dumps(dump), Budgets()).documents,
    ]
    answer = ask(of_documents(documents), Trusted())
    assert answer.verdict != "no"


def test_what_a_template_leaves_open_is_an_unknown_way() -> None:
    template = """
Parameters: {Partner: {Type: String}}
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: {Effect: Allow, Principal: {AWS: !Ref Partner}, Action: sts:AssumeRole}
"""
    answer = ask(of_documents(load_template("app.yaml", template, Budgets()).documents), Trusted())
    assert answer.verdict == "unknown"


def test_looking_from_one_principal_to_a_role_leaves_what_lies_between() -> None:
    subject = account([*CHAIN, role("other", trust(arn("vendor")))])
    answer = ask(subject, Trusted(), "vendor", "deploy")
    assert answer.verdict == "yes"
    assert set(answer.graph.nodes) == {arn("vendor"), arn("deploy")}


# Laws ------------------------------------------------------------------------------------------------------------


def edge(source: str, target: str) -> Edge:
    return Edge(source, target, "assume-role", "always", ASSUME)


EDGES = st.lists(st.builds(edge, st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=14)


@given(EDGES)
def test_a_cycle_holds_exactly_the_nodes_that_reach_each_other(edges: list[Edge]) -> None:
    found = {node: set(members) for members in cycles(edges) for node in members}
    for one in "abcdef":
        both = {other for other in reachable(edges, one) if one in reachable(edges, other)}
        assert found.get(one, {one}) == both


@given(EDGES)
def test_a_way_is_found_where_there_is_one_and_no_shorter_one_is(edges: list[Edge]) -> None:
    ways = shortest_ways(Graph({}, tuple(edges)), "a", "f")
    assert bool(ways) == ("f" in reachable(edges, "a"))
    if ways:
        steps = ways[0].edges
        assert [each.source for each in steps] == ["a", *(each.target for each in steps[:-1])]
        within, count = {"a"}, 0
        while "f" not in within:
            within |= {each.target for each in edges if each.source in within}
            count += 1
        assert len(steps) == count


PATTERNS = st.sampled_from(["*", arn("r1"), arn("r*"), arn("r2")])
WHO = st.sampled_from([arn("r1"), arn("r2"), f"arn:aws:iam::{A}:root", STRANGER])
CONTEXTS: tuple[Mapping[str, str], ...] = ({}, {"sts:externalid": "x"}, {"sts:externalid": "y"})
IS_X, IS_NOT_X = ({operator: {"sts:ExternalId": "x"}} for operator in ("StringEquals", "StringNotEquals"))
CONDITIONS: st.SearchStrategy[Json] = st.sampled_from([{}, IS_X, IS_NOT_X])


def statements(make: Callable[..., st.SearchStrategy[Json]]) -> st.SearchStrategy[list[Json]]:
    return st.lists(make(), min_size=1, max_size=2)


@st.composite
def trusting(draw: st.DrawFn) -> Json:
    condition = draw(CONDITIONS)
    effect = draw(st.sampled_from(["Allow", "Allow", "Deny"]))
    return dict(
        Effect=effect, Principal={"AWS": draw(WHO)}, Action=ASSUME, **({"Condition": condition} if condition else {})
    )


@st.composite
def granting(draw: st.DrawFn) -> Json:
    condition = draw(CONDITIONS)
    effect = draw(st.sampled_from(["Allow", "Allow", "Deny"]))
    return dict(
        Effect=effect, Action=ASSUME, Resource=draw(PATTERNS), **({"Condition": condition} if condition else {})
    )


@given(statements(trusting), statements(granting))
def test_edges_agree_with_the_evaluation_of_single_requests(trusts: list[Json], grants: list[Json]) -> None:
    """No request that is allowed lacks its edge, and an edge that is always there lets every request through."""
    answer = graph(role("r1", service("ec2"), *grants), role("r2", trusts))
    found = names(answer).get(("r1", "r2"))
    policies = Policies(_policy("trust", trusts, arn("r2")), (_policy("identity", grants, arn("r1")),))
    outcomes = [
        may_assume(policies, Request(Principal("AWS", arn("r1")), ASSUME, arn("r2"), context)).outcome
        for context in CONTEXTS
    ]
    if "allow" in outcomes:
        assert found in ("always", "conditional")
    if found == "always":
        assert set(outcomes) == {"allow"}
    if found is None:
        assert "allow" not in outcomes


def _policy(kind: Any, written: list[Json], of: str) -> Policy:
    from lictor_plugins.reasoning.model import Condition

    return Policy(
        kind,
        tuple(
            Statement(
                index,
                each["Effect"],
                actions=(each["Action"],),
                resources=(each["Resource"],) if "Resource" in each else None,
                principals=(Principal("AWS", each["Principal"]["AWS"]),) if "Principal" in each else None,
                conditions=tuple(
                    Condition(operator, key.lower(), (value,))
                    for operator, pairs in each.get("Condition", {}).items()
                    for key, value in pairs.items()
                ),
            )
            for index, each in enumerate(written)
        ),
        A,
        of,
    )


def test_five_hundred_roles_take_seconds() -> None:
    import time

    root = f"arn:aws:iam::{A}:root"
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    roles = [
        role(
            f"r{number}",
            (trust(root), trust(root, Condition=mfa), service("lambda"), trust(arn(f"r{number - 1}")))[number % 4],
            *((may(ASSUME, arn(f"r{number // 2}")),) if number % 5 == 0 else ()),
            *((may("*"),) if number % 50 == 0 else ()),
        )
        for number in range(500)
    ]
    start = time.process_time()
    answer = graph(*roles)
    assert time.process_time() - start < 10
    assert len(answer.graph.edges) > 2_000
