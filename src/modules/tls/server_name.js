'use strict';
// What a server shows a client that has said which of its names it wants, and with what proof (OCSP).

const errors = require('runtime/errors');
const binding = native('tls');

/** Answers the handle's question for a certificate. */
function choose(socket, handle, servername, wantsOcsp) {
  const { server } = socket._tlsOptions;
  const fail = (error) => {
    if (!socket.destroyed) socket._tlsError(error);
  };
  const finish = (context) => {
    if (socket.destroyed || !socket._handle) return;
    try {
      binding.certificateDone(handle, context);
    } catch (error) {
      fail(error);
    }
  };
  const askOcsp = (context) => {
    if (!wantsOcsp || !server || server.listenerCount('OCSPRequest') === 0) {
      finish(context);
      return;
    }
    const shown = context ?? socket._tlsOptions.secureContext.context;
    const certificate = binding.contextCertificate(shown) ?? null;
    const issuer = binding.contextIssuer(shown) ?? null;
    let called = false;
    server.emit('OCSPRequest', certificate, issuer, (error, response) => {
      if (called) {
        fail(new errors.ERR_MULTIPLE_CALLBACK());
        return;
      }
      called = true;
      if (error) {
        fail(error);
        return;
      }
      if (response && !socket.destroyed) handle.setOcspResponse(response);
      finish(context);
    });
  };
  if (!servername || !socket._SNICallback) {
    askOcsp(undefined);
    return;
  }
  let called = false;
  socket._SNICallback.call(socket, servername, (error, context) => {
    if (called) {
      fail(new errors.ERR_MULTIPLE_CALLBACK());
      return;
    }
    called = true;
    if (error) {
      fail(error);
      return;
    }
    // Nothing: the server's own.
    if (!context) {
      askOcsp(undefined);
      return;
    }
    askOcsp(context.context ?? context);
  });
}

module.exports = { choose };
