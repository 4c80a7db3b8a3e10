// node:perf_hooks
'use strict';

const performance = require('web/performance');

// https://nodejs.org/api/perf_hooks.html#performancenodeentrykind
const constants = {
  NODE_PERFORMANCE_GC_MAJOR: 4,
  NODE_PERFORMANCE_GC_MINOR: 1,
  NODE_PERFORMANCE_GC_MINOR_MARK_SWEEP: 2,
  NODE_PERFORMANCE_GC_INCREMENTAL: 8,
  NODE_PERFORMANCE_GC_WEAKCB: 16,
  NODE_PERFORMANCE_GC_FLAGS_NO: 0,
  NODE_PERFORMANCE_GC_FLAGS_CONSTRUCT_RETAINED: 2,
  NODE_PERFORMANCE_GC_FLAGS_FORCED: 4,
  NODE_PERFORMANCE_GC_FLAGS_SYNCHRONOUS_PHANTOM_PROCESSING: 8,
  NODE_PERFORMANCE_GC_FLAGS_ALL_AVAILABLE_GARBAGE: 16,
  NODE_PERFORMANCE_GC_FLAGS_ALL_EXTERNAL_MEMORY: 32,
  NODE_PERFORMANCE_GC_FLAGS_SCHEDULE_IDLE: 64,
};

// Kinds of entries and milestones, which listings leave out.
for (const [prefix, names] of [
  ['ENTRY_TYPE', ['GC', 'HTTP', 'HTTP2', 'NET', 'DNS', 'QUIC']],
  [
    'MILESTONE',
    [
      'TIME_ORIGIN_TIMESTAMP',
      'TIME_ORIGIN',
      'ENVIRONMENT',
      'NODE_START',
      'V8_START',
      'LOOP_START',
      'LOOP_EXIT',
      'BOOTSTRAP_COMPLETE',
    ],
  ],
]) {
  names.forEach((name, value) => {
    Object.defineProperty(constants, `NODE_PERFORMANCE_${prefix}_${name}`, { value });
  });
}
Object.freeze(constants);

module.exports = {
  Performance: performance.Performance,
  PerformanceEntry: performance.PerformanceEntry,
  PerformanceMark: performance.PerformanceMark,
  PerformanceMeasure: performance.PerformanceMeasure,
  PerformanceObserver: performance.PerformanceObserver,
  PerformanceObserverEntryList: performance.PerformanceObserverEntryList,
  PerformanceResourceTiming: performance.PerformanceResourceTiming,
  monitorEventLoopDelay(options) {
    return require('modules/perf_hooks/histogram').monitorEventLoopDelay(options);
  },
  eventLoopUtilization: performance.eventLoopUtilization,
  timerify: performance.timerify,
  createHistogram(options) {
    return require('modules/perf_hooks/histogram').createHistogram(options);
  },
  performance: performance.performance,
};

Object.defineProperty(module.exports, 'constants', {
  __proto__: null,
  enumerable: true,
  value: constants,
});
