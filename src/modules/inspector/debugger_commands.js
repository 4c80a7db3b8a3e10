'use strict';

// The commands of the debugger, and what it shows where the program stops.

const path = require('node:path');
const vm = require('node:vm');
const { fileURLToPath } = require('node:url');
const { inspect } = require('node:util');
const { ERR_DEBUGGER_ERROR } = require('runtime/errors');
const { validateString } = require('runtime/validators');
const { Connection, launch } = require('modules/inspector/debugger_connection');
const { Text, toValue, valueText } = require('modules/inspector/debugger_values');

const kHelp = `
run, restart, r       Run the application or reconnect
kill                  Kill a running application or disconnect

cont, c               Resume execution
next, n               Continue to next line in current file
step, s               Step into, potentially entering a function
out, o                Step out, leaving the current function
backtrace, bt         Print the current backtrace
list                  Print the source around the current line where execution
                      is currently paused
setContextLineNumber  Set which lines to check for context
setBreakpoint, sb     Set a breakpoint
clearBreakpoint, cb   Clear a breakpoint
breakpoints           List all known breakpoints
breakOnException      Pause execution whenever an exception is thrown
breakOnUncaught       Pause execution whenever an exception isn't caught
breakOnNone           Don't pause on exceptions (this is the default)

watch(expr)           Start watching the given expression
unwatch(expr)         Stop watching an expression
unwatch(index)        Stop watching an expression at specific index from watch list
watchers              Print all watched expressions and their current values

exec(expr), p(expr), exec expr, p expr
                      Evaluate the expression and print the value
repl                  Enter a debug repl that works like exec

scripts               List application scripts that are currently loaded
scripts(true)         List all scripts (including node-internals)

profile               Start CPU profiling session.
profileEnd            Stop current CPU profiling session.
profiles              Array of completed CPU profiling sessions.
profiles[n].save(filepath = 'node.cpuprofile')
                      Save CPU profiling session to disk as JSON.

takeHeapSnapshot(filepath = 'node.heapsnapshot')
                      Take a heap snapshot and save to disk as JSON.
`.trim();

const kNotRunning = 'Use `run` to start the app again.';

const isInternal = (url) => url.startsWith('node:');

/** How a script is called: by its path from here. */
function shownName(url) {
  if (!url.startsWith('file:')) return url;
  const relative = path.relative('', fileURLToPath(url));
  return relative.startsWith('..') ? fileURLToPath(url) : relative;
}

class Profile {
  constructor(data) {
    this.data = data;
  }

  save(file = 'node.cpuprofile') {
    const absolute = path.resolve(file);
    require('node:fs').writeFileSync(absolute, JSON.stringify(this.data));
    process.stdout.write(`Saved profile to ${absolute}\n`);
  }

  [inspect.custom]() {
    return `[Profile ${this.data.endTime - this.data.startTime}μs]`;
  }
}

class Debugger {
  #target;
  #child;
  #connection;
  #repl;
  #scripts = new Map();
  #frames;
  #breakpoints = [];
  #watched = [];
  #exceptionState = 'none';
  #contextLines = 2;
  #profiles = [];
  #snapshot = Promise.resolve();
  #lastCommand = '';

  constructor(target) {
    this.#target = target;
  }

  async start() {
    await this.#run();
    this.#startRepl();
    process.once('exit', () => this.#kill());
    process.once('SIGTERM', () => process.exit(0));
    process.once('SIGHUP', () => process.exit(0));
  }

  #write(text) {
    process.stdout.write(text);
  }

