"""./dev bench core: small operations of the core modules, Gyre beside its peers.

Every file bench/core/GROUP.js is one program that prints figures (bench/core/measure.js); run.py calls this.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parent / "core"
SLOW = 0.9  # below this share of Node's speed a figure is a defect


def groups():
    return sorted(p.stem for p in PROGRAMS.glob("*.js") if p.stem != "measure")


def run_program(name, group, command, only):
    """The figures that one program prints: [{"name", "ns"} or {"name", "missing", "why"}]."""
    environment = {**os.environ, "BENCH_ONLY": only} if only else None
    out = subprocess.run(command + [str(PROGRAMS / f"{group}.js")], stdout=subprocess.DEVNULL,
                         stderr=subprocess.PIPE, text=True, errors="replace", timeout=900, env=environment)
    lines = out.stderr.splitlines()
    if out.returncode != 0:
        rest = [line for line in lines if not line.startswith('{"name"')]
        print(f"{name} {group}: ended with {out.returncode}", *rest[:8], sep="\n  ", file=sys.stderr)
    return [json.loads(line) for line in lines if line.startswith('{"name"')]


def compare(commands, wanted, rounds, only):
    """Runs the groups round-robin over the runtimes; returns {figure: {runtime: [ns, ...]}}."""
    unknown = set(wanted) - set(groups())
    if unknown:
        sys.exit(f"bench: no such group: {', '.join(sorted(unknown))} (there are {', '.join(groups())})")
    figures = {}
    for round_ in range(rounds):
        for group in wanted or groups():
            print(f"round {round_ + 1} of {rounds}: {group}", file=sys.stderr)
            for name, command in commands.items():
                for figure in run_program(name, group, command, only):
                    times = figures.setdefault(figure["name"], {}).setdefault(name, [])
                    if "ns" in figure:
                        times.append(figure["ns"])
                    elif round_ == 0:
                        print(f"{name} lacks {figure['name']}: {figure['why']}", file=sys.stderr)
    return figures


def time(ns):
    for unit, size in (("ms", 1e6), ("us", 1e3)):
        if ns >= size:
            return f"{ns / size:.3g} {unit}"
    return f"{ns:.3g} ns"


def report(figures, names):
    """Prints the table and its summary; returns what the JSON file holds."""
    # The best round counts, not the median: whatever else the machine does can only make a figure worse.
    best_times = {f: {r: min(v) for r, v in by.items() if v} for f, by in figures.items()}
    peers = names[1:]
    print("| figure | gyre | " + " | ".join(f"x {p}" for p in peers) + " | x best peer |")
    print("| --- |" + " ---: |" * (len(peers) + 2))
    slow, faster, compared = [], 0, 0
    for figure, by in best_times.items():
        speed = {p: by[p] / by["gyre"] for p in peers if p in by and "gyre" in by}
        best = min(speed.values(), default=None)
        cells = [time(by["gyre"]) if "gyre" in by else "-"]
        cells += [f"{speed[p]:.2f}" if p in speed else "-" for p in peers]
        cells.append(f"{best:.2f}" if best is not None else "-")
        print(f"| {figure} | " + " | ".join(cells) + " |")
        if speed.get("node", 1) < SLOW or (by and "gyre" not in by):
            slow.append(figure)
        if best is not None:
            compared += 1
            faster += best > 1
    print(f"\n{compared} figures; speed is a peer's time divided by Gyre's: above 1, Gyre is faster.")
    if "node" in peers:
        print(f"below {SLOW} of Node's speed, or missing: {len(slow)}" + "".join(f"\n  {f}" for f in slow))
    if compared:
        print(f"faster than the best peer: {faster} ({100 * faster / compared:.0f}%)")
    return {"best": best_times, "all": figures}
