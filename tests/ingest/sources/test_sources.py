from __future__ import annotations

import socket
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.errors import AudienceWrong, SourceWrong
from ingest.parse.audiences import audience_of, is_within, narrowed
from ingest.sources.git import GitLimits, web_base
from ingest.sources.registry import SourceRegistry
from ingest.sources.source import Source, id_of, kind_of, minutes_of, period_of
from tests.ingest.places import NOON, Home, commit, repository

AUDIENCES = ["everyone", "champions", "admins", "channel:C0AB12", "group:S9XYZ"]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def said(home: Home, **fields: str) -> str:
    return "---\n" + "".join(f"{k}: {v}\n" for k, v in fields.items()) + "---\nWords.\n"


def test_the_fields_of_a_source_hold_for_its_guides_unless_they_say_otherwise(home: Home):
    home.write("team/plain.md", "Plain words.")
    home.write("team/own.md", "---\nowner: Bo\ntool: copilot\nkind: faq\n---\nOwn words.")
    home.write("team/talk.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nSpoken words.\n")
    fields = {"owner": "Ann", "audience": "champions", "tool": "scanner", "guides": "playbook"}
    home.add("team", "folder", home.folder / "team", **fields)
    assert home.sync()[0].fine
    found = {each.text.split()[0]: each for each in home.passages()}
    about = {k: (p.owner, p.tool, p.kind, p.audience) for k, p in found.items()}
    assert about["Plain"] == ("Ann", "scanner", "playbook", "champions")
    assert about["Own"] == ("Bo", "copilot", "faq", "champions")
    assert [p.kind for p in home.passages() if "Spoken" in p.text] == ["playbook"]


@pytest.mark.parametrize(
    ("own", "sources", "reads"),
    [
        ("everyone", "everyone", "everyone"),
        ("admins", "everyone", "admins"),
        ("everyone", "champions", "champions"),
        ("admins", "champions", "admins"),
        ("admins", "channel:C0AB12", "admins"),
        ("group:S9XYZ", "everyone", "group:S9XYZ"),
        ("champions", "admins", None),
        ("channel:C0AB12", "group:S9XYZ", None),
        ("champions", "channel:C0AB12", None),
    ],
)
def test_a_guide_narrows_the_audience_of_its_source_and_never_widens_it(
    own: str, sources: str, reads: str | None, home: Home
):
    home.write("team/a.md", said(home, audience=own))
    home.add("team", "folder", home.folder / "team", audience=sources)
    (outcome,) = home.sync()
    assert [each.audience for each in home.passages()] == ([reads] if reads else [])
    assert outcome.fine == bool(reads)


@given(own=st.sampled_from(AUDIENCES), sources=st.sampled_from(AUDIENCES))
def test_whatever_a_guide_says_it_stays_within_its_source(own: str, sources: str):
    try:
        assert is_within(narrowed(own, sources), sources)
    except AudienceWrong:
        assert own != sources


@given(st.text(max_size=40))
def test_an_audience_is_one_of_those_that_are_known_or_refused(words: str):
    try:
        audience = audience_of(words)
    except AudienceWrong:
        return
    assert audience_of(audience) == audience


@pytest.mark.parametrize(
    "front",
    [
        "---\naudience: marketing\n---\n",
        "---\naudience: [admins, channel:C012345]\n---\n",
        "---\naudience: admins: only\n---\n",
        "---\naudience: channel:general\n---\n",
        "---\naudience: admins\ntitle: [\n---\n",
        "---\naudience: admins\n\n",
    ],
)
def test_a_guide_whose_audience_cannot_be_told_is_read_by_nobody(front: str, home: Home):
    path = home.write("team/a.md", "Words for all.")
    home.files().run([home.folder / "team"])
    assert home.texts() == ["Words for all."]
    path.write_text(front + "Words for few.", "utf-8")
    report = home.files().run([home.folder / "team"])
    assert len(report.failed) == 1
    assert home.texts() == []


@pytest.mark.parametrize(
    "front", ["\u200b---\nAudience: Admins\n---\n", "---\nAUDIENCE: admins\n---\n"]
)
def test_an_audience_is_found_behind_what_cannot_be_seen(front: str, home: Home):
    home.write("team/a.md", front + "Words for few.")
    home.files().run([home.folder / "team"])
    assert [each.audience for each in home.passages()] == ["admins"]


