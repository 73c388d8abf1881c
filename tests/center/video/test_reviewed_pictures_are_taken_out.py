"""Reviewed pictures as a COCO set: what the verdict says of the boxes, for whom, and read by what trains and scores."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from minewarden.center.audit.models import AuditEvent
from minewarden.center.jobs.models import Job
from minewarden.center.jobs.worker import run_pending
from minewarden.center.video.labelled import Chosen, NothingToExport, export
from minewarden.center.video.models import LabelledExport
from minewarden.cli.main import main
from minewarden.vision.models.labelled import read_labelled
from tests.center.video.deliveries import jpeg
from tests.center.video.reviewed import decided, head
from tests.center.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewed(world: World) -> dict[str, str]:
    """Verdict or reason → event: one of each, all with a picture of 320 × 180."""
    watcher = world.users["video_watch"]
    found = {"confirm": str(decided(world, watcher, "confirm", boxes=head(), picture=jpeg("red")))}
    for number, reason in enumerate(("false_alarm", "allowed", "cannot_tell")):
        boxes = head(0.6 + number / 10)
        found[reason] = str(decided(world, watcher, boxes=boxes, picture=jpeg(f"#1{number}5060"), reason=reason))
    decided(world, watcher, "confirm", boxes=head())  # its picture has not come
    decided(world, watcher, "confirm", boxes=(), picture=jpeg("blue"))
    return found


def unpacked(content: bytes, folder: Path) -> dict[str, Any]:
    with ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(folder)
    return dict(json.loads((folder / "annotations.json").read_text("utf-8")))


def test_boxes_of_confirmed_alarms_are_right_and_those_of_false_alarms_negatives(
    world: World, reviewed: dict[str, str], client: Client, tmp_path: Path
) -> None:
    client.force_login(world.users["operations"])
    asked = client.post(reverse("video:labelled"), {"scene": "no_helmet"})
    assert asked.status_code == 302
    run_pending()
    job = Job.objects.get(kind="video.export_labelled")
    assert (job.state, job.done, job.total) == ("done", 6, 6), job.error
    sent = client.get(job.result["url"])
    content = b"".join(sent.streaming_content)
    made = LabelledExport.objects.get()
    assert (made.pictures, made.boxes, made.sha256) == (3, 2, hashlib.sha256(content).hexdigest())
    document = unpacked(content, tmp_path)
    by_event = {image["event"]: image for image in document["images"]}
    assert set(by_event) == {reviewed["confirm"], reviewed["false_alarm"], reviewed["allowed"]}
    wrong = by_event[reviewed["false_alarm"]]
    assert (wrong["labelled"], wrong["rejected"]) == (["head"], [{"label": "head", "bbox": [128.0, 36.0, 32.0, 27.0]}])
    assert [row["bbox"] for row in document["annotations"]] == [[128.0, 36.0, 32.0, 27.0]] * 2
    assert wrong["id"] not in {row["image_id"] for row in document["annotations"]}
    audited = AuditEvent.objects.get(action="video.export_labelled")
    assert (audited.actor_name, audited.changes["chosen"][1]) == ("operations", {"scene": "no_helmet"})
    assert client.get(reverse("video:labelled")).content.decode().count(made.sha256[:16]) == 1


def test_scoring_and_training_can_read_it(world: World, reviewed: dict[str, str], tmp_path: Path) -> None:
    made = export(world.users["operations"], Chosen())
    path = tmp_path / "records" / made.sha256[:2] / made.sha256[2:4] / made.sha256
    unpacked(path.read_bytes(), tmp_path / "set")
    scored = read_labelled(tmp_path / "set")
    assert (len(scored.pictures), len(scored.boxes), scored.categories) == (3, 2, {1: "head"})
    pytest.importorskip("torch", reason="torch is not installed: only who trains has it")
    from training.pictures import load_folder

    samples = load_folder(tmp_path / "set")
    assert {sample.source for sample in samples} == {"reviewed"}
    assert sorted(len(sample.boxes) for sample in samples) == [0, 1, 1]
    assert {sample.decode().shape for sample in samples} == {(180, 320, 3)}
    assert all(sample.known.tolist() == [False, False, True, False, False, False] for sample in samples)


def test_the_same_choice_makes_the_same_file_and_the_same_job_only_one(world: World, reviewed: dict[str, str]) -> None:
    first, second = (export(world.users["operations"], Chosen()) for _ in range(2))
    assert first.sha256 == second.sha256
    assert export(world.users["operations"], Chosen(), first.pk).pk == first.pk
    assert LabelledExport.objects.count() == 2


def test_nobody_takes_out_what_he_may_not_see(world: World, reviewed: dict[str, str], client: Client) -> None:
    with pytest.raises(NothingToExport):
        export(world.users["inspector_b"], Chosen())
    with pytest.raises(NothingToExport):
        export(world.users["operations"], Chosen(mine=world.mine_b.code))
    client.force_login(world.users["operations"])
    client.post(reverse("video:labelled"), {"since": "2030-01-01"})
    run_pending()
    assert "没有符合条件" in Job.objects.get().error
    wrong = client.post(reverse("video:labelled"), {"since": "2026-02-01", "until": "2026-01-01"})
    assert wrong.status_code == 422


def test_the_command_writes_the_same_zip(
    world: World, reviewed: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The tests' database is made without migrations.
    monkeypatch.setattr("minewarden.center.database.check_prepared", lambda: None)
    out = tmp_path / "reviewed.zip"
    arguments = ["center", "export-labelled", str(out), "--as", "operations"]
    done = CliRunner().invoke(main, [*arguments, "--mine", world.mine_a.code])
    assert done.exit_code == 0, done.output
    assert "3 pictures, 2 boxes" in done.output
    assert hashlib.sha256(out.read_bytes()).hexdigest() == LabelledExport.objects.get().sha256
    refused = CliRunner().invoke(main, [*arguments, "--since", "2030-01-01"])
    assert (refused.exit_code, LabelledExport.objects.count()) == (2, 1)
    assert CliRunner().invoke(main, ["center", "export-labelled", str(out), "--as", "nobody"]).exit_code == 2
