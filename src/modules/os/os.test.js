'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');

test('type, release and machine are what the kernel says', () => {
  assert.strictEqual(os.type(), 'Linux');
  assert.strictEqual(os.release(), fs.readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim());
  assert.strictEqual(os.hostname(), fs.readFileSync('/proc/sys/kernel/hostname', 'utf8').trim());
  assert.strictEqual(os.machine(), { x64: 'x86_64', arm64: 'aarch64' }[os.arch()]);
});

test('functions without arguments are their values in templates and sums', () => {
  assert.strictEqual(`${os.hostname}`, os.hostname());
  assert.strictEqual(+os.totalmem, os.totalmem());
});

test('setPriority refuses a value outside -20..19 before it reaches the system', () => {
  const before = os.getPriority();
  assert.throws(() => os.setPriority(0, 20), { name: 'RangeError', code: 'ERR_OUT_OF_RANGE' });
  assert.strictEqual(os.getPriority(), before);
});

test('a failed call is a SystemError with its details', () => {
  assert.throws(
    () => os.getPriority(-1),
    (error) => {
      assert.strictEqual(error.name, 'SystemError');
      assert.strictEqual(error.code, 'ERR_SYSTEM_ERROR');
      assert.deepStrictEqual(error.info, {
        errno: -3,
        code: 'ESRCH',
        message: 'no such process',
        syscall: 'uv_os_getpriority',
      });
      return true;
    },
  );
});

test('networkInterfaces groups the addresses of an interface', () => {
  const [loopback] = os.networkInterfaces().lo.filter(({ family }) => family === 'IPv4');
  assert.deepStrictEqual(loopback, {
    address: '127.0.0.1',
    netmask: '255.0.0.0',
    family: 'IPv4',
    mac: '00:00:00:00:00:00',
    internal: true,
    cidr: '127.0.0.1/8',
  });
});

test('userInfo gives text or bytes', (t) => {
  const known = fs.readFileSync('/etc/passwd', 'utf8').includes(`:${process.getuid()}:`);
  if (!known) return t.skip('the system does not know this user');
  const text = os.userInfo();
  const bytes = os.userInfo({ encoding: 'buffer' });
  assert.strictEqual(text.uid, process.getuid());
  assert.strictEqual(bytes.homedir.toString(), text.homedir);
  assert.strictEqual(os.userInfo({ encoding: 'hex' }).username, bytes.username.toString('hex'));
});

test('tmpdir follows the environment and drops the last slash', () => {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = '/some/where/';
  assert.strictEqual(os.tmpdir(), '/some/where');
  process.env.TMPDIR = '/';
  assert.strictEqual(os.tmpdir(), '/');
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
});

test('constants cannot be replaced, signals not even changed', () => {
  assert.strictEqual(os.constants.signals.SIGKILL, 9);
  assert.strictEqual(os.constants.errno.ENOENT, 2);
  assert.throws(() => {
    os.constants.signals.SIGKILL = 1;
  }, TypeError);
});

test('userInfo() takes an encoding that does not exist for UTF-8', () => {
  assert.strictEqual(os.userInfo({ encoding: 'nope' }).username, os.userInfo().username);
});
