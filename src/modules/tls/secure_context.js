'use strict';
// tls.createSecureContext() and tls.SecureContext.
// https://nodejs.org/api/tls.html#tlscreatesecurecontextoptions

const errors = require('runtime/errors');
const {
  validateInteger,
  validateInt32,
  validateString,
  validateBuffer,
} = require('runtime/validators');
const defaults = require('modules/tls/defaults');
const binding = native('tls');

const kPemKinds = ['string', 'Buffer', 'TypedArray', 'DataView'];

// The fixed names of secureProtocol: [lowest, highest] version.
function versionsOf(method) {
  const any = [0, 0];
  const name =
    /^(TLS|SSLv23|TLSv1|TLSv1_1|TLSv1_2|TLSv1_3|SSLv2|SSLv3)(?:_(?:client|server))?_method$/.exec(
      method,
    )?.[1];
  switch (name) {
    case 'SSLv2':
      throw new errors.ERR_TLS_INVALID_PROTOCOL_METHOD('SSLv2 methods disabled');
    case 'SSLv3':
      throw new errors.ERR_TLS_INVALID_PROTOCOL_METHOD('SSLv3 methods disabled');
    case 'TLS':
      return any;
    case 'SSLv23':
      return [defaults.versions[require('node:tls').DEFAULT_MIN_VERSION], binding.TLS1_2_VERSION];
    case 'TLSv1':
      return [binding.TLS1_VERSION, binding.TLS1_VERSION];
    case 'TLSv1_1':
      return [binding.TLS1_1_VERSION, binding.TLS1_1_VERSION];
    case 'TLSv1_2':
      return [binding.TLS1_2_VERSION, binding.TLS1_2_VERSION];
    default:
      throw new errors.ERR_TLS_INVALID_PROTOCOL_METHOD(`Unknown method: ${method}`);
  }
}

function toVersion(kind, given, fallback) {
  const version = defaults.versions[given ?? fallback];
  if (version === undefined) throw new errors.ERR_TLS_INVALID_PROTOCOL_VERSION(given, kind);
  return version;
}

function pem(value, name) {
  if (typeof value === 'string') return Buffer.from(value);
  if (ArrayBuffer.isView(value)) return value;
  throw new errors.ERR_INVALID_ARG_TYPE(name, kPemKinds, value);
}

// Falsy values stand for nothing, wherever they stand.
function each(value, use) {
  if (Array.isArray(value)) {
    for (const one of value) if (one) use(one);
  } else if (value) {
    use(value);
  }
}

function setPassphrased(context, key, passphrase, name) {
  if (passphrase !== undefined && passphrase !== null)
    validateString(passphrase, `${name}.passphrase`);
  binding.setKey(
    context,
    pem(key, `${name}.key`),
    passphrase == null ? undefined : Buffer.from(passphrase),
  );
}

// What programs call on `secureContext.context` itself.
Object.defineProperty(binding.SecureContext.prototype, 'setOptions', {
  value: function setOptions(options) {
    if (!(this instanceof binding.SecureContext)) throw new TypeError('Illegal invocation');
    binding.setOptions(this, options);
  },
  writable: true,
  configurable: true,
});

/** The native context behind what createSecureContext() returns. */
function SecureContext(secureProtocol, secureOptions, minVersion, maxVersion) {
  if (!(this instanceof SecureContext)) {
    return new SecureContext(secureProtocol, secureOptions, minVersion, maxVersion);
  }
  if (secureProtocol) {
    if (minVersion !== undefined && minVersion !== null) {
      throw new errors.ERR_TLS_PROTOCOL_VERSION_CONFLICT(minVersion, secureProtocol);
    }
    if (maxVersion !== undefined && maxVersion !== null) {
      throw new errors.ERR_TLS_PROTOCOL_VERSION_CONFLICT(maxVersion, secureProtocol);
    }
  }
  this.context = new binding.SecureContext();
  const range = secureProtocol
    ? versionsOf(secureProtocol)
    : [
        toVersion('minimum', minVersion, require('node:tls').DEFAULT_MIN_VERSION),
        toVersion('maximum', maxVersion, require('node:tls').DEFAULT_MAX_VERSION),
      ];
  binding.setVersions(this.context, range[0], range[1]);
  if (secureOptions) {
    validateInteger(secureOptions, 'secureOptions');
    binding.setOptions(this.context, secureOptions);
  }
}

// "A:B" split into those of TLS 1.3 and the others.
function splitCiphers(list, name) {
  const old = [];
  const suites = [];
  const excluded = new Set();
  for (const cipher of list.split(':')) {
    if (cipher.length === 0) continue;
    if (cipher.startsWith('!TLS_')) excluded.add(cipher.slice(1));
    else (cipher.startsWith('TLS_') ? suites : old).push(cipher);
  }
  const oldList = old.join(':');
  const suiteList = suites.filter((suite) => !excluded.has(suite)).join(':');
  if (oldList === '' && suiteList === '') throw new errors.ERR_INVALID_ARG_VALUE(name, list);
  return [oldList, suiteList];
}

binding.SecureContext.prototype.addCACert = function addCACert(certificate) {
  binding.addCa(this, pem(certificate, 'certificate'));
};

