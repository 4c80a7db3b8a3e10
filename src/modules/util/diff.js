'use strict';

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateStringArray } = require('runtime/validators');

const kDelete = -1;
const kSame = 0;
const kInsert = 1;

function toSequence(value, name) {
  if (Array.isArray(value)) {
    validateStringArray(value, name);
    return value;
  }
  if (typeof value !== 'string') throw new ERR_INVALID_ARG_TYPE(name, 'string', value);
  return value.split('');
}

/**
 * For each number of edits, how far each diagonal gets: Eugene W. Myers, "An O(ND) Difference
 * Algorithm and Its Variations", figure 2.
 */
function furthestPaths(a, b) {
  const most = a.length + b.length;
  const furthest = new Map([[1, 0]]);
  const history = [];
  for (let edits = 0; edits <= most; edits++) {
    history.push(new Map(furthest));
    for (let k = -edits; k <= edits; k += 2) {
      const isDown = k === -edits || (k !== edits && furthest.get(k - 1) < furthest.get(k + 1));
      let x = isDown ? furthest.get(k + 1) : furthest.get(k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest.set(k, x);
      if (x >= a.length && x - k >= b.length) return history;
    }
  }
  return history;
}

/**
 * The entries [operation, value] that lead from `expected` to `actual`.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utildiffactual-expected
 */
function diff(actual, expected) {
  if (actual === expected) return [];
  const a = toSequence(actual, 'actual');
  const b = toSequence(expected, 'expected');
  const history = furthestPaths(a, b);
  const result = [];
  let x = a.length;
  let y = b.length;
  for (let edits = history.length - 1; edits >= 0; edits--) {
    const furthest = history[edits];
    const k = x - y;
    const isDown = k === -edits || (k !== edits && furthest.get(k - 1) < furthest.get(k + 1));
    const previousX = furthest.get(isDown ? k + 1 : k - 1);
    const previousY = previousX - (isDown ? k + 1 : k - 1);
    while (x > previousX && y > previousY) {
      result.push([kSame, a[x - 1]]);
      x--;
      y--;
    }
    if (edits > 0) {
      if (isDown) result.push([kDelete, b[--y]]);
      else result.push([kInsert, a[--x]]);
    }
  }
  return result.reverse();
}

module.exports = { diff };
