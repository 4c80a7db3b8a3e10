'use strict';

// exec and execFile: a process whose output is collected and given to a callback.

const { Buffer } = require('node:buffer');
const { ERR_CHILD_PROCESS_STDIO_MAXBUFFER, hideFrames } = require('runtime/errors');
const { clearTimeout, setTimeout } = require('runtime/timers');
const { checkMaxBuffer, checkTimeout, toKillSignal } = require('modules/child_process/arguments');

const MAX_BUFFER = 1024 * 1024;

const DEFAULTS = {
  encoding: 'utf8',
  timeout: 0,
  maxBuffer: MAX_BUFFER,
  killSignal: 'SIGTERM',
  cwd: null,
  env: null,
  shell: false,
};

/** What has come out of one pipe, as text or bytes, up to the limit. */
class Output {
  #pieces = [];
  #length = 0;
  #encoding;

  constructor(stream, encoding, maxBuffer, onExceeded) {
    this.#encoding = encoding;
    if (encoding) stream.setEncoding(encoding);
    stream.on('data', (chunk) => {
      // A program may have set another encoding, or none, on the stream itself.
      const { readableEncoding } = stream;
      const length = readableEncoding ? Buffer.byteLength(chunk, readableEncoding) : chunk.length;
      const room = maxBuffer - this.#length;
      this.#length += length;
      if (this.#length <= maxBuffer) {
        this.#pieces.push(chunk);
        return;
      }
      const rest = readableEncoding
        ? Buffer.from(chunk, readableEncoding).subarray(0, room).toString(readableEncoding)
        : chunk.subarray(0, room);
      if (room > 0) this.#pieces.push(typeof chunk === 'string' ? chunk.slice(0, room) : rest);
      onExceeded();
    });
  }

  read() {
    if (this.#encoding || this.#pieces.some((piece) => typeof piece === 'string')) {
      return this.#pieces.join('');
    }
    return Buffer.concat(this.#pieces);
  }
}

function commandFailed(command, output, code, signal, killed) {
  const { getSystemErrorName } = require('node:util');
  const error = new Error(`Command failed: ${command}\n${output}`);
  error.code = code !== null && code < 0 ? getSystemErrorName(code) : code;
  error.killed = killed;
  error.signal = signal;
  return hideFrames(error, commandFailed);
}

/** Starts `file` by `spawn` and calls back with (error, stdout, stderr). */
function execFile(spawn, file, args, givenOptions, callback) {
  const options = { __proto__: null, ...DEFAULTS, ...givenOptions };
  checkTimeout(options.timeout);
  checkMaxBuffer(options.maxBuffer);
  options.killSignal = toKillSignal(options.killSignal);
  const maxBuffer = options.maxBuffer ?? Infinity;

  const child = spawn(file, args, {
    __proto__: null,
    cwd: options.cwd,
    env: options.env,
    gid: options.gid,
    shell: options.shell,
    signal: options.signal,
    uid: options.uid,
    windowsHide: Boolean(options.windowsHide),
    windowsVerbatimArguments: Boolean(options.windowsVerbatimArguments),
    argv0: options.argv0,
    killSignal: options.killSignal,
  });

  const encoding =
    options.encoding !== 'buffer' && Buffer.isEncoding(options.encoding) ? options.encoding : null;
  let killed = false;
  let exited = false;
  let timer = null;
  let failure = null;

  const kill = () => {
    child.stdout?.destroy();
    child.stderr?.destroy();
    killed = true;
    try {
      child.kill(options.killSignal);
    } catch (error) {
      failure ??= error;
      finish();
    }
  };
  const outputs = {};
  for (const name of ['stdout', 'stderr']) {
    if (!child[name]) continue;
    outputs[name] = new Output(child[name], encoding, maxBuffer, () => {
      failure = new ERR_CHILD_PROCESS_STDIO_MAXBUFFER(name);
      kill();
    });
  }
  const finish = (code = null, signal = null) => {
    if (exited) return;
    exited = true;
    if (timer !== null) clearTimeout(timer);
    if (!callback) return;
    const stdout = outputs.stdout?.read() ?? '';
    const stderr = outputs.stderr?.read() ?? '';
    if (failure === null && code === 0 && signal === null) {
      callback(null, stdout, stderr);
      return;
    }
    const command = args?.length ? `${file} ${args.join(' ')}` : file;
    failure ??= commandFailed(command, stderr, code, signal, child.killed || killed);
    failure.cmd = command;
    callback(failure, stdout, stderr);
  };
  if (options.timeout > 0) {
    timer = setTimeout(() => {
      timer = null;
      kill();
    }, options.timeout);
  }
  child.addListener('close', finish);
  child.addListener('error', (error) => {
    failure = error;
    child.stdout?.destroy();
    child.stderr?.destroy();
    finish();
  });
  return child;
}

/** The promisified form: a promise for { stdout, stderr }, with the child on it. */
function promisified(start) {
  return (...args) => {
    const { promise, resolve, reject } = Promise.withResolvers();
    promise.child = start(...args, (error, stdout, stderr) => {
      if (error !== null) {
        error.stdout = stdout;
        error.stderr = stderr;
        reject(error);
      } else {
        resolve({ stdout, stderr });
      }
    });
    return promise;
  };
}

module.exports = { execFile, MAX_BUFFER, promisified };
