'use strict';
const { test, describe } = require('node:test');
const assert = require('node:assert');
const { EventEmitter, once } = require('node:events');
const { PassThrough, Readable, Writable } = require('node:stream');
const readline = require('node:readline');
const promises = require('node:readline/promises');

class FakeTerminal extends EventEmitter {
  written = '';
  resume() {}
  pause() {}
  write(text) {
    this.written += text;
  }
}

function terminal(options) {
  const stream = new FakeTerminal();
  const rl = readline.createInterface({
    input: stream,
    output: stream,
    terminal: true,
    prompt: '',
    ...options,
  });
  const lines = [];
  rl.on('line', (line) => lines.push(line));
  return {
    rl,
    stream,
    lines,
    press: (name, modifiers) => stream.emit('keypress', '', { name, ...modifiers }),
  };
}

function lineReader(options) {
  const input = new PassThrough();
  const rl = readline.createInterface({ input, ...options });
  const lines = [];
  rl.on('line', (line) => lines.push(line));
  return { rl, input, lines };
}

describe('lines', () => {
  test('end at any line end, also at one that comes in two pieces', async () => {
    const { rl, input, lines } = lineReader({ crlfDelay: Infinity });
    for (const piece of ['a\nb\r', '\nc\rd\u2028e', 'f\n\n', 'end']) {
      input.write(piece);
      await new Promise(setImmediate);
    }
    input.end();
    await once(rl, 'close');
    assert.deepStrictEqual(lines, ['a', 'b', 'c', 'd', 'ef', '', 'end']);
  });

  test('put characters together that come byte by byte', async () => {
    const { rl, input, lines } = lineReader();
    for (const byte of Buffer.from('\u262e\n')) input.write(Buffer.of(byte));
    input.end();
    await once(rl, 'close');
    assert.deepStrictEqual(lines, ['\u262e']);
  });

  test('can be iterated, and breaking out closes', async () => {
    const rl = readline.createInterface({ input: Readable.from(['1\n2\n3\n']) });
    const seen = [];
    for await (const line of rl) {
      seen.push(line);
      if (line === '2') break;
    }
    assert.deepStrictEqual(seen, ['1', '2']);
    assert.ok(rl.closed);
  });
});

describe('questions', () => {
  test('get the next line, later ones go to the event again', () => {
    const { rl, stream, lines } = terminal();
    const answers = [];
    rl.question('name? ', (answer) => answers.push(answer));
    assert.ok(stream.written.includes('name? '));
    rl.write('me\nmore\n');
    assert.deepStrictEqual(answers, ['me']);
    assert.deepStrictEqual(lines, ['more']);
    rl.close();
    assert.throws(() => rl.question('again? ', () => {}), { code: 'ERR_USE_AFTER_CLOSE' });
  });

  test('as promises reject when aborted or abandoned', async () => {
    const stream = new FakeTerminal();
    const rl = promises.createInterface({ input: stream, output: stream, terminal: true });
    const controller = new AbortController();
    const aborted = rl.question('? ', { signal: controller.signal });
    controller.abort();
    await assert.rejects(aborted, { name: 'AbortError' });
    const answer = rl.question('? ');
    rl.write('yes\n');
    assert.strictEqual(await answer, 'yes');
    const abandoned = rl.question('? ');
    stream.emit('keypress', '', { name: 'c', ctrl: true });
    await assert.rejects(abandoned, { name: 'AbortError' });
  });
});

