'use strict';

const { makeEnumerable, publicClass } = require('modules/sqlite/checks');

/** Records the changes to a database, made by DatabaseSync.prototype.createSession(). */
class OpenSession {
  #session;

  constructor(session) {
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

makeEnumerable(OpenSession);

module.exports = { OpenSession, Session: publicClass(OpenSession, 'Session') };