def test_a_source_that_narrows_takes_back_what_a_broken_file_gave(home: Home):
    path = home.write("team/a.md", "Words for all.")
    home.write("team/b.md", "Other words.")
    home.files().run([home.folder / "team"])
    path.write_bytes(b"\xff broken")
    home.add("team", "folder", home.folder / "team", audience="admins")
    home.sync()
    assert [(each.text, each.audience) for each in home.passages()] == [("Other words.", "admins")]


def test_a_source_that_cannot_be_reached_keeps_only_what_it_may_still_show(home: Home):
    origin = repository(home.folder / "origin", a="Words.")
    source = home.add("docs", "git", origin)
    home.sync()
    origin.rename(home.folder / "away")
    assert not home.sync()[0].fine
    assert home.texts() == ["Words."]
    home.book.remove("docs")
    (home.folder / "origin").mkdir()
    home.book.add(replace(source, audience="champions"))
    assert not home.sync()[0].fine
    assert [each.audience for each in home.passages()] == ["champions"]


def test_what_lies_in_a_source_is_the_sources_whatever_path_leads_there(home: Home):
    home.write("all/team/secret.md", "Secret words.")
    home.write("all/open.md", "Open words.")
    (home.folder / "all" / "way").symlink_to(home.folder / "all" / "team")
    home.add("team", "folder", home.folder / "all" / "team", audience="admins")
    home.files().run([home.folder / "all"])
    audiences = {(each.text, each.audience) for each in home.passages()}
    assert audiences == {("Secret words.", "admins"), ("Open words.", "everyone")}


def test_one_failed_source_does_not_hold_up_the_others(home: Home):
    home.write("good/a.md", "Good words.")
    home.write("gone/b.md", "Kept words.")
    home.write("mixed/c.md", "Mixed words.")
    for id in ("good", "gone", "mixed"):
        home.add(id, "folder", home.folder / id)
    home.sync()
    (home.folder / "gone").rename(home.folder / "away")
    home.write("mixed/broken.docx", "no docx")
    home.write("good/d.md", "New words.")
    outcomes = {each.source.id: each for each in home.sync()}
    assert {id: each.fine for id, each in outcomes.items()} == {
        "good": True,
        "gone": False,
        "mixed": False,
    }
    assert "is not there" in outcomes["gone"].reason
    assert len(outcomes["mixed"].problems) == 1
    assert sorted(home.texts()) == ["Good words.", "Kept words.", "Mixed words.", "New words."]
    kept = home.book.results()
    assert (kept["good"].fine, kept["gone"].fine) == (True, False)
    assert kept["good"].at == NOON.isoformat(timespec="seconds")


def test_a_folder_that_is_suddenly_empty_keeps_its_guides(home: Home):
    path = home.write("team/a.md", "Words.")
    home.add("team", "folder", home.folder / "team")
    home.sync()
    path.unlink()
    assert "remove team" in home.sync()[0].reason
    assert home.texts() == ["Words."]


def test_a_single_file_is_a_source(home: Home):
    path = home.write("rules.md", "Words of rules.")
    home.write("other.md", "Other words.")
    home.add("rules", "file", path, owner="Ann")
    home.sync()
    assert [(each.text, each.owner) for each in home.passages()] == [("Words of rules.", "Ann")]


def test_a_repository_is_read_and_read_again_when_it_changed(home: Home):
    origin = repository(home.folder / "origin", guide="First words.", docs__deep="Deep words.")
    home.add("docs", "git", origin, link="https://code.example/docs/blob/main/")
    assert home.sync()[0].changed == 2
    links = {each.text: each.link for each in home.passages()}
    assert links["Deep words."] == "https://code.example/docs/blob/main/docs/deep.md"
    assert home.sync()[0].changed == 0
    commit(origin, guide="Second words.")
    assert home.sync()[0].changed == 1
    assert sorted(home.texts()) == ["Deep words.", "Second words."]
    assert not list((home.book.place(home.book.source("docs")) / ".git").iterdir())


