"""Renders the pages of all faces into `portal/site/`; the same input gives the same bytes."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import sys
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import click
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crypto.office.directory_shape import Role
from portal.languages import DEFAULT, WORDS, Language, names_of, read_languages
from portal.permissions.shown import ROLE_NAMES, rows
from portal.site_build.bundle import Asset, bundle
from portal.site_build.errors import SiteError
from portal.site_build.packed import write_packed
from portal.site_build.rules import ICON, check_page
from portal.site_build.single_file import check_single_file, inline_text, single_policy
from portal.site_build.strings import FaceCatalogue, read_catalogue, sentences_in, words_in

ROOT = Path(__file__).resolve().parent.parent.parent
FACES = ("intake", "desk", "watch")


@dataclass(frozen=True)
class SitePage:
    """One row of a face's `pages.toml`; a path with `{lang}` is rendered once per language."""

    path: str
    template: str
    script: str | None

    def languages_of(self, known: Iterable[str]) -> tuple[str, ...]:
        """The languages that this page is rendered in."""
        return tuple(known) if "{lang}" in self.path else (DEFAULT,)

    def file(self, language: str) -> str:
        """Where the page lies inside the face's folder."""
        return f"{self.path.format(lang=language).lstrip('/')}index.html"


@dataclass(frozen=True)
class SingleFile:
    """A page that is one file, opened from a disk; `path` is where the face serves it for saving.

    With `{lang}` in its path there is one in each language, else one that speaks both.
    """

    path: str
    template: str
    script: str

    def languages_of(self, known: Iterable[str]) -> tuple[str, ...]:
        """The languages that it is rendered in."""
        return tuple(known) if "{lang}" in self.path else (DEFAULT,)

    def file(self, language: str) -> str:
        """Where it lies inside the face's folder."""
        return self.path.format(lang=language).lstrip("/")


@dataclass(frozen=True)
class Face:
    """One origin: its pages, its style sheet, its catalogues."""

    name: str
    style: Asset
    icon: str
    pages: tuple[SitePage, ...]
    singles: tuple[SingleFile, ...]
    workers: dict[str, Asset]
    """Scripts that a page's script starts, by the name under which it has their address."""
    languages: dict[str, Language]
    catalogues: dict[str, FaceCatalogue]


def read_face(root: Path, name: str) -> Face:
    """Reads `templates/<face>/pages.toml` and the catalogues of the face in every language."""
    templates = root / "templates"
    toml = (templates / name / "pages.toml").read_text(encoding="utf-8")
    table: dict[str, Any] = tomllib.loads(toml)
    languages = read_languages(templates / "locale")
    pages = tuple(SitePage(row["path"], row["template"], row.get("script")) for row in table["page"])
    singles = tuple(SingleFile(row["path"], row["template"], row["script"]) for row in table.get("single", ()))
    return Face(
        name=name,
        style=bundle(root, templates / "static" / table["style"]),
        icon=icon_address((templates / "static" / "icon.svg").read_bytes()),
        pages=pages,
        singles=singles,
        workers={row["name"]: bundle(root, templates / name / row["script"]) for row in table.get("worker", ())},
        languages=languages,
        catalogues={tag: _catalogue(templates / "locale", one, name) for tag, one in languages.items()},
    )


def _catalogue(locale: Path, language: Language, name: str) -> FaceCatalogue:
    """The sentences of a face, and what a further language has of the code's own words."""
    further = ("words",) if (locale / language.tag / "LC_MESSAGES" / f"{WORDS}.po").is_file() else ()
    return read_catalogue(locale, language.tag, (name, "shared", *further))


def icon_address(svg: bytes) -> str:
    """The icon as the page itself holds it: a file of its own costs a request and twenty times its size in headers."""
    return ICON + base64.b64encode(svg).decode()


