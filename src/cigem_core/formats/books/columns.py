"""What a spreadsheet calls its columns: A to Z, then AA; numbered from 0."""

from __future__ import annotations


def column_of(letters: str) -> int:
    """The number of a column such as `AB`, in either case."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters_of(column: int) -> str:
    """What the column of a number is called."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
