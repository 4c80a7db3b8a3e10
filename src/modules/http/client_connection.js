'use strict';
// A client's connection: what its socket and its parser say, and how a request ends.

const errors = require('runtime/errors');
const common = require('modules/http/common');
const { IncomingMessage, connectionReset } = require('modules/http/incoming');
const { kNeedDrain } = require('modules/http/outgoing');
const diagnosticsChannel = require('modules/diagnostics_channel/state');

const { RESPONSE, takeParser, freeParser } = common;
const kError = Symbol('error');
const kParseError = Symbol('parseError');

// Flags of Parser.onHeaders
const kKeepAlive = 1;
const kUpgrade = 2;
const kSkipBody = 1;
const kOtherProtocol = 2;

let channels;
function diagnostics() {
  if (channels === undefined && diagnosticsChannel.loaded) {
    const { channel } = require('node:diagnostics_channel');
    channels = {
      created: channel('http.client.request.created'),
      start: channel('http.client.request.start'),
      error: channel('http.client.request.error'),
      finish: channel('http.client.response.finish'),
    };
  }
  return channels;
}

function emitError(req, error) {
  const channel = diagnostics();
  if (channel?.error.hasSubscribers) channel.error.publish({ request: req, error });
  req.emit('error', error);
}

function onSocketNT(req, socket, error) {
  if (req.destroyed || error) {
    const failure =
      error ??
      req[kError] ??
      (req.aborted || req.res ? undefined : connectionReset('socket hang up'));
    if (socket) {
      if (!error && req.agent && !socket.destroyed) {
        socket.emit('free');
      } else {
        // What the socket dies of is what the request dies of.
        const { finished } = require('node:stream');
        finished(socket.destroy(error ?? req[kError]), (cause) => {
          if (cause?.code === 'ERR_STREAM_PREMATURE_CLOSE') cause = null;
          closeRequest(req, cause || failure);
        });
        return;
      }
    }
    req.destroyed = true;
    closeRequest(req, failure);
    return;
  }
  tickOnSocket(req, socket);
  req._flush();
}

function closeRequest(req, error) {
  if (req._closed) return;
  if (error && !req._errorEmitted) {
    req._errorEmitted = true;
    emitError(req, error);
  }
  req._closed = true;
  req.emit('close');
}

function tickOnSocket(req, socket) {
  req.socket = socket;
  const lenient = req.insecureHTTPParser ?? common.isLenient();
  const parser = takeParser(RESPONSE, req.maxHeaderSize || common.getMaxHeaderSize(), lenient);
  req.parser = parser;
  req[kParseError] = null;
  parser.owner = req;
  parser.socket = socket;
  parser.onHeaders = onHeaders;
  parser.onBody = onBody;
  parser.onComplete = onComplete;
  parser.onError = onParserError;
  parser.onUpgrade = onUpgrade;
  socket.parser = parser;
  socket._httpMessage = req;
  socket.on('error', onSocketError);
  socket.on('data', onSocketData);
  socket.on('end', onSocketEnd);
  socket.on('close', onSocketClose);
  socket.on('drain', onDrain);
  if (req.timeout !== undefined) listenSocketTimeout(req);
  req.emit('socket', socket);
}

function onDrain() {
  const req = this._httpMessage;
  if (req && !req.finished && req[kNeedDrain]) {
    req[kNeedDrain] = false;
    req.emit('drain');
  }
}

function detach(socket, req) {
  socket.removeListener('error', onSocketError);
  socket.removeListener('data', onSocketData);
  socket.removeListener('end', onSocketEnd);
  socket.removeListener('close', onSocketClose);
  socket.removeListener('drain', onDrain);
  socket.removeListener('timeout', emitRequestTimeout);
  const { parser } = req;
  if (parser) {
    req.parser = null;
    socket.parser = null;
    freeParser(parser);
  }
}

// The connection is over: a message that lasts until then is complete. One that is cut short is no parse
// error: it is reported as aborted.
function finishParser(parser) {
  parser.onError = undefined;
  parser.finish();
}

