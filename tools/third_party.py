#!/usr/bin/env python3
"""Bring the JavaScript packages that the executable carries.

  third_party.py OUT_DIR

Each package is taken from the npm registry by npm itself, at a pinned version with a pinned
checksum, and the files that we embed are written to OUT_DIR/<package>/. What is there already
at the right version is left alone.
"""
import base64
import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

# package: (version, sha512 of its archive, {file in the package: file in OUT_DIR}, {text: replacement})
PACKAGES = {
    "acorn": (
        "8.15.0",
        "NZyJarBfL7nWwIq+FDL6Zp/yHEhePMNnnJ0y3qfieCrmNvYct8uvtiV41UvlSe6apAfk0fY1FbWx+NwfmpvtTg==",
        {"dist/acorn.js": "acorn.js"},
        {},
    ),
    "cjs-module-lexer": (
        "2.3.0",
        "lmNyBzi6iYiqyrExTctfmjd8tInx+dHu9PBomTfH5RXS53c27JMFJgzNv5TyAnm3PgGf+MLy0+Ws41/HlVxdKQ==",
        {"dist/lexer.js": "lexer.js"},
        {},
    ),
    "amaro": (
        "1.2.1",
        "RXNB1/mbpbpwr4mVlQgYZVdY4CHl7rFExwov+XOTWfghpsM1s2sD/5u4oTQkKL4Pt0BGNIExSVjRcLMjcytIDQ==",
        {"dist/internal.js": "internal.js"},
        {'require("util")': 'require("node:util")'},
    ),
}

# Packages of many files: (version, checksum, the file that is required). What it reaches is taken, and its
# relative requires become the names that built-ins have: third_party/<package>/<path>.
TREES = {
    "undici": (
        "7.30.2",
        "mLyPQnHwUxaM/rideoK/+KL8DaAJLRl4aBCfmX444aCSLnIaomqPLtNRe2jdCYcsk5wZzXrDIQC8ZeYNRAYyIA==",
        "index-fetch.js",
    ),
}
REQUIRE = re.compile(r"require\((['\"])(\.[^'\"]*)\1\)")


def take_tree(archive, name, entry, out):
    present = set(archive.getnames())

    def resolve(path):
        for candidate in (path, f"{path}.js", f"{path}/index.js"):
            if f"package/{candidate}" in present and archive.getmember(f"package/{candidate}").isfile():
                return candidate
        return None

    waiting, taken = [entry], set()
    while waiting:
        path = waiting.pop()
        if path in taken:
            continue
        taken.add(path)

        def rewrite(match):
            target = resolve(os.path.normpath(os.path.join(os.path.dirname(path), match.group(2))))
            if target is None or not target.endswith(".js"):
                return match.group(0)  # guarded by the package itself
            waiting.append(target)
            return f"require('third_party/{name}/{target[:-3]}')"

        text = REQUIRE.sub(rewrite, archive.extractfile(f"package/{path}").read().decode())
        file = out / name / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def npm_pack(package, folder):
    """Fetches a package's archive into a folder; networks fail now and then, so it is tried four times."""
    for pause in (2, 8, 30, None):
        if subprocess.run(["npm", "pack", "--silent", package], cwd=folder, stdout=subprocess.DEVNULL).returncode == 0:
            return
        if pause is None:
            sys.exit(f"{package} could not be fetched from the npm registry: is there a network?")
        print(f"{package} could not be fetched; once more in {pause} s", file=sys.stderr)
        time.sleep(pause)


def fetch(name, version, checksum, cache):
    archive = cache / f"{name}-{version}.tgz"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            npm_pack(f"{name}@{version}", folder)
            os.replace(next(Path(folder).glob("*.tgz")), archive)
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != checksum:
        archive.unlink()
        sys.exit(f"third_party.py: {name} {version} is not the package that is expected")
    return archive


def main():
    out = Path(sys.argv[1])
    cache = Path(os.environ.get("GYRE_CACHE", Path.home() / ".cache/gyre")) / "npm"
    for name, (version, checksum, files, replacements) in PACKAGES.items():
        stamp = out / name / ".version"
        if stamp.exists() and stamp.read_text() == version:
            continue
        (out / name).mkdir(parents=True, exist_ok=True)
        with tarfile.open(fetch(name, version, checksum, cache)) as archive:
            for source, target in files.items():
                text = archive.extractfile(f"package/{source}").read().decode()
                for old, new in replacements.items():
                    text = text.replace(old, new)
                (out / name / target).write_text(text)
        stamp.write_text(version)
    for name, (version, checksum, entry) in TREES.items():
        stamp = out / name / ".version"
        if stamp.exists() and stamp.read_text() == version:
            continue
        (out / name).mkdir(parents=True, exist_ok=True)
        with tarfile.open(fetch(name, version, checksum, cache)) as archive:
            take_tree(archive, name, entry, out)
        stamp.write_text(version)


if __name__ == "__main__":
    main()
