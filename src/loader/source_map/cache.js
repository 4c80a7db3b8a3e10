'use strict';
// The source maps of the modules that were loaded. A map lives as long as its module.

const { fileURLToPath, toURL } = require('loader/file_urls');
const { isUnderNodeModules, resolve } = require('loader/paths');
const { SourceMap } = require('loader/source_map');
const { state } = require('loader/source_map/state');
const { URL } = require('web/url');

// module or native module -> { url, mapURL, lineLengths, map }
const entries = new WeakMap();
const owners = new Map();
// Code from eval() has no owner.
const generated = new Map();

const MAP_URL = /\/[*/][#@]\s*sourceMappingURL=(?:(['"])([^'"\s]*)\1|([^\s'"]*))\s*(?:\*\/)?/g;
const SOURCE_URL = /\/[*/][#@]\s*sourceURL=([^\s'"]*)/g;

function lastMatch(pattern, text) {
  let last;
  for (const match of text.matchAll(pattern)) last = match;
  return last;
}

// `url` is where relative names start.
function makeEntry(url, text) {
  // OPTIMIZATION: most texts say nothing of maps.
  if (!text.includes('sourceMappingURL=')) return undefined;
  const match = lastMatch(MAP_URL, text);
  const mapURL = match?.[2] ?? match?.[3];
  if (!mapURL) return undefined;
  return { url, mapURL, lineLengths: lineLengthsOf(text), map: undefined };
}

function lineLengthsOf(text) {
  return text.split('\n').map((line) => line.length);
}

/** Remembers what the text of a module says about its map. `owner` keeps it alive. */
function remember(name, text, owner) {
  const url = toURL(name);
  if (!state.nodeModules && isUnderNodeModules(name)) return;
  const entry = makeEntry(url, text);
  if (entry === undefined) return;
  entries.set(owner, entry);
  owners.set(url, new WeakRef(owner));
  const named = lastMatch(SOURCE_URL, text)?.[1];
  if (named) owners.set(toURL(named), new WeakRef(owner));
}

/** The same for code that eval() or new Function() compiles. */
function rememberGenerated(text) {
  const named = lastMatch(SOURCE_URL, text)?.[1];
  if (!named) return;
  const entry = makeEntry(toURL(resolve('', named)), text);
  if (entry !== undefined) generated.set(toURL(named), entry);
}

function entryOf(url) {
  const owner = owners.get(url)?.deref();
  return owner === undefined ? generated.get(url) : entries.get(owner);
}

/** module.findSourceMap: the map of a loaded file (a path or a URL), or undefined. */
function findSourceMap(name) {
  if (typeof name !== 'string') return undefined;
  const entry = entryOf(toURL(name));
  if (entry === undefined) return undefined;
  if (entry.map === undefined) entry.map = loadMap(entry) ?? null;
  return entry.map ?? undefined;
}

function loadMap({ url, mapURL, lineLengths }) {
  try {
    const base = URL.canParse(mapURL) ? new URL(mapURL) : new URL(mapURL, url);
    const payload = JSON.parse(readMap(base));
    makeAbsolute(payload, base.protocol === 'data:' ? url : base.href);
    return new SourceMap(payload, { lineLengths });
  } catch {
    // A map that is missing or broken is no map.
    return undefined;
  }
}

function readMap(url) {
  if (url.protocol === 'file:') return require('node:fs').readFileSync(fileURLToPath(url), 'utf8');
  if (url.protocol !== 'data:') throw new Error('Only files and data URLs are read');
  const comma = url.href.indexOf(',');
  const body = url.href.slice(comma + 1);
  const type = url.href.slice('data:'.length, comma).split(';');
  if (type[0] !== 'application/json' || type.at(-1) !== 'base64')
    throw new Error('Not JSON in base 64');
  const { Buffer } = require('node:buffer');
  return Buffer.from(body, 'base64').toString();
}

// Sources are named from where the map lies.
function makeAbsolute(payload, baseURL) {
  const root = payload.sourceRoot ?? '';
  if (Array.isArray(payload.sources)) {
    payload.sources = payload.sources.map((source) => {
      const from = `${root}${source ?? ''}`;
      return URL.parse(from, baseURL)?.href ?? from;
    });
  }
  payload.sourceRoot = '';
  for (const section of payload.sections ?? []) makeAbsolute(section.map, baseURL);
}

/**
 * What coverage tells of the maps: { URL of a file: { lineLengths, data, url } }, where `url` is that of a map
 * that could not be read. It runs when the program ends, and uses no iterator that the program may have replaced.
 */
function coveredMaps() {
  const maps = { __proto__: null };
  const tell = (_, url) => {
    const entry = entryOf(url);
    if (entry === undefined) return;
    const data = findSourceMap(url)?.payload ?? null;
    maps[url] = {
      __proto__: null,
      lineLengths: entry.lineLengths,
      data,
      url: data === null ? entry.mapURL : null,
    };
  };
  owners.forEach(tell);
  generated.forEach(tell);
  return maps;
}

module.exports = { coveredMaps, remember, rememberGenerated, findSourceMap };
