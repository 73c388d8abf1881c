"""A picture from a file, to draw on while the camera cannot be reached."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import Final

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from minewarden.center.registry.models import Camera, User
from minewarden.center.registry.queries import MANAGE_CAMERAS
from minewarden.center.registry.scope import may

from .models import CameraTask, TaskKind, TaskState
from .pictures import keep_picture

LONGEST: Final = 1920  # pixels: as large as a camera's picture
MAX_BYTES: Final = 20 << 20
MAX_PIXELS: Final = 60_000_000


def keep_own_still(user: User, camera: Camera, upload: UploadedFile[bytes]) -> CameraTask:
    """Keep a JPEG or PNG as the camera's still: made anew as a JPEG, so that nothing but the picture stays of the file.

    Raises:
        PermissionDenied: the user may not set this camera up.
        ValidationError: too large, or no picture.
    """
    if not may(user, MANAGE_CAMERAS, camera.place.mine.node):
        raise PermissionDenied
    picture = _picture(upload)
    buffer = BytesIO()
    picture.save(buffer, "JPEG", quality=88)
    now = timezone.now()
    task: CameraTask = CameraTask.objects.create(
        camera=camera,
        edge=camera.edge,
        kind=TaskKind.STILL,
        state=TaskState.DONE,
        asked_by=user,
        asked_at=now,
        expires_at=now,
        done_at=now,
        result={"uploaded": True, "width": picture.width, "height": picture.height, "taken_at": now.isoformat()},
        still_sha256=keep_picture(base64.b64encode(buffer.getvalue()).decode()),
    )
    return task


def _picture(upload: UploadedFile[bytes]) -> Image.Image:
    if (upload.size or 0) > MAX_BYTES:
        raise ValidationError(_("The picture is larger than %(n)s MB: take a smaller one.") % {"n": MAX_BYTES >> 20})
    upload.seek(0)
    try:
        with Image.open(upload, formats=["JPEG", "PNG"]) as found:
            if found.width * found.height > MAX_PIXELS:
                raise ValidationError(_("The picture has too many pixels: take a smaller one."))
            found.draft("RGB", (LONGEST, LONGEST))
            picture = ImageOps.exif_transpose(found).convert("RGB")
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValidationError(_("This is no JPEG or PNG picture, or it is damaged.")) from error
    picture.thumbnail((LONGEST, LONGEST))
    return picture
