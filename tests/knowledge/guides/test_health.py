from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.encoding.encoder import Encoder
from knowledge.guides import health
from knowledge.index.snapshot import Snapshot
from tests.knowledge.passages import passage, written


def guide(name: str, text: str, **fields: str):
    fields = {"title": name, "source": f"/guides/{name}.md"} | fields
    return passage(text, id=name, **fields)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Snapshot:
    made = [
        guide("pilot", "A pilot of the assistant lasts six weeks, with 20 people in it."),
        guide("rollout", "A pilot of the assistant lasts six weeks, with 25 people in it."),
        guide("copy", "The sponsor asks about the results of the pilot every month."),
        guide("again", "The sponsor asks about the results of the pilot every month."),
        guide(
            "secret", "A pilot of the assistant lasts six weeks, with 90 people.", audience="admins"
        ),
        guide("cats", "Cats sleep all day and hunt at night near the old harbour."),
    ]
    return written(tmp_path_factory.mktemp("snapshots"), encoder, made)


def test_guides_that_differ_in_a_figure_come_before_copies(library: Snapshot, encoder: Encoder):
    pairs = health.pairs_of(library, encoder)
    named = [({each.first.title, each.second.title}, each.contradicting) for each in pairs]
    assert named == [({"pilot", "rollout"}, True), ({"copy", "again"}, False)]
    assert all(each.cosine >= health.ALIKE for each in pairs)
    assert {pairs[0].first_text, pairs[0].second_text} == {
        "A pilot of the assistant lasts six weeks, with 20 people in it.",
        "A pilot of the assistant lasts six weeks, with 25 people in it.",
    }


def test_links_to_files_that_are_not_there_are_dead(tmp_path: Path, encoder: Encoder):
    (tmp_path / "there is.md").write_text("x")
    web, site = "https://x.example/y", ("#part", "/site/page", "mailto:ann@example.com")
    links = ("there%20is.md", "gone.md#part", web, *site, "pic.png", "../up.md")
    one = guide("a", "See these.", source=str(tmp_path / "a.md"), owner="Ann", links=links)
    snapshot = written(tmp_path / "snapshots", encoder, [one])
    dead = health.dead_links(snapshot)
    assert [each.target for each in dead] == ["gone.md#part", "pic.png", "../up.md"]
    assert {each.guide.owner for each in dead} == {"Ann"}
    assert list(health.web_links(snapshot)) == ["https://x.example/y"]


def test_guides_are_sorted_by_their_owner_those_without_one_last(library: Snapshot):
    guides = health.guides_of(library)
    assert len(guides) == 6
    owned = [health.Guide("s", "t", owner, "", "everyone") for owner in ("", "Bo", "Ann", "Bo")]
    assert [(k, len(v)) for k, v in health.by_owner(owned).items()] == [
        ("Ann", 1),
        ("Bo", 2),
        ("", 1),
    ]
