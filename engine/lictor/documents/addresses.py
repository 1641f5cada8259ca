"""Telling addresses (`aws://audit`) from the names of files."""

_WEB = frozenset({"http", "https", "webdav", "webhdfs"})


def is_address(name: str) -> bool:
    """Tell whether a name is an address and not a file's.

    >>> is_address("aws://"), is_address("policies/aws.json"), is_address("C://x.json")
    (True, False, False)
    """
    return bool(scheme_of(name))


def scheme_of(url: str) -> str:
    """Return an address's scheme in lower case; "" for a name that is no address.

    >>> scheme_of("AWS://audit"), scheme_of("folder/s3://x")
    ('aws', '')
    """
    scheme, colon, _ = url.partition("://")
    # RFC 3986, 3.1: a letter, then letters, digits, "+", "-", "."; one letter alone is a drive of Windows
    is_scheme = scheme[:1].isalpha() and scheme.translate({43: "0", 45: "0", 46: "0"}).isalnum() and scheme.isascii()
    return scheme.lower() if colon and len(scheme) > 1 and is_scheme else ""


def without_secrets(url: str) -> str:
    """Return what may be shown of an address: no password, and no query of a web page, which signs links to stores.

    >>> without_secrets("https://me:secret@example.com/a.json?X-Amz-Signature=5f0c")
    'https://example.com/a.json'
    >>> without_secrets("s3://bucket/a?.json"), without_secrets("aws://audit@111122223333/iam")
    ('s3://bucket/a?.json', 'aws://audit@111122223333/iam')
    """
    scheme, colon, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    user, at, server = host.rpartition("@")
    shown = f"{scheme}{colon}{server if ':' in user else user + at + server}{slash}{path}"
    return shown.partition("#")[0].partition("?")[0] if scheme_of(url) in _WEB else shown
