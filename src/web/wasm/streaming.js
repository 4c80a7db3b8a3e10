'use strict';
// Feeds the compiler of WebAssembly from a Response.
// https://webassembly.github.io/spec/web-api/#streaming-modules

const { ERR_INVALID_ARG_TYPE, ERR_WEBASSEMBLY_RESPONSE } = require('runtime/errors');

// https://webassembly.github.io/spec/web-api/#compile-a-potential-webassembly-response
async function feed(stream, source) {
  const { Response } = require('web/fetch');
  if (!(source instanceof Response)) {
    throw new ERR_INVALID_ARG_TYPE('source', ['Response', 'Promise resolving to Response'], source);
  }
  // 2.4-6. The type, without what surrounds it, and nothing after it.
  const type = source.headers.get('Content-Type');
  if (type?.trim().toLowerCase() !== 'application/wasm') {
    throw new ERR_WEBASSEMBLY_RESPONSE(`has unsupported MIME type '${type}'`);
  }
  // 2.7-8. What fetch() gave is of this origin, as there is no other.
  if (!source.ok) throw new ERR_WEBASSEMBLY_RESPONSE(`has status code ${source.status}`);
  // 2.9. The body is consumed here.
  if (source.bodyUsed) throw new ERR_WEBASSEMBLY_RESPONSE('body has already been used');
  if (source.url !== '') stream.setUrl(source.url);
  if (source.body !== null) {
    for await (const chunk of source.body) {
      if (!ArrayBuffer.isView(chunk) && !(chunk instanceof ArrayBuffer)) {
        const error = new TypeError('chunk must be an ArrayBufferView or an ArrayBuffer');
        error.code = 'ERR_INVALID_ARG_TYPE';
        throw error;
      }
      stream.push(chunk);
    }
  }
  stream.finish();
}

/** Called by the engine, when a promise for the source of a module has been fulfilled. */
function streamWasm(stream, source) {
  feed(stream, source).catch((error) => stream.abort(error));
}

module.exports = { streamWasm };
