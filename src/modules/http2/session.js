'use strict';
// Http2Session: one connection with its settings, its streams and its end.
// https://nodejs.org/api/http2.html#class-http2session

const EventEmitter = require('node:events');
const errors = require('runtime/errors');
const { validateFunction, validateInt32, validateNumber } = require('runtime/validators');
const { constants } = require('modules/http2/constants');
const { nghttpError } = require('modules/http2/failures');
const { checkSettings, fromNumbers, toPairs } = require('modules/http2/settings');
const { setTimeoutOf } = require('modules/http2/timeout');
const { socketOf } = require('modules/http2/socket_proxy');
const symbols = require('modules/http2/symbols');

const { kHandle, kMaybeDestroy, kSocket, kState } = symbols;
const { NGHTTP2_INTERNAL_ERROR, NGHTTP2_NO_ERROR } = constants;

const kMaxUint32 = 2 ** 32 - 1;
const kDefaultMaxPings = 10;
const kDefaultMaxSettings = 10;

class Http2Session extends EventEmitter {
  constructor(type, options, socket) {
    super();
    this[kState] = {
      type,
      options,
      streams: new Map(),
      pendingStreams: new Set(),
      destroyed: false,
      destroyCode: NGHTTP2_NO_ERROR,
      closed: false,
      connecting: false,
      encrypted: undefined,
      alpnProtocol: undefined,
      originSet: undefined,
      goawayCode: null,
      goawayLastStreamID: null,
      localSettings: undefined,
      remoteSettings: undefined,
      localCustom: undefined,
      pendingSettings: [], // acknowledged in the order in which they are sent
      unacknowledged: 0,
      pendingPings: [],
      whenConnected: [],
      pingRtt: undefined,
      failure: undefined,
      statistics: undefined,
    };
    this[kHandle] = undefined;
    this[kSocket] = socket;
    this._strictFields = options.strictSingleValueFields !== false;
    require('modules/http2/connection').bind(this, socket);
  }

  get _isServer() {
    return this[kState].type === constants.NGHTTP2_SESSION_SERVER;
  }

  get encrypted() {
    return this[kState].encrypted;
  }

  get alpnProtocol() {
    return this[kState].alpnProtocol;
  }

  get originSet() {
    const { encrypted, destroyed } = this[kState];
    if (!encrypted || destroyed) return undefined;
    return [...require('modules/http2/origins').originSet(this)];
  }

  get connecting() {
    return this[kState].connecting;
  }

  get closed() {
    return this[kState].closed;
  }

  get destroyed() {
    return this[kState].destroyed;
  }

  get socket() {
    return this[kSocket] === undefined ? undefined : socketOf(this);
  }

  get type() {
    return this[kState].type;
  }

  get goawayCode() {
    return this[kState].goawayCode ?? NGHTTP2_NO_ERROR;
  }

  get goawayLastStreamID() {
    return this[kState].goawayLastStreamID ?? 0;
  }

  get pendingSettingsAck() {
    return this[kState].unacknowledged > 0;
  }

  get state() {
    const numbers = this[kHandle]?.state() ?? [];
    if (this.connecting || this.destroyed || numbers.length === 0) return {};
    return {
      effectiveLocalWindowSize: numbers[0],
      effectiveRecvDataLength: numbers[1],
      nextStreamID: numbers[2],
      localWindowSize: numbers[3],
      lastProcStreamID: numbers[4],
      remoteWindowSize: numbers[5],
      outboundQueueSize: numbers[6],
      deflateDynamicTableSize: numbers[7],
      inflateDynamicTableSize: numbers[8],
    };
  }

  get localSettings() {
    const state = this[kState];
    if (state.localSettings) return state.localSettings;
    if (this.destroyed || this.connecting || !this[kHandle]) return {};
    const settings = fromNumbers(this[kHandle].localSettings());
    if (state.localCustom) settings.customSettings = { ...state.localCustom };
    state.localSettings = settings;
    return settings;
  }

  get remoteSettings() {
    const state = this[kState];
    if (state.remoteSettings) return state.remoteSettings;
    if (this.destroyed || this.connecting || !this[kHandle]) return {};
    state.remoteSettings = fromNumbers(this[kHandle].remoteSettings());
    return state.remoteSettings;
  }

  // Settings and pings.

  settings(settings = {}, callback = undefined) {
    if (this.destroyed) throw new errors.ERR_HTTP2_INVALID_SESSION();
    if (settings === null || typeof settings !== 'object') {
      throw new errors.ERR_INVALID_ARG_TYPE('settings', 'Object', settings);
    }
    checkSettings(settings);
    if (callback !== undefined) validateFunction(callback, 'callback');
    const state = this[kState];
    const max = state.options.maxOutstandingSettings ?? kDefaultMaxSettings;
    if (state.pendingSettings.length >= max) {
      const error = new errors.ERR_HTTP2_MAX_PENDING_SETTINGS_ACK();
      this.destroy(error);
      return;
    }
    const { AsyncResource } = require('node:async_hooks');
    const resource = new AsyncResource('HTTP2SETTINGS');
    state.unacknowledged++;
    state.pendingSettings.push({ callback, resource, begun: process.hrtime() });
    const send = () => {
      if (settings.customSettings) {
        state.localCustom = { ...state.localCustom, ...settings.customSettings };
      }
      const err = this[kHandle].settings(new Uint32Array(toPairs(settings)));
      if (err < 0) this.destroy(nghttpError(err));
    };
    if (this[kHandle]) send();
    else this._whenConnected(send);
  }

