"""Asks the Linux kernel what a packet filter does with packets.

Runs in a network namespace of its own (`unshare -n python3 probe.py`). Reads one JSON object from standard input:

    {"interfaces": ["lan0", ...], "commands": [["nft", "-f", "file"], ...],
     "probes": [[hook, in, out, family, protocol, source, destination, first, second], ...]}

`hook` is forward, input or output; `in` and `out` are indexes of interfaces (or -1); `first` and `second` are the ports, for
ICMP the type and code. Writes {"error": text} where a command fails, otherwise {"passed": [...]}: for each probe 1
where the packet came through, 0 where it did not, and null where it does not even without a filter.

Each interface is a TUN device, so that a packet written to it arrives there and a packet sent there can be read. The
type-of-service byte of a packet selects the interface to which it is routed.
"""

import fcntl
import json
import os
import select
import socket
import struct
import subprocess
import sys

TUNSETIFF = 0x400454CA
IFF_TUN = 0x0001
IFF_NO_PI = 0x1000
IP_HDRINCL = 3
SO_BINDTODEVICE = 25
LOCAL_TOS = 0x1C
BATCH = 200

TCP, UDP, ICMP, ICMP6, SCTP, AH = 6, 17, 1, 58, 132, 51


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def write(path, value):
    try:
        with open(path, "w") as file:
            file.write(value)
    except OSError:
        pass


def tos_of(index):
    return 4 * (index + 1)


def open_tun(name):
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return device


def set_up(interfaces):
    """Makes the interfaces, and routes everything by its type of service."""
    devices = [open_tun(name) for name in interfaces]
    lines = ["link set lo up"]
    for index, name in enumerate(interfaces):
        table = 101 + index
        lines += [
            f"link set {name} up txqueuelen 5000",
            # A masquerade drops what leaves by an interface without an address.
            f"addr add 203.0.113.{240 + index}/32 dev {name}",
            f"-6 addr add 2001:db8:ffff::{index + 1}/128 dev {name} nodad",
            f"route add default dev {name} table {table}",
            f"route add default dev {name} metric {10 + index}",
            f"rule add tos {tos_of(index):#x} lookup {table} pref {100 + index}",
            f"-6 route add default dev {name} table {table}",
            f"-6 route add default dev {name} metric {10 + index}",
            f"-6 rule add tos {tos_of(index):#x} lookup {table} pref {100 + index}",
        ]
    lines += [
        "route add local default dev lo table 100",
        f"rule add tos {LOCAL_TOS:#x} lookup 100 pref 99",
        "-6 route add local default dev lo table 100",
        f"-6 rule add tos {LOCAL_TOS:#x} lookup 100 pref 99",
    ]
    for family in ("-4", "-6"):
        own = [line.removeprefix("-6 ") for line in lines if line.startswith("-6 ") == (family == "-6")]
        subprocess.run(["ip", family, "-force", "-batch", "-"], input="\n".join(own), capture_output=True, text=True)
    for name in ["all", "default", *interfaces]:
        base = f"/proc/sys/net/ipv4/conf/{name}"
        write(f"{base}/rp_filter", "0")
        write(f"{base}/accept_local", "1")
        write(f"{base}/forwarding", "1")
        write(f"{base}/send_redirects", "0")
        write(f"/proc/sys/net/ipv6/conf/{name}/forwarding", "1")
        write(f"/proc/sys/net/ipv6/conf/{name}/accept_dad", "0")
    write("/proc/sys/net/ipv4/ip_forward", "1")
    write("/proc/sys/net/ipv4/icmp_ratelimit", "0")
    write("/proc/sys/net/netfilter/nf_conntrack_checksum", "0")
    return devices


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total >> 16) + (total & 0xFFFF)
    return ~(total + (total >> 16)) & 0xFFFF


def transport(family, protocol, source, destination, first, second, tag):
    """The transport header and what follows; the tag is found again at TAG_OFFSETS."""
    mark = struct.pack("!I", tag)
    if protocol == TCP:
        segment = struct.pack("!HHIIBBHHH", first, second, tag, 0, 5 << 4, 0x02, 1024, 0, 0)
        place = 16
    elif protocol == UDP:
        segment = struct.pack("!HHHH", first, second, 12, 0) + mark
        place = 6
    elif protocol in (ICMP, ICMP6):
        segment = struct.pack("!BBHI", first, second, 0, tag & 0xFFFF) + mark + bytes(24)
        place = 2
    elif protocol == SCTP:
        segment = struct.pack("!HHII", first, second, 0, 0) + struct.pack("!BBH", 1, 0, 20) + mark + bytes(12)
        return segment
    elif protocol == AH:
        # Its header is followed by no other, so that the kernel can walk over it.
        return struct.pack("!BBHI", 59, 2, 0, 0) + mark + bytes(4)
    else:
        return struct.pack("!HHI", first, second, 0) + mark + bytes(8)
    length = len(segment)
    if protocol == ICMP:
        pseudo = b""
    elif family == 4:
        pseudo = source + destination + struct.pack("!BBH", 0, protocol, length)
    else:
        pseudo = source + destination + struct.pack("!IBBBB", length, 0, 0, 0, protocol)
    total = checksum(pseudo + segment)
    return segment[:place] + struct.pack("!H", total) + segment[place + 2 :]


WITH_PORTS = {TCP, UDP, SCTP, 33, 136}
TAG_OFFSETS = {TCP: 4, UDP: 8, SCTP: 16}


