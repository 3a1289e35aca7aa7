"""Calls between real programs over a path that loses known packets, measured live and from a capture file.

Three network namespaces in a line: A, a bridge that impairs (impairer.py), B. `voicequality analyze --interface`
listens at B, and tcpdump writes the same into a file that is analysed afterwards. What comes from A is seen there after
the loss, what B sends before it. Every stream's lost sequence numbers are held against those that were dropped.

usage: live_calls.py --voicequality "dotnet PATH/voicequality.dll" [--only NAME]... [--out FOLDER]

Exit status: 0 all calls agree, 1 some do not, 77 this machine cannot do it (the reason is said).
"""
import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
A, MIDDLE, B = "vqriga", "vqrigm", "vqrigb"
SECONDS = 14
SAMPLES = "/usr/share/sip-tester/g711a.pcap"


def run(*command, check=True):
    return subprocess.run(command, check=check, capture_output=True, text=True)


def spawn(space, *command, out=None, env=None):
    return subprocess.Popen(["ip", "netns", "exec", space, *command], stdout=out or subprocess.DEVNULL,
                            stderr=subprocess.STDOUT if out else subprocess.DEVNULL, stdin=subprocess.DEVNULL, env=env)


def end(process, how=signal.SIGINT, seconds=20):
    if process.poll() is None:
        process.send_signal(how)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def take_down():
    for space in (A, MIDDLE, B):
        run("ip", "netns", "del", space, check=False)