/** What connections have in common; see the API page for the options. */
function createSecureContext(options) {
  if (options === null || typeof options !== 'object') options = {};
  const name = 'options';
  const {
    allowPartialTrustChain,
    ca,
    cert,
    ciphers,
    clientCertEngine,
    crl,
    dhparam,
    ecdhCurve,
    honorCipherOrder,
    key,
    maxVersion,
    minVersion,
    passphrase,
    pfx,
    certificateCompression,
    privateKeyIdentifier,
    privateKeyEngine,
    secureProtocol,
    sessionIdContext,
    sessionTimeout,
    sigalgs,
    ticketKeys,
  } = options;
  let { secureOptions } = options;
  if (honorCipherOrder)
    secureOptions =
      (secureOptions ?? 0) | require('node:crypto').constants.SSL_OP_CIPHER_SERVER_PREFERENCE;
  const made = new SecureContext(secureProtocol, secureOptions, minVersion, maxVersion);
  const { context } = made;
  if (ca) each(ca, (one) => binding.addCa(context, pem(one, `${name}.ca`)));
  else defaults.trustDefaults(context);
  if (allowPartialTrustChain) binding.allowPartialChains(context);
  // Ciphers say how strong keys have to be: they come first.
  if (ciphers !== undefined && ciphers !== null) validateString(ciphers, `${name}.ciphers`);
  const [old, suites] = splitCiphers(
    ciphers || require('node:tls').DEFAULT_CIPHERS,
    `${name}.ciphers`,
  );
  // Without a word of TLS 1.3 its own ciphers stay.
  if (suites !== '') binding.setSuites(context, suites);
  binding.setCiphers(context, old);
  // The certificate before the key, which is checked against it.
  each(cert, (one) => binding.setCertificate(context, pem(one, `${name}.cert`)));
  if (Array.isArray(key)) {
    for (const one of key) {
      if (one === undefined || one === null) continue;
      const isPair = typeof one === 'object' && !ArrayBuffer.isView(one) && one.pem !== undefined;
      setPassphrased(
        context,
        isPair ? one.pem : one,
        isPair ? (one.passphrase ?? passphrase) : passphrase,
        name,
      );
    }
  } else if (key) {
    setPassphrased(context, key, passphrase, name);
  }
  if (sigalgs !== undefined && sigalgs !== null) {
    validateString(sigalgs, `${name}.sigalgs`);
    if (sigalgs === '') throw new errors.ERR_INVALID_ARG_VALUE(`${name}.sigalgs`, sigalgs);
    binding.setSignatureAlgorithms(context, sigalgs);
  }
  if (privateKeyIdentifier !== undefined && privateKeyIdentifier !== null) {
    if (privateKeyEngine === undefined || privateKeyEngine === null) {
      throw new errors.ERR_INVALID_ARG_VALUE(`${name}.privateKeyEngine`, privateKeyEngine);
    }
    if (typeof privateKeyEngine !== 'string') {
      throw new errors.ERR_INVALID_ARG_TYPE(
        `${name}.privateKeyEngine`,
        ['string', 'null', 'undefined'],
        privateKeyEngine,
      );
    }
    if (typeof privateKeyIdentifier !== 'string') {
      throw new errors.ERR_INVALID_ARG_TYPE(
        `${name}.privateKeyIdentifier`,
        ['string', 'null', 'undefined'],
        privateKeyIdentifier,
      );
    }
    throw new errors.ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED();
  }
  const curve = ecdhCurve === undefined ? require('node:tls').DEFAULT_ECDH_CURVE : ecdhCurve;
  validateString(curve, `${name}.ecdhCurve`);
  binding.setCurve(context, curve);
  if (dhparam !== undefined && dhparam !== null) {
    const small = binding.setDh(
      context,
      dhparam === 'auto' ? undefined : pem(dhparam, `${name}.dhparam`),
    );
    if (small !== undefined)
      process.emitWarning('DH parameter is less than 2048 bits', 'SecurityWarning');
  }
  each(crl, (one) => binding.addCrl(context, pem(one, `${name}.crl`)));
  if (sessionIdContext !== undefined && sessionIdContext !== null) {
    validateString(sessionIdContext, `${name}.sessionIdContext`);
    binding.setSessionIdContext(context, sessionIdContext);
  }
  each(pfx, (one) => {
    const isPair = typeof one === 'object' && !ArrayBuffer.isView(one) && one.buf !== undefined;
    const phrase = isPair ? one.passphrase || passphrase : passphrase;
    binding.setPfx(
      context,
      pem(isPair ? one.buf : one, `${name}.pfx`),
      phrase ? Buffer.from(phrase) : undefined,
    );
  });
  if (typeof clientCertEngine === 'string')
    throw new errors.ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED();
  if (clientCertEngine !== undefined && clientCertEngine !== null) {
    throw new errors.ERR_INVALID_ARG_TYPE(
      `${name}.clientCertEngine`,
      ['string', 'null', 'undefined'],
      clientCertEngine,
    );
  }
  if (ticketKeys !== undefined && ticketKeys !== null) {
    validateBuffer(ticketKeys, `${name}.ticketKeys`);
    if (ticketKeys.byteLength !== 48) {
      throw new errors.ERR_INVALID_ARG_VALUE(
        `${name}.ticketKeys`,
        ticketKeys.byteLength,
        'must be exactly 48 bytes',
      );
    }
    binding.setTicketKeys(context, ticketKeys);
  }
  if (sessionTimeout !== undefined && sessionTimeout !== null) {
    validateInt32(sessionTimeout, `${name}.sessionTimeout`, 0);
    binding.setSessionTimeout(context, sessionTimeout);
  }
  if (certificateCompression !== undefined && certificateCompression !== null) {
    const compression = require('modules/tls/certificate_compression');
    compression.apply(context, certificateCompression, `${name}.certificateCompression`);
  }
  return made;
}

module.exports = { SecureContext, createSecureContext };
