'use strict';

// The coverage of several processes as one.

const keyOf = ({ startOffset, endOffset }) => `${startOffset}-${endOffset}`;

function contains(outer, inner) {
  return outer.startOffset <= inner.startOffset && outer.endOffset >= inner.endOffset;
}

/** Adds the counts of a script in another process to those known of it. */
function mergeScript(known, script) {
  const functions = new Map(known.functions.map((fn) => [functionKey(fn), fn]));
  for (const fn of script.functions) {
    const same = functions.get(functionKey(fn));
    if (same === undefined) {
      functions.set(functionKey(fn), fn);
      known.functions.push(fn);
    } else if (fn.isBlockCoverage) {
      same.ranges = same.isBlockCoverage ? mergeRanges(same.ranges, fn.ranges) : fn.ranges;
      same.isBlockCoverage = true;
    }
  }
}

function functionKey({ functionName, ranges }) {
  return `${keyOf(ranges[0])} ${functionName}`;
}

// What ran in either counts. What did not run is what both have not run.
function mergeRanges(before, added) {
  const merged = new Map();
  const isSame = new Set(added.map(keyOf));
  for (const range of before) {
    if (range.count > 0 || isSame.has(keyOf(range))) merged.set(keyOf(range), { ...range });
  }
  const idle = before.filter(({ count }) => count === 0);
  for (const range of added) {
    const same = merged.get(keyOf(range));
    if (same !== undefined) same.count += range.count;
    else if (range.count > 0) merged.set(keyOf(range), range);
    else {
      for (const other of idle) {
        if (contains(other, range)) merged.set(keyOf(range), range);
        else if (contains(range, other)) merged.set(keyOf(other), other);
      }
    }
  }
  return [...merged.values()];
}

module.exports = { mergeScript };
