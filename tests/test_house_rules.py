"""The house rules themselves: each lets a good sample pass and catches a bad one."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tools.house.__main__ import check_project
from tools.house.findings import Finding
from tools.house.import_picture import check_picture, picture
from tools.house.language_rules import check_languages
from tools.house.python_rules import check_python
from tools.house.script_import_rules import check_circles, check_layers
from tools.house.store_rules import check_stores
from tools.house.text_rules import HOSTS, check_text, check_twins
from tools.house.twin_rules import Single, check_names, check_places
from tools.house.word_rules import Retired, check_words

HEAD = '"""A module."""\n'
LINES = "    pass\n"


@dataclass(frozen=True)
class Sample:
    """One rule with a file that keeps it and a file that breaks it."""

    rule: str
    good: str
    bad: str
    path: str = "portal/sample.py"


def nested(levels: int) -> str:
    """Returns a function with so many blocks within each other."""
    blocks = "".join("    " * level + "if a:\n" for level in range(1, levels + 1))
    return f"def f(a):\n{blocks}{'    ' * (levels + 1)}pass\n"


ELIF = "def f(a):\n    if a:\n        pass\n" + "    elif a:\n        pass\n" * 5
PYTHON = [
    Sample("module-docstring", "", "import os\n"),
    Sample("module-docstring", "", '"""A module\nthat goes on."""\n'),
    Sample("environment", "import os\nos.sep\n", 'import os\nos.environ["A"]\n'),
    Sample("environment", "x.environ\n", "import os\nos.getenv('A')\n"),
    Sample("environment", "from os import sep\n", "from os import environ\n", "casework/a.py"),
    Sample("global", "def f(a):\n    a = 1\n", "def f():\n    global a\n    a = 1\n"),
    Sample("glued-log", 'log.info("opened", case=case)\n', 'log.info(f"opened {case}")\n'),
    Sample("glued-log", 'print("a %s" % a)\n', 'self._log.warning("a %s" % a)\n'),
    Sample("glued-log", 'fog.info("a" + a)\n', 'get_logger().error("a {}".format(a))\n'),
    Sample("glued-log", 'log.bind(case=case).info("a")\n', 'log.bind(case=case).info("a" + a)\n'),
    Sample("glued-log", 'log.info("a", b=b + 1)\n', 'log.info("a", b=f"{b}")\n'),
    Sample("long-function", f"def f():\n{LINES * 39}", f"def f():\n{LINES * 40}"),
    Sample("nesting", nested(3), nested(4)),
    Sample("nesting", ELIF, nested(5)),
    Sample("claim", 'def test_a():\n    """A cat sleeps."""\n', "def test_a():\n    pass\n", "tests/a.py"),
    Sample("claim", "def f():\n    pass\n", 'def test_a():\n    """A cat sleeps. It wakes."""\n', "tests/a.py"),
    Sample("syntax", "a = 1\n", "a = = 1\n"),
]
TEXT = [
    Sample("long-file", "a\n" * 400, "a\n" * 401, "crypto/a.ts"),
    Sample("long-function", f"function f() {{\n{LINES * 38}}}\n", f"function f() {{\n{LINES * 39}}}\n", "a.ts"),
    Sample("long-function", f"test('a', () => {{\n{LINES * 50}}});\n", f"  run() {{\n{LINES * 50}  }}\n", "a.ts"),
    Sample("outside-word", "see the docs", f"see {HOSTS[0]}", "docs/a.md"),
    Sample("outside-word", "a/work/b and https://a.b/work/", "in /wo" + "rk/b", "docs/a.md"),
    Sample("lock-address", '"version": "1"', '"resolved": "x"', "package-lock.json"),
    Sample("lock-address", '"version": "1"', '"resolved": "x"', "tests/bench/lighthouse/package-lock.json"),
    Sample("lock-address", "a==1\n", "a==1\n--index-url x\n", "requirements/core.txt"),
    Sample("quaint-word", "Anybody who has `whoever`", "For whoever asks", "docs/law/notices.md"),
    Sample("quaint-word", 'msgid "Ask again"', 'msgid "Ask anew"', "templates/locale/en/LC_MESSAGES/desk.po"),
    Sample("corner-quote", "“及时”\n", "\u300c及时\u300d\n", "docs/a.zh-CN.md"),
]
TABLE = '"""T."""\na = Table("a", meta, Column("x", ForeignKey("{target}")))\nb = Table("b", {meta})\n'
CLASSES = "class A(Base):\n    __tablename__ = 'a'\n    b = column(ForeignKey('{target}'))\n"


def rules(findings: list[Finding]) -> set[str]:
    """Returns the names of the broken rules."""
    return {finding.rule for finding in findings}


def python_rules(sample: Sample, source: str) -> set[str]:
    """Returns what the Python rules find; the docstring's own rule gets no docstring for free."""
    needs_head = sample.rule != "module-docstring" or source == sample.good
    return rules(check_python(sample.path, (HEAD if needs_head else "") + source))


