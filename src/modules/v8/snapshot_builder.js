'use strict';
// Runs the script of --build-snapshot. It has require() for built-in modules only: what it leaves in
// memory is written to a file when its loop has ended.
// https://nodejs.org/api/cli.html#--build-snapshot

const { getOptionValue } = require('runtime/options');
const { dirname, resolve } = require('loader/paths');

// The name for what the executable starts from: a snapshot of it without a program.
const kNothingMore = 'node:embedded_snapshot_main';

function fail(message) {
  native('process').writeStderr(`${message}\n`);
  process.reallyExit(1);
}

// What a configuration file says (--build-snapshot-config), or ends the process.
function readConfig(configPath) {
  const { readFileSync } = require('node:fs');
  let text;
  try {
    text = readFileSync(configPath, 'utf8');
  } catch {
    return fail(`Cannot read snapshot configuration from ${configPath}`);
  }
  let config;
  try {
    config = JSON.parse(text);
  } catch {
    return fail(`Cannot parse JSON from ${configPath}`);
  }
  if (typeof config?.builder !== 'string' || config.builder === '') {
    return fail(`"builder" field of ${configPath} is not a non-empty string`);
  }
  if (config.withoutCodeCache !== undefined && typeof config.withoutCodeCache !== 'boolean') {
    return fail(`"withoutCodeCache" field of ${configPath} is not a boolean`);
  }
  return config;
}

function requireBuiltinOnly(id) {
  const { validateString } = require('runtime/validators');
  validateString(id, 'id');
  const { isBuiltin } = require('node:module');
  if (isBuiltin(id)) return process.getBuiltinModule(id);
  const reason = "a snapshot's script can load built-in modules only";
  throw Object.assign(new Error(`Cannot find module '${id}': ${reason}`), {
    code: 'MODULE_NOT_FOUND',
  });
}

/** @param {string[]} rest the arguments that are not options */
function run(rest) {
  const configPath = getOptionValue('--build-snapshot-config');
  const { builder, withoutCodeCache } =
    configPath === '' ? { builder: rest[0] } : readConfig(configPath);
  const { begin } = require('modules/v8/startup_snapshot');
  begin({ withCodeCache: withoutCodeCache !== true });
  if (builder === kNothingMore) return;
  const path = resolve('', builder);
  process.argv.splice(1, configPath === '' ? 1 : 0, path);
  const { readFileSync } = require('node:fs');
  const text = readFileSync(path, 'utf8').replace(/^#!/, '//');
  const program = native('loader').runScript(
    `(function (require, __filename, __dirname) {${text}\n})`,
    path,
  );
  program.call(globalThis, requireBuiltinOnly, path, dirname(path));
}

module.exports = { run };
