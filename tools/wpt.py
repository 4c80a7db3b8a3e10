"""Run the Web Platform Tests that come with Node's tests, and compare with what Node expects of itself.

Each file runs in a process of its own (tools/wpt_page.js). A failure counts as expected when Node's status
files name it, or, with --peer, when it is among the failures of the run whose results that file holds (those of
Node itself, say).
"""
import json
import os
import re
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PAGE = Path(__file__).with_name("wpt_page.js")
TESTS = Path(os.environ.get("GYRE_CACHE", Path.home() / ".cache/gyre")) / "node-24.12.0/test"
META = re.compile(r"^// META: ([^=\n]+?)=(.+?)\s*$", re.M)

# What each area needs of its page: `window` makes the IDL tests take the global object for a Window.
AREAS = {
    "FileAPI/blob": {},
    "FileAPI/file": {},
    "WebCryptoAPI": {"window": True},
    "compression": {"window": True},
    "console": {},
    "dom/abort": {},
    "dom/events": {},
    "encoding": {"window": True},
    "hr-time": {"window": True},
    "html/webappapis/atob": {},
    "html/webappapis/microtask-queuing": {},
    "html/webappapis/structured-clone": {},
    "html/webappapis/timers": {},
    "performance-timeline": {"window": True, "resource": True},
    "resource-timing": {"window": True, "resource": True},
    "streams": {"window": True},
    "url": {"window": True},
    "urlpattern": {"window": True},
    "user-timing": {"window": True},
    "wasm/jsapi": {},
    "wasm/webapi": {},
    "web-locks": {"window": True},
    "webidl/ecmascript-binding/es-exceptions": {},
    "webmessaging/broadcastchannel": {},
    "webstorage": {"global": True, "flags": ["--experimental-webstorage", "--localstorage-file=storage"]},
}


class Status:
    """What one of Node's status files says about the files of an area."""

    def __init__(self, options, area):
        file = options.tests / "wpt/status" / area
        rules = {}
        if file.with_suffix(".json").exists():
            rules = json.loads(file.with_suffix(".json").read_text())
        elif file.with_suffix(".cjs").exists():
            script = f"JSON.stringify(require({json.dumps(str(file.with_suffix('.cjs')))}))"
            rules = json.loads(subprocess.check_output([options.runtime, "-p", script]))
        self.rules = [(re.compile(re.escape(name).replace(r"\*", ".*") + "$"), rule) for name, rule in rules.items()]

    def of(self, file):
        skip, expected, flaky = None, set(), set()
        for pattern, rule in self.rules:
            if pattern.match(file):
                skip = rule.get("skip", skip)
                expected.update(rule.get("fail", {}).get("expected", []))
                flaky.update(rule.get("fail", {}).get("flaky", []))
        return skip, expected, flaky


