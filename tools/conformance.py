#!/usr/bin/env python3
"""Run Node's own test files, and write the table of docs/compatibility.md.

  ./dev conformance run TESTS [--list FILE] [--filter REGEX] [--jobs N] [--out FILE] [--compare FILE]
  ./dev conformance table RESULTS
  ./dev conformance wpt [AREA...] [--tests TESTS] [--runtime PATH] [--peer RESULTS] [--out FILE]
  ./dev conformance wpt-table RESULTS NODES-RESULTS

TESTS is the `test` folder of a Node.js 24 release (from the public repository denoland/node_test, say);
nothing of it is part of this project. --list names the tests that count, one a line (parallel/test-x.js).
RESULTS is a JSON file {"parallel/test-x.js": "pass" | "fail" | ...} as --out writes it. wpt runs the Web Platform
Tests that are in the same folder, with Gyre or any other runtime.
"""
import argparse
import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

import wpt

FLAGS = re.compile(r"^// Flags:(.*)$", re.M)
PRIVATE = re.compile(r"--expose[-_]internals|internalBinding\(|process\.binding\(|require\('internal/")
SUITES = ("parallel", "sequential", "es-module", "async-hooks", "module-hooks")
PAGE = Path("docs/compatibility.md")
END = "<!-- end of table -->"


def run_one(gyre, path, slot, timeout):
    text = path.read_text(errors="replace")
    flags = [flag for line in FLAGS.findall(text) for flag in line.split()]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("NODE_", "npm_"))}
    env.update(TEST_THREAD_ID=str(slot), TEST_SERIAL_ID=str(slot))
    if path.parent.name != "sequential":
        env["TEST_PARALLEL"] = "1"
    with subprocess.Popen([gyre, *flags, str(path)], cwd=path.parents[2], env=env, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True) as process:
        try:
            output = process.communicate(timeout=timeout)[0].decode(errors="replace")
            code = process.returncode
            state = "pass" if code == 0 else "crash" if code < 0 else "fail"
        except subprocess.TimeoutExpired:
            state, output = "timeout", ""
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    if state == "pass" and re.search(r"^1\.\.0 # Skipped", output, re.M):
        state = "skip"
    return state


def run(options):
    root = options.tests.resolve()
    names = options.list.read_text().split() if options.list else sorted(
        f"{suite}/{p.name}" for suite in SUITES for p in (root / suite).glob("test-*") if p.suffix in (".js", ".mjs"))
    names = [n for n in names if not options.filter or options.filter.search(n)]
    names = [n for n in names if not PRIVATE.search((root / n).read_text(errors="replace"))]
    slots = Queue()
    for slot in range(options.jobs):
        slots.put(slot + 1)
    results = {}

    def one(name):
        slot = slots.get()
        results[name] = run_one(os.path.abspath(options.gyre), root / name, slot, options.timeout)
        slots.put(slot)

    with ThreadPoolExecutor(options.jobs) as pool:
        list(pool.map(one, [n for n in names if not n.startswith("sequential/")]))
    for name in names:
        if name.startswith("sequential/"):
            one(name)
    results = dict(sorted(results.items()))
    if options.out:
        options.out.write_text(json.dumps(results, indent=0))
    if options.compare:
        before = json.loads(options.compare.read_text())
        for name, state in results.items():
            if before.get(name, state) != state:
                print(f"{before[name]} -> {state}  {name}")
    count = Counter(results.values())
    total = len(results) - count["skip"]
    print(f"{count['pass']} of {total} pass ({100 * count['pass'] / max(1, total):.1f}%); {dict(count)}")


def group_of(name):
    suite, file = name.split("/", 1)
    if suite not in ("parallel", "sequential"):
        return suite + "/"
    return re.match(r"test-([a-z0-9]+)", file).group(1)


def table(options):
    results = json.loads(options.results.read_text())
    groups = defaultdict(Counter)
    for name, state in results.items():
        if state != "skip":
            groups[group_of(name)][state] += 1
    rows = ["| group | passed | total |", "| --- | ---: | ---: |"]
    small = Counter()
    for group, count in sorted(groups.items()):
        if sum(count.values()) < 4:
            small.update(count)
        else:
            rows.append(f"| {group} | {count['pass']} | {sum(count.values())} |")
    if small:
        rows.append(f"| groups of fewer than four tests | {small['pass']} | {sum(small.values())} |")
    passed = sum(c["pass"] for c in groups.values())
    total = sum(sum(c.values()) for c in groups.values())
    rows.append(f"| **all** | **{passed}** | **{total}** ({100 * passed / total:.1f}%) |")
    write_table("table", rows)


def write_table(command, rows):
    """Puts the rows where docs/compatibility.md has room for the table of that command."""
    page = PAGE.read_text()
    mark = f"<!-- table: ./dev conformance {command} -->"
    begin = page.index(mark) + len(mark)
    PAGE.write_text(page[:begin] + "\n" + "\n".join(rows) + "\n" + page[page.index(END, begin):])
    print("\n".join(rows))


def main():
    parser = argparse.ArgumentParser(prog="./dev conformance", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    runner = commands.add_parser("run")
    runner.add_argument("tests", type=Path)
    runner.add_argument("--gyre", default="build/release/gyre")
    runner.add_argument("--list", type=Path)
    runner.add_argument("--filter", type=re.compile)
    runner.add_argument("--jobs", type=int, default=2)
    runner.add_argument("--timeout", type=float, default=30)
    runner.add_argument("--out", type=Path)
    runner.add_argument("--compare", type=Path)
    maker = commands.add_parser("table")
    maker.add_argument("results", type=Path)
    wpt.add_commands(commands)
    wpt_maker = commands.add_parser("wpt-table")
    wpt_maker.add_argument("results", type=Path)
    wpt_maker.add_argument("nodes", type=Path)
    options = parser.parse_args()
    if options.command == "wpt":
        sys.exit(wpt.run(options))
    if options.command == "wpt-table":
        write_table("wpt-table", wpt.table(*(json.loads(file.read_text()) for file in (options.results, options.nodes))))
    else:
        (run if options.command == "run" else table)(options)


if __name__ == "__main__":
    main()
