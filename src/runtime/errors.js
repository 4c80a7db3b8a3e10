'use strict';

// Errors with codes. `require('runtime/errors').ERR_X` is a constructor for the entry ERR_X of
// runtime/error_codes, which holds the class and the message of every code: add new ones there.
// The table is loaded when the first error is made, a constructor is made when first asked for.

const { defineProperty } = Object;
const { captureStackTrace } = Error;

// Marks errors whose stack begins with their code: 'TypeError [ERR_X]: message'.
const { coded: kCoded } = require('runtime/symbols');

let table;
function entryOf(code) {
  table ??= require('runtime/error_codes');
  return table[code];
}

const hidden = (value) => ({
  value,
  writable: true,
  enumerable: false,
  configurable: true,
});

// Coded errors inherit from an object between them and their class, so that each holds no more
// than Node shows: its code and its message.
const subclasses = new Map();
function subclassOf(Base) {
  let Subclass = subclasses.get(Base);
  if (Subclass === undefined) {
    Subclass = function NodeError() {};
    Subclass.prototype = Object.create(Base.prototype, {
      constructor: hidden(Base),
      toString: hidden(function toString() {
        return `${this.name} [${this.code}]: ${this.message}`;
      }),
      [kCoded]: hidden(true),
    });
    subclasses.set(Base, Subclass);
  }
  return Subclass;
}

/** An error of a class, without collecting the stack that is about to be collected again. */
function construct(Base, text) {
  const Subclass = subclassOf(Base);
  const limit = Error.stackTraceLimit;
  // A program may have removed or frozen the property.
  const hasLimit = typeof limit === 'number' && Reflect.set(Error, 'stackTraceLimit', 0);
  const error = Reflect.construct(Base, [text], Subclass);
  if (hasLimit) Error.stackTraceLimit = limit;
  return error;
}

