"""Pictures that somebody brings as files."""

from __future__ import annotations

from io import BytesIO

import numpy as np
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def upload(size: tuple[int, int] = (640, 360), form: str = "JPEG", colour: str = "darkslategray") -> SimpleUploadedFile:
    """A picture as a browser sends it."""
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, form)
    return SimpleUploadedFile(f"still.{form.lower()}", buffer.getvalue(), f"image/{form.lower()}")


def as_upload(picture: np.ndarray) -> SimpleUploadedFile:
    """A rendered picture (H × W × 3, BGR) as a browser sends it."""
    buffer = BytesIO()
    Image.fromarray(np.ascontiguousarray(picture[:, :, ::-1])).save(buffer, "JPEG", quality=85)
    return SimpleUploadedFile("still.jpeg", buffer.getvalue(), "image/jpeg")
