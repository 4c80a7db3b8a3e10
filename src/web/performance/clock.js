'use strict';

const { now, timeOrigin } = native('performance');

/**
 * The monotonic clock of the High Resolution Time standard: now() is the milliseconds since
 * this process or worker started; timeOrigin() is that start, in milliseconds since 1970.
 */
module.exports = { now, timeOrigin };
