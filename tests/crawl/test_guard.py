"""The address guard: public addresses pass, all others do not, whatever their spelling."""

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.crawl.guard import AddressGuard, is_public, parse_networks
from monitor.crawl.special_purpose import EMBEDDING, SPECIAL
from monitor.errors import UsageError


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8", "192.0.1.1", "2a00:1450::1"]
)
def test_public_addresses_pass(address):
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.0",
        "10.1.2.3", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254", "198.18.0.1", "224.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "2001::1", "::ffff:10.0.0.1",
        "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::",
    ],
)  # fmt: skip
def test_private_loopback_link_local_and_reserved_addresses_do_not(address):
    assert not is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_judged_alike_in_every_ipv6_dress(address):
    number = int(address)
    for dress in (f"::ffff:{address}", str(ipaddress.IPv6Address((0x64FF9B << 96) | number))):
        assert is_public(ipaddress.ip_address(dress)) == is_public(address)


@pytest.mark.fault(10, 61)
@pytest.mark.parametrize("row", SPECIAL, ids=lambda row: f"{row.network} {row.name}")
def test_no_network_of_a_registry_is_public(row):
    first, last = row.network[0], row.network[-1]
    assert not any(is_public(address) for address in (first, row.network[row.network.num_addresses // 2], last))


@pytest.mark.fault(61)
@pytest.mark.parametrize(
    "address",
    [
        "192.0.0.192", "192.88.99.1", "fec0::1", "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8", "2002:808:808::1", "5f00::1",
        "3fff::1", "100:0:0:1::1", "4000::1", "168.63.129.16", "64:ff9b::c000:c0", "::ffff:192.0.0.192",
    ],
)  # fmt: skip
def test_what_the_registries_of_one_python_let_pass_and_those_of_another_do_not_is_refused(address):
    assert not is_public(ipaddress.ip_address(address))


@given(st.ip_addresses(v=6))
def test_of_ipv6_what_was_given_out_is_public_and_nothing_else(address):
    is_embedded = any(address in network for network in EMBEDDING)
    if not is_embedded and int(address) >> 125 != 0b001:
        assert not is_public(address)


def resolved(*addresses):
    return lambda *_: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]


def test_of_a_mixed_answer_only_public_addresses_are_connected_to(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", resolved("10.0.0.1", "93.184.216.34"))
    guard = AddressGuard()
    assert [answer[4][0] for answer in guard.getaddrinfo("mixed.example", 80)] == ["93.184.216.34"]
    assert guard.refusal("mixed.example") == ""


def test_a_refusal_is_remembered_until_the_name_resolves_to_a_public_address(monkeypatch):
    guard = AddressGuard()
    monkeypatch.setattr(socket, "getaddrinfo", resolved("10.0.0.1"))
    with pytest.raises(socket.gaierror):
        guard.getaddrinfo("Inner.example", 80)
    assert guard.refusal("inner.example") == "10.0.0.1"
    monkeypatch.setattr(socket, "getaddrinfo", resolved("93.184.216.34"))
    guard.getaddrinfo("inner.example", 80)
    assert guard.refusal("inner.example") == ""


def test_an_operator_may_let_a_network_in():
    guard = AddressGuard(parse_networks("127.0.0.0/8, fd00::/8"))
    assert guard.permits(ipaddress.ip_address("127.0.0.11"))
    assert guard.permits(ipaddress.ip_address("fd00::1"))
    assert not guard.permits(ipaddress.ip_address("10.0.0.1"))


def test_a_network_that_is_none_is_named():
    with pytest.raises(UsageError, match=r"MONITOR_ALLOW_ADDRESSES: .*127\.0\.0\.1/40"):
        parse_networks("127.0.0.0/8,127.0.0.1/40")


def test_a_run_whose_clock_was_set_reaches_this_machine_alone():
    guard = AddressGuard(parse_networks("127.0.0.0/8, 10.0.0.0/8"), loopback_only=True)
    assert guard.permits(ipaddress.ip_address("127.0.0.11"))
    assert not guard.permits(ipaddress.ip_address("10.1.2.3"))
    assert not guard.permits(ipaddress.ip_address("93.184.216.34"))


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "::1", "::ffff:127.0.0.1", "169.254.169.254", "10.0.0.1",
        "localhost", "LOCALHOST.", "news.localhost", "printer.local", "intranet", "vault.internal", "router.home.arpa", "",
    ],
)  # fmt: skip
def test_a_proxy_is_handed_no_address_and_no_name_of_an_inner_network(host):
    assert "not a public" in AddressGuard().internal_reason(host)


@pytest.mark.parametrize("host", ["outlet.example", "93.184.216.34", "2606:4700::1111", "local.example", "internal.example.org"])
def test_a_proxy_is_handed_public_addresses_and_names(host):
    assert AddressGuard().internal_reason(host) == ""


def test_a_run_whose_clock_was_set_hands_a_proxy_no_name():
    guard = AddressGuard(parse_networks("127.0.0.0/8"), loopback_only=True)
    assert guard.internal_reason("outlet.example")
    assert guard.internal_reason("93.184.216.34")
    assert guard.internal_reason("127.0.0.11") == ""
