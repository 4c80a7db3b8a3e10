'use strict';

// Internals of a socket that programs once reached for: DEP0112.

const { deprecate } = require('node:util');
const { Socket, internals } = require('modules/dgram/socket');

const PROPERTIES = {
  _handle: 'handle',
  _receiving: 'receiving',
  _bindState: 'bindState',
  _queue: 'queue',
  _reuseAddr: 'reuseAddr',
};

for (const [name, key] of Object.entries(PROPERTIES)) {
  const message = `Socket.prototype.${name} is deprecated`;
  Object.defineProperty(Socket.prototype, name, {
    get: deprecate(
      function () {
        return internals(this)[key];
      },
      message,
      'DEP0112',
    ),
    set: deprecate(
      function (value) {
        internals(this)[key] = value;
      },
      message,
      'DEP0112',
    ),
  });
}

for (const name of ['healthCheck', 'stopReceiving']) {
  Socket.prototype[`_${name}`] = deprecate(
    function () {
      internals(this)[name]();
    },
    `Socket.prototype._${name}() is deprecated`,
    'DEP0112',
  );
}
