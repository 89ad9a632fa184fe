"""The weekly digest and alerts as messages, and the dialog for what was done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, MarkdownTextObject, SectionBlock
from slack_sdk.models.views import View

from adoption.feedback.models import OverrideReason
from adoption.privacy.disclosure import ShownShare
from adoption.privacy.groups import title_of
from adoption.reports.actions import Point
from adoption.reports.alerts.alerts import Alert
from adoption.reports.digest.digest import Digest
from adoption.reports.key_figures import KeyFigure
from adoption.reports.recommendations import override_in
from adoption.reports.rich_text import EXAMPLE, RichText, percent
from adoption.reports.use import GroupUse
from bot import action_ids
from bot.features.gaps.blocks import gap_blocks
from bot.slack.blocks import (
    actions,
    button,
    context,
    header,
    modal,
    mrkdwn,
    section,
    text_input,
)
from bot.slack.blocks.charts import chart, data_table
from bot.slack.identity import mention
from bot.slack.messages import Message, as_json
from bot.slack.mrkdwn import cut, plain, rich
from bot.texts import texts

TAKE, DONE, DONE_DIALOG, DID = "digest_take", "digest_done", "digest_done", "did"
REQUEST_CHANGE = "digest_request_change"
# The question to write an answer to, by why people override; other reasons need a change.
_QUESTIONS = {
    OverrideReason.DOES_NOT_APPLY: "ask_when",
    OverrideReason.DISAGREES: "ask_why",
}
LONGEST_DID = 500
_MOST_POINTS, _MOST_LINES, _MOST_TEAMS = 5, 3, 20
_SEPARATOR = "\n"
Json = dict[str, Any]


def digest_message(
    digest: Digest,
    points: Sequence[Point],
    pictures: Sequence[tuple[str, str]] | None = None,
) -> Message:
    """The message for a week.

    Args:
        points: the week's recommendations.
        pictures: ids of files in Slack, each with what it shows, instead of Slack's own charts.
    """
    say = texts("digest")
    headline = rich(digest.headline) or say["nothing"]
    title = say["title"].format(week=digest.week.in_words)
    data = _charts(digest) if pictures is None else _pictures(digest, pictures)
    blocks = [
        *as_json([header(title), *example_mark(digest.is_example)]),
        *as_json([section(headline), *figure_cards(digest.key_figures)]),
        *as_json(_points(points)),
        *data,
        *as_json(
            [*_programme(digest), *_gaps(digest), *_comments(digest), *_followed(digest.followed)]
        ),
        *as_json([*_story(digest), context(say["more" if digest.key_figures else "so_far"])]),
    ]
    return Message(cut(f"{title}: {headline}", 1500), blocks)


def late_digest_message(digest: Digest) -> Message:
    """The message for a week whose digest is posted late: nobody can still act on it."""
    say = texts("digest")
    headline = rich(digest.headline) or say["nothing"]
    title = say["title_late"].format(week=digest.week.in_words)
    text = cut(f"{title}: {headline}", 1500)
    mark = example_mark(digest.is_example)
    return Message.of(text, header(title), *mark, section(headline), context(say["late"]))


def alert_message(alert: Alert, is_example: bool = False) -> Message:
    """The message for an alert, with the chart of its figures."""
    text = rich(alert.text)
    values = {name: _percent(share) for name, share in alert.series if share.value is not None}
    drawn = chart("bar", plain_of(alert.text), {texts("digest")["active"]: values})
    above = as_json([section(text), *example_mark(is_example)])
    below = as_json([context(rich(alert.next_step))])
    return Message(text, [*above, *([drawn] if drawn else []), *below])


def example_mark(is_example: bool) -> list[Block]:
    """A line that says that everything is made up, where it is."""
    return [context(EXAMPLE)] if is_example else []


def without_charts(message: Message) -> Message:
    """The same message where Slack refuses its charts and tables."""
    kept = [
        each
        for each in message.blocks
        if each.get("type") not in ("data_visualization", "data_table")
    ]
    return Message(message.text, kept)


def point_blocks(point: Point) -> list[Block]:
    """A recommendation with who takes it and what was done."""
    say, said = texts("digest"), plain(point.said, 2000)
    if point.did:
        owner, did = mention(point.owner), plain(point.did, 800)
        return [section(f"{said}\n{say['done_by'].format(owner=owner, did=did)}")]
    value = value_of(point)
    said += f"\n_{plain(point.evidence, 500)}_" if point.evidence else ""
    buttons = [*_way_on(point), button(say["done"], DONE, value)]
    if not point.owner:
        return [section(said), actions(button(say["take"], TAKE, value, "primary"), *buttons)]
    taken = say["taken_by"].format(owner=mention(point.owner))
    return [section(f"{said}\n{taken}"), actions(*buttons)]


def _way_on(point: Point) -> list[ButtonElement]:
    """What can be done at once about overrides that come again: an answer, or a request."""
    say, found = texts("digest"), override_in(point.subject)
    if found is None:
        return []
    tool, code = found
    question = _QUESTIONS.get(OverrideReason(code.partition(":")[0]))
    if question is None:
        return [button(say["request_change"], REQUEST_CHANGE, value_of(point))]
    asked = say[question].format(tool=tool)
    return [button(say["write"], action_ids.WRITE_ANSWER, asked)]


def value_of(point: Point) -> str:
    """What names a recommendation in a button."""
    return f"{point.week}{_SEPARATOR}{point.subject}"


def point_in(value: str) -> tuple[str, str]:
    """Week and subject in a button's value."""
    week, _, subject = value.partition(_SEPARATOR)
    return week, subject


