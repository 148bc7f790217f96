from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haidang.engine.net.addresses import is_internal_name, is_own, is_private, is_public

DENIED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.255
168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.0 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1
192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255
240.0.0.1 255.255.255.255
:: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::10.0.0.1 ::8.8.8.8 64:ff9b::8.8.8.8 64:ff9b::7f00:1 64:ff9b:1::1
100::1 2001::1 2001:10::1 2001:1ff:ffff::1 2001:db8::1 2002:808:808::1 3fff::1 3fff:fff::1 5f00::1
fc00::1 fdff::1 fe80::1 fec0::1 ff02::1 2606:4700::5efe:10.0.0.1 2606:4700::200:5efe:10.0.0.1
fe80::1%eth0 2606:4700::1%eth0 localhost 1.2.3 0x8.8.8.8
"""
PUBLIC = """
1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 168.63.129.15
169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 192.169.0.0
198.17.255.255 198.20.0.0 223.255.255.255
2001:200::1 2001:4860:4860::8888 2003::1 2606:4700::1111 2a00::1 3ffe::1
"""


@pytest.mark.parametrize("ip", DENIED.split())
def test_is_public_denies(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize("ip", PUBLIC.split())
def test_is_public_allows(ip: str) -> None:
    assert is_public(ip)


@given(st.ip_addresses())
def test_is_public_is_never_looser_than_python(ip: ipaddress.IPv4Address) -> None:
    if is_public(str(ip)):
        assert ip.is_global
        assert not ip.is_multicast
        assert not ip.is_private


def test_named_private_host_never_lives_where_metadata_does() -> None:
    inside = ["127.0.0.1", "10.0.0.1", "192.168.1.1", "::1", "fd00::1"]
    never = ["169.254.169.254", "0.0.0.0", "8.8.8.8", "fe80::1", "::ffff:127.0.0.1"]
    assert [ip for ip in inside + never if is_private(ip)] == inside


def test_internal_names_are_known_without_lookup() -> None:
    names = (
        "localhost db metadata.google.internal printer.local a.lan x.localhost wpad k.default.svc"
    )
    assert [name for name in names.split() if not is_internal_name(name)] == []
    assert not is_internal_name("localhost.example.com")


def test_is_own_sees_this_machine_only() -> None:
    assert is_own("127.0.0.1")
    assert not is_own("192.0.2.7")
    assert not is_own("2001:db8::7")
