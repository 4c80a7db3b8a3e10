'use strict';
// Diagnostics channels of streams: http2.{client,server}.stream.*
// https://nodejs.org/api/diagnostics_channel.html#http2

const diagnosticsChannel = require('modules/diagnostics_channel/state');

/**
 * Publishes an event of a stream, if anybody listens.
 * @param {string} event created, start, error, finish, close, bodyChunkSent or bodySent
 * @param {() => object} makeMessage called only if there are subscribers
 */
function publish(stream, event, makeMessage) {
  if (!diagnosticsChannel.loaded) return;
  const { channel, hasSubscribers } = require('node:diagnostics_channel');
  const name = `http2.${stream._isServer ? 'server' : 'client'}.stream.${event}`;
  if (hasSubscribers(name)) channel(name).publish(makeMessage());
}

module.exports = { publish };
