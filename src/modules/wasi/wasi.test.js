'use strict';

const { test, describe, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

process.removeAllListeners('warning');
const { WASI } = require('node:wasi');

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-wasi-'));
const at = (name) => path.join(folder, name);
before(() => {
  fs.mkdirSync(at('box/inner'), { recursive: true });
  fs.writeFileSync(at('box/file'), 'hello world');
  fs.writeFileSync(at('outside'), 'secret');
  fs.symlinkSync('../outside', at('box/escape'));
  fs.symlinkSync('file', at('box/link'));
  fs.symlinkSync('loop', at('box/loop'));
});
after(() => fs.rmSync(folder, { recursive: true, force: true }));

const kErrors = {
  SUCCESS: 0,
  BADF: 8,
  INVAL: 28,
  LOOP: 32,
  NOENT: 44,
  NOTDIR: 54,
  OVERFLOW: 61,
  NOTCAPABLE: 76,
};
const kAll = 0x0fffffffn; // rights, all but those of sockets

/** Runs `main(calls, memory)` as a program; gives its exit code. */
function run(options, main) {
  const wasi = new WASI({ version: 'preview1', ...options });
  const memory = new WebAssembly.Memory({ initial: 1 });
  const tools = {
    view: () => new DataView(memory.buffer),
    u32: (pointer) => new DataView(memory.buffer).getUint32(pointer, true),
    put(pointer, text) {
      new Uint8Array(memory.buffer).set(Buffer.from(text), pointer);
      return Buffer.byteLength(text);
    },
    text: (pointer, length) => Buffer.from(memory.buffer, pointer, length).toString(),
    /** One (pointer, length) at 0. */
    vector(pointer, length) {
      tools.view().setUint32(0, pointer, true);
      tools.view().setUint32(4, length, true);
    },
    /** Opens a path below the first preopened directory: [errno, descriptor]. */
    open(name, { look = 1, flags = 0 } = {}) {
      const length = tools.put(512, name);
      const error = wasi.wasiImport.path_open(3, look, 512, length, flags, kAll, kAll, 0, 8);
      return [error, tools.u32(8)];
    },
  };
  return wasi.start({ exports: { memory, _start: () => main(wasi.wasiImport, tools) } });
}

const box = { preopens: { '/box': at('box') } };

describe('programs', () => {
  test('get their arguments and environment', () => {
    run({ args: ['prog', 'ä'], env: { A: '1', B: undefined } }, (calls, { u32, text }) => {
      assert.strictEqual(calls.args_sizes_get(0, 4), 0);
      assert.deepStrictEqual([u32(0), u32(4)], [2, 8]);
      assert.strictEqual(calls.args_get(16, 64), 0);
      assert.deepStrictEqual([u32(16), u32(20)], [64, 69]);
      assert.strictEqual(text(64, 8), 'prog\0ä\0');
      calls.environ_sizes_get(0, 4);
      assert.deepStrictEqual([u32(0), u32(4)], [1, 4]);
      calls.environ_get(16, 64);
      assert.strictEqual(text(64, 4), 'A=1\0');
    });
  });

  test('exit with a code', () => {
    assert.strictEqual(
      run({}, (calls) => calls.proc_exit(7)),
      7,
    );
    assert.strictEqual(
      run({}, () => {}),
      0,
    );
  });

  test('end the process where they are told to', () => {
    const code = `
      const { WASI } = require('wasi');
      const wasi = new WASI({ version: 'preview1', returnOnExit: false });
      const memory = new WebAssembly.Memory({ initial: 1 });
      wasi.start({ exports: { memory, _start: () => wasi.wasiImport.proc_exit(5) } });`;
    assert.strictEqual(spawnSync(process.execPath, ['--no-warnings', '-e', code]).status, 5);
  });

  test('write to the descriptors that they are given', () => {
    const stdout = fs.openSync(at('stdout'), 'w');
    run({ stdout }, (calls, { put, vector, u32 }) => {
      vector(64, put(64, 'to the file'));
      assert.strictEqual(calls.fd_write(1, 0, 1, 8), 0);
      assert.strictEqual(u32(8), 11);
    });
    fs.closeSync(stdout);
    assert.strictEqual(fs.readFileSync(at('stdout'), 'utf8'), 'to the file');
  });

  test('know the time and get chance', () => {
    run({}, (calls, { view, text }) => {
      assert.strictEqual(calls.clock_time_get(0, 1n, 0), 0);
      const seconds = Number(view().getBigUint64(0, true) / 1000000000n);
      assert.ok(Math.abs(seconds - Date.now() / 1e3) < 60);
      assert.strictEqual(calls.clock_time_get(9, 1n, 0), kErrors.INVAL);
      assert.strictEqual(calls.random_get(64, 32), 0);
      assert.notStrictEqual(text(64, 32), '\0'.repeat(32));
    });
  });

  test('wait for a clock', () => {
    run({}, (calls, { view, u32 }) => {
      view().setBigUint64(64, 42n, true); // userdata
      view().setUint32(64 + 16, 1, true); // monotonic
      view().setBigUint64(64 + 24, 1000000n, true);
      const before = process.hrtime.bigint();
      assert.strictEqual(calls.poll_oneoff(64, 256, 1, 0), 0);
      assert.ok(process.hrtime.bigint() - before >= 1000000n);
      assert.strictEqual(u32(0), 1);
      assert.strictEqual(view().getBigUint64(256, true), 42n);
    });
  });
});

describe('files', () => {
  test('are read, sought and told', () => {
    run(box, (calls, { open, vector, text, u32, view }) => {
      const [error, fd] = open('file');
      assert.strictEqual(error, 0);
      vector(64, 5);
      assert.strictEqual(calls.fd_read(fd, 0, 1, 8), 0);
      assert.strictEqual(text(64, u32(8)), 'hello');
      assert.strictEqual(calls.fd_seek(fd, 1n, 1, 16), 0);
      assert.strictEqual(view().getBigUint64(16, true), 6n);
      assert.strictEqual(calls.fd_read(fd, 0, 1, 8), 0);
      assert.strictEqual(text(64, u32(8)), 'world');
      assert.strictEqual(calls.fd_close(fd), 0);
      assert.strictEqual(calls.fd_close(fd), kErrors.BADF);
    });
  });

  test('are made, written, measured and removed', () => {
    run(box, (calls, { open, put, vector, view }) => {
      const [error, fd] = open('new', { flags: 1 });
      assert.strictEqual(error, 0);
      vector(64, put(64, 'abc'));
      assert.strictEqual(calls.fd_write(fd, 0, 1, 8), 0);
      assert.strictEqual(fs.readFileSync(at('box/new'), 'utf8'), 'abc');
      assert.strictEqual(calls.fd_filestat_get(fd, 128), 0);
      assert.strictEqual(view().getUint8(128 + 16), 4); // a regular file
      assert.strictEqual(view().getBigUint64(128 + 32, true), 3n);
      calls.fd_close(fd);
      assert.strictEqual(calls.path_unlink_file(3, 512, put(512, 'new')), 0);
      assert.strictEqual(fs.existsSync(at('box/new')), false);
    });
  });

  test('in a directory are listed, in parts if need be', () => {
    run(box, (calls, { view, text, u32 }) => {
      const names = [];
      for (let cookie = 0n; ; ) {
        assert.strictEqual(calls.fd_readdir(3, 1024, 64, cookie, 8), 0);
        const used = u32(8);
        let pointer = 1024;
        while (pointer + 24 <= 1024 + used) {
          const length = u32(pointer + 16);
          if (pointer + 24 + length > 1024 + used) break;
          names.push(text(pointer + 24, length));
          cookie = view().getBigUint64(pointer, true);
          pointer += 24 + length;
        }
        if (used < 64) break;
      }
      const own = names.filter((name) => name !== '.' && name !== '..');
      assert.deepStrictEqual(own.sort(), ['escape', 'file', 'inner', 'link', 'loop']);
    });
  });

  test('outside of what was given cannot be had', () => {
    run(box, (_calls, { open }) => {
      assert.strictEqual(open('../outside')[0], kErrors.NOTCAPABLE);
      assert.strictEqual(open('inner/../../outside')[0], kErrors.NOTCAPABLE);
      assert.strictEqual(open('escape')[0], kErrors.NOTCAPABLE);
      assert.strictEqual(open('/etc/passwd')[0], kErrors.NOTCAPABLE);
      assert.strictEqual(open('link')[0], 0);
      assert.strictEqual(open('loop')[0], kErrors.LOOP);
      assert.strictEqual(open('none')[0], kErrors.NOENT);
      assert.strictEqual(open('file', { flags: 2 })[0], kErrors.NOTDIR);
    });
  });

  test('are known by the names they were given under', () => {
    run(box, (calls, { u32, text }) => {
      assert.strictEqual(calls.fd_prestat_get(3, 0), 0);
      assert.deepStrictEqual([u32(0), u32(4)], [0, 4]);
      assert.strictEqual(calls.fd_prestat_dir_name(3, 64, 4), 0);
      assert.strictEqual(text(64, 4), '/box');
      assert.strictEqual(calls.fd_prestat_get(4, 0), kErrors.BADF);
    });
  });
});

describe('mistakes', () => {
  test('in the options are told at once', () => {
    assert.throws(() => new WASI(), { code: 'ERR_INVALID_ARG_TYPE' });
    assert.throws(() => new WASI({ version: 'x' }), { code: 'ERR_INVALID_ARG_VALUE' });
    assert.throws(() => new WASI({ version: 'preview1', args: 'x' }), {
      code: 'ERR_INVALID_ARG_TYPE',
    });
    assert.throws(() => new WASI({ version: 'preview1', preopens: { '/': '/none/such' } }), {
      code: 'UVWASI_ENOENT',
    });
  });

  test('of a program are errors of its calls', () => {
    run({}, (calls) => {
      assert.strictEqual(calls.fd_close(), kErrors.INVAL);
      assert.strictEqual(calls.fd_close('1'), kErrors.INVAL);
      assert.strictEqual(calls.clock_time_get(1, 1n, 0xffffffff), kErrors.OVERFLOW);
    });
  });

  test('in the order of things', () => {
    const wasi = new WASI({ version: 'preview1' });
    assert.throws(() => wasi.wasiImport.sched_yield(), { code: 'ERR_WASI_NOT_STARTED' });
    assert.throws(() => wasi.start({ exports: { _start() {} } }), { code: 'ERR_INVALID_ARG_TYPE' });
    const memory = new WebAssembly.Memory({ initial: 1 });
    assert.strictEqual(wasi.start({ exports: { memory, _start() {} } }), 0);
    assert.throws(() => wasi.start({ exports: { memory, _start() {} } }), {
      code: 'ERR_WASI_ALREADY_STARTED',
    });
  });
});

test('the import object goes by the version', () => {
  for (const [version, name] of [
    ['preview1', 'wasi_snapshot_preview1'],
    ['unstable', 'wasi_unstable'],
  ]) {
    const wasi = new WASI({ version });
    assert.deepStrictEqual(wasi.getImportObject(), { [name]: wasi.wasiImport });
  }
});
