'use strict';
// Stack traces with the places in the sources.

const { fileURLToPath } = require('loader/file_urls');
const { isUnderNodeModules } = require('loader/paths');
const { findSourceMap } = require('loader/source_map/cache');
const { state } = require('loader/source_map/state');

function mapOf(name) {
  if (!name || name.startsWith('node:')) return undefined;
  if (!state.nodeModules && isUnderNodeModules(name)) return undefined;
  return findSourceMap(name);
}

function nameOf(site) {
  return site.getScriptNameOrSourceURL() ?? site.getFileName();
}

function pathOf(source) {
  return source.startsWith('file:') ? fileURLToPath(source) : source;
}

/** The text of error.stack with mapped places. */
function mapStack(_error, header, sites) {
  const lines = sites.map((site, i) => {
    try {
      return mapSite(site, sites[i + 1]) ?? String(site);
    } catch {
      return String(site);
    }
  });
  return `${header}\n    at ${lines.join('\n    at ')}`;
}

function mapSite(site, caller) {
  const map = mapOf(nameOf(site));
  if (map === undefined) return undefined;
  const line = site.getLineNumber();
  const column = site.getColumnNumber();
  const { originalSource, originalLine, originalColumn } = map.findEntry(line - 1, column - 1);
  if (originalSource === undefined) return undefined;
  const place = `${pathOf(originalSource)}:${originalLine + 1}:${originalColumn + 1}`;

  const text = String(site);
  const open = text.indexOf(' (');
  const shown = open === -1 ? '' : text.slice(0, open);
  const functionName = site.getFunctionName();
  const original = originalName(map, site, caller);
  let label = shown;
  if (open === -1) label = /^async /.test(text) ? 'async <anonymous>' : (original ?? '<anonymous>');
  else if (original && functionName && original !== functionName) {
    const plain = functionName.slice(functionName.lastIndexOf('.') + 1);
    label = shown.replace(plain, () => original);
  }
  return `${label} (${place})`;
}

// What the sources call the function: the name at its beginning, or where the caller calls it.
function originalName(map, site, caller) {
  const line = site.getEnclosingLineNumber?.();
  const column = site.getEnclosingColumnNumber?.();
  if (line && column) {
    const { name } = map.findEntry(line - 1, column - 1);
    if (name) return name;
  }
  if (caller === undefined || nameOf(caller) !== nameOf(site)) return undefined;
  return map.findEntry(caller.getLineNumber() - 1, caller.getColumnNumber() - 1).name;
}

/** "file:line\nsource line\n  ^\n" of a place in generated code, or undefined. */
function mapExcerpt(name, line, column) {
  const map = mapOf(name);
  if (map === undefined) return undefined;
  const { originalSource, originalLine, originalColumn } = map.findEntry(line - 1, column);
  if (originalSource === undefined) return undefined;
  const text = sourceText(map.payload, originalSource);
  const source = text?.split(/\r?\n/)[originalLine];
  if (source === undefined) return undefined;
  const margin = source.slice(0, originalColumn).replace(/[^\t]/g, ' ');
  return `${pathOf(originalSource)}:${originalLine + 1}\n${source}\n${margin}^\n`;
}

function sourceText(payload, source) {
  const index = payload.sources?.indexOf(source) ?? -1;
  const content = payload.sourcesContent?.[index];
  if (typeof content === 'string') return content;
  if (!source.startsWith('file:')) return undefined;
  try {
    return require('node:fs').readFileSync(fileURLToPath(source), 'utf8');
  } catch {
    return undefined;
  }
}

module.exports = { mapStack, mapExcerpt };
