'use strict';
// The module graph: resolving and loading what modules import, linking, running.

const { callPaused } = require('loader/break_on_start');
const {
  ERR_REQUIRE_ASYNC_MODULE,
  ERR_REQUIRE_CYCLE_MODULE,
  ERR_REQUIRE_ESM_RACE_CONDITION,
} = require('runtime/errors');
const { getOptionValue } = require('runtime/options');
const { fileURLToPath } = require('loader/file_urls');
const { addRecord, findRecord, removeRecord } = require('loader/esm/record');
const { resolveSync, loadSync } = require('loader/esm/pipeline');
const { translate } = require('loader/esm/translators');
const { explainLinkError, explainRunError } = require('loader/esm/errors');
const { kEvaluated, kErrored, kEvaluating, kInstantiated, kSourcePhase } = native('module_wrap');

/** Are hooks registered that answer from another thread, so that loading takes time? */
function isAsynchronous() {
  return require('loader/esm/pipeline').hasAsyncHooks();
}

/**
 * The record of what `specifier` means in the module `parentURL`, loaded but not linked.
 * @param {object} attributes
 * @param {{ isMain?: boolean, requirer?: string }} context `requirer` names the CommonJS module
 *   that requires the graph, when it must be synchronous.
 */
function loadRecord(specifier, parentURL, attributes, context) {
  const resolved = resolveSync(specifier, parentURL, attributes, context);
  return recordOfURL(specifier, resolved, parentURL, attributes, context);
}

function recordOfURL(specifier, resolved, parentURL, attributes, context) {
  const { url } = resolved;
  const loadedAs = resolved.importAttributes ?? attributes;
  const type = loadedAs.type;
  const { realm } = context;
  const known = findRecord(url, type, realm);
  if (known !== undefined) {
    if (typeof known.then === 'function') throw new ERR_REQUIRE_ESM_RACE_CONDITION(url);
    checkImported(known, specifier, parentURL, context);
    return known;
  }
  const loaded = loadSync(url, resolved.format, loadedAs, context);
  const record = translate(loaded.responseURL ?? url, loaded, context.isMain === true, realm);
  record.importer = parentURL;
  record.type = type;
  record.key = url;
  addRecord(url, type, record, realm);
  checkImported(record, specifier, parentURL, context);
  return record;
}

// A module that is required must run at once: it cannot import what is running and waits for it.
function checkImported(record, specifier, parentURL, { requirer }) {
  if (requirer === undefined) return;
  if (record.format === 'module' && record.wrap.status() === kEvaluating) {
    throw cycleError('Module', specifier, parentURL);
  }
  if (record.format !== 'commonjs') return;
  const { Module } = require('loader/cjs/module');
  const { recordOf } = require('loader/cjs/records');
  if (!record.url.startsWith('file:')) return;
  const module = Module._cache[fileURLToPath(record.url)];
  if (module === undefined || module.loaded || !recordOf(module).isExecuting) return;
  throw cycleError('CommonJS Module', specifier, parentURL);
}

function cycleError(kind, specifier, parentURL) {
  const from = parentURL.startsWith('file:') ? fileURLToPath(parentURL) : parentURL;
  return new ERR_REQUIRE_CYCLE_MODULE(
    `Cannot import ${kind} ${specifier} in a cycle. (from ${from})`,
  );
}

/** Links a record and all it imports. */
function link(root, context) {
  const started = [];
  try {
    linkOne(root, context, started);
  } catch (error) {
    // None of them can run; a later import begins anew.
    for (const record of started) {
      record.isLinked = false;
      if (record.key !== undefined) removeRecord(record.key, record.type, record.realm);
    }
    throw error;
  }
}

function linkOne(record, context, started) {
  if (record.isLinked) return;
  record.isLinked = true;
  if (record.linking !== undefined) throw new ERR_REQUIRE_ESM_RACE_CONDITION(record.url);
  record.requests = record.wrap.requests();
  if (record.requests.length === 0) return;
  started.push(record);
  record.dependencies = record.requests.map(([specifier, , attributes]) =>
    loadRecord(specifier, record.baseURL ?? record.url, attributes, {
      requirer: context.requirer,
      isDirect: context.isDirect,
      realm: record.realm,
    }),
  );
  record.wrap.link(record.dependencies.map((dependency) => dependency.wrap));
  for (let i = 0; i < record.dependencies.length; i++) {
    if (record.requests[i][1] !== kSourcePhase) linkOne(record.dependencies[i], context, started);
  }
}

// The same, when resolving and loading take time.
async function loadRecordAsync(specifier, parentURL, attributes, { isMain, realm }) {
  const pipeline = require('loader/esm/pipeline');
  const resolved = await pipeline.resolveAsync(specifier, parentURL, attributes, { isMain, realm });
  const loadedAs = resolved.importAttributes ?? attributes;
  const { type } = loadedAs;
  const known = findRecord(resolved.url, type, realm);
  if (known !== undefined) return known;
  const making = (async () => {
    const loaded = await pipeline.loadAsync(resolved.url, resolved.format, loadedAs, realm);
    const record = translate(loaded.responseURL ?? resolved.url, loaded, isMain === true, realm);
    record.importer = parentURL;
    record.type = type;
    record.key = resolved.url;
    return record;
  })();
  addRecord(resolved.url, type, making, realm);
  try {
    const record = await making;
    addRecord(resolved.url, type, record, realm);
    return record;
  } catch (error) {
    removeRecord(resolved.url, type, realm);
    throw error;
  }
}

