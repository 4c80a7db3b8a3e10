'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { after, before, describe, test } = require('node:test');
const { pathToFileURL } = require('node:url');
const { promisify } = require('node:util');

let root;
let count = 0;
/** A path in the tests' directory that no other test uses. */
const fresh = () => path.join(root, `entry-${count++}`);

before(() => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-fs-'));
});
after(() => fs.rmSync(root, { recursive: true, force: true }));

describe('arguments', () => {
  test('a path with a NUL is refused before it reaches the system', () => {
    assert.throws(() => fs.statSync('a\0b'), { name: 'TypeError', code: 'ERR_INVALID_ARG_VALUE' });
    assert.equal(fs.existsSync('a\0b'), false);
  });

  test('a missing callback is an error of the call', () => {
    assert.throws(() => fs.stat(root), {
      code: 'ERR_INVALID_ARG_TYPE',
      message: 'The "cb" argument must be of type function. Received undefined',
    });
  });

  test('open flags name a mode and modifiers in either order', () => {
    const file = fresh();
    fs.closeSync(fs.openSync(file, 'xw'));
    assert.throws(() => fs.openSync(file, 'wx'), { code: 'EEXIST', syscall: 'open', path: file });
    assert.throws(() => fs.openSync(file, 'rx'), { code: 'ERR_INVALID_ARG_VALUE' });
  });

  test('positions of reads are checked, also as bigints', () => {
    const file = fresh();
    fs.writeFileSync(file, 'abcdef');
    const fd = fs.openSync(file);
    const buffer = Buffer.alloc(2);
    try {
      assert.equal(fs.readSync(fd, buffer, 0, 2, 3n), 2);
      assert.equal(buffer.toString(), 'de');
      assert.throws(() => fs.readSync(fd, buffer, 0, 2, 2n ** 63n), { code: 'ERR_OUT_OF_RANGE' });
      assert.throws(() => fs.readSync(fd, buffer, 0, 3), { code: 'ERR_OUT_OF_RANGE' });
    } finally {
      fs.closeSync(fd);
    }
  });
});

describe('whole files', () => {
  test('text survives whatever its characters are', () => {
    const file = fresh();
    for (const text of ['', 'plain', 'caf\u00e9', '\u20ac and \u{1f600}']) {
      fs.writeFileSync(file, text);
      assert.equal(fs.readFileSync(file, 'utf8'), text);
      assert.deepEqual(fs.readFileSync(file), Buffer.from(text));
    }
  });

  test('invalid UTF-8 becomes replacement characters, one for each broken sequence', () => {
    const file = fresh();
    const bytes = Buffer.from([0x41, 0xff, 0xe2, 0x82, 0x42, 0xf0, 0x9f, 0x98]);
    fs.writeFileSync(file, bytes);
    assert.equal(fs.readFileSync(file, 'utf8'), new TextDecoder().decode(bytes));
  });

  test('files without a size are read to their end', () => {
    assert.match(fs.readFileSync('/proc/self/status', 'utf8'), /^Name:/);
  });

  test('reading a directory fails in read, without a path', () => {
    assert.throws(() => fs.readFileSync(root), {
      code: 'EISDIR',
      message: 'EISDIR: illegal operation on a directory, read',
    });
  });

  test('a descriptor is read from where it stands', () => {
    const file = fresh();
    fs.writeFileSync(file, 'hello world');
    const fd = fs.openSync(file);
    fs.readSync(fd, Buffer.alloc(6));
    assert.equal(fs.readFileSync(fd, 'utf8'), 'world');
    fs.closeSync(fd);
  });

  test('a buffer of the caller is filled, and one that is too small refused', () => {
    const file = fresh();
    fs.writeFileSync(file, 'content');
    const buffer = Buffer.alloc(16);
    const data = fs.readFileSync(file, { buffer });
    assert.equal(data.toString(), 'content');
    assert.equal(data.buffer, buffer.buffer);
    assert.throws(() => fs.readFileSync(file, { buffer: Buffer.alloc(3) }), {
      code: 'ERR_INVALID_ARG_VALUE',
    });
  });

  test('an aborted signal ends readFile with its reason as the cause', async () => {
    const reason = new Error('enough');
    await assert.rejects(fs.promises.readFile(__filename, { signal: AbortSignal.abort(reason) }), {
      name: 'AbortError',
      cause: reason,
    });
  });

  test('writeFile takes what comes piece by piece', async () => {
    const file = fresh();
    async function* pieces() {
      yield 'one ';
      yield Buffer.from('two');
    }
    await fs.promises.writeFile(file, pieces());
    assert.equal(await fs.promises.readFile(file, 'utf8'), 'one two');
  });
});