def test_a_branch_and_a_folder_of_a_repository_can_be_chosen(home: Home):
    from tests.ingest.places import git

    origin = repository(home.folder / "origin", readme="Main words.")
    git(origin, "checkout", "-q", "-b", "next")
    commit(origin, docs__a="Next words.")
    home.add("docs", "git", f"file://{origin}", branch="next", within="docs")
    home.sync()
    assert home.texts() == ["Next words."]
    # What the repository ignores is ignored in the folder.
    (origin / ".uptakeignore").write_text("docs/b.md\n", "utf-8")
    commit(origin, docs__b="Hidden words.", docs__c="More words.")
    home.sync()
    assert home.texts() == ["Next words.", "More words."]
    for wrong in ({"branch": "nosuch"}, {"within": "nosuch"}):
        home.book.remove("docs")
        home.add("docs", "git", origin, **wrong)
        assert not home.sync()[0].fine


def test_nothing_in_a_repository_runs_or_leads_out_of_it(home: Home):
    from tests.ingest.places import git

    secret = home.write("secret/pay.md", "Secret words.")
    origin = repository(home.folder / "origin", guide="Words.")
    (origin / "link.md").symlink_to(secret)
    (origin / "folder").symlink_to(secret.parent)
    (origin / ".gitattributes").write_text("*.md filter=evil\n")
    (origin / ".gitmodules").write_text('[submodule "x"]\n\tpath = x\n\turl = ext::touch pwned\n')
    git(origin, "add", "-A")
    git(origin, "commit", "-q", "-m", "x")
    for name in ("post-checkout", "post-merge", "reference-transaction"):
        hook = origin / ".git" / "hooks" / name
        hook.write_text(f"#!/bin/sh\ntouch {home.folder}/pwned\n")
        hook.chmod(0o755)
    home.add("docs", "git", origin)
    home.sync()
    assert "Words." in home.texts()
    assert not any("Secret" in text for text in home.texts())
    assert not (home.folder / "pwned").exists()


def test_a_repository_beyond_its_limits_is_refused_whole(home: Home):
    origin = repository(home.folder / "origin", a="Words. " * 4000)
    home.add("docs", "git", origin)
    home.options["git_limits"] = GitLimits(bytes=10_000)
    assert "it has more than" in home.sync()[0].reason
    assert home.texts() == []


def test_a_repository_that_never_answers_is_given_up(home: Home):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        home.add("docs", "git", f"https://127.0.0.1:{silent.getsockname()[1]}/x.git")
        home.private = frozenset({"127.0.0.1"})
        home.options["git_limits"] = GitLimits(seconds=0.3)
        assert "it takes more than 0.3 seconds" in home.sync()[0].reason


@pytest.mark.parametrize(
    ("kind", "location", "fields"),
    [
        ("folder", "/no/such/folder", {}),
        ("file", "/etc", {}),
        ("git", "http://code.example/x.git", {}),
        ("git", "ext::sh -c touch% /tmp/pwned", {}),
        ("git", "--upload-pack=touch pwned", {}),
        ("git", "ssh://-oProxyCommand=x/y", {}),
        ("git", "https://token@code.example/x.git", {}),
        ("git", "https://a:b@code.example/x.git", {}),
        ("git", "git@code.example:x.git", {"branch": "--orphan"}),
        ("git", "git@code.example:x.git", {"within": "../.."}),
        ("git", "git@code.example:x.git", {"within": "/etc"}),
        ("page", "ftp://x.example/", {}),
        ("page", "https://a:b@x.example/", {}),
        ("page", "https://", {}),
        ("page", "https://x.example:99999/", {}),
        ("sitemap", "https://x.example/s.xml", {"most": 0}),
        ("page", "https://x.example/", {"audience": "channel:general"}),
        ("page", "https://x.example/", {"guides": "poem"}),
        ("page", "https://x.example/", {"link": "javascript:x"}),
        ("page", "https://x.example/", {"owner": "Ann\nBo"}),
        ("page", "https://x.example/", {"every": 1}),
        ("wiki", "https://x.example/", {}),
        ("confluence", "https://x.example/", {}),
        ("notion", "https://x.example/", {}),
    ],
)
def test_a_source_that_cannot_be_is_refused_in_a_sentence(
    kind: str, location: str, fields: dict, home: Home
):
    with pytest.raises(SourceWrong, match=r"^[A-ZT“].*\.$"):
        home.add("x", kind, location, **fields)
    assert home.book.sources() == []


