"""A network namespace in which every address leads here, canaries that listen, and who reads the wire."""

from __future__ import annotations

import ipaddress
import socket
import struct
import subprocess
import sys
import threading
from typing import Self

PORTS = (80, 443, 8080, 8443, 22, 25, 6379, 9)
ROUTES = (
    ("link", "set", "lo", "up"),
    ("addr", "add", "10.0.0.1/32", "dev", "lo"),
    ("addr", "add", "169.254.169.254/32", "dev", "lo"),
    ("route", "add", "local", "0.0.0.0/0", "dev", "lo"),
    ("-6", "route", "add", "local", "::/0", "dev", "lo"),
)
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 13\r\n\r\n<p>canary</p>"
NO_ROBOTS = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


def open_namespace() -> bool:
    """Have all addresses lead to this machine; only in a namespace of one's own. False if refused."""
    return all(
        subprocess.run(["ip", *route], capture_output=True, check=False).returncode == 0
        for route in ROUTES
    )


class Canaries:
    """Listeners on all addresses, at the ports of the web and some others. `heard` counts callers."""

    def __init__(self, ports: tuple[int, ...] = PORTS) -> None:
        self.heard = 0
        self._ports = ports
        self._listeners: list[socket.socket] = []

    def __enter__(self) -> Self:
        for port in self._ports:
            listener = socket.create_server(
                ("::", port), family=socket.AF_INET6, dualstack_ipv6=True
            )
            self._listeners.append(listener)
            threading.Thread(target=self._listen, args=(listener,), daemon=True).start()
        return self

    def __exit__(self, *_told: object) -> None:
        for listener in self._listeners:
            listener.close()

    def _listen(self, listener: socket.socket) -> None:
        while True:
            try:
                conn, _peer = listener.accept()
            except OSError:
                return
            self.heard += 1
            threading.Thread(target=self._answer, args=(conn,), daemon=True).start()

    def _answer(self, conn: socket.socket) -> None:
        try:
            with conn:
                conn.settimeout(2)
                head = conn.recv(4096)
                conn.sendall(NO_ROBOTS if b"/robots.txt" in head else ANSWER)
        except OSError:
            return  # the caller hung up


class _Watch:
    """What was asked, by public and by denied addresses. Our own table of addresses is not used here."""

    told = ""

    def __init__(self) -> None:
        self.denied: set[tuple[str, int]] = set()
        self.public: set[tuple[str, int]] = set()
        self._left_out: set[tuple[str, int]] = set()

    def leave_out(self, ip: str, port: int) -> None:
        """The campaign's own server."""
        self._left_out.add((ip, port))

    def _note(self, ip: str, port: int) -> None:
        if (ip, port) in self._left_out:
            return
        (self.public if _is_public(ip) else self.denied).add((ip, port))


class Sniffer(_Watch):
    """Reads every first packet of a connection off the loopback device of the namespace."""

    told = "a packet socket in a network namespace of its own"

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.ntohs(3))
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 64 << 20)
        self._socket.bind(("lo", 0))
        self._socket.settimeout(0.2)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_told: object) -> None:
        self._over.set()
        self._thread.join()
        self._socket.close()

    def _read(self) -> None:
        while not self._over.is_set():
            try:
                packet, _where = self._socket.recvfrom(65536)
            except TimeoutError:
                continue
            found = _first_packet_to(packet)
            if found:
                self._note(*found)


def _first_packet_to(packet: bytes) -> tuple[str, int] | None:
    """Address and port, if this opens a TCP connection or is a datagram."""
    version = packet[0] >> 4
    if version == 4:
        protocol, start, ip = packet[9], (packet[0] & 15) * 4, packet[16:20]
    elif version == 6:
        protocol, start, ip = packet[6], 40, packet[24:40]
    else:
        return None
    if protocol == 17 or (protocol == 6 and packet[start + 13] & 0x12 == 0x02):
        port = struct.unpack("!H", packet[start + 2 : start + 4])[0]
        return str(ipaddress.ip_address(ip)), port
    return None


class Hook(_Watch):
    """Hears each connect() of this process, and lets none pass but to the campaign's own server."""

    told = "a hook on connect(): no network namespace here"

    def __enter__(self) -> Self:
        self._open = True
        sys.addaudithook(self._hear)
        return self

    def __exit__(self, *_told: object) -> None:
        self._open = False

    def _hear(self, event: str, args: tuple[object, ...]) -> None:
        if not self._open or event not in {"socket.connect", "socket.sendto"}:
            return
        place = args[1]
        if not isinstance(place, tuple) or len(place) < 2:
            return  # a socket of this machine's own files
        ip, port = str(place[0]), int(place[1])
        if (ip, port) not in self._left_out:
            self._note(ip, port)
            raise ConnectionRefusedError("the campaign lets nobody out")


def _is_public(ip: str) -> bool:
    """By hand, not by the product's table: what this campaign's own lists allow."""
    address = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address):
        inside_six = ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
        return address in ipaddress.ip_network("2000::/3") and not any(
            address in ipaddress.ip_network(one) for one in inside_six
        )
    inside = ("168.63.129.16/32", "192.88.99.0/24", "224.0.0.0/3")
    return address.is_global and not any(address in ipaddress.ip_network(one) for one in inside)
