"""Clusters inside a clause: found, named, kept from month to month, and the next day's texts put to them."""

from __future__ import annotations

import random
from collections import Counter

from minewarden.center.problems import clusters
from minewarden.center.problems.clusters import clustered, counted, refreshed, with_known_ids

BELT = ["带式输送机托辊缺失#个", "带式输送机托辊不转#个", "带式输送机下托辊缺失", "@带式输送机托辊卡死"]
DOOR = ["风门闭锁损坏", "@风门闭锁损坏", "风门闭锁绳断了", "联络巷风门闭锁损坏"]
RECORDS = [("1", text) for text in BELT for _ in range(3)] + [("1", text) for text in DOOR for _ in range(2)]


def test_two_faults_under_one_clause_are_two_clusters_with_telling_words() -> None:
    belt, door = clustered(counted(RECORDS))
    assert (set(belt.texts), belt.size) == (set(BELT), 12)
    assert (set(door.texts), door.size) == (set(DOOR), 8)
    assert any("托辊" in word for word in belt.words)
    assert any("闭锁" in word or "风门" in word for word in door.words)
    assert belt.typical in BELT


def test_the_order_of_records_changes_nothing() -> None:
    turned = random.Random(1).sample(RECORDS, len(RECORDS))
    assert clustered(counted(turned)) == clustered(counted(RECORDS))


def test_the_same_text_under_two_clauses_is_in_two_clusters() -> None:
    found = clustered(counted([("1", "风门闭锁损坏"), ("2", "风门闭锁损坏")]))
    assert [one.clause for one in found] == ["1", "2"]
    assert len({one.id for one in found}) == 2


def test_ids_stay_when_a_month_brings_more_of_the_same() -> None:
    before = [*clustered(counted(RECORDS))]
    more = [*RECORDS, *[("1", "回风巷风门闭锁损坏严重")] * 30, *[("1", "灭火器过期")] * 4]
    now = with_known_ids(clustered(counted(more)), before)
    ids = {text: one.id for one in now for text in one.texts}
    assert {ids[text] for text in BELT} == {before[0].id}
    assert {ids[text] for text in DOOR} == {before[1].id}
    assert ids["灭火器过期"] not in {one.id for one in before}


def test_the_next_day_goes_to_the_nearest_cluster_or_waits() -> None:
    known = clustered(counted(RECORDS))
    told = refreshed(known, [("1", BELT[0]), ("1", "带式输送机托辊缺失多"), ("1", "灭火器过期"), ("9", "新")])
    assert told["1", BELT[0]] == told["1", "带式输送机托辊缺失多"] == known[0].id
    assert told["1", "灭火器过期"] is None
    assert told["9", "新"] is None


def test_more_texts_than_are_joined_at_once_still_find_their_cluster(monkeypatch) -> None:
    monkeypatch.setattr(clusters, "LINKED_MOST", 4)
    found = clustered(counted(RECORDS))
    home = {text: one.id for one in found for text in one.texts}
    assert len(home) == 8
    assert Counter(home[text] for text in BELT).most_common(1)[0][1] >= 3
    assert not {home[text] for text in BELT} & {home[text] for text in DOOR}


def test_texts_without_a_word_are_no_trouble() -> None:
    assert sum(one.size for one in clustered(counted([("1", "#"), ("1", "@")]))) == 2
