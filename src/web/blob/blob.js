// Blob, File and the URLs of blobs.
// https://w3c.github.io/FileAPI/
'use strict';

const {
  ERR_INVALID_ARG_TYPE,
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_STATE,
  ERR_INVALID_THIS,
  ERR_MISSING_ARGS,
} = require('runtime/errors');
const { validateDictionary } = require('runtime/validators');

const { kClone } = require('runtime/symbols');

const customInspect = Symbol.for('nodejs.util.inspect.custom');

// Passed to the constructor of Blob by code of this module: the segments come ready.
const kReady = Symbol('ready');

let encoder;
function utf8Bytes(text) {
  encoder ??= new (require('web/encoding').TextEncoder)();
  return encoder.encode(text);
}

const isAnyArrayBuffer = (value) =>
  value instanceof ArrayBuffer ||
  value instanceof SharedArrayBuffer ||
  require('node:util').types.isAnyArrayBuffer(value);

// A segment of a Blob is { bytes } (never written to) or part of a file: see file_segment.js. Both
// have a `size`.
function bytesSegment(bytes) {
  return { size: bytes.byteLength, bytes };
}

/** The part of a segment from start to end; shares its memory. */
function sliceSegment(segment, start, end) {
  if (segment.bytes !== undefined) return bytesSegment(segment.bytes.subarray(start, end));
  return segment.slice(start, end);
}

const isBufferSource = (part) =>
  typeof part === 'object' && part !== null && (ArrayBuffer.isView(part) || isAnyArrayBuffer(part));

/** Converts the first argument of the constructor: blobs and buffers stay, all else becomes text. */
function toParts(sources) {
  const iterate = typeof sources === 'object' ? sources?.[Symbol.iterator] : undefined;
  if (typeof iterate !== 'function') throw notASequence(sources);
  const parts = [];
  for (const part of { [Symbol.iterator]: () => iterate.call(sources) }) {
    parts.push(isBlob(part) || isBufferSource(part) ? part : `${part}`);
  }
  return parts;
}

// https://w3c.github.io/FileAPI/#process-blob-parts
function processParts(parts, endings) {
  const segments = [];
  for (const part of parts) {
    if (typeof part === 'string') {
      const text =
        endings === 'native' ? part.replace(/\r\n|\r|\n/g, require('node:os').EOL) : part;
      segments.push(bytesSegment(utf8Bytes(text)));
    } else if (isBlob(part)) {
      segments.push(...segmentsOf(part));
    } else if (ArrayBuffer.isView(part)) {
      segments.push(
        bytesSegment(new Uint8Array(part.buffer, part.byteOffset, part.byteLength).slice()),
      );
    } else {
      segments.push(bytesSegment(new Uint8Array(part).slice()));
    }
  }
  return segments.filter((segment) => segment.size > 0 || segment.bytes === undefined);
}

// Types hold printable ASCII in lower case, or nothing.
function normalizeType(type) {
  type = `${type}`;
  return /[^\x20-\x7e]/.test(type) ? '' : type.toLowerCase();
}

let isBlob;
let segmentsOf;
let isFile;

class Blob {
  #segments;
  #size;
  #type;

  static {
    isBlob = (value) => typeof value === 'object' && value !== null && #segments in value;
    segmentsOf = (blob) => blob.#segments;
  }

  constructor(sources = [], options = {}) {
    if (options?.[kReady]) {
      this.#segments = sources;
      this.#type = options.type;
    } else {
      const parts = toParts(sources);
      validateDictionary(options, 'options');
      const { endings: how = 'transparent', type = '' } = options ?? {};
      const endings = `${how}`;
      if (endings !== 'transparent' && endings !== 'native') {
        throw new ERR_INVALID_ARG_VALUE('options.endings', endings);
      }
      this.#type = normalizeType(type);
      this.#segments = processParts(parts, endings);
    }
    this.#size = this.#segments.reduce((sum, segment) => sum + segment.size, 0);
  }

  get type() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return this.#type;
  }

  get size() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return this.#size;
  }

  // https://w3c.github.io/FileAPI/#slice-blob
  slice(start = 0, end = undefined, contentType = '') {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    const from = clampIndex(start, this.#size);
    const to = end === undefined ? this.#size : clampIndex(end, this.#size);
    const segments = [];
    let position = 0;
    for (const segment of this.#segments) {
      const first = Math.max(from - position, 0);
      const last = Math.min(to - position, segment.size);
      if (first < last) segments.push(sliceSegment(segment, first, last));
      position += segment.size;
    }
    return new Blob(segments, { [kReady]: true, type: normalizeType(contentType) });
  }

  async arrayBuffer() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return (await readAll(this)).buffer;
  }

  async text() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    const { TextDecoder } = require('web/encoding');
    return new TextDecoder().decode(await readAll(this));
  }

  async bytes() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    return readAll(this);
  }

  stream() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    const { ReadableStream } = require('web/streams');
    const chunks = chunksOf(this.#segments);
    return new ReadableStream({
      type: 'bytes',
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (!done) {
          controller.enqueue(value);
          return;
        }
        controller.close();
        // A reader that brought its own memory waits for it to come back.
        controller.byobRequest?.respond(0);
      },
      cancel() {
        return chunks.return();
      },
    });
  }

  textStream() {
    if (!isBlob(this)) throw new ERR_INVALID_THIS('Blob');
    const { TextDecoderStream } = require('web/streams');
    return this.stream().pipeThrough(new TextDecoderStream());
  }

  // Structured cloning: see web/messaging/transfer.js.
  [kClone]() {
    return isBlob(this)
      ? { deserializeInfo: 'web/blob:deserialize', data: serialize(this) }
      : undefined;
  }

  [customInspect](depth, options) {
    if (depth < 0) return options.stylize('[Blob]', 'special');
    return inspectAs('Blob', { size: this.size, type: this.type }, depth, options);
  }
}

