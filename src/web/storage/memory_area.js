'use strict';
// Items that end with the process.

const kQuota = 10 * 1024 * 1024;
const sizeOf = (key, value) => (key.length + value.length) * 2;

/** Names and values, both strings. set() returns false when there is no room. */
class MemoryArea {
  #items = new Map();
  #bytes = 0;

  get size() {
    return this.#items.size;
  }

  keys() {
    return [...this.#items.keys()];
  }

  get(key) {
    return this.#items.get(key) ?? null;
  }

  set(key, value) {
    const old = this.#items.get(key);
    const change = sizeOf(key, value) - (old === undefined ? 0 : sizeOf(key, old));
    if (this.#bytes + change > kQuota) return false;
    this.#bytes += change;
    this.#items.set(key, value);
    return true;
  }

  remove(key) {
    const old = this.#items.get(key);
    if (old === undefined) return;
    this.#bytes -= sizeOf(key, old);
    this.#items.delete(key);
  }

  clear() {
    this.#items.clear();
    this.#bytes = 0;
  }
}

module.exports = { MemoryArea, kQuota };
