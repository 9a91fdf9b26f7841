"""The words of an application that a file and a form share."""

SERIES = ("TSE", "TSEXP", "STI", "STG", "TSECO", "TSS", "TLL", "TAL")
"""The series of Mali's baccalaureate."""
SITUATIONS = ("handicap", "orphelin", "pupille")
"""Situations that a call may favour."""
