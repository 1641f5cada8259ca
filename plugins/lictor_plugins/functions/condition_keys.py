"""What is known of the condition keys that every AWS service shares, and of those of STS and SAML."""

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from lictor import lazy_pattern
from lictor_plugins.arns import split_arn

if TYPE_CHECKING:
    from ipaddress import IPv4Network, IPv6Network

# IAM user guide, "AWS global condition context keys" and "IAM and AWS STS condition context keys", read 2026-11:
# the key as documented, and what it holds.
_STRING = """
aws:AgentPlatform aws:AssumedRoot aws:Ec2InstanceSourceVpc aws:FederatedProvider aws:PrincipalAccount
aws:PrincipalOrgID aws:PrincipalOrgMasterAccountId aws:PrincipalServiceName aws:PrincipalType aws:Referer
aws:RequestedRegion aws:ResourceAccount aws:ResourceOrgID aws:SourceAccount aws:SourceIdentity aws:SourceOrgID
aws:SourceOwner
aws:SourceVpc aws:SourceVpce aws:UserAgent aws:userid aws:username aws:VpceAccount aws:VpceOrgID
aws:SignInSessionArn aws:ChatbotSourceArn aws:CalledViaFirst aws:CalledViaLast
aws:RequestTag/ aws:ResourceTag/ aws:PrincipalTag/ aws:CalledViaAWSMCP
sts:ExternalId sts:RoleSessionName sts:SourceIdentity sts:AWSServiceName
saml:aud saml:iss saml:sub saml:sub_type saml:doc saml:namequalifier
"""
_STRINGS = """
aws:CalledVia aws:PrincipalOrgPaths aws:PrincipalServiceNamesList aws:ResourceOrgPaths aws:SourceOrgPaths aws:TagKeys
aws:VpceOrgPaths sts:TransitiveTagKeys
"""
_BOOL = """
aws:IsMcpServiceAction aws:MultiFactorAuthPresent aws:PrincipalIsAWSService aws:SecureTransport aws:ViaAWSMCPService
aws:ViaAWSService
"""
_ARN = "aws:PrincipalArn aws:SourceArn aws:SourceVpcArn lambda:SourceFunctionArn ec2:SourceInstanceARN"
_ADDRESS = "aws:SourceIp aws:VpcSourceIp aws:Ec2InstanceSourcePrivateIPv4"
_NUMBER = "aws:EpochTime aws:MultiFactorAuthAge sts:DurationSeconds"
_DATE = "aws:CurrentTime aws:TokenIssueTime"

_TYPES: Mapping[str, str] = {
    key: kind
    for kind, keys in (
        ("String", _STRING),
        ("ArrayOfString", _STRINGS),
        ("Bool", _BOOL),
        ("ARN", _ARN),
        ("IPAddress", _ADDRESS),
        ("Numeric", _NUMBER),
        ("Date", _DATE),
    )
    for key in keys.split()
}
_BY_FOLD = {key.lower(): kind for key, kind in _TYPES.items()}
_GLOBAL = sorted(key for key in _TYPES if key.startswith("aws:"))

_FAMILIES = {
    "String": ("String",),
    "Numeric": ("Numeric",),
    "Date": ("Date",),
    "Bool": ("Bool",),
    "IpAddress": ("IPAddress",),
    "NotIpAddress": ("IPAddress",),
    "Arn": ("ARN",),
}
# Text compares an ARN letter for letter, and AWS documents that; the seconds since 1970 are a number and a date.
_ALSO = {("String", "ARN"), ("Date", "Numeric")}
_NUMBER_TEXT = lazy_pattern(r"[+-]?\d+(\.\d+)?")
_ARN_FIELDS = 6
_PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
)


def key_type(key: str) -> str:
    """Return what a condition key holds: `String`, `ArrayOfString`, `Bool`, `ARN`, …; "" for a key that is not known.

    Known are the keys that all services share and those of STS; for others there is `service_key_type`.

    >>> key_type("aws:SourceIp"), key_type("aws:PrincipalTag/team"), key_type("s3:prefix")
    ('IPAddress', 'String', '')
    """
    folded = key.lower()
    if folded in _BY_FOLD:
        return "" if folded.endswith("/") else _BY_FOLD[folded]
    head, slash, tag = folded.partition("/")
    return _BY_FOLD.get(head + slash, "") if slash and tag else ""


def nearest_key(key: str) -> str:
    """Return the global condition key that was probably meant; "" when none is near.

    >>> nearest_key("aws:SourceIpAddress"), nearest_key("aws:PrincipalOrgId2")
    ('aws:SourceIp', 'aws:PrincipalOrgID')
    """
    import difflib

    folded = {known.lower(): known for known in _GLOBAL}
    found = difflib.get_close_matches(key.lower(), folded, n=1, cutoff=0.7)
    return folded[found[0]] if found else ""


