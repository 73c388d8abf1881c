"""Settings and figures of a camera's reader."""

from __future__ import annotations

from dataclasses import dataclass, field

from minewarden.contract import CameraConnection

from .decode import Mode
from .dial import BackOffSettings
from .line import Blind
from .opening import OpenSettings, StreamInfo


@dataclass(frozen=True, slots=True)
class ReaderSettings:
    """How one camera is read. Times are seconds.

    ``watch_fps``: most pictures a second passed on in WATCH (0: all). ``patrol_fps``: most key frames a second decoded
    on PATROL, for streams in which every frame is one (MJPEG).
    ``first_frame``: a picture must be decoded so soon after a dial. ``stall``: longest time without a decoded picture
    while all are decoded; on PATROL it is stretched to the camera's own key frame interval. ``longest_gop``: how long
    a key frame is waited for while other packets come. ``offline_after``: a loss shorter than this is no outage.
    ``ring_seconds`` and ``ring_bytes`` bound what is kept for clips.
    """

    mode: Mode = Mode.PATROL
    watch_fps: float = 5.0
    patrol_fps: float = 1.0
    first_frame: float = 20.0
    stall: float = 10.0
    longest_gop: float = 60.0
    offline_after: float = 5.0
    ring_seconds: float = 20.0
    ring_bytes: int = 32 << 20
    opening: OpenSettings = field(default_factory=OpenSettings)
    back_off: BackOffSettings = field(default_factory=BackOffSettings)


@dataclass(slots=True)
class Counts:
    """Figures of a reader since its start.

    ``decoded`` pictures came out of the decoder, ``passed`` of them were put where the consumer takes them, ``dropped``
    of those were overwritten before anybody took them. ``corrupt`` pictures the decoder itself calls damaged (H.264
    hides most losses: see ``Loss``); ``errors`` are packets that it refused. ``connections`` counts successful dials,
    ``dials`` all of them.
    """

    packets: int = 0
    bytes: int = 0
    key_packets: int = 0
    decoded: int = 0
    passed: int = 0
    dropped: int = 0
    corrupt: int = 0
    errors: int = 0
    dials: int = 0
    connections: int = 0

    @property
    def reconnects(self) -> int:
        return max(0, self.connections - 1)


@dataclass(frozen=True, slots=True)
class Loss:
    """What of the last seconds' packets became pictures: H.265 leaves pictures out, H.264 hides damage.

    ``fed`` packets went to the decoder, ``decoded`` pictures came out, ``errors`` packets were refused, ``corrupt``
    pictures were called damaged. A scene may hold back its findings while ``doubtful``.
    """

    fed: int = 0
    decoded: int = 0
    errors: int = 0
    corrupt: int = 0

    @property
    def doubtful(self) -> bool:
        """Whether more than a twentieth of what came was damaged or lost."""
        damaged = max(self.errors + self.corrupt, self.fed - self.decoded)
        # Fewer than twenty packets say nothing: a decoder that reorders holds back up to sixteen pictures.
        return self.fed >= 40 and damaged > max(16, self.fed * 0.05)

    @property
    def ratio(self) -> float | None:
        """Pictures out for each packet in, None while nothing was fed."""
        return self.decoded / self.fed if self.fed else None


@dataclass(frozen=True, slots=True)
class ReaderStatus:
    """One camera's reader at one moment. Times are Unix seconds (UTC); ``address`` shows no password."""

    camera: str
    address: str
    connection: CameraConnection
    since: float
    reason: str
    mode: Mode
    last_frame_at: float | None
    info: StreamInfo | None
    key_interval: float | None
    counts: Counts
    loss: Loss
    blind: tuple[Blind, ...]
    ended: bool