def build_face(root: Path, name: str) -> dict[str, bytes]:
    """All files of one face: path inside the site → bytes, `release.json` among them."""
    face = read_face(root, name)
    environment = Environment(
        loader=FileSystemLoader(root / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    files = {f"assets/{asset.name}": asset.body for asset in (face.style, *face.workers.values())}
    addresses = {called: worker.address for called, worker in face.workers.items()}
    addresses |= {f"{called}_HASH": worker.integrity for called, worker in face.workers.items()}
    for page in face.pages:
        script = bundle(root, root / "templates" / name / page.script, addresses) if page.script else None
        if script:
            files[f"assets/{script.name}"] = script.body
        for language in page.languages_of(face.languages):
            html = render(environment, face, page, language, script)
            check_page(f"{name}{page.path}", html)
            files[page.file(language)] = html.encode("utf-8")
    for single in face.singles:
        for language in single.languages_of(face.languages):
            html = render_single(root, environment, face, single, language)
            files[single.file(language)] = html.encode("utf-8")
    files["release.json"] = release_list(files)
    return files


def _said(script: Asset, catalogue: FaceCatalogue) -> set[str]:
    """The sentences that a page's script can say, and what a further language has of the code's own words in it."""
    sources = [path for path in script.sources if path.suffix == ".ts"]
    own = words_in(sources) & catalogue.sentences.keys() if WORDS in catalogue.domains else set[str]()
    return own | sentences_in(script.body.decode("utf-8"), sources)


def render(environment: Environment, face: Face, page: SitePage, language: str, script: Asset | None) -> str:
    """One page in one language, with its script's sentences as a data block."""
    catalogue = face.catalogues[language]
    said = _said(script, catalogue) if script else set[str]()
    template = environment.get_template(f"{face.name}/{page.template}")
    return template.render(
        _=catalogue.say,
        said={code: face.catalogues[code].say for code in face.languages},
        lang=language,
        html=face.languages[language],
        languages=face.languages,
        path=page.path,
        style=face.style,
        icon=face.icon,
        script=script,
        strings=catalogue.block(said, names_of(face.languages[language])),
        duties=rows(catalogue.words),
        roles=tuple(Role),
        role_names=ROLE_NAMES,
    )


def render_single(root: Path, environment: Environment, face: Face, single: SingleFile, language: str) -> str:
    """One file with everything inside; it carries the words of that language, English stands in the script."""
    script = bundle(root, root / "templates" / face.name / single.script)
    catalogue = face.catalogues[language]
    text, style = inline_text(script), inline_text(face.style)
    html = environment.get_template(f"{face.name}/{single.template}").render(
        _=catalogue.say,
        said={code: face.catalogues[code].say for code in face.languages},
        html=face.languages[language],
        languages=face.languages,
        policy=single_policy(text, style),
        script_text=text,
        style_text=style,
        strings=catalogue.block(_said(script, catalogue), names_of(face.languages[language])),
    )
    check_single_file(f"{face.name}{single.path}", html)
    return html


def release_list(files: dict[str, bytes]) -> bytes:
    """The list that a release signs: `{"v":1,"files":{path: SHA-256 hex}}`, sorted by path."""
    hashes = {path: hashlib.sha256(body).hexdigest() for path, body in files.items()}
    return (json.dumps({"v": 1, "files": hashes}, sort_keys=True, indent=1) + "\n").encode("utf-8")


def write_face(site: Path, name: str, files: dict[str, bytes]) -> None:
    """Writes a face beside its place and moves it there whole: no half site is ever served.

    Anyone who builds it, every user may read it: each face is served by a user of its own.
    """
    site.mkdir(parents=True, exist_ok=True)
    fresh = Path(mkdtemp(prefix=f".{name}-", dir=site))
    for path, body in files.items():
        target = fresh / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)
        target.chmod(0o644)
    for folder in (site, fresh, *(path for path in fresh.rglob("*") if path.is_dir())):
        folder.chmod(0o755)
    old = Path(mkdtemp(prefix=f".{name}-old-", dir=site))
    if (site / name).exists():
        (site / name).rename(old / name)
    fresh.rename(site / name)
    shutil.rmtree(old)


def build_site(root: Path = ROOT, site: Path | None = None) -> dict[str, int]:
    """Builds all faces into `portal/site`; gives each one's number of files, raises `SiteError`."""
    counts: dict[str, int] = {}
    bodies: list[bytes] = []
    place = site or root / "portal" / "site"
    for name in FACES:
        files = build_face(root, name)
        write_face(place, name, files)
        counts[name] = len(files)
        bodies += files.values()
    write_packed(place, bodies)
    return counts


def main() -> int:
    """`python -m portal.site_build.pages`: builds, or says what is wrong and writes nothing of that face."""
    try:
        counts = build_site()
    except SiteError as error:
        click.echo(f"pages: {error}", err=True)
        return 1
    click.echo("pages: " + ", ".join(f"{name} {count} files" for name, count in counts.items()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
