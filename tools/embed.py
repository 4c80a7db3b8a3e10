#!/usr/bin/env python3
"""Turn the JavaScript under src/ into an object the executable carries.

  embed.py OUT_DIR SRC_DIR [THIRD_PARTY_DIR]

Writes OUT_DIR/builtins.S (the bytes), builtins_table.cc (id, public name, bytes) and
modules_table.cc (every GYRE_MODULE found in the C++ sources). A file is rewritten only
when its content changed, so that ninja rebuilds no more than it must.
"""
import re
import sys
from pathlib import Path

# Each script is the body of a function; V8 gets the whole as one script (engine/builtins.cc).
BEFORE, AFTER = "(function (exports, require, module, native, process) {", "\n})"
PUBLIC = re.compile(r"^// node:(\S+)\s*$", re.M)
MODULE = re.compile(r"^GYRE_MODULE\((\w+)\)", re.M)


def write(path, text):
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def main():
    out, src = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    scripts = []
    for path in sorted(src.rglob("*.js")):
        if path.name.endswith(".test.js"):
            continue
        text = path.read_text(encoding="utf-8")
        first = text.split("\n", 1)[0]
        match = PUBLIC.match(first)
        parts = path.relative_to(src).with_suffix("").parts
        # A folder's main file carries the folder's name: src/modules/fs/fs.js is modules/fs.
        if len(parts) > 1 and parts[-1] == parts[-2]:
            parts = parts[:-1]
        scripts.append(("/".join(parts), match.group(1) if match else "", path, text))
    if len(sys.argv) > 3:
        root = Path(sys.argv[3])
        for path in sorted(root.rglob("*.js")):
            name = "third_party/" + path.relative_to(root).with_suffix("").as_posix()
            scripts.append((name, "", path, path.read_text(encoding="utf-8")))
    ids = [s[0] for s in scripts]
    for name in set(ids):
        if ids.count(name) > 1:
            sys.exit(f"embed.py: two built-ins are called {name}")
    scripts.sort(key=lambda s: s[0])

    assembly = ['.section .rodata.builtins,"a",@progbits']
    rows, publics = [], []
    for i, (name, public, path, text) in enumerate(scripts):
        data = path
        wide = not text.isascii()
        if wide:  # V8 takes one-byte or two-byte text
            data = out / f"builtin_{i}.utf16"
            encoded = (BEFORE + text + AFTER).encode("utf-16-le")
            if not data.exists() or data.read_bytes() != encoded:
                data.write_bytes(encoded)
        before, after = ([], []) if wide else ([f'.ascii "{BEFORE}"'], ['.ascii "\\n})"'])
        assembly += [".balign 16", f"gyre_builtin_{i}:", *before, f'.incbin "{data}"', *after, f"gyre_builtin_{i}_end:",
                     f".globl gyre_builtin_{i}", f".globl gyre_builtin_{i}_end"]
        rows.append(f'    {{"{name}", "{public}", gyre_builtin_{i}, gyre_builtin_{i}_end, {str(wide).lower()}}},')
    assembly.append('.section .note.GNU-stack,"",@progbits')
    # The assembler reads the scripts by name, so their content has to be part of what ninja compares.
    write(out / "builtins.S", "\n".join(assembly) + "\n")
    externs = "\n".join(f"extern const char gyre_builtin_{i}[], gyre_builtin_{i}_end[];" for i in range(len(scripts)))
    write(out / "builtins_table.cc", f"""// Made by tools/embed.py.
#include "engine/builtins.h"

extern "C" {{
{externs}
}}

namespace gyre {{

const Builtin kBuiltins[] = {{
{chr(10).join(rows)}
}};
const size_t kBuiltinCount = {len(scripts)};

}}  // namespace gyre
""")
    (out / "builtins.d").write_text(
        "builtins.S: " + " ".join(str(s[2]) for s in scripts) + "\n")

    modules = sorted({m for path in src.rglob("*.cc") for m in MODULE.findall(path.read_text())})
    declare = "\n".join(f'extern "C" void gyre_bind_{m}(Binding& b);' for m in modules)
    table = "\n".join(f'    {{"{m}", &gyre_bind_{m}}},' for m in modules)
    write(out / "modules_table.cc", f"""// Made by tools/embed.py.
#include "binding/module.h"

namespace gyre {{

{declare}

const NativeModule kNativeModules[] = {{
{table}
}};
const size_t kNativeModuleCount = {len(modules)};

}}  // namespace gyre
""")


if __name__ == "__main__":
    main()
