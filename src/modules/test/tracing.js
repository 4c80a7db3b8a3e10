'use strict';

// The tracing channel 'node.test', for programs that watch tests run.

let channel;

/** Runs a test's `body` as a span of the channel, with the stores that are bound to it. */
function traced(test, body) {
  channel ??= require('node:diagnostics_channel').tracingChannel('node.test');
  if (!channel.hasSubscribers) return body();
  const { name, nesting, location, type } = test;
  const data = { name, nesting, file: location.file, type };
  return channel.start.runStores(data, async () => {
    await body();
    if (test.error !== null) {
      const { cause, code } = test.error;
      data.error = code === 'ERR_TEST_FAILURE' && cause !== undefined ? cause : test.error;
      channel.error.publish(data);
    }
    channel.end.publish(data);
  });
}

module.exports = { traced };
