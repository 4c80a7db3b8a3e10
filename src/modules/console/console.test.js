'use strict';
const { test, describe, beforeEach } = require('node:test');
const assert = require('node:assert');
const { Console } = require('node:console');
const { Writable } = require('node:stream');

class Collector extends Writable {
  text = '';
  _write(chunk, _encoding, callback) {
    this.text += chunk;
    callback();
  }
  take() {
    const { text } = this;
    this.text = '';
    return text;
  }
}

let out;
let err;
let printer;
beforeEach(() => {
  out = new Collector();
  err = new Collector();
  printer = new Console({ stdout: out, stderr: err });
});

test('the module is the global console', () => {
  assert.strictEqual(require('node:console'), globalThis.console);
  assert.ok(console instanceof Console);
  assert.ok(!({} instanceof Console));
});

test('log and its like go to stdout, warnings and errors to stderr', () => {
  printer.log('%s!', 'a', 1);
  printer.info({ a: 1 });
  printer.debug('c');
  printer.warn('w');
  printer.error('e');
  assert.strictEqual(out.take(), 'a! 1\n{ a: 1 }\nc\n');
  assert.strictEqual(err.take(), 'w\ne\n');
});

test('methods are bound, and no constructors', () => {
  [1].forEach(printer.log);
  assert.strictEqual(out.take(), '1 0 [ 1 ]\n');
  assert.throws(() => new printer.log(), TypeError);
  assert.strictEqual(printer.groupCollapsed.name, 'groupCollapsed');
});

test('groups indent every line of both streams', () => {
  printer.group('label');
  printer.log('two\nlines');
  printer.warn('w');
  printer.groupEnd();
  printer.groupEnd();
  printer.log('end');
  assert.strictEqual(out.take(), 'label\n  two\n  lines\nend\n');
  assert.strictEqual(err.take(), '  w\n');
});

test('assert says what failed', () => {
  printer.assert(true, 'not shown');
  printer.assert(false);
  printer.assert(false, '%s fails', 'x');
  printer.assert(false, { a: 1 });
  assert.strictEqual(
    err.take(),
    'Assertion failed\nAssertion failed: x fails\nAssertion failed { a: 1 }\n',
  );
});

test('count counts by label', () => {
  printer.count();
  printer.count('x');
  printer.count();
  printer.countReset();
  printer.count();
  assert.strictEqual(out.take(), 'default: 1\nx: 1\ndefault: 2\ndefault: 1\n');
});

test('timers print their label and how long', () => {
  printer.time('t');
  printer.timeLog('t', { a: 1 });
  printer.timeEnd('t');
  assert.match(out.take(), /^t: [\d.]+m?s \{ a: 1 \}\nt: [\d.]+m?s\n$/);
});

test('trace prints the stack of its caller', () => {
  (function here() {
    printer.trace('at %d', 5);
  })();
  assert.match(err.take(), /^Trace: at 5\n {4}at here \(/);
});

test('dir does not call custom inspection', () => {
  printer.dir(
    { [require('node:util').inspect.custom]: () => 'custom', a: { b: {} } },
    { depth: 0 },
  );
  assert.match(out.take(), /a: \[Object\]/);
});

describe('table', () => {
  const table = (...args) => {
    printer.table(...args);
    return out.take();
  };

  test('has a column for each property, and one for values', () => {
    assert.strictEqual(
      table([{ a: 1, b: 'x' }, 5]),
      '┌─────────┬───┬─────┬────────┐\n' +
        '│ (index) │ a │ b   │ Values │\n' +
        '├─────────┼───┼─────┼────────┤\n' +
        "│ 0       │ 1 │ 'x' │        │\n" +
        '│ 1       │   │     │ 5      │\n' +
        '└─────────┴───┴─────┴────────┘\n',
    );
  });

  test('shows maps by key and value, and measures wide characters', () => {
    assert.strictEqual(
      table(new Map([['你', 1]])),
      '┌───────────────────┬──────┬────────┐\n' +
        '│ (iteration index) │ Key  │ Values │\n' +
        '├───────────────────┼──────┼────────┤\n' +
        "│ 0                 │ '你' │ 1      │\n" +
        '└───────────────────┴──────┴────────┘\n',
    );
  });

  test('is log for what is no object', () => {
    assert.strictEqual(table('x'), 'x\n');
    assert.throws(() => printer.table([], 5), { code: 'ERR_INVALID_ARG_TYPE' });
  });
});

test('a stream that fails does not disturb the program unless asked to', () => {
  const broken = new Writable({
    write() {
      throw new Error('broken');
    },
  });
  new Console(broken).log('x');
  const loud = {
    write() {
      throw new Error('loud');
    },
  };
  assert.throws(() => new Console(loud, loud, false).log('x'), /loud/);
});

test('options are checked', () => {
  assert.throws(() => new Console(), { code: 'ERR_CONSOLE_WRITABLE_STREAM' });
  assert.throws(() => new Console({ stdout: out, colorMode: 'x' }), {
    code: 'ERR_INVALID_ARG_VALUE',
  });
  assert.throws(() => new Console({ stdout: out, groupIndentation: -1 }), {
    code: 'ERR_OUT_OF_RANGE',
  });
  assert.throws(
    () => new Console({ stdout: out, colorMode: true, inspectOptions: { colors: true } }),
    {
      code: 'ERR_INCOMPATIBLE_OPTION_PAIR',
    },
  );
});

test('methods of the global console have the lengths of the standard, those of others their own', () => {
  const other = new Console(process.stdout);
  for (const [name, length] of Object.entries({ assert: 1, table: 2, dir: 2 })) {
    assert.strictEqual(console[name].length, 0);
    assert.strictEqual(other[name].length, length);
  }
});

test('a task runs its function', () => {
  assert.strictEqual(
    console.createTask('name').run(() => 5),
    5,
  );
  assert.throws(() => console.createTask(''), /non-empty string/);
});
