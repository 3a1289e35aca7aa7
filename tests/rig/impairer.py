"""A bridge between two interfaces that loses, delays, swaps and doubles RTP as it was told, and says what it did.

Only RTP is impaired; everything else passes after the constant delay. What happens depends on the seed and the order
of the packets alone. On SIGTERM the numbers of each stream are written as JSON.

usage: impairer.py IF_A IF_B TRUTH.json --seed 1 [--loss-ab 3] [--loss-ba 0] [--burst 1] [--delay 20] [--jitter 0]
                   [--late 0] [--twice 0]
"""
import argparse
import heapq
import json
import random
import select
import signal
import socket
import struct
import time

PACKET_OUTGOING = 4
SO_RCVBUFFORCE = 33
LATE_SECONDS = 0.045  # more than two packets of 20 ms


def find_rtp(frame):
    """Offsets of the UDP header and the RTP header, or None."""
    kind = frame[12:14]
    if kind == b"\x08\x00" and frame[23] == 17 and not struct.unpack_from(">H", frame, 20)[0] & 0x3FFF:
        udp = 14 + (frame[14] & 15) * 4
    elif kind == b"\x86\xdd" and frame[20] == 17:
        udp = 54
    else:
        return None
    rtp = udp + 8
    if len(frame) < rtp + 12 or frame[rtp] >> 6 != 2 or 192 <= frame[rtp + 1] <= 223:
        return None
    return udp, rtp


class Direction:
    """The impairment of one direction: independent loss, or Gilbert's two states with a mean burst length."""

    def __init__(self, seed, loss, burst, options):
        self.random = random.Random(seed)
        self.loss, self.burst, self.options = loss / 100, burst, options
        self.is_bad = False

    def loses(self):
        if self.loss <= 0:
            return False
        if self.burst <= 1:
            return self.random.random() < self.loss
        recover = 1 / self.burst
        fail = self.loss * recover / (1 - self.loss)
        self.is_bad = self.random.random() >= recover if self.is_bad else self.random.random() < fail
        return self.is_bad

    def delay(self):
        jitter = self.options.jitter
        return max(0.0, (self.options.delay + (self.random.uniform(-jitter, jitter) if jitter else 0)) / 1000)

    def chance(self, percent):
        return percent > 0 and self.random.random() < percent / 100


def main():
    parser = argparse.ArgumentParser()
    for name in ("a", "b", "truth"):
        parser.add_argument(name)
    for name, default in (("loss-ab", 0), ("loss-ba", 0), ("burst", 1), ("delay", 20), ("jitter", 0), ("late", 0),
                          ("twice", 0)):
        parser.add_argument("--" + name, type=float, default=default)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    sockets = []
    for name in (options.a, options.b):
        link = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        link.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
        link.bind((name, 0))
        sockets.append(link)
    directions = [Direction(options.seed, options.loss_ab, options.burst, options),
                  Direction(options.seed + 1, options.loss_ba, options.burst, options)]
    streams, queue, order, running = {}, [], 0, [True]
    signal.signal(signal.SIGTERM, lambda *_: running.clear())
    signal.signal(signal.SIGINT, lambda *_: running.clear())

    while running or queue:
        now = time.monotonic()
        while queue and queue[0][0] <= now:
            _, _, way, frame = heapq.heappop(queue)
            try:
                sockets[1 - way].send(frame)
            except OSError:
                pass
        wait = min(0.2, max(0.0, queue[0][0] - now)) if queue else 0.2
        for link in select.select(sockets, [], [], wait)[0]:
            frame, address = link.recvfrom(65535)
            if address[2] == PACKET_OUTGOING:
                continue
            way, now = sockets.index(link), time.monotonic()
            order += 1
            found = find_rtp(frame)
            if found is None:
                heapq.heappush(queue, (now + options.delay / 1000, order, way, frame))
                continue
            udp, rtp = found
            source, destination = struct.unpack_from(">HH", frame, udp)
            number, = struct.unpack_from(">H", frame, rtp + 2)
            ssrc = "0x" + frame[rtp + 8:rtp + 12].hex()
            stream = streams.setdefault((way, source, destination, ssrc), {
                "way": "ab" if way == 0 else "ba", "sourcePort": source, "destinationPort": destination, "ssrc": ssrc,
                "sent": [], "dropped": [], "late": 0, "twice": 0})
            stream["sent"].append(number)
            direction = directions[way]
            if direction.loses():
                stream["dropped"].append(len(stream["sent"]) - 1)
                continue
            due = now + direction.delay()
            if direction.chance(options.late):
                due += LATE_SECONDS
                stream["late"] += 1
            heapq.heappush(queue, (due, order, way, frame))
            if direction.chance(options.twice):
                order += 1
                stream["twice"] += 1
                heapq.heappush(queue, (due + 0.001, order, way, frame))

    with open(options.truth, "w", encoding="utf-8") as file:
        json.dump(list(streams.values()), file)


if __name__ == "__main__":
    main()
