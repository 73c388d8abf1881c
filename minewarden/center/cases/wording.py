"""What each action is called, and what a button says will happen."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

# action → (the button, what will happen)
ACTIONS: dict[str, tuple[Words, Words]] = {
    "open": (_("Opened"), ""),
    "verify": (_("Verify"), _("You confirm that this is so. It then waits to be assigned.")),
    "reject": (_("Reject"), _("You say that nothing is wrong here. The case ends with your reason.")),
    "assign": (_("Assign"), _("The mine is told what to put right, by whom and until when. The clock starts.")),
    "start": (_("Begin to put right"), _("The mine takes this on. The office sees that work has begun.")),
    "hand_in": (_("Hand in"), _("What you did goes to the office to be checked, with your pictures.")),
    "return": (_("Send back"), _("The mine must go on putting it right. The due date stays.")),
    "accept": (_("Accept"), _("You confirm with your name that it was put right.")),
    "close": (_("Close the case"), _("The case is done. It can be looked back at later.")),
    "look_back_passed": (_("Look-back passed"), _("It is still in order. The case ends.")),
    "look_back_failed": (_("Look-back failed"), _("It happened again: the case is reopened and counts as recurring.")),
    "extension_requested": (_("Ask for more time"), _("The office decides. Until then the due date stands.")),
    "extension_approved": (_("Grant more time"), _("The case is not overdue until that date.")),
    "extension_refused": (_("Refuse more time"), _("The due date stands.")),
}


def action_label(action: str) -> str:
    """The name of an action in the reader's language; an unknown one is shown as it is."""
    return str(ACTIONS[action][0]) if action in ACTIONS else action


def consequence(action: str) -> str:
    """What will happen when the button is pressed."""
    return str(ACTIONS[action][1])


# What the words given with an action are called in its form; the others have a remark.
REASONS: dict[str, Words] = {
    "reject": _("Why nothing is wrong"),
    "hand_in": _("What was done"),
    "return": _("What is still missing"),
    "accept": _("What you found"),
    "look_back_passed": _("What you found at the look-back"),
    "look_back_failed": _("What you found at the look-back"),
}
