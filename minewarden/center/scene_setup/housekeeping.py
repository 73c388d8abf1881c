"""What was asked of edges is forgotten after some days, and the pictures with it."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from minewarden.center.jobs.registry import job, register_periodic
from minewarden.center.jobs.run import JobRun
from minewarden.center.registry.services import keep_missing_versions

from .models import CameraTask
from .pictures import forget_pictures
from .services import expire_tasks

# So long a still may be drawn on. The newest one of each camera stays.
KEPT: Final = timedelta(days=14)


@job("scene_setup.forget", label=_("Forget old pictures of setting up"))
def forget(run: JobRun) -> dict[str, Any]:
    """Say what expired; delete old tasks and the pictures that no task names any more; and keep the present version of
    cameras that were registered before versions were kept."""
    expired = expire_tasks()
    old = CameraTask.objects.filter(asked_at__lt=timezone.now() - KEPT)
    newest = CameraTask.objects.exclude(still_sha256="").order_by("camera_id", "-asked_at")
    kept: dict[int, Any] = {}
    for camera, pk in newest.values_list("camera_id", "pk").iterator(chunk_size=1000):
        kept.setdefault(camera, pk)
    gone = 0
    for pk in list(old.values_list("pk", flat=True)):
        if pk not in kept.values():
            gone += CameraTask.objects.filter(pk=pk).delete()[0]
    named = set(CameraTask.objects.exclude(still_sha256="").values_list("still_sha256", flat=True))
    for result in CameraTask.objects.values_list("result", flat=True).iterator(chunk_size=200):
        named.update(event["picture"] for event in result.get("events", ()) if event["picture"])
    keep_missing_versions()
    return {"expired": expired, "forgotten": gone, "pictures": forget_pictures(frozenset(named))}


register_periodic("scene_setup.forget", at=time(4, 10))
