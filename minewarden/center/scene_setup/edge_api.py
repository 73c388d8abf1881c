"""The door for edges while cameras are set up: pulse, answers to tasks, and what an edge can watch for."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router

from minewarden.center.api_errors import Refused
from minewarden.center.video.edge_door import FAILURES, EdgeToken, answer, body_of, check_version, edge_of, read_message
from minewarden.contract import (
    TASK_RESULT_BYTES,
    Problem,
    PulseReply,
    SceneCatalogue,
    SceneReceipt,
    TaskReceipt,
    TaskResult,
)

from . import pulse

router = Router(auth=EdgeToken())


@router.get("/pulse", response={200: PulseReply, **FAILURES}, url_name="edge_pulse")
def get_pulse(request: HttpRequest) -> HttpResponse:
    """Whether the assignments changed, and what is asked of this edge."""
    return answer(pulse.pulse(edge_of(request)))


@router.post(
    "/tasks/{task_id}",
    response={200: TaskReceipt, 404: Problem, **FAILURES},
    openapi_extra=body_of(TaskResult),
    url_name="edge_task",
)
def post_task(request: HttpRequest, task_id: UUID) -> HttpResponse:
    """Answer a task. The first answer counts; the same again changes nothing."""
    if int(request.headers.get("Content-Length") or 0) > TASK_RESULT_BYTES:
        raise Refused(413, "too_large", f"an answer has at most {TASK_RESULT_BYTES} bytes: send smaller pictures")
    result = read_message(request, TaskResult)
    check_version(result.contract_version)
    receipt = pulse.take_result(edge_of(request), task_id, result)
    if receipt is None:
        raise Refused(404, "unknown_task", "this edge was not asked that, or it was long ago")
    return answer(receipt)


@router.put(
    "/scenes",
    response={200: SceneReceipt, **FAILURES},
    openapi_extra=body_of(SceneCatalogue),
    url_name="edge_scenes",
)
def put_scenes(request: HttpRequest) -> HttpResponse:
    """Say which scenes this edge can watch for and what can be set of them."""
    catalogue = read_message(request, SceneCatalogue)
    check_version(catalogue.contract_version)
    return answer(pulse.take_scenes(edge_of(request), catalogue))
