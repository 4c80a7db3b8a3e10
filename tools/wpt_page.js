'use strict';
// Runs one file of the Web Platform Tests and writes its results, one JSON object a line, to descriptor 3.
// tools/wpt.py starts it: RUNTIME wpt_page.js '{"root": ..., "path": ..., "variant": ..., ...}'
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const { inspect } = require('node:util');
const { runInThisContext } = require('node:vm');

const page = JSON.parse(process.argv[2]);
const { exit } = process;
const realFetch = globalThis.fetch;
const types = {
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.js': 'text/javascript',
};

function report(entry) {
  fs.writeSync(3, `${JSON.stringify(entry)}\n`);
}

/** The file behind a URL of the suite, absolute or beside the test. */
function fileOf(url) {
  const name = url === '/resources/WebIDLParser.js' ? '/resources/webidl2/lib/webidl2.js' : url;
  return path.join(
    page.root,
    name.startsWith('/') ? name : path.join(path.dirname(page.path), name),
  );
}

function run(file) {
  let code = fs.readFileSync(file, 'utf8');
  // The parsers of the elements that the list names are the URL's own.
  if (file.endsWith('toascii.window.js')) code = code.replace('["url", "a", "area"]', '["url"]');
  runInThisContext(code, { filename: file });
}

// There is no server: what a test fetches from its own origin comes from its folder.
async function fetch(resource, init) {
  const url = new URL(resource?.url ?? resource, globalThis.location);
  if (url.origin !== globalThis.location.origin) return realFetch(resource, init);
  const file = fileOf(url.pathname);
  const type = types[path.extname(file)] ?? 'text/plain';
  return new Response(fs.readFileSync(file), { headers: { 'Content-Type': type } });
}

Object.assign(globalThis, {
  self: globalThis,
  GLOBAL: { isWindow: () => false, isWorker: () => false, isShadowRealm: () => false },
  require,
  fetch,
  location: new URL(`http://wpt/${page.path.replace(/\.js$/, '.html')}${page.variant}`),
});
if (page.title) globalThis.META_TITLE = page.title;
if (page.window) globalThis.Window = Object.getPrototypeOf(globalThis).constructor;
if (page.global) globalThis.window = globalThis;
if (page.resource) {
  // Stands for the entry that a browser makes when it loads the page.
  const moment = {
    domainLookupStartTime: 0,
    domainLookupEndTime: 0,
    connectionStartTime: 0,
    connectionEndTime: 0,
    secureConnectionStartTime: 0,
    ALPNNegotiatedProtocol: '',
  };
  globalThis.resource = performance.markResourceTiming(
    {
      startTime: 0,
      endTime: 0,
      finalServiceWorkerStartTime: 0,
      redirectStartTime: 0,
      redirectEndTime: 0,
      postRedirectStartTime: 0,
      finalConnectionTimingInfo: moment,
      finalNetworkRequestStartTime: 0,
      finalNetworkResponseStartTime: 0,
      encodedBodySize: 0,
      decodedBodySize: 0,
    },
    pathToFileURL(page.root).href,
    '',
    globalThis,
    '',
    {},
    200,
    '',
  );
}

process.on('uncaughtException', (error) => {
  report({ uncaught: inspect(error) });
  exit(1);
});
run(path.join(page.root, 'resources/testharness.js'));
// What a test leaves open must not end it, nor may a test end because nothing is open.
const alive = setInterval(() => {}, 2 ** 30);
globalThis.add_result_callback(({ name, status, message }) => report({ name, status, message }));
globalThis.add_completion_callback((_, { status, message }) => {
  clearInterval(alive);
  report({ end: status, message });
  exit(0);
});
for (const script of page.scripts) run(fileOf(script));
run(path.join(page.root, page.path));