def done_dialog(metadata: str, said: str) -> View:
    """Asks what was done."""
    say = texts("digest")
    did = text_input(DID, say["what_done"], most=LONGEST_DID, hint=say["what_done_hint"])
    inputs = [section(plain(said, 2500)), did]
    return modal(DONE_DIALOG, say["done_title"], inputs, submit=say["save"], metadata=metadata)


def plain_of(text: RichText) -> str:
    """Rich text as it is."""
    return "".join(text)


def _programme(digest: Digest) -> list[Block]:
    return [
        section("\n".join([f"*{plain(part.title, 100)}*", *map(rich, part.lines[:_MOST_LINES])]))
        for part in digest.programme
        if part.lines
    ]


def figure_cards(figures: Sequence[KeyFigure]) -> list[Block]:
    """The key figures beside each other, each with its change and target."""
    cards: list[str | MarkdownTextObject] = [mrkdwn(_card(each)) for each in figures]
    return [SectionBlock(fields=cards)] if cards else []


def _card(figure: KeyFigure) -> str:
    say = texts("digest")
    beside = [figure.change]
    if figure.before.value is not None:
        beside.insert(0, say["last_week"].format(before=figure.before))
    if figure.target is not None:
        beside.append(say["target"].format(target=percent(figure.target)))
    below = ", ".join(part for part in beside if part)
    return f"*{figure.name}*\n{figure.now}" + (f"\n_{below}_" if below else "")


def _points(points: Sequence[Point]) -> list[Block]:
    if not points:
        return []
    shown = [block for point in points[:_MOST_POINTS] for block in point_blocks(point)]
    return [header(texts("digest")["do_this_week"]), *shown]


def _charts(digest: Digest) -> list[Json]:
    """Weekly active over the weeks, the teams beside last week, and the table of teams."""
    made = [_trend(digest), _team_bars(digest.use.teams), _team_table(digest.use.teams)]
    return [each for each in made if each is not None]


def _trend(digest: Digest) -> Json | None:
    say = texts("digest")
    active = {
        f"{day.day} {day:%b}": _percent(share)
        for day, share in digest.use.trend.items()
        if share.value is not None
    }
    series = {say["active"]: active}
    target = next((f.target for f in digest.key_figures if f.target is not None), None)
    if target is not None:
        series[say["target_series"]] = dict.fromkeys(active, round(target * 100, 1))
    title = say["trend"].format(weeks=len(active))
    return chart("line", title, series, say["per_cent"]) if len(active) > 1 else None


def _team_bars(teams: Sequence[GroupUse]) -> Json | None:
    say = texts("digest")
    series = {
        say["last_week_series"]: _shares(teams, [each.before.weekly for each in teams]),
        say["this_week_series"]: _shares(teams, [each.now.weekly for each in teams]),
    }
    return chart("bar", say["teams"], series, say["per_cent"])


def _team_table(teams: Sequence[GroupUse]) -> Json | None:
    say = texts("digest")
    rows = [
        (
            title_of(each.name),
            f"{each.now.eligible:,}",
            _value(each.before.weekly),
            _value(each.now.weekly),
            _change(each),
        )
        for each in teams
    ]
    columns = (
        say["team"],
        say["people"],
        say["last_week_series"],
        say["this_week_series"],
        say["change"],
    )
    return data_table(say["teams_table"], columns, rows) if rows else None


def _pictures(digest: Digest, pictures: Sequence[tuple[str, str]]) -> list[Json]:
    """Pictures, and the teams as lines."""
    say, teams = texts("digest"), digest.use.teams[:_MOST_TEAMS]
    lines = [
        say["teams_line"].format(
            team=plain(title_of(each.name), 100), now=each.now.weekly, before=each.before.weekly
        )
        for each in teams
    ]
    shown = [
        {"type": "image", "slack_file": {"id": file}, "alt_text": about} for file, about in pictures
    ]
    return [*shown, *(as_json([section("\n".join(lines))]) if lines else [])]


def _gaps(digest: Digest) -> list[Block]:
    blocks = [
        block
        for number, gap in enumerate(digest.gaps[:_MOST_LINES])
        for block in gap_blocks(gap.name, gap.count, f"digest_gap:{number}")
    ]
    return [section(texts("digest")["gaps"]), *blocks] if blocks else []


def _comments(digest: Digest) -> list[Block]:
    lines = [f"> {plain(each.text, 400)}" for each in digest.comments[:_MOST_LINES]]
    return [section("\n".join([texts("digest")["comments"], *lines]))] if lines else []


def _followed(points: Sequence[Point]) -> list[Block]:
    done = [each for each in points if each.did]
    lines = [f"• {plain(each.said, 400)} → {plain(each.did, 400)}" for each in done]
    shown = [texts("digest")["followed"], *lines[:_MOST_LINES]]
    return [section("\n".join(shown))] if lines else []


def _story(digest: Digest) -> list[Block]:
    if not digest.stories:
        return []
    story = digest.stories[0]
    tool = f" ({plain(story.tool, 100)})" if story.tool else ""
    return [section(f"{texts('digest')['story']}\n{plain(story.text, 800)}{tool}")]


def _shares(teams: Sequence[GroupUse], shares: Sequence[ShownShare]) -> dict[str, float]:
    return {
        title_of(team.name): _percent(share)
        for team, share in zip(teams, shares, strict=True)
        if share.value is not None
    }


def _percent(share: ShownShare) -> float:
    return round((share.value or 0.0) * 100, 1)


def _value(share: ShownShare) -> str | float:
    return "–" if share.value is None else _percent(share)


def _change(group: GroupUse) -> str:
    return KeyFigure("", group.now.weekly, group.before.weekly).change or "–"
