'use strict';
const { test, describe } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { PassThrough } = require('node:stream');
const util = require('node:util');
const repl = require('node:repl');

class Terminal extends PassThrough {
  text = '';
  constructor() {
    super();
    this.on('data', (chunk) => {
      this.text += chunk;
    });
  }
  take() {
    const { text } = this;
    this.text = '';
    return text;
  }
}

/** Runs lines one by one; returns what each printed. */
function session(lines, options = {}) {
  const output = new Terminal();
  const server = repl.start({
    prompt: '',
    input: new PassThrough(),
    output,
    terminal: false,
    ...options,
  });
  const printed = lines.map((line) => {
    output.take();
    server.write(`${line}\n`);
    return output.take();
  });
  server.close();
  return printed;
}

function completions(line, setup = []) {
  const server = repl.start({
    prompt: '',
    input: new PassThrough(),
    output: new Terminal(),
    terminal: false,
  });
  for (const each of setup) server.write(`${each}\n`);
  let answer;
  server.complete(line, (error, found) => {
    assert.ifError(error);
    answer = found;
  });
  server.close();
  return answer;
}

describe('evaluation', () => {
  test('prints values, keeps variables, and remembers the last value', () => {
    assert.deepStrictEqual(session(['const a = 1', 'a + 1', '_ + 1', '{ b: [a] }']), [
      'undefined\n',
      '2\n',
      '3\n',
      '{ b: [ 1 ] }\n',
    ]);
  });

  test('goes on where a command is unfinished', () => {
    assert.deepStrictEqual(session(['function f() {', 'return `a', 'b` }', 'f()']), [
      '| ',
      '| ',
      'undefined\n',
      "'a\\nb'\n",
    ]);
  });

  test('runs in a context of its own unless told otherwise', () => {
    assert.deepStrictEqual(
      session(['globalThis.replTest = 5', 'Object'], { useGlobal: false })[0],
      '5\n',
    );
    assert.strictEqual(globalThis.replTest, undefined);
    session(['globalThis.replTest = 6'], { useGlobal: true });
    assert.strictEqual(globalThis.replTest, 6);
    delete globalThis.replTest;
  });

  test('has the built-in modules by name', () => {
    assert.strictEqual(session(["path.basename('/a/b')"])[0], "'b'\n");
  });

  test('awaits at the top level and keeps what was declared', async () => {
    const output = new Terminal();
    const server = repl.start({ prompt: '', input: new PassThrough(), output, terminal: false });
    server.write('const { x, y = 2 } = await Promise.resolve({ x: 1 })\n');
    while (!/undefined\n$/.test(output.text)) await new Promise(setImmediate);
    server.write('x + y\n');
    assert.match(output.take(), /3\n$/);
    server.close();
  });
});

describe('errors', () => {
  test('are shown without the frames of the REPL', () => {
    assert.strictEqual(session(["throw new Error('x')"])[0], 'Uncaught Error: x\n');
    assert.match(
      session(["(function f() { throw new Error('x') })()"])[0],
      /^Uncaught Error: x\n {4}at f \(REPL\d+:1:\d+\)\n$/,
    );
    assert.strictEqual(session(['throw { a: 1 }'])[0], 'Uncaught { a: 1 }\n');
  });

  test('show the place of a syntax error', () => {
    assert.match(
      session(['let x y;'])[0],
      /^let x y;\n {6}\^\n\nUncaught SyntaxError: Unexpected identifier/,
    );
  });

  test('are kept in _error', () => {
    assert.strictEqual(session(["throw new Error('kept')", '_error.message'])[1], "'kept'\n");
  });
});

describe('commands', () => {
  test('can be added', () => {
    const output = new Terminal();
    const server = repl.start({ prompt: '', input: new PassThrough(), output, terminal: false });
    server.defineCommand('greet', {
      help: 'greets',
      action(name) {
        this.output.write(`hello ${name}\n`);
      },
    });
    server.write('.greet you\n.help\n');
    assert.match(output.take(), /^hello you\n[^]*\.greet\s+greets\n/);
    server.close();
  });

  test('save and load the session', () => {
    const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'repl-')), 'session.js');
    assert.strictEqual(session(['var n = 2', `.save ${file}`])[1], `Session saved to: ${file}\n`);
    assert.strictEqual(fs.readFileSync(file, 'utf8'), 'var n = 2');
    assert.strictEqual(session([`.load ${file}`, 'n * 2']).at(-1), '4\n');
    assert.strictEqual(session([`.load ${file}.not`])[0], `Failed to load: ${file}.not\n`);
    fs.rmSync(path.dirname(file), { recursive: true });
  });

  test('that do not exist are refused', () => {
    assert.strictEqual(session(['.nope'])[0], 'Invalid REPL keyword\n');
  });
});