describe('stats', () => {
  test('numbers and bigints tell the same', () => {
    const small = fs.statSync(__filename);
    const big = fs.statSync(__filename, { bigint: true });
    assert.equal(BigInt(small.ino), big.ino);
    assert.equal(BigInt(small.size), big.size);
    assert.equal(big.mtimeMs, big.mtimeNs / 1_000_000n);
    assert.equal(small.mtime.getTime(), Math.round(small.mtimeMs));
    assert.ok(small.isFile() && big.isFile());
    assert.ok(small instanceof fs.Stats);
  });

  test('a missing file is undefined when it may be', async () => {
    assert.equal(fs.statSync(fresh(), { throwIfNoEntry: false }), undefined);
    await assert.rejects(fs.promises.stat(fresh()), { code: 'ENOENT', syscall: 'stat' });
  });

  test('times are set from numbers, texts and dates', () => {
    const file = fresh();
    fs.writeFileSync(file, '');
    fs.utimesSync(file, '12.5', new Date(99_250));
    const { atimeMs, mtimeMs } = fs.statSync(file);
    assert.deepEqual([atimeMs, mtimeMs], [12_500, 99_250]);
  });
});

describe('directories', () => {
  test('mkdir -p returns the first directory that it made', () => {
    const base = fresh();
    assert.equal(fs.mkdirSync(path.join(base, 'a', 'b'), { recursive: true }), base);
    assert.equal(fs.mkdirSync(path.join(base, 'a', 'b'), { recursive: true }), undefined);
    fs.writeFileSync(path.join(base, 'file'), '');
    assert.throws(() => fs.mkdirSync(path.join(base, 'file', 'x'), { recursive: true }), {
      code: 'ENOTDIR',
    });
  });

  test('readdir is sorted, and a tree is listed with relative names', () => {
    const base = fresh();
    for (const name of ['b', 'a']) fs.mkdirSync(path.join(base, name), { recursive: true });
    fs.writeFileSync(path.join(base, 'b', 'f'), '');
    assert.deepEqual(fs.readdirSync(base), ['a', 'b']);
    assert.deepEqual(fs.readdirSync(base, { recursive: true }), ['a', 'b', 'b/f']);
    const [first] = fs.readdirSync(base, { withFileTypes: true });
    assert.ok(first.isDirectory());
    assert.equal(first.parentPath, base);
  });

  test('an iterated Dir closes itself', async () => {
    const base = fresh();
    fs.mkdirSync(base);
    fs.writeFileSync(path.join(base, 'only'), '');
    const dir = await fs.promises.opendir(base);
    const names = [];
    for await (const entry of dir) names.push(entry.name);
    assert.deepEqual(names, ['only']);
    await assert.rejects(dir.close(), { code: 'ERR_DIR_CLOSED' });
  });

  test('rm wants to be told before it removes a directory', async () => {
    const base = fresh();
    fs.mkdirSync(path.join(base, 'deep', 'er'), { recursive: true });
    await assert.rejects(fs.promises.rm(base), { code: 'ERR_FS_EISDIR' });
    await fs.promises.rm(base, { recursive: true });
    assert.equal(fs.existsSync(base), false);
    assert.throws(() => fs.rmSync(base), { code: 'ENOENT', syscall: 'lstat' });
    fs.rmSync(base, { force: true });
  });
});

