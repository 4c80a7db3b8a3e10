'use strict';
const { test, describe } = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const util = require('node:util');

describe('format', () => {
  test('fills directives in order and appends what is left', () => {
    assert.strictEqual(
      util.format('%s is %d%%, %i of %f', 'x', '42', 3.9, '1.5z', { a: 1 }),
      'x is 42%, 3 of 1.5 { a: 1 }',
    );
    assert.strictEqual(util.format('%s %s', 'a'), 'a %s');
    assert.strictEqual(util.format('%c%s', 'color: red', 'a'), 'a');
    assert.strictEqual(util.format(1, 'a', 2n), '1 a 2n');
  });

  test('%s takes the text of objects that define one', () => {
    class Named {
      toString() {
        return 'named';
      }
    }
    assert.strictEqual(
      util.format('%s %s %s', new Named(), [1, [2, [3]]], -0),
      'named [ 1, [Array] ] -0',
    );
  });

  test('%j says [Circular] instead of failing', () => {
    const value = {};
    value.value = value;
    assert.strictEqual(util.format('%j', value), '[Circular]');
    assert.throws(
      () =>
        util.format('%j', {
          toJSON() {
            throw new Error('mine');
          },
        }),
      /mine/,
    );
  });
});

describe('promisify', () => {
  test('resolves with the value, rejects with the error, keeps this', async () => {
    const holder = {
      n: 2,
      add(x, callback) {
        callback(x < 0 ? new Error('negative') : null, this.n + x);
      },
    };
    const add = util.promisify(holder.add);
    assert.strictEqual(add.name, 'add');
    assert.strictEqual(await add.call(holder, 3), 5);
    await assert.rejects(add.call(holder, -1), /negative/);
  });

  test('prefers the function that promisify.custom names', () => {
    const own = async () => {};
    assert.strictEqual(
      util.promisify(Object.assign(() => {}, { [util.promisify.custom]: own })),
      own,
    );
    assert.throws(() => util.promisify(Object.assign(() => {}, { [util.promisify.custom]: 5 })), {
      code: 'ERR_INVALID_ARG_TYPE',
    });
  });
});

describe('callbackify', () => {
  test('gives the value, or the reason', (_t, done) => {
    const fn = util.callbackify(async (x) => x + 1);
    fn(1, (error, value) => {
      assert.strictEqual(error, null);
      assert.strictEqual(value, 2);
      util.callbackify(() => Promise.reject(null))((reason) => {
        assert.strictEqual(reason.code, 'ERR_FALSY_VALUE_REJECTION');
        assert.strictEqual(reason.reason, null);
        done();
      });
    });
  });
});

describe('deprecate', () => {
  test('warns once for each code and goes on working', async () => {
    const warnings = [];
    process.on('warning', (warning) => warnings.push(warning));
    class Old {
      constructor(x) {
        this.x = x;
      }
      static make() {
        return new Old(1);
      }
    }
    const Warned = util.deprecate(Old, 'Old is old', 'DEP_TEST');
    const other = util.deprecate((a, b) => a + b, 'also old', 'DEP_TEST');
    assert.ok(new Warned(2) instanceof Old);
    assert.strictEqual(Warned.make().x, 1);
    assert.strictEqual(other(1, 2), 3);
    assert.strictEqual(other.length, 2);
    await new Promise(setImmediate);
    process.removeAllListeners('warning');
    assert.deepStrictEqual(
      warnings.map((each) => [each.name, each.code, each.message]),
      [['DeprecationWarning', 'DEP_TEST', 'Old is old']],
    );
  });
});

describe('debuglog', () => {
  const run = (setting) =>
    spawnSync(
      process.execPath,
      ['-e', "const log = util.debuglog('net-a'); log('%d', 5); console.log(log.enabled)"],
      {
        env: { ...process.env, NODE_DEBUG: setting },
        encoding: 'utf8',
      },
    );

  test('writes only for the sections that NODE_DEBUG names', () => {
    assert.match(run('fs,NET-*').stderr, /^NET-A \d+: 5\n$/);
    assert.strictEqual(run('fs').stderr, '');
    assert.strictEqual(run('fs').stdout, 'false\n');
  });
});

