"""What the page's scripts say, in the language that is active."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# {name} is filled in by the script.
WORDS: Final[dict[str, str | Promise]] = {
    "link_asking": _("Connecting"),
    "link_busy": _("Another window is sending"),
    "link_done": _("Connected"),
    "link_forbidden": _("Not allowed"),
    "link_login": _("Not logged in"),
    "link_offline": _("No network"),
    "link_sending": _("Sending"),
    "link_unreachable": _("Office not reached"),
    "link_and_waiting": _("{state} · {n} wait"),
    "just_now": _("just now"),
    "minutes_ago": _("{n} min ago"),
    "hours_ago": _("{n} h ago"),
    "days_ago": _("{n} d ago"),
    "reference_age": _("For {name}: {n} mines, fetched {ago}"),
    "clock_fast": _("The clock of this telephone is {n} minutes fast: set it, or the time of finding will be wrong."),
    "clock_slow": _("The clock of this telephone is {n} minutes slow: set it, or the time of finding will be wrong."),
    "choose_mine": _("Choose a mine"),
    "other_place": _("Another place (say where)"),
    "mine_wanted": _("Choose the mine."),
    "title_wanted": _("Say in a few words what is wrong."),
    "time_wanted": _("Say when it was found."),
    "time_in_future": _("It cannot have been found in the future."),
    "part_wanted": _("Choose one."),
    "form_faults": _("Not saved yet: see the fields marked in red."),
    "saved": _("Saved on this telephone. It is sent as soon as there is a network."),
    "changed_elsewhere": _("This record was sent or changed in another window; look at the list."),
    "device_full": _(
        "The telephone has no space left: this was NOT saved. Free some space, or let what waits be sent first."
    ),
    "device_fault": _("The telephone could not save this: {detail}"),
    "remove_photo": _("Remove photo {name}"),
    "too_many_photos": _("“{name}” was not taken: at most {n} photos a record."),
    "photo_empty": _("“{name}” is empty: take it again."),
    "photo_too_large": _("“{name}” is larger than {most}: take a smaller picture."),
    "photo_type": _("“{name}” is not a JPEG, PNG or WebP picture."),
    "photo_twice": _("“{name}” is in this record already."),
    "no_clause": _("No clause has these words. Try others, or leave it open."),
    "more_clauses": _("{n} more: add a word."),
    "remove_clause": _("Take the clause out"),
    "state_draft": _("Not finished"),
    "state_waiting": _("Waits"),
    "state_sending": _("Being sent"),
    "state_refused": _("Refused by the office"),
    "state_arrived": _("At the office"),
    "untitled": _("(no words yet)"),
    "photos_waiting": _("{sent} of {n} photos sent ({size})"),
    "photos_arrived": _("{n} photos"),
    "refused_without_words": _("The office refused this and did not say why."),
    "correct": _("Correct"),
    "change": _("Change"),
    "go_on": _("Go on writing"),
    "send_again": _("Send again"),
    "discard": _("Delete"),
    "discard_question": _(
        "Delete “{title}” with its photos from this telephone? The office has not confirmed that it has it."
    ),
    "leave_out": _("Leave the refused photos out"),
    "leave_out_question": _("Delete the refused photos from this telephone and send the rest?"),
    "of_another": _("Written by {name}"),
    "others_wait": _("{n} records with {photos} photos wait. They are sent when this person logs in here again."),
    "storage": _("{used} used on this telephone, {free} free."),
    "storage_kept": _("{used} used on this telephone, {free} free; the browser will not clear it by itself."),
}


def page_words() -> dict[str, str]:
    """The words in the active language."""
    return {key: str(words) for key, words in WORDS.items()}
