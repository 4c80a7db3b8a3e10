'use strict';

// Whether this process is a cluster's worker. Servers ask before they listen, so this is small.

module.exports = { isWorker: false };
