#!/usr/bin/env python3
"""Find out what a start of Gyre needs, so that the build can lay it out well.

  startup_profile.py EXECUTABLE SNAPSHOT CODE_CACHE BUILTINS_TABLE PROGRAMS_DIR OUT_FUNCTIONS OUT_ORDER

EXECUTABLE is the first stage of the build: it has symbols and runs from startup files. Every program of
PROGRAMS_DIR runs twice:

- with V8's log of the functions it compiles. OUT_FUNCTIONS gets a line "start ID POSITION" for those that the
  empty program (start.js) and a worker's start call, "later ID POSITION" for the rest: the snapshot and the code
  cache then hold their bytecode (runtime/snapshot.cc).
- under ptrace, with a breakpoint at each C++ function that is taken away when hit. OUT_ORDER gets the symbols in
  the order of their first call, for the linker: code that runs together lies together, which saves page faults
  and memory (a page that is touched brings its neighbours).

Where ptrace is not permitted the order is left empty: all works, the memory is just larger.
"""
import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

TIMEOUT = 120  # seconds for one program, on a very busy machine


def command(executable, snapshot, cache, *rest):
    return [executable, "--gyre-startup-files", snapshot, cache, *rest]


def builtin_ids(table):
    """Maps the name of a built-in's script ("node:fs", "node:internal/loader/main") to its id."""
    names = {}
    for ident, public in re.findall(r'\{"([^"]+)", "([^"]*)"', Path(table).read_text()):
        names["node:" + (public or "internal/" + ident)] = ident
    return names


def compiled_functions(argv, program, names):
    """The (id, position) of every function of a built-in that V8 compiles while the program runs."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(program, folder)  # named as users name it: without its folder
        run = [*argv, "--log-function-events", program.name]
        subprocess.run(run, cwd=folder, timeout=TIMEOUT, check=True, stdout=subprocess.DEVNULL)
        for log in sorted(Path(folder).glob("*.log")):
            scripts = {}
            for line in log.read_text(errors="replace").splitlines():
                field = line.split(",")
                if field[0] == "script-details":
                    scripts[field[1]] = names.get(field[2])
                elif field[0] == "function" and field[1] in ("full-parse", "interpreter", "interpreter-lazy"):
                    if scripts.get(field[2]):
                        found.append((scripts[field[2]], int(field[3])))
    return found


class Tracer:
    """Runs a program with a breakpoint at each function and notes which are called, in order."""

    CONT, GETREGS, SETREGS, SETOPTIONS = 7, 12, 13, 0x4200
    TRACE_CLONE, EXIT_KILL = 0x8, 0x100000
    RIP = 16  # the index in struct user_regs_struct

    def __init__(self, executable):
        self.executable = executable
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        self.libc.ptrace.restype = ctypes.c_long
        self.symbols = {}
        listing = subprocess.run(["nm", "--defined-only", executable], capture_output=True, text=True, check=True)
        for line in listing.stdout.splitlines():
            address, kind, name = line.split(" ", 2)
            # V8 copies its own built-ins elsewhere: a breakpoint there would stay for ever.
            if kind in "tTwW" and not name.startswith("Builtins_"):
                self.symbols.setdefault(int(address, 16), name)

    def ptrace(self, request, pid, data=None):
        if self.libc.ptrace(request, pid, None, data) == -1:
            raise OSError(ctypes.get_errno(), "ptrace")

    def run(self, argv, called):
        """Adds the addresses of the functions that are called to `called`, a dict that keeps their order."""
        pid = os.fork()
        if pid == 0:
            try:
                self.ptrace(0, 0)
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                os.execv(argv[0], argv)
            finally:
                os._exit(127)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSTOPPED(status):
            raise OSError("the program could not be traced")
        signal.alarm(TIMEOUT)
        try:
            self.ptrace(self.SETOPTIONS, pid, self.TRACE_CLONE | self.EXIT_KILL)
            with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
                originals = self.set_breakpoints(pid, memory)
                self.ptrace(self.CONT, pid)
                self.follow(pid, memory, originals, called)
        finally:
            signal.alarm(0)

    def set_breakpoints(self, pid, memory):
        originals = {}
        itself = os.path.realpath(self.executable)
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            field = line.split(maxsplit=5)
            if "x" not in field[1] or field[-1] != itself:
                continue
            begin, end = (int(part, 16) for part in field[0].split("-"))
            memory.seek(begin)
            code = bytearray(memory.read(end - begin))
            for address in self.symbols:
                if begin <= address < end:
                    originals[address] = code[address - begin]
                    code[address - begin] = 0xCC
            memory.seek(begin)
            memory.write(bytes(code))
        return originals

    def follow(self, pid, memory, originals, called):
        registers = (ctypes.c_ulonglong * 27)()
        while True:
            thread, status = os.waitpid(-1, 0x40000000)  # __WALL
            if not os.WIFSTOPPED(status):
                if thread == pid:
                    return
                continue
            received = os.WSTOPSIG(status)
            if received == signal.SIGTRAP and status >> 16 == 0:
                self.ptrace(self.GETREGS, thread, ctypes.addressof(registers))
                address = registers[self.RIP] - 1
                if address in originals:
                    called.setdefault(address)
                    memory.seek(address)
                    memory.write(bytes([originals[address]]))
                    registers[self.RIP] = address
                    self.ptrace(self.SETREGS, thread, ctypes.addressof(registers))
                received = 0
            elif received in (signal.SIGTRAP, signal.SIGSTOP):
                received = 0
            self.ptrace(self.CONT, thread, received)


def main():
    executable, snapshot, cache, table, programs, out_functions, out_order = sys.argv[1:]
    argv = command(executable, snapshot, cache)
    programs = sorted(Path(programs).resolve().iterdir(), key=lambda path: (path.name != "start.js", path.name))
    names = builtin_ids(table)

    start, later = {}, {}
    for program in programs:
        group = start if program.stem in ("start", "worker") else later
        group.update(dict.fromkeys(compiled_functions(argv, program, names)))
    lines = [f"start {ident} {position}" for ident, position in start]
    lines += [f"later {ident} {position}" for ident, position in {**start, **later}]
    Path(out_functions).write_text("\n".join(lines) + "\n")

    called = {}
    try:
        tracer = Tracer(executable)
        for program in programs:
            tracer.run([*argv, str(program)], called)
        order = [tracer.symbols[address] for address in called]
    except OSError as error:
        print(f"startup_profile.py: no order of functions: {error}", file=sys.stderr)
        order = []
    Path(out_order).write_text("".join(f"{name}\n" for name in order))


if __name__ == "__main__":
    main()
