// X509Certificate.
// https://nodejs.org/docs/latest-v24.x/api/crypto.html#class-x509certificate
'use strict';

const binding = native('crypto');
const { ERR_INVALID_ARG_TYPE, ERR_INVALID_ARG_VALUE } = require('runtime/errors');
const { kClone } = require('runtime/symbols');
const { validateBoolean, validateObject, validateString } = require('runtime/validators');
const { handleOf, isKeyObject, wrapKey } = require('modules/crypto/keys');

const customInspect = Symbol.for('nodejs.util.inspect.custom');

// X509_CHECK_FLAG_* of OpenSSL.
const kAlwaysCheckSubject = 0x1;
const kNoWildcards = 0x2;
const kNoPartialWildcards = 0x4;
const kMultiLabelWildcards = 0x8;
const kSingleLabelSubdomains = 0x10;
const kNeverCheckSubject = 0x20;

function checkFlags(options) {
  if (options === undefined) return 0;
  validateObject(options, 'options');
  const {
    subject = 'default',
    wildcards = true,
    partialWildcards = true,
    multiLabelWildcards = false,
    singleLabelSubdomains = false,
  } = options;
  validateString(subject, 'options.subject');
  validateBoolean(wildcards, 'options.wildcards');
  validateBoolean(partialWildcards, 'options.partialWildcards');
  validateBoolean(multiLabelWildcards, 'options.multiLabelWildcards');
  validateBoolean(singleLabelSubdomains, 'options.singleLabelSubdomains');
  let flags = 0;
  if (subject === 'always') flags |= kAlwaysCheckSubject;
  else if (subject === 'never') flags |= kNeverCheckSubject;
  else if (subject !== 'default') throw new ERR_INVALID_ARG_VALUE('options.subject', subject);
  if (!wildcards) flags |= kNoWildcards;
  if (!partialWildcards) flags |= kNoPartialWildcards;
  if (multiLabelWildcards) flags |= kMultiLabelWildcards;
  if (singleLabelSubdomains) flags |= kSingleLabelSubdomains;
  return flags;
}

// { CN: 'name', OU: ['one', 'two'] }
function nameObject(entries) {
  const object = { __proto__: null };
  for (const [key, value] of entries) {
    if (object[key] === undefined) object[key] = value;
    else if (Array.isArray(object[key])) object[key].push(value);
    else object[key] = [object[key], value];
  }
  return object;
}

// 'OCSP - URI:...' lines as { 'OCSP - URI': ['...'] }.
function accessObject(text) {
  const object = { __proto__: null };
  for (const line of text.split('\n')) {
    const at = line.indexOf(':');
    if (at < 0) continue;
    const key = line.slice(0, at);
    let value = line.slice(at + 1);
    if (value.startsWith('"')) value = JSON.parse(value);
    (object[key] ??= []).push(value);
  }
  return object;
}

let isCertificate;
let linkIssuer;

class X509Certificate {
  #handle;
  #fields;
  #publicKey;
  #issuer;

  constructor(buffer) {
    if (buffer instanceof binding.X509Certificate) {
      this.#handle = buffer;
      return;
    }
    if (typeof buffer === 'string') buffer = Buffer.from(buffer);
    if (!ArrayBuffer.isView(buffer)) {
      throw new ERR_INVALID_ARG_TYPE(
        'buffer',
        ['string', 'Buffer', 'TypedArray', 'DataView'],
        buffer,
      );
    }
    this.#handle = binding.parseCertificate(buffer);
  }

