"""The access graph: who takes another principal over, and what organization and boundaries take away."""

import json
from typing import Any

import pytest
from tests.unit.test_access_graph import (
    ASSUME,
    FENCED,
    STRANGER,
    A,
    account,
    arn,
    deny,
    document,
    fence,
    graph,
    may,
    names,
    of_documents,
    role,
    service,
    trust,
    user,
)

from lictor import Budgets, parse_json
from lictor_plugins.access_graph.answer import Answer, Places, ask
from lictor_plugins.access_graph.model import ADMINISTRATOR, Edge
from lictor_plugins.access_graph.organization import Organization
from lictor_plugins.kinds.aws_iam.intrinsics import Template
from lictor_plugins.kinds.aws_iam.normalise import normalise
from lictor_plugins.reasoning.model import Policy, PolicyKind, Trusted
from lictor_plugins.reasoning.reading import policy_from

ROOT = f"arn:aws:iam::{A}:root"
MFA = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}


def of_dump(dump: Any) -> Any:
    return of_documents(parse_json("dump.json", json.dumps(dump), Budgets()).documents)


def limit(kind: PolicyKind, *statements: Any) -> Policy:
    return policy_from(normalise(document(*statements), Template()), kind)


def within(*roles: Any, users: Any = (), scps: Any = (), rcps: Any = (), **more: Any) -> Answer:
    organization = Organization(tuple(scps), tuple(rcps), **more)
    return ask(account(roles, users), Trusted(), organization=organization)


def to_power(answer: Answer) -> dict[tuple[str, str], Edge]:
    nodes = answer.graph.nodes
    edges = (edge for edge in answer.graph.edges if edge.target == ADMINISTRATOR)
    return {(nodes[edge.source].label, edge.action): edge for edge in edges}


@pytest.mark.parametrize("action", ["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"])
def test_who_makes_credentials_of_a_user_becomes_it(action: str) -> None:
    eve = user("eve", may(action, f"arn:aws:iam::{A}:user/a*"))
    answer = graph(users=[eve, user("adam"), user("bob")])
    assert names(answer, "take-over") == {("eve", "adam"): "always"}
    (edge,) = [each for each in answer.graph.edges if each.kind == "take-over"]
    assert (edge.action, edge.evidence[0].path[:3]) == (action, ("principals", edge.evidence[0].path[1], "effective"))


def test_a_condition_a_deny_and_a_boundary_count_for_who_takes_over() -> None:
    on_adam = f"arn:aws:iam::{A}:user/adam"
    key = "iam:CreateAccessKey"
    answer = graph(
        users=[
            user("adam"),
            user("sure", may(key, on_adam, **MFA)),
            user("denied", may(key, on_adam), deny(Action="iam:*", Resource=f"arn:aws:iam::{A}:user/a*")),
            user("fenced", may(key, on_adam), **FENCED),
        ],
        policies=[fence(may("s3:*"))],
    )
    assert names(answer, "take-over") == {("sure", "adam"): "conditional"}


def test_who_writes_a_trust_policy_becomes_the_role() -> None:
    writer = role("writer", service("ec2"), may("iam:UpdateAssumeRolePolicy", arn("target")))
    answer = graph(writer, role("target", service("ec2"), may("*")), role("other", service("ec2")))
    assert names(answer, "take-over") == {("writer", "target"): "always"}
    assert answer.graph.edges[-1].target != "other"


def test_the_boundary_of_a_role_that_writes_a_trust_policy_must_let_it_assume() -> None:
    writer = role("writer", service("ec2"), may("iam:UpdateAssumeRolePolicy", arn("target")), **FENCED)
    target = role("target", service("ec2"))
    assert not names(graph(writer, target, policies=[fence(may("iam:*"))]), "take-over")
    assert names(graph(writer, target, policies=[fence(may(["iam:*", ASSUME]))]), "take-over")


