"""What belongs together in a guide stays together, in plain words."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.sync.read import passages_of
from knowledge.index.passages import Passage


def of(folder: Path, text: str, name: str = "guide.md") -> list[Passage]:
    path = folder / name
    path.write_text(text, "utf-8")
    return passages_of(path)


def texts(folder: Path, text: str, name: str = "guide.md") -> list[str]:
    return [passage.text for passage in of(folder, text, name)]


STEPS = "1. Open the tool.\n{0}\n2. Choose a team.\n{0}\n3. Press Save."


@pytest.mark.parametrize(
    ("between", "shown"),
    [
        ("\n![A picture](a.png)\n", ""),
        ("\n   ![A picture](a.png)\n", ""),
        ("\n> [!NOTE]\n> It needs the office network.\n", "\n   It needs the office network."),
        ("\n   > It needs the office network.\n", "\n   It needs the office network."),
        ("\n:::note\nIt needs the office network.\n:::\n", "\n   It needs the office network."),
        ("\n```sh\nrun\n```\n", "\n   ```sh\n   run\n   ```"),
        ("\n   It takes a minute.\n", "\n   It takes a minute."),
    ],
)
def test_steps_with_something_between_them_are_one_list(between: str, shown: str, tmp_path: Path):
    (passage,) = of(tmp_path, "# Guide\n\nTo add a team:\n\n" + STEPS.format(between))
    expected = f"1. Open the tool.{shown}\n2. Choose a team.{shown}\n3. Press Save."
    assert passage.text == f"To add a team:\n\n{expected}"


def test_every_step_numbered_one_goes_on_after_a_picture(tmp_path: Path):
    text = "1. Open.\n\n![x](a.png)\n\n1. Choose.\n\n![x](b.png)\n\n1. Save."
    assert texts(tmp_path, text) == ["1. Open.\n2. Choose.\n3. Save."]


def test_a_second_procedure_begins_anew(tmp_path: Path):
    text = "1. Open.\n2. Save.\n\nTo undo it:\n\n1. Open.\n2. Remove."
    assert "To undo it:\n\n1. Open.\n2. Remove." in texts(tmp_path, text)[0]


FILLER = "This sentence fills the section so that it has to be cut somewhere. " * 14


@pytest.mark.parametrize(
    "announced",
    [
        "| Plan | Seats |\n| --- | --- |\n| Small | 5 |\n| Large | 50 |",
        "- 40 calls a day\n- 3 files a call",
        "1. Ask.\n2. Wait.",
    ],
)
@pytest.mark.parametrize("end", [".", ":"])
def test_what_announces_a_table_or_list_is_in_its_passage(announced: str, end: str, tmp_path: Path):
    lead = f"The following plans and limits hold{end}"
    found = texts(tmp_path, f"# Guide\n\n{FILLER}\n\n{lead}\n\n{announced}\n\n{FILLER}")
    (holding,) = [text for text in found if lead in text]
    assert holding.split("\n\n")[0] == lead
    assert any(word in holding for word in ("Seats: 50", "3 files", "2. Wait"))


def test_the_last_sentence_of_a_long_paragraph_announces_what_follows(tmp_path: Path):
    text = f"# Guide\n\n{FILLER} These are the limits.\n\n- 40 calls a day\n- 3 files a call"
    assert (
        texts(tmp_path, text)[-1] == "These are the limits.\n\n- 40 calls a day\n- 3 files a call"
    )


def test_a_section_that_announces_headings_names_them(tmp_path: Path):
    below = "### Small\n\nFive.\n\n### Large\n\nTen."
    text = f"# Guide\n\n## Plans\n\nThere are the following plans.\n\n{below}"
    first = of(tmp_path, text)[0]
    assert (first.headings, first.text) == (
        ("Plans",),
        "There are the following plans.\n\n- Small\n- Large",
    )


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Open it<br>Press Go<br/>Wait", "Open it, Press Go, Wait"),
        ("Choose **Edit** to add<br>or remove columns", "Choose Edit to add or remove columns"),
        ("Asia</br>Brazil</br>Canada", "Asia, Brazil, Canada"),
        ("Press <kbd>Ctrl</kbd>+<kbd>K</kbd>.", "Press Ctrl+K."),
        ("It costs 5&nbsp;&euro; &mdash; monthly.", "It costs 5 € — monthly."),
        (
            "See [the page][ref] and [more](https://x.example).\n\n[ref]: /a",
            "See the page and more.",
        ),
        ("Limits apply.[^1]\n\n[^1]: Forty a day.", "Limits apply. (Forty a day)"),
        ("Limits apply.<sup>2</sup> It has 30 m<sup>2</sup>.", "Limits apply. It has 30 m2."),
        ("==It stays in Europe== and :rocket: fast.", "It stays in Europe and 🚀 fast."),
        ("> [!WARNING]\n> Never paste passwords.", "Never paste passwords."),
        ("> \\[!NOTE]\n> It is slow.", "It is slow."),
        ("- [ ] Ask for a seat\n- [x] Read it", "- Ask for a seat\n- Read it"),
        ("Ask [[people/ann|Ann]] or [[The Board#Tasks]].", "Ask Ann or The Board."),
        ("![[plan.png]]Seen. ^block-1", "Seen."),
        ("'''Bold''' and [https://x.example the page].", "Bold and the page."),
        ("Words %%not for you%% here.", "Words here."),
        ('::: zone pivot="a"\n\nWords.\n\n::: zone-end', "Words."),
        (':::image type="content" source="a.png" alt-text="b":::\n\nWords.', "Words."),
        ("[!INCLUDE [x](../includes/x.md)]\n\nWords.", "Words."),
        ("In [!INCLUDE[prod](x.md)] you ask.", "In you ask."),
        ('> [!div class="checklist"]\n> * One\n> * Two', "- One\n- Two"),
        ("{% ifversion ghec %}Words.{% endif %}", "Words."),
        ("Ask {% data variables.product.prodname_copilot_chat %}.", "Ask Copilot Chat."),
        ('{{< alert >}}\nWords.\n{{< /alert >}}\n\n{{% include "a" %}}', "Words."),
        ("import Tabs from '@theme/Tabs';\n\n<Tabs>\n\nWords.\n\n</Tabs>", "Words."),
        ("{/* hidden */}Words.", "Words."),
        (":::tip Good to know\nWords.\n:::", "Good to know:\n\nWords."),
        ('!!! note "Good to know"\n\nWords.', "Good to know:\n\nWords."),
        ("<details>\n<summary>Why?</summary>\n\nSo.\n\n</details>", "Why?\n\nSo."),
        ("Run `**kwargs` and `{{ name }}`.", "Run **kwargs and {{ name }}."),
        ("## Words {#an-id}", "Words"),
        ("Kept.\n\n```\n:::note {{ x }} [[y]]\n```", "Kept.\n\n```\n:::note {{ x }} [[y]]\n```"),
    ],
)
def test_dialects_of_markdown_become_plain_words(written: str, read: str, tmp_path: Path):
    assert texts(tmp_path, written) == [read]


@pytest.mark.parametrize(
    "only",
    [
        '{{% include "a.md" %}}',
        "[!INCLUDE [x](x.md)]",
        ':::image source="a":::',
        "<Toc />",
        "![a](b)",
        "import Tabs from '@theme/Tabs';",
    ],
)
def test_a_section_of_nothing_but_marks_is_not_indexed(only: str, tmp_path: Path):
    found = of(tmp_path, f"# Guide\n\n## Marks\n\n{only}\n\n## Words\n\nWords.")
    assert [passage.headings for passage in found] == [("Words",)]


@pytest.mark.parametrize(
    "links",
    [
        "- [[adoption|Adoption]]\n- [[sponsors|What sponsors do]]\n- [[pilot]]",
        "- [Install](#install)\n- [Use it](#use)\n  - [At home](#home)",
        "[Install](#install) | [Use](#use) | [Help](#help)",
    ],
)
def test_lists_of_links_are_marked_as_navigation(links: str, tmp_path: Path):
    found = of(tmp_path, f"# Guide\n\nWords.\n\n## More\n\n{links}")
    assert [passage.role for passage in found] == ["", "navigation"]


def test_further_reading_is_navigation_with_its_descriptions(tmp_path: Path):
    links = "- [Adoption](a.md) for beginners\n- [Pilot](b.md)"
    text = f"# Guide\n\nWords.\n\n## Related content\n\n{links}"
    assert [passage.role for passage in of(tmp_path, text)] == ["", "navigation"]


def test_content_with_links_in_it_is_content(tmp_path: Path):
    text = (
        "# Guide\n\n- Ask [Ann](a.md) before you paste a contract.\n- Wait for [Bo](b.md) to agree."
    )
    assert [passage.role for passage in of(tmp_path, text)] == [""]


@pytest.mark.parametrize(
    "said",
    [
        "This article provides information about the plans.",
        "In this article, you learn how to install it.",
        "In diesem Artikel erfahren Sie, wie Sie die Funktion einrichten.",
        "Applies to: Teams, Outlook",
    ],
)
def test_the_announcement_of_a_page_is_boilerplate(said: str, tmp_path: Path):
    found = of(tmp_path, f"# Guide\n\n{said}\n\nThe small plan has five seats.")
    assert [(passage.role, passage.text) for passage in found] == [
        ("boilerplate", said),
        ("", "The small plan has five seats."),
    ]


def test_sample_prompts_are_marked(tmp_path: Path):
    text = "# Guide\n\nWords.\n\n## Sample prompts\n\n- Summarise this mail\n- Draft a reply"
    assert [passage.role for passage in of(tmp_path, text)] == ["", "prompt"]


def test_links_are_known_though_they_are_not_shown(tmp_path: Path):
    (passage,) = of(tmp_path, "See [the plan](plan.md) and <https://x.example/a>.")
    assert passage.text == "See the plan and https://x.example/a."
    assert passage.links == ("plan.md", "https://x.example/a")
