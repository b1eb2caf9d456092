"""Loads a packet filter on a host of a small network and tries connections over IPv4 and IPv6.

Runs as root (`unshare -nm python3 network.py`). Reads one JSON object from standard input:

    {"commands": [["nft", "-f", "file"], ...], "outer": "eth0", "inner": "br-app", "family": 4, "through": false}

A remote host has a link with a small MTU to a router, which is a neighbour of the filtering host; behind that is a server:

    remote 198.51.100.7 --(MTU 1280)-- router --(outer)-- host 192.0.2.10 --(inner)-- server 172.30.0.5

`through`: large data goes from the server to the remote host, which it connects to, else from port 8022 of the host. Writes {"error": text} where a command
fails, otherwise what worked: {"neighbours": …, "large": …, "forwarded": …}: a connection of the router to port 8022 of
the host, much data to the remote host, and a connection of the remote host to port 8081 of the host.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

WAIT = 2
SIZE = 60_000

SERVE = """
import socket, sys
own = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
listening = socket.socket(own)
listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
listening.bind((sys.argv[1], int(sys.argv[2])))
listening.listen()
print('ready', flush=True)
while True:
    connection, _ = listening.accept()
    connection.sendall(b'x' * int(sys.argv[3]))
    connection.close()
"""

COLLECT = """
import socket, sys
own = socket.AF_INET6 if ':' in sys.argv[1] else socket.AF_INET
listening = socket.socket(own)
listening.bind((sys.argv[1], int(sys.argv[2])))
listening.listen()
listening.settimeout(float(sys.argv[3]))
print('ready', flush=True)
got = 0
try:
    connection, _ = listening.accept()
    connection.settimeout(float(sys.argv[3]))
    while data := connection.recv(65536):
        got += len(data)
except OSError:
    pass
print(got)
"""

SEND = """
import socket, sys
connection = socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]))
connection.sendall(b'x' * int(sys.argv[4]))
"""

RECEIVE = """
import socket, sys
got = 0
try:
    connection = socket.create_connection((sys.argv[1], int(sys.argv[2])), float(sys.argv[3]))
    while data := connection.recv(65536):
        got += len(data)
except OSError:
    pass
print(got)
"""

ADDRESSES = {
    4: {"remote": "198.51.100.7", "far": "198.51.100.1", "near": "192.0.2.1", "host": "192.0.2.10", "gate": "172.30.0.1", "server": "172.30.0.5"},
    6: {"remote": "2001:db8:9::7", "far": "2001:db8:9::1", "near": "2001:db8:1::1", "host": "2001:db8:1::10", "gate": "2001:db8:2::1", "server": "2001:db8:2::5"},
}


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def ip(*arguments):
    done = run("ip", *arguments)
    if done.returncode != 0:
        raise RuntimeError(f"ip {' '.join(arguments)}: {done.stderr}")


def link(one, one_name, other, other_name):
    ip("link", "add", one_name, "netns", one, "type", "veth", "peer", "name", other_name, "netns", other)


def address(space, name, family, own, mtu=None):
    ip("-n", space, "addr", "add", f"{own}/{24 if family == 4 else 64}", "dev", name, *(["nodad"] if family == 6 else []))
    if mtu:
        ip("-n", space, "link", "set", name, "mtu", str(mtu))


def set_up(outer, inner):
    # The names of the namespaces are ours alone.
    if run("mount", "-t", "tmpfs", "tmpfs", "/run").returncode != 0:
        raise RuntimeError("needs a mount namespace of its own: unshare -nm")
    for space in ("remote", "router", "host", "server"):
        ip("netns", "add", space)
        for key in ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv6.conf.default.accept_dad=0"):
            run("ip", "netns", "exec", space, "sysctl", "-qw", key)
        run("ip", "netns", "exec", space, "sysctl", "-qw", "net.ipv4.tcp_mtu_probing=0")
        ip("-n", space, "link", "set", "lo", "up")
    link("remote", "r0", "router", "far0")
    link("router", "near0", "host", outer)
    link("host", inner, "server", "s0")
    ends = [("remote", "r0"), ("router", "far0"), ("router", "near0"), ("host", outer), ("host", inner), ("server", "s0")]
    for space, name in ends:
        ip("-n", space, "link", "set", name, "up")
    for family, own in ADDRESSES.items():
        address("remote", "r0", family, own["remote"], 1280)
        address("router", "far0", family, own["far"], 1280)
        address("router", "near0", family, own["near"])
        address("host", outer, family, own["host"])
        address("host", inner, family, own["gate"])
        address("server", "s0", family, own["server"])
        version = f"-{family}"
        # The remote host says that it takes what its link does not, as hosts behind a tunnel do.
        ip("-n", "remote", version, "route", "add", "default", "via", own["far"], "advmss", "1400")
        ip("-n", "host", version, "route", "add", "default", "via", own["near"])
        ip("-n", "server", version, "route", "add", "default", "via", own["gate"])
        network = "172.30.0.0/24" if family == 4 else "2001:db8:2::/64"
        ip("-n", "router", version, "route", "add", network, "via", own["host"])



def serve(space, own, port, size):
    server = subprocess.Popen(
        ["ip", "netns", "exec", space, sys.executable, "-c", SERVE, own, str(port), str(size)], stdout=subprocess.PIPE
    )
    server.stdout.readline()
    return server


def received(space, target, port):
    done = run("ip", "netns", "exec", space, sys.executable, "-c", RECEIVE, target, str(port), str(WAIT))
    return int(done.stdout or 0)


def sent_through(own):
    """How much of what the server sends arrives at the remote host."""
    there = ["ip", "netns", "exec", "remote", sys.executable, "-c", COLLECT, own["remote"], "8023", str(WAIT)]
    collecting = subprocess.Popen(there, stdout=subprocess.PIPE, text=True)
    collecting.stdout.readline()
    run("ip", "netns", "exec", "server", sys.executable, "-c", SEND, own["remote"], "8023", str(WAIT), str(SIZE))
    return int(collecting.communicate()[0] or 0)


def main():
    request = json.load(sys.stdin)
    set_up(request["outer"], request["inner"])
    for command in request["commands"]:
        done = run("ip", "netns", "exec", "host", *command)
        if done.returncode != 0:
            return {"error": done.stderr.strip()}
    # What they knew before does not count.
    for space in ("router", "host"):
        run("ip", "-n", space, "neigh", "flush", "all")
    own = ADDRESSES[request["family"]]
    servers = [serve("host", own["host"], 8022, SIZE), serve("server", own["server"], 80, 1)]
    try:
        # The first connection finds the neighbours; the others wait at the same time for what may never come.
        neighbours = received("router", own["host"], 8022) > 0
        with ThreadPoolExecutor() as pool:
            large = pool.submit(sent_through, own) if request["through"] else pool.submit(received, "remote", own["host"], 8022)
            forwarded = pool.submit(received, "remote", own["host"], 8081)
            return {"neighbours": neighbours, "large": large.result() == SIZE, "forwarded": forwarded.result() > 0}
    finally:
        for server in servers:
            server.kill()


print(json.dumps(main()))
