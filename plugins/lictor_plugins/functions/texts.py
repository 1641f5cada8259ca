"""Text functions that JMESPath lacks."""


def lower(text: str) -> str:
    """Return text in lower case.

    >>> lower("StringEquals")
    'stringequals'
    """
    return text.lower()


def upper(text: str) -> str:
    """Return text in upper case.

    >>> upper("sha-1")
    'SHA-1'
    """
    return text.upper()


def trim(text: str) -> str:
    """Return text without white space around it.

    >>> trim(" a b ")
    'a b'
    """
    return text.strip()


def split(text: str, separator: str) -> list[str]:
    """Cut text at each separator; an empty separator cuts it into its characters.

    >>> split("iam:PassRole", ":")
    ['iam', 'PassRole']
    """
    return text.split(separator) if separator else list(text)


def replace(text: str, old: str, new: str) -> str:
    """Replace every occurrence of one text by another; an empty one is nowhere.

    >>> replace("a.b.c", ".", "/")
    'a/b/c'
    """
    return text.replace(old, new) if old else text
