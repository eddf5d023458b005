"""Make the bundled surveys again: `python examples/generate.py [FOLDER]`.

The same files come out every time. FOLDER is where they go; without it, this folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from survey_maker.cafe import study as cafe
from survey_maker.ferry import study as ferry


def main(folder: Path) -> None:
    """Write every bundled survey under the folder."""
    ferry.write(folder / "ferry_satisfaction")
    cafe.write(folder / "cafe_visitors")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
