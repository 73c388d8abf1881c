"""From a template and its texts to a Word file, in a sandbox that knows texts only."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext as _
from docx import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from minewarden.interfaces.workbooks.container import Limits, WorkbookRefused, check_archive

from .content import REPORT_NAMES, names
from .errors import DocumentError
from .kinds import DocumentKind

LIMITS: Final = Limits(file_bytes=5 << 20, parts=300, unpacked_bytes=40 << 20)
MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PARTS: Final = {"[Content_Types].xml", "word/document.xml"}
_FONT: Final = "SimSun"


Texts = Mapping[str, "str | list[dict[str, str]]"]


def names_of(kind: DocumentKind) -> list[str]:
    """Every name that a template of this kind may use; a table's rows are ``rows`` and its columns ``row.…``."""
    return sorted(REPORT_NAMES) if kind.rows else names()


def check_template(kind: DocumentKind, path: Path) -> None:
    """Refuse what is no plain Word template, and what does not fill in.

    Raises:
        DocumentError: ``too_large``, ``not_word``, ``macro``, ``external_link``, ``bomb``, ``unknown_name``,
            ``template_wrong``.
    """
    if path.stat().st_size > LIMITS.file_bytes:
        raise DocumentError("too_large", _("The template is larger than 5 MB: take pictures out of it."))
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, LIMITS)
            if not set(archive.namelist()) >= PARTS:
                raise WorkbookRefused("not_word")
            for part in archive.namelist():
                # A picture or a template that lies elsewhere would be fetched by whoever opens the document.
                if part.endswith(".rels") and b'TargetMode="External"' in archive.read(part):
                    raise WorkbookRefused("external_link", part)
    except WorkbookRefused as error:
        raise DocumentError(error.code, _REFUSED().get(error.code, _NOT_WORD())) from error
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise DocumentError("not_word", _NOT_WORD()) from error
    trial: dict[str, str | list[dict[str, str]]] = {name: name for name in names_of(kind)}
    if kind.rows:
        trial["rows"] = [{name: name for name, _heading in kind.rows}]
    filled(path, trial)


def _NOT_WORD() -> str:
    return _("This is no Word document (.docx), or it is damaged. Save it in Word as .docx and try again.")


def _REFUSED() -> dict[str, str]:
    return {
        "macro": _("The template holds a macro. Save it in Word as .docx without macros."),
        "external_link": _("The template links to a file elsewhere. Put pictures into the document itself."),
        "bomb": _("The template unpacks to far more than its size: it is not taken."),
    }


def filled(template: Path | io.BytesIO, texts: Texts) -> bytes:
    """The Word file. Texts are put in as texts: neither markup nor code in them counts.

    Raises:
        DocumentError: ``unknown_name`` or ``template_wrong``, with the place as far as it is known.
    """
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    try:
        document = DocxTemplate(template if isinstance(template, io.BytesIO) else str(template))
        document.render(dict(texts), environment, autoescape=True)
        result = io.BytesIO()
        document.save(result)
    except UndefinedError as error:
        raise DocumentError(
            "unknown_name",
            _("The template uses a name that there is not: %(what)s. Those that there are stand below.")
            % {"what": error.message},
        ) from error
    except (TemplateError, ValueError, KeyError, TypeError, SyntaxError) as error:
        raise DocumentError(
            "template_wrong", _("The template cannot be filled in: %(what)s") % {"what": error}
        ) from error
    return result.getvalue()


def own_template(kind: DocumentKind) -> bytes:
    """The package's own template of a kind, made from the wording of ``kinds.toml``; an office edits it in Word."""
    document: Any = WordDocument()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.line_spacing = 1.5
    if not kind.rows:
        _line(document, "{{ office }}", WD_ALIGN_PARAGRAPH.CENTER, 18)
    _line(document, kind.name.zh, WD_ALIGN_PARAGRAPH.CENTER, 22, bold=True)
    if not kind.rows:
        _line(document, "{{ number }}", WD_ALIGN_PARAGRAPH.CENTER, 14)
    for position, text in enumerate(kind.paragraphs):
        paragraph = _line(document, text, WD_ALIGN_PARAGRAPH.LEFT, 14)
        if position:
            paragraph.paragraph_format.first_line_indent = Pt(28)
    if kind.rows:
        _table(document, kind)
    else:
        document.add_paragraph()
        _line(document, "{{ office }}", WD_ALIGN_PARAGRAPH.RIGHT, 14)
        _line(document, "{{ issued_on }}", WD_ALIGN_PARAGRAPH.RIGHT, 14)
    result = io.BytesIO()
    document.save(result)
    return result.getvalue()


def _line(document: Any, text: str, alignment: WD_ALIGN_PARAGRAPH, size: int, bold: bool = False) -> Any:
    paragraph = document.add_paragraph()
    paragraph.alignment = alignment
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    return paragraph


def _table(document: Any, kind: DocumentKind) -> None:
    """Headings, and between docxtpl's row tags one row that is repeated."""
    table = document.add_table(rows=4, cols=len(kind.rows))
    table.style = "Table Grid"
    for column, (name, heading) in enumerate(kind.rows):
        table.cell(0, column).text = heading
        table.cell(2, column).text = f"{{{{ row.{name} }}}}"
    table.cell(1, 0).text = "{%tr for row in rows %}"
    table.cell(3, 0).text = "{%tr endfor %}"
    for row in table.rows:
        for cell in row.cells:
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(10)
