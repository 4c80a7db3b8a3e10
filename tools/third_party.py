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
import subprocess
import sys
import tarfile
import tempfile
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


def fetch(name, version, checksum, cache):
    archive = cache / f"{name}-{version}.tgz"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as folder:
            subprocess.run(["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True,
                           stdout=subprocess.DEVNULL)
            os.replace(next(Path(folder).glob("*.tgz")), archive)
    found = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode()
    if found != checksum:
        archive.unlink()
        sys.exit(f"third_party.py: {name} {version} is not the package that is expected")
    return archive


def main():
    out = Path(sys.argv[1])
    cache = Path.home() / ".cache" / "gyre" / "npm"
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


if __name__ == "__main__":
    main()
