"""The quick question: an office that knows it, one that does not, one that is gone; and what is asked is done once."""

from __future__ import annotations

import queue
from uuid import uuid4

import httpx
import pytest

from minewarden.contract import Assignments, CameraTask, PulseReply, SceneCatalogue, TaskReceipt, TaskResult
from minewarden.edge.center_client import CenterClient
from minewarden.edge.delivery import Delivery
from minewarden.edge.heart import Heart
from minewarden.edge.longer import AT_ONCE, BYTES, FOR, SECONDS, LongerRings
from minewarden.edge.pulse import ASK_OLD_CENTER_AFTER, Pulse
from minewarden.edge.spool import Spool
from minewarden.edge.tasks import TaskRunner
from minewarden.vision.ring import PacketRing

from .conftest import CAMERA


class Office:
    """Answers pulses; keeps what it was told."""

    def __init__(self) -> None:
        self.version, self.tasks = 1, ()
        self.known = True
        self.down = False
        self.scenes: list[SceneCatalogue] = []
        self.results: queue.SimpleQueue[TaskResult] = queue.SimpleQueue()
        self.lost_answers = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.rpartition("/v1")[2]
        if self.down:
            raise httpx.ConnectError("refused", request=request)
        if path == "/assignments":
            return httpx.Response(200, text=Assignments(version=self.version, cameras=()).model_dump_json())
        if not self.known:
            return httpx.Response(404, text="not found")
        if path == "/pulse":
            reply = PulseReply(assignments_version=self.version, tasks=self.tasks)
            return httpx.Response(200, text=reply.model_dump_json())
        if path == "/scenes":
            self.scenes.append(SceneCatalogue.model_validate_json(request.content))
            return httpx.Response(200, text='{"scenes": 1}')
        self.results.put(TaskResult.model_validate_json(request.content))
        if self.lost_answers:
            self.lost_answers -= 1
            raise httpx.ReadError("cut", request=request)
        return httpx.Response(200, text=TaskReceipt(task_id=uuid4(), state="done").model_dump_json())


@pytest.fixture
def office() -> Office:
    return Office()


@pytest.fixture
def center(office: Office) -> CenterClient:
    return CenterClient("http://center", "token", httpx.MockTransport(office.answer))


@pytest.fixture
def pulse(spool: Spool, center: CenterClient) -> Pulse:
    heart = Heart(spool, center, Delivery(spool, center), tuple)
    pulse = Pulse(center, heart, lambda assignments: taken.append(assignments.version), lambda tasks: None, 2.0)
    taken: list[int] = []
    pulse.taken = taken  # type: ignore[attr-defined]
    return pulse


def test_changed_assignments_are_fetched_at_once_and_only_then(pulse: Pulse, office: Office) -> None:
    assert pulse.ask() == 2.0
    assert pulse.ask() == 2.0
    office.version = 7
    pulse.ask()
    assert pulse.taken == [1, 7]  # type: ignore[attr-defined]


def test_what_the_edge_can_watch_for_is_told_once(pulse: Pulse, office: Office) -> None:
    office.down = True
    assert pulse.ask() >= 2.0
    office.down = False
    pulse.ask()
    pulse.ask()
    [told] = office.scenes
    assert {"camera_health", "no_helmet"} <= {scene.id for scene in told.scenes}


def test_an_office_that_does_not_know_the_question_is_left_in_peace(pulse: Pulse, office: Office) -> None:
    office.known = False
    assert pulse.ask() == ASK_OLD_CENTER_AFTER
    office.known = True
    assert pulse.ask() == 2.0


def test_an_office_that_is_gone_is_asked_later_and_later_and_nothing_is_raised(pulse: Pulse, office: Office) -> None:
    office.down = True
    waits = [pulse.ask() for _ in range(12)]
    assert min(waits) >= 2.0
    assert max(waits) > 20


class Rings:
    """The watcher as far as rings go: one for each camera that is watched."""

    def __init__(self, *cameras: str) -> None:
        self.rings = {camera: PacketRing() for camera in cameras}

    def ring(self, camera: str) -> PacketRing:
        return self.rings[camera]


def test_a_task_is_done_once_and_answered_until_the_office_has_it(center: CenterClient, office: Office) -> None:
    office.lost_answers = 1
    runner = TaskRunner(Rings(CAMERA), None, center)  # type: ignore[arg-type]
    task = CameraTask(task_id=uuid4(), camera=CAMERA, kind="still")
    other = CameraTask(task_id=uuid4(), camera="9" * 24, kind="still")
    for _ in range(3):
        runner.offer([task, other])
    answers = [office.results.get(timeout=30) for _ in range(3)]
    runner.stop()
    assert office.results.empty()
    assert [answer.problem for answer in answers] == ["no_picture", "no_picture", "not_watched"]
    assert "no picture has come" in answers[0].message


class Hours:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at = 0.0

    def monotonic(self) -> float:
        return self.at


def test_a_minute_is_kept_for_a_quarter_of_an_hour_and_only_of_few_cameras() -> None:
    names = [f"camera {number}" for number in range(AT_ONCE + 1)]
    watcher, clock = Rings(*names), Hours()
    longer = LongerRings(watcher, clock)  # type: ignore[arg-type]
    longer.keep(names[0])
    assert (watcher.rings[names[0]].seconds, watcher.rings[names[0]].max_bytes) == (SECONDS, BYTES)
    clock.at = FOR - 1
    longer.keep(names[0])
    clock.at = FOR + 1
    longer.advance()
    assert watcher.rings[names[0]].seconds == SECONDS, "it was asked again meanwhile"
    for name in names[1:]:
        longer.keep(name)
    assert [ring.seconds for ring in watcher.rings.values()] == [20.0] + [SECONDS] * AT_ONCE
    clock.at = 3 * FOR
    longer.advance()
    assert {ring.seconds for ring in watcher.rings.values()} == {20.0}
    with pytest.raises(KeyError):
        longer.keep("another")
