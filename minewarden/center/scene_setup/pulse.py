"""What edges ask every two seconds, and what they answer: three queries while nothing is going on."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils import timezone

from minewarden.center.registry.models import Edge
from minewarden.center.video.heartbeat import assignments_version
from minewarden.contract import (
    CameraTask as Task,
)
from minewarden.contract import PulseReply, SceneAssignment, SceneCatalogue, SceneReceipt, TaskReceipt, TaskResult

from .models import OPEN, CameraTask, EdgeScenes, TaskState
from .pictures import NoPicture, keep_picture


def pulse(edge: Edge) -> PulseReply:
    """Whether the assignments changed, and the tasks that wait; one handed out comes again until it is answered."""
    waiting = CameraTask.objects.filter(edge=edge, state__in=OPEN, expires_at__gt=timezone.now())
    tasks = list(waiting.select_related("camera").order_by("asked_at")[:50])
    fresh = [task.pk for task in tasks if task.state == TaskState.WAITING]
    if fresh:
        new = CameraTask.objects.filter(pk__in=fresh, state=TaskState.WAITING)
        new.update(state=TaskState.TAKEN, taken_at=timezone.now())
    return PulseReply(assignments_version=assignments_version(edge), tasks=tuple(map(_message, tasks)))


def _message(task: CameraTask) -> Task:
    return Task.model_validate(
        {
            "task_id": task.pk,
            "camera": task.camera.code,
            "kind": task.kind,
            "scenes": tuple(SceneAssignment(**scene) for scene in task.scenes),
            "seconds": task.seconds,
        }
    )


def take_result(edge: Edge, task_id: UUID, result: TaskResult) -> TaskReceipt | None:
    """Keep an answer, the first one only; None when this edge was not asked that.

    Raises:
        OSError: a picture cannot be written.
    """
    task = CameraTask.objects.filter(pk=task_id, edge=edge).first()
    if task is None:
        return None
    if task.state_now not in OPEN:
        return TaskReceipt(task_id=task_id, state=task.state_now)
    now = timezone.now()
    changes: dict[str, Any] = {"state": result.state.value, "done_at": now}
    try:
        changes["still_sha256"] = keep_picture(result.jpeg) if result.jpeg else ""
        changes["result"] = _with_pictures_kept(result)
    except NoPicture as error:
        changes |= {"state": TaskState.FAILED, "result": {"problem": "broken", "message": str(error)}}
    CameraTask.objects.filter(pk=task_id, state__in=OPEN).update(**changes)
    return TaskReceipt(task_id=task_id, state=CameraTask.objects.values_list("state", flat=True).get(pk=task_id))


def _with_pictures_kept(result: TaskResult) -> dict[str, Any]:
    """The answer as the row holds it: ``picture`` of an event is the SHA-256 of its JPEG, empty where there is none."""
    plain = result.model_dump(mode="json", exclude={"contract_version", "state", "jpeg"})
    for event in plain["events"]:
        jpeg = event.pop("jpeg")
        event["picture"] = keep_picture(jpeg) if jpeg else ""
    return plain


def take_scenes(edge: Edge, catalogue: SceneCatalogue) -> SceneReceipt:
    """Keep what an edge can watch for in place of what it said before."""
    plain = catalogue.model_dump(mode="json", include={"scenes"})["scenes"]
    EdgeScenes.objects.update_or_create(edge=edge, defaults={"scenes": plain, "received_at": timezone.now()})
    return SceneReceipt(scenes=len(plain))