describe('editing', () => {
  test('moves and deletes by character and by word', () => {
    const { rl, press, stream, lines } = terminal();
    stream.emit('data', 'the quick brown fox');
    press('left', { ctrl: true });
    press('w', { ctrl: true });
    press('home');
    press('d', { meta: true });
    press('end');
    press('backspace');
    press('enter');
    assert.deepStrictEqual(lines, ['quick fo']);
    rl.close();
  });

  test('counts an astral character as one and as two columns', () => {
    const { rl, press, stream } = terminal();
    stream.emit('data', '\u{1f4bb}');
    assert.deepStrictEqual(rl.getCursorPos(), { rows: 0, cols: 2 });
    press('left');
    assert.deepStrictEqual(rl.getCursorPos(), { rows: 0, cols: 0 });
    press('delete');
    assert.strictEqual(rl.line, '');
    rl.close();
  });

  test('yanks what was killed, undoes and redoes', () => {
    const { rl, press, stream } = terminal();
    stream.emit('data', 'one two');
    press('left', { ctrl: true });
    press('k', { ctrl: true });
    assert.strictEqual(rl.line, 'one ');
    press('home');
    press('y', { ctrl: true });
    assert.strictEqual(rl.line, 'twoone ');
    stream.emit('keypress', '', { sequence: '\x1f' });
    assert.strictEqual(rl.line, 'one ');
    stream.emit('keypress', '', { sequence: '\x1e' });
    assert.strictEqual(rl.line, 'twoone ');
    rl.close();
  });

  test('searches the history for what was typed', () => {
    const { rl, press, stream } = terminal({ removeHistoryDuplicates: true });
    stream.emit('data', 'foo\nbar\nfoo\nbaz\n');
    assert.deepStrictEqual(rl.history, ['baz', 'foo', 'bar']);
    stream.emit('data', 'b');
    press('up');
    assert.strictEqual(rl.line, 'baz');
    press('up');
    assert.strictEqual(rl.line, 'bar');
    press('down');
    press('down');
    assert.strictEqual(rl.line, 'b');
    rl.close();
  });

  test('completes the common part, and lists the rest at the second tab', () => {
    const completer = (line) => [
      ['apple', 'apply', 'appoint'].filter((each) => each.startsWith(line)),
      line,
    ];
    const { rl, stream } = terminal({ completer });
    stream.emit('data', 'a\t');
    assert.strictEqual(rl.line, 'app');
    assert.ok(!stream.written.includes('appoint'));
    stream.emit('data', '\t');
    assert.match(stream.written, /apple\r\napply\r\nappoint/);
    rl.close();
  });
});

describe('emitKeypressEvents', () => {
  test('names keys and their modifiers', () => {
    const input = new PassThrough();
    const keys = [];
    readline.emitKeypressEvents(input);
    input.on('keypress', (_text, key) => keys.push(key));
    const expected = [
      ['a', { name: 'a' }],
      ['Z', { name: 'z', shift: true }],
      ['\x01', { name: 'a', ctrl: true }],
      ['\x1bb', { name: 'b', meta: true }],
      ['\x1b[A', { name: 'up', code: '[A' }],
      ['\x1b[1;5D', { name: 'left', code: '[D', ctrl: true }],
      ['\x1bOP', { name: 'f1', code: 'OP' }],
      ['\x1b[3~', { name: 'delete', code: '[3~' }],
      ['\x1b[Z', { name: 'tab', code: '[Z', shift: true }],
    ];
    for (const [sequence] of expected) for (const piece of sequence) input.write(piece);
    assert.deepStrictEqual(
      keys,
      expected.map(([sequence, key]) => ({
        sequence,
        ctrl: false,
        meta: false,
        shift: false,
        ...key,
      })),
    );
  });
});

describe('cursor functions', () => {
  test('write control sequences, and nothing without a stream', () => {
    const output = new Writable({
      write(chunk, _encoding, callback) {
        this.text = (this.text ?? '') + chunk;
        callback();
      },
    });
    readline.cursorTo(output, 1, 2);
    readline.moveCursor(output, -1, 1);
    readline.clearLine(output, 1);
    readline.clearScreenDown(output);
    assert.strictEqual(output.text, '\x1b[3;2H\x1b[1D\x1b[1B\x1b[0K\x1b[0J');
    assert.strictEqual(readline.cursorTo(null, 1), true);
    assert.throws(() => readline.cursorTo(output, 'a', 1), { code: 'ERR_INVALID_CURSOR_POS' });
  });

  test('of Readline wait for commit', async () => {
    const output = new PassThrough({ encoding: 'utf8' });
    await new promises.Readline(output).clearLine(0).cursorTo(0).commit();
    assert.strictEqual(output.read(), '\x1b[2K\x1b[1G');
  });
});

test('an Interface may be made of the object of an heir', async () => {
  function Lines(input) {
    readline.Interface.call(this, input);
    this.lines = [];
    this.on('line', (line) => this.lines.push(line));
  }
  Object.setPrototypeOf(Lines.prototype, readline.Interface.prototype);
  const lines = new Lines(Readable.from(['a\nb\n']));
  await once(lines, 'close');
  assert.deepStrictEqual(lines.lines, ['a', 'b']);
});

test('getCursorPos() has its older name, too', () => {
  const rl = readline.createInterface({ input: new PassThrough(), output: new PassThrough() });
  assert.deepStrictEqual(rl._getCursorPos(), rl.getCursorPos());
  rl.close();
});
