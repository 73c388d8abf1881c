"""Reviewed pictures as a labelled COCO set for the next training: ``images/`` and ``annotations.json`` in one zip.

What a verdict says of the machine's boxes: a confirmed alarm's are right, those of a false alarm are wrong (the picture
comes without them, and ``rejected`` of its entry holds them), those of an alarm that was unwanted for another reason
are right or teach nothing (``reject_reasons.toml``). ``labelled`` names the classes of the alarm's boxes: of nothing
else in the picture has anybody said anything.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image

from minewarden.center.audit.files import keep, new_incoming_path, record_path
from minewarden.center.audit.services import act
from minewarden.center.jobs.errors import JobFailed
from minewarden.center.jobs.registry import job
from minewarden.center.jobs.run import JobRun
from minewarden.center.registry.models import Mine, User

from . import catalogue, queries
from .models import Event, Evidence, LabelledExport, ReviewState

EXPORT: Final = "video.operate"
JOB: Final = "video.export_labelled"
SOURCE: Final = "reviewed"
# Some 2 GB of pictures; more are taken out in several parts, by their days.
MOST: Final = 20_000
CHUNK: Final = 200
# The same pictures make the same file, whenever they are taken out.
WRITTEN_AT: Final = (2000, 1, 1, 0, 0, 0)


class NothingToExport(Exception):
    """No reviewed picture fits what was chosen."""


@dataclass(frozen=True)
class Chosen:
    """Which pictures: local days of the events, both included; ``mine`` is a code; empty for all."""

    since: str = ""
    until: str = ""
    scene: str = ""
    mine: str = ""

    def filters(self, user: User) -> dict[str, Any]:
        """As ``queries.narrowed`` takes them.

        Raises:
            NothingToExport: a mine that this person may not see.
        """
        given: dict[str, Any] = {"scene": self.scene}
        if self.since:
            given["since"] = date.fromisoformat(self.since)
        if self.until:
            given["until"] = date.fromisoformat(self.until)
        if self.mine:
            given["mine"] = Mine.objects.for_user(user, queries.VIEW).filter(code=self.mine).first()
            if given["mine"] is None:
                raise NothingToExport(self.mine)
        return given


@dataclass
class _Document:
    """``annotations.json`` while it grows."""

    images: list[dict[str, Any]] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    categories: dict[str, int] = field(default_factory=dict)

    def category(self, name: str) -> int:
        return self.categories.setdefault(name, len(self.categories) + 1)

    def text(self) -> str:
        """The document; ``info`` says where it comes from."""
        categories = [{"id": number, "name": name} for name, number in self.categories.items()]
        info = {"description": "reviewed alarms of a Minewarden office", "source": SOURCE}
        whole = {"info": info, "categories": categories, "images": self.images, "annotations": self.annotations}
        return json.dumps(whole, ensure_ascii=False, indent=1)


def reviewed(user: User, chosen: Chosen) -> QuerySet[Event]:
    """The decided events that this person may see and has chosen, the oldest first."""
    decided = Event.objects.for_user(user, queries.VIEW).filter(state__in=queries.DECIDED)
    return queries.narrowed(decided, chosen.filters(user)).order_by("started_at", "id")


def export(
    user: User, chosen: Chosen, export_id: UUID | None = None, tell: Callable[[int, int], None] = lambda *_: None
) -> LabelledExport:
    """Write the zip, keep it, and keep who took what. The same ``export_id`` again answers what there is.

    Raises:
        NothingToExport: no picture fits.
    """
    known: LabelledExport | None = LabelledExport.objects.filter(pk=export_id).first() if export_id else None
    if known is not None:
        return known
    path = new_incoming_path()
    try:
        document = _write(path, user, chosen, tell)
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
        size = path.stat().st_size
        keep(path, sha256)
    finally:
        path.unlink(missing_ok=True)
    with act("video.export_labelled", user):
        made = LabelledExport(
            id=export_id or uuid4(),
            exported_by=user,
            exported_at=timezone.now(),
            chosen={name: value for name, value in asdict(chosen).items() if value},
            pictures=len(document.images),
            boxes=len(document.annotations),
            size=size,
            sha256=sha256,
        )
        made.save(force_insert=True)
    return made


def _write(path: Path, user: User, chosen: Chosen, tell: Callable[[int, int], None]) -> _Document:
    rows = reviewed(user, chosen)
    total = min(rows.count(), MOST)
    document = _Document()
    with ZipFile(path, "w") as archive:
        for done, event in enumerate(_in_chunks(rows), start=1):
            _add(archive, document, event)
            tell(done, total)
        if not document.images:
            raise NothingToExport(str(chosen))
        archive.writestr(_entry("annotations.json", ZIP_DEFLATED), document.text())
    return document


def _in_chunks(rows: QuerySet[Event]) -> Iterator[Event]:
    """The events with their cameras and complete pictures, few at a time."""
    snapshots = Evidence.objects.filter(kind="snapshot", complete_at__isnull=False).order_by("pk")
    wanted = rows.select_related("camera").prefetch_related(Prefetch("evidence", snapshots, to_attr="snapshots"))
    yield from wanted[:MOST].iterator(chunk_size=CHUNK)


def _add(archive: ZipFile, document: _Document, event: Event) -> None:
    """One picture with what is known of it; left out where nothing is, or its file is gone."""
    right = _boxes_are_right(event)
    pictures: list[Evidence] = event.snapshots  # type: ignore[attr-defined] # prefetched
    if right is None or not event.boxes or not pictures:
        return
    kept = record_path(pictures[0].sha256)
    if not kept.is_file():
        return
    with Image.open(kept) as picture:
        width, height = picture.size
    name, number = f"{event.pk}.jpg", len(document.images) + 1
    archive.writestr(_entry(f"images/{name}", ZIP_STORED), kept.read_bytes())
    boxes = [_box(box, width, height) for box in event.boxes]
    document.images.append(
        {
            "id": number,
            "file_name": name,
            "width": width,
            "height": height,
            "labelled": list(dict.fromkeys(label for label, _corners in boxes)),
            "source": SOURCE,
            "event": str(event.pk),
            "camera": event.camera.code,
            "scene": event.scene,
            "taken_at": event.started_at.isoformat(),
            "verdict": event.state,
            "reason": event.reject_reason,
            "model": event.model,
            "rejected": [] if right else [{"label": label, "bbox": corners} for label, corners in boxes],
        }
    )
    for label, corners in boxes:
        category = document.category(label)
        if right:
            document.annotations.append(
                {
                    "id": len(document.annotations) + 1,
                    "image_id": number,
                    "category_id": category,
                    "bbox": corners,
                    "area": round(corners[2] * corners[3], 1),
                    "iscrowd": 0,
                }
            )


def _boxes_are_right(event: Event) -> bool | None:
    """What the verdict says of the boxes; None: nothing."""
    if event.state == ReviewState.CONFIRMED:
        return True
    reason = catalogue.reject_reasons().get(event.reject_reason)
    return {"right": True, "wrong": False}.get(reason.boxes) if reason else None


def _box(box: dict[str, Any], width: int, height: int) -> tuple[str, list[float]]:
    """Label, and x, y, width, height in pixels within the picture."""
    x1, x2 = sorted(min(max(box[name], 0.0), 1.0) * width for name in ("x1", "x2"))
    y1, y2 = sorted(min(max(box[name], 0.0), 1.0) * height for name in ("y1", "y2"))
    return box["label"], [round(x1, 1), round(y1, 1), round(x2 - x1, 1), round(y2 - y1, 1)]


def _entry(name: str, compression: int) -> ZipInfo:
    info = ZipInfo(name, WRITTEN_AT)
    info.compress_type = compression
    info.external_attr = 0o644 << 16
    return info


@job(JOB, attempts=3, label=gettext_lazy("Take reviewed pictures out"))
def export_job(run: JobRun) -> dict[str, Any]:
    """Write the pictures that somebody asked for."""
    assert run.user is not None
    note = _("pictures written")
    try:
        made = export(run.user, Chosen(**run.payload), run.id, lambda done, total: run.progress(done, total, note))
    except NothingToExport:
        raise JobFailed(_("No reviewed picture with boxes fits: choose other days, another scene or mine.")) from None
    return {"url": reverse("video:labelled_file", args=[made.pk]), "label": _("Download the pictures")}
