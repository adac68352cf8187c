"""Makes the pictures of the docs from real workbooks: the demo brand's, and the tutorial's.

    python docs/pictures/make.py WORKBOOK PREFIX TAB [TAB ...]

needs LibreOffice (`soffice`), Poppler (`pdftoppm`, `pdftotext`) and Pillow. A tab's picture is the page on which its
title stands, without the blank paper.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageChops, ImageOps

HERE = Path(__file__).parent
DPI = 190
MOST_BYTES = 200_000
MARGIN = 16
EDGE = int(0.45 * DPI)  # the strip at top and bottom where the page's header and footer are printed
MOST_WIDTH = 1700
MOST_HEIGHT = 1.1  # of the picture's width


def make(workbook: Path, prefix: str, tabs: list[str]) -> list[Path]:
    """A PNG for each tab, beside this script."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        profile = f"-env:UserInstallation={(work / 'profile').as_uri()}"
        convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(work), str(workbook)]
        subprocess.run(convert, check=True, capture_output=True, timeout=300)
        pdf = work / f"{workbook.stem}.pdf"
        read = ["pdftotext", "-layout", str(pdf), "-"]
        text = subprocess.run(read, check=True, capture_output=True, text=True, timeout=120).stdout
        pages = text.split("\f")
        return [_picture(pdf, _page(pages, tab), HERE / f"{prefix}{tab.lower().replace(' ', '-')}.png") for tab in tabs]


def _page(pages: list[str], tab: str) -> int:
    """The number of the first page that opens with the tab's title; the first page is Start."""
    if tab == "Start":
        return 1
    for number, page in enumerate(pages, start=1):
        first = page.strip().split("\n", 1)[0].strip()
        if number > 1 and first.startswith(tab):
            return number
    raise SystemExit(f"no page opens with '{tab}'")


def _picture(pdf: Path, page: int, target: Path) -> Path:
    stem = pdf.parent / f"page-{page}"
    render = ["pdftoppm", "-png", "-r", str(DPI), "-f", str(page), "-l", str(page), "-singlefile", str(pdf), str(stem)]
    subprocess.run(render, check=True, timeout=120)
    with Image.open(stem.with_suffix(".png")) as drawn:
        image = drawn.convert("RGB")
    image = image.crop((0, EDGE, image.width, image.height - EDGE))
    blank = Image.new("RGB", image.size, "white")
    left, top, right, bottom = ImageChops.difference(image, blank).getbbox() or (0, 0, *image.size)
    image = image.crop((left, top, right, min(bottom, top + int((right - left) * MOST_HEIGHT))))
    image = ImageOps.expand(image, MARGIN, "white")
    image.thumbnail((MOST_WIDTH, MOST_WIDTH))
    image.quantize(colors=200).save(target, optimize=True)
    if target.stat().st_size > MOST_BYTES:
        raise SystemExit(f"{target} is over {MOST_BYTES:,} bytes")
    return target


if __name__ == "__main__":
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    for made in make(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]):
        print(made, made.stat().st_size)
