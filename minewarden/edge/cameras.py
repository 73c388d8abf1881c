"""From what the office assigns to what is watched: only what changed is touched."""

from __future__ import annotations

import logging

from minewarden.contract import Assignments, CameraAssignment, CameraConnection, CameraStatus
from minewarden.vision.errors import VisionError
from minewarden.vision.pipeline.live import CameraState
from minewarden.vision.pipeline.plan import plan_of
from minewarden.vision.pipeline.records import utc
from minewarden.vision.pipeline.watcher import Watcher
from minewarden.vision.sources import Mode

log = logging.getLogger(__name__)


class AssignedCameras:
    """Brings a watcher to the assigned state. ``faults`` holds the cameras that cannot be watched as assigned, with
    the reason in words: they are reported, and never pass for watched."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher = watcher
        self._wanted: dict[str, CameraAssignment] = {}
        self.faults: dict[str, str] = {}

    def take(self, assignments: Assignments) -> None:
        """Watch these cameras and no others."""
        wanted = {assignment.camera: assignment for assignment in assignments.cameras}
        for camera in set(self._wanted) - set(wanted):
            self._watcher.remove(camera)
            self.faults.pop(camera, None)
        for camera, assignment in wanted.items():
            if self._wanted.get(camera) != assignment:
                self._begin(assignment)
        self._wanted = wanted

    def _begin(self, assignment: CameraAssignment) -> None:
        camera = assignment.camera
        self.faults.pop(camera, None)
        try:
            plan = plan_of(assignment)
            if camera in self._watcher.cameras():
                self._watcher.reconfigure(plan)
            else:
                self._watcher.add(plan)
        except VisionError as error:
            # Settings that cannot be obeyed end the old watch too: it would raise events under settings of yesterday.
            self._watcher.remove(camera, "its new settings cannot be obeyed")
            self.faults[camera] = str(error)
            log.error("camera %s cannot be watched: %s", camera, error)

    def statuses(self, now: float) -> list[CameraStatus]:
        """Every assigned camera for the heartbeat; one that cannot be watched is offline."""
        states = {state.camera: status_of(state) for state in self._watcher.states()}
        for camera in self.faults:
            version = self._wanted[camera].settings_version if camera in self._wanted else 0
            states[camera] = CameraStatus(
                camera=camera, connection=CameraConnection.OFFLINE, since=utc(now), settings_version=version
            )
        return list(states.values())

    def problems(self) -> list[str]:
        """The cameras that cannot be watched, in words."""
        return [f"camera {camera}: {reason}" for camera, reason in sorted(self.faults.items())]


def status_of(state: CameraState) -> CameraStatus:
    """A camera's state as the contract has it."""
    return CameraStatus(
        camera=state.camera,
        connection=state.connection,
        since=utc(state.since),
        last_frame_at=None if state.last_frame_at is None else utc(state.last_frame_at),
        mode="patrol" if state.mode is Mode.PATROL else "watch",  # a burst is a moment of close watch
        faults=state.faults,
        frames_decoded=state.frames_decoded,
        frames_analysed=state.frames_analysed,
        frames_not_analysed=state.frames_not_analysed,
        reconnects=state.reconnects,
        settings_version=state.settings_version,
    )
