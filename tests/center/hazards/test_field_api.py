"""What a telephone sends after it was without a network: once or ten times, whole or damaged, its own or another's."""

from __future__ import annotations

import hashlib
import io
import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from minewarden.center.audit.files import record_path
from minewarden.center.audit.verify import verify
from minewarden.center.cases.models import Case, Proof, StoredFile
from tests.center.hazards.conftest import make_clauses
from tests.center.hazards.field import record_of_mine_a
from tests.center.world import World

API = "/api/hazards/field"


def client_of(world: World, name: str = "inspector", **options: Any) -> Client:
    client = Client(**options)
    client.force_login(world.users[name], "django.contrib.auth.backends.ModelBackend")
    return client


def put(client: Client, record_id: UUID, record: dict[str, Any], **headers: str):
    return client.put(f"{API}/records/{record_id}", json.dumps(record), "application/json", headers=headers)


def put_photo(client: Client, record_id: UUID, content: bytes, sha256: str = "", **query: Any):
    sha256 = sha256 or hashlib.sha256(content).hexdigest()
    address = f"{API}/records/{record_id}/photos/{sha256}"
    return client.put(address, content, "image/jpeg", query_params={"name": "现场.jpg", **query})


def photo(colour: str = "gray", exif: str = "Telephone") -> bytes:
    tags = Image.Exif()
    tags[0x010F] = exif
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(stream, "JPEG", exif=tags)
    return stream.getvalue()


def read(answer, status: int = 200) -> dict[str, Any]:
    assert answer.status_code == status, answer.content.decode()
    return json.loads(answer.content)


def on_disk(settings) -> list[str]:
    return sorted(path.name for path in settings.RECORDS_DIR.rglob("*") if path.is_file())


def test_a_record_delivered_three_times_is_one_case_and_is_acknowledged_each_time(world: World):
    client, record_id, record = client_of(world), uuid4(), record_of_mine_a(world)
    answers = [read(put(client, record_id, record)) for _ in range(3)]
    case = Case.objects.get()
    assert answers == [answers[0]] * 3
    assert answers[0] == {
        "id": str(record_id), "number": case.number, "url": f"/cases/{record_id}/", "state": "found", "photos": [],
    }  # fmt: skip
    assert (case.found_by, case.place, case.title) == (world.users["inspector"], world.place_a, "护栏缺失")
    assert read(client.get(f"{API}/records/{record_id}")) == answers[0]


def test_photos_delivered_twice_are_kept_once_byte_for_byte(world: World):
    client, record_id = client_of(world), uuid4()
    read(put(client, record_id, record_of_mine_a(world)))
    shots = [photo("gray"), photo("red")]
    for content in (*shots, *shots):
        answer = read(put_photo(client, record_id, content))
        assert answer == {
            "id": str(record_id), "sha256": hashlib.sha256(content).hexdigest(), "size": len(content),
        }  # fmt: skip
    assert [record_path(proof.file_id).read_bytes() for proof in Proof.objects.order_by("pk")] == shots
    assert Image.open(record_path(Proof.objects.first().file_id)).getexif()[0x010F] == "Telephone"
    assert Proof.objects.first().original_name == "现场.jpg"
    known = read(put(client, record_id, record_of_mine_a(world)))["photos"]
    assert known == [hashlib.sha256(content).hexdigest() for content in shots]
    assert verify().findings == []


def test_a_damaged_photo_is_refused_in_a_word_that_means_send_it_again(world: World, settings):
    client, record_id, whole = client_of(world), uuid4(), photo()
    read(put(client, record_id, record_of_mine_a(world)))
    answer = read(put_photo(client, record_id, whole[:-9], hashlib.sha256(whole).hexdigest()), 422)
    assert answer["error"] == "content_differs"
    assert (on_disk(settings), StoredFile.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("content", "status", "error"),
    [
        (b"<html><script>alert(1)</script></html>", 422, "file_type"),
        (b"%PDF-1.7\n%%EOF\n", 422, "file_type"),
        (b"", 422, "file_empty"),
        (b"\xff\xd8\xff" + b"\0" * 3000, 413, "file_too_large"),
    ],
)
def test_what_is_no_photo_is_refused_and_leaves_nothing(world: World, settings, content, status, error):
    settings.PROOF_MAX_BYTES = 2000
    client, record_id = client_of(world), uuid4()
    read(put(client, record_id, record_of_mine_a(world)))
    answer = read(put_photo(client, record_id, content), status)
    assert (answer["error"], list(answer["fields"])) == (error, ["photos"])
    assert (on_disk(settings), StoredFile.objects.count()) == ([], 0)


