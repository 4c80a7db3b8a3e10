'use strict';
// The reader of messages between threads, on messages that no writer wrote. Only the driver can forge them.

const { forgeMessage } = globalThis;
// Loads what makes objects of messages.
structuredClone(new Map());

module.exports = (bytes) => {
  try {
    forgeMessage?.(bytes);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
  }
};
