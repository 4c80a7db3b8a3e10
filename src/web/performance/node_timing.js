'use strict';

const { PerformanceEntry, inspectAs, kCreate } = require('web/performance/entry');
const { now } = require('web/performance/clock');
const { loopIdleTime, loopMetrics, milestones } = native('performance');

// In the order in which the native function tells them.
const kMilestones = [
  'nodeStart',
  'v8Start',
  'environment',
  'bootstrapComplete',
  'loopStart',
  'loopExit',
];

/** Whether a name is one of those that marks may not have and measures may refer to. */
function isMilestone(name) {
  return kMilestones.includes(name);
}

/** When the process passed a milestone, in the time of performance.now(). */
function milestone(name) {
  return milestones()[kMilestones.indexOf(name)];
}

/** https://nodejs.org/api/perf_hooks.html#class-performancenodetiming */
class PerformanceNodeTiming extends PerformanceEntry {
  constructor() {
    super(kCreate, 'node', 'node', 0, 0);
    const getter = (get) => ({ __proto__: null, enumerable: true, configurable: true, get });
    const value = (value) => ({ __proto__: null, enumerable: true, configurable: true, value });
    // Own properties, so that a copy by spreading is a snapshot of all of them.
    Object.defineProperties(this, {
      name: value('node'),
      entryType: value('node'),
      startTime: value(0),
      duration: getter(now),
      nodeStart: getter(() => milestone('nodeStart')),
      v8Start: getter(() => milestone('v8Start')),
      environment: getter(() => milestone('environment')),
      loopStart: getter(() => milestone('loopStart')),
      loopExit: getter(() => milestone('loopExit')),
      bootstrapComplete: getter(() => milestone('bootstrapComplete')),
      idleTime: getter(() => loopIdleTime()),
      uvMetricsInfo: getter(() => {
        const [loopCount, events, eventsWaiting] = loopMetrics();
        return { loopCount, events, eventsWaiting };
      }),
    });
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
    return inspectAs(this, this.toJSON(), depth, options);
  }

  toJSON() {
    return {
      name: 'node',
      entryType: 'node',
      startTime: this.startTime,
      duration: this.duration,
      nodeStart: this.nodeStart,
      v8Start: this.v8Start,
      bootstrapComplete: this.bootstrapComplete,
      environment: this.environment,
      loopStart: this.loopStart,
      loopExit: this.loopExit,
      idleTime: this.idleTime,
    };
  }
}

module.exports = { PerformanceNodeTiming, isMilestone, milestone };
