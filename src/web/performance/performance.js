'use strict';

const {
  ERR_ILLEGAL_CONSTRUCTOR,
  ERR_INVALID_THIS,
  ERR_MISSING_ARGS,
  ERR_PERFORMANCE_INVALID_TIMESTAMP,
  ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS,
} = require('runtime/errors');
const { EventTarget, Event, defineEventHandler, kTrusted } = require('web/dom/event_target');
const { makeEnumerable } = require('web/dom/event');
const clock = require('web/performance/clock');
const {
  PerformanceEntry,
  PerformanceMark,
  PerformanceMeasure,
  inspectAs,
  kCreate,
} = require('web/performance/entry');
const { eventLoopUtilization } = require('web/performance/event_loop');
const { PerformanceNodeTiming, isMilestone, milestone } = require('web/performance/node_timing');
const observation = require('web/performance/observer');
const { PerformanceResourceTiming } = require('web/performance/resource_timing');
const { timerify } = require('web/performance/timerify');
const timeline = require('web/performance/timeline');

/**
 * When a mark was set, or the milestone of that name passed; a number is a time already.
 * https://w3c.github.io/user-timing/#convert-a-mark-to-a-timestamp
 */
function toTimestamp(mark) {
  if (typeof mark === 'number') {
    if (mark < 0) throw new ERR_PERFORMANCE_INVALID_TIMESTAMP(mark);
    return mark;
  }
  mark = `${mark}`;
  if (isMilestone(mark)) return milestone(mark);
  const latest = timeline.find(mark, 'mark').at(-1);
  if (latest === undefined) {
    const { DOMException } = require('web/dom/exception');
    throw new DOMException(`The "${mark}" performance mark has not been set`, 'SyntaxError');
  }
  return latest.startTime;
}

/** https://w3c.github.io/user-timing/#dom-performance-measure, steps 1 to 5. */
function measured(startOrOptions, endMark) {
  const hasOptions = startOrOptions !== null && typeof startOrOptions === 'object';
  const options = hasOptions ? startOrOptions : {};
  const { start, end, duration, detail } = options;
  // 1. Options exclude an end mark, and they must determine the measure, once.
  if (start !== undefined || end !== undefined || duration !== undefined || detail !== undefined) {
    if (endMark !== undefined) {
      throw new ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS('endMark must not be specified');
    }
    if (start === undefined && end === undefined && duration !== undefined) {
      throw new ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS(
        'One of options.start or options.end is required',
      );
    }
    if (start !== undefined && end !== undefined && duration !== undefined) {
      throw new ERR_PERFORMANCE_MEASURE_INVALID_OPTIONS(
        'Must not have options.start, options.end, and options.duration specified',
      );
    }
  }
  // 2. The end.
  let endTime;
  if (endMark !== undefined) endTime = toTimestamp(endMark);
  else if (end !== undefined) endTime = toTimestamp(end);
  else if (start !== undefined && duration !== undefined) {
    endTime = toTimestamp(start) + toTimestamp(duration);
  } else endTime = clock.now();
  // 3. The start.
  let startTime = 0;
  if (start !== undefined) startTime = toTimestamp(start);
  else if (duration !== undefined) startTime = endTime - toTimestamp(duration);
  else if (!hasOptions && startOrOptions !== undefined && startOrOptions !== null) {
    startTime = toTimestamp(startOrOptions);
  }
  return { startTime, duration: endTime - startTime, detail };
}

/** https://w3c.github.io/hr-time/#sec-performance and its extensions. */
class Performance extends EventTarget {
  #brand;

