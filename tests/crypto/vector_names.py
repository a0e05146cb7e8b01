"""Vectors of the names of files (SPEC §6), as code points: what deceives in a name would deceive in a vector too."""

from tests.crypto.vector_file import VectorFile

TURNING = [0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x2070), 0xFEFF]
CONTROL = [*range(0x20), *range(0x7F, 0xA0)]
BESIDE = [0x20, 0xA0, 0x061B, 0x061D, 0x200D, 0x2010, 0x2027, 0x202F, 0x2065, 0x2070, 0xFEFE]
"""Right before and after a range, and inside joined pictures: these stay."""


def file_names() -> VectorFile:
    """How a name is sent or saved, and how it is shown."""
    out = VectorFile("file-names", "SPEC §6: names of attachments, as sent or saved and as shown")

    def add(case: str, name: str) -> None:
        out.good("file_name", case, points=[ord(one) for one in name])

    for code in (*TURNING, *CONTROL):
        add(f"U+{code:04X} in a name", f"bill{chr(code)}fdp.exe")
    for code in BESIDE:
        add(f"U+{code:04X} stays", f"a{chr(code)}b")
    for code in (0xD800, 0xDBFF, 0xDC00, 0xDFFF):
        add(f"a lone U+{code:04X}", f"{chr(code)}.txt")
    add("a picture of two code units", "\U0001f9d1\u200d\U0001f680.png")
    for name in ("", ".", "..", "/", "\\", "../a", "a\\b", ".bashrc", "-rf", "--help", "..a", "a.-b"):
        add(f"{name!r}", name)
    for case, name in (
        ("255 bytes", "x" * 255),
        ("256 bytes lose the first", "y" + "x" * 255),
        ("a hidden one only once it was cut", "a." + "x" * 254),
        ("an option only once it was cut", "长" * 90 + "-" + "x" * 254),
        ("cut between letters of three bytes", "长" * 120 + ".pdf"),
        ("cut between pictures of four bytes", "\U0001f680" * 70 + ".png"),
    ):
        add(case, name)
    return out
