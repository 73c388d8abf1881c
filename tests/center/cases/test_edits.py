"""What a case says can be corrected; how far it has come cannot. Every correction is a step."""

from __future__ import annotations

import pytest

from minewarden.center.cases import services
from minewarden.center.cases.errors import CaseError
from minewarden.center.cases.hooks import _hooks, on_moved
from minewarden.center.cases.models import Case, Transition
from tests.center.cases.conftest import Walker, picture


def edit(walker: Walker, case: Case, who: str = "inspector", **new) -> Case:
    version = new.pop("expected_version", case.version)
    return services.edit(case.pk, walker.world.users[who], expected_version=version, **new)


def test_an_edit_is_a_step_and_is_found_by_its_new_words(walker: Walker):
    case = edit(walker, walker.to("rectifying"), title="护罩缺失", reason="笔误")
    step = case.transitions.latest("version")
    assert (step.action, step.from_state, step.to_state, step.reason) == ("edit", "rectifying", "rectifying", "笔误")
    assert step.facts == {"changed": "title"}
    assert "护罩" in Case.objects.get(pk=case.pk).search_text


def test_an_edit_that_changes_nothing_writes_nothing(walker: Walker):
    case = walker.open()
    assert edit(walker, case, title=case.title).version == case.version


def test_who_edits_an_older_version_is_told_and_nothing_is_lost(walker: Walker):
    case = walker.open()
    edit(walker, case, title="先改的")
    with pytest.raises(CaseError) as caught:
        edit(walker, case, title="后改的")
    assert caught.value.code == "changed"
    assert Case.objects.get(pk=case.pk).title == "先改的"


@pytest.mark.parametrize(
    ("new", "code"),
    [({"title": " "}, "title_wanted"), ({"title": "长" * 121}, "title_too_long"), ({"level": "pink"}, "unknown_level")],
)
def test_what_makes_no_sense_is_refused(walker: Walker, new, code):
    with pytest.raises(CaseError) as caught:
        edit(walker, walker.open(), **new)
    assert caught.value.code == code


def test_a_place_of_another_mine_is_refused(walker: Walker):
    with pytest.raises(CaseError) as caught:
        edit(walker, walker.open(), place=walker.world.place_b)
    assert caught.value.code == "wrong_place"


def test_what_is_done_stays_as_it_is_and_a_mine_corrects_nothing(walker: Walker):
    for case, who, code in ((walker.to("closed"), "inspector", "not_now"), (walker.open(), "mine_a", "forbidden")):
        with pytest.raises(CaseError) as caught:
            edit(walker, case, who, title="改")
        assert caught.value.code == code


def test_whoever_wants_to_know_is_told_of_every_step_within_its_transaction(walker: Walker, monkeypatch):
    told: list[str] = []

    def hook(case: Case, step: Transition) -> None:
        told.append(step.action)
        if step.action == "close":
            raise RuntimeError("no")

    monkeypatch.setattr("minewarden.center.cases.hooks._hooks", [*_hooks, hook])
    case = edit(walker, walker.to("accepted"), title="改过")
    with pytest.raises(RuntimeError):
        walker.do(case, "close", "inspector")
    assert told == ["open", "verify", "assign", "start", "hand_in", "accept", "edit", "close"]
    assert Case.objects.get(pk=case.pk).state == "accepted"


def test_a_hook_is_called_once_however_often_it_is_named(monkeypatch):
    hooks: list = []
    monkeypatch.setattr("minewarden.center.cases.hooks._hooks", hooks)
    on_moved(print)
    on_moved(print)
    assert hooks == [print]


def test_pictures_of_how_it_was_found_come_with_the_opening(walker: Walker):
    case = walker.open(proofs=[picture(), picture("red")])
    assert {(proof.slot, proof.transition.action) for proof in case.proofs.all()} == {("found", "open")}
    assert case.proofs.count() == 2