function makeCoded(code, Base, entry, args, constructor) {
  const [, message] = entry;
  const more = typeof message === 'function' ? {} : undefined;
  const text =
    more === undefined
      ? require('runtime/error_messages').fillTemplate(message, args)
      : message.apply(more, args);
  const error = construct(Base, text);
  error.code = code;
  if (more !== undefined) {
    // Defined, not assigned: a prototype may carry a setter.
    for (const key of Object.keys(more)) {
      defineProperty(error, key, {
        __proto__: null,
        value: more[key],
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  }
  captureStackTrace(error, constructor);
  return error;
}

const kCode = Symbol('code');
const kClass = Symbol('class');

// What all constructors share. Some codes are thrown with more than one class:
// `new ERR_INVALID_STATE.TypeError(...)`.
const constructorPrototype = Object.create(Function.prototype, {
  TypeError: {
    get() {
      return codedConstructor(this[kCode], TypeError);
    },
  },
  RangeError: {
    get() {
      return codedConstructor(this[kCode], RangeError);
    },
  },
});

function make(code, Class, args, below) {
  const entry = entryOf(code);
  if (entry === undefined) throw new Error(`No error code ${code}`);
  if (entry[0] === 'SystemError') return makeSystemError(code, entry[1], args[0], below);
  return makeCoded(code, Class ?? entry[0], entry, args, below);
}

function codedConstructor(code, Class) {
  function NodeError(...args) {
    return make(code, Class, args, NodeError);
  }
  Object.setPrototypeOf(NodeError, constructorPrototype);
  NodeError[kCode] = code;
  NodeError[kClass] = Class;
  return NodeError;
}

/** A new coded error whose stack begins at the caller of `below`. */
function makeBelow(below, Constructor, ...args) {
  return make(Constructor[kCode], Constructor[kClass], args, below);
}

const bytesToText = (path) => (typeof path === 'string' ? path : path.toString());

/** An Error that wraps a failed system call; `context` is { code, message, syscall, errno, path, dest }. */
class SystemError extends Error {
  constructor(code, prefix, context) {
    super();
    let message = `${prefix}: ${context.syscall} returned ${context.code} (${context.message})`;
    if (context.path !== undefined) message += ` ${bytesToText(context.path)}`;
    if (context.dest !== undefined) message += ` => ${bytesToText(context.dest)}`;
    this.code = code;
    defineProperty(this, 'name', hidden('SystemError'));
    defineProperty(this, 'message', hidden(message));
    defineProperty(this, 'info', { value: context, enumerable: true, configurable: true });
    for (const key of ['errno', 'syscall']) {
      defineProperty(this, key, {
        get: () => context[key],
        set: (value) => {
          context[key] = value;
        },
        enumerable: true,
        configurable: true,
      });
    }
    for (const key of ['path', 'dest']) {
      if (context[key] === undefined) continue;
      defineProperty(this, key, {
        get: () => bytesToText(context[key]),
        set: (value) => {
          context[key] = value ? Buffer.from(`${value}`) : undefined;
        },
        enumerable: true,
        configurable: true,
      });
    }
    defineProperty(this, kCoded, { value: true, configurable: true });
  }

  toString() {
    return `${this.name} [${this.code}]: ${this.message}`;
  }

  [Symbol.for('nodejs.util.inspect.custom')](_depth, options) {
    return require('node:util').inspect(this, { ...options, getters: true, customInspect: false });
  }
}
defineProperty(SystemError.prototype, 'constructor', hidden(SystemError));

function makeSystemError(code, prefix, context, constructor) {
  const error = new SystemError(code, prefix, context);
  captureStackTrace(error, constructor);
  return error;
}

/** What an aborted operation fails with. */
class AbortError extends Error {
  constructor(message = 'The operation was aborted', options = undefined) {
    if (options !== undefined && typeof options !== 'object') {
      throw new codes.ERR_INVALID_ARG_TYPE('options', 'Object', options);
    }
    super(message, options);
    this.code = 'ABORT_ERR';
    this.name = 'AbortError';
  }
}

/** What a rejection becomes that nobody handles and whose reason is no error. */
class UnhandledPromiseRejection extends Error {
  constructor(reason) {
    super(
      'This error originated either by throwing inside of an async function without a catch block, ' +
        'or by rejecting a promise which was not handled with .catch(). The promise rejected with the ' +
        `reason "${reason}".`,
    );
    this.code = 'ERR_UNHANDLED_REJECTION';
    this.name = 'UnhandledPromiseRejection';
  }
}

/** Name and message of a negative libuv error number. */
function describeErrno(errno) {
  return require('runtime/system_errors').describe(errno);
}

/** The error of a failed fs-like call: "ENOENT: no such file or directory, open '/x' -> '/y'". */
function uvException(context) {
  const { errno, syscall, path, dest } = context;
  const { name: code, message: known } = describeErrno(errno);
  let message = `${code}: ${context.message || known}, ${syscall}`;
  if (path !== undefined) message += ` '${bytesToText(path)}'`;
  if (dest !== undefined) message += ` -> '${bytesToText(dest)}'`;
  const error = new Error(message);
  for (const key of Object.keys(context)) {
    if (key !== 'message' && key !== 'path' && key !== 'dest') error[key] = context[key];
  }
  error.code = code;
  if (path !== undefined) error.path = bytesToText(path);
  if (dest !== undefined) error.dest = bytesToText(dest);
  captureStackTrace(error, uvException);
  return error;
}

/** The error of a failed call without a path: 'write EPIPE', 'spawn ENOENT detail'. */
function errnoException(errno, syscall, original) {
  const code = describeErrno(errno).name;
  const error = new Error(original ? `${syscall} ${code} ${original}` : `${syscall} ${code}`);
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  captureStackTrace(error, errnoException);
  return error;
}

/** The error of a failed network call: 'connect ECONNREFUSED 127.0.0.1:80 - Local (0.0.0.0:0)'. */
function exceptionWithHostPort(errno, syscall, address, port, additional) {
  const code = describeErrno(errno).name;
  let where = '';
  if (port > 0) where = ` ${address}:${port}`;
  else if (address) where = ` ${address}`;
  if (additional) where += ` - Local (${additional})`;
  const error = new Error(`${syscall} ${code}${where}`);
  error.errno = errno;
  error.code = code;
  error.syscall = syscall;
  error.address = address;
  if (port) error.port = port;
  captureStackTrace(error, exceptionWithHostPort);
  return error;
}

/** The error of a failed uv call on an address: 'listen EADDRINUSE: address already in use :::80'. */
function uvExceptionWithHostPort(errno, syscall, address, port) {
  const { name: code, message } = describeErrno(errno);
  let where = '';
  if (port && port > 0) where = ` ${address}:${port}`;
  else if (address) where = ` ${address}`;
  const error = new Error(`${syscall} ${code}: ${message}${where}`);
  error.code = code;
  error.errno = errno;
  error.syscall = syscall;
  error.address = address;
  if (port) error.port = port;
  captureStackTrace(error, uvExceptionWithHostPort);
  return error;
}

/** The error of a failed name look-up; `code` is libuv's number or a c-ares name. */
function dnsException(code, syscall, hostname) {
  let errno;
  let name = code;
  if (typeof code === 'number') {
    errno = code;
    // Both mean that the name does not exist; programs know one of them.
    const found = describeErrno(code).name;
    name = found === 'EAI_NODATA' || found === 'EAI_NONAME' ? 'ENOTFOUND' : found;
  }
  const error = new Error(`${syscall} ${name}${hostname ? ` ${hostname}` : ''}`);
  error.errno = errno;
  error.code = name;
  error.syscall = syscall;
  if (hostname) error.hostname = hostname;
  captureStackTrace(error, dnsException);
  return error;
}

/** Wraps `fn` so that errors it throws show its caller's frame first. */
function hideStackFrames(fn) {
  function wrapped(...args) {
    try {
      return fn.apply(this, args);
    } catch (error) {
      hideFrames(error, wrapped);
      throw error;
    }
  }
  wrapped.withoutStackTrace = fn;
  return wrapped;
}

/** Makes the stack of a new error begin at the caller of `below`; returns the error. */
function hideFrames(error, below) {
  if (typeof error !== 'object' || error === null || !Object.isExtensible(error)) return error;
  captureStackTrace(error, below);
  return error;
}

/** One error for two: the outer one is shown, and `errors` holds both. */
function aggregateTwoErrors(inner, outer) {
  if (!inner || !outer || inner === outer) return inner || outer;
  if (Array.isArray(outer.errors)) {
    outer.errors.push(inner);
    return outer;
  }
  const error = new AggregateError([outer, inner], outer.message);
  error.code = outer.code;
  captureStackTrace(error, aggregateTwoErrors);
  return error;
}

/** An AggregateError over the errors of several connection attempts, with the first one's code. */
function aggregateErrors(errors, message, code) {
  const error = new AggregateError(errors, message);
  error.code = errors[0]?.code;
  if (code !== undefined) error.code = code;
  captureStackTrace(error, aggregateErrors);
  return error;
}

/** Whether a value has a stack of its own, as errors do: also those without a message. */
function isErrorLike(value) {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, 'stack');
}

/** Whether an error says that the stack overflowed. */
function isStackOverflowError(error) {
  return error instanceof RangeError && error.message === 'Maximum call stack size exceeded';
}

/** Every error constructor by its code. */
const codes = Object.create(
  new Proxy(Object.create(null), {
    get(_target, code) {
      if (typeof code !== 'string' || !code.startsWith('ERR_')) return undefined;
      const constructor = codedConstructor(code);
      defineProperty(codes, code, { ...hidden(constructor), enumerable: true });
      return constructor;
    },
  }),
);

Object.assign(codes, {
  AbortError,
  ERR_UNHANDLED_REJECTION: UnhandledPromiseRejection,
  SystemError,
  aggregateErrors,
  aggregateTwoErrors,
  codes,
  dnsException,
  errnoException,
  exceptionWithHostPort,
  hideFrames,
  hideStackFrames,
  isErrorLike,
  isStackOverflowError,
  makeBelow,
  uvException,
  uvExceptionWithHostPort,
});
module.exports = codes;
