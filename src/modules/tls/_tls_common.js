// node:_tls_common
'use strict';
// The public name from before modules were folders.

const { SecureContext, createSecureContext } = require('modules/tls/secure_context');

// "OCSP - URI:http://...\nCA Issuers - URI:..." as lists by name.
function parseInfoAccess(text) {
  const lists = { __proto__: null };
  for (const [, name, value] of text.matchAll(/^([^\n:]*):([^\n]*)(?:\n|$)/gm)) {
    (lists[name] ??= []).push(value);
  }
  return lists;
}

/** Makes of a certificate's texts what getPeerCertificate() has. */
function translatePeerCertificate(certificate) {
  if (!certificate) return null;
  const { issuerCertificate, infoAccess } = certificate;
  if (issuerCertificate !== undefined && issuerCertificate !== null) {
    if (issuerCertificate !== certificate) {
      certificate.issuerCertificate = translatePeerCertificate(issuerCertificate);
    }
  }
  if (infoAccess !== undefined && infoAccess !== null) {
    certificate.infoAccess = parseInfoAccess(infoAccess);
  }
  return certificate;
}

module.exports = { SecureContext, createSecureContext, translatePeerCertificate };
