'use strict';
// A small package registry on loopback for tests of package managers: metadata, archives, publishing.

const crypto = require('node:crypto');
const http = require('node:http');
const zlib = require('node:zlib');

/** One file of a ustar archive. */
function tarEntry(name, content, mode) {
  const header = Buffer.alloc(512);
  const octal = (number, length) => `${number.toString(8).padStart(length - 1, '0')}\0`;
  header.write(name, 0);
  header.write(octal(mode, 8) + octal(0, 8) + octal(0, 8), 100);
  header.write(octal(content.length, 12) + octal(1e9, 12), 124);
  header.write('        0', 148);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc(-content.length & 511)]);
}

/**
 * @param {object} manifest the package's package.json
 * @param {Record<string, string>} files path: text
 * @returns {Buffer} the package as an archive
 */
function pack(manifest, files) {
  const all = { 'package.json': JSON.stringify(manifest), ...files };
  const entries = Object.entries(all).map(([name, text]) =>
    tarEntry(`package/${name}`, Buffer.from(text), text.startsWith('#!') ? 0o755 : 0o644),
  );
  return zlib.gzipSync(Buffer.concat([...entries, Buffer.alloc(1024)]));
}

/** Serves packages that are added or published, and keeps a list of what was asked. */
class Registry {
  requests = [];
  #documents = new Map();
  #archives = new Map();
  #server = http.createServer((request, response) => this.#answer(request, response));

  /** @returns {Promise<string>} its address */
  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.#server.address().port}/`;
    return this.url;
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  add(manifest, files = {}) {
    this.#store(manifest, pack(manifest, files));
  }

  /** Other bytes for an archive whose checksum is known already. */
  tamper(name, version) {
    this.#archives.set(`/${name}/-/${version}.tgz`, pack({ name, version }, { 'evil.js': '' }));
  }

  #store(manifest, archive) {
    const { name, version } = manifest;
    const path = `/${name}/-/${version}.tgz`;
    this.#archives.set(path, archive);
    const document = this.#documents.get(name) ?? { name, 'dist-tags': {}, versions: {} };
    const integrity = `sha512-${crypto.createHash('sha512').update(archive).digest('base64')}`;
    document.versions[version] = {
      ...manifest,
      hasInstallScript: manifest.scripts?.postinstall !== undefined || undefined,
      dist: { tarball: new URL(path, this.url).href, integrity },
    };
    document['dist-tags'].latest = version;
    this.#documents.set(name, document);
  }

  async #answer(request, response) {
    const path = decodeURIComponent(request.url.slice(1));
    this.requests.push(`${request.method} /${path}`);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const reply = (status, body, type = 'application/json') => {
      response.writeHead(status, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
      });
      response.end(body);
    };
    if (request.method === 'PUT') {
      if (request.headers.authorization !== 'Bearer let-me-in') return reply(401, '{}');
      const { versions, _attachments: attached } = JSON.parse(Buffer.concat(chunks));
      const [archive] = Object.values(attached);
      this.#store(Object.values(versions)[0], Buffer.from(archive.data, 'base64'));
      return reply(201, '{"ok":true}');
    }
    const archive = this.#archives.get(`/${path}`);
    if (archive) return reply(200, archive, 'application/octet-stream');
    const document = this.#documents.get(path);
    return document ? reply(200, JSON.stringify(document)) : reply(404, '{"error":"not found"}');
  }
}

module.exports = { Registry };
