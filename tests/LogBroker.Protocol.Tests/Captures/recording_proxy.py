#!/usr/bin/env python3
"""recording_proxy.py LISTEN_PORT BROKER_PORT FILE CLIENT: passes Kafka's protocol through and keeps the requests of one client.

Every request frame whose client id starts with CLIENT goes to FILE as it was on the wire: four bytes of length, then the
frame. Of requests with the same API, version and length two are kept; longer ones than LONGEST are not. (Others come this
way too: a broker calls itself by the address that it advertises.) Ends on SIGTERM.
"""
import collections
import signal
import socket
import struct
import sys
import threading

LONGEST = 20_000
COPIES = 2

seen = collections.Counter()
lock = threading.Lock()


def read_exactly(connection, count):
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            return None
        data += part
    return data


def client_of(frame):
    length = max(0, struct.unpack(">h", frame[8:10])[0])
    return frame[10:10 + length].decode()


def keep(output, name, size, frame):
    if not client_of(frame).startswith(name):
        return
    kind = (*struct.unpack(">hh", frame[:4]), len(frame))
    with lock:
        seen[kind] += 1
        if seen[kind] <= COPIES and len(frame) <= LONGEST:
            output.write(size + frame)
            output.flush()


def forward_requests(client, broker, output, name):
    while size := read_exactly(client, 4):
        frame = read_exactly(client, struct.unpack(">i", size)[0])
        if frame is None:
            break
        keep(output, name, size, frame)
        broker.sendall(size + frame)
    broker.shutdown(socket.SHUT_WR)


def forward_answers(client, broker):
    while data := broker.recv(1 << 16):
        client.sendall(data)
    client.close()


def ignoring_resets(work, *arguments):
    try:
        work(*arguments)
    except OSError:
        pass


def main(listen_port, broker_port, path, name):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    listener = socket.create_server(("127.0.0.1", int(listen_port)))
    with open(path, "wb") as output:
        while True:
            client, _ = listener.accept()
            broker = socket.create_connection(("127.0.0.1", int(broker_port)))
            for work in ((forward_requests, client, broker, output, name), (forward_answers, client, broker)):
                threading.Thread(target=ignoring_resets, args=work, daemon=True).start()


main(*sys.argv[1:])
