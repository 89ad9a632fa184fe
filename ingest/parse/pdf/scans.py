"""Recognises the words of scanned pages, where Tesseract and the extra `ocr` are installed."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from itertools import groupby
from math import inf
from statistics import median
from typing import Any

from ingest.errors import FileUnreadable
from ingest.parse.pdf.prose import Line

# What Tesseract's makers recommend; larger pages are drawn as if they were so large.
_DOTS_AN_INCH, _MOST_DOTS = 300, 5000
_POINTS_AN_INCH = 72
# Lines that Tesseract is less sure of (percent) are pictures taken for words.
_LEAST_SURE = 50
_SECONDS_A_PAGE = 60
# With more languages installed than that, English alone is read: each costs time.
_MOST_LANGUAGES = 4
# Sizes that are measured differ by so much within one font; a heading is larger.
_SAME_SIZE = 1.2
# How high a word's letters are, as a share of its font's size; those of most fonts are near.
_SMALL, _ABOVE, _BELOW = 0.5, 0.22, 0.21
_REACH_ABOVE = re.compile(r"[bdfhijkltß0-9A-ZÄÖÜ“”\"'()\[\]!?]")
_REACH_BELOW = re.compile(r"[gjpqyQ,;()\[\]]")


def can_recognise() -> bool:
    """Whether text recognition is installed."""
    return find_spec("pytesseract") is not None and shutil.which("tesseract") is not None


def picture_of(page: Any) -> Any:
    """A page of PDFium as a picture in grey; None where it shows none."""
    import pypdfium2.raw as raw

    if next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]), None) is None:
        return None
    longest = max(page.get_size()) / _POINTS_AN_INCH
    scale = min(_DOTS_AN_INCH, _MOST_DOTS / max(longest, 1e-3)) / _POINTS_AN_INCH
    return page.render(scale=scale, grayscale=True).to_pil()


def lines_of_picture(picture: Any) -> list[Line]:
    """The lines in a picture, in reading order; heights and places are in its dots.

    Raises:
        FileUnreadable: Tesseract fails, or takes more than a minute.
    """
    import pytesseract

    try:
        found = pytesseract.image_to_data(
            picture,
            lang=_languages(),
            timeout=_SECONDS_A_PAGE,
            output_type=pytesseract.Output.DICT,
        )
    # Tesseract's own errors and its being out of time are of this kind.
    except RuntimeError as error:
        said = " ".join(str(error).split())[:150]
        raise FileUnreadable(f"text recognition failed on a scanned page ({said})") from error
    lines = list(_lines(found, picture.height))
    usual = median([line.size for line in lines] or [0.0])
    return [_settled(line, usual) for line in lines]


@cache
def _languages() -> str:
    import pytesseract

    known = sorted(set(pytesseract.get_languages()) - {"osd", "equ"}, key=lambda n: (n != "eng", n))
    return "+".join(known if len(known) <= _MOST_LANGUAGES else known[:1])


def _lines(found: dict[str, list[Any]], height: int) -> Iterator[Line]:
    """Tesseract's table of words, as lines."""
    words = (number for number, text in enumerate(found["text"]) if str(text).strip())
    names = ("block_num", "par_num", "line_num")
    for _, each in groupby(words, key=lambda number: [found[name][number] for name in names]):
        numbers = list(each)
        if not any(map(str.isalnum, "".join(str(found["text"][n]) for n in numbers))):
            continue
        if sum(float(found["conf"][n]) for n in numbers) / len(numbers) < _LEAST_SURE:
            continue
        tops = [found["top"][n] for n in numbers]
        bottoms = [found["top"][n] + found["height"][n] for n in numbers]
        texts, last = [str(found["text"][n]) for n in numbers], numbers[-1]
        # Boxes err by being too large.
        yield Line(
            " ".join(texts),
            size=min(
                _size(text, found["height"][n]) for text, n in zip(texts, numbers, strict=True)
            ),
            begins=found["line_num"][last] == 1,
            left=float(found["left"][numbers[0]]),
            right=float(found["left"][last] + found["width"][last]),
            bottom=float(height - max(bottoms)),
            top=float(height - min(tops)),
        )


def _size(word: str, height: int) -> float:
    """The size of a word's font, from the height of the letters that it has; of a mark, none."""
    if not any(map(str.isalnum, word)):
        return inf
    above, below = bool(_REACH_ABOVE.search(word)), bool(_REACH_BELOW.search(word))
    return height / (_SMALL + above * _ABOVE + below * _BELOW)


def _settled(line: Line, usual: float) -> Line:
    """The line in the size of the others, unless it is clearly larger."""
    return line if line.size > _SAME_SIZE * usual else replace(line, size=usual)
