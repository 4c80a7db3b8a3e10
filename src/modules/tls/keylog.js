'use strict';
// --tls-keylog: the keys of all connections go to a file, for those who analyse what was recorded.

const { getOptionValue } = require('runtime/options');

let warned = false;

/** Writes the socket's keys to the file of --tls-keylog, if there is one. */
function watch(socket) {
  const file = getOptionValue('--tls-keylog');
  if (!file) return;
  if (!warned) {
    warned = true;
    process.emitWarning(
      'Using --tls-keylog makes TLS connections insecure by writing secret key material to file ' +
        file,
    );
  }
  const { appendFileSync } = require('node:fs');
  socket.on('keylog', (line) => appendFileSync(file, line, { mode: 0o600 }));
}

module.exports = { watch };
