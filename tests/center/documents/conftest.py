"""What the tests of documents share: a major hazard on its way, and Word files to hand in."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document as WordDocument

from minewarden.center.cases.models import Case
from minewarden.center.documents.rendering import MEDIA_TYPE
from tests.center.cases.conftest import Walker
from tests.center.world import World


@pytest.fixture
def walker(world: World) -> Walker:
    return Walker(world)


@pytest.fixture
def ordered(walker: Walker) -> Case:
    """A major hazard whose stop order was given, without a number of its own."""
    return walker.to("ordered", "major_hazard")


def word_file(*paragraphs: str, parts: dict[str, bytes] | None = None) -> SimpleUploadedFile:
    """A Word file with these paragraphs; ``parts`` are more files put into the container."""
    document, stream = WordDocument(), io.BytesIO()
    for text in paragraphs:
        document.add_paragraph(text)
    document.save(stream)
    if parts:
        with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
            for path, content in parts.items():
                archive.writestr(path, content)
    return SimpleUploadedFile("模板.docx", stream.getvalue(), MEDIA_TYPE)


def text_of(path) -> str:
    return "\n".join(paragraph.text for paragraph in WordDocument(str(path)).paragraphs)
