"""Pictures that somebody brings as files."""

from __future__ import annotations

from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def upload(size: tuple[int, int] = (640, 360), form: str = "JPEG", colour: str = "darkslategray") -> SimpleUploadedFile:
    """A picture as a browser sends it."""
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, form)
    return SimpleUploadedFile(f"still.{form.lower()}", buffer.getvalue(), f"image/{form.lower()}")