  // What the program prints is marked.
  #printOfProgram(text) {
    this.#write(
      `${text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => `< ${line}`)
        .join('\n')}\n`,
    );
    this.#repl?.displayPrompt(true);
  }

  async #run() {
    this.#kill();
    let { host, port } = this.#target;
    if (!this.#target.attaches) {
      const launched = await launch(this.#target, (text) => this.#printOfProgram(text));
      ({ host, port } = launched);
      this.#child = launched.child;
    }
    const connection = new Connection();
    this.#connection = connection;
    this.#scripts.clear();
    connection.on('Debugger.scriptParsed', (script) => this.#noteScript(script));
    connection.on('Debugger.paused', (pause) => this.#pause(pause));
    connection.on('Debugger.resumed', () => {
      this.#frames = undefined;
    });
    connection.on('close', () => {
      if (this.#connection === connection) this.#frames = undefined;
    });
    await connection.open(host, port, (text) => this.#write(text));
    await connection.post('Runtime.enable');
    await connection.post('Profiler.enable');
    await connection.post('Debugger.enable');
    await connection.post('Debugger.setPauseOnExceptions', { state: this.#exceptionState });
    const breakpoints = this.#breakpoints;
    this.#breakpoints = [];
    for (const { name, line, condition } of breakpoints)
      await this.#addBreakpoint(name, line, condition);
    // A program that is not there ends without a statement to pause at.
    await connection.post('NodeRuntime.enable');
    await connection.post('NodeRuntime.notifyWhenWaitingForDisconnect', { enabled: true });
    const isPaused = new Promise((resolve) => {
      connection.once('Debugger.paused', resolve);
      connection.once('NodeRuntime.waitingForDisconnect', resolve);
      connection.once('close', resolve);
    });
    await connection.post('Runtime.runIfWaitingForDebugger');
    if (!this.#target.attaches) await isPaused;
  }

  #kill() {
    const connection = this.#connection;
    this.#connection = undefined;
    this.#frames = undefined;
    connection?.shut();
    this.#child?.kill();
    this.#child = undefined;
  }

  #post(method, params) {
    if (this.#connection === undefined) throw new ERR_DEBUGGER_ERROR(kNotRunning);
    return this.#connection.post(method, params);
  }

  #frame(index = 0) {
    if (this.#connection === undefined) throw new ERR_DEBUGGER_ERROR(kNotRunning);
    if (this.#frames === undefined) throw new ERR_DEBUGGER_ERROR('Requires execution to be paused');
    return this.#frames[index];
  }

  #noteScript({ scriptId, url }) {
    if (url === '') return;
    this.#scripts.set(scriptId, { url, lines: undefined });
    for (const breakpoint of this.#breakpoints) {
      if (breakpoint.scriptId === undefined && shownName(url).endsWith(breakpoint.name))
        breakpoint.scriptId = scriptId;
    }
  }

  async #pause({ callFrames, reason }) {
    this.#frames = callFrames;
    if (reason === 'Break on start' && process.env.NODE_INSPECT_RESUME_ON_START === '1') {
      await this.#post('Debugger.resume');
      return;
    }
    const [{ location }] = callFrames;
    const { url } = this.#scripts.get(location.scriptId);
    const kind = reason === 'other' ? 'break' : reason;
    const watched = await this.#watchedText();
    const source = await this.#sourceAround(callFrames[0], this.#contextLines);
    this.#write(
      `${kind} in ${shownName(url)}:${location.lineNumber + 1}\n${watched && `${watched}\n\n`}${source}\n`,
    );
    this.#repl?.displayPrompt();
  }

  async #sourceAround({ location }, delta) {
    const script = this.#scripts.get(location.scriptId);
    if (script.lines === undefined) {
      const { scriptSource } = await this.#post('Debugger.getScriptSource', {
        scriptId: location.scriptId,
      });
      script.lines = scriptSource.split('\n');
    }
    const at = location.lineNumber;
    const first = Math.max(at - delta, 0);
    const lines = script.lines.slice(first, at + delta + 1);
    const width = String(first + lines.length).length;
    return lines
      .map((text, i) => {
        const number = first + i;
        const hasBreakpoint = this.#breakpoints.some(
          (each) => each.scriptId === location.scriptId && each.line === number,
        );
        const mark = number === at ? '>' : hasBreakpoint ? '*' : ' ';
        return `${mark} ${String(number + 1).padStart(width)} ${text}`;
      })
      .join('\n');
  }

  async #evaluate(expression) {
    const options = { expression, objectGroup: 'gyre-inspect', generatePreview: true };
    if (this.#frames === undefined) return this.#post('Runtime.evaluate', options);
    const { callFrameId } = this.#frame();
    return this.#post('Debugger.evaluateOnCallFrame', { callFrameId, ...options });
  }

  async #watchedText() {
    if (this.#watched.length === 0) return '';
    const lines = ['Watchers:'];
    for (const [i, expression] of this.#watched.entries()) {
      const { result, exceptionDetails } = await this.#evaluate(expression);
      const text = exceptionDetails
        ? `<${/^[^\n]*/.exec(result.description)[0]}>`
        : valueText(result);
      const separator = text.includes('\n') ? '\n    ' : ' ';
      lines.push(`  ${i}: ${expression} =${separator}${text.replaceAll('\n', '\n    ')}`);
    }
    return lines.join('\n');
  }

  async #addBreakpoint(name, line, condition) {
    const pattern = name.replace(/[/\\.*+?^${}()|[\]]/g, '\\$&');
    const known = [...this.#scripts].find(
      ([, { url }]) => !isInternal(url) && shownName(url).endsWith(name),
    );
    const parameters = { lineNumber: line, condition };
    if (known === undefined) this.#write(`Warning: script '${name}' was not loaded yet.\n`);
    const { breakpointId, locations } = await this.#post('Debugger.setBreakpointByUrl', {
      urlRegex: `^(.*[\\/\\\\])?${pattern}$`,
      ...parameters,
    });
    const scriptId = locations[0]?.scriptId;
    this.#breakpoints.push({
      id: breakpointId,
      name,
      line: locations[0]?.lineNumber ?? line,
      condition,
      scriptId,
    });
  }

  /** setBreakpoint(), (line), ('fn()'), (script, line, condition) */
  async #setBreakpoint(script, line, condition) {
    if (typeof script === 'string' && script.endsWith('()')) {
      const { result } = await this.#evaluate(script.slice(0, -2));
      if (result.type !== 'function')
        throw new ERR_DEBUGGER_ERROR(`${script.slice(0, -2)} is not a function`);
      await this.#post('Debugger.setBreakpointOnFunctionCall', {
        objectId: result.objectId,
        condition,
      });
      return undefined;
    }
    if (typeof script !== 'string') {
      const { location } = this.#frame();
      if (typeof line === 'string') condition = line;
      line = script === undefined ? location.lineNumber + 1 : script;
      script = shownName(this.#scripts.get(location.scriptId).url);
    }
    await this.#addBreakpoint(script, (line ?? 1) - 1, condition);
    return this.#frames === undefined
      ? undefined
      : new Text(await this.#sourceAround(this.#frame(), 5));
  }

  async #clearBreakpoint(script, line) {
    const found = this.#breakpoints.find((each) => {
      return each.line === line - 1 && (each.name === script || each.name.endsWith(`/${script}`));
    });
    if (found === undefined) {
      this.#write(`Could not find breakpoint at ${script}:${line}\n`);
      return undefined;
    }
    await this.#post('Debugger.removeBreakpoint', { breakpointId: found.id });
    this.#breakpoints = this.#breakpoints.filter((each) => each !== found);
    return this.#frames === undefined
      ? undefined
      : new Text(await this.#sourceAround(this.#frame(), 5));
  }

  // Commands that are words, and those that are functions.
  #words() {
    const step = (method) => () => {
      this.#frame();
      return this.#post(method).then(() => undefined);
    };
    const pauseOn = (state) => () => {
      this.#exceptionState = state;
      return this.#post('Debugger.setPauseOnExceptions', { state }).then(() => undefined);
    };
    const run = async () => {
      if (this.#child !== undefined && this.#connection?.isOpen) this.#write('Restarting\n');
      await this.#run();
    };
    const words = {
      help: () => new Text(kHelp),
      run,
      restart: run,
      r: run,
      kill: () => this.#kill(),
      cont: step('Debugger.resume'),
      c: step('Debugger.resume'),
      next: step('Debugger.stepOver'),
      n: step('Debugger.stepOver'),
      step: step('Debugger.stepInto'),
      s: step('Debugger.stepInto'),
      out: step('Debugger.stepOut'),
      o: step('Debugger.stepOut'),
      pause: () => this.#post('Debugger.pause').then(() => undefined),
      backtrace: () => this.#backtrace(),
      bt: () => this.#backtrace(),
      breakpoints: () => this.#listBreakpoints(),
      breakOnException: pauseOn('all'),
      breakOnUncaught: pauseOn('uncaught'),
      breakOnNone: pauseOn('none'),
      watchers: async () => new Text(await this.#watchedText()),
      repl: () => this.#enterRepl(),
      version: async () =>
        new Text(
          (await this.#post('Runtime.evaluate', { expression: 'process.versions.v8' })).result
            .value,
        ),
      profile: () => this.#post('Profiler.start').then(() => undefined),
      profileEnd: async () => {
        const { profile } = await this.#post('Profiler.stop');
        const made = new Profile(profile);
        this.#profiles.push(made);
        return made;
      },
    };
    return words;
  }

  #functions() {
    const exec = async (expression) => {
      validateString(expression, 'expression');
      return toValue(await this.#evaluate(expression));
    };
    const setBreakpoint = (...values) => this.#setBreakpoint(...values);
    const clearBreakpoint = (...values) => this.#clearBreakpoint(...values);
    // Without brackets it lists the scripts of the program.
    const scripts = (all) => this.#listScripts(all);
    scripts[inspect.custom] = () => this.#listScripts(false).text;
    return {
      exec,
      p: exec,
      setBreakpoint,
      sb: setBreakpoint,
      clearBreakpoint,
      cb: clearBreakpoint,
      list: async (delta = 5) => new Text(await this.#sourceAround(this.#frame(), delta)),
      setContextLineNumber: (delta) => {
        this.#contextLines = delta;
      },
      scripts,
      watch: (expression) => {
        validateString(expression, 'expression');
        this.#watched.push(expression);
      },
      unwatch: (which) => {
        const index = typeof which === 'number' ? which : this.#watched.indexOf(which);
        this.#watched = this.#watched.filter((each, i) => i !== index);
      },
      takeHeapSnapshot: (file) => this.#takeHeapSnapshot(file),
    };
  }

  #backtrace() {
    this.#frame();
    const lines = this.#frames.map(({ functionName, location }, i) => {
      const { url } = this.#scripts.get(location.scriptId);
      const where = `${shownName(url)}:${location.lineNumber + 1}:${location.columnNumber}`;
      return `#${i} ${functionName || '(anonymous)'} ${where}`;
    });
    return new Text(lines.join('\n'));
  }

  #listBreakpoints() {
    if (this.#breakpoints.length === 0) return new Text('No breakpoints yet');
    const lines = this.#breakpoints.map(({ name, line, scriptId }, i) => {
      const script = this.#scripts.get(scriptId);
      return `#${i} ${script ? shownName(script.url) : name}:${line + 1}`;
    });
    return new Text(lines.join('\n'));
  }

  #listScripts(all) {
    const current = this.#frames?.[0].location.scriptId;
    const lines = [];
    for (const [id, { url }] of this.#scripts) {
      if (!all && isInternal(url)) continue;
      lines.push(`${id === current ? '*' : ' '} ${id}: ${shownName(url)}`);
    }
    return new Text(lines.join('\n'));
  }

  // One behind the other, since the chunks do not say whose they are.
  #takeHeapSnapshot(file) {
    const taking = this.#snapshot.then(() => this.#writeHeapSnapshot(file));
    this.#snapshot = taking.catch(() => {});
    return taking;
  }

  async #writeHeapSnapshot(file = 'node.heapsnapshot') {
    const fs = require('node:fs');
    const absolute = path.resolve(file);
    const output = fs.openSync(absolute, 'w');
    const add = ({ chunk }) => fs.writeSync(output, chunk);
    const connection = this.#connection;
    connection?.on('HeapProfiler.addHeapSnapshotChunk', add);
    try {
      await this.#post('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
    } finally {
      connection?.off('HeapProfiler.addHeapSnapshotChunk', add);
      fs.closeSync(output);
    }
    this.#write(`Wrote snapshot: ${absolute}\n`);
  }

  // Every line is evaluated in the program until Ctrl+C.
  #enterRepl() {
    const repl = this.#repl;
    const { eval: ownEval } = repl;
    this.#write('Press Ctrl+C to leave debug repl\n');
    repl.setPrompt('> ');
    repl.eval = (code, context, name, callback) => {
      this.#evaluate(code)
        .then(toValue)
        .then((value) => callback(null, value), callback);
    };
    const leave = () => {
      repl.off('SIGINT', leave);
      repl.eval = ownEval;
      repl.setPrompt('debug> ');
      repl.displayPrompt();
    };
    repl.on('SIGINT', leave);
  }

  #startRepl() {
    const repl = require('node:repl').start({
      prompt: 'debug> ',
      useGlobal: false,
      ignoreUndefined: true,
      eval: (code, context, name, callback) => this.#command(code, callback),
    });
    this.#repl = repl;
    const words = this.#words();
    for (const name of Object.keys(words)) {
      Object.defineProperty(repl.context, name, {
        get: words[name],
        configurable: true,
        enumerable: true,
      });
    }
    Object.assign(repl.context, this.#functions());
    Object.defineProperty(repl.context, 'profiles', { get: () => this.#profiles });
    repl.defineCommand('interrupt', () => repl.emit('SIGINT'));
    repl.once('exit', () => process.exit(0));
  }

  /** Carries out a line; an empty one is the last command again. */
  async #command(code, callback) {
    let line = code.trim();
    if (line === '') line = this.#lastCommand;
    else this.#lastCommand = line;
    if (line === '') {
      callback(null);
      return;
    }
    const match = /^(?:exec|p)\s+(.+)$/s.exec(line);
    if (match !== null && !match[1].startsWith('(')) line = `exec(${JSON.stringify(match[1])})`;
    let value;
    try {
      value = await vm.runInContext(line, this.#repl.context, { filename: 'debug command' });
    } catch (error) {
      callback(error);
      return;
    }
    callback(null, value);
  }
}

module.exports = { Debugger };
