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
    "order_stop": (
        _("Order to stop"),
        _("The area stops and people leave it, with your name. The order must be published within 5 working days."),
    ),
    "list": (_("List"), _("The hazard is listed and pressed until it is removed. The mine's clock starts.")),
    "submit_plan": (_("Hand in the plan"), _("The plan with its five fixes goes to the office.")),
    "agree_plan": (_("Agree to the plan"), _("The mine may begin to put it right as planned.")),
    "return_plan": (_("Send the plan back"), _("The mine must plan again. The due date stays.")),
    "report_progress": (_("Report progress"), _("The office sees how far the work has come.")),
    "self_accept": (_("Accept for the mine"), _("The mine itself confirms that it is put right. Then it can apply.")),
    "apply": (_("Apply for acceptance"), _("The office must accept or refuse within 20 days.")),
    "sign_removal": (
        _("Sign for the department"),
        _("The department stands behind the acceptance. The inspectorate is next."),
    ),
    "agree_removal": (_("Agree as inspectorate"), _("The inspectorate agrees. The government is next.")),
    "approve_removal": (_("Approve for the government"), _("The mine may be taken off the list and restart.")),
    "delist": (_("Remove from the list"), _("The listing ends. The removal must be published within 5 working days.")),
    "publish": (_("Enter the publication"), _("The case is closed. It can be looked back at later.")),
    "lift": (_("Lift the order"), _("The supervision order ends.")),
    "import": (_("Brought in by a workbook"), ""),
    "edit": (_("Corrected"), ""),
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


# Steps that other apps note in the history beside the moves of the table.
_noted: dict[str, Words] = {}


def name_step(action: str, label: Words) -> None:
    """Say what a step that another app notes is called; called in ``AppConfig.ready``."""
    _noted[action] = label


def action_label(action: str) -> str:
    """The name of an action in the reader's language; an unknown one is shown as it is."""
    return str(ACTIONS[action][0] if action in ACTIONS else _noted.get(action, action))


def consequence(action: str) -> str:
    """What will happen when the button is pressed."""
    return str(ACTIONS[action][1])


# What the words given with an action are called in its form; the others have a remark.
REASONS: dict[str, Words] = {
    "reject": _("Why nothing is wrong"),
    "hand_in": _("What was done"),
    "return": _("What is still missing"),
    "return_plan": _("What the plan lacks"),
    "order_stop": _("Why it must stop"),
    "report_progress": _("What was done"),
    "self_accept": _("What the mine found"),
    "apply": _("What was done"),
    "lift": _("Why it can be lifted"),
    "accept": _("What you found"),
    "look_back_passed": _("What you found at the look-back"),
    "look_back_failed": _("What you found at the look-back"),
}
