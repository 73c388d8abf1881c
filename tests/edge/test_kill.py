"""Edge and office are killed at random moments while events are made: all arrive, none twice, every clip opens."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import av
import httpx
import numpy as np
import pytest

from minewarden.edge.center_client import CenterClient
from minewarden.edge.delivery import Delivery
from minewarden.edge.recovery import recover_spool
from minewarden.edge.spool import Spool
from minewarden.vision.pipeline.evidence import EvidenceSettings
from tests.prepared import prepare_home
from tests.rtsp.serving import free_port

HERE = Path(__file__).parent
REPOSITORY = HERE.parent.parent
PATIENCE = 120.0


def write_blinking_clip(path: Path) -> None:
    """Six seconds, ten pictures a second: structured grain, black for two seconds in the middle."""
    chance = np.random.default_rng(3)
    grain = np.kron(chance.integers(30, 220, (18, 24), np.uint8), np.ones((8, 8), np.uint8))
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=10, options={"g": "5", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 192, 144, "yuv420p"
        for number in range(60):
            bright = np.clip(grain.astype(np.int16) + chance.integers(-6, 6, grain.shape), 0, 255).astype(np.uint8)
            luma = np.zeros_like(grain) if 20 <= number < 40 else bright
            picture = av.VideoFrame.from_ndarray(np.repeat(luma[:, :, None], 3, axis=2), format="rgb24")
            output.mux(stream.encode(picture))
        output.mux(stream.encode(None))


class Processes:
    """The office and the edge as processes of their own, that can be killed and started again."""

    def __init__(self, folder: Path, prepared_database: Path) -> None:
        self.folder = folder
        self.home = prepare_home(prepared_database, folder / "office")
        self.spool = folder / "spool"
        self.journal = folder / "journal"
        self.port = free_port()
        self.environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "minewarden.center.settings",
            "MINEWARDEN_HOME": str(self.home),
            "EDGE_JOURNAL": str(self.journal),
            "PYTHONPATH": str(REPOSITORY),
        }
        self.environment.pop("DATABASE_URL", None)
        clip = folder / "blinking.mp4"
        write_blinking_clip(clip)
        self._python([str(HERE / "kill_office.py"), str(clip), str(folder / "token")]).wait(PATIENCE)
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def _python(self, arguments: list[str], log: str = "setup") -> subprocess.Popen[bytes]:
        with (self.folder / f"{log}.log").open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *arguments],
                env=self.environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def start(self, name: str) -> None:
        office = ["-m", "minewarden", "center", "serve", "--bind", f"127.0.0.1:{self.port}"]
        edge = [str(HERE / "journalled_edge.py"), "edge", "run", "--center", f"http://127.0.0.1:{self.port}"]
        edge += [
            "--token-file",
            str(self.folder / "token"),
            "--spool",
            str(self.spool),
            "--heartbeat",
            "1",
            "--model",
            "none",
        ]
        self.running[name] = self._python(office if name == "office" else edge, name)

    def kill(self, name: str) -> None:
        """SIGKILL for the whole process group: nobody gets to clean up."""
        os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running[name].wait()

    def serving(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}/login/", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def journalled(self) -> list[UUID]:
        return [UUID(line) for line in self.journal.read_text().split()] if self.journal.exists() else []

    def logs(self) -> str:
        return "\n".join((self.folder / f"{name}.log").read_text()[-3000:] for name in ("office", "edge"))


def until(condition: Callable[[], bool], says: str, processes: Processes) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"{says} within {PATIENCE} s\n{processes.logs()}"
        time.sleep(0.2)


@pytest.fixture
def processes(tmp_path: Path, prepared_database: Path) -> Iterator[Processes]:
    processes = Processes(tmp_path, prepared_database)
    yield processes
    for name in processes.running:
        if processes.running[name].poll() is None:
            processes.kill(name)


def kill_at_random(processes: Processes, kills: int, chance: random.Random) -> None:
    """Kill one of the two again and again; after each kill of the edge at least one more event must be made."""
    for name in ("office", "edge"):
        processes.start(name)
    until(lambda: len(processes.journalled()) >= 4, "the first events are made", processes)
    for _ in range(kills):
        name = chance.choice(["office", "edge"])
        made = len(processes.journalled())
        processes.kill(name)
        processes.start(name)
        if name == "edge":
            until(lambda made=made: len(processes.journalled()) > made, "the edge makes events again", processes)
        time.sleep(chance.uniform(0, 1.5))


def check_all_arrived(processes: Processes) -> None:
    """Kill the edge for the last time, deliver the rest, and hold the office's records against the journal."""
    until(processes.serving, "the office serves", processes)
    processes.kill("edge")
    made = processes.journalled()
    deliver_rest(processes)
    processes.kill("office")
    with sqlite3.connect(processes.home / "minewarden.sqlite3") as database:
        arrived = [UUID(row[0]) for row in database.execute("SELECT id FROM video_event")]
        unfinished = database.execute("SELECT count(*) FROM video_event WHERE ended_at IS NULL").fetchone()[0]
        evidence = database.execute("SELECT event_id, kind, sha256, complete_at FROM video_evidence").fetchall()
        details = dict(database.execute("SELECT id, detail FROM video_event").fetchall())
    assert set(made) <= set(arrived), "every event whose spooling returned is at the office"
    assert len(arrived) == len(set(arrived))
    assert unfinished == 0, "no event stays open for ever"
    assert max(Counter((event, kind) for event, kind, *_ in evidence).values()) == 1, "no evidence comes twice"
    assert all(complete for *_, complete in evidence), "announced evidence is complete"
    check_clips(processes, evidence, details)


def check_clips(processes: Processes, evidence: list[tuple[str, str, str, str]], details: dict[str, str]) -> None:
    """Every clip opens and plays; an event without one says why, and such are rare."""
    with_clip = {event for event, kind, *_ in evidence if kind == "clip"}
    for event in set(details) - with_clip:
        assert "no_clip" in json.loads(details[event]), f"event {event} has neither a clip nor a reason"
    assert len(with_clip) >= 0.8 * len(details), "clips survive kills"
    for _, kind, sha256, _ in evidence:
        (path,) = processes.home.glob(f"records/**/{sha256}")
        if kind == "clip":
            with av.open(str(path)) as clip:
                assert next(clip.decode(video=0)) is not None


def deliver_rest(processes: Processes) -> None:
    """Pay the debt with the edge's own recovery and delivery, while no camera makes new events."""
    spool = Spool(processes.spool)
    recover_spool(spool, EvidenceSettings(spool.evidence_folder))
    center = CenterClient(f"http://127.0.0.1:{processes.port}", (processes.folder / "token").read_text())
    delivery = Delivery(spool, center)
    deadline = time.monotonic() + PATIENCE
    while spool.waiting() != (0, 0):
        assert time.monotonic() < deadline, f"still owed: {spool.waiting()}"
        delivery.deliver_round()
    assert (spool.refused(), spool.lost_evidence()) == (0, 0)
    spool.close()
    center.close()


@pytest.mark.timeout(600)
def test_five_kills_lose_and_double_nothing(processes: Processes):
    kill_at_random(processes, 5, random.Random(20261123))
    check_all_arrived(processes)


@pytest.mark.soak
@pytest.mark.timeout(4 * 3600)
def test_two_hundred_kills_lose_and_double_nothing(processes: Processes):
    kill_at_random(processes, 200, random.Random())
    check_all_arrived(processes)
