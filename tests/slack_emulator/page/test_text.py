"""Text from anywhere is data: formatted where Slack formats it, never markup."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slack_emulator.page.rendering.links import is_safe_link, is_safe_picture
from slack_emulator.page.rendering.markdown import render_markdown
from slack_emulator.page.rendering.mrkdwn import render_mrkdwn
from slack_emulator.platform.emojis import emojize
from tests.slack_emulator.page.names import SmallDirectory

NAMES = SmallDirectory()
ALLOWED_TAGS = {"a", "span", "strong", "em", "s", "code", "pre", "blockquote", "br", "p", "div"}
ALLOWED_TAGS |= {"ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "hr"}
ALLOWED_TAGS |= {"h3", "h4", "h5", "h6"}
ALLOWED_ATTRIBUTES = {"href", "target", "rel", "class", "tabindex", "start", "role", "aria-label"}
PIECES = ["<", ">", "&lt;", "&amp;", "<script>", "<img src=x onerror=alert(1)>", "javascript:x"]
PIECES += [
    "<https://a.b|x>",
    "<@U1>",
    "<#C1>",
    "*b*",
    "```",
    "`",
    "\n",
    "> ",
    "[x](",
    ")",
    "![",
    '"',
]
NASTY = st.text(
    alphabet=st.sampled_from(list("<>&*_~`|@#!:/\\\"'()[]{}=\n -+.1aUCjs")), max_size=80
) | st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


class _Checker(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in ALLOWED_TAGS, tag
        for name, value in attrs:
            assert name in ALLOWED_ATTRIBUTES, (tag, name)
            if name == "href":
                assert (value or "").startswith(("http://", "https://", "mailto:", "/as/")), value

    def handle_data(self, data: str) -> None:
        self.words += data


def words_of(html: str) -> str:
    """Check that only harmless markup is in the HTML and give its words."""
    checker = _Checker()
    checker.feed(html)
    checker.close()
    return checker.words


@given(NASTY)
def test_no_mrkdwn_text_can_become_foreign_markup(text: str) -> None:
    words_of(str(render_mrkdwn(text, NAMES)))


@given(NASTY)
def test_no_markdown_text_can_become_foreign_markup(text: str) -> None:
    words_of(str(render_markdown(text, NAMES)))


@given(st.text(alphabet="abc ÄÖ.,;", max_size=60))
def test_plain_words_come_out_of_mrkdwn_as_they_went_in(text: str) -> None:
    assert words_of(str(render_mrkdwn(text, NAMES))) == text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _soft_ ~gone~", "<strong>bold</strong> <em>soft</em> <s>gone</s>"),
        ("5*3*2 and snake_case_name", "5*3*2 and snake_case_name"),
        ("`*x*`", "<code>*x*</code>"),
        ("<@U1>", '<span class="mention mention-me">@Ada Meyer</span>'),
        ("<@U2>", '<span class="mention">@Bo Tran</span>'),
        ("<#C1|general>", '<a class="mention" href="/as/ada/C1">#general</a>'),
        ("<!here>", '<span class="mention mention-me">@here</span>'),
        ("<!subteam^S1>", '<span class="mention">@champions</span>'),
        ("<javascript:alert(1)|x>", "&lt;javascript:alert(1)|x&gt;"),
        ("&gt; a\n&gt; b\nc", "<blockquote>a<br>b</blockquote>c"),
        ("• a\n• b", "<ul><li>a</li><li>b</li></ul>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("```\n<b>\n```", '<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>'),
        (":tada:", "🎉"),
        ("`:tada:`", "<code>:tada:</code>"),
    ],
)
def test_mrkdwn_is_drawn_as_slack_draws_it(text: str, html: str) -> None:
    assert str(render_mrkdwn(text, NAMES)) == html


def test_an_address_links_in_a_new_tab_without_a_referrer() -> None:
    html = str(render_mrkdwn("<https://a.b/?x=1&amp;y=2|guide>", NAMES))
    assert html == (
        '<a href="https://a.b/?x=1&amp;y=2" target="_blank" rel="noopener noreferrer">guide</a>'
    )


def test_a_picture_in_markdown_becomes_a_link_so_nothing_is_loaded_unasked() -> None:
    html = str(render_markdown("![map](https://a.b/m.png)", NAMES))
    assert "<img" not in html
    assert 'href="https://a.b/m.png"' in html


def test_a_markdown_table_is_reachable_by_keyboard_and_keeps_its_alignment() -> None:
    html = str(render_markdown("| a | b |\n|---|--:|\n| 1 | 2 |", NAMES))
    assert 'tabindex="0"' in html
    assert '<td class="align-right">2</td>' in html
    assert "style=" not in html


def test_headings_in_markdown_start_under_those_of_the_page() -> None:
    html = str(render_markdown("## One\n### Two", NAMES))
    assert '<h3 class="md-h2">' in html
    assert '<h4 class="md-h3">' in html


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.b", True),
        ("http://127.0.0.1:80/x", True),
        ("mailto:a@b.c", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("https://", False),
        ("//a.b", False),
        (" https://a.b", False),
        ("https://[::1", False),
    ],
)
def test_only_web_and_mail_addresses_link(url: str, safe: bool) -> None:
    assert is_safe_link(url) is safe


def test_a_picture_may_be_of_this_site_but_not_of_a_scheme_less_host() -> None:
    assert is_safe_picture("/static/icon.svg")
    assert not is_safe_picture("//evil.example/x.png")
    assert not is_safe_picture("data:image/svg+xml,x")


def test_an_unknown_short_name_stays_as_it_is() -> None:
    assert emojize(":no_such_emoji: 12:30:45 :+1:") == ":no_such_emoji: 12:30:45 👍"
