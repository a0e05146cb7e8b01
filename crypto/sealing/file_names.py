"""Names of files: what may be sent, how a name that came is saved, and how it is shown (SPEC §6)."""

import re

LONGEST = 255
CONTROL = r"\x00-\x1f\x7f-\x9f"
# Marks that turn the direction of what stands beside them, ends of lines that are no control characters, and a mark
# that nobody sees: with them `bill<U+202E>fdp.exe` looks like `billexe.pdf`.
TURNING = r"\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufeff"
# Lone surrogates stand for bytes of a name that are no UTF-8.
_UNFIT = re.compile(rf"[/\\{CONTROL}{TURNING}\ud800-\udfff]")
UNSEEN = re.compile(rf"[{CONTROL}{TURNING}]")


def clean_file_name(wanted: str) -> str:
    """A name to send a file under, or to save one that came, of at most its last 255 bytes.

    `_` stands for what deceives, hides the file or begins an option.
    """
    clean = _UNFIT.sub("_", wanted)
    while len(clean.encode()) > LONGEST:
        clean = clean[1:]
    if clean in ("", ".", ".."):
        return "_"
    # A hidden file may be one that a shell runs at its start, and a hyphen begins an option.
    return f"_{clean[1:]}" if clean[0] in ".-" else clean


def shown_file_name(name: str) -> str:
    """The name as a person may look at it: what can't be seen as its code point."""
    return UNSEEN.sub(lambda found: f"‹U+{ord(found[0]):04X}›", name)
