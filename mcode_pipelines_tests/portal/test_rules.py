"""What passes the gate and what does not: the rules alone, without a server."""

from __future__ import annotations

import pytest

from mcode_pipelines.portal import Asked
from mcode_pipelines.portal.rules import LARGEST_BODY, rules_for, wrong_body

HOST = ("host", "localhost:3000")
JSON = ("content-type", "application/json")
OWN = ("origin", "http://localhost:3000")


def status(method: str, path: str, *headers: tuple[str, str], rules=None) -> int | None:
    """The status of the refusal; None where it passes."""
    refusal = (rules or rules_for("127.0.0.1", ())).refusal(Asked(method, path, headers))
    return refusal and refusal.status


@pytest.mark.parametrize("host", ["localhost", "localhost:3000", "LOCALHOST:8080", "127.0.0.1:3000", "[::1]:3000"])
def test_this_machines_own_names_are_answered_under_any_port(host: str):
    assert status("GET", "/", ("host", host)) is None


@pytest.mark.parametrize(
    "host",
    [
        "",
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.nip.io:3000",
        "localhost:3000@evil.example",
        "localhost:",
        "localhost:99999999",
        "localhost.",
        "local host",
        "http://localhost",
        "127.0.0.2",
        "0.0.0.0:3000",
        "[::1",
    ],
)
def test_a_foreign_host_name_is_not_answered(host: str):
    assert status("GET", "/", ("host", host)) == 400
    assert status("WEBSOCKET", "/graphql", ("host", host)) == 400


def test_no_host_name_and_two_of_them_are_not_answered():
    assert status("GET", "/") == 400
    assert status("GET", "/", HOST, ("host", "evil.example")) == 400


def test_names_that_were_set_and_the_address_that_is_listened_on_are_answered():
    rules = rules_for("10.0.0.5", ("tabs.example.org",))
    assert status("GET", "/", ("host", "Tabs.Example.Org"), rules=rules) is None
    assert status("GET", "/", ("host", "10.0.0.5:3000"), rules=rules) is None
    assert status("GET", "/", ("host", "10.0.0.6:3000"), rules=rules) == 400
    # Every address of the machine is not a name.
    assert status("GET", "/", ("host", "0.0.0.0:3000"), rules=rules_for("0.0.0.0", ())) == 400
    assert status("GET", "/", ("host", "[::]:3000"), rules=rules_for("::", ())) == 400
    assert status("GET", "/", ("host", "[fd00::5]:3000"), rules=rules_for("fd00::5", ())) is None


@pytest.mark.parametrize("headers", [(), (OWN,), (OWN, ("sec-fetch-site", "same-origin"))])
def test_our_own_page_and_a_program_may_ask(headers: tuple[tuple[str, str], ...]):
    assert status("POST", "/graphql", HOST, JSON, *headers) is None
    assert status("WEBSOCKET", "/graphql", HOST, *headers) is None


@pytest.mark.parametrize(
    "headers",
    [
        [("origin", "http://evil.example")],
        [("origin", "http://localhost:8080")],
        [("origin", "http://127.0.0.1:3000")],
        [("origin", "http://localhost")],
        [("origin", "https://localhost:3000.evil.example")],
        [("origin", "http://localhost:3000@evil.example")],
        [("origin", "null")],
        [("origin", "")],
        [("origin", "file://")],
        [OWN, ("origin", "http://evil.example")],
        [("sec-fetch-site", "cross-site")],
        [("sec-fetch-site", "same-site")],
        [OWN, ("sec-fetch-site", "cross-site")],
    ],
)
def test_a_page_of_another_origin_commands_nothing(headers: list[tuple[str, str]]):
    assert status("POST", "/graphql", HOST, JSON, *headers) == 403
    assert status("DELETE", "/anything", HOST, *headers) == 403
    assert status("WEBSOCKET", "/graphql", HOST, *headers) == 403


