"""`python -m cigem_core` is `cigem`, where the command itself is not on the path."""

from cigem_core.cli import main

if __name__ == "__main__":
    main()