describe('links', () => {
  test('realpath names the component that is missing', () => {
    const base = fresh();
    fs.mkdirSync(base);
    fs.symlinkSync(base, path.join(base, 'self'));
    const real = fs.realpathSync(base);
    assert.equal(fs.realpathSync(path.join(base, 'self', 'self')), real);
    assert.throws(() => fs.realpathSync(path.join(base, 'self', 'no', 'thing')), {
      code: 'ENOENT',
      syscall: 'lstat',
      path: path.join(real, 'no'),
    });
  });

  test('links in a circle are an error and no endless loop', () => {
    const base = fresh();
    fs.mkdirSync(base);
    fs.symlinkSync('two', path.join(base, 'one'));
    fs.symlinkSync('one', path.join(base, 'two'));
    assert.throws(() => fs.realpathSync(path.join(base, 'one')), { code: 'ELOOP' });
  });
});

describe('cp', () => {
  test('copies a tree, with links made absolute', async () => {
    const from = fresh();
    const to = fresh();
    fs.mkdirSync(path.join(from, 'sub'), { recursive: true });
    fs.writeFileSync(path.join(from, 'sub', 'file'), 'x');
    fs.symlinkSync('file', path.join(from, 'sub', 'link'));
    await fs.promises.cp(from, to, { recursive: true });
    assert.equal(fs.readFileSync(path.join(to, 'sub', 'file'), 'utf8'), 'x');
    assert.equal(fs.readlinkSync(path.join(to, 'sub', 'link')), path.join(from, 'sub', 'file'));
  });

  test('refuses to copy a directory into itself', () => {
    const base = fresh();
    fs.mkdirSync(base);
    assert.throws(() => fs.cpSync(base, path.join(base, 'in'), { recursive: true }), {
      code: 'ERR_FS_CP_EINVAL',
    });
  });
});

describe('glob', () => {
  test('`**` crosses directories but no links, and hidden names have to be asked for', () => {
    const base = fresh();
    fs.mkdirSync(path.join(base, 'a', 'b'), { recursive: true });
    fs.mkdirSync(path.join(base, '.hidden'));
    fs.writeFileSync(path.join(base, 'a', 'b', 'x.js'), '');
    fs.writeFileSync(path.join(base, '.hidden', 'y.js'), '');
    fs.symlinkSync('a', path.join(base, 'link'));
    const at = (pattern) => fs.globSync(pattern, { cwd: base }).sort();
    assert.deepEqual(at('**/*.js'), ['a/b/x.js']);
    assert.deepEqual(at('.*/*.js'), ['.hidden/y.js']);
    assert.deepEqual(at('link/**/*.js'), ['link/b/x.js']);
    assert.deepEqual(fs.globSync('**', { cwd: base, exclude: ['a'] }).sort(), ['.', 'link']);
  });
});

describe('streams', () => {
  test('a range of a file is read in chunks of the mark', async () => {
    const file = fresh();
    fs.writeFileSync(file, '0123456789');
    const chunks = [];
    for await (const chunk of fs.createReadStream(file, { start: 2, end: 8, highWaterMark: 3 })) {
      chunks.push(String(chunk));
    }
    assert.deepEqual(chunks, ['234', '567', '8']);
  });

  test('what is written is there when the stream has closed', async () => {
    const file = fresh();
    const stream = fs.createWriteStream(file);
    stream.write('a');
    stream.write('b');
    stream.end('c');
    await new Promise((resolve) => stream.on('close', resolve));
    assert.equal(stream.bytesWritten, 3);
    assert.equal(fs.readFileSync(file, 'utf8'), 'abc');
  });
});

describe('file handles', () => {
  test('close waits for what runs, and later calls say that the file is closed', async () => {
    const handle = await fs.promises.open(__filename);
    const reading = handle.read(Buffer.alloc(4), 0, 4, 0);
    const closing = handle.close();
    assert.equal((await reading).bytesRead, 4);
    await closing;
    assert.equal(handle.fd, -1);
    await assert.rejects(handle.stat(), { code: 'EBADF', message: 'file closed' });
  });
});

