"""Ids of buttons that stand in the messages of several features; one feature answers each."""

ASK_QUESTION = "ask_question"
OPEN_OVERRIDE = "open_override"
OPEN_FEEDBACK = "open_feedback"
WRITE_STORY, FINISH_STORY = "story_write", "story_finish"
# Opens what awaits review; the value is its id.
REVIEW_STORY, REVIEW_FAQ = "story_review", "faq_review"
# Opens the dialog for an answer to a question that the guides do not answer; the value.
WRITE_ANSWER = "faq_write"
TAKE_HANDOFF, SAVE_AS_FAQ = "handoff_take", "handoff_save"
# Open the dialogs of steps of the set-up, from Home.
OPEN_ROSTER, OPEN_TARGETS, OPEN_ROLES = "open_roster", "open_targets", "open_roles"