  // Read at once, because whoever asks for one field asks for more.
  get #all() {
    this.#fields ??= binding.certificateFields(this.#handle);
    return this.#fields;
  }

  get subject() {
    return this.#all.subject || undefined;
  }

  get subjectAltName() {
    return this.#all.subjectAltName;
  }

  get issuer() {
    return this.#all.issuer || undefined;
  }

  get issuerCertificate() {
    return this.#issuer;
  }

  get infoAccess() {
    return this.#all.infoAccess;
  }

  get validFrom() {
    return this.#all.validFrom;
  }

  get validTo() {
    return this.#all.validTo;
  }

  get validFromDate() {
    return new Date(this.#all.validFromTime);
  }

  get validToDate() {
    return new Date(this.#all.validToTime);
  }

  get fingerprint() {
    return this.#all.fingerprint;
  }

  get fingerprint256() {
    return this.#all.fingerprint256;
  }

  get fingerprint512() {
    return this.#all.fingerprint512;
  }

  get keyUsage() {
    const usage = binding.certificateKeyUsage(this.#handle);
    return usage.length > 0 ? usage : undefined;
  }

  get serialNumber() {
    return this.#all.serialNumber;
  }

  get signatureAlgorithm() {
    return this.#all.signatureAlgorithm;
  }

  get signatureAlgorithmOid() {
    return this.#all.signatureAlgorithmOid;
  }

  get raw() {
    return this.#all.raw;
  }

  get publicKey() {
    this.#publicKey ??= wrapKey('public', binding.certificatePublicKey(this.#handle));
    return this.#publicKey;
  }

  toString() {
    return binding.certificatePem(this.#handle);
  }

  toJSON() {
    return this.toString();
  }

  // Structured cloning: see web/messaging/transfer.js.
  [kClone]() {
    if (!isCertificate(this)) return undefined;
    return { deserializeInfo: 'modules/crypto/x509:receiveCertificate', data: this.raw };
  }

  get ca() {
    return this.#all.ca === 1;
  }

  checkHost(name, options) {
    validateString(name, 'name');
    return binding.certificateCheckHost(this.#handle, name, checkFlags(options));
  }

  checkEmail(email, options) {
    validateString(email, 'email');
    return binding.certificateCheckEmail(this.#handle, email, checkFlags(options));
  }

  checkIP(ip) {
    validateString(ip, 'ip');
    return binding.certificateCheckIp(this.#handle, ip);
  }

  checkIssued(otherCert) {
    if (!isCertificate(otherCert)) {
      throw new ERR_INVALID_ARG_TYPE('otherCert', 'X509Certificate', otherCert);
    }
    return binding.certificateCheckIssued(this.#handle, otherCert.#handle);
  }

  checkPrivateKey(privateKey) {
    this.#validateKey(privateKey, 'privateKey', 'private');
    return binding.certificateCheckPrivateKey(this.#handle, handleOf(privateKey));
  }

  verify(publicKey) {
    this.#validateKey(publicKey, 'publicKey', 'public');
    return binding.certificateVerify(this.#handle, handleOf(publicKey));
  }

  #validateKey(key, name, type) {
    if (!isKeyObject(key)) throw new ERR_INVALID_ARG_TYPE(name, 'KeyObject', key);
    if (key.type !== type) throw new ERR_INVALID_ARG_VALUE(name, key);
  }

  /** The form in which tlsSocket.getPeerCertificate() describes certificates. */
  toLegacyObject() {
    const fields = this.#all;
    const object = {
      subject: nameObject(binding.certificateSubject(this.#handle)),
      issuer: nameObject(binding.certificateIssuer(this.#handle)),
    };
    if (fields.subjectAltName !== undefined) object.subjectaltname = fields.subjectAltName;
    if (fields.infoAccess !== undefined) object.infoAccess = accessObject(fields.infoAccess);
    object.ca = this.ca;
    for (const name of ['modulus', 'bits', 'exponent', 'pubkey', 'asn1Curve', 'nistCurve']) {
      if (fields[name] !== undefined) object[name] = fields[name];
    }
    object.valid_from = fields.validFrom;
    object.valid_to = fields.validTo;
    object.fingerprint = fields.fingerprint;
    object.fingerprint256 = fields.fingerprint256;
    object.fingerprint512 = fields.fingerprint512;
    if (this.keyUsage !== undefined) object.ext_key_usage = this.keyUsage;
    object.serialNumber = fields.serialNumber;
    object.raw = fields.raw;
    return object;
  }

  [customInspect](depth, options) {
    if (depth < 0) return this;
    const { inspect } = require('modules/util/inspect');
    const nested = { ...options, depth: options.depth == null ? null : options.depth - 1 };
    const shown = {};
    for (const name of [
      'subject',
      'subjectAltName',
      'issuer',
      'infoAccess',
      'validFrom',
      'validTo',
      'validFromDate',
      'validToDate',
      'fingerprint',
      'fingerprint256',
      'fingerprint512',
      'keyUsage',
      'serialNumber',
      'signatureAlgorithm',
      'signatureAlgorithmOid',
    ]) {
      shown[name] = this[name];
    }
    return `X509Certificate ${inspect(shown, nested)}`;
  }

  static {
    isCertificate = (value) => typeof value === 'object' && value !== null && #handle in value;
    linkIssuer = (certificate, issuer) => {
      certificate.#issuer = issuer;
    };
  }
}

module.exports = {
  X509Certificate,
  accessObject,
  isCertificate: (value) => isCertificate(value),
  /** What structured cloning makes of a certificate's bytes. */
  receiveCertificate: (raw) => new X509Certificate(raw),
  /** Says who issued a certificate, where a chain is known. */
  linkIssuer: (certificate, issuer) => linkIssuer(certificate, issuer),
  nameObject,
};
