"""Detects the language of a question, and knows which ones an embedding model reads."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from knowledge.encoding.encoder import DEFAULT_MODEL
from knowledge.index.lexical import is_stop_word

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# Of 534 English questions, none was taken for another language with this certainty; of 40 German
# ones, 37 were recognised (docs/benchmarks.md).
SURE = 0.9
# From this share of everyday English words on, a question needs no closer look.
_ENGLISH = 0.3

NAMES = {
    "ar": "Arabic",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str | None:
    """The ISO 639-1 code of the language of a text; None where that is not certain."""
    words = [word.lower() for word in _WORD.findall(text)]
    if not words:
        return None
    if sum(map(is_stop_word, words)) >= _ENGLISH * len(words):
        return "en"
    code, certainty = _identifier().classify(text)
    return str(code) if certainty >= SURE else None


def reads(model: str, language: str) -> bool:
    """Whether an embedding model reads a language; any but the default one is taken to."""
    return model != DEFAULT_MODEL or language == "en"


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(NAMES))
    return identifier
