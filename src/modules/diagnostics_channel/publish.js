'use strict';

const diagnosticsChannel = require('modules/diagnostics_channel/state');

/**
 * Publishes what a built-in has to tell, if anybody listens. A program that never loads
 * node:diagnostics_channel does not pay for it.
 * @param {string} name of the channel
 * @param {() => object} makeMessage called only if there are subscribers
 */
function publish(name, makeMessage) {
  if (!diagnosticsChannel.loaded) return;
  const { channel, hasSubscribers } = require('node:diagnostics_channel');
  if (hasSubscribers(name)) channel(name).publish(makeMessage());
}

module.exports = { publish };
