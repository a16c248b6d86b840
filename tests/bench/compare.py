#!/usr/bin/env python3
"""Compares wiregloss with other programs on one capture: CPU time, wall time and peak memory, paired, medians.

    tests/bench/compare.py CAPTURE [--runs 5] [--skip tshark] [--with 'NAME=COMMAND {}'] [--base NAME]

Programs that are not installed are left out. `--with` adds a command, in which {} stands for the capture: another build
of wiregloss, say. Linux or macOS, Python 3.9.
"""

import argparse
import os
import shlex
import shutil
import struct

import paired

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
WIREGLOSS = os.path.normpath(os.path.join(ROOT, "target", "release", "wiregloss"))

# What each does is named, since no two do the same. {} is the capture.
PROGRAMS = {
    "wiregloss": f"{shlex.quote(WIREGLOSS)} report --threads 1 --quiet {{}}",
    "tcpdump -w": "tcpdump -nr {} -w /dev/null",
    "tcptrace -n -l": "tcptrace -n -l {}",
    "tshark conv": "tshark -n -r {} -q -z conv,tcp",
    "tshark -2 analysis": "tshark -n -2 -r {} -Y tcp.analysis.flags -T fields -e frame.number -e tcp.stream",
}


def count_packets(path):
    """The records of a pcap file; None for another format."""
    with open(path, "rb") as file:
        head = file.read(24)
        order = {b"\xd4\xc3\xb2\xa1": "<", b"\x4d\x3c\xb2\xa1": "<", b"\xa1\xb2\xc3\xd4": ">", b"\xa1\xb2\x3c\x4d": ">"}
        if head[:4] not in order:
            return None
        field, packets = struct.Struct(order[head[:4]] + "8xI4x"), 0
        while len(record := file.read(16)) == 16:
            file.seek(field.unpack(record)[0], os.SEEK_CUR)
            packets += 1
        return packets


def chosen(args):
    """The commands to run, by name."""
    programs = dict(PROGRAMS)
    programs.update(extra.split("=", 1) for extra in args.extra)
    commands = {}
    for name, command in programs.items():
        argv = [word.replace("{}", args.capture) for word in shlex.split(command)]
        if any(name.startswith(skip) for skip in args.skip):
            continue
        if shutil.which(argv[0]):
            commands[name] = argv
        else:
            print(f"left out, not installed: {name}")
    return commands


def supported(argv):
    """Without the option that a build of wiregloss may not have."""
    if "--threads" in argv and paired.once([argv[0], "report", "--threads", "1", "--help"]).code != 0:
        at = argv.index("--threads")
        return argv[:at] + argv[at + 2:]
    return argv


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("capture")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--skip", action="append", default=[], metavar="NAME", help="leave programs out by their beginning")
    parser.add_argument("--with", dest="extra", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--base", metavar="NAME", help="whom the ratios are to (default: the first)")
    args = parser.parse_args()
    commands = {name: supported(argv) for name, argv in chosen(args).items()}
    if not commands:
        raise SystemExit("nothing to run: build wiregloss with `cargo build --release`")
    packets = count_packets(args.capture)
    results = paired.rotate(commands, args.runs)
    base = results.get(args.base or next(iter(commands)))
    if base is None:
        raise SystemExit(f"--base {args.base}: one of {', '.join(commands)}")
    size = os.path.getsize(args.capture) / 1e6
    print(f"{args.capture}: {size:.0f} MB, {packets or '?'} packets, {args.runs} runs each in rotation, medians\n")
    print("| program | CPU s | CPU ns/packet | wall s | peak MB | CPU ratio (range) |\n|---|---|---|---|---|---|")
    for name, runs in results.items():
        cpu, wall, rss = (paired.median(runs, what) for what in ("cpu", "wall", "rss_mb"))
        per_packet = f"{cpu / packets * 1e9:.0f}" if packets else ""
        mid, low, high = paired.ratio(runs, base, "cpu")
        print(f"| {name} | {cpu:.2f} | {per_packet} | {wall:.2f} | {rss:.0f} | {mid:.2f} ({low:.2f}-{high:.2f}) |")


if __name__ == "__main__":
    main()