async function linkAsync(root) {
  const seen = new Set();
  const pending = [root];
  while (pending.length > 0) {
    const batch = pending.splice(0).filter((record) => !seen.has(record) && !record.isLinked);
    for (const record of batch) seen.add(record);
    await Promise.all(
      batch.map(async (record) => {
        record.requests = record.wrap.requests();
        record.dependencies = await Promise.all(
          record.requests.map(([specifier, , attributes]) =>
            loadRecordAsync(specifier, record.baseURL ?? record.url, attributes, {
              realm: record.realm,
            }),
          ),
        );
        record.isLinked = true;
        if (record.requests.length > 0) {
          record.wrap.link(record.dependencies.map((dependency) => dependency.wrap));
        }
        pending.push(
          ...record.dependencies.filter((_, i) => record.requests[i][1] !== kSourcePhase),
        );
      }),
    );
  }
}

function instantiate(record) {
  if (record.wrap.status() >= kInstantiated) return;
  try {
    record.wrap.instantiate();
  } catch (error) {
    throw explainLinkError(error, record);
  }
}

// Starts the evaluation; gives its promise, which V8 settles at once for a synchronous graph.
function evaluate(record) {
  record.evaluation ??= record.stopsAtStart
    ? callPaused(record.wrap.evaluate, record.wrap)
    : record.wrap.evaluate();
  return record.evaluation;
}

async function finish(record) {
  try {
    await evaluate(record);
  } catch (error) {
    throw explainRunError(error, record);
  }
  return record;
}

/**
 * Imports a module: the promise of its record, evaluated.
 * @param {{ isMain?: boolean, realm?: object, isDirect?: boolean }} context `isDirect` leaves the
 *   hooks of module.register() out.
 */
async function importRecord(specifier, parentURL, attributes, context = {}) {
  if (isAsynchronous() && !context.isDirect) {
    const record = await loadRecordAsync(specifier, parentURL, attributes, context);
    await linkAsync(record);
    instantiate(record);
    context.onRecord?.(record);
    return finish(record);
  }
  const record = loadRecord(specifier, parentURL, attributes, {
    isMain: context.isMain,
    isDirect: context.isDirect,
    realm: context.realm,
  });
  link(record, { isDirect: context.isDirect });
  context.onRecord?.(record);
  // The importer's own code comes first.
  await undefined;
  instantiate(record);
  return finish(record);
}

/** The object that `import source` gives: the promise of it. */
async function importSource(specifier, parentURL, attributes) {
  const record = isAsynchronous()
    ? await loadRecordAsync(specifier, parentURL, attributes, {})
    : loadRecord(specifier, parentURL, attributes, {});
  if (record.sourceObject === undefined) {
    const { ERR_SOURCE_PHASE_NOT_DEFINED } = require('runtime/errors');
    throw new ERR_SOURCE_PHASE_NOT_DEFINED(record.url);
  }
  return record.sourceObject;
}

/**
 * Runs the graph of a record for require(): at once, or it throws.
 * @param {string | undefined} requirer The file that requires it
 */
function runSync(record, requirer) {
  const filename = record.url.startsWith('file:') ? fileURLToPath(record.url) : record.url;
  const status = record.wrap.status();
  if (status === kErrored) throw asThrown(record.wrap.error());
  if (status === kEvaluating) {
    const from = requirer === undefined ? '' : ` (from ${requirer})`;
    throw new ERR_REQUIRE_CYCLE_MODULE(`Cannot require() ES Module ${filename} in a cycle.${from}`);
  }
  link(record, { requirer: requirer ?? '' });
  instantiate(record);
  if (record.wrap.isGraphAsync()) {
    if (getOptionValue('--experimental-print-required-tla')) {
      require('loader/esm/tla').reportRequired(record, evaluate);
    }
    throw new ERR_REQUIRE_ASYNC_MODULE(filename, requirer);
  }
  if (status === kEvaluated) return record;
  const promise = evaluate(record);
  if (record.wrap.status() === kErrored) {
    // The rejection is told by throwing.
    promise.catch(() => {});
    throw asThrown(explainRunError(record.wrap.error(), record));
  }
  return record;
}

// An error that is thrown again keeps the place where it was made.
function asThrown(error) {
  native('loader').keepExcerpt(error);
  return error;
}

/** Loads and runs a URL for require(), through the hooks. */
function requireRecord(url, parentURL, requirer) {
  const record = loadRecord(url, parentURL, { __proto__: null }, { requirer });
  return runSync(record, requirer);
}

/** The record of a URL for require(), compiled from `source` when it has none. */
function recordForRequire(url, source, isMain) {
  let record = findRecord(url, undefined);
  if (record === undefined) {
    record = translate(url, { format: 'module', source }, isMain);
    record.key = url;
    addRecord(url, undefined, record);
  } else if (typeof record.then === 'function') {
    throw new ERR_REQUIRE_ESM_RACE_CONDITION(url);
  }
  return record;
}

/** Makes and runs a module of a text that has no file (-e, standard input). Gives its promise. */
async function runText(source, url, baseURL, context = {}) {
  const record = translate(url, { format: 'module', source }, true);
  record.baseURL = baseURL;
  if (isAsynchronous()) await linkAsync(record);
  else link(record, {});
  instantiate(record);
  context.onRecord?.(record);
  return finish(record);
}

module.exports = {
  importRecord,
  importSource,
  recordForRequire,
  requireRecord,
  runSync,
  runText,
  link,
  instantiate,
};
