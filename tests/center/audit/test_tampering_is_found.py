"""Whatever is changed behind the program's back, the verifier names it."""

from __future__ import annotations

import copy
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from minewarden.center.audit import canonical, services
from minewarden.center.audit import models as audit_models
from minewarden.center.audit.action import current_action
from minewarden.center.audit.canonical import columns
from minewarden.center.audit.files import file_sources, record_path
from minewarden.center.audit.models import AuditedModel, AuditEvent, AuditHead, AuditShape
from minewarden.center.audit.services import GENESIS, act, event_hash
from minewarden.center.audit.verify import Report, kept_files, rows, verify
from minewarden.center.audit.verify.chain import check_chain
from minewarden.center.audit.verify.kept_files import PREFIXES
from minewarden.center.audit.verify.rows import audited_models, check_rows
from minewarden.center.cases.models import Case, StoredFile
from minewarden.center.video.models import Evidence
from tests.center.audit.populated import populate
from tests.center.audit.tampering import delete_row, insert_copy, other, set_column, sql, undone
from tests.center.standing import QUICK_HASHERS
from tests.center.world import World, make_world

MODELS = audited_models()
pytestmark = pytest.mark.own_rows


@pytest.fixture(scope="module")
def once(django_db_setup, django_db_blocker, tmp_path_factory) -> Iterator[tuple[World, Path]]:
    """The filled office with the folder of its files, made once and taken back after this file: it takes a second."""
    records, models = tmp_path_factory.mktemp("records"), tmp_path_factory.mktemp("suggestion")
    office = transaction.atomic()
    office._from_testcase = True  # as Django marks its own tests' transactions: what must be durable may run in it
    quick = override_settings(RECORDS_DIR=records, SUGGESTION_DIR=models, PASSWORD_HASHERS=QUICK_HASHERS)
    with django_db_blocker.unblock(), quick, office:
        world = make_world()
        populate(world)
        yield world, records
        transaction.set_rollback(True)


@pytest.fixture
def office(once, db, settings) -> World:
    world, records = once
    shutil.copytree(records, settings.RECORDS_DIR)
    return copy.deepcopy(world)


def database_findings() -> set[tuple[str, str]]:
    """(name, problem) of chain and rows; without the files, which are many look-ups."""
    report = Report()
    check_rows(report, check_chain(report, nothing_said), nothing_said)
    return {(finding.name, finding.problem) for finding in report.findings}


def all_findings(expected_head: str = "") -> set[tuple[str, str]]:
    return {(finding.name, finding.problem) for finding in verify(expected_head=expected_head).findings}


def one_row(model: type[AuditedModel]) -> AuditedModel:
    instance = model._base_manager.order_by("pk").last()
    assert instance is not None, f"populate() makes no row of {model.__name__}: add one, so that it is tested"
    return instance


def test_an_office_that_nobody_touched_holds(office):
    report = verify()
    assert report.findings == []
    assert report.events == AuditEvent.objects.count()
    assert report.rows == sum(model._base_manager.count() for model in MODELS)
    kept = {file.sha256 for prefix in PREFIXES for source in file_sources() for file in source(prefix)}
    assert report.files == len(kept) >= StoredFile.objects.count() + Evidence.objects.count()
    assert report.head_hash == AuditHead.objects.get().hash


def nothing_said(what: str, count: int) -> None:
    """No progress is shown."""


