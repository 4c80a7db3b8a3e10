'use strict';
// navigator: https://nodejs.org/api/globals.html#navigator and
// https://html.spec.whatwg.org/#the-navigator-object

const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } = require('runtime/errors');

const kKey = Symbol('navigator');

class Navigator {
  #cores;
  #locks;

  constructor() {
    if (arguments[0] !== kKey) throw new ERR_ILLEGAL_CONSTRUCTOR();
  }

  static #check(value) {
    if (value === null || typeof value !== 'object' || !(#cores in value))
      throw new ERR_INVALID_THIS('Navigator');
  }

  /** The number of threads that may run at once. */
  get hardwareConcurrency() {
    Navigator.#check(this);
    this.#cores ??= require('node:os').availableParallelism();
    return this.#cores;
  }

  get language() {
    Navigator.#check(this);
    // ICU takes LC_ALL, LC_MESSAGES and LANG into account.
    return new Intl.DateTimeFormat().resolvedOptions().locale || 'en-US';
  }

  get languages() {
    return Object.freeze([this.language]);
  }

  get userAgent() {
    Navigator.#check(this);
    return `Node.js/${process.version.slice(1, process.version.indexOf('.'))}`;
  }

  get platform() {
    Navigator.#check(this);
    // As browsers say it: the system and the machine, as uname does.
    return process.arch === 'x64' ? 'Linux x86_64' : `Linux ${process.arch}`;
  }

  get locks() {
    Navigator.#check(this);
    this.#locks ??= require('web/locks').locks;
    return this.#locks;
  }
}

for (const name of [
  'hardwareConcurrency',
  'language',
  'languages',
  'userAgent',
  'platform',
  'locks',
]) {
  Object.defineProperty(Navigator.prototype, name, { enumerable: true });
}

module.exports = { Navigator, navigator: new Navigator(kKey) };
