"""Resources whose own policies let in strangers: buckets, keys, queues, secrets, functions and others."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from lictor import Region, Subject
from lictor_plugins.functions.reasoning import outside_witness
from lictor_plugins.reasoning.model import Trusted
from lictor_plugins.reasoning.worlds import MADE_UP_ACCOUNT

RESOURCE_POLICY = "aws.iam.resource-policy"


class OpenResource(NamedTuple):
    """A resource with the statement that lets in a stranger, or may: `because` then says what can't be decided.

    `witness` is a request in a sentence, "" where none is known.
    """

    name: str
    uri: str
    region: Region
    witness: str = ""
    because: str = ""

    @property
    def text(self) -> str:
        """Return what is known in a sentence."""
        return self.witness or f"unknown: {self.because}"


def open_resources(policies: Iterable[Subject], trusted: Trusted, own: Iterable[str]) -> Iterator[OpenResource]:
    """Yield the resources that are open, each with the first statement that surely is, else one that may be.

    `own` are the accounts that nobody is a stranger in.
    """
    known = sorted({*own, *trusted.own_accounts} - {MADE_UP_ACCOUNT})
    for policy in policies:
        found = [(index, told) for index, told in _statements(policy, known, trusted) if told["answer"] != "no"]
        if found:
            index, told = min(found, key=lambda pair: pair[1]["answer"] != "yes")
            region = policy.document.region_of(policy.path_in_document(("statements", index)))
            yield OpenResource(
                policy.name, policy.document.uri, region, told["witness"] or "", told["because"] or "it is not known"
            )


def _statements(policy: Subject, own: list[str], trusted: Trusted) -> Iterator[tuple[int, dict[str, Any]]]:
    accounts, organizations = sorted(trusted.accounts), sorted(trusted.organizations)
    for statement in policy.value["statements"]:
        index = statement["index"]
        yield index, outside_witness(policy.value, index, own, accounts, organizations, policy.kind)