def set_up():
    take_down()
    for space in (A, MIDDLE, B):
        run("ip", "netns", "add", space)
        run("ip", "-n", space, "link", "set", "lo", "up")
    for space, link, other in ((A, "veA", "mA"), (B, "veB", "mB")):
        run("ip", "link", "add", link, "netns", space, "type", "veth", "peer", "name", other, "netns", MIDDLE)
    run("ip", "netns", "exec", MIDDLE, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", check=False)
    for space, link, host in ((A, "veA", 1), (B, "veB", 2)):
        run("ip", "-n", space, "addr", "add", f"198.18.7.{host}/24", "dev", link)
        run("ip", "-n", space, "addr", "add", f"2001:2:0:7::{host}/64", "dev", link, "nodad")
    for space, link in ((A, "veA"), (B, "veB"), (MIDDLE, "mA"), (MIDDLE, "mB")):
        run("ip", "-n", space, "link", "set", link, "up")
        # A checksum that a card would have filled in is wrong behind a bridge in user space.
        run("ip", "netns", "exec", space, "ethtool", "-K", link, "tx", "off", "rx", "off", "gro", "off", "gso", "off",
            "tso", "off", check=False)


class Sipp:
    needs = ("sipp",)

    def __init__(self, transport="u1", calls=3, version=4):
        self.transport, self.calls, self.version = transport, calls, version

    def call(self, folder):
        a, b = ("198.18.7.1", "198.18.7.2") if self.version == 4 else ("[2001:2:0:7::1]", "[2001:2:0:7::2]")
        for name in ("uac", "uas"):
            with open(f"{HERE}/{name}.xml", encoding="utf-8") as source, open(f"{folder}/{name}.xml", "w",
                                                                             encoding="utf-8") as target:
                target.write(source.read().replace("SAMPLES", SAMPLES))
        common = ["-t", self.transport, "-m", str(self.calls), "-nostdin", "-trace_err"]
        with open(f"{folder}/callee.log", "w", encoding="utf-8") as log_b, \
                open(f"{folder}/caller.log", "w", encoding="utf-8") as log_a:
            callee = spawn(B, "sipp", "-sf", f"{folder}/uas.xml", "-i", b, "-mi", b, "-p", "5060", "-mp", "20000",
                           *common, out=log_b)
            time.sleep(1)
            caller = spawn(A, "sipp", "-sf", f"{folder}/uac.xml", f"{b}:5060", "-i", a, "-mi", a, "-p", "5061", "-mp",
                           "30000", "-r", "1", "-s", "15550100", *common, out=log_a)
            caller.wait(90)
            end(callee, seconds=15)


class Baresip:
    needs = ("baresip", "sox")

    def __init__(self, codec, rate=8000, channels=1, transport="udp", version=4, encryption=None):
        self.codec, self.rate, self.channels = codec, rate, channels
        self.transport, self.version, self.encryption = transport, version, encryption

    def configure(self, folder, user, address, extra):
        home = f"{folder}/{user}"
        os.makedirs(home)
        modules = "".join(f"module {name}.so\n" for name in (
            "g711", "g722", "gsm", "opus", "amr", "aufile", "srtp", "uuid"))
        with open(f"{home}/config", "w", encoding="utf-8") as file:
            file.write(f"""poll_method epoll
sip_listen {address}:5060
sip_trans_def {self.transport}
call_max_calls 4
audio_player aufile,{home}/out.wav
audio_source aufile,{folder}/in.wav
audio_alert aufile,{home}/alert.wav
ausrc_srate {self.rate}
auplay_srate {self.rate}
ausrc_channels {self.channels}
auplay_channels {self.channels}
audio_txmode thread
rtp_ports 40000-40100
rtcp_mux no
jitter_buffer_delay 5-10
rtp_stats yes
module_path /usr/lib/baresip/modules
{modules}module_app account.so
module_app menu.so
opus_bitrate 24000
""")
        encryption = f";mediaenc={self.encryption}" if self.encryption else ""
        with open(f"{home}/accounts", "w", encoding="utf-8") as file:
            file.write(f"<sip:{user}@{address};transport={self.transport}>;regint=0;"
                       f"audio_codecs={self.codec}{encryption}{extra}\n")
        open(f"{home}/contacts", "w", encoding="utf-8").close()
        return home

    def call(self, folder):
        a, b = ("198.18.7.1", "198.18.7.2") if self.version == 4 else ("[2001:2:0:7::1]", "[2001:2:0:7::2]")
        run("sox", "-n", "-r", str(self.rate), "-c", str(self.channels), "-b", "16", f"{folder}/in.wav", "synth", "60",
            "brownnoise", "vol", "0.3")
        caller = self.configure(folder, "alice", a, "")
        callee = self.configure(folder, "bob", b, ";answermode=auto")
        family = ["-6"] if self.version == 6 else []
        with open(f"{folder}/callee.log", "w", encoding="utf-8") as log_b, \
                open(f"{folder}/caller.log", "w", encoding="utf-8") as log_a:
            bob = spawn(B, "baresip", *family, "-f", callee, "-t", str(SECONDS + 6), out=log_b)
            time.sleep(1.5)
            alice = spawn(A, "baresip", *family, "-f", caller, "-t", str(SECONDS), "-e",
                          f"/dial sip:bob@{b};transport={self.transport}", out=log_a)
            alice.wait(SECONDS + 30)
            bob.wait(SECONDS + 30)


class Linphone:
    needs = ("linphonec",)

    def __init__(self, codec, transport="udp"):
        self.codec, self.transport = codec, transport

    def configure(self, folder, user, address):
        home = f"{folder}/{user}"
        os.makedirs(f"{home}/.local/share/linphone")
        name, rate, channels = (self.codec.split("/") + ["8000", "1"])[:3]
        with open(f"{home}/rc", "w", encoding="utf-8") as file:
            file.write(f"""[sip]
auto_net_state_mon=0
sip_port={5060 if self.transport == "udp" else 0}
sip_tcp_port={5060 if self.transport == "tcp" else 0}
sip_tls_port=0
contact="{user}" <sip:{user}@{address}>
guess_hostname=0
default_proxy=-1
ipv6=0
bind_address={address}
media_encryption=none
[rtp]
audio_rtp_port=7078
audio_jitt_comp=60
rtcp_enabled=1
audio_adaptive_jitt_comp_enabled=1
[video]
capture=0
display=0
[audio_codec_0]
mime={name}
rate={rate}
channels={channels}
enabled=1
""")
            for i, other in enumerate(c for c in ("opus/48000/2", "speex/16000/1", "speex/8000/1", "PCMU/8000/1",
                                                  "PCMA/8000/1", "GSM/8000/1", "G722/8000/1", "G729/8000/1")
                                      if c != f"{name}/{rate}/{channels}"):
                mime, clock, count = other.split("/")
                file.write(f"[audio_codec_{i + 1}]\nmime={mime}\nrate={clock}\nchannels={count}\nenabled=0\n")
        return home

    def call(self, folder):
        run("sox", "-n", "-r", "16000", "-c", "1", "-b", "16", f"{folder}/in.wav", "synth", "60", "brownnoise", "vol",
            "0.3")
        a, b = "198.18.7.1", "198.18.7.2"
        caller, callee = self.configure(folder, "alice", a), self.configure(folder, "bob", b)
        say = ["1:soundcard use files", f"2:play {folder}/in.wav"]
        target = f"<sip:bob@{b}:5060;transport={self.transport}>"
        with open(f"{folder}/callee.log", "w", encoding="utf-8") as log_b, \
                open(f"{folder}/caller.log", "w", encoding="utf-8") as log_a:
            bob = spawn(B, sys.executable, f"{HERE}/typist.py", *say, f"9:play {folder}/in.wav",
                        f"{SECONDS + 14}:quit", "--", "linphonec", "-c",
                        f"{callee}/rc", "-a", out=log_b, env={**os.environ, "HOME": callee})
            time.sleep(3)
            alice = spawn(A, sys.executable, f"{HERE}/typist.py", *say, f"4:call {target}",
                          f"{SECONDS + 4}:terminate", f"{SECONDS + 7}:quit", "--", "linphonec", "-c", f"{caller}/rc",
                          out=log_a, env={**os.environ, "HOME": caller})
            alice.wait(SECONDS + 60)
            bob.wait(SECONDS + 60)


# name: client, what is done to the packets from A to B
CALLS = {
    "sipp-pcma-udp": (Sipp(), ["--loss-ab", "5", "--loss-ba", "3"]),
    "sipp-pcma-tcp": (Sipp("t1"), ["--loss-ab", "4", "--burst", "3"]),
    "sipp-pcma-ipv6": (Sipp(version=6), ["--loss-ab", "5", "--twice", "2"]),
    "baresip-pcmu-udp": (Baresip("PCMU/8000/1"), ["--loss-ab", "2"]),
    "baresip-pcma-udp": (Baresip("PCMA/8000/1"), ["--loss-ab", "5", "--burst", "4"]),
    "baresip-g722-udp": (Baresip("G722/16000/1", 16000), ["--loss-ab", "3", "--jitter", "8"]),
    "baresip-gsm-udp": (Baresip("GSM/8000/1"), ["--loss-ab", "4", "--late", "2"]),
    "baresip-opus-udp": (Baresip("opus/48000/2", 48000, 2), ["--loss-ab", "3", "--twice", "2"]),
    "baresip-amr-udp": (Baresip("AMR/8000/1"), ["--loss-ab", "3"]),
    "baresip-pcmu-tcp": (Baresip("PCMU/8000/1", transport="tcp"), ["--loss-ab", "10", "--burst", "5"]),
    "baresip-pcma-ipv6": (Baresip("PCMA/8000/1", version=6), ["--loss-ab", "3"]),
    "baresip-pcmu-srtp": (Baresip("PCMU/8000/1", encryption="srtp-mand"), ["--loss-ab", "3", "--late", "1"]),
    "baresip-opus-srtp-ipv6": (Baresip("opus/48000/2", 48000, 2, version=6, encryption="srtp-mand"),
                               ["--loss-ab", "2"]),
    "baresip-pcmu-clean": (Baresip("PCMU/8000/1"), []),
    "linphone-pcmu-udp": (Linphone("PCMU/8000/1"), ["--loss-ab", "3"]),
    "linphone-pcma-tcp": (Linphone("PCMA/8000/1", "tcp"), ["--loss-ab", "2", "--burst", "3"]),
    "linphone-opus-udp": (Linphone("opus/48000/2"), ["--loss-ab", "4"]),
}


def extended(numbers):
    """Sequence numbers without their wraps, each nearest to the one before."""
    result, last = [], None
    for number in numbers:
        last = number if last is None else last + ((number - last + 32768) % 65536 - 32768)
        result.append(last)
    return result


def expected_loss(truth):
    """Numbers that a tap behind the impairment must miss: between the first and the last that came."""
    dropped = set(truth["dropped"]) if truth["way"] == "ab" else set()
    numbers = extended(truth["sent"])
    came = {number for i, number in enumerate(numbers) if i not in dropped}
    missing = [number for number in range(min(came), max(came)) if number not in came] if came else []
    injected = sorted({numbers[i] for i in dropped} & set(missing))
    return [n % 65536 for n in missing], len(injected), len(came)


def numbers_of(runs):
    return None if runs is None else [(first + i) % 65536 for first, last in runs
                                      for i in range((last - first) % 65536 + 1)]


def key_of(stream):
    port = lambda text: int(text.rsplit(":", 1)[1])
    return port(stream["source"]), port(stream["destination"]), stream["ssrc"]


def compare(name, folder, rows):
    """Adds a row for each stream; returns what differs."""
    with open(f"{folder}/truth.json", encoding="utf-8") as file:
        truths = json.load(file)
    results = {}
    for kind in ("live", "file"):
        try:
            with open(f"{folder}/{kind}.json", encoding="utf-8") as file:
                results[kind] = json.load(file)
        except ValueError:
            return [f"{name}: analyze gave no result for {kind}"]
    found = {kind: {key_of(stream): stream for stream in result["streams"]} for kind, result in results.items()}
    wrong = []
    if results["live"]["capture"].get("droppedByCapture"):
        wrong.append(f"{name}: the live capture did not see {results['live']['capture']['droppedByCapture']} packets")
    for truth in truths:
        key = (truth["sourcePort"], truth["destinationPort"], truth["ssrc"])
        missing, injected, came = expected_loss(truth)
        streams = {kind: found[kind].get(key) for kind in found}
        counted = {kind: numbers_of(stream["lostNumbers"]) if stream else None for kind, stream in streams.items()}
        live = streams["live"]
        is_equal = counted["live"] == counted["file"] == missing and live["received"] == came \
            and live["lost"] == len(missing)
        if not is_equal:
            wrong.append(f"{name} {truth['way']} {truth['ssrc']}: came {came}, missing {missing}, counted {counted}, "
                         f"received {live and live['received']}")
        rows.append((name, truth["way"], live and live["codec"], len(truth["sent"]), len(truth["dropped"]), injected,
                     len(missing), live and live["lost"], live and live["duplicates"], "yes" if is_equal else "NO",
                     live and live["jitterMeanMs"], live and live["jitterMaxMs"], live and live["mosLq"],
                     live and live["unscoredReason"]))
    calls = results["live"]["calls"]
    wrong += [f"{name}: call is {call['outcome']}" for call in calls if call["outcome"] != "answered"]
    if not calls or not truths:
        wrong.append(f"{name}: there was no call")
    if any(stream["callId"] is None for stream in results["live"]["streams"]):
        wrong.append(f"{name}: a stream belongs to no call")
    return wrong


def measure(name, client, impairment, analyzer, folder):
    os.makedirs(folder)
    set_up()
    truth = spawn(MIDDLE, sys.executable, f"{HERE}/impairer.py", "mA", "mB", f"{folder}/truth.json", "--seed",
                  str(sum(name.encode())), *impairment)
    tcpdump = spawn(B, "tcpdump", "-q", "-i", "veB", "-s", "0", "-U", "-w", f"{folder}/capture.pcap")
    with open(f"{folder}/live.json", "w", encoding="utf-8") as output, \
            open(f"{folder}/live.log", "w", encoding="utf-8") as log:
        live = subprocess.Popen(
            ["ip", "netns", "exec", B, *analyzer, "analyze", "--interface", "veB", "--format", "json",
             "--lost-numbers"], stdout=output, stderr=log, stdin=subprocess.DEVNULL)
        for _ in range(100):
            # Both listen when the kernel lists their sockets.
            if len(run("ip", "netns", "exec", B, "cat", "/proc/net/packet").stdout.splitlines()) >= 3:
                break
            time.sleep(0.1)
        time.sleep(0.3)
        try:
            client.call(folder)
        finally:
            time.sleep(1)
            end(live)
            end(tcpdump)
            end(truth, signal.SIGTERM)
            take_down()
    with open(f"{folder}/file.json", "w", encoding="utf-8") as output:
        subprocess.run([*analyzer, "analyze", "--format", "json", "--lost-numbers", f"{folder}/capture.pcap"],
                       stdout=output, stderr=subprocess.DEVNULL, check=False)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--voicequality", default="voicequality")
    parser.add_argument("--only", action="append")
    parser.add_argument("--out")
    options = parser.parse_args()
    if os.geteuid() != 0:
        print("skipped: it makes network namespaces, which takes root")
        return 77
    missing = [tool for tool in ("ip", "tcpdump", "ethtool") if shutil.which(tool) is None]
    if missing:
        print(f"skipped: {', '.join(missing)} not installed")
        return 77
    out = os.path.abspath(options.out or tempfile.mkdtemp(prefix="live-calls-"))
    rows, wrong = [], []
    for name, (client, impairment) in CALLS.items():
        if options.only and name not in options.only:
            continue
        missing = [tool for tool in client.needs if shutil.which(tool) is None]
        if missing:
            print(f"{name}: skipped, {', '.join(missing)} not installed")
            continue
        folder = f"{out}/{name}"
        shutil.rmtree(folder, ignore_errors=True)
        measure(name, client, impairment, options.voicequality.split(), folder)
        found = compare(name, folder, rows)
        print(f"{name}: {'agrees' if not found else 'DIFFERS'}", flush=True)
        wrong += found
    print("\n| call | from | codec | sent | dropped | of these between first and last | missing at the tap | counted | "
          "duplicates | numbers equal | jitter mean, ms | max | MOS-LQ | unscored |")
    print("|---|---|---|---:|---:|---:|---:|---:|---:|---|---:|---:|---:|---|")
    for row in rows:
        print("| " + " | ".join("" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell)
                                for cell in row) + " |")
    for line in wrong:
        print(line)
    return 1 if wrong or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
