'use strict';
// One ES module in the module graph, and the table of all that were loaded.

/** A loaded module: what it is, the native module behind it, and what it imports. */
class ModuleRecord {
  /**
   * @param {string} url
   * @param {string} format
   * @param {object} wrap The native module (ModuleWrap)
   */
  constructor(url, format, wrap) {
    this.url = url;
    this.format = format;
    this.wrap = wrap;
    this.type = undefined; // the import attribute it was loaded with
    this.isMain = false;
    this.realm = undefined; // the graph of customization hooks, apart from the program's
    this.importer = undefined; // the URL that first imported it
    this.source = undefined; // text of a CommonJS module, for hints in errors
    // [specifier, phase, attributes, line, column] of each import, once it is linked.
    this.requests = [];
    this.dependencies = [];
    this.isLinked = false;
    // The promise of an asynchronous linking that is under way.
    this.linking = undefined;
    // The promise of the evaluation, once it began.
    this.evaluation = undefined;
    this.facade = undefined; // what require() gives, when that is not the namespace
  }

  get namespace() {
    return this.wrap.getNamespace();
  }
}

// A record is what promises of the graph are resolved with: nothing may ask it for a `then` that a
// program put on Object.prototype.
Object.setPrototypeOf(ModuleRecord.prototype, null);

const shared = new Map();

// A realm that can end has its own table, so that its modules end with it.
function tableOf(realm) {
  return realm?.records ?? shared;
}

function keyOf(url, type, realm) {
  const key = type === undefined ? url : `${type} ${url}`;
  return realm === undefined ? key : `${realm.name} ${key}`;
}

/** The record (or, while it loads asynchronously, its promise) of a URL, or undefined. */
function findRecord(url, type, realm) {
  return tableOf(realm).get(keyOf(url, type, realm));
}

function addRecord(url, type, record, realm) {
  tableOf(realm).set(keyOf(url, type, realm), record);
}

/** Forgets a module that could not be loaded or linked, so that a later import tries again. */
function removeRecord(url, type, realm) {
  tableOf(realm).delete(keyOf(url, type, realm));
}

module.exports = { ModuleRecord, findRecord, addRecord, removeRecord };
