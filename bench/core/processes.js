'use strict';

// Starting programs: /bin/true and a shell, not the runtime itself.

const childProcess = require('node:child_process');
const { measure, measureAsync } = require('./measure');
const { called } = require('./lib/scratch');

const TRUE = '/bin/true';

async function main() {
  await measureAsync('child_process spawn', () =>
    called((done) =>
      childProcess
        .spawn(TRUE)
        .on('error', done)
        .on('close', () => done()),
    ),
  );
  await measureAsync('child_process spawn without pipes', () =>
    called((done) => {
      childProcess
        .spawn(TRUE, { stdio: 'ignore' })
        .on('error', done)
        .on('exit', () => done());
    }),
  );
  await measureAsync('child_process spawn, 64 KB through cat', () =>
    called((done) => {
      const child = childProcess.spawn('/bin/cat');
      child.stdout.on('data', () => {});
      child.on('error', done).on('close', () => done());
      child.stdin.end(Buffer.alloc(64 * 1024, 'x'));
    }),
  );
  await measureAsync('child_process spawn, 16 MB from head', () =>
    called((done) => {
      const child = childProcess.spawn('head', ['-c', String(16 * 1024 * 1024), '/dev/zero']);
      child.stdout.on('data', () => {});
      child.on('error', done).on('close', () => done());
    }),
  );
  await measureAsync('child_process exec', () =>
    called((done) => childProcess.exec('echo hello', done)),
  );
  await measureAsync('child_process execFile', () =>
    called((done) => childProcess.execFile('/bin/echo', ['hello'], done)),
  );
  measure('child_process spawnSync', () => childProcess.spawnSync(TRUE));
  measure('child_process execFileSync', () => childProcess.execFileSync('/bin/echo', ['hello']));
  measure('child_process execSync', () => childProcess.execSync('echo hello'));
}

main();
