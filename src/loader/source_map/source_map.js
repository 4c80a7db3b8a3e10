'use strict';
// A source map: from places in generated code to places in sources.
// https://tc39.es/ecma426/ and https://nodejs.org/api/module.html#class-modulesourcemap

const { validateObject } = require('runtime/validators');

const DIGITS = new Map(
  [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].map((c, i) => [c, i]),
);

// The numbers of one segment, in base 64 VLQ: five bits a digit, the lowest bit of all is the sign.
function decodeSegment(text) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (const char of text) {
    const digit = DIGITS.get(char);
    if (digit === undefined) continue;
    value |= (digit & 31) << shift;
    if ((digit & 32) !== 0) {
      shift += 5;
      continue;
    }
    const magnitude = value >>> 1;
    // Minus zero stands for the smallest number.
    numbers.push((value & 1) === 0 ? magnitude : magnitude === 0 ? -2147483648 : -magnitude);
    value = 0;
    shift = 0;
  }
  return numbers;
}

function withRoot(source, root) {
  if (!root || source.startsWith('/') || /^[\w+.-]+:/.test(source)) return source;
  return root.endsWith('/') ? root + source : `${root}/${source}`;
}

// The mappings of a plain map: [generated line, column, source, line, column, name], in order of
// the generated places. `line0` and `column0` are where the map begins, for sections.
function decodeMap(map, line0, column0, mappings) {
  const sources = (map.sources ?? []).map((source) => withRoot(source ?? '', map.sourceRoot));
  const names = map.names ?? [];
  let source = 0;
  let originalLine = 0;
  let originalColumn = 0;
  let name = 0;
  map.mappings.split(';').forEach((line, i) => {
    let column = i === 0 ? column0 : 0;
    for (const segment of line.split(',')) {
      const [columnDelta, sourceDelta, lineDelta, originalDelta, nameDelta] =
        decodeSegment(segment);
      if (columnDelta === undefined) continue;
      column += columnDelta;
      if (sourceDelta === undefined) {
        mappings.push([line0 + i, column]);
        continue;
      }
      source += sourceDelta;
      originalLine += lineDelta;
      originalColumn += originalDelta;
      if (nameDelta !== undefined) name += nameDelta;
      const named = nameDelta === undefined ? undefined : names[name];
      mappings.push([line0 + i, column, sources[source], originalLine, originalColumn, named]);
    }
  });
}

function decode(payload) {
  const mappings = [];
  if (payload.sections) {
    for (const { map, offset } of payload.sections) {
      decodeMap(map, offset.line, offset.column, mappings);
    }
  } else {
    decodeMap(payload, 0, 0, mappings);
  }
  return mappings.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

class SourceMap {
  #payload;
  #lineLengths;
  #mappings;

  /**
   * @param {object} payload A parsed source map
   * @param {{ lineLengths?: number[] }} [options]
   */
  constructor(payload, { lineLengths } = { __proto__: null }) {
    validateObject(payload, 'payload');
    this.#payload = JSON.parse(JSON.stringify(payload));
    this.#lineLengths = lineLengths?.length > 0 ? lineLengths : undefined;
  }

  get payload() {
    return JSON.parse(JSON.stringify(this.#payload));
  }

  get lineLengths() {
    return this.#lineLengths?.slice();
  }

  /** The mapping at or before a place (both numbers from 0), or an empty object. */
  findEntry(lineOffset, columnOffset) {
    this.#mappings ??= decode(this.#payload);
    const mappings = this.#mappings;
    let low = 0;
    let high = mappings.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const [line, column] = mappings[middle];
      if (line < lineOffset || (line === lineOffset && column <= columnOffset)) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return {};
    const [generatedLine, generatedColumn, source, line, column, name] = mappings[low - 1];
    return {
      generatedLine,
      generatedColumn,
      originalSource: source,
      originalLine: line,
      originalColumn: column,
      name,
    };
  }

  /** The place of a call site (numbers from 1) in the source, or an empty object. */
  findOrigin(lineNumber, columnNumber) {
    const entry = this.findEntry(lineNumber - 1, columnNumber - 1);
    if (entry.originalSource === undefined) return {};
    return {
      name: entry.name,
      fileName: entry.originalSource,
      lineNumber: entry.originalLine + (lineNumber - 1 - entry.generatedLine) + 1,
      columnNumber: entry.originalColumn + (columnNumber - 1 - entry.generatedColumn) + 1,
    };
  }
}

module.exports = { SourceMap };
