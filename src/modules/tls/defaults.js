'use strict';
// What connections use where a program says nothing, and the certificates that are trusted then.

const { ERR_CRYPTO_OPERATION_FAILED, ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateArray, validateOneOf } = require('runtime/validators');
const { getOptionValue } = require('runtime/options');
const binding = native('tls');

let bundled;
let system;
let extra;
let chosen; // by setDefaultCACertificates()
let generation = 0;
let loaded = -1;
const cached = new Map();

function bundledCertificates() {
  bundled ??= Object.freeze(binding.bundledCertificates());
  return bundled;
}

function systemCertificates() {
  if (system === undefined) {
    const file = process.env.SSL_CERT_FILE;
    const found = file ? binding.extraCertificates(file) : undefined;
    system = Object.freeze(Array.isArray(found) ? found : [...bundledCertificates()]);
  }
  return system;
}

function extraCertificates() {
  if (extra === undefined) {
    const file = process.env.NODE_EXTRA_CA_CERTS;
    const found = file ? binding.extraCertificates(file) : [];
    if (typeof found === 'string') {
      process.emitWarning(`Ignoring extra certs from \`${file}\`, load failed: ${found}`);
      extra = Object.freeze([]);
    } else {
      extra = Object.freeze(found);
    }
  }
  return extra;
}

function flag(name) {
  try {
    return Boolean(getOptionValue(name));
  } catch {
    return false;
  }
}

function defaultCertificates() {
  if (chosen !== undefined) return chosen;
  const list = [];
  if (flag('--use-openssl-ca')) {
    list.push(...systemCertificates());
  } else {
    list.push(...bundledCertificates());
    if (flag('--use-system-ca')) list.push(...systemCertificates());
  }
  if (process.env.NODE_EXTRA_CA_CERTS) list.push(...extraCertificates());
  return [...new Set(list)];
}

/** The certificates of a kind, as PEM: the authorities trusted by default, bundled, the system's, or extra ones. */
function getCACertificates(type = 'default') {
  validateOneOf(type, 'type', ['bundled', 'default', 'extra', 'system']);
  switch (type) {
    case 'bundled':
      return bundledCertificates();
    case 'system':
      return systemCertificates();
    case 'extra':
      return extraCertificates();
    default:
      if (!cached.has(generation)) {
        cached.clear();
        cached.set(generation, Object.freeze(defaultCertificates()));
      }
      return cached.get(generation);
  }
}

/** Trusts these certificates (PEM strings or views) from now on where a program names none. */
function setDefaultCACertificates(certificates) {
  validateArray(certificates, 'certs');
  const { X509Certificate } = require('node:crypto');
  const list = [];
  const seen = new Set();
  certificates.forEach((each, i) => {
    if (typeof each !== 'string' && !ArrayBuffer.isView(each)) {
      throw new ERR_INVALID_ARG_TYPE(`certs[${i}]`, ['string', 'ArrayBufferView'], each);
    }
    const text =
      typeof each === 'string'
        ? each
        : Buffer.from(each.buffer, each.byteOffset, each.byteLength).toString();
    // What is no certificate at all is passed over; a broken one is not.
    if (!binding.checkCertificates(Buffer.from(text))) return;
    const parsed = new X509Certificate(text);
    if (seen.has(parsed.fingerprint512)) return;
    seen.add(parsed.fingerprint512);
    list.push(parsed.toString());
  });
  if (list.length === 0 && certificates.length > 0) {
    throw new ERR_CRYPTO_OPERATION_FAILED('No valid certificates found in the provided array');
  }
  chosen = list;
  generation++;
}

/** Lets a native context trust what is trusted by default. */
function trustDefaults(context) {
  if (loaded === generation) {
    binding.trustDefaults(context);
  } else {
    binding.trust(context, [...getCACertificates('default')]);
    loaded = generation;
  }
}

const versions = {
  __proto__: null,
  TLSv1: binding.TLS1_VERSION,
  'TLSv1.1': binding.TLS1_1_VERSION,
  'TLSv1.2': binding.TLS1_2_VERSION,
  'TLSv1.3': binding.TLS1_3_VERSION,
};

function defaultMinVersion() {
  if (flag('--tls-min-v1.0')) return 'TLSv1';
  if (flag('--tls-min-v1.1')) return 'TLSv1.1';
  if (flag('--tls-min-v1.2')) return 'TLSv1.2';
  if (flag('--tls-min-v1.3')) return 'TLSv1.3';
  return 'TLSv1.2';
}

function defaultMaxVersion() {
  if (flag('--tls-max-v1.3')) return 'TLSv1.3';
  if (flag('--tls-max-v1.2')) return 'TLSv1.2';
  return 'TLSv1.3';
}

function defaultCiphers() {
  return (
    getOptionValue('--tls-cipher-list') || require('node:crypto').constants.defaultCoreCipherList
  );
}

/** Lower case, because that is how getCiphers() has always told. */
function getCiphers() {
  return [...new Set(binding.cipherNames().map((name) => name.toLowerCase()))].sort();
}

module.exports = {
  bundledCertificates,
  defaultCiphers,
  defaultMaxVersion,
  defaultMinVersion,
  getCACertificates,
  getCiphers,
  setDefaultCACertificates,
  trustDefaults,
  versions,
};