  ping(payload, callback) {
    if (this.destroyed) throw new errors.ERR_HTTP2_INVALID_SESSION();
    if (typeof payload === 'function') {
      callback = payload;
      payload = undefined;
    }
    if (payload !== undefined) {
      if (!ArrayBuffer.isView(payload)) {
        throw new errors.ERR_INVALID_ARG_TYPE(
          'payload',
          ['Buffer', 'TypedArray', 'DataView'],
          payload,
        );
      }
      if (payload.byteLength !== 8) throw new errors.ERR_HTTP2_PING_LENGTH();
    }
    validateFunction(callback, 'callback');
    if (this.connecting || !this[kHandle]) {
      this._whenConnected(() => this.ping(payload, callback));
      return undefined;
    }
    const state = this[kState];
    const { AsyncResource } = require('node:async_hooks');
    const resource = new AsyncResource('HTTP2PING');
    const max = state.options.maxOutstandingPings ?? kDefaultMaxPings;
    if (state.pendingPings.length >= max) {
      resource.runInAsyncScope(callback, undefined, new errors.ERR_HTTP2_PING_CANCEL());
      resource.emitDestroy();
      return false;
    }
    const begun = process.hrtime();
    if (payload === undefined) {
      payload = Buffer.alloc(8);
      payload.writeBigUInt64LE(process.hrtime.bigint());
    }
    state.pendingPings.push({ callback, resource, begun });
    return this[kHandle].ping(payload) === 0;
  }

  // Limits.

  setNextStreamID(id) {
    if (this.destroyed) throw new errors.ERR_HTTP2_INVALID_SESSION();
    validateNumber(id, 'id');
    if (id <= 0 || id > kMaxUint32) {
      throw new errors.ERR_OUT_OF_RANGE('id', `> 0 and <= ${kMaxUint32}`, id);
    }
    this[kHandle].setNextStreamId(id);
  }

  setLocalWindowSize(windowSize) {
    if (this.destroyed) throw new errors.ERR_HTTP2_INVALID_SESSION();
    validateInt32(windowSize, 'windowSize', 0);
    const err = this[kHandle].setLocalWindow(windowSize);
    if (err < 0) this.destroy(nghttpError(err));
  }

  // Ending.

  goaway(code = NGHTTP2_NO_ERROR, lastStreamID = 0, opaqueData = undefined) {
    if (this.destroyed) throw new errors.ERR_HTTP2_INVALID_SESSION();
    if (opaqueData !== undefined && !ArrayBuffer.isView(opaqueData)) {
      throw new errors.ERR_INVALID_ARG_TYPE(
        'opaqueData',
        ['Buffer', 'TypedArray', 'DataView'],
        opaqueData,
      );
    }
    validateNumber(code, 'code');
    validateNumber(lastStreamID, 'lastStreamID');
    const send = () => {
      if (!this.destroyed) this[kHandle].goaway(code, lastStreamID, opaqueData ?? new Uint8Array());
    };
    if (this[kHandle]) send();
    else this._whenConnected(send);
  }

  close(callback) {
    if (this.closed || this.destroyed) return;
    if (typeof callback === 'function') this.once('close', callback);
    this[kState].closed = true;
    this.goaway();
    this[kMaybeDestroy]();
  }

  destroy(error = NGHTTP2_NO_ERROR, code = undefined) {
    if (this.destroyed) return;
    if (typeof error === 'number') {
      code = error;
      error = code === NGHTTP2_NO_ERROR ? undefined : new errors.ERR_HTTP2_SESSION_ERROR(code);
    }
    if (code === undefined && error) code = NGHTTP2_INTERNAL_ERROR;
    require('modules/http2/connection').end(this, error ?? undefined, code ?? NGHTTP2_NO_ERROR);
  }

  /** Once a closed session has no streams left it ends. */
  [kMaybeDestroy]() {
    const state = this[kState];
    if (!state.closed || state.destroyed) return;
    if (state.streams.size > 0 || state.pendingStreams.size > 0) return;
    this.destroy();
  }

  // What was asked for before there was a connection to ask it of.
  _whenConnected(callback) {
    this[kState].whenConnected.push(callback);
  }

  // The socket's.

  setTimeout(msecs, callback) {
    return setTimeoutOf(this, msecs, callback, () => this[kHandle]?.idle());
  }

  _onTimeout() {
    if (!this.destroyed) this.emit('timeout');
  }

  ref() {
    const socket = this[kSocket];
    if (typeof socket?.ref === 'function') socket.ref();
  }

  unref() {
    const socket = this[kSocket];
    if (typeof socket?.unref === 'function') socket.unref();
  }

  [EventEmitter.captureRejectionSymbol](error, event, ...args) {
    if (event === 'stream') {
      const [stream] = args;
      if (stream._isServer) require('modules/http2/compat').answerRejection(stream, error);
      else stream.destroy(error);
    } else {
      this.destroy(error);
    }
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
    const { inspect } = require('modules/util/inspect');
    if (typeof depth === 'number' && depth < 0) return this;
    const shown = {
      type: this.type,
      closed: this.closed,
      destroyed: this.destroyed,
      state: this.state,
      localSettings: this.localSettings,
      remoteSettings: this.remoteSettings,
    };
    return `Http2Session ${inspect(shown, { ...options, depth: depth === null ? null : depth - 1 })}`;
  }
}

module.exports = { Http2Session };
