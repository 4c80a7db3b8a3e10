'use strict';

// Coverage of what source maps say that a script was made from.

const { ERR_SOURCE_MAP_CORRUPT, ERR_SOURCE_MAP_MISSING_SOURCE } = require('runtime/errors');

/** Where each line of a text begins, from the lengths of the lines. */
function lineStarts(lengths) {
  let offset = 0;
  return lengths.map((length) => {
    const start = offset;
    offset += length + 1;
    return start;
  });
}

/** The line that an offset is in. */
function lineOf(starts, offset) {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The sources of one map: their texts, and where their lines begin. */
class Sources {
  #known = new Map();
  #url;

  constructor(data, url) {
    this.#url = url;
    data.sources.forEach((source, i) => {
      const text = data.sourcesContent?.[i];
      if (typeof text === 'string') this.#add(source, text);
    });
  }

  #add(source, text) {
    const starts = lineStarts(text.split('\n').map((line) => line.length));
    this.#known.set(source, { text, starts });
    return this.#known.get(source);
  }

  get(source) {
    return this.#known.get(source) ?? this.#read(source);
  }

  #read(source) {
    let text;
    try {
      text = require('node:fs').readFileSync(new URL(source), 'utf8');
    } catch {
      throw new ERR_SOURCE_MAP_MISSING_SOURCE(source, this.#url);
    }
    return this.#add(source, text);
  }

  offsetOf({ originalSource, originalLine, originalColumn }) {
    return this.get(originalSource).starts[originalLine] + originalColumn;
  }
}

/** Maps the ranges of one script; returns scripts of its sources. */
class ScriptMapper {
  #map;
  #starts;
  #sources;
  #scripts = new Map();

  constructor({ data, lineLengths }, url) {
    const { SourceMap } = require('loader/source_map');
    this.#map = new SourceMap(data, { lineLengths });
    this.#starts = lineStarts(lineLengths);
    this.#sources = new Sources(data, url);
  }

  #entryAt(offset) {
    const line = lineOf(this.#starts, offset);
    return this.#map.findEntry(line, offset - this.#starts[line]);
  }

  #mapRange({ startOffset, endOffset, count }) {
    let first = this.#entryAt(startOffset);
    const last = this.#entryAt(endOffset - 1);
    // What comes before the first mapping belongs to it.
    if (!first.originalSource && startOffset === 0) first = this.#firstEntry();
    if (!first?.originalSource || first.originalSource !== last.originalSource) return undefined;
    return {
      source: first.originalSource,
      range: {
        startOffset: this.#sources.offsetOf(first),
        endOffset: this.#sources.offsetOf(last) + 1,
        count,
        lines: [first.originalLine, last.originalLine],
      },
    };
  }

  #firstEntry() {
    const end = this.#starts.at(-1) + 1;
    for (let offset = 0; offset < end; offset++) {
      const entry = this.#entryAt(offset);
      if (entry.originalSource) return entry;
    }
    return undefined;
  }

  add({ functionName, ranges, isBlockCoverage }) {
    const mapped = ranges
      .map((range) => this.#mapRange(range))
      .filter((found) => found !== undefined);
    if (mapped.length === 0) return;
    const [{ source }] = mapped;
    if (!this.#scripts.has(source)) {
      this.#scripts.set(source, {
        url: source,
        functions: [],
        source: this.#sources.get(source).text,
      });
    }
    const own = mapped.filter((found) => found.source === source).map(({ range }) => range);
    this.#scripts.get(source).functions.push({ functionName, ranges: own, isBlockCoverage });
  }

  get scripts() {
    return [...this.#scripts.values()];
  }
}

/** The scripts that stand in the report for one that has a map: those of its sources. */
function mapScript(script, entry) {
  if (!entry.data) throw new ERR_SOURCE_MAP_CORRUPT(script.url);
  const mapper = new ScriptMapper(entry, script.url);
  for (const fn of script.functions) mapper.add(fn);
  return mapper.scripts;
}

module.exports = { mapScript };
