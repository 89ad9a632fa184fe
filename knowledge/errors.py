"""What can go wrong with what the bot knows, each in one sentence for a person."""

from __future__ import annotations

from uptake import UptakeError


class IndexUnavailable(UptakeError):
    """The index cannot be opened or read."""


class IndexEmpty(IndexUnavailable):
    """Nothing has been indexed yet."""


class SynonymsUnreadable(UptakeError):
    """A company's file of synonyms cannot be read."""


class VersionUnknown(UptakeError):
    """A version of the index that is asked for is not kept."""


class EncoderUnavailable(UptakeError):
    """The embedding model cannot be loaded, or is not the published one."""


class RerankerUnavailable(UptakeError):
    """The cross-encoder cannot be loaded, or gives no scores."""


class ModelUnavailable(UptakeError):
    """The language model cannot be set up, failed or took too long."""


class ModelTooSlow(ModelUnavailable):
    """The language model took too long; what it was given to read counts as used."""


class ModelNotAsked(UptakeError):
    """The language model is not asked, and people are informed.

    Attributes:
        note: the sentence beside the quoted answer.
    """

    note = ""


class ModelResting(ModelNotAsked):
    """The language model failed several times in a row and is left alone for a while."""

    note = "My language model isn't available at the moment, so this is the guide in its own words."


class PersonalAllowanceUsed(ModelNotAsked):
    """A person has used what the language model may do for them on a day."""

    note = "You've used up your composed answers for today, so this is the guide in its own words."


class AllowanceUnknown(ModelNotAsked):
    """What was used today cannot be read or written, so nothing more is used."""


class AllowanceUsed(ModelNotAsked):
    """Everyone together has used what the language model may do on a day."""

    note = (
        "Today's composed answers are used up for everyone, so this is the guide in its own words."
    )
