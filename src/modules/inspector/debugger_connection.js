'use strict';

// The program under the debugger, and the connection to its inspector.

const EventEmitter = require('node:events');
const { ERR_DEBUGGER_ERROR, ERR_DEBUGGER_STARTUP_ERROR } = require('runtime/errors');

const kAttempts = 5;
const kPause = 500;

/** Starts the program; resolves to the child process and the address it listens at. */
function launch({ port, script, args }, print) {
  const { spawn } = require('node:child_process');
  const child = spawn(process.execPath, [`--inspect-brk=${port}`, script, ...args]);
  child.stdout.setEncoding('utf8').on('data', (text) => print(text));
  child.stderr.setEncoding('utf8').on('data', (text) => print(text));
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk) => {
      text += chunk;
      const failure = /Starting inspector on .*? failed: (.*)/.exec(text);
      if (failure) {
        reject(new ERR_DEBUGGER_STARTUP_ERROR(`Cannot listen: ${failure[1]}`));
        child.kill();
      }
      const address = /Debugger listening on ws:\/\/\[?(.+?)\]?:(\d+)\//.exec(text);
      if (address === null) return;
      child.stderr.off('data', read);
      resolve({ child, host: address[1], port: Number(address[2]) });
    };
    child.stderr.on('data', read);
    child.once('exit', () =>
      reject(new ERR_DEBUGGER_STARTUP_ERROR('The program ended before it could be debugged')),
    );
  });
}

function readTargets(host, port) {
  const http = require('node:http');
  return new Promise((resolve, reject) => {
    http
      .get({ host, port, path: '/json' }, async (response) => {
        const text = (await response.setEncoding('utf8').toArray()).join('');
        try {
          resolve(JSON.parse(text));
        } catch (error) {
          reject(
            new ERR_DEBUGGER_STARTUP_ERROR(`Invalid JSON from ${host}:${port}: ${error.message}`),
          );
        }
      })
      .on('error', reject);
  });
}

/** Commands to an inspector, and its events. */
class Connection extends EventEmitter {
  #socket;
  #nextId = 1;
  #waiting = new Map();

  /** Tries some times, since a program may only be about to listen. */
  async open(host, port, print) {
    for (let attempt = 1; ; attempt++) {
      print(`connecting to ${host}:${port} ..`);
      try {
        const [target] = await readTargets(host, port);
        await this.#connect(target.webSocketDebuggerUrl);
        print(' ok\n');
        return;
      } catch (error) {
        if (error instanceof ERR_DEBUGGER_STARTUP_ERROR) throw error;
        if (error instanceof ERR_DEBUGGER_ERROR) throw error;
        print(` failed (${error.message})\n`);
        if (attempt === kAttempts) {
          throw new ERR_DEBUGGER_STARTUP_ERROR(
            `failed to connect to ${host}:${port}, please retry.`,
          );
        }
        await new Promise((resolve) => setTimeout(resolve, kPause));
      }
    }
  }

  #connect(url) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url);
      socket.onopen = () => {
        this.#socket = socket;
        resolve();
      };
      socket.onerror = ({ message }) => {
        const isForeign = message.includes('Sec-WebSocket-Accept');
        if (isForeign) reject(new ERR_DEBUGGER_ERROR('WebSocket secret mismatch'));
        else reject(new Error(message || 'no WebSocket'));
      };
      socket.onmessage = ({ data }) => this.#receive(JSON.parse(data));
      socket.onclose = () => this.#close();
    });
  }

  #receive({ id, method, params, result, error }) {
    if (id === undefined) {
      this.emit(method, params);
      return;
    }
    const { resolve, reject } = this.#waiting.get(id) ?? {};
    this.#waiting.delete(id);
    if (error) reject?.(new ERR_DEBUGGER_ERROR(error.message));
    else resolve?.(result);
  }

  #close() {
    if (this.#socket === undefined) return;
    this.#socket = undefined;
    for (const { reject } of this.#waiting.values())
      reject(new ERR_DEBUGGER_ERROR('The program has gone'));
    this.#waiting.clear();
    this.emit('close');
  }

  get isOpen() {
    return this.#socket !== undefined;
  }

  /** Sends a command; resolves to its result. */
  post(method, params = {}) {
    if (this.#socket === undefined) {
      return Promise.reject(new ERR_DEBUGGER_ERROR('Use `run` to start the app again.'));
    }
    const id = this.#nextId++;
    this.#socket.send(JSON.stringify({ id, method, params }));
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  shut() {
    this.#socket?.close();
  }
}

module.exports = { Connection, launch };