describe('parseArgs', () => {
  const options = {
    verbose: { type: 'boolean', short: 'v' },
    file: { type: 'string', short: 'f', multiple: true },
  };

  test('reads long and short options, groups and positionals', () => {
    const { values, positionals } = util.parseArgs({
      args: ['-vfone', '--file=two', 'a', '--', '-b'],
      options,
      allowPositionals: true,
    });
    assert.deepStrictEqual({ ...values }, { verbose: true, file: ['one', 'two'] });
    assert.deepStrictEqual(positionals, ['a', '-b']);
  });

  test('refuses what it does not know, and values that look like options', () => {
    assert.throws(() => util.parseArgs({ args: ['--nope'], options }), {
      code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION',
    });
    assert.throws(() => util.parseArgs({ args: ['x'], options }), {
      code: 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL',
    });
    assert.throws(
      () => util.parseArgs({ args: ['-f', '-v'], options }),
      /use '--file=-XYZ' or '-f-XYZ'/,
    );
    assert.throws(() => util.parseArgs({ args: ['-v=1'], options }), {
      code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION',
    });
  });

  test('negates booleans where that is allowed', () => {
    const { values } = util.parseArgs({ args: ['--no-verbose'], options, allowNegative: true });
    assert.strictEqual(values.verbose, false);
  });
});

describe('parseEnv', () => {
  test('knows quotes, comments, export and several lines', () => {
    assert.deepStrictEqual(
      {
        ...util.parseEnv('# no\nA = 1 # one\nexport B="x\\ny"\nC=\'a # b\'\nD=`two\nlines`\nE=\n'),
      },
      { A: '1', B: 'x\ny', C: 'a # b', D: 'two\nlines', E: '' },
    );
  });
});

describe('MIMEType', () => {
  test('parses, changes and writes types', () => {
    const type = new util.MIMEType(' Text/HTML ; Charset="a;\\"b"; x=1; x=2 ');
    assert.strictEqual(String(type), 'text/html;charset="a;\\"b";x=1');
    type.subtype = 'plain';
    type.params.delete('x');
    type.params.set('y', '');
    assert.strictEqual(JSON.stringify(type), JSON.stringify('text/plain;charset="a;\\"b";y=""'));
    assert.throws(() => new util.MIMEType('text'), { code: 'ERR_INVALID_MIME_SYNTAX' });
    assert.throws(
      () => {
        type.type = 'a b';
      },
      { code: 'ERR_INVALID_MIME_SYNTAX' },
    );
  });
});

describe('styleText', () => {
  const style = (format, text) => util.styleText(format, text, { validateStream: false });

  test('returns to the outer style behind an inner one', () => {
    assert.strictEqual(
      style('red', `a${style('blue', 'b')}c`),
      '\u001b[31ma\u001b[34mb\u001b[31mc\u001b[39m',
    );
    assert.strictEqual(style(['bold', 'red'], 'x'), style('bold', style('red', 'x')));
    assert.throws(() => style('no color', 'x'), { code: 'ERR_INVALID_ARG_VALUE' });
  });

  test('does nothing for a stream that is no terminal', () => {
    const stream = { isTTY: false, write() {}, on() {} };
    const { FORCE_COLOR } = process.env;
    delete process.env.FORCE_COLOR;
    assert.strictEqual(util.styleText('red', 'x', { stream }), 'x');
    if (FORCE_COLOR !== undefined) process.env.FORCE_COLOR = FORCE_COLOR;
  });
});

test('stripVTControlCharacters removes styles and links', () => {
  assert.strictEqual(
    util.stripVTControlCharacters(
      '\u001b[31mred\u001b[39m \u001b]8;;http://x\u0007link\u001b]8;;\u0007',
    ),
    'red link',
  );
  const colored = '\u001b[4:3;58:2::255:0:0mwavy\u001b[m';
  assert.strictEqual(util.stripVTControlCharacters(colored), 'wavy');
  // A title goes up to its end, whatever is in it; without an end it is none.
  const titled = '\u001b]0;a\nb \u001b[1mc\u001b\\d\u001b]0;e';
  assert.strictEqual(util.stripVTControlCharacters(titled), 'd;e');
});