@pytest.mark.parametrize(
    ("action", "name"),
    [("ssm:SendCommand", "ec2"), ("ssm:StartSession", "ec2"), ("ecs:ExecuteCommand", "ecs-tasks")],
)
def test_who_enters_what_runs_with_a_role_may_become_it(action: str, name: str) -> None:
    answer = graph(role("ops", service("events"), may(action)), role("app", service(name)))
    assert names(answer, "take-over") == {("ops", "app"): "unknown"}


def test_who_gives_rights_to_a_role_that_it_can_assume_becomes_an_administrator() -> None:
    giver = role("giver", service("ec2"), may("iam:AttachRolePolicy", arn("target")))
    mine, others = role("target", trust(arn("giver"))), role("target", service("ec2"))
    assert to_power(graph(giver, mine))["giver", "iam:AttachRolePolicy"].certainty == "always"
    assert not to_power(graph(giver, others))
    fenced = role("target", trust(arn("giver")), **FENCED)
    answer = graph(giver, fenced, policies=[fence(may("s3:*"))])
    assert to_power(answer)["giver", "iam:AttachRolePolicy"].certainty == "unknown"


def test_what_one_may_do_to_the_own_groups_and_policies_is_an_escalation() -> None:
    grant = may("iam:PutGroupPolicy", f"arn:aws:iam::{A}:group/team")
    team = {
        "GroupName": "team",
        "Arn": f"arn:aws:iam::{A}:group/team",
        "GroupPolicyList": [{"PolicyName": "own", "PolicyDocument": document(grant)}],
    }
    eve = user("eve", GroupList=["team"])
    dump = {"UserDetailList": [eve, user("adam")], "GroupDetailList": [team], "RoleDetailList": [], "Policies": []}
    answer = ask(of_dump(dump), Trusted())
    assert [key for key in to_power(answer) if key[0] == "eve"] == [("eve", "iam:PutGroupPolicy")]


def test_a_new_version_of_the_own_policy_is_an_escalation() -> None:
    own = fence(may("iam:CreatePolicyVersion", f"arn:aws:iam::{A}:policy/fence"))
    attached = {"AttachedManagedPolicies": [{"PolicyName": "fence", "PolicyArn": own["Arn"]}]}
    answer = graph(role("ci", service("ec2"), **attached), role("other", service("ec2")), policies=[own])
    assert list(to_power(answer)) == [("ci", "iam:CreatePolicyVersion")]


def test_a_boundary_caps_what_one_gives_oneself() -> None:
    eve = user("eve", may("iam:PutUserPolicy", f"arn:aws:iam::{A}:user/eve"), **FENCED)
    capped = to_power(graph(users=[eve], policies=[fence(may(["iam:*", "s3:*"]))]))
    assert capped["eve", "iam:PutUserPolicy"].because == "the permissions boundary limits what it can give itself"
    assert to_power(graph(users=[eve], policies=[fence(may("*"))]))["eve", "iam:PutUserPolicy"].certainty == "always"