def operator_fits(operator: str, kind: str) -> bool:
    """Tell whether an operator can compare what a key of some type holds; what is not known fits.

    >>> operator_fits("StringEquals", "IPAddress"), operator_fits("ArnLike", "ARN"), operator_fits("Null", "Bool")
    (False, True, True)
    """
    family = next((name for name in _FAMILIES if operator.startswith(name)), "")
    held = kind.removeprefix("ArrayOf")
    return not family or not held or held in _FAMILIES[family] or (family, held) in _ALSO


def value_fits(operator: str, value: str) -> bool:
    """Tell whether a value can be read as what an operator compares; a value with a variable always can.

    >>> value_fits("IpAddress", "10.0.0.0/33"), value_fits("Bool", "yes"), value_fits("NumericLessThan", "3600")
    (False, False, True)
    >>> value_fits("DateLessThan", "2026-01-31T00:00:00Z"), value_fits("ArnLike", "arn:aws:iam::role/x")
    (True, False)
    """
    if "${" in value:
        return True
    family = next((name for name in _READERS if operator.startswith(name)), "")
    return not family or _READERS[family](value)


def _is_truth(value: str) -> bool:
    return value.lower() in {"true", "false"}


def _is_number(value: str) -> bool:
    return _NUMBER_TEXT.fullmatch(value) is not None


def _is_arn(value: str) -> bool:
    parts = split_arn(value)
    # A star that crosses colons is another rule's concern.
    return "*" in parts[:2] or (len(parts) == _ARN_FIELDS and parts[0] == "arn")


def _is_date(value: str) -> bool:
    from datetime import datetime

    if _NUMBER_TEXT.fullmatch(value):
        return True
    try:
        datetime.fromisoformat(value)
    except ValueError:
        # Only a year, or a year and a month, are dates of ISO 8601 as W3C reads it.
        return re.fullmatch(r"\d{4}(-(0[1-9]|1[0-2]))?", value) is not None
    return True


def _network(text: str) -> "IPv4Network | IPv6Network | None":
    import ipaddress

    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


_READERS: Mapping[str, Callable[[str], bool]] = {
    "IpAddress": lambda value: _network(value) is not None,
    "NotIpAddress": lambda value: _network(value) is not None,
    "Bool": _is_truth,
    "Null": _is_truth,
    "Numeric": _is_number,
    "Date": _is_date,
    "Arn": _is_arn,
}


def is_whole_internet(values: Iterable[Any]) -> bool:
    """Tell whether ranges of addresses, taken together, hold every IPv4 or every IPv6 address.

    >>> is_whole_internet(["0.0.0.0/1", "128.0.0.0/1"]), is_whole_internet(["10.0.0.0/8"])
    (True, False)
    """
    import ipaddress

    networks = [network for network in (_network(str(value)) for value in values) if network is not None]
    four = ipaddress.collapse_addresses(each for each in networks if isinstance(each, ipaddress.IPv4Network))
    six = ipaddress.collapse_addresses(each for each in networks if isinstance(each, ipaddress.IPv6Network))
    return any(network.prefixlen == 0 for network in four) or any(network.prefixlen == 0 for network in six)


def is_private_range(text: str) -> bool:
    """Tell whether a range of addresses is private (RFC 1918, RFC 4193, loopback, link-local), so never seen outside.

    >>> is_private_range("10.1.0.0/16"), is_private_range("203.0.113.0/24"), is_private_range("0.0.0.0/0")
    (True, False, False)
    """
    network = _network(text)
    if network is None:
        return False
    return any(network.version == each.version and network.subnet_of(each) for each in _private_networks())


def has_host_bits(text: str) -> bool:
    """Tell whether a range of addresses is written with an address that is not its first.

    >>> has_host_bits("203.0.113.7/24"), has_host_bits("203.0.113.0/24"), has_host_bits("203.0.113.7")
    (True, False, False)
    """
    network, first = _network(text), _network(text.partition("/")[0])
    return (
        network is not None and first is not None and "/" in text and network.network_address != first.network_address
    )


@functools.lru_cache(maxsize=1)
def _private_networks() -> tuple[Any, ...]:
    import ipaddress

    return tuple(map(ipaddress.ip_network, _PRIVATE))


def respelt_keys(conditions: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return "operator key" of each condition whose key stands under that operator before, spelt in another case.

    >>> respelt_keys([{"operator_raw": "Bool", "key": "aws:a", "key_raw": spelt} for spelt in ("aws:A", "aws:a")])
    ['Bool aws:a']
    """
    first: dict[tuple[str, str], str] = {}
    again = []
    for condition in conditions:
        spelt = first.setdefault((condition["operator_raw"], condition["key"]), condition["key_raw"])
        if spelt != condition["key_raw"]:
            again.append(f"{condition['operator_raw']} {condition['key_raw']}")
    return again