test('diff lists the edits from expected to actual', () => {
  assert.deepStrictEqual(util.diff('abc', 'adc'), [
    [0, 'a'],
    [1, 'b'],
    [-1, 'd'],
    [0, 'c'],
  ]);
  assert.deepStrictEqual(util.diff('a', 'a'), []);
});

test('system errors have names and messages', () => {
  assert.strictEqual(util.getSystemErrorName(-2), 'ENOENT');
  assert.strictEqual(util.getSystemErrorMessage(-2), 'no such file or directory');
  assert.deepStrictEqual(util.getSystemErrorMap().get(-2), ['ENOENT', 'no such file or directory']);
  assert.throws(() => util.getSystemErrorName(2), { code: 'ERR_OUT_OF_RANGE' });
});

test('getCallSites begins at the caller', () => {
  const sites = (function here() {
    return util.getCallSites(2);
  })();
  assert.strictEqual(sites.length, 2);
  assert.strictEqual(sites[0].functionName, 'here');
  assert.strictEqual(sites[0].scriptName, __filename);
  assert.throws(() => util.getCallSites(201), { code: 'ERR_OUT_OF_RANGE' });
});

test('aborted waits for the signal', async () => {
  const controller = new AbortController();
  const resource = {};
  const promise = util.aborted(controller.signal, resource);
  controller.abort();
  await promise;
  await assert.rejects(util.aborted(controller.signal, 5), { code: 'ERR_INVALID_ARG_TYPE' });
});

test('types tell what script cannot', () => {
  const { types } = util;
  assert.strictEqual(types, require('node:util/types'));
  assert.ok(types.isProxy(new Proxy({}, {})));
  assert.ok(types.isExternal !== undefined && !types.isExternal({}));
  assert.ok(types.isMapIterator(new Map().keys()) && !types.isSetIterator(new Map().keys()));
  assert.ok(types.isBoxedPrimitive(Object(1n)) && !types.isBoxedPrimitive(1n));
  assert.ok(types.isUint8Array(Buffer.alloc(1)) && !types.isUint8Array(new Uint8ClampedArray(1)));
  assert.ok(!types.isCryptoKey({}) && !types.isKeyObject(5));
});

test('%s takes the text of typed arrays, but not of other objects of the language', () => {
  assert.strictEqual(util.format('%s', new Uint8Array(2)), '0,0');
  assert.strictEqual(util.format('%s', new Map()), 'Map(0) {}');
  assert.throws(() => new (require('node:string_decoder').StringDecoder)(5n), {
    code: 'ERR_UNKNOWN_ENCODING',
    message: 'Unknown encoding: 5n',
  });
});

describe('parseArgs', () => {
  test('the first of two options with the same letter has it', () => {
    const options = {
      first: { type: 'string', short: 'a' },
      second: { type: 'boolean', short: 'a' },
    };
    const { values } = util.parseArgs({ args: ['-ab'], options });
    assert.deepStrictEqual({ ...values }, { first: 'b' });
  });

  test('--no-name negates though there is an option of that name', () => {
    const parse = (config) => ({ ...util.parseArgs({ allowNegative: true, ...config }).values });
    const both = { 'no-foo': { type: 'boolean' }, foo: { type: 'boolean' } };
    assert.deepStrictEqual(parse({ args: ['--no-foo'], options: both }), { foo: false });
    const text = { foo: { type: 'string' } };
    assert.deepStrictEqual(parse({ args: ['--no-foo'], options: text, strict: false }), {
      foo: false,
    });
    assert.deepStrictEqual(parse({ args: ['--no-foo=1'], options: text, strict: false }), {
      'no-foo': '1',
    });
    assert.throws(() => parse({ args: ['--no-foo'], options: text }), {
      code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION',
    });
  });
});

test('_extend copies no symbols', () => {
  assert.deepStrictEqual(util._extend({}, { a: 1, [Symbol.iterator]: 2 }), { a: 1 });
  assert.strictEqual(util._extend('text', {}), 'text');
});

test('a MIME type without slash is refused where its first wrong character stands', () => {
  assert.throws(() => new util.MIMEType('a,b'), { message: /"a,b" is invalid at 1$/ });
  assert.throws(() => new util.MIMEType('ab'), { message: /"ab" is invalid$/ });
  assert.throws(() => util.MIMEType.parse(Symbol('s')), { name: 'TypeError' });
});
