'use strict';

const test = require('node:test');
const assert = require('node:assert');
const { spawn } = require('node:child_process');

test('stdin that was paused while a read was under way holds the loop again once it is resumed', async () => {
  const child = spawn(process.execPath, [
    '-e',
    `process.stdin.once('data', () => {
       // By now the stream has asked for more.
       setImmediate(() => {
         process.stdin.pause();
         process.stdin.resume();
         process.stdin.once('data', (chunk) => {
           console.log('second ' + chunk);
           process.exit();
         });
         console.log('ready');
       });
     });
     console.log('started');`,
  ]);
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text;
    if (text.includes('started')) child.stdin.write('1');
    if (text.includes('ready')) child.stdin.write('2');
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.strictEqual(output, 'started\nready\nsecond 2\n');
  assert.strictEqual(code, 0);
});
