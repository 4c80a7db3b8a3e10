'use strict';

// The child's end of an IPC channel, which a process finds in its environment.

const { IPC, Pipe } = native('net');
const { openChannel } = require('modules/child_process/channel');

/** Gives `process` the channel on descriptor `fd`. */
function connect(fd, serialization) {
  const pipe = new Pipe(IPC);
  pipe.open(fd);
  // A channel that nobody listens to keeps no process alive.
  pipe.unref();
  const channel = openChannel(process, pipe, serialization === 'advanced' ? 'advanced' : 'json');
  const isCounted = (event) => event === 'message' || event === 'disconnect';
  process.on('newListener', (event) => {
    if (!isCounted(event)) return;
    channel.control.refCounted();
    if (event === 'message') process.nextTick(() => channel.deliverEarly());
  });
  process.on('removeListener', (event) => {
    if (isCounted(event)) channel.control.unrefCounted();
  });
}

/** Looks for a channel, and takes what speaks of it out of the environment. */
function connectFromEnvironment() {
  const { NODE_CHANNEL_FD: text, NODE_CHANNEL_SERIALIZATION_MODE: serialization } = process.env;
  if (text === undefined) return;
  delete process.env.NODE_CHANNEL_FD;
  delete process.env.NODE_CHANNEL_SERIALIZATION_MODE;
  const fd = Number.parseInt(text, 10);
  if (fd >= 0) connect(fd, serialization);
}

module.exports = { connectFromEnvironment };