function onSocketError(error) {
  const req = this._httpMessage;
  if (req) {
    // The response may have said it all already.
    req._socketError = error;
    if (!req.res || !req.res.complete) {
      if (!req._errorEmitted) {
        req._errorEmitted = true;
        emitError(req, error);
      }
    }
  }
  if (req?.parser) {
    finishParser(req.parser);
    detach(this, req);
    this.on('error', () => {});
    this.once('close', () => finishClosed(this, req));
  }
  this.destroy();
}

function onSocketData(data) {
  const req = this._httpMessage;
  const parser = req?.parser;
  if (!parser) return;
  if (!parser.execute(data) && req[kParseError] !== null) failParsing(this, req);
}

function onParserError(code, reason, bytesParsed, rawPacket) {
  // The parser is at work: it can be let go when it has returned.
  this.owner[kParseError] = common.parseError(code, reason, bytesParsed, rawPacket);
}

function failParsing(socket, req) {
  const error = req[kParseError];
  req[kParseError] = null;
  if (req._closed) return;
  detach(socket, req);
  req.res?._dump?.();
  socket.on('error', () => {});
  socket.destroy();
  if (!req._errorEmitted) {
    req._errorEmitted = true;
    emitError(req, error);
  }
  finishClosed(socket, req);
}

function onSocketEnd() {
  const req = this._httpMessage;
  const parser = req?.parser;
  if (!req.res && !req._errorEmitted) {
    // The peer has hung up without an answer.
    req._errorEmitted = true;
    emitError(req, connectionReset('socket hang up'));
  }
  if (parser) {
    finishParser(parser);
    if (req.parser) detach(this, req);
    this.once('close', () => finishClosed(this, req));
  }
  this.end();
}

function onSocketClose() {
  const req = this._httpMessage;
  if (!req) return;
  // What is buffered may complete the response.
  const { parser } = req;
  if (parser) this.read?.();
  if (req.parser) {
    finishParser(req.parser);
    if (req.parser) detach(this, req);
  }
  finishClosed(this, req);
}

function finishClosed(socket, req) {
  if (req._closedBySocket) return;
  req._closedBySocket = true;
  req.destroyed = true;
  const { res } = req;
  if (res) {
    if (!res.complete) res.destroy(connectionReset('aborted'));
    const closed = () => {
      if (req._closed) return;
      req._closed = true;
      req.emit('close');
    };
    if (!res.aborted && res.readable && !res.readableEnded) res.push(null);
    closed();
  } else {
    if (!req._errorEmitted) {
      req._errorEmitted = true;
      const error = req[kError] ?? connectionReset('socket hang up');
      emitError(req, error);
    }
    if (!req._closed) {
      req._closed = true;
      req.emit('close');
    }
  }
  if (req.outputData.length > 0) {
    const waiting = req.outputData;
    req.outputData = [];
    for (const { callback } of waiting) callback?.(new errors.ERR_STREAM_DESTROYED('write'));
  }
}

function onHeaders(flags, status, reason, block, major, minor) {
  const req = this.owner;
  const { socket } = req;
  const res = new IncomingMessage(socket);
  res.httpVersionMajor = major;
  res.httpVersionMinor = minor;
  res.httpVersion = `${major}.${minor}`;
  res.joinDuplicateHeaders = req.joinDuplicateHeaders;
  res.statusCode = status;
  res.statusMessage = reason;
  const limit = req.maxHeadersCount;
  res._setHeaderBlock(block, limit === null ? 2000 : limit > 0 ? limit : 0);
  res.upgrade = (flags & kUpgrade) !== 0;

  if (req.res) {
    // A second answer to one request: the peer is broken.
    socket.destroy();
    return 0;
  }
  if (status < 200 && status !== 101) {
    // RFC 9110, 15.2: something else follows.
    if (status === 100) req.emit('continue');
    req.emit('information', {
      statusCode: res.statusCode,
      statusMessage: res.statusMessage,
      httpVersion: res.httpVersion,
      httpVersionMajor: major,
      httpVersionMinor: minor,
      headers: res.headers,
      rawHeaders: res.rawHeaders,
    });
    return kSkipBody;
  }
  req.res = res;
  res.req = req;
  if (req.method === 'CONNECT') {
    res.upgrade = true;
    return kOtherProtocol;
  }
  if (res.upgrade && (status === 101 || req.listenerCount('upgrade') > 0)) {
    if (status === 101) return kOtherProtocol;
    res.upgrade = false;
  }
  if (req.shouldKeepAlive && !(flags & kKeepAlive) && !req.upgradeOrConnect) {
    // The peer ends the connection after this answer.
    req.shouldKeepAlive = false;
  }
  const channel = diagnostics();
  if (channel?.finish.hasSubscribers) channel.finish.publish({ request: req, response: res });
  req.timeoutCb = null;
  res.on('end', onResponseEnd);
  socket.on('timeout', onResponseTimeout);
  req.on('finish', onRequestFinish);
  const handled = req.aborted || !req.emit('response', res);
  if (handled) res._dump();
  if (req.method === 'HEAD') return kSkipBody;
  if (status === 304) {
    res.complete = true;
    return kSkipBody;
  }
  return 0;
}

