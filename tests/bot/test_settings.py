from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import SettingsWrong
from bot.settings import OptionalFeature, Settings, read_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith(("UPTAKE_", "SLACK_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default_that_works_on_a_laptop(tmp_path: Path):
    settings = read_settings()
    assert settings.record_url == f"sqlite:///{tmp_path / '.uptake' / 'record.sqlite'}"
    assert settings.slack_bot_token is None
    assert settings.content[0].is_dir()


def test_the_file_counts_and_the_environment_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / ".env").write_text("UPTAKE_TIMEZONE=Europe/Oslo\nSLACK_BOT_TOKEN=xoxb-from-file\n")
    assert read_settings().timezone == "Europe/Oslo"
    monkeypatch.setenv("UPTAKE_TIMEZONE", "Asia/Tokyo")
    settings = read_settings()
    assert settings.timezone == "Asia/Tokyo"
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-from-file"


def test_an_empty_setting_is_none(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    assert read_settings().slack_bot_token is None


def test_several_folders_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UPTAKE_CONTENT", "guides, /srv/faq ,")
    assert read_settings().content == [Path("guides"), Path("/srv/faq")]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("UPTAKE_TIMEZONE", "Mars/Olympus"),
        ("UPTAKE_TIMEZONE", "../../etc/passwd"),
        ("UPTAKE_SLACK_API_URL", "slack.com/api"),
        ("UPTAKE_CHROMA_URL", "ftp://x"),
        ("UPTAKE_MODEL_TIMEOUT", "soon"),
        ("UPTAKE_MODEL_TIMEOUT", "-1"),
        ("UPTAKE_MODEL_TOKENS_PER_DAY", "-1"),
        ("UPTAKE_MODEL_TOKENS_PER_REPLY", "many"),
        ("UPTAKE_MODEL_PRICE_OUT", "free"),
        ("UPTAKE_HELP_CHANNEL", "#help"),
        ("UPTAKE_LOG_LEVEL", "LOUD"),
        ("UPTAKE_WORKING_HOURS", "all day"),
        ("SLACK_BOT_TOKEN", "xapp-the-wrong-one"),
        ("SLACK_APP_TOKEN", "xoxb-the-wrong-one"),
    ],
)
def test_a_malformed_setting_is_named_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsWrong) as caught:
        read_settings()
    sentence = str(caught.value)
    assert name in sentence
    assert "\n" not in sentence
    assert "Traceback" not in sentence


def test_a_minimum_of_four_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UPTAKE_MINIMUM_GROUP", "4")
    with pytest.raises(SettingsWrong, match=r"UPTAKE_MINIMUM_GROUP should be at least 5\. Fix it"):
        read_settings()
    monkeypatch.setenv("UPTAKE_MINIMUM_GROUP", "5")
    assert read_settings().minimum_group == 5


def test_a_limit_on_costs_needs_prices(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UPTAKE_MODEL_COST_PER_DAY", "5")
    with pytest.raises(SettingsWrong, match="UPTAKE_MODEL_PRICE_IN"):
        read_settings()
    monkeypatch.setenv("UPTAKE_MODEL_PRICE_IN", "0.25")
    assert read_settings().model_cost_per_day == 5


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    assert "very-secret" not in repr(read_settings())
    monkeypatch.setenv("SLACK_APP_TOKEN", "oops-very-secret")
    with pytest.raises(SettingsWrong) as caught:
        read_settings()
    assert "very-secret" not in str(caught.value)


def test_every_setting_is_described():
    described = (Path(__file__).parents[2] / "docs" / "settings.md").read_text("utf-8")
    for name, field in Settings.model_fields.items():
        variable = field.validation_alias or f"UPTAKE_{name.upper()}"
        assert f"`{variable}`" in described


@pytest.mark.parametrize(
    ("name", "value", "example"),
    [
        ("help_channel", "#ai-help", "C0123ABCD"),
        ("executor_id", "worker 1", "worker-1"),
        ("log_format", "xml", "text or json"),
        ("log_level", "loud", "DEBUG or INFO or WARNING or ERROR"),
    ],
)
def test_a_setting_of_the_wrong_form_is_shown_an_example(
    name: str, value: str, example: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(f"UPTAKE_{name.upper()}", value)
    with pytest.raises(SettingsWrong) as caught:
        read_settings()
    assert f"UPTAKE_{name.upper()} is “{value}”; write it like {example}." in str(caught.value)


def test_every_pattern_has_an_example():
    for name, field in Settings.model_fields.items():
        if any(getattr(rule, "pattern", None) for rule in field.metadata):
            assert field.examples, name


def test_how_much_is_logged_is_read_in_either_case(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("UPTAKE_LOG_LEVEL", "info")
    monkeypatch.setenv("UPTAKE_LOG_FORMAT", "JSON")
    settings = read_settings()
    assert (settings.log_level, settings.log_format) == ("INFO", "json")


def test_parts_of_the_programme_are_switched_off_by_name(monkeypatch: pytest.MonkeyPatch):
    assert read_settings().features_off == frozenset()
    monkeypatch.setenv("UPTAKE_FEATURES_OFF", "pulse, nudges")
    assert read_settings().features_off == {OptionalFeature.PULSE, OptionalFeature.NUDGES}
    monkeypatch.setenv("UPTAKE_FEATURES_OFF", "pulse,digest")
    with pytest.raises(SettingsWrong, match=r"UPTAKE_FEATURES_OFF.*'training'"):
        read_settings()
