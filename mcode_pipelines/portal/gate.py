"""The gate: a small ASGI application in front of everything the service answers, http and websocket."""

from __future__ import annotations

import json

import anyio
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mcode_pipelines.portal.rules import (
    BODY_SECONDS,
    LARGEST_BODY,
    TOO_LARGE,
    TOO_SLOW,
    WITH_BODY,
    Asked,
    GateRules,
    Refusal,
    wrong_body,
)

_POLICY_VIOLATION = 1008

SECURITY_HEADERS: dict[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=()",
}
"""Sent with every answer that does not say it otherwise."""

CONTENT_POLICY = (
    b"default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    b"img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    b"object-src 'none'; base-uri 'none'; form-action 'self'; frame-src 'self' blob: data:; frame-ancestors 'none'"
)
"""Stands beside the policy a page brings: a browser keeps to both. Nothing is loaded from another host."""


class Gate:
    """Passes on what the rules let through, answers the rest itself, and adds the security headers."""

    def __init__(self, app: ASGIApp, rules: GateRules) -> None:
        self._app, self._rules = app, rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, one websocket, or the start and end of the server."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        asked = _asked(scope)
        refusal = self._rules.refusal(asked)
        if scope["type"] == "websocket":
            if refusal is None:
                await self._app(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": _POLICY_VIOLATION, "reason": refusal.reason})
            return

        if refusal is None and scope["method"].upper() in WITH_BODY:
            read = await _read_body(receive)
            if read is None:
                return
            if isinstance(read, Refusal):
                refusal = read
            else:
                refusal, receive = wrong_body(asked, read), _given_once(read, receive)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": _secured(message.get("headers", ()))}
            await send(message)

        if refusal is None:
            await self._app(scope, receive, send_with_headers)
        else:
            await _refuse(refusal, send_with_headers)


def _asked(scope: Scope) -> Asked:
    return Asked(
        method="WEBSOCKET" if scope["type"] == "websocket" else scope["method"].upper(),
        path=scope["path"],
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]),
    )


async def _read_body(receive: Receive) -> bytes | Refusal | None:
    """All of a body, so that no part behind the gate waits for one or fills up with it; None where nobody waits."""
    body = bytearray()
    with anyio.move_on_after(BODY_SECONDS):
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += message.get("body", b"")
            if len(body) > LARGEST_BODY:
                return TOO_LARGE
            if not message.get("more_body", False):
                return bytes(body)
    return TOO_SLOW


def _given_once(body: bytes, receive: Receive) -> Receive:
    """Hands out a body that was read already, then what else comes."""
    left = [body]

    async def receive_again() -> Message:
        if left:
            return {"type": "http.request", "body": left.pop(), "more_body": False}
        return await receive()

    return receive_again


def _secured(headers: object) -> list[tuple[bytes, bytes]]:
    given = list(headers)  # type: ignore[call-overload]
    names = {name.lower() for name, _ in given}
    added = [(name, value) for name, value in SECURITY_HEADERS.items() if name not in names]
    return [*given, *added, (b"content-security-policy", CONTENT_POLICY)]


async def _refuse(refusal: Refusal, send: Send) -> None:
    body = json.dumps({"error": refusal.reason}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    headers += [(b"cache-control", b"no-store")]
    if refusal.allow:
        headers.append((b"allow", refusal.allow.encode()))
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
