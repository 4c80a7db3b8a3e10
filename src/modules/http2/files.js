'use strict';
// Responses from files: respondWithFD() and respondWithFile().
// https://nodejs.org/api/http2.html#http2streamrespondwithfdfd-headers-options

const fs = require('node:fs');
const errors = require('runtime/errors');
const { constants } = require('modules/http2/constants');
const { hasNoPayload } = require('modules/http2/server_stream');
const { kState } = require('modules/http2/symbols');

const { NGHTTP2_INTERNAL_ERROR } = constants;
const kPiece = 64 * 1024;

function check(stream, headers, options) {
  if (stream.destroyed || stream.closed) throw new errors.ERR_HTTP2_INVALID_STREAM();
  if (stream.headersSent) throw new errors.ERR_HTTP2_HEADERS_SENT();
  const checked = { ...options };
  for (const [name, type] of [
    ['offset', 'number'],
    ['length', 'number'],
    ['statCheck', 'function'],
  ]) {
    if (checked[name] !== undefined && typeof checked[name] !== type) {
      throw new errors.ERR_INVALID_ARG_VALUE(`options.${name}`, checked[name]);
    }
  }
  const copy = Object.assign({ __proto__: null }, headers);
  const status = copy[':status'] === undefined ? 200 : copy[':status'] | 0;
  if (hasNoPayload(status) || stream.headRequest) {
    throw new errors.ERR_HTTP2_PAYLOAD_FORBIDDEN(status);
  }
  return { headers: copy, options: checked };
}

// Sends what a descriptor holds: from `offset` on, or where it stands; `length` bytes, or all.
function send(stream, fd, headers, options, isRegular, done) {
  const { offset, length } = options;
  let position = isRegular && offset !== undefined && offset >= 0 ? offset : -1;
  let left = length !== undefined && length >= 0 ? length : Infinity;
  stream.respond(headers, { waitForTrailers: options.waitForTrailers });
  const state = stream[kState];
  state.sendsFile = true;
  state.endMarked = true;
  if (!stream.writableEnded) stream.end();
  const isOver = () => stream.destroyed || stream.closed;
  const next = () => {
    if (isOver()) {
      done();
      return;
    }
    const size = Math.min(kPiece, left);
    if (size === 0) {
      done();
      stream._endPieces();
      return;
    }
    fs.read(fd, Buffer.allocUnsafe(size), 0, size, position, (error, count, buffer) => {
      if (error || isOver()) {
        done();
        if (!isOver()) stream.close(NGHTTP2_INTERNAL_ERROR);
        return;
      }
      if (count === 0) {
        done();
        stream._endPieces();
        return;
      }
      left -= count;
      if (position >= 0) position += count;
      const chunk = count === size ? buffer : buffer.subarray(0, count);
      // The end of what is asked for goes out with its last frame.
      stream._sendPiece(chunk, left === 0, next);
    });
  };
  next();
}

// The descriptor is ours to close only if we opened it.
function respond(stream, fd, headers, options, isOwn, stat) {
  const close = () => {
    if (isOwn) fs.close(fd, () => {});
  };
  const fail = (error) => {
    close();
    if (options.onError) options.onError(error);
    else stream.destroy(error);
  };
  if (stat !== undefined) {
    const isRegular = stat.isFile();
    if (!isRegular && isOwn && stat.isDirectory()) {
      fail(new errors.ERR_HTTP2_SEND_FILE());
      return;
    }
    const { offset, length } = options;
    if (!isRegular && ((offset !== undefined && offset !== 0) || (length ?? -1) >= 0)) {
      fail(new errors.ERR_HTTP2_SEND_FILE_NOSEEK());
      return;
    }
    const asked = {
      offset: offset !== undefined ? offset : isOwn ? 0 : undefined,
      length: length !== undefined ? length : -1,
    };
    // The check may change what is sent, or send something else itself.
    if (typeof options.statCheck === 'function') {
      const answer = Reflect.apply(options.statCheck, stream, [stat, headers, asked]);
      if (answer === false || stream.headersSent) {
        close();
        return;
      }
    }
    if (isRegular) {
      const from = asked.offset ?? 0;
      const rest = Math.max(0, stat.size - from);
      asked.length = asked.length < 0 ? rest : Math.min(rest, asked.length);
      if (isOwn) headers['content-length'] = asked.length;
    }
    start(stream, fd, headers, { ...options, ...asked }, isRegular, close);
    return;
  }
  start(stream, fd, headers, options, options.offset !== undefined, close);
}

function start(stream, fd, headers, options, isRegular, close) {
  if (stream.destroyed || stream.closed) {
    close();
    return;
  }
  try {
    send(stream, fd, headers, options, isRegular, close);
  } catch (error) {
    close();
    stream.destroy(error);
  }
}

/** http2stream.respondWithFD(fd[, headers[, options]]) */
function respondWithFD(stream, fd, givenHeaders, givenOptions) {
  const { headers, options } = check(stream, givenHeaders, givenOptions);
  const descriptor = fd !== null && typeof fd === 'object' ? fd.fd : fd;
  const isHandle = fd instanceof require('modules/fs/file_handle').FileHandle;
  if (typeof fd !== 'number' && !isHandle) {
    throw new errors.ERR_INVALID_ARG_TYPE('fd', ['number', 'FileHandle'], fd);
  }
  if (typeof options.statCheck !== 'function') {
    respond(stream, descriptor, headers, options, false, undefined);
    return;
  }
  fs.fstat(descriptor, (error, stat) => {
    if (stream.destroyed || stream.closed) return;
    if (error) {
      stream.destroy(error);
      return;
    }
    respond(stream, descriptor, headers, options, false, stat);
  });
}

/** http2stream.respondWithFile(path[, headers[, options]]) */
function respondWithFile(stream, path, givenHeaders, givenOptions) {
  const { headers, options } = check(stream, givenHeaders, givenOptions);
  const fail = (error) => {
    if (options.onError) options.onError(error);
    else stream.destroy(error);
  };
  fs.open(path, 'r', (error, fd) => {
    if (error) {
      fail(error);
      return;
    }
    fs.fstat(fd, (statError, stat) => {
      if (stream.destroyed || stream.closed || statError) {
        fs.close(fd, () => {});
        if (statError && !stream.destroyed) fail(statError);
        return;
      }
      respond(stream, fd, headers, options, true, stat);
    });
  });
}

module.exports = { respondWithFD, respondWithFile };
