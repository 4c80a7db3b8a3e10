'use strict';

// spawnSync, execFileSync and execSync.

const { Buffer } = require('node:buffer');
const { ERR_INVALID_ARG_TYPE, errnoException, hideFrames } = require('runtime/errors');
const {
  checkMaxBuffer,
  checkTimeout,
  toExecArguments,
  toExecFileArguments,
  toKillSignal,
  toSignalName,
  toSpawnOptions,
} = require('modules/child_process/arguments');
const { toStdio } = require('modules/child_process/stdio');
const { MAX_BUFFER } = require('modules/child_process/exec');
const binding = native('child_process');

/** The entries for native code, with what the child reads as bytes. */
function toSyncStdio(options) {
  const { stdio } = toStdio(options.stdio || 'pipe', true);
  if (options.input) stdio[0] = { type: 'pipe', input: options.input, writable: false };
  stdio.forEach((entry, index) => {
    const { input } = entry;
    if (input === undefined) return;
    if (typeof input === 'string') {
      const encoding = options.encoding === 'buffer' ? undefined : options.encoding;
      entry.input = Buffer.from(input, encoding);
    } else if (!ArrayBuffer.isView(input)) {
      throw new ERR_INVALID_ARG_TYPE(
        `options.stdio[${index}]`,
        ['Buffer', 'TypedArray', 'DataView', 'string'],
        input,
      );
    }
  });
  return stdio;
}

function spawnSync(file, args, options) {
  options = { __proto__: null, maxBuffer: MAX_BUFFER, ...toSpawnOptions(file, args, options) };
  checkTimeout(options.timeout);
  checkMaxBuffer(options.maxBuffer);
  const killSignal = toKillSignal(options.killSignal) ?? 0;
  options.stdio = toSyncStdio(options);
  const raw = binding.spawnSync(
    options,
    options.timeout ?? 0,
    options.maxBuffer ?? Infinity,
    killSignal,
  );

  const result = {};
  if (raw.error) {
    const error = errnoException(raw.error, `spawnSync ${options.file}`);
    error.path = options.file;
    error.spawnargs = options.args.slice(1);
    result.error = error;
  }
  const started = raw.pid !== 0;
  result.status = started ? raw.status : null;
  result.signal = started ? toSignalName(raw.signal) : null;
  result.output = started ? raw.output : null;
  if (result.output && options.encoding && options.encoding !== 'buffer') {
    result.output = result.output.map((bytes) => bytes && bytes.toString(options.encoding));
  }
  result.pid = raw.pid;
  result.stdout = result.output?.[1];
  result.stderr = result.output?.[2];
  return result;
}

/** The error that a result means, if any. */
function failureOf(result, args, command) {
  if (result.error) return Object.assign(result.error, result);
  if (result.status === 0) return undefined;
  let message = `Command failed: ${command ?? args.join(' ')}`;
  if (result.stderr?.length > 0) message += `\n${result.stderr.toString()}`;
  return hideFrames(Object.assign(new Error(message), result), failureOf);
}

function finish(result, inheritStderr, args, command) {
  if (inheritStderr && result.stderr) process.stderr.write(result.stderr);
  const error = failureOf(result, args, command);
  if (error) throw error;
  return result.stdout;
}

function execFileSync(givenFile, givenArgs, givenOptions) {
  const { file, args, options } = toExecFileArguments(givenFile, givenArgs, givenOptions);
  const result = spawnSync(file, args, options);
  return finish(result, !options.stdio, [options.argv0 || file, ...args], undefined);
}

function execSync(command, givenOptions) {
  const { file, options } = toExecArguments(command, givenOptions, null);
  const result = spawnSync(file, options);
  return finish(result, !options.stdio, undefined, command);
}

module.exports = { execFileSync, execSync, spawnSync };
