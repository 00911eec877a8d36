"""Where a subscription may point to: https, and nothing inside the house (SSRF). Asked anew before every sending."""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from portal.people.refusal import Refused

Address = IPv4Address | IPv6Address


class Forbidden(Refused):
    """The address may not be called; the sentence is for the administrator."""


@dataclass(frozen=True)
class Target:
    """Who is called: the address that was looked at is the one that is connected to, whatever the name says later."""

    url: str  # with the address in the place of the name
    host: str  # as the receiver's certificate and Host header have it
    name: str


def check_url(url: str) -> None:
    """What can be told without looking the name up. Raises Forbidden."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Forbidden(_("这不是一个网址。")) from None
    if parts.scheme != "https" and not (settings.DEBUG and parts.scheme == "http"):
        raise Forbidden(_("网址要以 https:// 开头。"))
    if not parts.hostname or parts.username is not None or parts.fragment or port == 0:
        raise Forbidden(_("网址里要有主机名，不能有用户名和 # 后的部分。"))


def target_of(url: str) -> Target:
    """Looks the name up. Raises Forbidden if any of its addresses lies inside, OSError if it has none."""
    check_url(url)
    parts = urlsplit(url)
    name = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    addresses = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    if not addresses or not all(_is_outside(address) for address in addresses):
        raise Forbidden(_("这个网址指向内部网络，不能推送。"))
    where = f"[{addresses[0]}]" if addresses[0].version == 6 else str(addresses[0])
    called = parts._replace(netloc=f"{where}:{port}", fragment="").geturl()
    return Target(called, parts.netloc.rpartition("@")[2], name)


def _is_outside(address: Address) -> bool:
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    if any(inner in network for network in settings.PUSH_PRIVATE_NETWORKS):
        return True
    return inner.is_global and not inner.is_multicast and not inner.is_reserved
