"""A running service asked in every way that a page of somebody else, or a text of an upload, can make a browser ask."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from mcode_pipelines_tests.serve.service import Service, serving

pytestmark = pytest.mark.slow

TOKEN = "a-token-of-twenty-signs-or-more"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(tmp_path_factory.mktemp("gated"), MCODE_REPORT_TOKEN=TOKEN) as running:
        yield running
        running.stop()


def add_partition(name: str) -> str:
    """A mutation that leaves something behind."""
    where = '{repositoryName: "__repository__", repositoryLocationName: "mcode_pipelines"}'
    return (
        f'mutation {{addDynamicPartition(repositorySelector: {where}, partitionsDefName: "survey_uploads", '
        f'partitionKey: "{name}") {{__typename}}}}'
    )


def answered(
    service: Service, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, bytes, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        return response.status, response.read(), response.headers
    finally:
        connection.close()


def partitions(service: Service) -> str:
    found = service.ask(
        '{partitionSetsOrError: assetNodeOrError(assetKey: {path: ["raw_data"]}) {... on AssetNode {partitionKeys}}}'
    )
    return json.dumps(found)


def test_our_own_page_adds_what_it_is_asked_to(service: Service):
    own = f"http://127.0.0.1:{service.port}"
    body = json.dumps({"query": add_partition("by-our-own-page")}).encode()
    fetched = {"Origin": own, "Sec_Fetch_Site": "same-origin", "Content_Type": "application/json"}
    status, answer, _ = answered(service, "POST", "/graphql", body, **fetched)
    assert (status, b"AddDynamicPartitionSuccess" in answer) == (200, True), answer
    assert "by-our-own-page" in partitions(service)


def test_no_other_way_commands_the_service(service: Service):
    mutation = add_partition("by-somebody-else")
    in_address = f"?query={quote(mutation)}"
    body = json.dumps({"query": mutation}).encode()
    json_ = {"Content_Type": "application/json"}
    tries = [
        # A picture in a text of an upload is asked for by our own page.
        ("GET", "/graphql" + in_address, None, {"Sec_Fetch_Site": "same-origin", "Sec_Fetch_Dest": "image"}),
        ("GET", "/graphql" + in_address, None, {}),
        ("HEAD", "/graphql" + in_address, None, {}),
        ("GET", "/%67raphql" + in_address, None, {}),
        ("GET", "//graphql" + in_address, None, {}),
        ("GET", "/graphql/" + in_address, None, {}),
        ("POST", "/graphql" + in_address, None, {}),
        ("POST", "/graphql" + in_address, b"", {"Content_Type": "text/plain"}),
        ("POST", "/graphql", body, {"Content_Type": "text/plain; application/json"}),
        ("POST", "/graphql", mutation.encode(), {"Content_Type": "application/graphql"}),
        ("POST", "/graphql", body, {**json_, "Origin": "http://evil.example"}),
        ("POST", "/graphql", body, {**json_, "Origin": f"http://localhost:{service.port}"}),
        ("POST", "/graphql", body, {**json_, "Origin": "null"}),
        ("POST", "/graphql", body, {**json_, "Sec_Fetch_Site": "same-site"}),
        ("POST", "/graphql", body, {**json_, "Host": "evil.example"}),
    ]
    for method, path, content, headers in tries:
        status, answer, _ = answered(service, method, path, content, **headers)
        assert 400 <= status < 500, (method, path, headers, answer)
    assert "by-somebody-else" not in partitions(service)


def test_a_foreign_host_name_gets_no_page(service: Service):
    status, answer, _ = answered(service, "GET", "/", Host="evil.example")
    assert (status, b"<html" in answer) == (400, False)
    assert answered(service, "GET", "/", Host=f"localhost:{service.port}")[0] == 200


def test_assets_are_reported_with_the_token_only(service: Service):
    path = "/report_asset_materialization/raw_data?partition=reported"
    assert answered(service, "POST", path)[0] == 415
    assert answered(service, "POST", path, b"{}", Content_Type="application/json")[0] == 401
    shown = {"Content_Type": "application/json", "Authorization": f"Bearer {TOKEN}"}
    assert answered(service, "POST", path, b"{}", **shown)[0] == 200
    assert answered(service, "POST", path, b"{}", **shown, Origin="http://evil.example")[0] == 403


def test_every_answer_carries_the_security_headers(service: Service):
    for path in ("/", "/graphql", "/favicon.ico", "/health"):
        _, _, headers = answered(service, "GET", path)
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        policy = ", ".join(headers.get_all("content-security-policy") or ())
        assert "frame-ancestors 'none'" in policy
        assert "img-src 'self' data: blob:" in policy
        assert "server" not in headers


def events_of_nothing(service: Service, origin: str | None, host: str = "") -> str:
    """The answer to a subscription by websocket."""
    address = f"ws://127.0.0.1:{service.port}/graphql"
    headers = {"Host": host} if host else {}
    with connect(
        address,
        origin=Origin(origin) if origin else None,
        subprotocols=[Subprotocol("graphql-ws")],
        additional_headers=headers,
        compression=None,
    ) as socket:
        socket.send(json.dumps({"type": "connection_init"}))
        return str(socket.recv(timeout=30))


def test_websockets_are_for_our_own_pages(service: Service):
    own = f"http://127.0.0.1:{service.port}"
    assert "connection_ack" in events_of_nothing(service, own)
    for origin in ("http://evil.example", f"http://localhost:{service.port}", "http://127.0.0.1:1", "null"):
        with pytest.raises(InvalidStatus, match="403"):
            events_of_nothing(service, origin)


def test_no_launch_chooses_which_database_is_opened(service: Service):
    wanted = service.folder / "made_by_a_launch.duckdb"
    config = {"resources": {"duckdb": {"config": {"database": str(wanted)}}}}
    parameters = {
        "selector": {
            "repositoryName": "__repository__",
            "repositoryLocationName": "mcode_pipelines",
            "jobName": "ask_the_lake",
        },
        "runConfigData": config,
    }
    query = (
        "mutation launch($given: ExecutionParams!) {launchRun(executionParams: $given) "
        "{__typename ... on RunConfigValidationInvalid {errors {message}}}}"
    )
    body = json.dumps({"query": query, "variables": {"given": parameters}}).encode()
    _, answer, _ = answered(service, "POST", "/graphql", body, Content_Type="application/json")
    assert b"RunConfigValidationInvalid" in answer, answer
    assert b"database" in answer
    assert not wanted.exists()


def test_health_and_readiness_are_told_truthfully(service: Service):
    for path in ("/health", "/ready"):
        status, answer, headers = answered(service, "GET", path)
        assert (status, json.loads(answer)) == (200, {"status": "ok", "problems": []})
        assert headers["content-type"] == "application/json"
    away = service.folder / "inbox_away"
    (service.folder / "inbox").rename(away)
    try:
        status, answer, _ = answered(service, "GET", "/ready")
        assert (status, json.loads(answer)["problems"]) == (503, ["the inbox folder is not there"])
        assert answered(service, "GET", "/health")[0] == 200
    finally:
        away.rename(service.folder / "inbox")


def test_the_folders_are_for_the_service_and_its_group(service: Service):
    for name in ("inbox", "quarantine", "storage", ".dagster_home", ".dagster_home/service_logs"):
        assert (service.folder / name).stat().st_mode & 0o777 == 0o750, name
    log = service.folder / ".dagster_home" / "service_logs" / "web.log"
    assert log.stat().st_mode & 0o007 == 0
