"""Takes the pictures of docs/tabulation.md: every example's tables as they stand in the workbook.

Needs LibreOffice (`soffice`), poppler (`pdftotext`, `pdftoppm`) and Pillow (`.venv/bin/python -m pip install pillow`);
none of them is a dependency of the product:

    .venv/bin/python -m docs.take_table_pictures            # all of them
    .venv/bin/python -m docs.take_table_pictures nets book-heat

An example is a plan on the page with a picture `pictures/tables/<name>.png` below it.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops

from mcode_pipelines.delivery import write_tab_books
from mcode_pipelines_tests.tabulation.documented import PAGE, examples, tables_of

DOTS_PER_INCH = 80
COLOURS = 48
"""Enough for shaded cells, few enough for small files."""
MOST_PAGES = 3
MARGIN = 12
TABLE_PAGE = re.compile("\u2190.*^T\\d{4} ", re.MULTILINE | re.DOTALL)
"""The link back and the title of a table: contents, without the link, and metadata, without a table, come first."""


def main(names: list[str]) -> None:
    """Takes the pictures of these names, or all."""
    wanted = {
        e["picture"]: e["plan"]
        for e in examples(PAGE.read_text(encoding="utf-8"))
        if e["picture"] and (not names or e["picture"] in names)
    }
    into = PAGE.parent / "pictures" / "tables"
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        bench = Path(folder)
        books = [write_tab_books(tables_of(plan), bench, name=name)[0].path for name, plan in wanted.items()]
        convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", bench, *books]
        subprocess.run(convert, check=True, stdout=subprocess.DEVNULL)
        for name, book in zip(wanted, books, strict=True):
            picture = _picture(book.with_suffix(".pdf"), bench)
            picture.save(into / f"{name}.png", optimize=True)
            print(f"{name}: {picture.width} x {picture.height}")


def _picture(pdf: Path, bench: Path) -> Image.Image:
    """The tables of a book below each other, without the paper around them."""
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True, text=True).stdout
    pages = text.split("\f")[:-1]
    first = next(n for n, page in enumerate(pages, start=1) if TABLE_PAGE.search(page))
    parts = []
    for number in range(first, len(pages) + 1)[:MOST_PAGES]:
        at = bench / f"{pdf.stem}-{number}"
        page = ["-f", str(number), "-l", str(number)]
        subprocess.run(["pdftoppm", "-r", str(DOTS_PER_INCH), *page, "-singlefile", "-png", pdf, at], check=True)
        parts.append(trimmed(Image.open(at.with_suffix(".png")).convert("RGB")))
    width, height = max(p.width for p in parts), sum(p.height for p in parts)
    whole = Image.new("RGB", (width, height), "white")
    top = 0
    for part in parts:
        whole.paste(part, (0, top))
        top += part.height
    return whole.quantize(COLOURS)


def trimmed(page: Image.Image) -> Image.Image:
    """The page without the paper around what stands on it."""
    # The foot of a page (its number) is none of the table.
    page = page.crop((0, 0, page.width, int(page.height * 0.93)))
    box = ImageChops.difference(page, Image.new("RGB", page.size, "white")).getbbox() or (0, 0, 1, 1)
    left, top, right, bottom = box
    inside = page.crop((left, top, right, bottom))
    framed = Image.new("RGB", (inside.width + 2 * MARGIN, inside.height + 2 * MARGIN), "white")
    framed.paste(inside, (MARGIN, MARGIN))
    return framed


if __name__ == "__main__":
    main(sys.argv[1:])
