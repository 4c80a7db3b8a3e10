'use strict';
// The domain Network: events that programs (and our own trackers) report, and the bodies of requests and
// responses, which are kept for the debugger to ask for.
// https://chromedevtools.github.io/devtools-protocol/tot/Network/

const native_ = native('inspector');

// Bodies beyond this are forgotten, the oldest first.
const kMaxKept = 100 * 1024 * 1024;

class Exchange {
  constructor(charset) {
    this.request = { chunks: [], charset, isWhole: false };
    this.response = { chunks: [], charset: undefined, isWhole: false };
    this.isStreaming = false;
    this.size = 0;
  }
}

const exchanges = new Map(); // by request id
let kept = 0;

function keep(exchange, body, data) {
  if (data === undefined) return;
  body.chunks.push(data);
  exchange.size += data.byteLength;
  kept += data.byteLength;
  for (const [id, oldest] of exchanges) {
    if (kept <= kMaxKept) return;
    exchanges.delete(id);
    kept -= oldest.size;
  }
}

const toBuffer = (data) =>
  data === undefined ? undefined : Buffer.from(data.buffer, data.byteOffset, data.byteLength);

function send(event, parameters) {
  native_.emit(`Network.${event}`, JSON.stringify(parameters));
}

// What happens beside (or in the place of) telling the debugger.
const observers = {
  requestWillBeSent(parameters) {
    const { requestId, charset, request } = parameters;
    const exchange = new Exchange(charset);
    exchange.request.isWhole = !request?.hasPostData;
    exchanges.set(requestId, exchange);
    return parameters;
  },
  responseReceived(parameters) {
    const exchange = exchanges.get(parameters.requestId);
    if (exchange) exchange.response.charset = parameters.response?.charset;
    return parameters;
  },
  dataSent({ requestId, data, finished }) {
    const exchange = exchanges.get(requestId);
    if (exchange === undefined) return undefined;
    if (finished) exchange.request.isWhole = true;
    else keep(exchange, exchange.request, toBuffer(data));
    return undefined; // no event of the protocol
  },
  dataReceived(parameters) {
    const exchange = exchanges.get(parameters.requestId);
    const data = toBuffer(parameters.data);
    if (exchange === undefined) return undefined;
    if (exchange.isStreaming) return { ...parameters, data: data?.toString('base64') };
    keep(exchange, exchange.response, data);
    return undefined;
  },
  loadingFinished(parameters) {
    const exchange = exchanges.get(parameters.requestId);
    if (exchange) exchange.response.isWhole = true;
    return parameters;
  },
};

/** Reports an event: what the debugger is told of it are the parameters that its observer returns. */
function report(event, parameters) {
  const told = observers[event] ? observers[event](parameters) : parameters;
  if (told !== undefined) send(event, told);
}

class CommandError extends Error {}

function exchangeOf({ requestId }) {
  const exchange = exchanges.get(requestId);
  if (exchange === undefined) throw new CommandError(`Request not found: ${requestId}`);
  return exchange;
}

const isText = (body) => body.charset === 'utf-8';

const commands = {
  getRequestPostData(parameters) {
    const { request } = exchangeOf(parameters);
    if (!request.isWhole) throw new CommandError('Request data is not finished yet.');
    if (!isText(request)) throw new CommandError('Unable to serialize binary request body');
    return { postData: Buffer.concat(request.chunks).toString() };
  },
  getResponseBody(parameters) {
    const exchange = exchangeOf(parameters);
    const { response } = exchange;
    if (!response.isWhole) throw new CommandError('Response data is not finished yet.');
    if (exchange.isStreaming) throw new CommandError('Response body of the request is streamed');
    const body = Buffer.concat(response.chunks);
    const base64Encoded = !isText(response);
    return { body: body.toString(base64Encoded ? 'base64' : 'utf8'), base64Encoded };
  },
  streamResourceContent(parameters) {
    const exchange = exchangeOf(parameters);
    exchange.isStreaming = true;
    const bufferedData = Buffer.concat(exchange.response.chunks).toString('base64');
    exchange.response.chunks = [];
    kept -= exchange.size;
    exchange.size = 0;
    return { bufferedData };
  },
  enable() {
    const { getOptionValue } = require('runtime/options');
    if (getOptionValue('--experimental-network-inspection')) {
      require('modules/inspector/network_tracking').start();
    }
    return {};
  },
  disable() {
    exchanges.clear();
    kept = 0;
    return {};
  },
};

module.exports = { CommandError, commands, report };
