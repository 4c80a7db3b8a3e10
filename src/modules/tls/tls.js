// node:tls
'use strict';
// https://nodejs.org/api/tls.html

const defaults = require('modules/tls/defaults');

// Files of this folder read the defaults from here, where programs change them.
module.exports = {
  CLIENT_RENEG_LIMIT: 3,
  CLIENT_RENEG_WINDOW: 600,
  DEFAULT_CIPHERS: defaults.defaultCiphers(),
  DEFAULT_ECDH_CURVE: 'auto',
  DEFAULT_MAX_VERSION: defaults.defaultMaxVersion(),
  DEFAULT_MIN_VERSION: defaults.defaultMinVersion(),
  getCiphers: defaults.getCiphers,
  getCertificateCompressionAlgorithms() {
    const compression = require('modules/tls/certificate_compression');
    return compression.getCertificateCompressionAlgorithms();
  },
  getCACertificates: defaults.getCACertificates,
  setDefaultCACertificates: defaults.setDefaultCACertificates,
  convertALPNProtocols: require('modules/tls/alpn').convert,
};

const { SecureContext, createSecureContext } = require('modules/tls/secure_context');
const { TLSSocket } = require('modules/tls/tls_socket');
const { Server, createServer } = require('modules/tls/server');
const { connect } = require('modules/tls/connect');
const { checkServerIdentity } = require('modules/tls/identity');

Object.assign(module.exports, {
  SecureContext,
  Server,
  TLSSocket,
  checkServerIdentity,
  connect,
  createSecureContext,
  createServer,
});

Object.defineProperty(module.exports, 'rootCertificates', {
  get: defaults.bundledCertificates,
  enumerable: true,
  configurable: false,
});
