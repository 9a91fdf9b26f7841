"""Not one byte of a token or a body goes where it should not, whatever a service answers and the environment says."""

from __future__ import annotations

import inspect
import socket
import ssl
import threading
from itertools import product
from pathlib import Path

import pytest
from apej_service import API, TOKEN, crowd, service, speak

from cigem_core.errors import CigemError, RemoteError, SourceRefused
from cigem_core.formats.rest import connect, get, read, send
from cigem_core.formats.rest.client import Client
from cigem_core.testing.catcher import Catcher
from cigem_core.testing.clock import HandClock
from cigem_core.testing.mishaps import Reply

CERTIFICATE = Path(__file__).with_name("unknown_authority.pem")
CODES = (301, 302, 303, 307, 308)
TARGETS = (
    "http://127.0.0.1:{caught}/x",
    "http://127.0.0.2:{caught}/api/v1/jeunes",
    "http://localhost:{port}/api/v1/jeunes",
    "http://LOCALHOST:{port}/",
    "https://127.0.0.1:{port}/api/v1/jeunes",
    "https://127.0.0.1:{caught}/",
    "//127.0.0.1:{caught}/api/v1/jeunes",
    "//evil.example/api/v1/jeunes",
    "///evil.example/",
    "http://evil.example/",
    "HTTP://EVIL.EXAMPLE:{caught}/",
    "https://evil.example/?next=http://127.0.0.1:{port}/",
    "http://user:pw@127.0.0.1:{port}/api/v1/jeunes",
    "http://@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}@evil.example/",
    "http://127.0.0.1:{port}%40evil.example/",
    "http://127.0.0.1:{port}\\@evil.example/",
    "http://evil.example\\@127.0.0.1:{port}/",
    "http:\\\\evil.example\\",
    "\\\\evil.example\\x",
    "/\\evil.example/",
    "http://evil.example\t/",
    "http://evil.example /",
    "http://xn--vil-9la.example/",
    "http://évil.example/",
    "http://127.0.0.1.evil.example:{port}/",
    "http://127.0.0.1.:{port}/",
    "http://127.1:{port}/",
    "http://2130706433:{port}/",
    "http://0x7f000001:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://127.0.0.1:{port}0/",
    "http://127.0.0.1:0/",
    "http://127.0.0.1:99999/",
    "http://127.0.0.1/",
    "http://[evil/",
    "ftp://127.0.0.1:{caught}/",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "data:application/json,[]",
    "",
)
CASES = [(code, method, target) for code, method, target in product(CODES, ("GET", "POST"), TARGETS)]


@pytest.fixture(scope="module")
def server():
    with service(crowd(3)) as started:
        yield started


@pytest.fixture(scope="module")
def catcher():
    with Catcher() as started:
        yield started