  constructor(token = undefined) {
    if (token !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    super();
  }

  static #check(value) {
    if (typeof value !== 'object' || value === null || !(#brand in value)) {
      throw new ERR_INVALID_THIS('Performance');
    }
  }

  clearMarks(name = undefined) {
    Performance.#check(this);
    timeline.clear('mark', name === undefined ? undefined : `${name}`);
  }

  clearMeasures(name = undefined) {
    Performance.#check(this);
    timeline.clear('measure', name === undefined ? undefined : `${name}`);
  }

  clearResourceTimings(name = undefined) {
    Performance.#check(this);
    timeline.clear('resource', name === undefined ? undefined : `${name}`);
  }

  getEntries() {
    Performance.#check(this);
    return timeline.find();
  }

  getEntriesByName(name, type = undefined) {
    Performance.#check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    return timeline.find(`${name}`, type === undefined ? undefined : `${type}`);
  }

  getEntriesByType(type) {
    Performance.#check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('type');
    return timeline.find(undefined, `${type}`);
  }

  mark(name, options = {}) {
    Performance.#check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    const mark = new PerformanceMark(name, options);
    timeline.keep(mark);
    observation.enqueue(mark);
    return mark;
  }

  measure(name, startOrMeasureOptions = {}, endMark = undefined) {
    Performance.#check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('name');
    name = `${name}`;
    const { startTime, duration, detail } = measured(startOrMeasureOptions, endMark);
    const measure = new PerformanceMeasure(kCreate, name, startTime, duration, detail);
    timeline.keep(measure);
    observation.enqueue(measure);
    return measure;
  }

  now() {
    Performance.#check(this);
    return clock.now();
  }

  setResourceTimingBufferSize(maxSize) {
    Performance.#check(this);
    if (arguments.length === 0) throw new ERR_MISSING_ARGS('maxSize');
    timeline.setResourceLimit(maxSize >>> 0);
  }

  get timeOrigin() {
    Performance.#check(this);
    return clock.timeOrigin();
  }

  toJSON() {
    Performance.#check(this);
    return {
      nodeTiming: this.nodeTiming,
      timeOrigin: this.timeOrigin,
      eventLoopUtilization: this.eventLoopUtilization(),
    };
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
    const { nodeTiming, timeOrigin } = this;
    return inspectAs(this, { nodeTiming, timeOrigin }, depth, options);
  }
}

/** https://w3c.github.io/resource-timing/#dfn-mark-resource-timing, called by fetch. */
function markResourceTiming(
  timing,
  url,
  initiatorType,
  _global,
  cacheMode,
  _bodyInfo,
  responseStatus,
  deliveryType = '',
) {
  const entry = new PerformanceResourceTiming(kCreate, {
    timing,
    url,
    initiatorType,
    cacheMode,
    responseStatus,
    deliveryType,
  });
  observation.enqueue(entry);
  timeline.keepResource(entry, () => {
    performance.dispatchEvent(new Event('resourcetimingbufferfull', { [kTrusted]: true }));
  });
  return entry;
}

makeEnumerable(Performance.prototype, [
  'clearMarks',
  'clearMeasures',
  'clearResourceTimings',
  'getEntries',
  'getEntriesByName',
  'getEntriesByType',
  'mark',
  'measure',
  'now',
  'setResourceTimingBufferSize',
  'timeOrigin',
  'toJSON',
]);
const hidden = (value) => ({ __proto__: null, configurable: true, writable: true, value });
Object.defineProperties(Performance.prototype, {
  eventLoopUtilization: hidden(eventLoopUtilization),
  nodeTiming: hidden(new PerformanceNodeTiming()),
  markResourceTiming: hidden(markResourceTiming),
  timerify: hidden(timerify),
  [Symbol.toStringTag]: { __proto__: null, configurable: true, value: 'Performance' },
});
defineEventHandler(Performance.prototype, 'resourcetimingbufferfull');

const performance = new Performance(kCreate);

module.exports = {
  Performance,
  PerformanceEntry,
  PerformanceMark,
  PerformanceMeasure,
  PerformanceObserver: observation.PerformanceObserver,
  PerformanceObserverEntryList: observation.PerformanceObserverEntryList,
  PerformanceResourceTiming,
  eventLoopUtilization,
  performance,
  timerify,
};