def findings_of(
    model: type[AuditedModel], shapes: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> set[tuple[str, str]]:
    """The same, of the rows of one table: hundreds of attempts must not read chain and all tables each time."""
    report = Report()
    with monkeypatch.context() as patched:
        patched.setattr(rows, "audited_models", lambda: [model])
        check_rows(report, shapes, nothing_said)
    return {(finding.name, finding.problem) for finding in report.findings}


# One office serves the attempts on all tables: to fill one takes longer than all attempts on a table.
def test_a_change_of_any_one_column_is_found(office, monkeypatch):
    shapes = check_chain(Report(), nothing_said)
    for model in MODELS:
        instance = one_row(model)
        name = f"{model._meta.label_lower} {instance.pk}"
        for field in model._meta.concrete_fields:
            with undone():
                if not was_set(instance, field):
                    continue  # a constraint of the table refuses even who has the password
                wanted = "row_deleted" if field.primary_key else "row_changed"
                assert (name, wanted) in findings_of(model, shapes, monkeypatch), f"{name} {field.column}"
    assert database_findings() == set()


def was_set(instance, field) -> bool:
    """Give the column another value, if the database lets it stand."""
    try:
        with transaction.atomic():
            set_column(instance, field, other(field, getattr(instance, field.attname)))
    except IntegrityError:
        return False
    return True


def test_a_deleted_row_is_found(office, monkeypatch):
    shapes = check_chain(Report(), nothing_said)
    for model in MODELS:
        instance = one_row(model)
        with undone():
            delete_row(instance)
            wanted = (f"{model._meta.label_lower} {instance.pk}", "row_deleted")
            assert wanted in findings_of(model, shapes, monkeypatch), model
    assert database_findings() == set()


def test_a_row_put_in_by_hand_is_found(office):
    """One in every table, and just these are found: no look at the whole for each table, which takes a while."""
    added = set()
    with undone():
        for model in MODELS:
            known = {str(key) for key in model._base_manager.values_list("pk", flat=True)}
            insert_copy(one_row(model))
            (key,) = {str(key) for key in model._base_manager.values_list("pk", flat=True)} - known
            added.add((f"{model._meta.label_lower} {key}", "row_not_vouched"))
        assert database_findings() == added


def test_many_files_are_checked_as_few_are(office, monkeypatch):
    at_once = verify()
    monkeypatch.setattr(kept_files, "FEW", 0)
    in_parts = verify()
    assert (in_parts.findings, in_parts.files) == (at_once.findings, at_once.files)
    assert at_once.files > 0


@pytest.mark.one_database  # the chain is hashed by the program, whatever keeps it
@pytest.mark.parametrize("column", [field.attname for field in AuditEvent._meta.concrete_fields])
def test_a_changed_audit_event_is_found(office, column):
    for event in (AuditEvent.objects.first(), AuditEvent.objects.order_by("sequence")[5], AuditEvent.objects.last()):
        with undone():
            field = AuditEvent._meta.get_field(column)
            set_column(event, field, other(field, getattr(event, column)))
            assert {"event_changed", "events_missing", "link_broken"} & {problem for _, problem in all_findings()}


def test_two_swapped_events_are_found(office):
    first, second = AuditEvent.objects.order_by("sequence")[3:5]
    with undone():
        sql('UPDATE "audit_auditevent" SET "sequence" = -1 WHERE "sequence" = %s', first.sequence)
        sql('UPDATE "audit_auditevent" SET "sequence" = %s WHERE "sequence" = %s', first.sequence, second.sequence)
        sql('UPDATE "audit_auditevent" SET "sequence" = %s WHERE "sequence" = -1', second.sequence)
        found = database_findings()
        assert {(str(first.sequence), "event_changed"), (str(second.sequence), "event_changed")} <= found


def test_a_missing_event_in_the_middle_is_found(office):
    with undone():
        sql('DELETE FROM "audit_auditevent" WHERE "sequence" = 4')
        assert ("4…4", "events_missing") in database_findings()


def test_a_tail_cut_off_together_with_its_head_is_found_by_the_rows(office):
    newest = Case.objects.order_by("pk").last()
    with act("test.later", None):
        newest.title = "改过的标题"
        newest.save()
    with undone():
        last, before = AuditEvent.objects.order_by("-sequence")[:2]
        delete_row(last)
        sql('UPDATE "audit_audithead" SET "sequence" = %s, "hash" = %s', before.sequence, before.hash)
        assert database_findings() == {(f"cases.case {newest.pk}", "row_changed")}


def test_a_tail_cut_off_with_its_rows_put_back_is_found_by_a_head_written_down_elsewhere(office):
    head = AuditHead.objects.get().hash
    newest = Case.objects.order_by("pk").last()
    title = newest.title
    with act("test.later", None):
        newest.title = "改过的标题"
        newest.save()
    later = AuditHead.objects.get().hash
    assert all_findings(expected_head=head) == set()
    with undone():
        last, before = AuditEvent.objects.order_by("-sequence")[:2]
        delete_row(last)
        sql('UPDATE "audit_audithead" SET "sequence" = %s, "hash" = %s', before.sequence, before.hash)
        set_column(newest, Case._meta.get_field("title"), title)
        assert all_findings() == set()  # nothing inside the database can tell any more
        assert all_findings(expected_head=later) == {(later, "expected_head_missing")}


def test_a_rewritten_chain_is_found_by_a_head_written_down_elsewhere(office):
    head = AuditHead.objects.get()
    with undone():
        previous = GENESIS
        for event in AuditEvent.objects.order_by("sequence"):
            event.reason = event.reason + "!"
            event.previous_hash = previous
            previous = event.hash = event_hash(event)
            event.save()
        AuditHead.objects.update(hash=previous)
        assert all_findings() == set()
        assert all_findings(expected_head=head.hash) == {(head.hash, "expected_head_missing")}


def test_a_lost_or_changed_head_or_shape_is_found(office):
    with undone():
        AuditHead.objects.all().delete()
        assert database_findings() == {("head", "head_missing")}
    with undone():
        AuditHead.objects.update(sequence=1)
        assert database_findings() == {("head", "head_differs")}
    with undone():
        shape = AuditShape.objects.get(object_type="cases.case")
        AuditShape.objects.filter(pk=shape.pk).update(columns=["id"])
        assert (f"shape {shape.pk}", "shape_changed") in database_findings()
        # a row whose newest event has no trustworthy list of columns is not called good


def test_a_column_added_by_a_later_release_breaks_no_older_hash(office, monkeypatch):
    newest = AuditEvent.objects.filter(object_type="cases.case").last()
    shape = AuditShape.objects.get(pk=newest.shape)
    assert "search_text" in shape.columns
    # As if "search_text" had come with this release: older rows were hashed without it, and are counted.
    with undone():
        with monkeypatch.context() as older, act("test.older_release", None):
            for module in (canonical, services, audit_models):
                older.setattr(module, "columns", lambda model: [*set(columns(model)) - {"search_text"}])
            case = Case.objects.get(pk=newest.object_id)
            case.title = "旧版写的"
            case.save()
            services._append(current_action())
            current_action().noted.clear()
        report = verify()
        assert (report.findings, report.older_shape) == ([], 1)
        set_column(case, Case._meta.get_field("title"), "又改了")
        assert database_findings() == {(f"cases.case {case.pk}", "row_changed")}


def test_a_link_of_djangos_own_groups_is_found(office):
    with undone():
        sql("INSERT INTO auth_group (name) VALUES ('power')")
        sql(
            "INSERT INTO registry_user_groups (user_id, group_id) VALUES (%s, (SELECT max(id) FROM auth_group))",
            office.users["mine_a"].pk,
        )
        assert {problem for _, problem in database_findings()} == {"row_not_vouched"}


def test_an_unreadable_value_is_named_and_stops_nothing(office):
    case = Case.objects.order_by("pk").last()
    from django.db import connection

    if connection.vendor != "sqlite":
        pytest.skip("only SQLite lets a column hold a value of another type")
    with undone():
        sql('UPDATE "cases_case" SET "found_at" = %s WHERE "id" = %s', "2026-13-45 99:99:99", case.pk.hex)
        assert (f"cases.case {case.pk}", "row_unreadable") in database_findings()
    with undone():
        sql('UPDATE "cases_case" SET "id" = %s WHERE "id" = %s', "no key at all", case.pk.hex)
        found = database_findings()
        assert {("cases.case no key at all", "row_unreadable"), (f"cases.case {case.pk}", "row_deleted")} <= found


@pytest.mark.parametrize("model", [StoredFile, Evidence])
def test_a_changed_or_missing_file_is_found(office, model):
    sha256 = model.objects.order_by("pk").last().sha256
    path = record_path(sha256)
    content = path.read_bytes()
    assert path.stat().st_mode & 0o222 == 0, "a kept file is read-only"
    path.chmod(0o640)
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert all_findings() == {(sha256, "file_changed")}
    path.unlink()
    assert all_findings() == {(sha256, "file_missing")}
    elsewhere = path.parent.parent.parent / "incoming" / "copy"
    elsewhere.write_bytes(content)
    path.symlink_to(elsewhere)
    assert (sha256, "file_missing") in all_findings()
    path.unlink()
    path.write_bytes(content)
    assert all_findings() == set()


def test_a_file_put_in_by_hand_is_found_and_a_crash_left_one_is_only_counted(office, settings):
    stranger = settings.RECORDS_DIR / "ab" / "cd" / "note.txt"
    stranger.parent.mkdir(parents=True, exist_ok=True)
    stranger.write_text("x")
    (settings.RECORDS_DIR / "readme").write_text("x")
    wrong = record_path("ab" * 32)
    wrong.parent.mkdir(parents=True, exist_ok=True)
    wrong.write_text("not what its name says")
    assert all_findings() == {
        ("ab/cd/note.txt", "file_extra"),
        ("readme", "file_extra"),
        (str(wrong.relative_to(settings.RECORDS_DIR)), "file_extra"),
    }
    for path in (stranger, settings.RECORDS_DIR / "readme", wrong):
        path.unlink()
    left = record_path("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_text("test")
    report = verify()
    assert (report.findings, report.leftovers) == ([], 1)


def test_a_change_through_the_program_is_no_finding(office):
    case = Case.objects.order_by("pk").last()
    with act("test.change", office.users["inspector"], "说明"):
        case.description = "新的说明"
        case.save()
    event = AuditEvent.objects.last()
    assert event.changes["description"][1] == "新的说明"
    assert (event.actor_name, event.reason) == ("inspector", "说明")
    assert json.loads(json.dumps(event.changes)) == event.changes
    assert database_findings() == set()


def fails_half_way(case: Case) -> None:
    with act("test.part", None):
        again = Case.objects.get(pk=case.pk)
        again.title = "里层"
        again.save()
        StoredFile.objects.create(sha256="0" * 64, size=1, media_type="image/png", stored_at=case.found_at)
        raise RuntimeError("half way")


def test_a_failed_part_of_an_action_leaves_neither_row_nor_event(office):
    case = Case.objects.order_by("pk").last()
    before = AuditEvent.objects.count()
    with act("test.whole", None), transaction.atomic():
        case.title = "外层"
        case.save()
        with pytest.raises(RuntimeError, match="half way"):
            fails_half_way(case)
    assert AuditEvent.objects.count() == before + 1
    assert Case.objects.get(pk=case.pk).title == "外层"
    assert database_findings() == set()
