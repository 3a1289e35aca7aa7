"""Real calls beside a fast sender on one cable: what was sent, what the kernel dropped, what was processed.

Two network namespaces and a veth pair. sipp makes calls across it while sender.c replays a capture beside them, and
`voicequality analyze --interface` listens at the far end. Every frame that the kernel counted at that end must have been
processed or be among the drops; the calls of sipp must have lost nothing.

usage: live_rate.py --voicequality "dotnet PATH/voicequality.dll" [--seconds S] [--rate PACKETS_PER_SECOND]
                    [--readers N] [--ring MIB] [--out FOLDER]

Without --rate as fast as it goes. Exit status: 0 all accounted for, 1 not, 77 this machine cannot do it.
"""
import argparse
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from live_calls import HERE, SAMPLES, end, run, spawn

NEAR, FAR = "vqrateA", "vqrateB"


def take_down():
    for space in (NEAR, FAR):
        run("ip", "netns", "del", space, check=False)


def set_up():
    take_down()
    for space in (NEAR, FAR):
        run("ip", "netns", "add", space)
        run("ip", "netns", "exec", space, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1",
            "net.ipv6.conf.default.disable_ipv6=1")
    run("ip", "link", "add", "veA", "netns", NEAR, "type", "veth", "peer", "name", "veB", "netns", FAR)
    macs = {}
    for space, link, host in ((NEAR, "veA", 1), (FAR, "veB", 2)):
        run("ip", "-n", space, "addr", "add", f"198.18.7.{host}/24", "dev", link)
        run("ip", "-n", space, "link", "set", "lo", "up")
        run("ip", "-n", space, "link", "set", link, "up")
        macs[host] = run("ip", "netns", "exec", space, "cat", f"/sys/class/net/{link}/address").stdout.strip()
    # Neighbours are told, so that every frame is one of the capture's own kind.
    run("ip", "-n", NEAR, "neigh", "replace", "198.18.7.2", "lladdr", macs[2], "dev", "veA", "nud", "permanent")
    run("ip", "-n", FAR, "neigh", "replace", "198.18.7.1", "lladdr", macs[1], "dev", "veB", "nud", "permanent")


def counted():
    text = run("ip", "netns", "exec", FAR, "cat", *(f"/sys/class/net/veB/statistics/{way}_packets"
                                                    for way in ("rx", "tx"))).stdout.split()
    return sum(int(word) for word in text)


def calls(folder, seconds):
    for name in ("uac", "uas"):
        with open(f"{HERE}/{name}.xml", encoding="utf-8") as source, open(f"{folder}/{name}.xml", "w",
                                                                         encoding="utf-8") as target:
            target.write(source.read().replace("SAMPLES", SAMPLES))
    many = str(max(1, int(seconds) - 12))
    callee = spawn(FAR, "sipp", "-sf", f"{folder}/uas.xml", "-i", "198.18.7.2", "-mi", "198.18.7.2", "-p", "5060", "-mp",
                   "20000", "-m", many, "-nostdin")
    time.sleep(1)
    caller = spawn(NEAR, "sipp", "-sf", f"{folder}/uac.xml", "198.18.7.2:5060", "-i", "198.18.7.1", "-mi", "198.18.7.1",
                   "-p", "5061", "-mp", "30000", "-r", "1", "-s", "15550100", "-m", many, "-nostdin")
    return callee, caller


def measure(arguments, analyzer, folder):
    run("gcc", "-O2", "-o", f"{folder}/sender", f"{HERE}/sender.c")
    run(*analyzer, "generate", "--preset", "clean", "--calls", "100", "--duration", "30", "--seed", "5", "--out",
        f"{folder}/m.pcap")
    set_up()
    # With an empty filter everything is taken, so that what the kernel counted can be held against it.
    listen = ["analyze", "--interface", "veB", "--filter", "", "--format", "json", "--readers", str(arguments.readers),
              "--ring", str(arguments.ring)]
    with open(f"{folder}/live.json", "w", encoding="utf-8") as output, \
            open(f"{folder}/live.log", "w", encoding="utf-8") as log:
        live = subprocess.Popen(["ip", "netns", "exec", FAR, *analyzer, *listen], stdout=output, stderr=log,
                                stdin=subprocess.DEVNULL)
        for _ in range(100):
            if len(run("ip", "netns", "exec", FAR, "cat", "/proc/net/packet").stdout.splitlines()) > arguments.readers:
                break
            time.sleep(0.1)
        time.sleep(0.5)
        before = counted()
        talking = calls(folder, arguments.seconds)
        loads = [os.getloadavg()[0]]
        rate = [str(arguments.rate)] if arguments.rate else []
        sent = json.loads(run("ip", "netns", "exec", NEAR, f"{folder}/sender", "veA", f"{folder}/m.pcap",
                              str(arguments.seconds), *rate).stdout)
        loads.append(os.getloadavg()[0])
        for process in talking:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                end(process)
        time.sleep(1)
        passed = counted() - before
        usage = resource.getrusage(resource.RUSAGE_CHILDREN)
        end(live, seconds=120)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    take_down()
    with open(f"{folder}/live.json", encoding="utf-8") as file:
        result = json.load(file)
    capture = result["capture"]
    ours = [call for call in result["calls"] if call["callId"].endswith("@198.18.7.1")]
    streams = [result["streams"][i] for call in ours for i in call["streams"]]
    dropped = capture["droppedByCapture"]
    return {
        "readers": arguments.readers, "load": [round(load, 1) for load in loads],
        "sentBeside": sent["sent"], "packetsPerSecond": round(sent["sent"] / sent["seconds"]),
        "passed": passed, "processed": capture["packets"], "dropped": dropped,
        "unaccounted": passed - capture["packets"] - dropped,
        "receiverCpuSeconds": round(after.ru_utime + after.ru_stime - usage.ru_utime - usage.ru_stime, 1),
        "calls": len(ours), "answered": sum(call["outcome"] == "answered" for call in ours),
        "streams": len(streams), "lost": sum(stream["lost"] for stream in streams),
        "unseen": sum(stream.get("unseen") or 0 for stream in streams),
        "mosLq": sorted({call["mosLq"] for call in ours if call["mosLq"] is not None}),
        "jitterMaxMs": max((stream["jitterMaxMs"] or 0 for stream in streams), default=None),
    }


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--voicequality", required=True)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--rate", type=int)
    parser.add_argument("--readers", type=int, default=1)
    parser.add_argument("--ring", type=int, default=64)
    parser.add_argument("--out")
    arguments = parser.parse_args()
    # Whoever starts this in the background has it ignored by all that this starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    missing = [name for name in ("ip", "gcc", "sipp") if not shutil.which(name)]
    if os.geteuid() != 0 or missing or not os.path.exists(SAMPLES):
        print(f"this takes root and {', '.join(missing) or SAMPLES}", file=sys.stderr)
        return 77
    folder = arguments.out or tempfile.mkdtemp(prefix="vqrate")
    os.makedirs(folder, exist_ok=True)
    try:
        result = measure(arguments, arguments.voicequality.split(), folder)
    finally:
        take_down()
        if not arguments.out:
            shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(result))
    return 0 if result["unaccounted"] == 0 and result["lost"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
