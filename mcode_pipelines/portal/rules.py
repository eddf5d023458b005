"""What may pass the gate. Pure: facts of a request in, a refusal or nothing out.

Dagster's web UI trusts whoever reaches it: it answers to any host name, runs a mutation that comes by GET or without
a body, and takes websockets from any page. A browser on this machine can be made to send all of these by a page of
somebody else, or by a picture in a text of an upload. So nothing passes that a page of our own does not send.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
_ONLY_LOOKING = frozenset({"GET", "HEAD"})
WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
LARGEST_BODY = 8 * 1024 * 1024
BODY_SECONDS = 30
"""So long a body may take to come: a launch with its configuration takes no second."""
_AUTHORITY = re.compile(r"(?P<name>[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>\d{1,5}))?")
_ORIGIN = re.compile(r"(?P<scheme>https?)://(?P<authority>.+)")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_OURS = frozenset({"same-origin", "none"})
"""Sec-Fetch-Site of what our own pages send, and of what a person typed. `same-site` is another port of this host."""


@dataclass(frozen=True)
class Asked:
    """The facts of one request, or of the handshake of one websocket."""

    method: str
    """"WEBSOCKET" for a handshake."""
    path: str
    headers: tuple[tuple[str, str], ...]
    """Names in lower case; a name may come several times."""

    def all(self, name: str) -> list[str]:
        """Every value of a header."""
        return [value for given, value in self.headers if given == name]

    def one(self, name: str) -> str | None:
        """The value of a header; "" where it is given several times, None where it is not there."""
        values = self.all(name)
        return values[0] if len(values) == 1 else "" if values else None

    @property
    def segments(self) -> list[str]:
        """The parts of the path."""
        return [part for part in self.path.split("/") if part]


@dataclass(frozen=True)
class Refusal:
    """Why something does not pass."""

    status: int
    reason: str
    """One sentence for whoever reads the answer."""
    allow: str | None = None
    """The methods that are allowed here, where the method was wrong."""


@dataclass(frozen=True)
class GateRules:
    """Who is let through. Made with `rules_for`."""

    names: frozenset[str]
    """Host names the service answers to, in lower case, without port."""
    report_token: str | None = None
    """What a program must show that reports assets; None: nobody may."""

    def refusal(self, asked: Asked) -> Refusal | None:
        """Why this may not pass; None where it may."""
        return (
            self._wrong_host(asked)
            or _wrong_path(asked)
            or _from_elsewhere(asked)
            or _wrong_method(asked)
            or _wrong_content(asked)
            or _announced_too_large(asked)
            or self._unasked_report(asked)
        )

    def _wrong_host(self, asked: Asked) -> Refusal | None:
        found = _AUTHORITY.fullmatch(asked.one("host") or "")
        if found is not None and found["name"].lower() in self.names:
            return None
        return Refusal(
            400, "This service does not answer to that host name; whoever runs it can allow it with MCODE_HOSTS."
        )

    def _unasked_report(self, asked: Asked) -> Refusal | None:
        if not any(part.startswith("report_asset_") for part in asked.segments):
            return None
        if self.report_token is None:
            return Refusal(404, "Reports of assets are switched off; MCODE_REPORT_TOKEN switches them on.")
        shown = asked.one("authorization") or ""
        if hmac.compare_digest(shown.encode(), f"Bearer {self.report_token}".encode()):
            return None
        return Refusal(401, "A report of an asset needs the header Authorization: Bearer with the service's token.")


def rules_for(listen_on: str, names: Iterable[str], report_token: str | None = None) -> GateRules:
    """The rules of a service that listens on an address and is opened under some names, besides this machine's own."""
    own = () if is_any_address(listen_on) else (bracketed(listen_on).lower(),)
    return GateRules(LOOPBACK_NAMES | {*names, *own}, report_token)


def bracketed(host: str) -> str:
    """A host as it stands in an address: an IPv6 address gets its brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def is_any_address(host: str) -> bool:
    """Whether a host to listen on means every address of the machine (0.0.0.0, ::)."""
    try:
        return ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        return False


def _wrong_path(asked: Asked) -> Refusal | None:
    if {".", ".."} & set(asked.segments) or "\\" in asked.path or "\0" in asked.path:
        return Refusal(400, "That address is written in a way that is not used here.")
    return None


def _from_elsewhere(asked: Asked) -> Refusal | None:
    """What a page of another origin made a browser send. Programs that are no browser send none of these headers."""
    site = asked.one("sec-fetch-site")
    if asked.method in _ONLY_LOOKING:
        # A link may lead here from anywhere; a picture, a script or a frame may not.
        followed = asked.one("sec-fetch-mode") == "navigate" and asked.one("sec-fetch-dest") == "document"
        return None if site is None or site in _OURS or followed else _ELSEWHERE
    origin = asked.one("origin")
    if origin is not None and not _is_our_origin(origin, asked.one("host") or ""):
        return _ELSEWHERE
    return None if site is None or site in _OURS else _ELSEWHERE


_ELSEWHERE = Refusal(403, "This came from a page of another origin; open the service's own page and do it there.")


def _is_our_origin(origin: str, host: str) -> bool:
    """Whether a page of this origin is one that this host served: same name, same port."""
    page, here = _ORIGIN.fullmatch(origin), _AUTHORITY.fullmatch(host)
    there = _AUTHORITY.fullmatch(page["authority"]) if page else None
    if page is None or here is None or there is None:
        return False
    usual = _DEFAULT_PORTS[page["scheme"]]
    ports = [int(found["port"] or usual) for found in (there, here)]
    return there["name"].lower() == here["name"].lower() and ports[0] == ports[1]


def _wrong_method(asked: Asked) -> Refusal | None:
    if asked.method == "WEBSOCKET":
        return None
    if "graphql" in asked.segments and asked.method != "POST":
        return Refusal(405, "GraphQL is answered by POST only.", allow="POST")
    if asked.method not in _ONLY_LOOKING | WITH_BODY | {"DELETE"}:
        return Refusal(405, "That method is not used here.", allow="GET, HEAD, POST")
    return None


def _wrong_content(asked: Asked) -> Refusal | None:
    """A page of another origin can send a form or plain text without asking first, but no JSON."""
    if asked.method not in WITH_BODY:
        return None
    media_type = (asked.one("content-type") or "").partition(";")[0].strip().lower()
    return None if media_type == "application/json" else Refusal(415, "Only application/json is taken here.")


TOO_LARGE = Refusal(413, f"At most {LARGEST_BODY // 1024**2} MB are taken here; drop survey files into the inbox.")
TOO_SLOW = Refusal(408, f"It did not come within {BODY_SECONDS} seconds.")


def _announced_too_large(asked: Asked) -> Refusal | None:
    length = asked.one("content-length") or "0"
    return None if length.isascii() and length.isdigit() and int(length[:20]) <= LARGEST_BODY else TOO_LARGE


def wrong_body(asked: Asked, body: bytes) -> Refusal | None:
    """Why this may not pass with this body: a GraphQL request is one JSON object, no list of them."""
    if "graphql" not in asked.segments:
        return None
    try:
        is_object = isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        is_object = False
    return None if is_object else Refusal(400, "A GraphQL request is one JSON object.")
