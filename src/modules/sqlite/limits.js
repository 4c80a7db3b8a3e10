'use strict';

const { coded, invalidType, requireObject } = require('modules/sqlite/checks');

// In the order of SQLite's numbers: https://www.sqlite.org/c3ref/c_limit_attached.html
const NAMES = [
  'length',
  'sqlLength',
  'column',
  'exprDepth',
  'compoundSelect',
  'vdbeOp',
  'functionArg',
  'attach',
  'likePatternLength',
  'variableNumber',
  'triggerDepth',
];

// Larger than any limit: SQLite cuts it to its own.
const LARGEST = 0x7fffffff;

/** The object that `database.limits` is: reading asks, writing sets. */
function makeLimits(handle) {
  const limits = {};
  for (const [id, name] of NAMES.entries()) {
    Object.defineProperty(limits, name, {
      get() {
        return handle.limit(id, -1);
      },
      set(value) {
        if (value === Number.POSITIVE_INFINITY) value = LARGEST;
        if (!Number.isInteger(value)) {
          throw invalidType('Limit value must be a non-negative integer or Infinity.');
        }
        if (value < 0)
          throw coded(RangeError, 'ERR_OUT_OF_RANGE', 'Limit value must be non-negative.');
        handle.limit(id, Math.min(value, LARGEST));
      },
      enumerable: true,
      configurable: true,
    });
  }
  return limits;
}

/** The limits of the constructor's options, as [id, value]. */
function limitOptions(limits) {
  if (limits === undefined) return [];
  requireObject(limits, 'options.limits');
  const result = [];
  for (const [id, name] of NAMES.entries()) {
    const value = limits[name];
    if (value === undefined) continue;
    if (!Number.isInteger(value)) {
      throw invalidType(`The "options.limits.${name}" argument must be an integer.`);
    }
    if (value < 0) {
      const message = `The "options.limits.${name}" argument must be non-negative.`;
      throw coded(RangeError, 'ERR_OUT_OF_RANGE', message);
    }
    result.push([id, value]);
  }
  return result;
}

module.exports = { limitOptions, makeLimits };
