"""What marking a report as urgent does at an entity, said before it is sent."""

from __future__ import annotations

from crypto import VerifiedDirectory
from portal.cli.terminal import Terminal


def note_urgent(terminal: Terminal, directory: VerifiedDirectory, entity: str) -> None:
    """Says whom the mark alerts, as the signed directory has it, and what it gives away; emergency numbers first."""
    for one in directory.content.entities:
        if one.id != entity:
            continue
        terminal.note(terminal.words.of(one.emergency))
        if one.on_call:
            terminal.note(
                "Urgent: the staff on call are alerted as soon as the report arrives, without a word of it, and it "
                "reaches the desk at that moment. Anybody who can see the server, the desk or their phones then "
                "knows that "
                "an urgent report came in at that moment. That may include people you exclude."
            )
        else:
            terminal.note(
                "Urgent: this alerts nobody. It puts the report at the top of the office's list, and it reaches the "
                "desk at once, not at the next full hour. Anybody who can see the server or the desk then knows "
                "that an "
                "urgent report came in at that moment. That may include people you exclude."
            )