def packet(family, protocol, source, destination, segment, tos):
    if family == 4:
        header = struct.pack(
            "!BBHHHBBH4s4s", 0x45, tos, 20 + len(segment), 0, 0, 64, protocol, 0, source, destination
        )
        return header[:10] + struct.pack("!H", checksum(header)) + header[12:] + segment
    first = (6 << 28) | (tos << 20)
    return struct.pack("!IHBB16s16s", first, len(segment), protocol, 64, source, destination) + segment


def tag_of(data):
    """The tag of a packet that came out, or None."""
    if len(data) < 20:
        return None
    if data[0] >> 4 == 4:
        protocol, start = data[9], (data[0] & 15) * 4
    else:
        protocol, start = data[6], 40
    return tag_in(protocol, data[start:])


def tag_in(protocol, segment):
    offset = TAG_OFFSETS.get(protocol, 8)
    if len(segment) < offset + 4:
        return None
    return struct.unpack_from("!I", segment, offset)[0]


class Conntrack:
    """Forgets connections, so that a probe is never the answer to an earlier one."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12)

    def flush(self):
        # CTNETLINK (1), IPCTNL_MSG_CT_DELETE (2); request and acknowledge.
        self.socket.send(struct.pack("=IHHII", 20, (1 << 8) | 2, 5, 1, 0) + bytes(4))
        self.socket.recv(4096)


class Prober:
    def __init__(self, devices, interfaces):
        self.devices = devices
        self.conntrack = Conntrack()
        self.receivers = {}
        self.senders = {}
        self.interfaces = interfaces

    def receiver(self, family, protocol):
        """Gets what the input hook accepts."""
        key = (family, protocol)
        if key not in self.receivers:
            own = socket.AF_INET if family == 4 else socket.AF_INET6
            raw = socket.socket(own, socket.SOCK_RAW, protocol)
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
            raw.setblocking(False)
            self.receivers[key] = raw

    def sender(self, family, out):
        key = (family, out)
        if key not in self.senders:
            own = socket.AF_INET if family == 4 else socket.AF_INET6
            raw = socket.socket(own, socket.SOCK_RAW, 255)
            raw.setsockopt(socket.SOL_SOCKET, SO_BINDTODEVICE, self.interfaces[out].encode())
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 22)
            if family == 6:
                raw.setsockopt(socket.IPPROTO_IPV6, 36, 1)
            self.senders[key] = raw
        return self.senders[key]

    def send(self, tag, hook, into, out, family, protocol, source, destination, first, second):
        own = socket.AF_INET if family == 4 else socket.AF_INET6
        source, destination = socket.inet_pton(own, source), socket.inet_pton(own, destination)
        segment = transport(family, protocol, source, destination, first, second, tag)
        tos = LOCAL_TOS if hook == "input" else tos_of(out) if out >= 0 else 0
        data = packet(family, protocol, source, destination, segment, tos)
        if hook == "output":
            address = (socket.inet_ntop(own, destination), 0)
            try:
                self.sender(family, out).sendto(data, address)
            except OSError:
                pass
            return
        if hook == "input":
            self.receiver(family, protocol)
        try:
            os.write(self.devices[into], data)
        except OSError:
            pass

    def drain(self, seen):
        """Reads what has come out; packets are processed while they are written, so that little waiting is needed."""
        while True:
            files = [*self.devices, *self.receivers.values()]
            ready, _, _ = select.select(files, [], [], 0.002)
            if not ready:
                return
            for file in ready:
                self.read_all(file, seen)

    def read_all(self, file, seen):
        while True:
            try:
                if isinstance(file, int):
                    tag = tag_of(os.read(file, 4096))
                else:
                    family, protocol = next(key for key, raw in self.receivers.items() if raw is file)
                    data = file.recv(4096)
                    tag = tag_of(data) if family == 4 else tag_in(protocol, data)
            except BlockingIOError:
                return
            if tag is not None:
                seen.add(tag)

    def ask(self, probes, base):
        """The tags of those probes that come through."""
        seen = set()
        self.conntrack.flush()
        flows = set()
        for index, probe in enumerate(probes):
            hook, into, out, family, protocol, source, destination, first, second = probe
            # Conntrack tells connections of other protocols by their addresses alone.
            ports = (first, second) if protocol in WITH_PORTS else (0, 0)
            answer = (protocol, destination, source, ports[1], ports[0])
            if len(flows) >= BATCH or answer in flows:
                self.drain(seen)
                self.conntrack.flush()
                flows.clear()
            flows.add((protocol, source, destination, *ports))
            self.send(base + index, *probe)
        self.drain(seen)
        return [1 if base + index in seen else 0 for index in range(len(probes))]


def main():
    request = json.load(sys.stdin)
    interfaces, probes = request["interfaces"], request["probes"]
    devices = set_up(interfaces)
    prober = Prober(devices, interfaces)
    passable = prober.ask(probes, 0x10000000)
    for command in request["commands"]:
        result = run(*command)
        if result.returncode != 0:
            json.dump({"error": (result.stderr or result.stdout).strip()}, sys.stdout)
            return
    write("/proc/sys/net/netfilter/nf_conntrack_checksum", "0")
    passed = prober.ask(probes, 0x20000000)
    json.dump({"passed": [one if able else None for one, able in zip(passed, passable)]}, sys.stdout)


main()
