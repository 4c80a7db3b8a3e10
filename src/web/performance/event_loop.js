'use strict';

const { now } = require('web/performance/clock');
const { loopIdleTime, loopStart } = native('performance');

function share(idle, active) {
  return { idle, active, utilization: active / (idle + active) };
}

/**
 * How the time of an event loop was divided, given when it started and how long it was idle.
 * https://nodejs.org/api/perf_hooks.html#perf_hookseventlooputilizationutilization1-utilization2
 */
function utilizationOf(started, idle, earlier, evenEarlier) {
  if (started <= 0) return { idle: 0, active: 0, utilization: 0 };
  if (evenEarlier !== undefined) {
    return share(earlier.idle - evenEarlier.idle, earlier.active - evenEarlier.active);
  }
  const active = now() - started - idle;
  if (earlier === undefined) return share(idle, active);
  return share(idle - earlier.idle, active - earlier.active);
}

function eventLoopUtilization(utilization1, utilization2) {
  return utilizationOf(loopStart(), loopIdleTime(), utilization1, utilization2);
}

module.exports = { eventLoopUtilization, utilizationOf };