@pytest.mark.parametrize("sample", PYTHON, ids=lambda sample: sample.rule)
def test_python_rules_tell_good_from_bad(sample: Sample) -> None:
    """The good file has no finding at all, and the bad one has exactly the rule's own."""
    assert python_rules(sample, sample.good) == set()
    assert python_rules(sample, sample.bad) == {sample.rule}


@pytest.mark.parametrize("sample", TEXT, ids=lambda sample: sample.rule)
def test_text_rules_tell_good_from_bad(sample: Sample) -> None:
    """The good file has no finding at all, and the bad one has exactly the rule's own."""
    assert rules(check_text(sample.path, sample.good)) == set()
    assert rules(check_text(sample.path, sample.bad)) == {sample.rule}


def test_only_the_settings_read_the_environment() -> None:
    """The one file that may read the environment is let through."""
    assert check_python("portal/settings.py", f"{HEAD}import os\nos.environ\n") == []


def test_a_foreign_key_within_a_store_is_fine() -> None:
    """A key to a table with the same metadata in the same folder is let through."""
    assert check_stores({"portal/mailroom/a.py": TABLE.format(target="b.id", meta="meta")}) == []
    two = {"casework/a.py": CLASSES.format(target="b.id"), "casework/b.py": "b = Table('b', Base)\n"}
    assert check_stores(two) == []


def test_a_foreign_key_across_stores_is_found() -> None:
    """A key to other metadata, to another folder or to an unknown class is found."""
    other_meta = {"portal/mailroom/a.py": TABLE.format(target="b.id", meta="erasure")}
    other_folder = {"casework/a.py": CLASSES.format(target="b.id"), "crypto/b.py": "b = Table('b', Base)\n"}
    listed = "a = Table('a', m, ForeignKeyConstraint(['x'], ['b.x']))\n"
    by_class = "a = Table('a', m, Column('x', ForeignKey(Other.id)))\n"
    for sources in (other_meta, other_folder, {"portal/a.py": listed}, {"portal/a.py": by_class}):
        assert rules(check_stores(sources)) == {"foreign-key"}


def test_a_circle_of_scripts_is_found() -> None:
    """A file that needs one which needs it is found, over several lines and by types too; a road one way is fine."""
    one = 'import {\n  a,\n} from "./b/two.js";\n'
    two = 'import type { C } from "../three.js";\n'
    scripts = {"templates/one.ts": one, "templates/b/two.ts": two, "templates/three.ts": ""}
    assert check_circles(scripts) == []
    (found,) = check_circles(scripts | {"templates/three.ts": 'export { d } from "./one.js";\n'})
    assert found.rule == "circle"
    assert "templates/b/two.ts" in found.words


def test_a_script_imports_no_room_above_or_beside_its_own() -> None:
    """A page's script may use what is shared and the twins, and neither of these a page."""
    down = {
        "templates/desk/a/one.ts": 'import { h } from "../../shared/dom.js";\nimport { b } from "../b/two.js";\n',
        "crypto/desk/answer.ts": 'import { grant } from "../case/grant.js";\n',
    }
    assert check_layers(down) == []
    up = {
        "templates/shared/dom.ts": 'import { a } from "../intake/report.js";\n',
        "templates/intake/report.ts": 'import { a } from "../desk/a/one.js";\n',
        "crypto/keys/staff.ts": 'import { a } from "../office/directory.js";\n',
        "casework/engine/case.ts": 'import { a } from "../../templates/shared/dom.js";\n',
        "casework/engine/reporteroptions.ts": 'import { a } from "../event_store/stepcheck.js";\n',
    }
    assert [one.path for one in check_layers(down | up)] == list(up)


TWINS = ["crypto/case/__init__.py", "crypto/case/on_behalf.py", "crypto/case/onbehalf.ts", "templates/desk/ui.ts"]


def test_twins_stand_side_by_side() -> None:
    """A script where there is no Python, or none of its name, is found, and so is a line of the list that is old."""
    assert check_places(TWINS, Single()) == []
    assert rules(
        check_places([*TWINS, "casework/browser/case.ts"], Single(alone={"casework/browser/case.ts": "a"}))
    ) == {"room-without-python"}
    stray = [*TWINS, "crypto/case/grants.ts"]
    assert [(one.path, one.rule) for one in check_places(stray, Single())] == [("crypto/case/grants.ts", "no-twin")]
    assert check_places(stray, Single({"crypto/case/grants.ts": "crypto/case/on_behalf.py"})) == []
    for old in (
        Single({"crypto/case/grants.ts": "crypto/case/grant.py"}),
        Single(alone={"crypto/case/grants.ts": "a", "crypto/case/gone.ts": "a"}),
        Single(alone={"crypto/case/grants.ts": "a", "crypto/case/onbehalf.ts": "a"}),
    ):
        assert [one.path for one in check_places(stray, old)] == ["tools/house/scripts_without_twin.toml"]


