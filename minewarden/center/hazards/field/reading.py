"""Reads what a telephone sent: the words of a record, and the bytes of a photo."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import MAXYEAR, MINYEAR, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from minewarden.center.cases.errors import CaseError
from minewarden.center.registry.models import Mine, Place, User

from .reference import PERMISSION

DESCRIPTION_MOST: Final = 4000
CHUNK: Final = 64 * 1024
# What is still read, and thrown away, of a photo that is too large: closing at once would look like a lost network, and
# the telephone would send it again for ever.
READ_OUT: Final = 64 * 1024 * 1024
_WALL_CLOCK = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\Z", re.ASCII)


class RecordForm(forms.Form):
    """The words of a record, with faults in the user's language. ``found_at`` is the clock on the wall of the mine."""

    mine = forms.ModelChoiceField(
        Mine.objects.none(), error_messages={"invalid_choice": gettext_lazy("You may not write down hazards there.")}
    )
    place = forms.ModelChoiceField(
        Place.objects.none(),
        required=False,
        error_messages={"invalid_choice": gettext_lazy("This place belongs to another mine.")},
    )
    place_words = forms.CharField(required=False, max_length=100)
    title = forms.CharField(max_length=120)
    description = forms.CharField(required=False, max_length=DESCRIPTION_MOST)
    clause_code = forms.CharField(required=False, max_length=32)
    found_at = forms.CharField(max_length=16)

    def __init__(self, user: User, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        mines = Mine.objects.for_user(user, PERMISSION).select_related("node")
        self.mines = self.fields["mine"].queryset = mines  # type: ignore[attr-defined] # django-stubs: Field
        places = Place.objects.for_user(user, PERMISSION)
        self.fields["place"].queryset = places  # type: ignore[attr-defined] # django-stubs: Field

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        mine, place = given.get("mine"), given.get("place")
        if mine is not None and place is not None and place.mine_id != mine.pk:
            self.add_error("place", _("This place belongs to another mine."))
        if mine is not None and "found_at" in given:
            moment = _moment(given["found_at"], ZoneInfo(mine.time_zone))
            if moment is None:
                self.add_error("found_at", _("Say when it was found."))
            given["found_at"] = moment
        return given


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """``2026-11-23T14:05`` on the clock of a zone, or None."""
    if _WALL_CLOCK.match(text):
        with suppress(ValueError):
            moment = datetime.fromisoformat(text).replace(tzinfo=zone)
            # At the ends of the calendar a moment may have no UTC at all.
            return moment if MINYEAR < moment.year < MAXYEAR else None
    return None


def faults_of(form: forms.Form) -> dict[str, str]:
    """Field → what is wrong with it."""
    return {name: " ".join(map(str, messages)) for name, messages in form.errors.items()}


def photo_of(request: HttpRequest, name: str, sha256: str) -> TemporaryUploadedFile:
    """The photo in the body of a request, whole and with this SHA-256. The caller closes it.

    Raises:
        CaseError: ``file_too_large``, ``content_differs``, ``file_type``.
    """
    photo = TemporaryUploadedFile(name, "application/octet-stream", 0, None)
    try:
        if _read(request, photo) != sha256:
            raise CaseError("content_differs", _("The photo did not arrive whole: it is sent again."), "photos")
        photo.seek(0)
        if photo.read(5) == b"%PDF-":
            raise CaseError("file_type", _("“%(name)s” is no picture.") % {"name": photo.name}, "photos")
        photo.seek(0)
    except BaseException:
        photo.close()
        raise
    return photo


def _read(request: HttpRequest, photo: TemporaryUploadedFile) -> str:
    """Write the body down; answers its SHA-256."""
    limit, hasher, size = int(settings.PROOF_MAX_BYTES), hashlib.sha256(), 0
    try:
        while size <= READ_OUT and (chunk := request.read(CHUNK)):
            size += len(chunk)
            if size <= limit:
                hasher.update(chunk)
                photo.write(chunk)
    except UnreadablePostError:
        raise CaseError("content_differs", _("The photo did not arrive whole: it is sent again."), "photos") from None
    if size > limit:
        message = _("“%(name)s” is larger than %(limit)s MB: take a smaller picture.")
        raise CaseError("file_too_large", message % {"name": photo.name, "limit": limit // (1024 * 1024)}, "photos")
    photo.size = size
    return hasher.hexdigest()
