'use strict';
const test = require('node:test');
const assert = require('node:assert');
const { HTTPParser, methods } = require('_http_common');

function parserOf(type) {
  const parser = new HTTPParser();
  parser.initialize(type, {});
  const seen = [];
  parser[HTTPParser.kOnHeadersComplete] = (...args) => void seen.push(['headers', ...args]);
  parser[HTTPParser.kOnHeaders] = (headers) => void seen.push(['trailers', headers]);
  parser[HTTPParser.kOnBody] = (chunk) => void seen.push(['body', chunk.toString()]);
  parser[HTTPParser.kOnMessageComplete] = () => void seen.push(['complete']);
  return { parser, seen };
}

test('a request in pieces', () => {
  const { parser, seen } = parserOf(HTTPParser.REQUEST);
  const text = Buffer.from(
    'POST /it HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nping\r\n0\r\nVary: *\r\n\r\n',
  );
  for (let i = 0; i < text.length; i++) parser.execute(text.subarray(i, i + 1));
  const [headers, ...rest] = seen;
  assert.deepStrictEqual(headers.slice(0, 6), [
    'headers',
    1,
    1,
    ['Transfer-Encoding', 'chunked'],
    methods.indexOf('POST'),
    '/it',
  ]);
  assert.strictEqual(
    rest
      .filter(([what]) => what === 'body')
      .map((each) => each[1])
      .join(''),
    'ping',
  );
  assert.deepStrictEqual(rest.slice(-2), [['trailers', ['Vary', '*']], ['complete']]);
});

test('a response, and what is no response', () => {
  const { parser, seen } = parserOf(HTTPParser.RESPONSE);
  const text = Buffer.from('HTTP/1.1 200 Fine\r\nContent-Length: 4\r\n\r\npong');
  assert.strictEqual(parser.execute(text), text.length);
  assert.deepStrictEqual(seen[0].slice(4, 8), [undefined, undefined, 200, 'Fine']);
  parser.initialize(HTTPParser.RESPONSE, {});
  const error = parser.execute(Buffer.from('nonsense'));
  assert.ok(error instanceof Error);
  assert.strictEqual(error.code, 'HPE_INVALID_CONSTANT');
});

test('what a callback throws comes out of execute', () => {
  const { parser } = parserOf(HTTPParser.REQUEST);
  parser[HTTPParser.kOnHeadersComplete] = () => {
    throw new Error('mine');
  };
  const text = Buffer.from('GET / HTTP/1.1\r\n\r\n');
  assert.throws(() => parser.execute(text, 0, text.length), { message: 'mine' });
});
