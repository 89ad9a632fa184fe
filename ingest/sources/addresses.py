"""Decides which hosts and addresses a source may ask, for pages and Git repositories alike."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable
from typing import TypeAlias

from ingest.errors import SourceFailed

_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolver: TypeAlias = Callable[[str, int], list[str]]


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a host, as the machine's resolver gives them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))


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
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    return address.is_global or (named and (address.is_private or address.is_loopback))


def _inner(address: Address) -> Address | None:
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if any(address in network for network in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo[1] if address.teredo else None
    compatible = int(address) >> 32 == 0 and int(address) > 1
    old = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if compatible else None
    return address.ipv4_mapped or address.sixtofour or teredo or old
