#!/usr/bin/env python3
"""Shows whether the cost of a packet grows: repeats a pcap file through standard input, from 100 MB to 8 GB.

    tests/bench/growth.py CAPTURE [--sizes 100 400 1600 8000] [--same] [--wiregloss PATH]

Each repetition begins where the one before ended in time and has other IPv4 addresses, so its conversations are new ones;
with --same they are the old ones. Ethernet captures only. Linux or macOS, Python 3.9.
"""

import argparse
import fcntl
import os
import struct
import subprocess
import sys

import paired
from compare import WIREGLOSS

FILE_HEADER, RECORD_HEADER = 24, 16
# Where the second byte of each address is in an Ethernet frame that carries IPv4.
SOURCE, DESTINATION = 27, 31
# Bytes written at once; also the size asked for the pipe (Linux).
PIECE = 1 << 20


class Loop:
    """The records of a file, over and over."""

    def __init__(self, path, same):
        with open(path, "rb") as file:
            content = file.read()
        if content[:4] not in (b"\xd4\xc3\xb2\xa1", b"\x4d\x3c\xb2\xa1"):
            raise SystemExit(f"{path}: only little-endian pcap files are repeated")
        self.header, self.records = content[:FILE_HEADER], bytearray(content[FILE_HEADER:])
        self.same = same
        self.times, self.addresses = [], []
        self.find()
        seconds = [second for _, second in self.times]
        self.span = max(seconds) - min(seconds) + 1

    def find(self):
        """The places that change from one repetition to the next, with what stands there first."""
        at, records = 0, self.records
        while at + RECORD_HEADER <= len(records):
            second, _, captured = struct.unpack_from("<III", records, at)
            self.times.append((at, second))
            frame = at + RECORD_HEADER
            if captured > DESTINATION and records[frame + 12:frame + 14] == b"\x08\x00":
                self.addresses += [(frame + place, records[frame + place]) for place in (SOURCE, DESTINATION)]
            at = frame + captured
        del records[at:]

    def repetition(self, n):
        """The n-th one's bytes."""
        for at, second in self.times:
            struct.pack_into("<I", self.records, at, second + n * self.span)
        if not self.same:
            for at, byte in self.addresses:
                self.records[at] = byte ^ (n & 0xff)
        return memoryview(self.records)

    def feed(self, pipe, size):
        """Writes whole repetitions until `size` bytes are written; how many packets those are."""
        os.write(pipe, self.header)
        n = 0
        while n * len(self.records) < size:
            left = self.repetition(n)
            while left:
                left = left[os.write(pipe, left[:PIECE]):]
            n += 1
        return n * len(self.times)


def measure(argv, args, size):
    """Runs a command on so many bytes of its standard input. They come from a process of their own: the memory of the one
    that starts a command counts as the command's until it runs."""
    reading, writing = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, PIECE)
    feed = [sys.executable, os.path.abspath(__file__), args.capture, "--feed", str(size)] + ["--same"] * args.same
    with subprocess.Popen(feed, stdout=writing, stderr=subprocess.PIPE) as feeder:
        os.close(writing)
        started = paired.start(argv, reading)
        os.close(reading)
        run = paired.finish(started)
        return int(feeder.stderr.read()), run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("capture")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 400, 1600, 8000], metavar="MB")
    parser.add_argument("--same", action="store_true", help="the same addresses in every repetition")
    parser.add_argument("--wiregloss", default=WIREGLOSS, metavar="PATH")
    parser.add_argument("--feed", type=int, metavar="BYTES", help="only write so much to the standard output")
    args = parser.parse_args()
    if args.feed is not None:
        print(Loop(args.capture, args.same).feed(sys.stdout.fileno(), args.feed), file=sys.stderr)
        return
    print("| MB | packets | CPU s | CPU ns/packet | wall s | peak MB |\n|---|---|---|---|---|---|")
    for size in args.sizes:
        packets, run = measure([args.wiregloss, "report", "--quiet", "-"], args, size * 10**6)
        if run.code != 0:
            raise SystemExit(f"exit code {run.code}")
        per_packet = run.cpu / packets * 1e9
        print(f"| {size} | {packets} | {run.cpu:.2f} | {per_packet:.0f} | {run.wall:.2f} | {run.rss_mb:.0f} |", flush=True)


if __name__ == "__main__":
    main()
