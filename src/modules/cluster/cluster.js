// node:cluster
'use strict';

// One of two modules: which one depends on whether a primary started this process.

module.exports = require('modules/cluster/role').isWorker
  ? require('modules/cluster/child')
  : require('modules/cluster/primary');
