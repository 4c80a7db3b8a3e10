'use strict';
// What fits nowhere else: crypto and zlib in small, clocks, the console (standard output is /dev/null).
const crypto = require('node:crypto');
const zlib = require('node:zlib');
const { Console } = require('node:console');
const { Writable } = require('node:stream');
const { measure } = require('./measure');

const text = 'The quick brown fox jumps over the lazy dog. ';
const short = Buffer.from(text.repeat(3));
const long = Buffer.from(text.repeat(1456));
const noise = crypto.randomBytes(65536);
const log = Buffer.from(logLines()).subarray(0, 65536);

// What servers compress: lines with the same keys and other values. The same in every run.
function logLines() {
  let seed = 1;
  const pick = (count) => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
    return (seed >>> 8) % count;
  };
  const words = text.split(' ');
  return Array.from({ length: 700 }, (_, i) =>
    JSON.stringify({
      time: new Date(1.7e12 + i * 1000 + pick(1000)).toISOString(),
      id: pick(1e9).toString(36),
      path: `/${words[pick(9)]}/${words[pick(9)]}/${pick(5000)}`,
      status: [200, 200, 200, 304, 404][pick(5)],
      milliseconds: pick(10000) / 100,
    }),
  ).join('\n');
}

measure('crypto randomUUID', () => crypto.randomUUID());
measure('crypto randomBytes 16', () => crypto.randomBytes(16));
measure('crypto randomInt', () => crypto.randomInt(1000));
measure('crypto getRandomValues 16', () => globalThis.crypto.getRandomValues(new Uint8Array(16)));
measure('crypto createHash sha256', () => crypto.createHash('sha256').update(text).digest('hex'));
measure('crypto createHash md5', () => crypto.createHash('md5').update(text).digest('base64'));
measure('crypto createHash sha1 64k', () => crypto.createHash('sha1').update(long).digest());
measure('crypto hash sha256', () => crypto.hash('sha256', text));
measure('crypto createHmac sha256', () =>
  crypto.createHmac('sha256', 'key').update(text).digest('hex'),
);
measure('crypto timingSafeEqual', () => crypto.timingSafeEqual(short, short));

for (const [name, data] of [
  ['small', short],
  ['64k', log],
  ['64k noise', noise],
]) {
  const gz = zlib.gzipSync(data);
  const raw = zlib.deflateRawSync(data);
  const br = zlib.brotliCompressSync(data, {
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 },
  });
  measure(`zlib gzipSync ${name}`, () => zlib.gzipSync(data));
  measure(`zlib gunzipSync ${name}`, () => zlib.gunzipSync(gz));
  measure(`zlib deflateRawSync ${name}`, () => zlib.deflateRawSync(data));
  measure(`zlib inflateRawSync ${name}`, () => zlib.inflateRawSync(raw));
  measure(`zlib gzipSync level 1 ${name}`, () => zlib.gzipSync(data, { level: 1 }));
  measure(`zlib brotliCompressSync 4 ${name}`, () =>
    zlib.brotliCompressSync(data, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 4 } }),
  );
  measure(`zlib brotliDecompressSync ${name}`, () => zlib.brotliDecompressSync(br));
  measure(`zlib crc32 ${name}`, () => zlib.crc32(data));
}

measure('performance.now', () => performance.now());
measure('process.hrtime', () => process.hrtime());
measure('process.hrtime.bigint', () => process.hrtime.bigint());
measure('process.uptime', () => process.uptime());
measure('process.memoryUsage.rss', () => process.memoryUsage.rss());
measure('process.cwd', () => process.cwd());
measure('process.env read', () => process.env.HOME);
measure('Date.now', () => Date.now());

const flat = { id: 1, name: 'thing', ok: true };
const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
const quiet = new Console({ stdout: sink, stderr: sink });
measure('console.log text', () => console.log('hello, world'));
measure('console.log format', () => console.log('%s is %d', 'x', 42));
measure('console.log object', () => console.log(flat));
measure('Console log to a stream', () => quiet.log('hello, world'));
