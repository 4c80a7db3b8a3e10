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

/** Copies a database into a file, some pages at a time; other work goes on in between. */
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

  const { Backup } = native('sqlite');
  return new Promise((resolve, reject) => {
    const copy = new Backup(handle);
    copy.start(target, source, targetName);
    const advance = () => {
      try {
        const isDone = copy.step(rate);
        const totalPages = copy.total();
        const remainingPages = copy.remaining();
        if (isDone) {
          copy.finish();
          resolve(totalPages);
          return;
        }
        progress?.({ totalPages, remainingPages });
        setImmediate(advance);
      } catch (error) {
        copy.finish();
        reject(error);
      }
    };
    setImmediate(advance);
  });
}

module.exports = { backup };
