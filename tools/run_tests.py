#!/usr/bin/env python3
"""Run the project's tests: every *.test.js (and .test.mjs) under src/ and tests/, each in a process of its own.

  run_tests.py [--jobs N] [--timeout S] GYRE [NAME...]

With NAMEs only the files whose path contains one of them. A file passes when it exits 0. What a failing
file printed is shown; the last line counts. A file that fails is run once more, and that counts; its first
failure is shown all the same, for it is a flaw of the test or of what it tests.
"""
import argparse
import os
import resource
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path


# What tests see of the environment. Everything else (CI, NO_COLOR, HTTP_PROXY, npm_config_*, NODE_OPTIONS, ...)
# changes what programs do or print, and differs from machine to machine.
KEPT = {"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "LD_LIBRARY_PATH"}
KEPT_PREFIXES = ("GYRE_", "ASAN_", "UBSAN_", "LSAN_")


def environment():
    kept = {k: v for k, v in os.environ.items() if k in KEPT or k.startswith(KEPT_PREFIXES)}
    return {**kept, "FORCE_COLOR": "0", "LC_ALL": "C.UTF-8"}


def run(command, timeout):
    with subprocess.Popen(command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, start_new_session=True) as process:
        try:
            output = process.communicate(timeout=timeout)[0]
            code = process.returncode
        except subprocess.TimeoutExpired:
            code, output = None, b""
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        if code is None:
            output = process.communicate()[0]
    return code, output.decode(errors="replace")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=240)
    parser.add_argument("gyre")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    files = sorted(p for folder in ("src", "tests") for p in Path(folder).rglob("*.test.*")
                   if p.suffix in (".js", ".mjs") and "node_modules" not in p.parts)
    if options.names:
        files = [f for f in files if any(name in str(f) for name in options.names)]
    if not files:
        sys.exit("no test matches")
    gyre = os.path.abspath(options.gyre)
    # Tests kill and abort processes by the dozen: none shall leave a core file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    began = time.time()

    def one(path):
        first = run([gyre, str(path)], options.timeout)
        if first[0] == 0:
            return path, *first, None
        return path, *run([gyre, str(path)], options.timeout), first

    def show(what, path, code, output):
        why = "timed out" if code is None else f"signal {-code}" if code < 0 else f"exit {code}"
        print(f"{what}  {path} ({why})")
        print("\n".join("        " + line for line in output.strip().splitlines()[-60:]))

    failed = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for path, code, output, first in pool.map(one, files):
            if first is not None and code == 0:
                show("AGAIN ", path, *first)
            if code == 0:
                print(f"ok      {path}")
                continue
            failed += 1
            show("FAILED", path, code, output)
        sys.stdout.flush()
    print(f"{len(files)} files, {time.time() - began:.0f} s")
    print(f"{len(files) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
