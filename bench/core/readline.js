'use strict';

// node:readline over a file of 200 000 lines.

const fs = require('node:fs');
const readline = require('node:readline');
const { measureAsync } = require('./measure');
const { called, scratch } = require('./lib/scratch');

const LINES = 200_000;
const file = scratch('readline').join('lines.txt');
let text = '';
for (let i = 0; i < LINES; i++) text += `${i} a line of text that is about this long\n`;
fs.writeFileSync(file, text);

function open() {
  return readline.createInterface({ input: fs.createReadStream(file), crlfDelay: Infinity });
}

async function main() {
  await measureAsync('readline line events of 200k lines', () =>
    called((done) => {
      let count = 0;
      open()
        .on('line', () => count++)
        .on('close', () => done(count === LINES ? null : new Error(`${count} lines`)));
    }),
  );
  await measureAsync('readline for await over 200k lines', async () => {
    let count = 0;
    for await (const _line of open()) count++;
    if (count !== LINES) throw new Error(`${count} lines`);
  });
}

main();
