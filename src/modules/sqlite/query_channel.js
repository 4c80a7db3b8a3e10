'use strict';

// The diagnostics channel that tells of each statement: SQLite is asked for its profile of them only
// while somebody listens.

const { channel } = require('node:diagnostics_channel');

const queries = channel('sqlite.db.query');
const traced = new WeakSet();

/** To be called before something is executed: follows who listens. */
function followSubscribers(database, handle) {
  const isWanted = queries.hasSubscribers;
  if (isWanted === traced.has(handle) || !handle.isOpen()) return;
  if (isWanted) {
    handle.setTrace((sql, duration) => queries.publish({ sql, database, duration }));
    traced.add(handle);
  } else {
    handle.setTrace(undefined);
    traced.delete(handle);
  }
}

module.exports = { followSubscribers };
