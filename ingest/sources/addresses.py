"""Decides which hosts and addresses a source may ask, for pages and Git repositories alike."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Callable
from typing import TypeAlias

from ingest.errors import SourceFailed

# Addresses that hold an IPv4 one in their last 32 bits, for a translator on the way.
_TRANSLATED = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::ffff:0:0:0/96"))
# The second half of an ISATAP address, before its IPv4 one; whether its IPv4 one is global.
_ISATAP = (0x00005EFE, 0x02005EFE)
# For networks of one's own, whatever this Python knows of them: the older site-local ones, those
# of local translators, of examples, of segment routing, and of IETF's protocols.
_LOCAL = [
    ipaddress.ip_network(each)
    for each in (
        "fec0::/10",
        "64:ff9b:1::/48",
        "3fff::/20",
        "5f00::/16",
        "192.0.0.0/24",
        "192.88.99.0/24",
    )
]
# Clouds serve the machine's secrets here, though the address is a public one.
_NEVER = frozenset({ipaddress.ip_address("168.63.129.16")})
# In an address that others read again: git, and the shell and programs that it starts.
_PLAIN = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|[0-9a-f:.]*:[0-9a-f:.]*", re.ASCII)

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver: TypeAlias = Callable[[str, int], list[str]]


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host, as the machine's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


def is_plain(host: str) -> bool:
    """Whether a host is written so that all programs take it for the same one."""
    return _PLAIN.fullmatch(host.lower()) is not None


def checked_address(
    host: str, port: int, private: frozenset[str], resolve: Resolver = resolved
) -> str:
    """One address of a host, after every one of them was found fit to be asked.

    A connection that goes to this very address, rather than to the name, cannot be led
    elsewhere by a name that changes its mind in between.

    Raises:
        SourceFailed: there is no such host, or one of its addresses is private and the host is
            not named in `private`, alone or with the port.
    """
    try:
        addresses = resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise SourceFailed(f"there is no host {host}") from error
    named = host in private or f"{host}:{port}" in private
    for address in addresses:
        if not is_fit(ipaddress.ip_address(address), named):
            raise SourceFailed(
                f"{host} has a private address; if it is your own, name it in UPTAKE_PRIVATE_HOSTS"
            )
    if not addresses:
        raise SourceFailed(f"there is no host {host}")
    return addresses[0]


def is_fit(address: Address, named: bool = False) -> bool:
    """Whether an address may be asked: a public one, or a private one of a named host.

    Addresses of the link (cloud machines serve their credentials there), of many and of none
    are never fit. An IPv4 address within an IPv6 one is judged as itself.
    """
    inner = _inner(address)
    if inner is not None:
        return is_fit(inner, named)
    if _is_isatap(address) and not is_fit(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF), named):
        return False
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if address in _NEVER:
        return False
    if any(address in network for network in _LOCAL):
        return named
    return address.is_global or (named and (address.is_private or address.is_loopback))


def _is_isatap(address: Address) -> bool:
    """Whether an address leads on to the IPv4 one at its end, within some network of its own."""
    return address.version == 6 and (int(address) >> 32 & 0xFFFFFFFF) in _ISATAP


def _inner(address: Address) -> Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    last = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if any(address in network for network in _TRANSLATED):
        return last
    teredo = address.teredo[1] if address.teredo else None
    compatible = int(address) >> 32 == 0 and int(address) > 1
    old = last if compatible else None
    return address.ipv4_mapped or address.sixtofour or teredo or old
