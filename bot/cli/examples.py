"""Encodes the examples of questions that the record answers, once for an installation.

    python -m bot.cli.examples

Otherwise the first start on a machine does, and each start where it can store nothing.
"""

from __future__ import annotations

from bot.answering.facts import KnownFacts
from bot.features import all_facts
from bot.settings import read_settings
from knowledge.encoding.encoder import Encoder


def main() -> None:
    """Stores their vectors beside the embedding model."""
    facts = KnownFacts(all_facts(read_settings(_env_file=None)), Encoder())
    facts.recognised("Who uses the tool?")


if __name__ == "__main__":
    main()
