'use strict';

const { ERR_INVALID_THIS } = require('runtime/errors');

// https://webidl.spec.whatwg.org/#idl-DOMException-error-names
// The constants of the interface in the order of their values, 1 to 25. A name without a constant
// has the code 0; those that are empty here have a constant but name no error any more.
const kConstants = {
  INDEX_SIZE_ERR: 'IndexSizeError',
  DOMSTRING_SIZE_ERR: '',
  HIERARCHY_REQUEST_ERR: 'HierarchyRequestError',
  WRONG_DOCUMENT_ERR: 'WrongDocumentError',
  INVALID_CHARACTER_ERR: 'InvalidCharacterError',
  NO_DATA_ALLOWED_ERR: '',
  NO_MODIFICATION_ALLOWED_ERR: 'NoModificationAllowedError',
  NOT_FOUND_ERR: 'NotFoundError',
  NOT_SUPPORTED_ERR: 'NotSupportedError',
  INUSE_ATTRIBUTE_ERR: 'InUseAttributeError',
  INVALID_STATE_ERR: 'InvalidStateError',
  SYNTAX_ERR: 'SyntaxError',
  INVALID_MODIFICATION_ERR: 'InvalidModificationError',
  NAMESPACE_ERR: 'NamespaceError',
  INVALID_ACCESS_ERR: 'InvalidAccessError',
  VALIDATION_ERR: '',
  TYPE_MISMATCH_ERR: 'TypeMismatchError',
  SECURITY_ERR: 'SecurityError',
  NETWORK_ERR: 'NetworkError',
  ABORT_ERR: 'AbortError',
  URL_MISMATCH_ERR: 'URLMismatchError',
  QUOTA_EXCEEDED_ERR: 'QuotaExceededError',
  TIMEOUT_ERR: 'TimeoutError',
  INVALID_NODE_TYPE_ERR: 'InvalidNodeTypeError',
  DATA_CLONE_ERR: 'DataCloneError',
};

const codes = new Map(
  Object.values(kConstants).map((name, index) => [name || undefined, index + 1]),
);
codes.delete(undefined);

/**
 * The fields of a DOMException, put on an object that the Error constructor made: only so is it
 * an error in the eyes of the engine (a stack, Error.isError, structured cloning). A base class
 * that returns its argument lets private fields be added to it.
 */
class Fields extends function (target) {
  return target;
} {
  #message;
  #name;

  constructor(target, message, name) {
    super(target);
    this.#message = message;
    this.#name = name;
  }

  static message(value) {
    if (!(#message in value)) throw new ERR_INVALID_THIS('DOMException');
    return value.#message;
  }

  static nameOf(value) {
    if (!(#name in value)) throw new ERR_INVALID_THIS('DOMException');
    return value.#name;
  }
}

/** The name that the second argument of the constructor gives; its cause becomes the error's. */
function readOptions(error, options) {
  if (options === null || typeof options !== 'object') return `${options}`;
  // DIFFERS: like Node, a dictionary may stand for the name, to give a cause.
  const name = options.name === undefined ? undefined : `${options.name}`;
  if ('cause' in options) {
    Object.defineProperty(error, 'cause', {
      __proto__: null,
      value: options.cause,
      configurable: true,
      writable: true,
      enumerable: false,
    });
  }
  return name;
}

/**
 * Makes a DOMException of a new error, whose stack it keeps.
 *
 * When V8 captures a stack it takes time for each function that was inlined on it, and for each of their
 * variables. That is most of the cost of a DOMException, so whoever makes the error does nothing else.
 */
function asDOMException(error, prototype, message, options) {
  Object.setPrototypeOf(error, prototype);
  const name = readOptions(error, options);
  return new Fields(error, `${message}`, name);
}

/** Makes of a new error what an AbortSignal gives for its reason when the program gives none. */
function asAbortError(error) {
  const message = 'This operation was aborted';
  return asDOMException(error, DOMException.prototype, message, 'AbortError');
}

/** https://webidl.spec.whatwg.org/#idl-DOMException */
class DOMException {
  constructor(message = '', options = 'Error') {
    return asDOMException(new Error(), new.target.prototype, message, options);
  }

  get name() {
    const name = Fields.nameOf(this);
    if (onName !== null) onName(this);
    return name;
  }

  get message() {
    return Fields.message(this);
  }

  get code() {
    return codes.get(Fields.nameOf(this)) ?? 0;
  }
}

// Structured cloning. V8 writes a DOMException like any other error: it asks for its name, and writes
// what it finds among its own properties. So when the serializer asks, we have it write a message of
// our making, by which the reading side knows what the error was.
let onName = null;

/** Calls `note` with that message for each name that is asked for: it knows whether V8 asks. */
function makeCloneable(mark, note) {
  onName = (exception) => {
    const name = `${Fields.nameOf(exception)}`;
    note(`${mark}${name.length}:${name}${Fields.message(exception)}`);
  };
}

/** Makes a DOMException again of an error whose message has been written so, after the mark. */
function reviveException(error, marked) {
  const at = marked.indexOf(':') + 1;
  const end = at + Number(marked.slice(0, at - 1));
  delete error.message;
  delete error.cause;
  Object.setPrototypeOf(error, DOMException.prototype);
  new Fields(error, marked.slice(end), marked.slice(at, end));
}

Object.setPrototypeOf(DOMException.prototype, Error.prototype);
Object.defineProperties(DOMException.prototype, {
  name: { __proto__: null, enumerable: true },
  message: { __proto__: null, enumerable: true },
  code: { __proto__: null, enumerable: true },
  [Symbol.toStringTag]: { __proto__: null, value: 'DOMException', configurable: true },
});
Object.keys(kConstants).forEach((constant, index) => {
  const descriptor = { __proto__: null, value: index + 1, enumerable: true };
  Object.defineProperty(DOMException, constant, descriptor);
  Object.defineProperty(DOMException.prototype, constant, descriptor);
});

/** Whether a value is a DOMException, of any realm's prototype but made by this constructor. */
function isDOMException(value) {
  try {
    Fields.nameOf(value);
    return true;
  } catch {
    return false;
  }
}

module.exports = { DOMException, asAbortError, isDOMException, makeCloneable, reviveException };
