'use strict';
// How a program starts: which of its forms the command line asks for, and what runs before it.

const { getOptionValue } = require('runtime/options');
const { Module } = require('loader/cjs/module');
const { installHost } = require('loader/esm/host');
const { extname, resolve } = require('loader/paths');

/** Starts the program of this thread. Called once, by the runtime. */
function run() {
  prepare();
  startInspector();
  const { programArguments, scriptFromStdin } = native('options');
  const rest = programArguments();

  const special = specialCommand(rest);
  if (special !== undefined) return special();

  const hasText = native('options').isGiven('--eval');
  const script = hasText || scriptFromStdin() ? undefined : rest[0];
  // Like no script at all: `gyre "$UNSET"`.
  if (script) {
    const path = prepareFile(script);
    if (path !== undefined) Module.runMain(path);
    return;
  }
  if (getOptionValue('--check') && !hasText) return checkStandardInput();
  if (hasText && getOptionValue('--interactive')) {
    preload();
    return require('modules/repl/main').run(getOptionValue('--eval'));
  }
  if (hasText) return startText(getOptionValue('--eval'));
  startWithoutScript(rest);
}

/**
 * Starts the program of a worker.
 * @param {'file' | 'url' | 'text' | 'internal'} kind what `program` is: a path, a URL, source text,
 *   or one of our own scripts
 */
function runWorker(kind, program) {
  prepare();
  preload();
  if (kind === 'internal') {
    require(program).run();
  } else if (kind === 'text') {
    require('loader/eval').evalText(program, '[worker eval]');
  } else if (kind === 'url') {
    runThroughLoader(() => importMain(program));
  } else {
    Module.runMain(program);
  }
}

// What every thread needs before any program code runs.
function prepare() {
  Module._initPaths();
  installHost();
  if (getOptionValue('--disallow-code-generation-from-strings')) {
    native('loader').disallowGeneratedCode();
  }
  const { transformsTypes } = require('loader/flags');
  // Transformed types need maps, unless the command line says that there be none.
  const impliesMaps = transformsTypes() && !native('options').isGiven('--enable-source-maps');
  if (getOptionValue('--enable-source-maps') || impliesMaps || process.env.NODE_V8_COVERAGE) {
    require('loader/source_map/support').enableFromCommandLine();
  }
  if (process.env.NODE_COMPILE_CACHE && !process.env.NODE_DISABLE_COMPILE_CACHE) {
    require('loader/compile_cache').enableFromEnvironment();
  }
  if (
    process.env.NODE_V8_COVERAGE ||
    getOptionValue('--experimental-test-coverage') ||
    getOptionValue('--heapsnapshot-signal') ||
    getOptionValue('--heapsnapshot-near-heap-limit') > 0
  ) {
    require('modules/v8/startup').start();
  }
  if (native('options').isGiven('--experimental-config-file')) {
    process.emitWarning(
      '--experimental-config-file is an experimental feature and might change at any time',
      'ExperimentalWarning',
    );
  }
  if (getOptionValue('--cpu-prof') || getOptionValue('--heap-prof')) {
    require('modules/inspector/recorder').start();
  }
}

// --inspect and its like open the debugger's door before the program runs.
function startInspector() {
  const { isGiven } = native('options');
  if (!isGiven('--inspect') && !isGiven('--inspect-brk') && !isGiven('--inspect-wait')) return;
  require('modules/inspector/command_line').start();
}

// Commands that other parts of Gyre carry out.
function specialCommand(rest) {
  const builtins = require('runtime/builtins');
  const first = (id) => (builtins.has(id) ? () => require(id).run(rest) : undefined);
  if (getOptionValue('--help')) return first('cli/help');
  if (getOptionValue('--test')) return first('modules/test/main');
  if (watches()) return first('cli/watch');
  if (getOptionValue('--build-snapshot') || getOptionValue('--build-snapshot-config') !== '') {
    return first('modules/v8/snapshot_builder');
  }
  if (rest[0] === 'inspect' && !getOptionValue('--eval'))
    return first('modules/inspector/debugger');
  return undefined;
}

// Does this process only start the program, again whenever its files change?
function watches() {
  if (!getOptionValue('--watch') && getOptionValue('--watch-path').length === 0) return false;
  return process.env.WATCH_REPORT_DEPENDENCIES === undefined;
}

// The path to run, or undefined when the command line asks for something else and that was done.
function prepareFile(script) {
  if (getOptionValue('--entry-url')) {
    runThroughLoader(() => importMain(entryURL(script)));
    return undefined;
  }
  const path = resolve('', script) + (script.endsWith('/') ? '/' : '');
  process.argv[1] = path;
  if (getOptionValue('--check')) {
    require('loader/check').checkFile(path);
    return undefined;
  }
  preload();
  return path;
}

function entryURL(script) {
  const { workingDirectoryURL } = require('loader/esm/resolve');
  const { URL } = require('web/url');
  const { href } = new URL(script, workingDirectoryURL());
  return href;
}

