'use strict';

const {
  coded,
  databasePath,
  invalidType,
  requireFunction,
  requireInteger,
  requireObject,
  stringOption,
} = require('modules/sqlite/checks');
const { handleOf } = require('modules/sqlite/database');

const DEFAULT_RATE = 100;

/** Copies a database into a file, some pages at a time. */
function backup(sourceDb, path, ...rest) {
  const [options = {}] = rest;
  if (typeof sourceDb !== 'object' || sourceDb === null) {
    throw invalidType('The "sourceDb" argument must be an object.');
  }
  const handle = handleOf(sourceDb);
  if (handle === undefined) throw invalidType('The "sourceDb" argument must be a DatabaseSync.');
  if (!handle.isOpen()) throw coded(Error, 'ERR_INVALID_STATE', 'database is not open');
  const target = databasePath(path);
  requireObject(options, 'options');
  const source = stringOption(options, 'source', 'main');
  const targetName = stringOption(options, 'target', 'main');
  const { rate = DEFAULT_RATE, progress } = options;
  requireInteger(rate, 'options.rate');
  if (progress !== undefined) requireFunction(progress, 'options.progress');

  return copyDatabase(handle, { target, source, targetName, rate, progress });
}

/** One job of the thread pool for each batch of pages. */
async function copyDatabase(handle, { target, source, targetName, rate, progress }) {
  const { Backup, copyPages } = native('sqlite');
  const copy = new Backup(handle);
  try {
    copy.start(target, source, targetName);
    while (!copy.finishStep(await copyPages(copy, rate))) {
      progress?.({ totalPages: copy.total(), remainingPages: copy.remaining() });
    }
    return copy.total();
  } finally {
    copy.finish();
  }
}

module.exports = { backup };
