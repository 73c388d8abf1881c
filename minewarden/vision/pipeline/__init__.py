"""From frames to events: the watch of one camera, of a file, and of many cameras with one detector."""

from __future__ import annotations

from .book import EventBook, Origin
from .camera import CameraWatch, Figures, WatchSettings
from .detector import Knows, OwnDetector, SharedDetector
from .evidence import EvidenceSettings
from .keeping import MemoryStore
from .live import CameraState
from .plan import CameraPlan, plan_of
from .recorded import FileSettings, watch_file
from .records import EventRecord, EventSink, EvidenceFile, utc
from .scene_run import ScenePlan, check_classes
from .watcher import Surroundings, Watcher, WatcherSettings

__all__ = [
    "CameraPlan",
    "CameraState",
    "CameraWatch",
    "EventBook",
    "EventRecord",
    "EventSink",
    "EvidenceFile",
    "EvidenceSettings",
    "Figures",
    "FileSettings",
    "Knows",
    "MemoryStore",
    "Origin",
    "OwnDetector",
    "ScenePlan",
    "SharedDetector",
    "Surroundings",
    "WatchSettings",
    "Watcher",
    "WatcherSettings",
    "check_classes",
    "plan_of",
    "utc",
    "watch_file",
]