def test_a_boundary_closes_an_escalation_and_a_deny_with_a_condition_does_not() -> None:
    escalating = may("iam:CreatePolicyVersion")
    closed = role("closed", service("ec2"), escalating, **FENCED)
    still = role(
        "still",
        service("ec2"),
        escalating,
        deny(Action="*", Resource="*", Condition={"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}),
    )
    shut = role("shut", service("ec2"), escalating, deny(Action="iam:*", Resource="*"))
    answer = graph(closed, still, shut, policies=[fence(deny(Action="iam:*", Resource="*"), may("*"))])
    assert {source for source, _ in to_power(answer)} == {"still"}


def test_many_targets_are_one_node_that_stands_for_all() -> None:
    keys = role("keys", service("ec2"), may("iam:CreateAccessKey", f"arn:aws:iam::{A}:user/*"))
    again = role("again", service("ec2"), may("iam:CreateAccessKey"))
    users = [user(f"u{number}") for number in range(30)]
    answer = graph(keys, again, users=users)
    crowd = f"every user of account {A}"
    found = names(answer, "take-over")
    assert {pair for pair in found if pair[0] in ("keys", "again")} == {("keys", crowd), ("again", crowd)}
    assert sum(source == crowd for source, _ in found) == 30


def test_who_takes_over_many_is_one_of_them_for_others() -> None:
    one, other = (role(name, service("ec2"), may("iam:UpdateAssumeRolePolicy")) for name in ("one", "other"))
    answer = graph(one, other, *(role(f"r{number}", service("ec2")) for number in range(30)))
    crowd = f"every role of account {A}"
    assert {("one", crowd), ("other", crowd), (crowd, "one"), (crowd, "other")} <= names(answer, "take-over").keys()


def test_an_administrator_has_no_edge_to_everybody() -> None:
    answer = graph(role("admin", service("ec2"), may("*")), users=[user("adam")])
    assert not names(answer, "take-over")


def test_a_service_control_policy_takes_edges_away() -> None:
    roles = (role("deploy", trust(arn("ci"))), role("ci", service("ec2")))
    full = limit("scp", may("*"))
    assert names(within(*roles, scps=[full]))["ci", "deploy"] == "always"
    for scps in ([limit("scp", may("s3:*"))], [full, limit("scp", deny(Action=ASSUME, Resource="*"))]):
        assert ("ci", "deploy") not in names(within(*roles, scps=scps))
    unsure = within(*roles, scps=[full, limit("scp", may("s3:*"))])
    assert names(unsure)["ci", "deploy"] == "unknown"
    sure = within(*roles, scps=[full, limit("scp", may("sts:*"))])
    assert names(sure)["ci", "deploy"] == "always"
    spared = within(*roles, scps=[limit("scp", may("s3:*"))], management=frozenset({A}))
    assert names(spared)["ci", "deploy"] == "always"


def test_a_service_control_policy_counts_for_rights_and_for_taking_over() -> None:
    eve = user("eve", may(["iam:CreateAccessKey", "iam:PutUserPolicy"], f"arn:aws:iam::{A}:user/*"))
    no_iam = limit("scp", may("*"), deny(Action="iam:*", Resource="*"))
    answer = within(users=[eve, user("adam")], scps=[no_iam])
    assert (names(answer, "take-over"), to_power(answer)) == ({}, {})
    admin = within(role("admin", service("ec2"), may("*")), scps=[limit("scp", may("s3:*"))])
    assert not to_power(admin)
    only_denying = limit("scp", deny(Action="s3:DeleteBucket", Resource="*"))
    assert ("admin", "*") in to_power(within(role("admin", service("ec2"), may("*")), scps=[only_denying]))


def test_a_resource_control_policy_takes_strangers_away() -> None:
    strangers = deny(
        Action=ASSUME,
        Resource="*",
        Principal="*",
        Condition={"StringNotEquals": {"aws:PrincipalOrgID": "o-aaaaaaaaaa"}},
    )
    open_role = role("open", trust(STRANGER))
    organization = {"organizations": frozenset({"o-aaaaaaaaaa"})}
    before = ask(account([open_role]), Trusted(**organization))
    after = ask(
        account([open_role]), Trusted(**organization), organization=Organization(rcps=(limit("rcp", strangers),))
    )
    assert [edge.outside for edge in before.graph.edges if edge.kind == "assume-role"] == ["yes"]
    assert [edge.outside for edge in after.graph.edges if edge.kind == "assume-role"] == ["no"]
    everyone = limit("rcp", deny(Action="sts:*", Resource="*", Principal="*"))
    assert not names(within(role("deploy", trust(arn("ci"))), role("ci", service("ec2")), rcps=[everyone]))


def test_of_a_dump_in_one_line_only_the_part_is_shown() -> None:
    dump = {"RoleDetailList": [role(f"r{number}", trust(STRANGER)) for number in range(50)], "UserDetailList": []}
    subject = of_dump(dump)
    text = Places(subject).text_of(("principals", 3, "trust", "statements", 0))
    assert json.loads(text) == trust(STRANGER)