def run_page(options, area, file, variant):
    """Returns {"passed": count, "failed": {name: message}} of one test file."""
    path = f"{area}/{file}"
    root = options.tests / "fixtures/wpt"
    meta = META.findall((root / path).read_text(errors="replace"))
    scripts = [value for key, value in meta if key == "script"]
    config = {key: value for key, value in AREAS[area].items() if key != "flags"}
    page = {"root": str(root), "path": path, "variant": variant, "scripts": scripts,
            "title": dict(meta).get("title"), **config}
    flags = AREAS[area].get("flags", []) + ["--expose-gc"] * ("/common/gc.js" in scripts)
    passed, failed, ended = 0, {}, False
    receive, send = os.pipe()
    with tempfile.TemporaryDirectory() as scratch, tempfile.TemporaryFile() as errors:
        # The results come on descriptor 3, because the tests may write to all of the standard ones.
        script = 'fd=$1; shift; exec "$@" 3>&"$fd"'
        process = subprocess.Popen(["bash", "-c", script, "page", str(send), options.runtime, *flags, str(PAGE),
                                    json.dumps(page)], cwd=scratch, stdin=subprocess.DEVNULL, pass_fds=[send],
                                   stdout=subprocess.DEVNULL, stderr=errors)
        os.close(send)
        with ThreadPoolExecutor(1) as reader, open(receive, encoding="utf-8", errors="replace") as stream:
            lines = reader.submit(stream.readlines)
            try:
                process.wait(options.timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                failed["WPT testharness timeout"] = "timeout"
                ended = True
            lines = lines.result()
        errors.seek(0)
        last_words = errors.read().decode(errors="replace").strip()[-400:]
    for line in lines:
        entry = json.loads(line)
        if "uncaught" in entry:
            failed["evaluation in WPTRunner.runJsTests()"] = entry["uncaught"]
            ended = True
        elif "end" in entry:
            ended = True
            if entry["end"]:
                failed["WPT test harness error"] = entry.get("message")
        elif entry["status"] == 0:
            passed += 1
        elif entry["status"] != 4:  # an optional feature that is not there is no failure
            failed[entry["name"]] = entry.get("message")
    if not ended:
        failed["Incomplete"] = f"exit code {process.returncode}: {last_words}"
    return {"passed": passed, "failed": failed}


def pages(options, area):
    """All (file, variant, reason to skip, names of expected failures, of flaky ones) of an area."""
    status = Status(options, area)
    root = options.tests / "fixtures/wpt" / area
    for path in sorted(root.rglob("*.js")):
        file = str(path.relative_to(root))
        if not re.search(r"\.\w+\.js$", file) or (options.filter and not options.filter.search(f"{area}/{file}")):
            continue
        skip, expected, flaky = status.of(file)
        variants = [value for key, value in META.findall(path.read_text(errors="replace")) if key == "variant"]
        for variant in variants or [""]:
            yield file, variant, None if options.skipped else skip, expected, flaky


def run_area(options, area, peer, pool):
    """Runs an area; returns its results and its row of figures."""
    results = {}
    queue = []
    for file, variant, skip, expected, flaky in pages(options, area):
        if skip:
            results[file + variant] = {"skip": skip}
            continue
        if peer is not None:
            expected = set(peer.get(file + variant, {}).get("failed", {}))
        queue.append((file + variant, expected | flaky, pool.submit(run_page, options, area, file, variant)))
    row = {"passed": 0, "expected": 0, "unexpected": 0}
    for name, expected, job in queue:
        result = results[name] = job.result()
        row["passed"] += result["passed"]
        for test, message in result["failed"].items():
            row["expected" if test in expected else "unexpected"] += 1
            if test not in expected and row["unexpected"] <= options.show:
                print(f"  {area}/{name}: {test}\n    {' '.join(str(message).split())[:options.width]}", flush=True)
    return results, row


def run(options):
    """The command `wpt`; returns the exit code."""
    options.runtime = os.path.abspath(options.runtime)
    options.tests = options.tests.resolve()
    for area in options.areas:
        if not any(name == area or name.startswith(f"{area}/") for name in AREAS):
            raise SystemExit(f"no such area: {area}; there are {', '.join(AREAS)}")
    areas = [name for name in AREAS if not options.areas or
             any(name == area or name.startswith(f"{area}/") for area in options.areas)]
    peer = json.loads(options.peer.read_text()) if options.peer else None
    everything, rows = {}, {}
    with ThreadPoolExecutor(options.jobs) as pool:
        for area in areas:
            everything[area], rows[area] = run_area(
                options, area, None if peer is None else peer.get(area, {}), pool)
            print(f"{area}: {rows[area]['passed']} passed, {rows[area]['expected']} expected failures, "
                  f"{rows[area]['unexpected']} unexpected failures", flush=True)
    if options.out:
        options.out.write_text(json.dumps(everything, indent=1))
    unexpected = sum(row["unexpected"] for row in rows.values())
    print(f"{sum(row['passed'] for row in rows.values())} subtests passed, "
          f"{sum(row['expected'] for row in rows.values())} expected failures, {unexpected} unexpected failures")
    return 1 if unexpected else 0


def table(ours, nodes):
    """The table of docs/compatibility.md, from the JSON files of a run of Gyre and of one of Node."""
    rows = ["| area | subtests | Gyre fails | Node fails | only Gyre fails | only Node fails |",
            "| --- | ---: | ---: | ---: | ---: | ---: |"]
    sums = [0] * 5
    for area, files in ours.items():
        def failures(results):
            return {(name, test) for name, result in results.get(area, {}).items() for test in result.get("failed", {})}
        mine, theirs = failures(ours), failures(nodes)
        total = sum(result.get("passed", 0) for result in files.values()) + len(mine)
        figures = [total, len(mine), len(theirs), len(mine - theirs), len(theirs - mine)]
        sums = [a + b for a, b in zip(sums, figures)]
        rows.append(f"| {area} | " + " | ".join(map(str, figures)) + " |")
    rows.append("| **all** | " + " | ".join(f"**{figure}**" for figure in sums) + " |")
    return rows


def add_commands(commands):
    """Adds the command to the parser of ./dev conformance."""
    parser = commands.add_parser("wpt", help="run the Web Platform Tests that come with Node's tests")
    parser.add_argument("areas", nargs="*", metavar="AREA", help="url, dom/events, ... (default: all)")
    parser.add_argument("--tests", type=Path, default=TESTS, help="the `test` folder of Node")
    parser.add_argument("--runtime", default="build/release/gyre", help="what runs them")
    parser.add_argument("--peer", type=Path, help="results whose failures count as the expected ones")
    parser.add_argument("--filter", type=re.compile, help="only files whose path matches")
    parser.add_argument("--skipped", action="store_true", help="run the files that Node skips, too")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=120, help="seconds for one file")
    parser.add_argument("--show", type=int, default=40, help="how many unexpected failures of an area to print")
    parser.add_argument("--width", type=int, default=200, help="how much of a message to show")
    parser.add_argument("--out", type=Path, help="write the results as JSON")
