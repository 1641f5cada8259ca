"""Dates and times as policies write them: ISO 8601 as the W3C profiles it, or seconds since 1970."""

import functools
import re
from datetime import UTC, datetime, timedelta, timezone
from decimal import ROUND_FLOOR, Decimal

from lictor import lazy_pattern

# W3C, "Date and Time Formats"; the IAM user guide also writes 20130930T231548Z. A time without its zone is not one.
_ISO = lazy_pattern(
    r"(?P<year>\d{4})(?:-?(?P<month>\d\d)(?:-?(?P<day>\d\d)"
    r"(?:T(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?P<fraction>\.\d+)?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d))?)?)?",
    re.ASCII,
)
_EPOCH = lazy_pattern(r"\d{9,11}(\.\d+)?", re.ASCII)
_EPOCH_IN_MILLISECONDS = lazy_pattern(r"\d{13}", re.ASCII)
_SHORT = lazy_pattern(r"\d{1,8}", re.ASCII)


@functools.lru_cache(maxsize=5_000)
def seconds_of(text: str) -> Decimal | None:
    """Return a date as seconds since 1970, or None for what is no date or could be two (`2020`: a year or seconds).

    >>> seconds_of("1970-01-02"), seconds_of("1970-01-01T01:00:00+01:00"), seconds_of("2020")
    (Decimal('86400'), Decimal('0'), None)
    """
    if _EPOCH.fullmatch(text):
        return Decimal(text)
    if _EPOCH_IN_MILLISECONDS.fullmatch(text) or _SHORT.fullmatch(text):
        return None
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    zone = match["zone"] or "Z"
    try:
        moment = datetime(
            int(match["year"]),
            int(match["month"] or 1),
            int(match["day"] or 1),
            int(match["hour"] or 0),
            int(match["minute"] or 0),
            int(match["second"] or 0),
            tzinfo=UTC if zone == "Z" else _zone(zone),
        )
        whole = int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1))
    except (ValueError, OverflowError):
        return None
    return Decimal(whole) + Decimal(match["fraction"] or 0)


def _zone(text: str) -> timezone:
    sign = -1 if text[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:])))


def iso_of(seconds: Decimal) -> str:
    """Return a moment as a date, or as seconds where no date is that far off.

    >>> iso_of(Decimal("86400.5")), iso_of(Decimal("-0.25"))
    ('1970-01-02T00:00:00.5Z', '1969-12-31T23:59:59.75Z')
    """
    whole = int(seconds.to_integral_value(ROUND_FLOOR))
    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=whole)
    except OverflowError:
        return str(seconds)
    fraction = format((seconds - whole).normalize(), "f").partition(".")[2]
    return f"{moment.replace(tzinfo=None).isoformat()}{fraction and f'.{fraction}'}Z"