function onBody(chunk) {
  const { res, socket } = this.owner;
  if (!res || res._dumped || res.complete) return;
  if (!res.push(chunk)) {
    socket._paused = true;
    socket.pause();
    const resumeParser = () => {
      socket._paused = false;
      socket._parserResume = undefined;
      socket.resume();
    };
    socket._parserResume = resumeParser;
  }
}

function onComplete(trailers) {
  const { res } = this.owner;
  if (!res || res.complete) return;
  res.complete = true;
  if (trailers) res._setTrailerBlock(trailers);
  res.push(null);
  res.socket?._parserResume?.();
}

function onUpgrade(head) {
  const req = this.owner;
  const { socket, res } = req;
  req.upgradeOrConnect = true;
  const event = req.method === 'CONNECT' ? 'connect' : 'upgrade';
  // The parser's stack is above us: the socket changes hands when it is done.
  socket.emit('agentRemove');
  detach(socket, req);
  socket._httpMessage = null;
  if (req.listenerCount(event) > 0) {
    socket.readableFlowing = null;
    socket._readableState.flowing = null;
    res.complete = true;
    if (req.timeoutCb) socket.setTimeout(0, req.timeoutCb);
    req.emit(event, res, socket, head);
    req.destroyed = true;
    req._closed = true;
    req.emit('close');
  } else {
    socket.destroy();
    finishClosed(socket, req);
  }
}

function onResponseTimeout() {
  this._httpMessage?.res?.emit('timeout');
}

function onResponseEnd() {
  const { req } = this;
  const { socket } = req;
  socket?.removeListener('timeout', onResponseTimeout);
  req._ended = true;
  if (req.timeoutCb && socket) socket.removeListener('timeout', emitRequestTimeout);
  if (!req.shouldKeepAlive) {
    if (socket?.writable) {
      if (typeof socket.destroySoon === 'function') socket.destroySoon();
      else socket.end();
    }
  } else if (req.writableFinished && !this.aborted) {
    responseOnEnd(req);
  }
}

function onRequestFinish() {
  if (this.shouldKeepAlive && this._ended) responseOnEnd(this);
}

// Both halves are done: the connection is free for another request.
function responseOnEnd(req) {
  const { socket } = req;
  if (!socket || req._freed) return;
  req._freed = true;
  if (req.parser) detach(socket, req);
  socket.removeListener('timeout', emitRequestTimeout);
  req.destroyed = true;
  process.nextTick(() => {
    if (!req._closed) {
      req._closed = true;
      req.emit('close');
    }
    socket.emit('free');
    req.socket = socket;
  });
}

function emitRequestTimeout() {
  this._httpMessage?.emit('timeout');
}

function listenSocketTimeout(req) {
  if (req.timeoutCb) return;
  req.timeoutCb = emitRequestTimeout;
  if (req.socket) req.socket.once('timeout', emitRequestTimeout);
  else req.on('socket', (socket) => socket.once('timeout', emitRequestTimeout));
}

module.exports = { kError, diagnostics, emitError, onSocketNT, listenSocketTimeout };
