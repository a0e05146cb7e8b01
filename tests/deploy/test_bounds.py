"""What one client, or many, can take of nginx and its faces with calls that they begin and do not end."""

from __future__ import annotations

import re
import ssl
import subprocess
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path

import httpx
import pytest

from portal.edge.serving import HELD, THREADS
from portal.edge.turnstile import MOST_LASTING
from portal.roles.rights import StoreRole
from tests.support.canary import family
from tests.support.half_sent import Call, one_of_each_lane, resident, slow_callers
from tests.support.ports import LOOPBACK
from tests.support.site import ROOT, Site, command_of, running_site
from tests.support.stores import prepared_files, ready_embedded_stores

MIB = 1024 * 1024
MOST = 200_000_000
PART = f"/api/blobs/{'A' * 22}/parts/1"
HELD_POLL = Call("/api/poll", 40, 1)
LARGE_POLL = Call("/api/poll", 8 * MIB, 8 * MIB - 1)
TEXT = Call("/api/submissions", MIB, MIB - 1)
UPLOAD = Call(PART, 8 * MIB, 8 * MIB - 1, "PUT")
UPLOAD_AS_READING = Call(PART, 8 * MIB, 8 * MIB - 1, "GET")
BUNDLE = Call("/api/bundles", MIB, 8)
# As large as a call may be that has one of the many places for text, and a report as it usually is.
USUAL = 199_999
REPORT = bytes(141_000)
DOOR = Call("/api/session", 16 * 1024, 16 * 1024 - 1)
USUAL_TEXT = Call("/api/submissions", USUAL, USUAL - 1)
USUAL_STEP = Call("/api/cases", USUAL, USUAL - 1)
DESK_CALLS = (Call("/api/cases", MIB, MIB - 1), DOOR, Call("/api/enrolment", 64 * 1024, 65_000), UPLOAD)
ELSEWHERE = "127.0.0.77"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The shipped site on SQLite: its processes are as many as the units say."""
    folder = tmp_path_factory.mktemp("bounds")
    (folder / "prepared").mkdir()
    stores = ready_embedded_stores(folder, prepared_files(folder / "prepared"))
    with running_site(stores) as site:
        yield site


@contextmanager
def caller(site: Site, address: str = LOOPBACK, *, onion: bool = False, desk: bool = False) -> Generator[httpx.Client]:
    """Somebody else, from an address of their own or through tor, at intake or at the desk."""
    if onion:
        transport, base = httpx.HTTPTransport(uds=str(site.onion_socket)), "http://of.onion"
    else:
        trusted = ssl.create_default_context(cafile=site.certificate)
        transport, base = httpx.HTTPTransport(verify=trusted, local_address=address), site.desk if desk else site.intake
    with httpx.Client(transport=transport, base_url=base, timeout=60) as client:
        yield client


def threads_of_intake() -> int:
    """How many calls intake can work on at once, all of its processes together."""
    words = command_of(StoreRole.INTAKE, Path("/"))
    return (THREADS + HELD + MOST_LASTING) * int(words[words.index("--processes") + 1])


def test_one_client_that_sends_halves_takes_no_memory_and_no_door(site: Site) -> None:
    """Of hundreds of calls of up to 8 MiB that end a byte short nginx holds few, and everybody else goes on."""
    with slow_callers(site) as slow:
        for face in ("report", "onion"):
            for call in (LARGE_POLL, TEXT, UPLOAD, UPLOAD_AS_READING):
                slow.begin(call, 45, face=face)
        for call in DESK_CALLS:
            slow.begin(call, 45, face="desk")
        assert resident(site.nginx) < MOST
        answered = slow.answers()
        assert {413, 503} <= set(answered)
        with caller(site, ELSEWHERE) as other:
            _everything_goes_on(other)


def _everything_goes_on(other: httpx.Client) -> None:
    """Each of these is judged by intake itself; 422 is its own answer to what is no report."""
    assert other.get("/zh/").status_code == 200
    assert other.post("/api/poll", content=b"{}").status_code == 422
    assert other.post("/api/submissions", content=b"{}").status_code == 422
    assert other.put(PART, content=b"x").status_code == 422
    assert other.get(PART.rpartition("/parts")[0]).status_code == 200
    assert other.post("/api/bundles", content=bytes(100)).status_code == 422


def test_all_places_together_stay_below_what_nginx_may_take(site: Site) -> None:
    """With callers of every lane, every place of every kind is taken by as many bytes as it holds."""
    with slow_callers(site) as slow:
        for address in one_of_each_lane()[::3]:
            slow.begin(USUAL_TEXT, 5, address=address)
            slow.begin(USUAL_STEP, 3, face="desk", address=address)
            slow.begin(DOOR, 6, face="desk", address=address)
            for call in (UPLOAD, TEXT):
                slow.begin(call, 1, address=address)
            for call in DESK_CALLS:
                slow.begin(call, 1, face="desk", address=address)
        for call, count in ((UPLOAD, 4), (TEXT, 3), (USUAL_TEXT, 17)):
            slow.begin(call, count, face="onion")
        # Before they are counted: a silent line gives its place up.
        taken = resident(site.nginx)
        assert slow.held() >= sum(most_of(kind) for kind in ("parts", "texts", "long_texts", "doors", "enrolments"))
        assert taken < MOST


def most_of(kind: str) -> int:
    """The places of a kind in the shipped file, the last location of each server counted."""
    text = (ROOT / "deploy/nginx/nginx.conf").read_text("utf-8")
    servers = text.split("server_name ")[1:]
    found = [re.findall(rf"limit_conn {kind} (\d+);", server) for server in servers]
    return sum(int(numbers[-1]) for numbers in found if numbers)


@pytest.mark.parametrize("onion", [False, True])
def test_slow_bundles_leave_places_for_the_ninth_and_the_twenty_first(site: Site, onion: bool) -> None:
    """While eight slow lines hold, and then twenty, another bundle is served, on the web and through tor."""
    face = "onion" if onion else "report"
    with slow_callers(site) as slow:
        for more, address in ((8, "127.0.0.31"), (12, "127.0.0.32")):
            slow.begin(BUNDLE, more, face=face, address=address)
            with caller(site, ELSEWHERE, onion=onion) as other:
                assert other.post("/api/bundles", content=bytes(100)).status_code == 422
        assert slow.answers() == []


def test_no_address_fills_more_than_its_lane(site: Site) -> None:
    """Of bundles from one address twelve are held, and the rest are asked to wait in so many words."""
    with slow_callers(site) as slow:
        slow.begin(BUNDLE, 40, address="127.0.0.33")
        assert slow.answers() == [503] * 28
        with caller(site, "127.0.0.33") as same:
            same.headers["Accept-Language"] = "en"
            said = same.post("/api/bundles", content=bytes(100))
        assert (said.status_code, said.json()["type"]) == (503, "urn:yanlu:error:busy")
        assert said.headers["Cache-Control"] == "no-store"


DRIPPING = (Call("/api/submissions", USUAL, 10), Call("/api/submissions", MIB, 10))
AT_DESK = (Call("/api/session", 16 * 1024, 10), Call("/api/cases", USUAL, 10), Call("/api/cases", MIB, 10))


def test_dripping_lines_from_several_addresses_leave_places_for_reports_and_sign_ins(site: Site) -> None:
    """Ten lines of a kind from each of four addresses drip; a report, a message and a sign-in go on."""
    lines = [*(("report", call) for call in DRIPPING), *(("desk", call) for call in AT_DESK)]
    with slow_callers(site) as slow:
        for (face, call), number in product(lines, range(61, 65)):
            slow.begin(call, 10, face=face, address=f"127.0.0.{number}")
        assert slow.held() > 80
        with caller(site, ELSEWHERE) as other:
            assert other.post("/api/submissions", content=REPORT).status_code == 422
            assert other.post("/api/posts", content=REPORT).status_code == 422
        with caller(site, ELSEWHERE, desk=True) as other:
            other.headers["X-Yanlu-Desk"] = "1"
            assert other.post("/api/session", content=b"{}").status_code == 422
            assert other.post(f"/api/cases/{'A' * 22}/steps", content=REPORT).status_code == 401


def test_dripping_lines_leave_places_for_a_colleague_behind_the_same_address_and_through_tor(site: Site) -> None:
    """Ten lines of a kind from a company's one address, or twelve through tor, drip; a report from there goes on."""
    with slow_callers(site) as slow:
        for call in DRIPPING:
            slow.begin(call, 10, address="127.0.0.65")
            slow.begin(call, 12, face="onion")
        slow.begin(AT_DESK[0], 14, face="desk", address="127.0.0.65")
        assert slow.held() >= 10 + 12 + 14
        for onion in (False, True):
            with caller(site, "127.0.0.65", onion=onion) as other:
                assert other.post("/api/submissions", content=REPORT).status_code == 422
        with caller(site, "127.0.0.65", desk=True) as other:
            other.headers["X-Yanlu-Desk"] = "1"
            assert other.post("/api/session", content=b"{}").status_code == 422


