"""Write the form of a call: `python -m cigem_bourses call.toml formulaire.xlsx`."""

import sys

from cigem_bourses.answers import write_form
from cigem_core import CigemError
from cigem_core.scholarships import Call


def main(words: list[str]) -> int:
    """Write it, or say what stands in the way; the exit code."""
    if len(words) != 2:
        sys.stderr.write("usage : python -m cigem_bourses APPEL.toml FORMULAIRE.xlsx\n")
        return 2
    try:
        sys.stdout.write(f"{write_form(Call.from_file(words[0]), words[1])}\n")
    except CigemError as refused:
        sys.stderr.write(f"{refused.text.fr}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
