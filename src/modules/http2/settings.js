'use strict';
// Settings objects: checked, packed, unpacked.
// https://nodejs.org/api/http2.html#settings-object

const { ERR_HTTP2_INVALID_PACKED_SETTINGS_LENGTH, ERR_HTTP2_INVALID_SETTING_VALUE } =
  require('runtime/errors');
const errors = require('runtime/errors');
const { validateObject } = require('runtime/validators');
const { constants } = require('modules/http2/constants');

const kMaxUint32 = 2 ** 32 - 1;
const kMaxCustom = 10;

// Name, number, smallest and largest value, default; true or false for those that are booleans.
const known = [
  ['headerTableSize', constants.NGHTTP2_SETTINGS_HEADER_TABLE_SIZE, 0, kMaxUint32, 4096],
  ['enablePush', constants.NGHTTP2_SETTINGS_ENABLE_PUSH, false, true, true],
  [
    'maxConcurrentStreams',
    constants.NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS,
    0,
    kMaxUint32,
    kMaxUint32,
  ],
  ['initialWindowSize', constants.NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0, kMaxUint32, 65535],
  [
    'maxFrameSize',
    constants.NGHTTP2_SETTINGS_MAX_FRAME_SIZE,
    constants.MIN_MAX_FRAME_SIZE,
    constants.MAX_MAX_FRAME_SIZE,
    16384,
  ],
  ['maxHeaderListSize', constants.NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, 0, kMaxUint32, 65535],
  ['enableConnectProtocol', constants.NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, false, true, false],
];

/** A new object with the settings that hold before any are exchanged. */
function getDefaultSettings() {
  return {
    __proto__: null,
    headerTableSize: 4096,
    enablePush: true,
    initialWindowSize: 65535,
    maxFrameSize: 16384,
    maxConcurrentStreams: kMaxUint32,
    maxHeaderSize: 65535,
    maxHeaderListSize: 65535,
    enableConnectProtocol: false,
  };
}

function checkRange(name, value, min, max) {
  if (value === undefined) return;
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw new ERR_HTTP2_INVALID_SETTING_VALUE.RangeError(name, value, min, max);
  }
}

/** Throws for settings that are not allowed. */
function checkSettings(settings) {
  if (settings === undefined) return;
  for (const [name, , min, max] of known) {
    const value = settings[name];
    if (typeof min === 'number') {
      checkRange(name, value, min, max);
    } else if (value !== undefined && typeof value !== 'boolean') {
      const error = new ERR_HTTP2_INVALID_SETTING_VALUE(name, value);
      throw error;
    }
  }
  checkRange('maxHeaderSize', settings.maxHeaderSize, 0, kMaxUint32);
  const { customSettings } = settings;
  if (customSettings === undefined) return;
  const entries = Object.entries(customSettings);
  if (entries.length > kMaxCustom) throw new errors.ERR_HTTP2_TOO_MANY_CUSTOM_SETTINGS();
  for (const [key, value] of entries) {
    checkRange(`customSettings:${key}`, Number(key), 0, 0xffff);
    checkRange(`customSettings:${key}`, value, 0, kMaxUint32);
  }
}

/** [number, value, number, value ...] of checked settings, in the order of their numbers. */
function toPairs(settings) {
  const pairs = [];
  for (const [name, id] of known) {
    let value = settings[name];
    if (name === 'maxHeaderListSize' && settings.maxHeaderSize !== undefined) {
      if (value !== undefined && value !== settings.maxHeaderSize) {
        process.emitWarning('settings.maxHeaderSize overwrite settings.maxHeaderListSize');
      }
      value = settings.maxHeaderSize;
    }
    if (value !== undefined) pairs.push(id, Number(value));
  }
  const { customSettings } = settings;
  if (customSettings !== undefined) {
    for (const key of Object.keys(customSettings)) {
      const id = Number(key);
      const at = knownIndex(pairs, id);
      // A setting that we know ourselves is only sent once.
      if (at >= 0) pairs[at + 1] = customSettings[key];
      else pairs.push(id, customSettings[key]);
    }
  }
  return pairs;
}

function knownIndex(pairs, id) {
  for (let i = 0; i < pairs.length; i += 2) if (pairs[i] === id) return i;
  return -1;
}

/** The settings object of [known values in the order above ..., custom number, custom value ...]. */
function fromNumbers(numbers) {
  const settings = {
    __proto__: null,
    headerTableSize: numbers[0],
    enablePush: numbers[1] !== 0,
    initialWindowSize: numbers[3],
    maxFrameSize: numbers[4],
    maxConcurrentStreams: numbers[2],
    maxHeaderListSize: numbers[5],
    maxHeaderSize: numbers[5],
    enableConnectProtocol: numbers[6] !== 0,
  };
  if (numbers.length > known.length) {
    settings.customSettings = {};
    for (let i = known.length; i < numbers.length; i += 2) {
      settings.customSettings[numbers[i]] = numbers[i + 1];
    }
  }
  return settings;
}

/** The payload of a SETTINGS frame. */
function getPackedSettings(settings) {
  validateOptional(settings);
  checkSettings(settings);
  const pairs = toPairs(settings ?? {});
  const packed = Buffer.alloc(pairs.length * 3);
  for (let i = 0; i < pairs.length; i += 2) {
    packed.writeUInt16BE(pairs[i], i * 3);
    packed.writeUInt32BE(pairs[i + 1], i * 3 + 2);
  }
  return packed;
}

function validateOptional(settings) {
  if (settings !== undefined) validateObject(settings, 'settings');
}

/** The settings object of a SETTINGS frame's payload; `options.validate` checks its values. */
function getUnpackedSettings(buffer, options = {}) {
  if (!ArrayBuffer.isView(buffer) || buffer.length === undefined) {
    throw new errors.ERR_INVALID_ARG_TYPE('buf', ['Buffer', 'TypedArray'], buffer);
  }
  if (buffer.length % 6 !== 0) throw new ERR_HTTP2_INVALID_PACKED_SETTINGS_LENGTH();
  const settings = {};
  for (let at = 0; at < buffer.length; at += 6) {
    const id = buffer[at] * 256 + buffer[at + 1];
    const value =
      buffer[at + 2] * 2 ** 24 +
      buffer[at + 3] * 2 ** 16 +
      buffer[at + 4] * 2 ** 8 +
      buffer[at + 5];
    const entry = known.find((each) => each[1] === id);
    if (entry === undefined) {
      settings.customSettings ??= {};
      settings.customSettings[id] = value;
      continue;
    }
    settings[entry[0]] = typeof entry[2] === 'number' ? value : value !== 0;
    if (entry[0] === 'maxHeaderListSize') settings.maxHeaderSize = value;
  }
  if (options?.validate) checkSettings(settings);
  return settings;
}

module.exports = {
  checkSettings,
  fromNumbers,
  getDefaultSettings,
  getPackedSettings,
  getUnpackedSettings,
  toPairs,
};
