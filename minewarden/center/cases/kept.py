"""A kept file for whoever may see it."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from minewarden.center.audit.files import record_path

from .models import StoredFile


def kept_path(sha256: str) -> Path:
    """Where a kept file lies.

    Raises:
        Http404: it is not there any more; the words say who can find out why.
    """
    path = record_path(sha256)
    if not path.is_file():
        raise Http404(_("The file is missing: tell the administrator, who can see why by “minewarden audit verify”."))
    return path


def handed_out(file: StoredFile, name: str) -> FileResponse:
    """A kept file under the name it came with. Pictures are shown, documents only handed out, and neither may run
    anything.

    Raises:
        Http404: as :func:`kept_path`.
    """
    shown = file.media_type.startswith("image/")
    path = kept_path(file.pk)
    response = FileResponse(path.open("rb"), as_attachment=not shown, filename=name, content_type=file.media_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
