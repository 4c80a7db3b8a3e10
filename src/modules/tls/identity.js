'use strict';
// Whether a certificate is that of a host: RFC 9525, with what browsers do.
// https://nodejs.org/api/tls.html#tlscheckserveridentityhostname-cert

const net = require('node:net');
const errors = require('runtime/errors');

const withoutEndDot = (host) => (host.endsWith('.') ? host.slice(0, -1) : host);
const splitHost = (host) => withoutEndDot(host).toLowerCase().split('.');

/** Whether `pattern` (a name of a certificate, as labels or text) covers the host's labels. */
function matches(labels, pattern, allowWildcard) {
  if (!pattern) return false;
  const parts = splitHost(pattern);
  if (labels.length !== parts.length || parts.includes('')) return false;
  // Only printable ASCII: others could pass for a name they are not.
  if (parts.some((part) => /[^\u0021-\u007f]/.test(part))) return false;
  for (let i = labels.length - 1; i > 0; i--) if (labels[i] !== parts[i]) return false;
  const [own] = labels;
  const [wanted] = parts;
  const at = wanted.split('*', 3);
  if (at.length === 1 || wanted.includes('xn--')) return own === wanted;
  if (!allowWildcard || at.length > 2) return false;
  // *.com is nobody's to have.
  if (parts.length <= 2) return false;
  const [prefix, suffix] = at;
  if (prefix.length + suffix.length > own.length) return false;
  return own.startsWith(prefix) && own.endsWith(suffix);
}

// "DNS:a, IP Address:b" whose values may be JSON strings.
function splitAltNames(text) {
  const names = [];
  let current = '';
  let rest = text;
  while (rest.length > 0) {
    const quote = rest.indexOf('"');
    const comma = rest.indexOf(', ');
    if (quote !== -1 && (comma === -1 || quote < comma)) {
      const quoted = /^"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/.exec(
        rest.slice(quote),
      );
      if (quoted === null) throw new errors.ERR_TLS_CERT_ALTNAME_FORMAT();
      current += rest.slice(0, quote) + JSON.parse(quoted[0]);
      rest = rest.slice(quote + quoted[0].length);
      if (rest !== '' && !rest.startsWith(', ')) throw new errors.ERR_TLS_CERT_ALTNAME_FORMAT();
    } else if (comma !== -1) {
      names.push(current + rest.slice(0, comma));
      current = '';
      rest = rest.slice(comma + 2);
    } else {
      current += rest;
      rest = '';
    }
  }
  names.push(current);
  return names;
}

function canonicalAddress(address) {
  if (net.isIPv6(address)) return new URL(`http://[${address}]/`).hostname.slice(1, -1);
  return address;
}

/** The error that says why the certificate is not the host's; undefined if it is. */
function checkServerIdentity(hostname, cert) {
  const { subject, subjectaltname } = cert;
  const dns = [];
  const addresses = [];
  hostname = `${hostname}`;
  if (subjectaltname) {
    const names = subjectaltname.includes('"')
      ? splitAltNames(subjectaltname)
      : subjectaltname.split(', ');
    for (const name of names) {
      if (name.startsWith('DNS:')) dns.push(name.slice(4));
      else if (name.startsWith('IP Address:')) addresses.push(name.slice(11));
    }
  }
  hostname = withoutEndDot(hostname);
  let valid = false;
  let reason = 'Unknown reason';
  if (net.isIP(hostname)) {
    // What is no address (a network, say) matches none.
    const known = addresses.filter((address) => net.isIP(address)).map(canonicalAddress);
    valid = known.includes(canonicalAddress(hostname));
    if (!valid) reason = `IP: ${hostname} is not in the cert's list: ${known.join(', ')}`;
  } else if (dns.length > 0 || subject?.CN) {
    const labels = splitHost(hostname);
    if (dns.length > 0) {
      valid = dns.some((name) => matches(labels, name, true));
      if (!valid) reason = `Host: ${hostname}. is not in the cert's altnames: ${subjectaltname}`;
    } else {
      // The subject's name counts only where no other is given.
      const { CN: name } = subject;
      valid = Array.isArray(name)
        ? name.some((one) => matches(labels, one, true))
        : matches(labels, name, true);
      if (!valid) reason = `Host: ${hostname}. is not cert's CN: ${name}`;
    }
  } else {
    reason = 'Cert does not contain a DNS name';
  }
  if (!valid) return new errors.ERR_TLS_CERT_ALTNAME_INVALID(reason, hostname, cert);
}

module.exports = { checkServerIdentity };
