// node:domain
'use strict';

const { ERR_DOMAIN_CALLBACK_NOT_AVAILABLE, ERR_UNHANDLED_ERROR } = require('runtime/errors');
const EventEmitter = require('node:events');
const { AsyncLocalStorage, createHook, executionAsyncId } = require('node:async_hooks');
const lifecycle = require('runtime/lifecycle');

if (lifecycle.hasCaptureCallback()) throw new ERR_DOMAIN_CALLBACK_NOT_AVAILABLE();

/**
 * The domains that were entered are a linked list in the async context, so they go with whatever
 * is called back later. Each knows in which callback it was entered: of a list that was made in
 * another callback only the innermost domain counts.
 */
class Entered {
  constructor(domain, outer) {
    this.domain = domain;
    this.outer = outer;
    this.asyncId = executionAsyncId();
  }
}

const storage = new AsyncLocalStorage();

// What process.domain is outside of every domain: null until a domain was left, undefined then, and
// null again once an error was given to one.
let outside = null;

// [outermost, ..., active], as it counts here and now.
function currentStack() {
  const stack = [];
  const asyncId = executionAsyncId();
  for (let entry = storage.getStore(); entry !== undefined; entry = entry.outer) {
    if (entry.domain) stack.unshift(entry.domain);
    if (entry.asyncId !== asyncId) break;
  }
  return stack;
}

function activeDomain() {
  const entry = storage.getStore();
  if (entry === undefined) return outside;
  // A callback that was made while no domain was active has none, rather than an empty one.
  return entry.domain || (entry.asyncId === executionAsyncId() ? entry.domain : outside);
}

/** Makes a list of domains the current one; `active` stands for the domain of an empty list. */
function enterAll(stack, active) {
  let entry;
  for (const domain of stack) entry = new Entered(domain, entry);
  storage.enterWith(entry ?? new Entered(active, undefined));
}

/** Takes the active domain off a list, as often as it is on top of it. */
function withoutActive(stack) {
  const active = stack.at(-1);
  return stack.slice(0, stack.findLastIndex((domain) => domain !== active) + 1);
}

function annotate(error, properties) {
  if (error === null || (typeof error !== 'object' && typeof error !== 'function')) return;
  for (const name of Object.keys(properties)) {
    Object.defineProperty(error, name, {
      __proto__: null,
      configurable: true,
      enumerable: name !== 'domain',
      writable: true,
      value: properties[name],
    });
  }
}

/**
 * Gives an error that nobody caught to the domains that are active, the innermost first. Each that
 * has no handler, or whose handler throws, leaves it to the next.
 * Returns false if none of them took it; throws what the last handler threw.
 */
function handleUncaught(error) {
  const failing = activeDomain();
  if (!failing) return false;
  annotate(error, { domain: failing, domainThrown: true });

  let stack = currentStack();
  if (stack.length === 0) stack = [failing];
  try {
    for (;;) {
      const domain = stack.at(-1);
      stack = withoutActive(stack);
      if (stack.length === 0) {
        if (domain.listenerCount('error') === 0) return false;
        enterAll([], undefined);
        domain.emit('error', error);
        return true;
      }
      enterAll(stack);
      try {
        domain.emit('error', error);
        return true;
      } catch (err) {
        error = err;
      }
    }
  } finally {
    outside = null;
    storage.enterWith(undefined);
  }
}

/** https://nodejs.org/api/domain.html#class-domain */
class Domain extends EventEmitter {
  constructor() {
    super();
    this.members = [];
  }

  enter() {
    storage.enterWith(new Entered(this, storage.getStore()));
  }

  exit() {
    const stack = currentStack();
    const index = stack.lastIndexOf(this);
    if (index === -1) return;
    outside = undefined;
    enterAll(stack.slice(0, index), undefined);
  }

  add(emitter) {
    if (emitter.domain === this) return;
    emitter.domain?.remove(emitter);
    // A domain may be a member of another one, but not of one of its own members.
    if (this.domain && emitter instanceof Domain) {
      for (let outer = this.domain; outer; outer = outer.domain) {
        if (outer === emitter) return;
      }
    }
    setDomain(emitter, this);
    this.members.push(emitter);
  }

