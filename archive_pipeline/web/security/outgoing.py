"""Connecting to an address that a person gave: http and https, and nothing of this machine or a private network.

The address is resolved once and that very place is connected to, so that a name cannot point elsewhere between the look
and the question.
"""

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}
_LEADS_ELSEWHERE = [ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]
"""IPv6 that carries an IPv4 address, which may be a private one: NAT64, 6to4, Teredo."""


class RefusedError(Exception):
    """Why an address is not connected to, as the end of a sentence."""


class UnknownHostError(Exception):
    """The host of an address cannot be resolved now."""


@dataclass(frozen=True)
class Place:
    """Where an address leads."""

    parts: SplitResult
    host: str
    port: int
    address: str
    """A number, checked."""

    @property
    def target(self) -> str:
        """Path and query."""
        return (self.parts.path or "/") + (f"?{self.parts.query}" if self.parts.query else "")


def place_of(address: str, *, private: bool, most: int) -> Place:
    """Resolve it; `most`: characters that it may have. Raises RefusedError, UnknownHostError."""
    if len(address) > most or not address.isascii() or any(ord(letter) <= 32 for letter in address):
        raise RefusedError(f"it is plain ASCII without blanks, of at most {most:,} characters")
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        raise RefusedError("it cannot be read") from None
    if parts.scheme not in _PORTS or not host:
        raise RefusedError("it begins with http:// or https:// and a host")
    if parts.username is not None or parts.fragment:
        raise RefusedError("it has neither a user nor a fragment")
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError):
        raise UnknownHostError(host[:200]) from None
    if not private and not all(map(_is_public, found)):
        raise RefusedError(
            "its host is this machine or in a private network; whoever runs the archive allows that by "
            "ARCHIVE_PRIVATE_ADDRESSES=true"
        )
    return Place(parts, host, port, sorted(found, key=lambda one: ":" in one)[0])


@contextmanager
def connected(place: Place, *, silence_s: float, whole_s: float) -> Iterator[http.client.HTTPConnection]:
    """A connection to that very number, ended after `silence_s` without a byte and after `whole_s` in any case.

    Raises OSError and HTTPException as http.client does.
    """
    with ExitStack() as closing:
        sock = closing.enter_context(socket.create_connection((place.address, place.port), timeout=silence_s))
        connection = http.client.HTTPConnection(place.host, place.port)
        if is_https := place.parts.scheme == "https":
            connection = http.client.HTTPSConnection(place.host, place.port)
            context = ssl.create_default_context()
            # takes the socket over: the one from before is none any more, and ending it would end nothing
            wrapped = context.wrap_socket(sock, server_hostname=place.host, do_handshake_on_connect=False)
            sock = closing.enter_context(wrapped)
        closing.enter_context(ended_after(sock, whole_s))  # the timeout alone is for each byte
        if is_https:
            wrapped.do_handshake()
        connection.sock = sock
        yield connection


@contextmanager
def ended_after(sock: socket.socket, seconds: float) -> Iterator[None]:
    """What takes longer finds the connection at its end."""
    ending = threading.Timer(seconds, _end, [sock])
    ending.daemon = True
    ending.start()
    try:
        yield
    finally:
        ending.cancel()


def _end(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has ended already
        socket.socket.shutdown(sock, socket.SHUT_RDWR)  # that of TLS would take its state from who reads at this moment


def _is_public(written: str) -> bool:
    address = ipaddress.ip_address(written.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return _is_public(str(address.ipv4_mapped))
        if any(address in network for network in _LEADS_ELSEWHERE):
            return False
        if address.is_reserved or address.is_site_local:  # counted as global, ::127.0.0.1 among them
            return False
    return address.is_global and not address.is_multicast
