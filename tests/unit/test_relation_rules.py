"""The rules on whole accounts walk the hops that lead to what they find, and share one graph."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Lictor = Callable[..., Any]

A = "111122223333"


def role(name: str, principal: str, *grants: dict[str, Any]) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
    own = {"PolicyName": "own", "PolicyDocument": {"Version": "2012-10-17", "Statement": list(grants)}}
    return {
        "RoleName": name,
        "Arn": f"arn:aws:iam::{A}:role/{name}",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [trust]},
        "RolePolicyList": [own],
    }


ROLES = (
    role(
        "vendor",
        "arn:aws:iam::999988887777:root",
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": f"arn:aws:iam::{A}:role/deploy"},
    ),
    role("deploy", f"arn:aws:iam::{A}:role/vendor", {"Effect": "Allow", "Action": "*", "Resource": "*"}),
)


def test_a_chain_over_two_files_is_a_code_flow_in_sarif(tmp_path: Path, lictor: Lictor) -> None:
    for each in ROLES:
        (tmp_path / f"{each['RoleName']}.json").write_text(json.dumps({"RoleDetailList": [each]}, indent=1))
    result = lictor(tmp_path, "check", ".", "--only", "relation-chain-external", "-o", "sarif")
    (found,) = json.loads(result.out)["runs"][0]["results"]
    (flow,) = found["codeFlows"]
    (thread,) = flow["threadFlows"]
    uris = [each["location"]["physicalLocation"]["artifactLocation"]["uri"] for each in thread["locations"]]
    assert uris == ["vendor.json", "deploy.json", "deploy.json"]
    assert found["message"]["text"].startswith("account 999988887777 can become an administrator in 2 steps")


def test_the_graph_is_made_once_for_all_rules(monkeypatch: Any) -> None:
    from lictor import Budgets, parse_json
    from lictor_plugins.access_graph import known_graphs, reached
    from lictor_plugins.access_graph.build import build_graph
    from lictor_plugins.kinds.aws_iam import find_account, relate_accounts

    (document,) = parse_json("a.json", json.dumps({"RoleDetailList": list(ROLES)}), Budgets()).documents
    (subject,) = relate_accounts(list(find_account(document, frozenset({"aws.account"}))))
    made = []

    def counted(*given: Any) -> Any:
        made.append(given)
        return build_graph(*given)

    monkeypatch.setattr(known_graphs, "build_graph", counted)
    for check in (reached.chain_external, reached.passrole_to_admin, reached.cycle):
        # as the engine does, which gives each rule a subject of its own
        list(check(subject._replace(properties={}), {}))
    assert len(made) == 1
