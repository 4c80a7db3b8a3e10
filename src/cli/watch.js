'use strict';
// --watch: runs the program in a child process, and again whenever one of its files changes.
// https://nodejs.org/api/cli.html#--watch

const { spawn } = require('node:child_process');
const { once } = require('node:events');
const path = require('node:path');
const { inspect, styleText } = require('node:util');
const { getOptionValue } = require('runtime/options');

const kSwitches = ['--watch', '--watch-preserve-output'];
const kWithValue = ['--watch-path', '--watch-kill-signal'];
// How long a program may take to end before somebody should know what is waited for.
const kPatience = 1000;

/** Our options without those that speak of watching: the child's. */
function childOptions(execArgv) {
  const kept = [];
  for (let i = 0; i < execArgv.length; i++) {
    const [name, value] = execArgv[i].split('=', 2);
    if (kWithValue.includes(name)) i += value === undefined ? 1 : 0;
    else if (!kSwitches.includes(execArgv[i])) kept.push(execArgv[i]);
  }
  return kept;
}

function killSignal() {
  const { ERR_UNKNOWN_SIGNAL } = require('runtime/errors');
  const name = getOptionValue('--watch-kill-signal');
  if (!Object.hasOwn(require('node:os').constants.signals, name.toUpperCase())) {
    throw new ERR_UNKNOWN_SIGNAL(name);
  }
  return name.toUpperCase();
}

function say(color, text) {
  console.log(styleText(color, text, { stream: process.stdout }));
}

class WatchedProgram {
  #rest;
  #name; // as messages call it
  #signal = killSignal();
  #changes;
  #watchesFiles = getOptionValue('--watch-path').length === 0;
  #child;
  #restarting = false;
  #stopping = false;

  constructor(rest) {
    const { FileChanges } = require('cli/file_changes');
    this.#rest = rest;
    this.#name = inspect(rest.join(' '));
    this.#changes = new FileChanges((file) => this.#restart(file));
    for (const name of getOptionValue('--watch-path')) this.#changes.addPath(name);
  }

  start() {
    // Before the program starts: a change that comes while it does is one, too.
    this.#watchOwnFiles();
    this.#child = spawn(process.execPath, [...childOptions(process.execArgv), ...this.#rest], {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, WATCH_REPORT_DEPENDENCIES: '1' },
    });
    const child = this.#child;
    child.on('message', (message) => this.#onMessage(message));
    child.on('exit', (code) => {
      // Not an end that we asked for?
      if (child === this.#child && !this.#restarting) this.#ended(code);
    });
  }

  // The program's file may be missing or not even parse: then nobody tells of it.
  #watchOwnFiles() {
    if (!this.#watchesFiles) return;
    if (this.#rest.length > 0) this.#changes.addFile(path.resolve(this.#rest[0]));
    for (const option of ['--env-file', '--env-file-if-exists']) {
      for (const file of getOptionValue(option)) this.#changes.addFile(path.resolve(file));
    }
  }

  #onMessage(message) {
    const files = message?.['watch:require'];
    if (files === undefined) {
      if (process.connected) process.send(message);
    } else if (this.#watchesFiles) {
      for (const file of files) this.#changes.addFile(file);
    }
  }

  #ended(code) {
    const ending = 'Waiting for file changes before restarting...';
    if (code === 0) say('blue', `Completed running ${this.#name}. ${ending}`);
    else say('red', `Failed running ${this.#name}. ${ending}`);
  }

  async #restart(file) {
    if (this.#restarting) return;
    this.#restarting = true;
    if (process.stdout.isTTY && !getOptionValue('--watch-preserve-output')) {
      process.stdout.write('\x1bc');
    }
    say('blue', `Change detected in ${inspect(file)}`);
    say('green', `Restarting ${this.#name}`);
    await this.#end(this.#signal);
    if (this.#stopping) return;
    this.#changes.clearFiles();
    this.#restarting = false;
    this.start();
  }

  // Ends the program that runs, if one does; gives its exit code.
  async #end(signal) {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit');
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      say('yellow', 'Waiting for graceful termination...');
    }, kPatience);
    child.kill(signal);
    const [code] = await exited;
    clearTimeout(timer);
    if (isLate) say('green', `Gracefully restarted ${this.#name}`);
    return code;
  }

  /** Ends the program and this process, with the program's exit code. */
  async stop(signal) {
    this.#restarting = this.#stopping = true;
    this.#changes.close();
    process.exit((await this.#end(signal)) ?? 0);
  }

  /** What our own parent says is meant for the program. */
  forward(message) {
    if (this.#child.connected) this.#child.send(message);
  }
}

/** Runs the program `rest[0]` with the arguments behind it until a signal ends us. */
function run(rest) {
  const program = new WatchedProgram(rest);
  program.start();
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => program.stop(signal));
  if (process.connected) process.on('message', (message) => program.forward(message));
}

module.exports = { run };
