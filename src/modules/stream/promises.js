// node:stream/promises
'use strict';

const { finishedPromise } = require('modules/stream/end_of_stream');
const { pipelinePromise } = require('modules/stream/pipeline');

module.exports = { finished: finishedPromise, pipeline: pipelinePromise };