def test_behind_a_proxy_the_ports_that_nobody_writes_are_known():
    rules = rules_for("127.0.0.1", ("tabs.example.org",))
    asked = [JSON, ("host", "tabs.example.org"), ("origin", "https://tabs.example.org")]
    assert status("POST", "/graphql", *asked, rules=rules) is None
    asked[1] = ("host", "tabs.example.org:443")
    assert status("POST", "/graphql", *asked, rules=rules) is None
    asked[2] = ("origin", "http://tabs.example.org")
    assert status("POST", "/graphql", *asked, rules=rules) == 403


def test_a_link_may_lead_here_but_a_picture_a_script_or_a_frame_may_not():
    elsewhere = ("sec-fetch-site", "cross-site")
    link = (elsewhere, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"))
    assert status("GET", "/runs", HOST, *link) is None
    assert status("GET", "/runs", HOST, elsewhere, ("sec-fetch-mode", "no-cors"), ("sec-fetch-dest", "image")) == 403
    assert status("GET", "/runs", HOST, elsewhere, ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")) == 403


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
@pytest.mark.parametrize("path", ["/graphql", "/graphql/", "//graphql", "/dagster/graphql"])
def test_graphql_is_answered_by_post_only(method: str, path: str):
    assert status(method, path, HOST, JSON, OWN) == 405


@pytest.mark.parametrize(
    "content",
    [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/graphql",
        "text/plain; application/json",
        "application/jsonp",
        "application/json, text/plain",
    ],
)
def test_only_json_is_taken(content: str):
    headers = [("content-type", content)] if content else []
    assert status("POST", "/graphql", HOST, *headers) == 415
    assert status("POST", "/graphql", HOST, *headers, JSON) == (415 if content else None)


def test_json_with_its_encoding_is_json():
    assert status("POST", "/graphql", HOST, ("content-type", "Application/JSON; charset=utf-8")) is None


@pytest.mark.parametrize("kind", ["materialization", "check", "observation"])
def test_reports_of_assets_need_the_token(kind: str):
    path = f"/report_asset_{kind}/raw_data"
    shown = ("authorization", "Bearer a-token-of-twenty-signs")
    assert status("POST", path, HOST, JSON) == 404
    assert status("POST", path, HOST, JSON, shown) == 404
    rules = rules_for("127.0.0.1", (), "a-token-of-twenty-signs")
    assert status("POST", path, HOST, JSON, shown, rules=rules) is None
    assert status("POST", path, HOST, JSON, rules=rules) == 401
    assert status("POST", path, HOST, JSON, ("authorization", "Bearer a-token-of-twenty-sign"), rules=rules) == 401
    assert status("POST", path, HOST, JSON, ("authorization", "Bearer é"), rules=rules) == 401
    assert status("POST", path, HOST, JSON, shown, ("origin", "http://evil.example"), rules=rules) == 403
    assert status("POST", path, HOST, shown, rules=rules) == 415


@pytest.mark.parametrize("path", ["/logs/../../etc/passwd", "/a/./b", "/a\\b", "/a\0b"])
def test_addresses_that_lead_out_of_their_place_are_refused(path: str):
    assert status("GET", path, HOST) == 400


@pytest.mark.parametrize("length", [str(LARGEST_BODY + 1), "9" * 30, "-1", "1e3", "\u00b2"])
def test_a_body_that_is_announced_too_large_is_refused_before_it_comes(length: str):
    assert status("POST", "/graphql", HOST, JSON, ("content-length", length)) == 413
    assert status("POST", "/graphql", HOST, JSON, ("content-length", str(LARGEST_BODY))) is None


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'"x"', b"null", b'[{"query": "{version}"}]', b"[" * 100_000, b"\xff\xfe<script>", b"{"]
)
def test_a_graphql_request_is_one_object(body: bytes):
    refused = wrong_body(Asked("POST", "/graphql", (HOST, JSON)), body)
    assert refused is not None
    assert refused.status == 400
    assert wrong_body(Asked("POST", "/report_asset_check/raw_data", (HOST, JSON)), body) is None
    assert wrong_body(Asked("POST", "/graphql", (HOST, JSON)), b'{"query": "{version}"}') is None
