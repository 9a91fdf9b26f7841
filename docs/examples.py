"""Writes the examples of the pages as modules, one a page, for a type checker to read: `python docs/examples.py FOLDER`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

HOUSE = Path(__file__).parents[1]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.DOTALL | re.MULTILINE)


def main(folder: Path) -> None:
    """Each page's blocks follow one another, as they do when they are run."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in (HOUSE / "README.md", *sorted((HOUSE / "docs").rglob("*.md"))):
        if blocks := BLOCK.findall(page.read_text("utf-8")):
            name = "_".join(page.relative_to(HOUSE).with_suffix("").parts).replace("-", "_")
            (folder / f"{name}.py").write_text("\n".join(blocks), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