@pytest.mark.parametrize("id", ["", "A", "../x", "a b", "-a", "x" * 41, "ä"])
def test_an_id_is_a_short_plain_name(id: str, home: Home):
    with pytest.raises(SourceWrong):
        home.add(id, "folder", home.folder)


def test_two_sources_do_not_share_files_or_names(home: Home):
    (home.folder / "team" / "sub").mkdir(parents=True)
    home.add("team", "folder", home.folder / "team")
    with pytest.raises(SourceWrong, match="source “team”"):
        home.add("sub", "folder", home.folder / "team" / "sub")
    with pytest.raises(SourceWrong, match="Remove it first"):
        home.add("team", "page", "https://x.example/")


def test_the_book_survives_being_read_and_written(home: Home):
    source = Source(
        id="docs",
        kind="sitemap",
        location="https://x.example/sitemap.xml",
        owner='Ann "the guide" Ø',
        audience="group:S9XYZ",
        tool="copilot",
        guides="faq",
        every=360,
        hosts=("cdn.example",),
        most=50,
    )
    assert home.book.add(source) == source
    assert SourceRegistry(home.folder / "data").sources() == [source]


@pytest.mark.parametrize(
    "text",
    [
        "[docs\n",
        "docs = 3\n",
        '[docs]\nkind = "folder"\n',
        '[docs]\nkind = "folder"\nlocation = 7\n',
        '[docs]\nkind = "page"\nlocation = "https://x.example"\naudence = "admins"\n',
        '[docs]\nkind = "page"\nlocation = "https://x.example"\naudience = "amdins"\n',
        '[docs]\nkind = "git"\nlocation = "ext::x"\n',
        '[docs]\nkind = "page"\nlocation = "https://x.example"\nevery = "often"\n',
    ],
)
def test_a_malformed_book_is_said_plainly_and_nothing_is_indexed(text: str, home: Home):
    home.write("data/sources.toml", text)
    with pytest.raises(SourceWrong):
        home.book.sources()
    with pytest.raises(SourceWrong):
        home.files()


def test_sources_added_at_once_are_all_there(home: Home):
    def add(number: int) -> None:
        SourceRegistry(home.folder / "data").add(
            Source(f"s{number}", "page", f"https://x{number}.example/")
        )

    threads = [threading.Thread(target=add, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(home.book.sources()) == 8


def test_a_source_is_due_when_its_time_has_come(home: Home):
    home.write("team/a.md", "Words.")
    home.add("team", "folder", home.folder / "team", every=360)
    home.write("once/b.md", "Words once.")
    home.add("once", "folder", home.folder / "once")
    assert [each.id for each in home.book.due(NOON)] == ["team"]
    home.sync()
    assert home.book.due(NOON + timedelta(minutes=359)) == []
    assert [each.id for each in home.book.due(NOON + timedelta(minutes=360))] == ["team"]


@given(st.integers(0, 9999))
def test_a_period_reads_as_it_was_written(minutes: int):
    assert minutes_of(period_of(minutes)) == minutes


@pytest.mark.parametrize(
    ("location", "kind", "id"),
    [
        ("git@code.example:team/Guides.git", "git", "guides"),
        ("https://code.example/team/guides.git", "git", "guides"),
        ("https://x.example/sitemap.xml", "sitemap", "sitemap-xml"),
        ("https://x.example/guides/", "page", "guides"),
        ("/srv/guides", "folder", "guides"),
    ],
)
def test_kind_and_id_are_guessed_from_the_location(location: str, kind: str, id: str):
    assert (kind_of(location), id_of(location)) == (kind, id)


def test_files_of_known_sites_are_linked_to_where_people_open_them():
    source = Source("x", "git", "https://github.com/team/guides.git", within="docs")
    assert web_base(source) == "https://github.com/team/guides/blob/HEAD/docs/"
    assert web_base(replace(source, location="https://code.example/x.git")) == ""
    assert web_base(replace(source, location="git@github.com:team/x.git")) == ""
