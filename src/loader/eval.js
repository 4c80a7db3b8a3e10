'use strict';
// Programs that are no file: the text of -e and of standard input.

const { ERR_EVAL_ESM_CANNOT_PRINT } = require('runtime/errors');
const { getOptionValue } = require('runtime/options');
const { Module } = require('loader/cjs/module');
const { makeRequire } = require('loader/cjs/require_function');
const { recordOf } = require('loader/cjs/records');
const { workingDirectory } = require('loader/paths');
const { detectsModules, stripsTypes } = require('loader/flags');
const { runThroughLoader, hasImports, noteMain } = require('loader/main');
const compiler = native('loader');

/**
 * Runs a text as the program.
 * @param {string} name '[eval]' or '[stdin]'
 * @param {{ print?: boolean }} options
 */
function evalText(source, name, { print = false } = {}) {
  const type = getOptionValue('--input-type');
  // By this child_process.fork() knows what not to hand on to a child.
  process._eval = source;
  if (hasImports()) {
    return runThroughLoader(async () => {
      const running = start(source, name, type, print);
      await running;
    });
  }
  const running = start(source, name, type, print);
  if (running !== undefined) runThroughLoader(() => running());
}

// Runs a script, or gives the function that runs a module.
function start(source, name, type, print) {
  if (type.endsWith('-typescript')) {
    source = strip(source, name);
    type = type.slice(0, -'-typescript'.length);
  }
  if (type === '') {
    [source, type] = judge(source, name);
  }
  if (type === 'commonjs') return runScript(source, name, print);
  if (print) throw new ERR_EVAL_ESM_CANNOT_PRINT();
  const run = () => runModule(source);
  return hasImports() ? run() : run;
}

function strip(source, name) {
  return require('loader/typescript').stripModuleTypes(source, name);
}

// Which kind of text is it? As it stands, or when its types are stripped.
function judge(source, name) {
  if (isScript(source, name)) return [source, 'commonjs'];
  const wantsModule = detectsModules() && isModule(source, name);
  if (wantsModule && parses(source, name)) return [source, 'module'];
  if (stripsTypes()) {
    let stripped;
    try {
      stripped = strip(source, name);
    } catch (error) {
      // What is no TypeScript either is shown as the JavaScript that it wants to be.
      if (error.code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
        throw asSyntaxError(source, name, wantsModule, error);
      }
    }
    if (stripped !== undefined) {
      if (isScript(stripped, name)) return [stripped, 'commonjs'];
      if (detectsModules() && isModule(stripped, name)) return [stripped, 'module'];
    }
  }
  return [source, wantsModule ? 'module' : 'commonjs'];
}

// The mistake that the text is as JavaScript, with what it is as TypeScript below the line.
function asSyntaxError(source, name, isModule, { message }) {
  try {
    compiler.checkScript(source, name, isModule);
  } catch (error) {
    error.stack = error.stack.replace('\n\n', () => `\n${message}\n\n`);
    return error;
  }
}

// Is the text a module without mistakes?
function parses(source, name) {
  try {
    compiler.checkScript(source, name, true);
    return true;
  } catch {
    return false;
  }
}

function isScript(source, name) {
  return compiler.isScript(source, name);
}

function isModule(source, name) {
  return compiler.containsModuleSyntax(source, name);
}

function runScript(source, name, print) {
  const folder = workingDirectory();
  const module = new Module(name);
  module.filename = `${folder === '/' ? '' : folder}/${name}`;
  module.paths = Module._nodeModulePaths(folder);
  recordOf(module).format = 'commonjs';

  exposeBuiltins();
  const require_ = makeRequire(module);
  for (const [key, value] of Object.entries({
    exports: module.exports,
    require: require_,
    module,
    __filename: name,
    __dirname: '.',
  })) {
    Object.defineProperty(globalThis, key, {
      __proto__: null,
      value,
      writable: true,
      configurable: true,
      enumerable: true,
    });
  }
  // Imports start from where the program started, wherever it goes.
  const { registerImporter } = require('loader/esm/host');
  const id = Symbol(name);
  registerImporter(id, (specifier, attributes, phase) => {
    return require('loader/esm/import').importFrom(specifier, module.filename, attributes, phase);
  });
  const { callPaused, stopsAtStart } = require('loader/break_on_start');
  const result = stopsAtStart()
    ? callPaused(compiler.runScript, compiler, source, name, id)
    : compiler.runScript(source, name, id);
  if (print) printResult(result);
}

// A promise is shown last, when it has had every chance to settle.
function printResult(result) {
  if (!require('node:util').types.isPromise(result)) console.log(result);
  else process.prependOnceListener('exit', () => console.log(result));
}

// -e 'os.platform()': built-in modules are there by name.
function exposeBuiltins() {
  const { listBuiltins, loadBuiltin } = require('loader/builtins');
  for (const name of listBuiltins()) {
    if (/^_|[/:]/.test(name) || (Object.hasOwn(globalThis, name) && name !== 'crypto')) continue;
    let value;
    Object.defineProperty(globalThis, name, {
      __proto__: null,
      get: () => (value ??= { exports: loadBuiltin(name) }).exports,
      set(replacement) {
        value = { exports: replacement };
      },
      configurable: true,
      enumerable: false,
    });
  }
}

let count = 0;

function runModule(source) {
  const { runText } = require('loader/esm/graph');
  const { workingDirectoryURL } = require('loader/esm/resolve');
  const url = `${workingDirectoryURL()}[eval${++count}]`;
  return runText(source, url, url, { onRecord: noteMain });
}

module.exports = { evalText, exposeBuiltins };