class File extends Blob {
  #name;
  #lastModified;

  constructor(fileBits, fileName, options = {}) {
    if (arguments.length < 2) throw new ERR_MISSING_ARGS('fileBits', 'fileName');
    super(fileBits, options);
    const { lastModified } = options ?? {};
    this.#name = `${fileName}`.toWellFormed();
    this.#lastModified = lastModified === undefined ? Date.now() : +lastModified || 0;
  }

  get name() {
    if (!isFile(this)) throw new ERR_INVALID_THIS('File');
    return this.#name;
  }

  get lastModified() {
    if (!isFile(this)) throw new ERR_INVALID_THIS('File');
    return this.#lastModified;
  }

  [customInspect](depth, options) {
    if (depth < 0) return options.stylize('[File]', 'special');
    const { size, type, name, lastModified } = this;
    return inspectAs('File', { size, type, name, lastModified }, depth, options);
  }

  static {
    isFile = (value) => typeof value === 'object' && value !== null && #name in value;
  }
}

function notASequence(sources) {
  const error = new ERR_INVALID_ARG_TYPE('sources', 'a sequence', sources);
  // WebIDL's conversion knows no argument's name.
  error.message = 'Value cannot be converted to sequence.';
  return error;
}

// WebIDL's [Clamp] rounds to the nearest integer, and from halfway to the even one.
function clampIndex(value, size) {
  const below = Math.floor(value);
  const fraction = value - below;
  value = (fraction > 0.5 || (fraction === 0.5 && below % 2 !== 0) ? below + 1 : below) || 0;
  return value < 0 ? Math.max(value + size, 0) : Math.min(value, size);
}

function inspectAs(name, properties, depth, options) {
  const { inspect } = require('modules/util/inspect');
  const nested = { ...options, depth: options.depth == null ? null : options.depth - 1 };
  return `${name} ${inspect(properties, nested)}`;
}

// Each chunk is a copy, because who receives it may write to it or transfer it.
async function* chunksOf(segments) {
  for (const segment of segments) {
    if (segment.bytes !== undefined) yield segment.bytes.slice();
    else yield* segment.chunks();
  }
}

async function readAll(blob) {
  const result = new Uint8Array(blob.size);
  let position = 0;
  for (const segment of segmentsOf(blob)) {
    if (segment.bytes !== undefined) {
      result.set(segment.bytes, position);
      position += segment.size;
      continue;
    }
    for await (const chunk of segment.chunks()) {
      result.set(chunk, position);
      position += chunk.byteLength;
    }
  }
  return result;
}

/** A Blob over the bytes of a file, which are read when they are asked for. */
async function openAsBlob(path, type) {
  const { FileSegment } = require('web/blob/file_segment');
  const segment = await FileSegment.open(path);
  return new Blob([segment], { [kReady]: true, type: normalizeType(type) });
}

/** What of a Blob or File can be copied to another thread. */
function serialize(blob) {
  const segments = segmentsOf(blob);
  if (segments.some((segment) => segment.bytes === undefined)) {
    throw new ERR_INVALID_STATE.TypeError('File-backed Blobs are not cloneable');
  }
  const data = { parts: segments.map((segment) => segment.bytes), type: blob.type };
  if (isFile(blob)) {
    data.name = blob.name;
    data.lastModified = blob.lastModified;
  }
  return data;
}

/** The Blob or File that serialize() described. */
function deserialize({ parts, type, name, lastModified }) {
  if (name !== undefined) return new File(parts, name, { type, lastModified });
  return new Blob(parts.map(bytesSegment), { [kReady]: true, type });
}

const kURLPrefix = 'blob:nodedata:';
const blobsByURL = new Map();

/** A URL that stands for the blob until revokeObjectURL(). */
function createObjectURL(obj) {
  if (!isBlob(obj)) throw new ERR_INVALID_ARG_TYPE('obj', 'Blob', obj);
  const url = `${kURLPrefix}${require('node:crypto').randomUUID()}`;
  blobsByURL.set(url, obj);
  return url;
}

/** Forgets a URL of createObjectURL(); others are passed over. */
function revokeObjectURL(url) {
  if (arguments.length === 0) throw new ERR_MISSING_ARGS('url');
  blobsByURL.delete(`${url}`);
}

/** The blob behind a URL of createObjectURL(), or undefined. */
function resolveObjectURL(url) {
  const blob = blobsByURL.get(`${url}`);
  return blob && blob.slice(0, blob.size, blob.type);
}

for (const [Class, names] of [
  [Blob, ['type', 'size', 'slice', 'arrayBuffer', 'text', 'bytes', 'stream', 'textStream']],
  [File, ['name', 'lastModified']],
]) {
  // WebIDL makes attributes and operations enumerable.
  for (const name of names) Object.defineProperty(Class.prototype, name, { enumerable: true });
  Object.defineProperty(Class.prototype, Symbol.toStringTag, {
    value: Class.name,
    configurable: true,
  });
}

module.exports = {
  Blob,
  File,
  createObjectURL,
  deserialize,
  isBlob,
  openAsBlob,
  resolveObjectURL,
  revokeObjectURL,
  serialize,
};
