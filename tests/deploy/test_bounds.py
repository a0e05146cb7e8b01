"""What one client, or many, can take of nginx and its faces with calls that they begin and do not end."""

from __future__ import annotations

import ssl
import subprocess
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from crypto.reporter.lengths import LONGEST_SUBMISSION, SUBMISSION_SIZES
from portal.db_roles.privileges import StoreRole
from portal.edge.admission import MOST_CALLS, PATIENCE_SECONDS
from tests.support.attacks.slow_requests import Call, one_of_each_lane, resident, resident_alone, slow_callers
from tests.support.privacy.canary_search import family
from tests.support.servers.nginx_site import Site, running_site
from tests.support.servers.ports import LOOPBACK
from tests.support.stores.backends import prepared_files, ready_embedded_stores

MIB = 1024 * 1024
MOST, MOST_OF_FACE = 200_000_000, 250_000_000
PART = f"/api/blobs/{'A' * 22}/parts/1"
HELD_POLL = Call("/api/poll", 40, 1)
LARGE_POLL = Call("/api/poll", 8 * MIB, 8 * MIB - 1)
TEXT = Call("/api/submissions", LONGEST_SUBMISSION, LONGEST_SUBMISSION - 1)
UPLOAD = Call(PART, 8 * MIB, 8 * MIB - 1, "PUT")
UPLOAD_AS_READING = Call(PART, 8 * MIB, 8 * MIB - 1, "GET")
BUNDLE = Call("/api/bundles", MIB, 8)
# A report as it usually is.
USUAL = SUBMISSION_SIZES[0]
REPORT = bytes(USUAL)
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


def test_all_places_together_stay_below_what_each_process_may_take(site: Site) -> None:
    """Callers of every lane begin all that is large, as often as there are places and more."""
    with slow_callers(site) as slow:
        for address in one_of_each_lane()[::3]:
            for call in (USUAL_TEXT, TEXT, UPLOAD):
                slow.begin(call, 2, address=address)
            for call in DESK_CALLS:
                slow.begin(call, 1, face="desk", address=address)
        for call in (UPLOAD, TEXT, USUAL_TEXT):
            slow.begin(call, 8, face="onion")
        assert resident(site.nginx) < MOST
        for role in (StoreRole.INTAKE, StoreRole.DESK):
            assert max(map(resident_alone, family([site.processes[role].pid]))) < MOST_OF_FACE


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


DRIPPING = (
    Call("/api/poll", 4000, 10),
    Call("/api/submissions", USUAL, 10),
    Call("/api/submissions", LONGEST_SUBMISSION, 10),
    Call(PART, 8 * MIB, 10, "PUT"),
    Call("/api/bundles", MIB, 10),
)
AT_DESK = (
    Call("/api/session", 16 * 1024, 10),
    Call("/api/cases", MIB, 10),
    Call(PART, 8 * MIB, 10, "PUT"),
)


def test_lines_that_drip_from_everywhere_close_no_door(site: Site) -> None:
    """From every lane, and through tor, more of them than there are places; another caller is served."""
    with slow_callers(site) as slow:
        for number, address in enumerate(one_of_each_lane()):
            slow.begin(DRIPPING[number % len(DRIPPING)], 4, address=address)
            slow.begin(AT_DESK[number % len(AT_DESK)], 2, face="desk", address=address)
        for call in DRIPPING:
            slow.begin(call, 2, face="onion")
        assert len(slow.lines) + len(slow.refused) > 2 * MOST_CALLS
        time.sleep(PATIENCE_SECONDS)
        for onion in (False, True):
            with caller(site, ELSEWHERE, onion=onion) as other:
                _everything_goes_on(other)
                assert other.post("/api/submissions", content=REPORT).status_code == 422
                assert other.put(PART, content=bytes(8 * MIB)).status_code == 422
        with caller(site, ELSEWHERE, desk=True) as other:
            other.headers["X-Yanlu-Desk"] = "1"
            assert other.post("/api/session", content=b"{}").status_code == 422
            assert other.put(PART, content=bytes(MIB)).status_code == 401


def test_an_address_gets_its_lane_and_is_told_in_so_many_words_when_it_is_full(site: Site) -> None:
    """Of bundles from one address sixteen are held; the next is asked to wait, and other addresses go on."""
    with slow_callers(site) as slow:
        slow.begin(BUNDLE, 20, address="127.0.0.33")
        assert slow.answers() == [503] * 4
        with caller(site, "127.0.0.33") as same:
            same.headers["Accept-Language"] = "en"
            said = same.post("/api/bundles", content=bytes(100))
        assert (said.status_code, said.json()["type"]) == (503, "urn:yanlu:error:busy")
        assert said.headers["Cache-Control"] == "no-store"
        with caller(site, ELSEWHERE) as other:
            _everything_goes_on(other)


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
    """Where the length need not be announced, nothing of a part under way is on the disk, nor of what a GET brings."""
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
    assert said.split() == [b"404" if method == "GET" else b"422", b"2"]


def test_half_sent_calls_beyond_all_places_hold_up_nobody(site: Site) -> None:
    """With more of them than places one that is whole is answered, and of the half ones the last goes on."""
    with slow_callers(site) as slow:
        slow.begin(HELD_POLL, MOST_CALLS, face="onion")
        time.sleep(PATIENCE_SECONDS)
        for address in one_of_each_lane()[::3]:
            slow.begin(HELD_POLL, 2, address=address)
        with caller(site, ELSEWHERE) as other:
            assert other.post("/api/submissions", content=b"{}").status_code == 422
        last = slow.lines[-1]
        last.settimeout(30)
        last.sendall(b" " * 39)
        assert last.recv(12) == b"HTTP/1.1 422"


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
    """Who takes gzip gets pages and documents packed, and by Brotli who takes that too; nothing else counts."""
    with caller(site) as other:
        for path in ("/zh/", "/office/office.json", "/office/en/yanlu-report.html"):
            packed = other.get(path, headers={"Accept-Encoding": "br;q=1, x-own, gzip;q=0.5"})
            plain = other.get(path, headers={"Accept-Encoding": "br"})
            assert (packed.headers["Content-Encoding"], packed.content) == ("gzip", plain.content)
            assert "Content-Encoding" not in plain.headers
            both = other.get(path, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
            assert (both.headers["Content-Encoding"], both.content) == ("br", plain.content)
