#!/usr/bin/env python3
"""Everything that can be checked without running: ./dev lint; ./dev format (--fix) mends the formatting.

  lint.py [--fix] [--tidy]

JavaScript: Biome (format and lint). C++: clang-format; with --tidy also clang-tidy, which takes minutes.
Layers: an include or a top-level require goes only downwards. Sizes: no source file of more than 600 lines
but those that tools/large_files.txt excuses.
"""
import argparse
import base64
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from third_party import npm_pack

BIOME = ("@biomejs/cli-linux-x64", "2.6.8",
         "XIk3pLQT56I6Tti+u0DF8FtSNXjCMTPbxVTzfJ9cS2t1ImVKvrqV5b52GuEaJg6/wuiXvz0sjfb5saB4TPRjzA==")
MAX_LINES = 600
# Each layer and what lies below it.
BELOW = {
    "base": set(),
    "engine": {"base"},
    "loop": {"base"},
    "binding": {"base", "engine", "loop"},
    "runtime": {"base", "engine", "loop", "binding"},
    "loader": {"base", "engine", "loop", "binding", "runtime"},
    "modules": {"base", "engine", "loop", "binding", "runtime", "loader", "web", "napi"},
    "web": {"base", "engine", "loop", "binding", "runtime", "loader", "modules", "napi"},
    "napi": {"base", "engine", "loop", "binding", "runtime", "loader", "modules", "web"},
    "cli": {"base", "engine", "loop", "binding", "runtime", "loader", "modules", "web", "napi"},
}
INCLUDE = re.compile(r'^#include "([a-z_0-9]+)/', re.M)


def biome():
    name, version, checksum = BIOME
    home = Path(os.environ.get("GYRE_CACHE", Path.home() / ".cache/gyre")) / "biome" / version
    program = home / "biome"
    if program.exists():
        return program
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        npm_pack(f"{name}@{version}", folder)
        archive = next(Path(folder).glob("*.tgz"))
        found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
        if found != checksum:
            sys.exit(f"lint: {name} {version} is not the package that is expected")
        with tarfile.open(archive) as tar, open(program, "wb") as out:
            shutil.copyfileobj(tar.extractfile("package/biome"), out)
    program.chmod(0o755)
    return program


def clang(tool):
    for name in (tool, f"{tool}-14"):
        if shutil.which(name):
            return name
    sys.exit(f"lint: there is no {tool}: run this through ./dev, which installs it")


def sources(*suffixes):
    listed = subprocess.run(["git", "ls-files", "src", "tests", "bench", "examples"], check=True, capture_output=True, text=True)
    return [Path(f) for f in listed.stdout.split() if f.endswith(suffixes) and Path(f).exists()]


def check_layers():
    """Includes in C++; in JavaScript the requires at the top level (those inside functions may go up)."""
    problems = []
    for path in sources(".cc", ".h"):
        layer = path.parts[1] if path.parts[0] == "src" else None
        if layer not in BELOW:
            continue
        for other in INCLUDE.findall(path.read_text()):
            if other != layer and other in BELOW and other not in BELOW[layer]:
                problems.append(f"{path}: {layer} must not include {other}/")
    return problems


def check_sizes():
    excused = set(Path("tools/large_files.txt").read_text().split())
    problems = []
    for path in sources(".cc", ".h", ".js", ".mjs"):
        lines = len(path.read_text().splitlines())
        if lines > MAX_LINES and str(path) not in excused:
            problems.append(f"{path}: {lines} lines; split it (a file covers one concept, at most {MAX_LINES} lines)")
    return problems


def clang_format(fix):
    tool = clang("clang-format")
    files = [str(p) for p in sources(".cc", ".h")]
    command = [tool, "-i", *files] if fix else [tool, "--dry-run", "--Werror", *files]
    return subprocess.run(command).returncode == 0


def clang_tidy():
    tool = clang("clang-tidy")
    files = [str(p) for p in sources(".cc") if p.parts[0] == "src"]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = pool.map(lambda f: subprocess.run([tool, "-p", "build/release", "--quiet", f], capture_output=True, text=True), files)
        good = True
        for run in runs:
            if run.returncode != 0:
                good = False
                print(run.stdout)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--fix", action="store_true")
    parser.add_argument("--tidy", action="store_true")
    options = parser.parse_args()
    good = True
    if options.fix:
        good &= subprocess.run([biome(), "check", "--write", "--max-diagnostics=50"]).returncode == 0
        good &= clang_format(True)
    else:
        good &= subprocess.run([biome(), "check", "--max-diagnostics=50"]).returncode == 0
        good &= clang_format(False)
    for problem in check_layers() + check_sizes():
        good = False
        print(problem)
    if options.tidy:
        good &= clang_tidy()
    print("lint: clean" if good else "lint: there is something to mend")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