@pytest.fixture
def names(catcher, monkeypatch):
    """Every host that is looked for; those that exist nowhere are found where the catcher listens."""
    looked, find = [], socket.getaddrinfo

    def found(host, port, *args, **kwargs):
        looked.append((host, port))
        if host in ("127.0.0.1", "localhost"):
            return find(host, port, *args, **kwargs)
        return find(catcher.host, catcher.port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", found)
    return looked


def act(client: Client, method: str) -> object:
    if method == "GET":
        return read(client, "jeunes")
    return send(client, "orientations", body={"numero": "C1", "nom": "Keita"}, key="k-1")


def test_there_are_more_than_three_hundred_cases():
    assert len(CASES) >= 300


@pytest.mark.parametrize(("code", "method", "target"), CASES)
def test_a_redirect_elsewhere_is_refused(server, catcher, names, code, method, target):
    """It is not followed, not tried again, and who it names is not even looked for."""
    location = target.format(caught=catcher.port, port=server.url.split(":")[2].split("/")[0])
    server.plan(lambda _: Reply(status=code, headers={"Location": location}))
    before, caught = len(server.requests), catcher.connections
    with speak(server) as client, pytest.raises(RemoteError) as refused:
        act(client, method)

    assert refused.value.status == code
    assert not refused.value.may_retry
    assert len(server.requests) == before + 1
    assert {host for host, _ in names} <= {"127.0.0.1"}
    assert catcher.connections == caught
    assert catcher.caught == b""


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("target", ["/api/v1/orientations", "autre", "http://127.0.0.1:{port}/api/v1/orientations"])
def test_what_is_posted_follows_no_redirect_at_all(server, code, target):
    """Where the body would go is for the agency to say, not for an answer."""
    location = target.format(port=server.url.split(":")[2].split("/")[0])
    server.plan([Reply(status=code, headers={"Location": location})])
    before = len(server.requests)
    with speak(server) as client, pytest.raises(RemoteError):
        act(client, "POST")

    assert len(server.requests) == before + 1


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("target", ["/api/v1/jeunes", "jeunes?page=1", "http://127.0.0.1:{port}/api/v1/jeunes#x"])
def test_what_is_read_follows_a_redirect_within_its_origin(server, code, target):
    location = target.format(port=server.url.split(":")[2].split("/")[0])
    server.plan([Reply(status=code, headers={"Location": location})])
    with speak(server) as client:
        assert read(client, "jeunes").count == 3


def test_a_redirect_is_checked_at_every_step(server, catcher):
    """Home first, then away."""
    away = f"http://127.0.0.1:{catcher.port}/"
    server.plan([Reply(status=302, headers={"Location": "/api/v1/x"}), Reply(status=302, headers={"Location": away})])
    with speak(server) as client, pytest.raises(RemoteError):
        act(client, "GET")

    assert catcher.caught == b""


def test_redirects_that_never_end_are_left(server):
    server.plan(lambda _: Reply(status=302, headers={"Location": "/api/v1/jeunes"}))
    before = len(server.requests)
    with speak(server) as client, pytest.raises(RemoteError):
        act(client, "GET")

    assert len(server.requests) - before <= 5


def test_a_next_page_elsewhere_is_not_asked_for(server, catcher):
    """Pages are asked by number, from the address that was given."""
    page = '{"data": [{"id": "S%d"}], "meta": {"pages": 2, "total": 2}, "links": {"next": %s}}'
    bodies = [page % (1, f'"http://127.0.0.1:{catcher.port}/"'), page % (2, "null")] * 2
    server.plan([Reply(body=body.encode()) for body in bodies])
    with speak(server) as client:
        assert read(client, "stages").count == 2

    assert catcher.caught == b""


@pytest.mark.parametrize(
    "url",
    [
        "http://apej.example/api/v1", "http://10.0.0.5/api/v1", "http://192.168.1.4:8080", "http://[2001:db8::1]/api",
        "http://127.1/api", "http://2130706433/", "http://0x7f.0.0.1/", "http://localhost.evil.example/", "http://127.0.0.1.nip.io/",
        "http://[::ffff:10.0.0.1]/", "http://0.0.0.0/", "http://LOCALHOST./",
    ],
)  # fmt: skip
def test_a_host_that_is_not_encrypted_is_refused(names, catcher, url):
    """Unless it is this very machine, or somebody says it may be."""
    with pytest.raises(SourceRefused):
        connect(API, url, token=lambda _: TOKEN)

    assert (names, catcher.caught) == ([], b"")
    assert connect(API, url, token=lambda _: TOKEN, allow_plain=True).base.origin.scheme == "http"


@pytest.mark.parametrize(
    "url",
    [
        f"https://apej:{TOKEN}@apej.example/api", f"https://{TOKEN}@apej.example/", f"https://apej.example/?token={TOKEN}",
        f"https://apej.example/#{TOKEN}", "https://apej.example\\@evil.example/", "https://évil.example/", "ftp://apej.example/",
        "apej.example/api", "", "https://", "https://apej.example:99999/", "https://apej.example:port/", "https://a b/", "file:///etc",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_and_not_quoted(url):
    with pytest.raises(SourceRefused) as refused:
        connect(API, url, token=lambda _: TOKEN)

    assert TOKEN not in refused.value.text.fr + repr(refused.value)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/api", "http://localhost/api", "http://[::1]:8000", "https://apej.example/api/v1/"]
)
def test_this_machine_and_encrypted_hosts_are_spoken_to(url):
    assert str(connect(API, url).base.origin).startswith(("http://", "https://"))


@pytest.mark.parametrize("variable", ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_no_proxy_of_the_environment_sees_what_is_not_encrypted(server, catcher, monkeypatch, variable):
    monkeypatch.setenv(variable, f"http://127.0.0.1:{catcher.port}")
    monkeypatch.delenv("no_proxy", raising=False)
    server.plan(None)
    with speak(server) as client:
        read(client, "jeunes")

    assert catcher.caught == b""


def test_a_proxy_is_asked_for_a_tunnel_and_told_nothing(monkeypatch):
    """What goes through it is encrypted; it answers as no tunnel would, and gets no more."""
    with Catcher(answer=b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.port}")
        client = connect(API, "https://apej.example/api/v1", token=lambda _: TOKEN, clock=HandClock().clock)
        with client, pytest.raises(RemoteError):
            act(client, "POST")

        assert proxy.caught.startswith(b"CONNECT apej.example:443")
        assert TOKEN.encode() not in proxy.caught
        assert b"Keita" not in proxy.caught


def test_no_password_of_the_environment_takes_the_token_s_place(server, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login moussa password pw\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.plan(None)
    with speak(server) as client:
        read(client, "jeunes")

    assert server.requests[-1].headers["authorization"] == f"Bearer {TOKEN}"


def test_cookies_are_not_kept(server):
    body = b'{"data": [], "meta": {"pages": 1, "total": 0}, "links": {"next": null}}'
    server.plan([Reply(headers={"Set-Cookie": "session=1; Path=/"}, body=body)])
    with speak(server) as client:
        read(client, "jeunes")
        read(client, "jeunes")

    assert "cookie" not in server.requests[-1].headers


# --- who cannot prove who they are -----------------------------------------------------------------------------------


@pytest.fixture
def stranger():
    """A service over TLS that no authority vouches for, and every byte it was told once encrypted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    listening, told = socket.create_server(("127.0.0.1", 0)), bytearray()

    def serve():
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            try:
                with context.wrap_socket(connection, server_side=True) as safe:
                    told.extend(safe.recv(1 << 16))
                    safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
            except OSError:
                continue

    threading.Thread(target=serve, daemon=True).start()
    yield listening.getsockname()[1], told
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
@pytest.mark.parametrize("variable", ["", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PYTHONHTTPSVERIFY"])
def test_a_service_nobody_vouches_for_is_told_nothing(stranger, monkeypatch, method, host, variable):
    """No setting and no variable trusts whoever answers."""
    port, told = stranger
    if variable:
        monkeypatch.setenv(variable, {"PYTHONHTTPSVERIFY": "0"}.get(variable, ""))
    client = connect(API, f"https://{host}:{port}/api", token=lambda _: TOKEN, clock=HandClock().clock)
    with client, pytest.raises(RemoteError, match="does not prove who it is") as refused:
        act(client, method)

    assert not refused.value.may_retry
    assert told == b""


def test_a_certificate_for_another_name_is_refused(stranger):
    port, told = stranger
    client = connect(API, f"https://127.0.0.1:{port}/api", token=lambda _: TOKEN, authorities=CERTIFICATE)
    with client, pytest.raises(RemoteError, match="does not prove who it is"):
        act(client, "GET")

    assert told == b""


def test_authorities_of_one_s_own_are_trusted(stranger):
    port, told = stranger
    with connect(API, f"https://localhost:{port}/api", token=lambda _: TOKEN, authorities=CERTIFICATE) as client:
        assert get(client, "orientations", "OR-1") == {}

    assert f"Authorization: Bearer {TOKEN}".encode() in told


def test_a_connection_that_breaks_before_it_is_safe_may_be_tried_again():
    """It is the network that failed, not somebody's proof."""
    with Catcher(answer=b"") as broken:
        client = connect(API, f"https://127.0.0.1:{broken.port}/", token=lambda _: TOKEN, clock=HandClock().clock)
        with client, pytest.raises(RemoteError) as refused:
            act(client, "POST")

        assert refused.value.may_retry
        assert broken.connections == API.patience.attempts
        assert TOKEN.encode() not in broken.caught


def test_there_is_no_way_to_ask_for_less(stranger):
    """No argument says so, and authorities are a file that is there."""
    assert not {"verify", "insecure", "tls"} & set(inspect.signature(connect).parameters)
    for nothing in ("", "nowhere.pem"):
        with pytest.raises(CigemError):
            connect(API, "https://localhost/api", authorities=Path(nothing))
