"""Networks in which no server of the public internet stands: IANA's registries of special-purpose addresses, as of October 2025.

Our own table, since Python's differs by its patch level: 192.0.0.192, a cloud's service of secrets, is public to some. A network
that IANA calls globally reachable is listed too where it holds no web servers: anycast of relays and of AS112.
https://www.iana.org/assignments/iana-ipv4-special-registry, iana-ipv6-special-registry, iana-ipv6-address-space. Pure.
"""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Row(NamedTuple):
    """A row of a registry."""

    network: Network
    name: str
    source: str
    """The RFC that keeps it apart, or who else does."""


SPECIAL: tuple[Row, ...] = (
    Row(ipaddress.ip_network("0.0.0.0/8"), "This network", "RFC 791"),
    Row(ipaddress.ip_network("0.0.0.0/32"), "This host on this network", "RFC 1122"),
    Row(ipaddress.ip_network("10.0.0.0/8"), "Private-Use", "RFC 1918"),
    Row(ipaddress.ip_network("100.64.0.0/10"), "Shared Address Space", "RFC 6598"),
    Row(ipaddress.ip_network("127.0.0.0/8"), "Loopback", "RFC 1122"),
    Row(ipaddress.ip_network("169.254.0.0/16"), "Link Local", "RFC 3927"),
    Row(ipaddress.ip_network("172.16.0.0/12"), "Private-Use", "RFC 1918"),
    Row(ipaddress.ip_network("192.0.0.0/24"), "IETF Protocol Assignments", "RFC 6890"),
    Row(ipaddress.ip_network("192.0.0.0/29"), "IPv4 Service Continuity Prefix", "RFC 7335"),
    Row(ipaddress.ip_network("192.0.0.8/32"), "IPv4 dummy address", "RFC 7600"),
    Row(ipaddress.ip_network("192.0.0.9/32"), "Port Control Protocol Anycast", "RFC 7723"),
    Row(ipaddress.ip_network("192.0.0.10/32"), "TURN Anycast", "RFC 8155"),
    Row(ipaddress.ip_network("192.0.0.170/32"), "NAT64/DNS64 Discovery", "RFC 7050"),
    Row(ipaddress.ip_network("192.0.0.171/32"), "NAT64/DNS64 Discovery", "RFC 7050"),
    Row(ipaddress.ip_network("192.0.2.0/24"), "Documentation (TEST-NET-1)", "RFC 5737"),
    Row(ipaddress.ip_network("192.31.196.0/24"), "AS112-v4", "RFC 7535"),
    Row(ipaddress.ip_network("192.52.193.0/24"), "AMT", "RFC 7450"),
    Row(ipaddress.ip_network("192.88.99.0/24"), "Deprecated (6to4 Relay Anycast)", "RFC 7526"),
    Row(ipaddress.ip_network("192.88.99.2/32"), "6a44-relay anycast address", "RFC 6751"),
    Row(ipaddress.ip_network("192.168.0.0/16"), "Private-Use", "RFC 1918"),
    Row(ipaddress.ip_network("192.175.48.0/24"), "Direct Delegation AS112 Service", "RFC 7534"),
    Row(ipaddress.ip_network("198.18.0.0/15"), "Benchmarking", "RFC 2544"),
    Row(ipaddress.ip_network("198.51.100.0/24"), "Documentation (TEST-NET-2)", "RFC 5737"),
    Row(ipaddress.ip_network("203.0.113.0/24"), "Documentation (TEST-NET-3)", "RFC 5737"),
    Row(ipaddress.ip_network("224.0.0.0/4"), "Multicast", "RFC 5771"),
    Row(ipaddress.ip_network("240.0.0.0/4"), "Reserved", "RFC 1112"),
    Row(ipaddress.ip_network("255.255.255.255/32"), "Limited Broadcast", "RFC 8190"),
    Row(ipaddress.ip_network("168.63.129.16/32"), "Azure's platform, as its machines see it", "Microsoft"),
    Row(ipaddress.ip_network("::1/128"), "Loopback Address", "RFC 4291"),
    Row(ipaddress.ip_network("::/128"), "Unspecified Address", "RFC 4291"),
    Row(ipaddress.ip_network("::/96"), "IPv4-compatible Address, deprecated", "RFC 4291"),
    Row(ipaddress.ip_network("::ffff:0:0:0/96"), "IPv4-translated Address (SIIT)", "RFC 2765"),
    Row(ipaddress.ip_network("64:ff9b:1::/48"), "IPv4-IPv6 Translat., local use", "RFC 8215"),
    Row(ipaddress.ip_network("100::/64"), "Discard-Only Address Block", "RFC 6666"),
    Row(ipaddress.ip_network("100:0:0:1::/64"), "Dummy IPv6 Prefix", "RFC 9780"),
    Row(ipaddress.ip_network("2001::/23"), "IETF Protocol Assignments", "RFC 2928"),
    Row(ipaddress.ip_network("2001::/32"), "TEREDO", "RFC 4380"),
    Row(ipaddress.ip_network("2001:1::1/128"), "Port Control Protocol Anycast", "RFC 7723"),
    Row(ipaddress.ip_network("2001:1::2/128"), "TURN Anycast", "RFC 8155"),
    Row(ipaddress.ip_network("2001:1::3/128"), "DNS-SD Service Registration Protocol", "RFC 9665"),
    Row(ipaddress.ip_network("2001:2::/48"), "Benchmarking", "RFC 5180"),
    Row(ipaddress.ip_network("2001:3::/32"), "AMT", "RFC 7450"),
    Row(ipaddress.ip_network("2001:4:112::/48"), "AS112-v6", "RFC 7535"),
    Row(ipaddress.ip_network("2001:10::/28"), "Deprecated (previously ORCHID)", "RFC 4843"),
    Row(ipaddress.ip_network("2001:20::/28"), "ORCHIDv2", "RFC 7343"),
    Row(ipaddress.ip_network("2001:30::/28"), "Drone Remote ID Protocol Entity Tags", "RFC 9374"),
    Row(ipaddress.ip_network("2001:db8::/32"), "Documentation", "RFC 3849"),
    Row(ipaddress.ip_network("2002::/16"), "6to4, deprecated", "RFC 7526"),
    Row(ipaddress.ip_network("2620:4f:8000::/48"), "Direct Delegation AS112 Service", "RFC 7534"),
    Row(ipaddress.ip_network("3fff::/20"), "Documentation", "RFC 9637"),
    Row(ipaddress.ip_network("5f00::/16"), "Segment Routing (SRv6) SIDs", "RFC 9602"),
    Row(ipaddress.ip_network("fc00::/7"), "Unique-Local", "RFC 4193"),
    Row(ipaddress.ip_network("fe80::/10"), "Link-Local Unicast", "RFC 4291"),
    Row(ipaddress.ip_network("fec0::/10"), "Site-Local Unicast, deprecated", "RFC 3879"),
    Row(ipaddress.ip_network("ff00::/8"), "Multicast", "RFC 4291"),
)
"""In the order of the registries, IPv4 before IPv6."""

GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that IANA gives out of IPv6: the rest is reserved (RFC 4291, section 2.4)."""

EMBEDDING = (
    ipaddress.IPv6Network("::ffff:0:0/96"),  # IPv4-mapped Address, RFC 4291
    ipaddress.IPv6Network("64:ff9b::/96"),  # IPv4-IPv6 Translat., RFC 6052: how a network without IPv4 reaches all that has it
)
"""Whose addresses are IPv4 addresses in another dress: the last 32 bits are judged by themselves."""
