'use strict';

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateFunction, validateObject } = require('runtime/validators');
const { PerformanceNodeEntry, kCreate } = require('web/performance/entry');
const { enqueue, isObserved } = require('web/performance/observer');
const { now } = require('web/performance/clock');

function finish(name, start, args, histogram) {
  const duration = now() - start;
  // Histograms count whole nanoseconds, and none at all cannot be recorded.
  histogram?.record(Math.max(Math.ceil(duration * 1e6), 1));
  if (!isObserved('function')) return;
  const entry = new PerformanceNodeEntry(kCreate, name, 'function', start, duration, args);
  args.forEach((arg, index) => {
    entry[index] = arg;
  });
  enqueue(entry);
}

/** https://nodejs.org/api/perf_hooks.html#perf_hookstimerifyfn-options */
function timerify(fn, options = {}) {
  validateFunction(fn, 'fn');
  validateObject(options, 'options');
  const { histogram } = options;
  if (histogram !== undefined && !require('modules/perf_hooks/histogram').isRecordable(histogram)) {
    throw new ERR_INVALID_ARG_TYPE('options.histogram', 'RecordableHistogram', histogram);
  }

  function timerified(...args) {
    const start = now();
    const result = new.target ? Reflect.construct(fn, args, fn) : Reflect.apply(fn, this, args);
    if (!new.target && typeof result?.finally === 'function') {
      return result.finally(() => finish(fn.name, start, args, histogram));
    }
    finish(fn.name, start, args, histogram);
    return result;
  }
  Object.defineProperties(timerified, {
    length: { __proto__: null, configurable: false, enumerable: true, value: fn.length },
    name: {
      __proto__: null,
      configurable: false,
      enumerable: true,
      value: `timerified ${fn.name}`,
    },
  });
  return timerified;
}

module.exports = { timerify };
