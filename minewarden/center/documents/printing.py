"""The print view: paragraphs and tables of the very file that was issued, so that it says what the Word file says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from docx import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.table import Table
from docx.text.paragraph import Paragraph

ALIGNED: Final = {WD_ALIGN_PARAGRAPH.CENTER: "center", WD_ALIGN_PARAGRAPH.RIGHT: "right"}


@dataclass(frozen=True)
class Block:
    """One paragraph (``text``) or one table (``rows`` of cell texts). ``place``: left, center or right."""

    text: str = ""
    place: str = "left"
    heading: bool = False
    rows: tuple[tuple[str, ...], ...] = ()


def blocks(path: Path) -> list[Block]:
    """The body of a Word file in order; empty paragraphs are left out. Pictures are only in the file itself."""
    found = []
    for item in WordDocument(str(path)).iter_inner_content():
        if isinstance(item, Table):
            found.append(Block(rows=tuple(tuple(cell.text for cell in row.cells) for row in item.rows)))
        elif isinstance(item, Paragraph) and item.text.strip():
            place = ALIGNED.get(item.alignment, "left") if item.alignment is not None else "left"
            found.append(Block(item.text, place, any(run.bold for run in item.runs)))
    return found
