'use strict';
// A key and a self-signed certificate for a test, made anew each time: none is kept in the repository.

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/**
 * @param {string} name the certificate's common name
 * @param {string} altNames as openssl writes them: 'DNS:localhost,IP:127.0.0.1'
 * @returns {{ key: Buffer, cert: Buffer }} PEM
 */
function makeCertificate(name, altNames) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-certificate-'));
  const keyFile = path.join(folder, 'key.pem');
  const certFile = path.join(folder, 'cert.pem');
  try {
    const subject = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${altNames}`];
    const files = ['-keyout', keyFile, '-out', certFile];
    execFileSync(
      'openssl',
      ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...files, '-days', '2', ...subject],
      { stdio: 'ignore' },
    );
    return { key: fs.readFileSync(keyFile), cert: fs.readFileSync(certFile) };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

module.exports = { makeCertificate };
