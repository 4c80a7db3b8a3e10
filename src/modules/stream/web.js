// node:stream/web
'use strict';

const streams = require('web/streams');

const { ReadableStream } = streams;
const names = streams.interfaceNames.filter((name) => name !== 'ReadableStream');

module.exports = { ReadableStream, ReadableStreamTee: streams.ReadableStreamTee };
for (const name of names) module.exports[name] = streams[name];