describe('completion', () => {
  test('offers members, inherited ones first', () => {
    const setup = ['var y = Object.create({ b: 1, a: 0, __proto__: null })', 'y.a = 3'];
    assert.deepStrictEqual(completions('y.', setup), [['y.b', '', 'y.a'], 'y.']);
    assert.deepStrictEqual(completions('var l = console.lo'), [['console.log'], 'console.lo']);
  });

  test('runs neither getters nor calls nor traps', () => {
    const setup = [
      'var count = 0; var o = { get g() { count++; return {}; }, p: new Proxy({}, {}) }; function f() { count++; return o; }',
    ];
    for (const line of ['o.g.', 'f().', 'o[f()].', 'o.p.', '(count++).']) {
      assert.deepStrictEqual(completions(line, setup)[0], [], line);
    }
  });

  test('offers commands and modules', () => {
    assert.deepStrictEqual(completions('.he'), [['help'], 'he']);
    assert.deepStrictEqual(completions("require('node:pat"), [
      ['node:path', 'node:path/posix', 'node:path/win32'],
      'node:pat',
    ]);
  });
});

describe('previews on a terminal', () => {
  /** What is written for a line that is typed key by key, before Enter. */
  function typed(line) {
    const input = new PassThrough();
    const output = new Terminal();
    const server = repl.start({ prompt: '> ', input, output, terminal: true, useColors: false });
    output.take();
    for (const key of line) server.write(key);
    const text = output.take();
    server.close();
    return text;
  }

  test('show the rest of a word and the result', { skip: process.env.TERM === 'dumb' }, () => {
    assert.match(typed('Infini'), / \/\/ ty/);
    assert.match(typed('6 * 7'), /\n\/\/ 42/);
    assert.match(typed('{ a: [1] }'), /\n\/\/ \{ a: \[ 1 \] \}/);
  });

  test('do nothing that the program could notice', { skip: process.env.TERM === 'dumb' }, () => {
    assert.doesNotMatch(typed('previewed = 1'), /\n\/\/ 1/);
    assert.strictEqual(globalThis.previewed, undefined);
    assert.doesNotMatch(typed('missing'), /\n\/\//);
  });
});

test('is the program where none is given', () => {
  const { stdout } = spawnSync(process.execPath, ['--interactive'], {
    input: '6 * 7\n.exit\n',
    encoding: 'utf8',
  });
  assert.match(stdout, /^Welcome to Node\.js v24[^]*> 42\n/);
});

test("a variable of the name of a global that the runtime uses is the program's alone", () => {
  const input = 'let process = 1\nsetTimeout(() => console.log("later"), 1)\nprocess + 1\n';
  const { stdout, status } = spawnSync(process.execPath, ['-i'], { input, encoding: 'utf8' });
  assert.match(stdout, /\n> 2\n/);
  assert.match(stdout, /later/);
  assert.strictEqual(status, 0);
});

test('a REPLServer needs no new, and may be made of the object of an heir', async () => {
  function Shell(options) {
    repl.REPLServer.call(this, options);
  }
  util.inherits(Shell, repl.REPLServer);
  const input = new PassThrough();
  const output = new PassThrough();
  const shell = new Shell({ input, output, prompt: '> ' });
  input.end('1 + 1\n');
  await once(shell, 'exit');
  assert.match(String(output.read()), /^> 2\n/);
  const plain = repl.REPLServer({ input: new PassThrough(), output: new PassThrough() });
  assert.ok(plain instanceof repl.REPLServer);
  plain.close();
});

test('isValidSyntax() accepts whole scripts, with await', () => {
  for (const code of ['', '1 + 1', 'await 1', '{ a: 1 }']) assert.ok(repl.isValidSyntax(code));
  for (const code of ['a b', 'f(', 'return 1', "import x from 'y'"]) {
    assert.ok(!repl.isValidSyntax(code));
  }
});

test('a Recoverable is an object for whoever makes it, without a stack', () => {
  const error = new SyntaxError('more');
  const recoverable = new repl.Recoverable(error);
  assert.ok(recoverable instanceof SyntaxError);
  assert.strictEqual(recoverable.err, error);
  assert.deepStrictEqual(Object.getOwnPropertyNames(recoverable), ['err']);
});

test('--no-experimental-repl-await leaves await to scripts', () => {
  const args = ['--no-experimental-repl-await', '-i'];
  const { stdout } = spawnSync(process.execPath, args, { input: 'await 1\n', encoding: 'utf8' });
  assert.match(stdout, /Uncaught SyntaxError|await is only valid/);
  assert.doesNotMatch(stdout, /> 1\n/);
});