test('promisified read and exists have their own shapes', async () => {
  const fd = fs.openSync(__filename);
  const { bytesRead, buffer } = await promisify(fs.read)(fd, Buffer.alloc(3), 0, 3, 0);
  fs.closeSync(fd);
  assert.equal(bytesRead, 3);
  assert.equal(buffer.length, 3);
  assert.equal(await promisify(fs.exists)(__filename), true);
});

test('URLs and bytes are paths', () => {
  assert.ok(fs.statSync(pathToFileURL(__filename)).isFile());
  assert.ok(fs.statSync(Buffer.from(__filename)).isFile());
});

test('a failed promise shows who waited for it', async () => {
  async function caller() {
    await fs.promises.access(fresh());
  }
  await assert.rejects(caller(), { code: 'ENOENT', stack: /at async caller/ });
});

test('a watcher of a tree learns of files in directories that appear later', async () => {
  const base = fresh();
  fs.mkdirSync(base);
  const watcher = fs.watch(base, { recursive: true });
  const wanted = path.join('new', 'file');
  const seen = new Promise((resolve) => {
    watcher.on('change', (_event, name) => {
      if (name === wanted) resolve();
    });
  });
  fs.mkdirSync(path.join(base, 'new'));
  fs.writeFileSync(path.join(base, wanted), '');
  await seen;
  watcher.close();
});

describe('what the kernel can answer at once', () => {
  test('comes no earlier than an immediate that an event of the loop has set', async () => {
    const order = [];
    await new Promise((resolve) => {
      fs.stat(__filename, () => {
        fs.stat(__filename, () => {
          order.push('stat');
          resolve();
        });
        setImmediate(() => order.push('immediate'));
      });
    });
    assert.deepEqual(order, ['immediate', 'stat']);
  });

  test('keeps the async context and the error of the call', async () => {
    const { AsyncLocalStorage } = require('node:async_hooks');
    const storage = new AsyncLocalStorage();
    await storage.run('mine', async () => {
      await assert.rejects(fs.promises.stat(path.join(root, 'missing')), {
        code: 'ENOENT',
        syscall: 'stat',
      });
      assert.equal(storage.getStore(), 'mine');
    });
  });

  test('more calls than are answered at once all end', async () => {
    const file = fresh();
    fs.writeFileSync(file, 'content');
    const texts = await Promise.all(
      Array.from({ length: 500 }, () => fs.promises.readFile(file, 'utf8')),
    );
    assert.ok(texts.every((text) => text === 'content'));
  });

  test('a FIFO is opened elsewhere, since that waits for its other end', async () => {
    const fifo = fresh();
    require('node:child_process').execFileSync('mkfifo', [fifo]);
    const opened = promisify(fs.open)(fifo, 'r');
    await new Promise((resolve) => setImmediate(resolve));
    const writer = fs.openSync(fifo, 'r+');
    fs.closeSync(await opened);
    fs.closeSync(writer);
  });

  test('reads go on where the last one ended, up to the end', async () => {
    const file = fresh();
    fs.writeFileSync(file, 'abcdef');
    const handle = await fs.promises.open(file);
    const buffer = Buffer.alloc(4);
    assert.equal((await handle.read(buffer, 0, 4)).bytesRead, 4);
    assert.equal((await handle.read(buffer, 0, 4)).bytesRead, 2);
    assert.equal((await handle.read(buffer, 0, 4)).bytesRead, 0);
    assert.equal(String(buffer), 'efcd');
    await handle.close();
  });
});