def test_a_photo_of_a_record_that_has_not_arrived_is_not_taken(world: World, settings):
    assert read(put_photo(client_of(world), uuid4(), photo()), 404)["error"] == "not_found"
    assert on_disk(settings) == []


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"title": ""}, ["title"]),
        ({"title": "长" * 121}, ["title"]),
        ({"title": "护栏\x00缺失"}, ["title"]),
        ({"mine": ""}, ["mine"]),
        ({"mine": "9" * 40}, ["mine"]),
        ({"place": "nowhere"}, ["place"]),
        ({"found_at": ""}, ["found_at"]),
        ({"found_at": "yesterday"}, ["found_at"]),
        ({"found_at": "2026-02-30T10:00"}, ["found_at"]),
        ({"found_at": "0001-01-01T00:00"}, ["found_at"]),
        ({"found_at": "9999-12-31T23:59"}, ["found_at"]),
        ({"clause_code": "no-such-clause"}, ["clause_code"]),
        ({"grade_parts": {}}, ["gravity"]),
        ({"grade_parts": {"gravity": "huge"}}, ["gravity"]),
        ({"title": "", "found_at": ""}, ["found_at", "title"]),
    ],
)
def test_a_refusal_names_the_fields_and_writes_nothing(world: World, change, fields):
    answer = read(
        put(client_of(world), uuid4(), record_of_mine_a(world, **change)), 403 if "9" * 40 in str(change) else 422
    )
    assert sorted(answer["fields"]) == fields
    assert all(answer["fields"].values())
    assert answer["message"]
    assert Case.objects.count() == 0


def test_a_refusal_speaks_the_users_language(world: World):
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    client, record = client_of(world), record_of_mine_a(world, found_at=tomorrow)
    assert read(put(client, uuid4(), record), 422)["fields"] == {"found_at": "发现时间不能晚于现在。"}
    client.cookies["django_language"] = "en"
    assert "future" in read(put(client, uuid4(), record), 422)["message"]


def test_a_record_larger_than_the_office_reads_is_refused_and_not_a_fault(world: World, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 3000
    record = record_of_mine_a(world, description="长" * 2000)
    assert read(put(client_of(world), uuid4(), record), 413)["error"] == "too_large"


def test_found_at_is_the_clock_on_the_wall_of_the_mine(world: World):
    record_id = uuid4()
    read(put(client_of(world), record_id, record_of_mine_a(world, found_at="2026-01-05T08:30")))
    assert Case.objects.get().found_at.isoformat() == "2026-01-05T00:30:00+00:00"


def test_what_one_user_wrote_is_not_taken_under_another_ones_login(world: World):
    record_id, record = uuid4(), record_of_mine_a(world)
    other = client_of(world, "inspector_2")
    assert read(put(other, record_id, record), 403)["error"] == "another_user"
    assert Case.objects.count() == 0
    read(put(client_of(world), record_id, record))
    refused = put_photo(other, record_id, photo(), owner=world.users["inspector"].pk)
    assert read(refused, 403)["error"] == "another_user"
    assert Proof.objects.count() == 0


def test_a_mine_of_somebody_else_is_refused_and_its_records_are_not_told(world: World):
    stranger, record_id = client_of(world, "inspector_b"), uuid4()
    record = record_of_mine_a(world, owner=world.users["inspector_b"].pk)
    assert read(put(stranger, record_id, record), 403)["error"] == "forbidden"
    read(put(client_of(world), record_id, record_of_mine_a(world)))
    assert read(stranger.get(f"{API}/records/{record_id}"), 404)["error"] == "not_found"
    assert read(put_photo(stranger, record_id, photo()), 404)["error"] == "not_found"


def test_a_place_of_another_mine_is_refused_by_its_field(world: World):
    record = record_of_mine_a(world, place=str(world.place_b.pk))
    assert list(read(put(client_of(world), uuid4(), record), 422)["fields"]) == ["place"]


def test_writes_want_the_token_that_the_session_gives(world: World):
    client, record_id, record = client_of(world, enforce_csrf_checks=True), uuid4(), record_of_mine_a(world)
    assert put(client, record_id, record).status_code == 403
    session = read(client.get(f"{API}/session"))
    assert session["user"] == {"id": record["owner"], "username": "inspector", "name": "监察员甲"}
    read(put(client, record_id, record, **{"X-CSRFToken": session["csrf"]}))
    assert Case.objects.count() == 1


def test_the_reference_holds_what_this_user_may_choose_from_and_no_more(world: World, django_assert_max_num_queries):
    clauses = make_clauses()
    long_gone, lately = clauses["2020-4.1"], clauses["P-3"]
    today = timezone.localdate()
    from minewarden.center.audit.services import act

    with act("tests.end_clauses", None):
        for clause, days in ((long_gone, 90), (lately, 20)):
            clause.valid_to = today - timedelta(days=days)
            clause.save()
    client = client_of(world)
    with django_assert_max_num_queries(12):
        answer = client.get(f"{API}/reference")
    known = read(answer)
    assert known["user_id"] == world.users["inspector"].pk
    assert [(mine["name"], [place["name"] for place in mine["places"]]) for mine in known["mines"]] == [
        (world.mine_a.name, [world.place_a.name])
    ]
    codes = {clause["code"]: clause["valid_to"] for clause in known["clauses"]}
    assert long_gone.code not in codes
    assert codes[lately.code] == lately.valid_to.isoformat()
    assert [part["name"] for part in known["grading"]] == ["gravity", "likelihood", "people", "negligence"]
    assert answer["Cache-Control"] == "no-store"


def test_an_unchanged_reference_is_not_sent_again(world: World):
    client = client_of(world)
    tag = client.get(f"{API}/reference")["ETag"]
    again = client.get(f"{API}/reference", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", tag)
    client.cookies["django_language"] = "en"
    assert client.get(f"{API}/reference", headers={"If-None-Match": tag}).status_code == 200
    other = client_of(world, "inspector_2").get(f"{API}/reference", headers={"If-None-Match": tag})
    assert other.status_code == 200
