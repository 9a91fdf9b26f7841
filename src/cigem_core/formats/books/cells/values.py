"""Numbers and dates as a spreadsheet shows them: digits without an exponent, ISO dates."""

from __future__ import annotations

import math
import re
from datetime import date, timedelta
from decimal import Decimal

from cigem_core.formats.books.cells.number_formats import DigitsShape, Shape, Years
from cigem_core.formats.tables import DATE, NUMBER, SCIENTIFIC, TEXT

Cell = tuple[str, int]
"""A cell's text, and what it was (see `tables.IS`)."""

_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?")
_WHOLE = re.compile(r"-?[0-9]+")
_DIGITS = 15
"""A spreadsheet shows and keeps so many significant digits."""
_LAST_DAY = 2958465
"""31 December 9999 in the system that begins in 1900."""
_SECONDS = 86400


def shown(text: str, shape: Shape, *, since_1904: bool = False) -> Cell:
    """A number as its format shows it."""
    if shape in ("date", "elapsed"):
        return moment(text, shape, since_1904=since_1904)
    if isinstance(shape, Years):
        day, kind = moment(text, "date", since_1904=since_1904)
        return (shape.show(day[:4]), TEXT) if kind == DATE else (day, kind)
    digits, kind = number(text)
    if kind != NUMBER:
        return digits, kind
    if shape == "scientific":
        return digits, SCIENTIFIC
    return shape.show(digits) if isinstance(shape, DigitsShape) else digits, NUMBER


def number(text: str) -> Cell:
    """A number as it stands in a file, as digits with a point: `1.1000000000000001` is `1.1`, `1E3` is `1000`.

    Whole numbers keep all the digits they are written with; of one that is written as a power of ten, no more than
    fifteen are left, and what is longer counts as being in scientific notation. What is no number is text.
    """
    if len(text) <= _DIGITS and _PLAIN.fullmatch(text) and text != "-0":
        return text, NUMBER
    if _WHOLE.fullmatch(text):
        digits = text.lstrip("-0")
        return (f"-{digits}" if digits and text[0] == "-" else digits or "0"), NUMBER
    try:
        value = float(text)
    except ValueError:
        return text, TEXT
    if not math.isfinite(value):
        return text, TEXT
    return of_float(value), SCIENTIFIC if abs(value) >= 10**_DIGITS else NUMBER


def of_float(value: float) -> str:
    """A number with the fifteen digits a spreadsheet shows."""
    written = f"{value:.{_DIGITS}g}"
    if "e" in written:
        written = format(Decimal(written), "f")
    return "0" if written == "-0" else written


def moment(text: str, shape: Shape, *, since_1904: bool = False) -> Cell:
    """A number shown as a date or a time: `2009-10-01`, `2009-10-01T08:30:00`.

    A time of day or an elapsed time alone is text (`08:30:00`, `26:30:00`), and so is a day that never was: the
    29 February 1900 that spreadsheets show (`1900-02-29`), or day 0 of 1900. A number beyond the calendar stays one.
    """
    try:
        value = float(text)
    except ValueError:
        return text, TEXT
    last = _LAST_DAY - 1462 if since_1904 else _LAST_DAY
    if not 0 <= value < last + 1:
        return number(text)
    days, milliseconds = divmod(round(value * _SECONDS * 1000), _SECONDS * 1000)
    if shape == "elapsed":
        return clock(days * _SECONDS * 1000 + milliseconds), TEXT
    if days == 0 and milliseconds and not since_1904:
        return clock(milliseconds), TEXT
    day, kind = _day(days, since_1904=since_1904)
    return (f"{day}T{clock(milliseconds)}" if milliseconds else day), kind


def _day(days: int, *, since_1904: bool) -> Cell:
    """The calendar day of a serial number; spreadsheets hold that 1900 was a leap year."""
    if since_1904:
        return (date(1904, 1, 1) + timedelta(days)).isoformat(), DATE
    if days in (0, 60):
        return "1900-01-00" if days == 0 else "1900-02-29", TEXT
    return (date(1899, 12, 31 if days < 60 else 30) + timedelta(days)).isoformat(), DATE


def clock(milliseconds: int) -> str:
    """Hours, minutes and seconds; what is below a second only where there is something."""
    seconds, rest = divmod(milliseconds, 1000)
    hours, seconds = divmod(seconds, 3600)
    fraction = f".{rest:03d}".rstrip("0") if rest else ""
    return f"{hours:02d}:{seconds // 60:02d}:{seconds % 60:02d}{fraction}"


_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d+))?)?Z?)?", re.ASCII)


def iso(text: str) -> Cell:
    """A date as workbooks write it in letters (`2009-10-01T00:00:00`); the time only where there is one."""
    found = _ISO.fullmatch(text.strip())
    if not found or not _is_day(found[1]):
        return text, TEXT
    hours, minutes, seconds, rest = found.groups("0")[1:]
    at = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(rest.ljust(3, "0")[:3])
    return (f"{found[1]}T{clock(at)}" if at else found[1]), DATE


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


_DURATION = re.compile(r"P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?")


def duration(text: str) -> Cell:
    """A time of day or an elapsed time as OpenDocument writes it: `PT08H30M00S` is `08:30:00`."""
    found = _DURATION.fullmatch(text)
    if not found:
        return text, TEXT
    days, hours, minutes, seconds, rest = found.groups("0")
    whole = ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds)
    return clock(whole * 1000 + int(rest.ljust(3, "0")[:3])), TEXT