describe('calls that need no thread', () => {
  test('their callbacks come in a later turn', async () => {
    const file = fresh();
    fs.writeFileSync(file, 'old');
    const events = [];
    const fd = fs.openSync(file, 'r');
    const calls = [
      promisify(fs.writeFile)(file, 'new').then(() => events.push('written')),
      promisify(fs.readdir)(root).then(() => events.push('listed')),
      promisify(fs.close)(fd).then(() => events.push('closed')),
    ];
    await null;
    process.nextTick(() => events.push('tick'));
    assert.deepEqual(events, []);
    await Promise.all(calls);
    assert.deepEqual(events.toSorted(), ['closed', 'listed', 'tick', 'written']);
    assert.equal(events[0], 'tick');
    assert.equal(fs.readFileSync(file, 'utf8'), 'new');
  });

  test('a file that gets shorter keeps nothing of its old content', async () => {
    const file = fresh();
    for (const text of ['x'.repeat(100_000), 'long enough', 'short', '']) {
      await fs.promises.writeFile(file, text);
      assert.equal(fs.readFileSync(file, 'utf8'), text);
    }
  });

  test('appends come one behind the other', async () => {
    const file = fresh();
    fs.writeFileSync(file, '');
    let expected = '';
    for (let i = 0; i < 100; i++) {
      await fs.promises.appendFile(file, `${i},`);
      expected += `${i},`;
    }
    assert.equal(fs.readFileSync(file, 'utf8'), expected);
  });

  test('names are listed by their bytes', async () => {
    const folder = fresh();
    fs.mkdirSync(folder);
    const names = [
      'b',
      'a',
      'ab',
      'abcdefghij',
      'abcdefghi',
      'abcdefghia',
      'é',
      'z',
      'ÿ',
      '😀',
      'Z',
      '.x',
    ];
    for (const name of names) fs.writeFileSync(path.join(folder, name), '');
    const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    assert.deepEqual(fs.readdirSync(folder), sorted);
    assert.deepEqual(await fs.promises.readdir(folder), sorted);
    const entries = await fs.promises.readdir(folder, { withFileTypes: true });
    assert.deepEqual(
      entries.map((entry) => entry.name),
      sorted,
    );
    assert.equal(
      entries.every((entry) => entry.isFile() && entry.parentPath === folder),
      true,
    );
  });

  test('a folder of many names is listed whole', async () => {
    const folder = fresh();
    fs.mkdirSync(folder);
    const names = Array.from({ length: 2500 }, (_, i) => `a name of a file, number ${10_000 + i}`);
    for (const name of names) fs.closeSync(fs.openSync(path.join(folder, name), 'w'));
    assert.deepEqual(fs.readdirSync(folder), names);
    assert.deepEqual(await fs.promises.readdir(folder), names);
  });
});

describe('synchronous calls in optimized code', () => {
  const failing = {
    open: (file) => fs.openSync(file),
    access: (file) => fs.accessSync(file),
    read: (_file, fd) => fs.readSync(fd, Buffer.alloc(8)),
    close: () => fs.closeSync(0x7fffffff),
  };
  for (const [name, call] of Object.entries(failing)) {
    test(`${name} fails with the error of the system`, () => {
      const file = fresh();
      const fd = fs.openSync(file, 'w');
      fs.unlinkSync(file);
      const code = name === 'open' || name === 'access' ? 'ENOENT' : 'EBADF';
      for (let i = 0; i < 5000; i++) {
        assert.throws(
          () => call(file, fd),
          (error) => error.code === code && error.syscall === name,
        );
      }
      fs.closeSync(fd);
    });
  }

  test('a path may have any characters', () => {
    for (const name of ['plain', 'äöü', 'ÿ'.repeat(120), '漢字', '😀']) {
      const file = path.join(root, `optimized-${name}`);
      fs.writeFileSync(file, name);
      for (let i = 0; i < 3000; i++) {
        assert.equal(fs.existsSync(file), true);
        assert.equal(fs.existsSync(`${file}.`), false);
      }
      const fd = fs.openSync(file);
      const bytes = new Uint16Array(400);
      const count = fs.readSync(fd, bytes, 0, 800, 0);
      assert.equal(Buffer.from(bytes.buffer, 0, count).toString(), name);
      fs.closeSync(fd);
    }
    assert.equal(fs.existsSync('x'.repeat(10_000)), false);
  });
});
