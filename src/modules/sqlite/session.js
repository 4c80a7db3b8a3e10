'use strict';

const { illegalConstructor, kMake, makeEnumerable } = require('modules/sqlite/checks');

/** Records the changes to a database, made by DatabaseSync.prototype.createSession(). */
class Session {
  #session;

  constructor(token, session) {
    if (token !== kMake) throw illegalConstructor();
    this.#session = session;
  }

  changeset() {
    return this.#session.changes(false);
  }

  patchset() {
    return this.#session.changes(true);
  }

  close() {
    this.#session.close();
  }

  [Symbol.dispose]() {
    if (this.#session.isOpen()) this.#session.close();
  }
}

makeEnumerable(Session);

module.exports = { Session };
