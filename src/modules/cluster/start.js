'use strict';

// Makes a process a worker when its environment says that a primary forked it.

function startWorker() {
  require('modules/cluster/role').isWorker = true;
  require('node:cluster')._setupWorker();
  // Processes that the worker starts are no workers.
  delete process.env.NODE_UNIQUE_ID;
}

module.exports = { startWorker };