function refuseInputType() {
  if (!getOptionValue('--input-type')) return;
  const { ERR_INPUT_TYPE_NOT_ALLOWED } = require('runtime/errors');
  throw new ERR_INPUT_TYPE_NOT_ALLOWED();
}

function startText(source) {
  preload();
  require('loader/eval').evalText(source, '[eval]', { print: getOptionValue('--print') });
}

// Standard input is a terminal: a conversation. Otherwise it is the program.
function startWithoutScript() {
  const { isatty } = require('node:tty');
  if (getOptionValue('--interactive') || isatty(0)) {
    preload();
    return require('modules/repl/main').run();
  }
  preload();
  readStandardInput((source) => {
    require('loader/eval').evalText(source, '[stdin]', { print: getOptionValue('--print') });
  });
}

function checkStandardInput() {
  readStandardInput((source) => require('loader/check').checkText(source, '[stdin]'));
}

function readStandardInput(done) {
  let text = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk) => {
    text += chunk;
  });
  process.stdin.on('end', () => done(text));
}

// --require. (--import takes its turn when the entry point is run.)
function preload() {
  const requests = getOptionValue('--require');
  if (requests.length > 0) Module._preloadModules(requests);
  if (!hasImports()) freezeIntrinsics();
}

// What --require and --import load may still change them.
function freezeIntrinsics() {
  if (getOptionValue('--frozen-intrinsics')) {
    require('runtime/frozen_intrinsics').freezeIntrinsics();
  }
}

/**
 * Runs the program's file. Module.runMain, which a program may replace.
 * @param {string} path An absolute path, as given on the command line
 */
function runMain(path = process.argv[1]) {
  const found = path.endsWith('/') ? undefined : mainPath(path);
  if (found === undefined || !needsModuleLoader(found)) {
    Module._load(path, null, true);
    return;
  }
  refuseInputType();
  const { pathToFileURL } = require('loader/file_urls');
  const url = pathToFileURL(found).href;
  runThroughLoader(() => importMain(url));
}

function mainPath(path) {
  const found = Module._findPath(path, null, true);
  return found || undefined;
}

// May the file, or what runs before it, be more than the CommonJS loader can do?
function needsModuleLoader(path) {
  if (getOptionValue('--import').length > 0) return true;
  if (getOptionValue('--experimental-loader').length > 0) return true;
  const extension = extname(path);
  if (extension === '.mjs' || extension === '.mts' || extension === '.wasm') return true;
  if (extension === '.cjs' || extension === '.cts') return false;
  if (extension === '.node') return false;
  return require('loader/package_json').packageType(path) === 'module';
}

/** Imports the entry point. */
async function importMain(url) {
  const { importRecord } = require('loader/esm/graph');
  const { workingDirectoryURL } = require('loader/esm/resolve');
  return importRecord(
    url,
    workingDirectoryURL(),
    { __proto__: null },
    {
      isMain: true,
      onRecord: noteMain,
    },
  );
}

let pending;

function noteMain(record) {
  if (pending !== undefined) pending.record = record;
  require('loader/esm/import_meta').setMain(record.wrap);
  record.stopsAtStart = require('loader/break_on_start').stopsAtStart();
}

/** The CommonJS loader found that the program's file is an ES module. */
function runMainModule(url) {
  runThroughLoader(() => importMain(url));
}

/**
 * Runs what --import asks for, then `entry` (which gives a promise). An entry that never settles
 * makes the exit code 13.
 */
function runThroughLoader(entry) {
  const tla = require('loader/esm/tla');
  require('runtime/lifecycle').setDrainedHook(tla.onDrained);
  pending = tla.beginMain();
  const running = (async () => {
    await importPreloads();
    await entry();
    tla.endMain();
  })();
  // The error is told where it is, and not as one of a promise.
  running.catch((error) => {
    tla.endMain();
    native('errors').raise(error, true);
  });
}

let arePreloadsDone = false;

async function importPreloads() {
  if (arePreloadsDone) return;
  arePreloadsDone = true;
  const loaders = getOptionValue('--experimental-loader');
  if (loaders.length > 0) await require('loader/esm/async_hooks').registerFromCommandLine(loaders);
  const requests = getOptionValue('--import');
  if (requests.length > 0) {
    const { importRecord } = require('loader/esm/graph');
    const { workingDirectoryURL } = require('loader/esm/resolve');
    const base = workingDirectoryURL();
    for (const request of requests) await importRecord(request, base, { __proto__: null });
  }
  if (hasImports()) freezeIntrinsics();
}

/** Are there modules to import before a text (-e) runs? */
function hasImports() {
  return (
    getOptionValue('--import').length > 0 || getOptionValue('--experimental-loader').length > 0
  );
}

Module.runMain = runMain;
Module._preloadModules = (requests) => require('loader/cjs/preload').preloadModules(requests);

module.exports = {
  runWorker,
  run,
  runMain,
  runMainModule,
  runThroughLoader,
  hasImports,
  noteMain,
  prepare,
};
