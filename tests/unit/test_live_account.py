"""A live AWS account: read in pages, from a server that answers as AWS does, and told clearly when it can't be."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lictor import LictorError
from lictor_plugins.sources.aws import list_accounts, read_account, read_address, read_details

Lictor = Callable[..., Any]

boto3 = pytest.importorskip("boto3", reason="the extra 'aws' is not installed")
moto_server = pytest.importorskip("moto.server", reason="moto[server], of the extra 'test', is not installed")

pytestmark = pytest.mark.filterwarnings("ignore")  # those of moto and of what it runs on

OPEN_TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}
OWN = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
ACCOUNT = "123456789012"  # moto's


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    running.start()
    host, port = running.get_host_and_port()
    yield f"http://{host}:{port}"
    running.stop()


@pytest.fixture
def account(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """Return the environment in which boto3 finds the server, and an account with something of everything in it."""
    environment = {
        "AWS_ENDPOINT_URL": server,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": str(tmp_path / "no-config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "no-credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    iam = boto3.client("iam", region_name="us-east-1")
    if not iam.list_roles()["Roles"]:
        _fill(iam)
    return environment


def _fill(iam: Any) -> None:
    own = iam.create_policy(PolicyName="own", PolicyDocument=json.dumps(OWN))["Policy"]["Arn"]
    iam.create_role(RoleName="open", AssumeRolePolicyDocument=json.dumps(OPEN_TRUST), PermissionsBoundary=own)
    iam.attach_role_policy(RoleName="open", PolicyArn=own)
    iam.create_group(GroupName="team")
    iam.attach_group_policy(GroupName="team", PolicyArn=own)
    iam.create_user(UserName="eve")
    iam.add_user_to_group(GroupName="team", UserName="eve")
    iam.put_user_policy(UserName="eve", PolicyName="inline", PolicyDocument=json.dumps(OWN))


def test_an_account_is_read_into_the_shape_of_a_dump(account: dict[str, str]) -> None:
    assert account
    (name,) = list_accounts("aws://")
    assert name == f"aws://{ACCOUNT}/iam"
    details = json.loads(read_account(name))
    (role,) = details["RoleDetailList"]
    assert role["AssumeRolePolicyDocument"] == OPEN_TRUST
    assert role["AttachedManagedPolicies"][0]["PolicyName"] == "own"
    assert details["UserDetailList"][0]["GroupList"] == ["team"]
    assert [policy["Arn"] for policy in details["Policies"]] == [f"arn:aws:iam::{ACCOUNT}:policy/own"]


def test_a_finding_in_a_live_account_stands_at_its_place(
    account: dict[str, str], lictor: Lictor, tmp_path: Path
) -> None:
    words = ("check", "aws://", "--only", "trust-wildcard-principal", "-o", "json", "--no-cache")
    ran = lictor(tmp_path, *words, **account)
    assert ran.code == 1, ran.err
    (finding,) = json.loads(ran.out)["findings"]
    assert finding["location"]["uri"] == f"aws://{ACCOUNT}/iam"
    region = finding["location"]["region"]
    lines = read_account(f"aws://{ACCOUNT}/iam").decode().splitlines()
    assert lines[region["start_line"] - 1][region["start_column"] - 1 : region["end_column"] - 1] == '"*"'


def test_another_account_than_the_one_named_is_refused(account: dict[str, str]) -> None:
    assert account
    with pytest.raises(LictorError, match="are of account '123456789012', not of '999999999999'"):
        tuple(list_accounts("aws://999999999999"))


def test_without_credentials_the_run_says_so_and_is_not_clean(lictor: Lictor, tmp_path: Path) -> None:
    nothing = {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": str(tmp_path / "c"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "d"),
        "AWS_ACCESS_KEY_ID": "",
    }
    ran = lictor(tmp_path, "check", "aws://", "--no-cache", **nothing)
    assert ran.code == 3
    assert "no AWS credentials were found" in ran.out + ran.err
    assert "Traceback" not in ran.out + ran.err


def test_a_profile_that_is_not_there_is_told(account: dict[str, str]) -> None:
    assert account
    with pytest.raises(LictorError, match="there is no such AWS profile"):
        tuple(list_accounts("aws://nobody"))


@pytest.mark.parametrize("url", ["aws://a/b/c", "aws://a@b", "aws://@111122223333x/iam"])
def test_an_address_of_no_account_is_told(url: str) -> None:
    with pytest.raises(LictorError, match="expected an AWS account"):
        read_address(url)


def _stubbed() -> tuple[Any, Any]:
    from botocore.stub import Stubber

    iam = boto3.client("iam", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")  # noqa: S106 - for a stub
    return iam, Stubber(iam)


def _role(name: str) -> dict[str, Any]:
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    return {"RoleName": name, "Arn": arn, "RoleId": "AROA" + name * 16, "Path": "/"}


def test_every_page_is_read_and_their_lists_put_together() -> None:
    iam, stubber = _stubbed()
    first = {"RoleDetailList": [_role("b")], "IsTruncated": True, "Marker": "more"}
    second = {"RoleDetailList": [_role("a")], "Policies": [], "IsTruncated": False}
    stubber.add_response("get_account_authorization_details", first, {})
    stubber.add_response("get_account_authorization_details", second, {"Marker": "more"})
    with stubber:
        details = read_details(iam)
    stubber.assert_no_pending_responses()
    assert [role["RoleName"] for role in details["RoleDetailList"]] == ["a", "b"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("AccessDenied", "AWS denies access: no"),
        ("Throttling", "AWS let no more calls through after 10 attempts"),
        ("ExpiredToken", "AWS refuses the credentials: no"),
        ("ServiceFailure", "the account can't be read: no"),
    ],
)
def test_what_aws_answers_is_told_with_what_to_do(code: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    iam, stubber = _stubbed()
    stubber.add_client_error("get_account_authorization_details", code, "no.")
    monkeypatch.setattr("lictor_plugins.sources.aws._client", lambda *_: iam)
    with stubber, pytest.raises(LictorError) as raised:
        read_account(f"aws://{ACCOUNT}/iam")
    (problem,) = raised.value.problems
    assert problem.message == said
    assert problem.hint
