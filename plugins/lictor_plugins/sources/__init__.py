"""Where documents come from that are no files: each module here reads one scheme of addresses."""

from collections.abc import Iterable

from lictor import Listed, Source, hookimpl


@hookimpl
def register_sources() -> Iterable[Source]:
    """Return the sources that ship with lictor; what they need is imported when an address is read."""
    yield Source("aws", "A live AWS account, with the credentials that the AWS command line uses", _list, _open)
    title = "Object stores and the web, with the credentials that their own tools use: s3, gs, az, https"
    yield Source("s3", title, _list_remote, _open_remote, _open_remote_up_to, _is_remote)


def _list(url: str) -> Iterable[str]:
    from lictor_plugins.sources.aws import list_accounts

    return list_accounts(url)


def _open(name: str) -> bytes:
    from lictor_plugins.sources.aws import read_account

    return read_account(name)


def _is_remote(scheme: str) -> bool:
    from lictor_plugins.sources.remote import is_remote

    return is_remote(scheme)


def _list_remote(url: str) -> Iterable[Listed]:
    from lictor_plugins.sources.remote import list_documents

    return list_documents(url)


def _open_remote(url: str) -> bytes:
    from lictor_plugins.sources.remote import read_document

    return read_document(url)


def _open_remote_up_to(url: str, limit: int) -> bytes:
    from lictor_plugins.sources.remote import read_document_up_to

    return read_document_up_to(url, limit)
