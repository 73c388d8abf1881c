"""Proof as it comes from the world: too large, of a wrong type, damaged, with a hostile name."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from minewarden.center.audit.files import record_path
from minewarden.center.audit.verify import verify
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.models import Proof, StoredFile
from minewarden.center.cases.services import steps
from tests.center.cases.conftest import Walker, picture


@pytest.fixture
def case(walker: Walker):
    return walker.to("rectifying")


def on_disk(settings) -> list[str]:
    return sorted(path.name for path in settings.RECORDS_DIR.rglob("*") if path.is_file())


def png_bomb() -> bytes:
    """A PNG of a few kilobytes that says it has 40,000 × 40,000 pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def half_a_jpeg() -> bytes:
    stream = io.BytesIO()
    Image.effect_noise((640, 480), 60).save(stream, "JPEG")
    return stream.getvalue()[: len(stream.getvalue()) // 2]


def gif() -> bytes:
    stream = io.BytesIO()
    Image.new("P", (8, 8)).save(stream, "GIF")
    return stream.getvalue()


HOSTILE = {
    "page.jpg": b"<html><script>alert(1)</script></html>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "program.png": b"MZ" + b"\0" * 4000,
    "script.pdf": b"#!/bin/sh\nrm -rf /\n%PDF-1.7",
    "moving.gif": gif(),
    "renamed.jpg": gif(),
    "half.jpg": half_a_jpeg(),
    "bomb.png": png_bomb(),
    "magic-only.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 100,
    "archive.webp": b"RIFF\x00\x00\x00\x00WEBP" + b"\0" * 50,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_proof_is_refused_and_leaves_nothing(walker: Walker, case, settings, name):
    before = on_disk(settings)
    with pytest.raises(CaseError) as caught:
        walker.do(case, "hand_in", "mine_a", reason="好", proofs=[picture(), SimpleUploadedFile(name, HOSTILE[name])])
    assert caught.value.code == "file_type"
    assert name in caught.value.message
    assert (caught.value.field, Proof.objects.count(), on_disk(settings)) == ("proofs", 0, before)
    case.refresh_from_db()
    assert case.state == "rectifying"


def test_too_large_empty_or_too_many_files_are_refused_and_leave_nothing(walker: Walker, case, settings):
    settings.PROOF_MAX_BYTES = 2000
    for proofs, code in (
        ([SimpleUploadedFile("big.jpg", picture().read() + b"\0" * 2000)], "file_too_large"),
        ([SimpleUploadedFile("empty.jpg", b"")], "file_empty"),
        ([picture() for _ in range(10)], "too_many_files"),
    ):
        with pytest.raises(CaseError) as caught:
            walker.do(case, "hand_in", "mine_a", reason="好", proofs=proofs)
        assert caught.value.code == code
    assert (on_disk(settings), StoredFile.objects.count()) == ([], 0)


def test_the_limit_is_twenty_megabytes(settings):
    assert settings.PROOF_MAX_BYTES == 20 * 1024 * 1024


@pytest.mark.parametrize(
    ("upload", "media_type"),
    [
        (picture(form="JPEG", name="a.png"), "image/jpeg"),
        (picture(form="PNG", name="a.jpg"), "image/png"),
        (picture(form="WEBP", name="a.bin"), "image/webp"),
        (SimpleUploadedFile("报告.pdf", b"%PDF-1.7\n%%EOF\n"), "application/pdf"),
    ],
)
def test_the_type_is_what_the_bytes_say_and_the_original_is_kept(walker: Walker, case, upload, media_type):
    walker.do(case, "hand_in", "mine_a", reason="好", proofs=[upload])
    upload.seek(0)
    proof = Proof.objects.get()
    assert (proof.file.media_type, proof.original_name) == (media_type, upload.name)
    path = record_path(proof.file_id)
    assert path.read_bytes() == upload.read()
    assert path.stat().st_mode & 0o777 == 0o440


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\photos\\现场 1.jpg", "现场_1.jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie_x1.jpg"),
        ('"><script>.jpg', "script.jpg"),
        ("长" * 300 + ".jpg", "长" * 196 + ".jpg"),
        ("...", "file"),
    ],
)
def test_a_hostile_name_is_only_shown_in_a_harmless_form(walker: Walker, case, name, kept):
    upload = picture()
    upload._name = name  # Django's own form handling would already have cut the path off
    walker.do(case, "hand_in", "mine_a", reason="好", proofs=[upload])
    assert Proof.objects.get().original_name == kept


def test_the_same_file_is_kept_once_and_proves_twice(walker: Walker, case, settings):
    walker.do(case, "hand_in", "mine_a", reason="好", proofs=[picture(), picture()])
    assert (Proof.objects.count(), StoredFile.objects.count(), len(on_disk(settings))) == (2, 1, 1)
    assert verify().findings == []


def test_a_failure_after_the_file_was_kept_takes_it_away_again(walker: Walker, case, settings, monkeypatch):
    kept = steps.keep
    seen = []

    def fail_at_the_second(path, sha256):
        if seen:
            raise OSError(28, "No space left on device")
        seen.append(sha256)
        return kept(path, sha256)

    monkeypatch.setattr(steps, "keep", fail_at_the_second)
    with pytest.raises(OSError, match="No space left"):
        walker.do(case, "hand_in", "mine_a", reason="好", proofs=[picture(), picture("red")])
    assert (on_disk(settings), StoredFile.objects.count(), Proof.objects.count()) == ([], 0, 0)
    assert verify().holds
    monkeypatch.undo()
    case.refresh_from_db()
    assert walker.do(case, "hand_in", "mine_a", reason="好", proofs=[picture(), picture("red")]).state == "handed_in"
