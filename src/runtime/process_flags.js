'use strict';
// process.allowedNodeEnvironmentFlags: a set of what NODE_OPTIONS may have, which cannot be changed and
// finds a flag however it is spelled.
// https://nodejs.org/api/process.html#processallowednodeenvironmentflags

const kLeadingDashes = /^-+/;

// '--max_old_space_size=100' asks for '--max-old-space-size'.
function normalize(flag) {
  return flag.replace(/=.*$/, '').replace(/_/g, '-');
}

function make() {
  const allowed = [];
  for (const [name, shorthand, kind, inEnvironment] of native('options').rows()) {
    if (!inEnvironment) continue;
    allowed.push(name);
    if (shorthand !== '') allowed.push(shorthand);
    if (kind === 'flag') allowed.push(`--no-${name.slice(2)}`);
  }
  // What a user may leave out: the dashes.
  const bare = new Set(allowed.map((flag) => flag.replace(kLeadingDashes, '')));
  const known = new Set(allowed);

  class NodeEnvironmentFlagsSet extends Set {
    add() {
      return this;
    }
    delete() {
      return false;
    }
    clear() {}
    has(key) {
      if (typeof key !== 'string') return false;
      const flag = normalize(key);
      if (kLeadingDashes.test(flag)) return known.has(flag);
      return bare.has(flag);
    }
    forEach(callback, thisArg = undefined) {
      for (const flag of known) Reflect.apply(callback, thisArg, [flag, flag, this]);
    }
    get size() {
      return known.size;
    }
    entries() {
      return known.entries();
    }
    keys() {
      return known.keys();
    }
    values() {
      return known.values();
    }
    [Symbol.iterator]() {
      return known.values();
    }
  }
  Object.freeze(NodeEnvironmentFlagsSet.prototype.constructor);
  Object.freeze(NodeEnvironmentFlagsSet.prototype);
  return Object.freeze(new NodeEnvironmentFlagsSet());
}

module.exports = { make };
