"""A kept file for whoever may see it."""

from __future__ import annotations

from pathlib import Path

from django.http import Http404
from django.utils.translation import gettext as _

from minewarden.center.audit.files import record_path


def kept_path(sha256: str) -> Path:
    """Where a kept file lies.

    Raises:
        Http404: it is not there any more; the words say who can find out why.
    """
    path = record_path(sha256)
    if not path.is_file():
        raise Http404(_("The file is missing: tell the administrator, who can see why by “minewarden audit verify”."))
    return path