def temporary_files(site: Site) -> list[str]:
    """What nginx holds open of deleted files: each body that did not fit into its buffer is one."""
    found: list[str] = []
    for process in family([site.nginx]):
        for line in Path(f"/proc/{process}/fd").glob("*"):
            with suppress(OSError):
                found.append(str(line.readlink()))
    return [name for name in found if name.endswith("(deleted)") and "/body" in name]


@pytest.mark.parametrize("face", ["report", "desk", "onion"])
def test_a_reading_that_brings_a_body_is_refused_and_leaves_no_file(site: Site, face: str) -> None:
    """A GET or HEAD of 16 kB to 8 MiB is answered 413 at once, and none of it is written to the disk."""
    with slow_callers(site) as slow:
        for method in ("GET", "HEAD"):
            for path, size in ((PART, 8 * MIB), ("/api/cases", MIB), ("/api/drafts", 64 * 1024), ("/zh/", 16_000)):
                slow.begin(Call(path, size, size - 1, method), 1, face=face)
        assert temporary_files(site) == []
        assert slow.answers() == [413] * 8


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_over_http2_nothing_is_written_either(site: Site, method: str) -> None:
    """Where the length need not be announced, a part that is under way lies in memory, and a reading is refused."""
    common = ["-sSk", "--http2", "-o", "/dev/null", "--resolve", f"report.localhost:{site.port}:{LOOPBACK}"]
    # nginx refuses a body that comes before its settings were acknowledged: a page is fetched on the line first.
    command = ["curl", *common, f"{site.intake}/zh/", "--next", *common, "-w", "%{http_code} %{http_version}"]
    command += ["-X", method, "-T", "-", f"{site.intake}{PART}"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as curl:
        assert curl.stdin is not None
        with suppress(OSError):
            curl.stdin.write(bytes(8 * MIB - 10))
            curl.stdin.flush()
        time.sleep(0.5)
        found = temporary_files(site)
        said, _ = curl.communicate(timeout=60)
    assert found == []
    assert said.split() == [b"413" if method == "GET" else b"422", b"2"]


def test_slow_callers_wait_at_nginx_and_hold_up_nobody(site: Site) -> None:
    """With more half-sent calls than intake has threads one that takes a place is answered, and a half one goes on."""
    wanted = threads_of_intake() + 16
    with slow_callers(site) as slow:
        slow.begin(HELD_POLL, 96, face="onion")
        for address in one_of_each_lane():
            if len(slow.lines) < wanted:
                slow.begin(HELD_POLL, 8, address=address)
        assert slow.held() > threads_of_intake()
        with caller(site, ELSEWHERE) as other:
            # One of the sixteen places of a process is what this needs.
            assert other.post("/api/submissions", content=b"{}").status_code == 422
        first = slow.lines[0]
        first.settimeout(30)
        first.sendall(b" " * 39)
        assert first.recv(12) == b"HTTP/1.1 422"


def test_what_comes_in_pieces_without_a_length_leaves_no_file(site: Site) -> None:
    """A body in chunks is refused where bodies are kept until they are whole, and taken where they stream."""

    def pieces() -> Iterator[bytes]:
        yield from (b"x" for _ in range(100))

    with caller(site) as other:
        for path in ("/api/poll", "/api/submissions", "/api/drafts", PART):
            assert other.request("PUT" if "blobs" in path else "POST", path, content=pieces()).status_code == 422
            assert other.request("PUT", path, content=pieces()).json()["type"] == "urn:yanlu:error:malformed"
        assert other.post("/api/bundles", content=pieces()).status_code == 422


def test_an_issuer_of_certificates_finds_what_it_asks_for(site: Site) -> None:
    """A file of ACME's http-01 is served on port 80 under both names, nothing else is, and the rest is sent on."""
    folder = site.folder / "acme/.well-known/acme-challenge"
    folder.mkdir(parents=True)
    (folder / "token-1").write_text("token-1.thumbprint")
    with httpx.Client(timeout=30) as client:
        for name in ("report.localhost", "desk.localhost"):
            plain = f"http://{name}:{site.plain_port}"
            found = client.get(f"{plain}/.well-known/acme-challenge/token-1")
            assert (found.status_code, found.text) == (200, "token-1.thumbprint")
            missing = client.get(f"{plain}/.well-known/acme-challenge/token-2")
            assert (missing.status_code, missing.json()["type"]) == (422, "urn:yanlu:error:malformed")
            up = client.get(f"{plain}/.well-known/acme-challenge/..%2f..%2f..%2fnginx.pid")
            assert up.status_code in (308, 400, 422)
            assert client.get(f"{plain}/x").headers["Location"] == f"https://{name}/x"


def test_pages_come_packed_through_nginx(site: Site) -> None:
    """Whoever takes gzip gets pages, scripts and the office's documents packed; of other packings nobody hears."""
    with caller(site) as other:
        for path in ("/zh/", "/office/roots.json", "/office/en/yanlu-report.html"):
            packed = other.get(path, headers={"Accept-Encoding": "br;q=1, x-own, gzip;q=0.5"})
            plain = other.get(path, headers={"Accept-Encoding": "br"})
            assert (packed.headers["Content-Encoding"], packed.content) == ("gzip", plain.content)
            assert "Content-Encoding" not in plain.headers
