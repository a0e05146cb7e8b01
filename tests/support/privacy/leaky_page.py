"""A report page with a planted leak: its finishing post is padded by one block more when a name is sealed."""

from __future__ import annotations

import shutil
from pathlib import Path

from portal.settings import Settings
from portal.site_build.pages import ROOT, build_face, write_face
from tests.support.servers.cheap_key_derivation import PAGES, light_face

# The page refuses by itself what is longer than the finishing post: anyone who plants the leak takes that away too.
CHANGES = {
    "crypto/case/items.ts": (
        "seal(how.recipients, padText(inner), rng)",
        'seal(how.recipients, content.type === "identity" ? padExactly(inner, 8192) : padText(inner), rng)',
    ),
    "crypto/reporter/posts.ts": (
        "if (extras.short && ",
        "if (extras.short && extras.identity === undefined && ",
    ),
}
IMPORT = ("import { padText, readPadded }", "import { padExactly, padText, readPadded }")


def _copy(folder: Path) -> None:
    """What the page is made of."""
    left_out = shutil.ignore_patterns("vectors", "__pycache__")
    for name in ("crypto", "templates", "casework"):
        shutil.copytree(ROOT / name, folder / name, ignore=left_out)
    for name in ("package.json", "tsconfig.json"):
        shutil.copyfile(ROOT / name, folder / name)
    (folder / "node_modules").symlink_to(ROOT / "node_modules")


def write_leaky_intake(folder: Path, settings: Settings) -> None:
    """Builds it from a changed copy of the sources and puts it where a light intake looks for its pages."""
    _copy(folder)
    for place, (was, now) in CHANGES.items():
        file = folder / place
        text = file.read_text("utf-8")
        assert text.count(was) == 1, place
        file.write_text(text.replace(was, now).replace(*IMPORT), "utf-8")
    write_face(folder / "site", "intake", build_face(folder, "intake"))
    write_face(settings.data / PAGES, "intake", light_face(folder / "site" / "intake"))
