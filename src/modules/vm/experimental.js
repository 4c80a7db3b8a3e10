'use strict';

const warned = new Set();

/** Says once that a feature is experimental. */
function warnOnce(feature) {
  if (warned.has(feature)) return;
  warned.add(feature);
  process.emitWarning(
    `${feature} is an experimental feature and might change at any time`,
    'ExperimentalWarning',
  );
}

module.exports = { warnOnce };
