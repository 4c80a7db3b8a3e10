'use strict';

// Starting programs: /bin/true and a shell, not the runtime itself.

const childProcess = require('node:child_process');
const { measure, measureAsync } = require('./measure');
const { called } = require('./scratch');

const TRUE = '/bin/true';

async function main() {
  await measureAsync('spawn', () =>
    called((done) => childProcess.spawn(TRUE).on('error', done).on('close', () => done())),
  );
  await measureAsync('spawn without pipes', () =>
    called((done) => {
      childProcess
        .spawn(TRUE, { stdio: 'ignore' })
        .on('error', done)
        .on('exit', () => done());
    }),
  );
  await measureAsync('spawn, 64 KB through cat', () =>
    called((done) => {
      const child = childProcess.spawn('/bin/cat');
      child.stdout.on('data', () => {});
      child.on('error', done).on('close', () => done());
      child.stdin.end(Buffer.alloc(64 * 1024, 'x'));
    }),
  );
  await measureAsync('spawn, 16 MB from head', () =>
    called((done) => {
      const child = childProcess.spawn('head', ['-c', String(16 * 1024 * 1024), '/dev/zero']);
      child.stdout.on('data', () => {});
      child.on('error', done).on('close', () => done());
    }),
  );
  await measureAsync('exec', () => called((done) => childProcess.exec('echo hello', done)));
  await measureAsync('execFile', () =>
    called((done) => childProcess.execFile('/bin/echo', ['hello'], done)),
  );
  measure('spawnSync', () => childProcess.spawnSync(TRUE));
  measure('execFileSync', () => childProcess.execFileSync('/bin/echo', ['hello']));
  measure('execSync', () => childProcess.execSync('echo hello'));
}

main();