def test_a_declared_twin_has_the_name_of_its_python() -> None:
    """The first line says whose twin a script is: another name is found, in shared packages another room too."""
    said = "/** A thing (SPEC §5; twin of `casework/deadlines/clock_words.py` and of `casework/a.py`). */\n"
    fine = ("casework/deadlines/clockwords.ts", "casework/a.ts", "templates/desk/clockwords.ts")
    assert check_names(dict.fromkeys(fine, said) | {"crypto/b.ts": "/** A thing. */\n"}, Single()) == []
    wrong = ("casework/deadlines/words.ts", "casework/engine/clockwords.ts", "templates/desk/words.ts")
    assert [one.path for one in check_names(dict.fromkeys(wrong, said), Single())] == list(wrong)
    assert check_names({wrong[0]: said}, Single({wrong[0]: "casework/a.py"})) == []


def test_a_retired_word_does_not_come_back() -> None:
    """A retired word is found in each name that a file defines and in its path; what a library calls its own is not."""
    retired = {"shelf": Retired("a cache")}
    fine = {"portal/a.py": "rules.shelf(shelf=shelf)\nshelfish = 'shelf'\n", "tests/a.py": "shelf = 1\n"}
    assert check_words(fine | {"portal/migrations/a.py": "SHELF = 1\n"}, retired) == []
    for source in (
        "_shelf = 1",
        "class RulesShelf: ...",
        "def shelf_of(): ...",
        "def f(shelf): ...",
        "import a as shelf",
    ):
        assert rules(check_words({"portal/a.py": source}, retired)) == {"retired-word"}
    attribute = "class A:\n    def __init__(self) -> None:\n        self._shelf = 1\n"
    assert [found.line for found in check_words({"portal/a.py": attribute}, retired)] == [3]
    assert rules(check_words({"portal/rules_shelf.py": ""}, retired)) == {"retired-word"}
    for script in (
        "export class Shelf {}",
        "interface RulesShelf {}",
        "type Shelf = 1;",
        "async function shelfOf() {}",
    ):
        assert rules(check_words({"templates/desk/a.ts": f"\n{script}\n"}, retired)) == {"retired-word"}
    assert check_words({"templates/desk/a.ts": "open(shelf);\n", "tests/a.ts": "class Shelf {}\n"}, retired) == []


def test_the_list_of_allowed_uses_only_shrinks() -> None:
    """A file on the list may keep the word; one that has lost it, or is gone, must leave the list."""
    retired = {"told": Retired("shown", frozenset({"portal/a.py"}))}
    assert check_words({"portal/a.py": "told = 1\n"}, retired) == []
    assert [found.rule for found in check_words({"portal/a.py": "shown = 1\n"}, retired)] == ["retired-word"]
    assert rules(check_words({}, retired)) == {"retired-word"}


def test_code_names_no_language() -> None:
    """A tag is found in code and in pages of the product; not in tests, in data, or where the list says why."""
    fine = {"portal/a.py": "languages()\nzh = 1\n", "tests/a.py": '"zh"', "casework/policies/a.toml": 'language = "zh"'}
    assert check_languages(fine, {}) == []
    for path, text in (
        ("portal/a.py", 'language == "zh"'),
        ("templates/desk/a.ts", "\nspeech: 'en'"),
        ("templates/intake/a.html", '\n<p lang="zh-CN">'),
    ):
        assert rules(check_languages({path: text}, {})) == {"language-named"}
        assert check_languages({path: text}, {path: "its reason"}) == []
        assert rules(check_languages({path: "t(sentence)"}, {path: "its reason"})) == {"language-named"}


def test_documents_come_in_pairs() -> None:
    """A document in one language only is found, whichever it is; other files and decisions need no twin."""
    pair = ["README.md", "README.zh-CN.md", "docs/a/b.md", "docs/a/b.zh-CN.md", "crypto/SPEC.md", "docs/adr/0001-a.md"]
    assert check_twins(pair) == []
    assert [each.path for each in check_twins(pair[1:])] == ["README.md"]
    assert [each.path for each in check_twins(pair[:3])] == ["docs/a/b.md"]


@pytest.mark.slow
def test_the_project_keeps_its_own_rules() -> None:
    """No file of the project breaks a house rule."""
    assert [str(finding) for finding in check_project()] == []


ROOMS = {
    "portal/wiring/desk.py": "from portal.worker.jobs import run\nfrom portal.mailroom import rooms\nimport crypto",
    "portal/worker/jobs.py": "from portal.mailroom.context import Room",
    "portal/mailroom/context.py": "from crypto.case import events",
    "crypto/case/events.py": "",
    "templates/desk/queue/rows.ts": 'import { h } from "../../shared/dom.js";',
    "templates/shared/dom.ts": "",
}


def test_the_picture_of_the_rooms_is_that_of_their_imports() -> None:
    """Each arrow once, none that another way says; a page with another picture is named."""
    made = picture(ROOMS)
    arrows = {line.strip() for line in made.splitlines() if "-->" in line}
    assert arrows == {
        "portal_wiring --> portal_worker",
        "portal_worker --> portal_mailroom",
        "templates_desk --> templates_shared",
        "portal --> crypto",
    }
    assert check_picture(ROOMS | {"docs/architecture.md": f"before\n{made}after"}) == []
    assert [one.rule for one in check_picture(ROOMS | {"docs/architecture.md": "without"})] == ["old-picture"]