  remove(emitter) {
    setDomain(emitter, null);
    const index = this.members.indexOf(emitter);
    if (index !== -1) this.members.splice(index, 1);
  }

  run(fn, ...args) {
    // Not in a try statement: an exception leaves the domain active, and is given to it when
    // nobody caught it.
    this.enter();
    const result = Reflect.apply(fn, this, args);
    this.exit();
    return result;
  }

  bind(fn) {
    const domain = this;
    function runBound(...args) {
      domain.enter();
      const result = Reflect.apply(fn, this, args);
      domain.exit();
      return result;
    }
    setDomain(runBound, this);
    return runBound;
  }

  intercept(fn) {
    const domain = this;
    function runIntercepted(error, ...args) {
      if (error instanceof Error) {
        annotate(error, { domainBound: fn, domainThrown: false, domain });
        domain.emit('error', error);
        return undefined;
      }
      domain.enter();
      const result = Reflect.apply(fn, this, args);
      domain.exit();
      return result;
    }
    return runIntercepted;
  }

  _errorHandler(error) {
    return handleUncaught(error);
  }
}

for (const name of Object.getOwnPropertyNames(Domain.prototype)) {
  if (name === 'constructor') continue;
  Object.defineProperty(Domain.prototype, name, { __proto__: null, enumerable: true });
}
Domain.prototype.members = undefined;

function setDomain(object, domain) {
  Object.defineProperty(object, 'domain', {
    __proto__: null,
    configurable: true,
    enumerable: false,
    writable: true,
    value: domain,
  });
}

function create() {
  return new Domain();
}
Object.defineProperty(create, 'name', { value: 'createDomain' });

// Emitters that are made from now on belong to the active domain.
const { init } = EventEmitter;
EventEmitter.usingDomains = true;
EventEmitter.init = function (options) {
  const active = activeDomain();
  setDomain(this, active && !(this instanceof Domain) ? active : null);
  return Reflect.apply(init, this, [options]);
};

const { emit } = EventEmitter.prototype;

/** Gives the 'error' event of an emitter that has no listener for it to the emitter's domain. */
function emitToDomain(emitter, domain, args) {
  const error = args.length > 0 && args[0] ? args[0] : new ERR_UNHANDLED_ERROR(args[0]);
  annotate(error, { domainEmitter: emitter, domain, domainThrown: false });
  // While the handler runs the domain is not active: it could only be asked about itself.
  const outer = storage.getStore();
  enterAll(withoutActive(currentStack()), null);
  try {
    domain.emit('error', error);
  } finally {
    storage.enterWith(outer);
  }
  return false;
}

EventEmitter.prototype.emit = function emitInDomain(type, ...args) {
  const { domain } = this;
  if (domain === null || domain === undefined || this === process) {
    return Reflect.apply(emit, this, [type, ...args]);
  }
  if (type === 'error' && this._events?.error === undefined) {
    return emitToDomain(this, domain, args);
  }
  domain.enter();
  const result = Reflect.apply(emit, this, [type, ...args]);
  domain.exit();
  return result;
};
Object.defineProperty(EventEmitter.prototype.emit, 'name', { value: 'emit' });

// Documented: a promise knows the domain it was made in.
createHook({
  init(_id, _type, _trigger, resource) {
    const active = activeDomain();
    if (active && resource !== null && typeof resource === 'object') setDomain(resource, active);
  },
}).enable();

lifecycle.setDomainHandler(handleUncaught, new Error().stack);

Object.defineProperty(process, 'domain', {
  __proto__: null,
  configurable: true,
  enumerable: true,
  get: activeDomain,
  set(domain) {
    storage.enterWith(new Entered(domain, undefined));
  },
});

module.exports = {
  get _stack() {
    return currentStack();
  },
  Domain,
  createDomain: create,
  create,
  get active() {
    return activeDomain();
  },
};
