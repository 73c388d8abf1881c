"""The clips that are measured: drawn on the spot, so that anybody measures the same ones."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from minewarden.simulate.video.clip import render_clip
from minewarden.simulate.video.look import Look
from minewarden.simulate.video.script import Script, Stay, Visit, Walk
from minewarden.simulate.video.truth import Truth, read_truth, truth_path
from minewarden.vision.sources import parse_address, probe

BARE = Look(helmet=None, jacket="blue", trousers="navy", lamp=False)
CLIPS = ("visited", "quiet")


@dataclass(frozen=True, slots=True)
class ClipSettings:
    """What a clip is like. ``gop`` is in frames; one key frame each two seconds is what cameras are delivered with."""

    size: tuple[int, int] = (1920, 1080)
    fps: int = 25
    gop: int = 50
    bitrate: int = 4_000_000
    seconds: float = 24.0


@dataclass(frozen=True, slots=True)
class Clip:
    """A clip on the disk. ``person_share`` is the share of the time in which somebody is in the picture."""

    name: str
    path: Path
    codec: str
    settings: ClipSettings
    person_share: float

    @property
    def megabits(self) -> float:
        """Mb/s as it came out, which for a still picture is less than was allowed."""
        return self.path.stat().st_size * 8 / self.settings.seconds / 1e6

    def facts(self) -> dict[str, object]:
        """As the result tells them."""
        settings = self.settings
        return {
            "name": self.name,
            "codec": self.codec,
            "width": settings.size[0],
            "height": settings.size[1],
            "fps": settings.fps,
            "gop": settings.gop,
            "seconds": settings.seconds,
            "megabits_per_second": round(self.megabits, 2),
            "person_share": round(self.person_share, 3),
        }


def clip_of(name: str, settings: ClipSettings, folder: Path) -> Clip:
    """The clip of this name, drawn unless it lies in ``folder`` already.

    ``visited``: somebody without a helmet comes, stays and goes. ``quiet``: an empty roadway and its sensor noise.

    Raises:
        KeyError: no clip has this name.
    """
    script = _scripts(settings.seconds)[name]
    width, height = settings.size
    stem = f"{name}-{width}x{height}-{settings.fps}fps-gop{settings.gop}-{settings.bitrate}-{settings.seconds:g}s"
    path = folder / f"{stem}.mp4"
    # The truth is written last: where it lies, the clip is whole.
    if truth_path(path).is_file():
        truth = read_truth(truth_path(path))
    else:
        truth = render_clip(script, path, settings.size, settings.fps, settings.bitrate, settings.gop)
    return Clip(name, path, probe(parse_address(str(path))).codec, settings, _person_share(truth))


def as_h265(clip: Clip) -> Clip:
    """The same pictures in H.265, made by the ffmpeg of this machine.

    Raises:
        subprocess.CalledProcessError: it cannot encode H.265.
    """
    path = clip.path.with_name(clip.path.name.replace(".mp4", "-h265.mp4"))
    if not path.is_file():
        part = path.with_suffix(".part")
        gop, rate = clip.settings.gop, clip.settings.bitrate // 2
        command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(clip.path), "-c:v", "libx265"]
        command += ["-preset", "superfast", "-b:v", str(rate), "-f", "mp4"]
        command += ["-x265-params", f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes=0:open-gop=0:log-level=error"]
        subprocess.run([*command, str(part)], check=True)
        part.replace(path)
    return Clip(f"{clip.name}-h265", path, "hevc", clip.settings, clip.person_share)


def _scripts(seconds: float) -> dict[str, Script]:
    stay = Stay(seconds / 4, heading=2.6)
    visit = Visit(BARE, seconds / 6, "near_out", (Walk("near"), stay, Walk("near_out")))
    return {
        "visited": Script("bench_visited", "rail_roadway", 9, seconds, (visit,), title="RW-09 HAULAGE"),
        "quiet": Script("bench_quiet", "rail_roadway", 9, seconds, title="RW-09 HAULAGE"),
    }


def _person_share(truth: Truth) -> float:
    return sum(run.end - run.start for run in truth.counts if run.persons) / truth.seconds
