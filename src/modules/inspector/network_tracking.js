'use strict';
// --experimental-network-inspection: reports the requests of node:http, fetch and WebSocket to the
// debugger.

const { subscribe } = require('node:diagnostics_channel');
const { report } = require('modules/inspector/network');

const ids = new WeakMap(); // request or socket -> id
let lastId = 0;

const now = () => performance.now() / 1000;

function begin(request) {
  const id = `node-network-event-${++lastId}`;
  ids.set(request, id);
  return id;
}

// Where script began it.
function initiator() {
  const { getCallSites } = require('node:util');
  const callFrames = getCallSites().map((site) => ({
    functionName: site.functionName,
    scriptId: site.scriptId,
    url: site.scriptName,
    lineNumber: site.lineNumber - 1,
    columnNumber: site.columnNumber - 1,
  }));
  return { type: 'script', stack: { callFrames } };
}

function describeType(header = '') {
  const { MIMEType } = require('node:util');
  try {
    const type = new MIMEType(Array.isArray(header) ? header[0] : header);
    return { mimeType: type.essence, charset: type.params.get('charset') ?? '' };
  } catch {
    return { mimeType: '', charset: '' };
  }
}

function fail(request, type, error) {
  const requestId = ids.get(request);
  if (requestId === undefined) return;
  ids.delete(request);
  report('loadingFailed', { requestId, timestamp: now(), type, errorText: error.message });
}

function finish(request) {
  const requestId = ids.get(request);
  if (requestId === undefined) return;
  ids.delete(request);
  report('loadingFinished', { requestId, timestamp: now() });
}

function received(request, chunk) {
  const requestId = ids.get(request);
  if (requestId === undefined) return;
  const dataLength = chunk.byteLength;
  const timestamp = now();
  report('dataReceived', {
    requestId,
    timestamp,
    dataLength,
    encodedDataLength: dataLength,
    data: chunk,
  });
}

// node:http

const kHttpType = 'Other';
const textual = (headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `${value}`]));

const http = {
  'http.client.request.created'({ request }) {
    const headers = textual(request.getHeaders());
    const host = headers.host ?? request.host;
    report('requestWillBeSent', {
      requestId: begin(request),
      timestamp: now(),
      wallTime: Date.now() / 1000,
      charset: describeType(headers['content-type']).charset,
      request: {
        url: `${request.protocol}//${host}${request.path}`,
        method: request.method,
        headers,
        hasPostData: false,
      },
      initiator: initiator(),
    });
  },
  'http.client.request.error'({ request, error }) {
    fail(request, kHttpType, error);
  },
  'http.client.response.finish'({ request, response }) {
    const requestId = ids.get(request);
    if (requestId === undefined) return;
    const host = request.getHeader('host') ?? request.host;
    report('responseReceived', {
      requestId,
      timestamp: now(),
      type: kHttpType,
      response: {
        url: `${request.protocol}//${host}${request.path}`,
        status: response.statusCode,
        statusText: response.statusMessage ?? '',
        headers: textual(response.headers),
        ...describeType(response.headers['content-type']),
      },
    });
    // Bytes are seen where they come in: a listener of ours would set them flowing.
    const { push } = response;
    response.push = function (chunk, ...rest) {
      if (chunk) received(request, chunk);
      return push.call(this, chunk, ...rest);
    };
    response.once('end', () => finish(request));
    response.once('error', (error) => fail(request, kHttpType, error));
  },
};

// fetch

const kFetchType = 'Fetch';

// Headers of undici: [name, value, ...] as text or bytes.
function fromFlat(flat) {
  if (typeof flat === 'string')
    flat = flat.split('\r\n').flatMap((line) => line.split(/: (.*)/s, 2));
  const headers = {};
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = `${flat[i]}`.toLowerCase();
    if (name === '') continue;
    headers[name] = name in headers ? `${headers[name]}, ${flat[i + 1]}` : `${flat[i + 1]}`;
  }
  return headers;
}

const fetch = {
  'undici:request:create'({ request }) {
    const headers = fromFlat(request.headers);
    report('requestWillBeSent', {
      requestId: begin(request),
      timestamp: now(),
      wallTime: Date.now() / 1000,
      charset: describeType(headers['content-type']).charset,
      request: {
        url: `${request.origin}${request.path}`,
        method: request.method,
        headers,
        hasPostData: Boolean(request.body),
      },
      initiator: initiator(),
    });
  },
  'undici:request:error'({ request, error }) {
    fail(request, kFetchType, error);
  },
  'undici:request:headers'({ request, response }) {
    const requestId = ids.get(request);
    if (requestId === undefined) return;
    const headers = fromFlat(response.headers);
    report('responseReceived', {
      requestId,
      timestamp: now(),
      type: kFetchType,
      response: {
        url: `${request.origin}${request.path}`,
        status: response.statusCode,
        statusText: response.statusText,
        headers,
        ...describeType(headers['content-type']),
      },
    });
  },
  'undici:request:bodyChunkSent'({ request, chunk }) {
    const requestId = ids.get(request);
    if (requestId === undefined) return;
    const data = Buffer.from(chunk);
    report('dataSent', { requestId, timestamp: now(), dataLength: data.byteLength, data });
  },
  'undici:request:bodySent'({ request }) {
    const requestId = ids.get(request);
    if (requestId !== undefined) report('dataSent', { requestId, finished: true });
  },
  'undici:request:bodyChunkReceived'({ request, chunk }) {
    received(request, chunk);
  },
  'undici:request:trailers'({ request }) {
    finish(request);
  },
};

// WebSocket

const webSocket = {
  'undici:websocket:created'({ websocket, url }) {
    const requestId = begin(websocket);
    report('webSocketCreated', { requestId, url: `${url}`, initiator: initiator() });
  },
  'undici:websocket:open'({ websocket, handshakeResponse }) {
    const requestId = ids.get(websocket);
    if (requestId === undefined) return;
    const { status, statusText, headers } = handshakeResponse;
    const timestamp = now();
    report('webSocketHandshakeResponseReceived', {
      requestId,
      timestamp,
      response: { status, statusText, headers },
    });
  },
  'undici:websocket:close'({ websocket }) {
    const requestId = ids.get(websocket);
    if (requestId === undefined) return;
    ids.delete(websocket);
    report('webSocketClosed', { requestId, timestamp: now() });
  },
};

let started = false;

/** Begins to track, for good. */
function start() {
  if (started) return;
  started = true;
  for (const [name, tell] of Object.entries({ ...http, ...fetch, ...webSocket })) {
    subscribe(name, tell);
  }
}

module.exports = { start };
