'use strict';

// util.inspect: options, styles and the walk over a value. What a kind of value looks like is in
// inspect_kinds, names and titles in inspect_names, line breaking in inspect_layout.

const { layOut, getStringWidth, stripVTControlCharacters } = require('modules/util/inspect_layout');
const { propertyName } = require('modules/util/inspect_names');
const { formatPrimitive, numberText, quoteString } = require('modules/util/inspect_text');
const { arrayEntries, describe } = require('modules/util/inspect_kinds');

const { getProxyDetails } = native('util');
const { isProxy } = native('types');
const {
  kArray,
  kCountShift,
  kDataOnly,
  kKindMask,
  kNoneHidden,
  kOnlyIndices,
  kOnlyNames,
  kOrdinary,
  kStringKeys,
  shapeOf,
} = native('shapes');
const { prototype: objectPrototype } = Object;
const { prototype: arrayPrototype } = Array;

const inspectCustom = Symbol.for('nodejs.util.inspect.custom');

const defaults = {
  showHidden: false,
  depth: 2,
  colors: false,
  customInspect: true,
  showProxy: false,
  maxArrayLength: 100,
  maxStringLength: 10000,
  breakLength: 80,
  compact: 3,
  sorted: false,
  getters: false,
  numericSeparator: false,
};

// Beyond this many characters on one level, deeper ones are not shown: memory is the limit.
const kOutputLimit = 2 ** 27;

const plainStyle = (text) => text;

// Objects and arrays as literals make them, of which all there is to know is what they hold: nothing
// on them or their prototypes has a say in how they look.
const kLiteral = kOrdinary | kStringKeys | kDataOnly | kNoneHidden;

function isLiteral(shape) {
  if ((shape & kLiteral) !== kLiteral) return false;
  return (shape & ((shape & kKindMask) === kArray ? kOnlyIndices : kOnlyNames)) !== 0;
}

function prototypesAreSilent() {
  return (
    arrayPrototype[inspectCustom] === undefined &&
    arrayPrototype[Symbol.toStringTag] === undefined &&
    objectPrototype.constructor === Object &&
    arrayPrototype.constructor === Array
  );
}

function colorStyle(text, style) {
  const color = inspect.colors[inspect.styles[style]];
  return color === undefined ? text : `\u001b[${color[0]}m${text}\u001b[${color[1]}m`;
}

/** One run of inspect: its options and where the walk is. */
class Printer {
  constructor(given) {
    this.options = { ...defaults, stylize: plainStyle };
    // Options that inspect does not know still reach custom inspection functions.
    this.passedOn = undefined;
    // The objects around the one that is being written, innermost first: { value, outer }.
    this.ancestors = undefined;
    this.references = undefined;
    this.indentation = 0;
    this.level = 0;
    // Whether what was written of the innermost object so far surely holds no end of a line.
    this.isOneLine = true;
    // Characters written on each level of indentation.
    this.outputSizes = [0, 0, 0, 0, 0, 0, 0, 0];
    if (given) this.#take(given);
    const { options } = this;
    if (options.colors) options.stylize = colorStyle;
    this.hasOwnStyle = options.stylize === plainStyle || options.stylize === colorStyle;
    if (options.maxArrayLength === null) options.maxArrayLength = Infinity;
    if (options.maxStringLength === null) options.maxStringLength = Infinity;
  }

  #take(given) {
    for (const key of Object.keys(given)) {
      if (Object.hasOwn(this.options, key)) this.options[key] = given[key];
      else this.passedOn ??= given;
    }
  }

  style(text, style) {
    return this.options.stylize(text, style);
  }

  /** Whether a value found `depth` levels down is only named. */
  isTooDeep(depth) {
    return this.options.depth !== null && depth > this.options.depth;
  }

  /** Text of any value that was found `depth` levels down; `inTypedArray` marks a buffer's owner. */
  print(value, depth, inTypedArray = false) {
    if (value === null) return this.style('null', 'null');
    const type = typeof value;
    // `document.all` of an embedder says it is undefined, and is an object.
    if (
      type !== 'object' &&
      type !== 'function' &&
      !(type === 'undefined' && value !== undefined)
    ) {
      return formatPrimitive(this, value);
    }

    const shape = shapeOf(value, objectPrototype, arrayPrototype);
    if (isLiteral(shape) && !this.options.showHidden && prototypesAreSilent()) {
      return this.isInside(value) ? this.#circle(value) : this.#printLiteral(value, depth, shape);
    }
    // Names, messages and what a program says of its objects may be of any form.
    this.isOneLine = false;
    const original = value;
    if ((shape & kKindMask) === 0 && isProxy(value)) {
      const details = getProxyDetails(value);
      if (details[0] === null) return this.style('<Revoked Proxy>', 'special');
      if (this.options.showProxy) return this.#printProxy(details, depth);
      value = innermostTarget(details);
      if (value === null) return this.style('<Revoked Proxy>', 'special');
    }

    if (this.options.customInspect) {
      const text = this.#printCustom(value, original, depth);
      if (text !== undefined) return text;
    }

    return this.isInside(value)
      ? this.#circle(value)
      : this.#printObject(value, depth, inTypedArray, shape);
  }

  /** Whether a value is being written already, further out. */
  isInside(value) {
    let at = this.ancestors;
    while (at !== undefined && at.value !== value) at = at.outer;
    return at !== undefined;
  }

  /** What is written until leave() lies in `value`. */
  enter(value) {
    this.ancestors = { value, outer: this.ancestors };
  }

  leave() {
    this.ancestors = this.ancestors.outer;
  }

  #circle(value) {
    this.references ??= new Map();
    let index = this.references.get(value);
    if (index === undefined) {
      index = this.references.size + 1;
      this.references.set(value, index);
    }
    return this.style(`[Circular *${index}]`, 'special');
  }

  /** The text that the value's own inspection function gives, or undefined without one. */
  #printCustom(value, original, depth) {
    const custom = value[inspectCustom];
    if (typeof custom !== 'function' || custom === inspect) return undefined;
    // The prototype object itself is shown as what it is, not as an instance.
    const { constructor } = value;
    if (constructor && constructor.prototype === value) return undefined;
    const remaining = this.options.depth === null ? null : this.options.depth - depth;
    const isForeign = original !== value || !(original instanceof Object);
    const result = custom.call(original, remaining, this.#optionsForCustom(isForeign), inspect);
    if (result === original) return undefined;
    if (typeof result !== 'string') return this.print(result, depth);
    return result.replaceAll('\n', `\n${' '.repeat(this.indentation)}`);
  }

  /** What a custom function sees of the options; one from another context gets none of our objects. */
  #optionsForCustom(isForeign) {
    const options = { stylize: this.options.stylize, ...this.options, ...this.passedOn };
    if (!isForeign) return options;
    Object.setPrototypeOf(options, null);
    for (const key of Object.keys(options)) {
      const value = options[key];
      if ((typeof value === 'object' && value !== null) || typeof value === 'function') {
        delete options[key];
      }
    }
    const { stylize } = this.options;
    options.stylize = Object.setPrototypeOf((text, style) => {
      let styled;
      try {
        styled = `${stylize(text, style)}`;
      } catch {
        // An error of ours must not carry our objects into the other context.
      }
      return styled === undefined ? text : styled;
    }, null);
    return options;
  }

  #printProxy([target, handler], depth) {
    if (this.isTooDeep(depth)) return this.style('Proxy [Array]', 'special');
    this.indentation += 2;
    const parts = [this.print(target, depth + 1), this.print(handler, depth + 1)];
    this.indentation -= 2;
    return layOut(this, parts, '', 'Proxy [', ']', true, depth + 1, undefined);
  }

  #printLiteral(value, depth, shape) {
    const isArray = (shape & kKindMask) === kArray;
    const count = isArray ? value.length : shape >> kCountShift;
    if (count === 0) return isArray ? '[]' : '{}';
    const name = isArray ? 'Array' : 'Object';
    if (this.isTooDeep(depth)) return this.style(`[${name}]`, 'special');

    const { indentation, isOneLine } = this;
    const outer = this.ancestors;
    this.isOneLine = this.hasOwnStyle;
    this.enter(value);
    this.level = depth + 1;
    let entries;
    try {
      entries = isArray
        ? arrayEntries(this, value, depth + 1, shape)
        : this.#dataEntries(value, depth + 1, count);
    } catch (error) {
      return this.#interrupted(error, name, outer, indentation);
    }
    const open = isArray ? '[' : '{';
    const close = isArray ? ']' : '}';
    const text = this.#finish(value, entries, '', open, close, isArray, 0, depth + 1);
    this.isOneLine &&= isOneLine;
    return text;
  }

  // The properties of an object that has only these and no accessor among them.
  #dataEntries(value, depth, count) {
    const entries = [];
    for (const key in value) {
      // Behind an object's own properties come those that somebody gave Object.prototype.
      if (entries.length === count) break;
      entries.push(this.#data(key, value[key], depth, true, 'key'));
    }
    return entries;
  }

  #printObject(value, depth, inTypedArray, facts) {
    const shape = describe(this, value, depth, inTypedArray, facts);
    if (typeof shape === 'string') return shape;
    const { areData, keys, braces, isList, inherited } = shape;

    if (this.isTooDeep(depth)) {
      const name = shape.name().slice(0, -1);
      return this.style(shape.constructorName === null ? name : `[${name}]`, 'special');
    }

    const inner = depth + 1;
    const { indentation } = this;
    const outer = this.ancestors;
    this.enter(value);
    this.level = inner;
    let entries;
    try {
      entries = shape.entries(this, value, inner, facts);
      const place = isList ? 'extra' : 'key';
      for (const key of keys) {
        entries.push(
          areData
            ? this.#data(key, value[key], inner, true, place)
            : this.property(value, inner, key, place),
        );
      }
      if (inherited !== undefined) entries.push(...inherited);
    } catch (error) {
      return this.#interrupted(error, shape.name().slice(0, -1), outer, indentation);
    }
    const [open, close] = braces;
    return this.#finish(value, entries, shape.title, open, close, isList, keys.length, inner);
  }

  // Too deep for the stack: says so in place of the object, and goes on around it.
  #interrupted(error, name, outer, indentation) {
    if (!require('runtime/errors').isStackOverflowError(error)) throw error;
    this.ancestors = outer;
    this.indentation = indentation;
    return this.style(
      `[${name}: Inspection interrupted prematurely. Maximum call stack size exceeded.]`,
      'special',
    );
  }

  // Puts the entries of an object together, which is left with that.
  #finish(value, entries, title, open, close, isList, keyCount, depth) {
    const reference = this.references?.get(value);
    if (reference !== undefined) {
      const mark = this.style(`<ref *${reference}>`, 'special');
      if (this.options.compact === true) open = `${mark} ${open}`;
      else title = title === '' ? mark : `${mark} ${title}`;
    }
    this.leave();

    if (this.options.sorted) this.#sort(entries, isList, keyCount);
    const text = layOut(this, entries, title, open, close, isList, depth, value);
    const level = this.indentation >> 1;
    const size = (this.outputSizes[level] ?? 0) + text.length;
    this.outputSizes[level] = size;
    if (size > kOutputLimit) this.options.depth = -1;
    return text;
  }

  #sort(entries, isList, keyCount) {
    const { sorted } = this.options;
    const compare = sorted === true ? undefined : sorted;
    if (!isList) entries.sort(compare);
    else if (keyCount > 1) {
      const start = entries.length - keyCount;
      entries.push(...entries.splice(start).sort(compare));
    }
  }

  /**
   * One property as text. `place` says what stands before the value: nothing for an 'element',
   * the name for a 'key' of an object, an 'extra' key of a list and an 'inherited' property.
   */
  property(holder, depth, key, place, descriptor = undefined, receiver = holder) {
    descriptor ??= Object.getOwnPropertyDescriptor(holder, key) ?? {
      value: holder[key],
      configurable: true,
      enumerable: true,
    };
    const isEnumerable = descriptor.enumerable !== false;
    const { get, set } = descriptor;
    if (get === undefined && set === undefined) {
      return this.#data(key, descriptor.value, depth, isEnumerable, place);
    }
    const text =
      get === undefined
        ? this.style('[Setter]', 'special')
        : this.#getter(descriptor, depth, receiver);
    return this.#line(key, ' ', text, isEnumerable, place);
  }

  // The same for a property that holds `value`.
  #data(key, value, depth, isEnumerable, place) {
    const isOfObject = place === 'key' || place === 'inherited';
    const indent = this.options.compact === true && isOfObject ? 3 : 2;
    this.indentation += indent;
    const text = this.print(value, depth);
    let separator = ' ';
    if (indent === 3 && this.options.breakLength < this.width(text)) {
      separator = `\n${' '.repeat(this.indentation)}`;
      this.isOneLine = false;
    }
    this.indentation -= indent;
    return this.#line(key, separator, text, isEnumerable, place);
  }

  /** An element of a list as text. */
  element(value, depth) {
    this.indentation += 2;
    const text = this.print(value, depth);
    this.indentation -= 2;
    return text;
  }

  #line(key, separator, text, isEnumerable, place) {
    if (place === 'element') return text;
    const line = `${propertyName(this, key, isEnumerable)}:${separator}${text}`;
    return place === 'inherited' && this.options.colors ? `\u001b[2m${line}\u001b[22m` : line;
  }

  #getter({ get, set }, depth, receiver) {
    const label = set === undefined ? 'Getter' : 'Getter/Setter';
    const { getters } = this.options;
    const wanted =
      getters === true ||
      (getters === 'get' && set === undefined) ||
      (getters === 'set' && set !== undefined);
    if (!wanted) return this.style(`[${label}]`, 'special');
    const open = this.style(`[${label}:`, 'special');
    const close = this.style(']', 'special');
    this.indentation += 2;
    let text;
    try {
      const result = get.call(receiver);
      text =
        (typeof result === 'object' && result !== null) || typeof result === 'function'
          ? `${this.style(`[${label}]`, 'special')} ${this.print(result, depth)}`
          : `${open} ${this.print(result, depth)}${close}`;
    } catch (error) {
      text = `${open} <Inspection threw (${this.print(error, depth)})>${close}`;
    }
    this.indentation -= 2;
    return text;
  }

  /** Columns that a text takes, or its length where colors are off and only that is asked for. */
  width(text) {
    return getStringWidth(text, this.options.colors);
  }
}

function innermostTarget(details) {
  let [target] = details;
  for (;;) {
    const inner = target === null ? undefined : getProxyDetails(target);
    if (inner === undefined) return target;
    [target] = inner;
  }
}

// A string up to this length is never broken into lines.
const kBrief = 16;

/** A number or a short string, which need no walk; undefined for all else and for unusual defaults. */
function briefText(value) {
  if (defaults.colors) return undefined;
  if (typeof value === 'number') {
    return defaults.numericSeparator ? undefined : numberText(value, false);
  }
  const isBrief =
    typeof value === 'string' && value.length <= kBrief && value.length <= defaults.maxStringLength;
  return isBrief ? quoteString(value) : undefined;
}

/**
 * Text of a value for people.
 * https://nodejs.org/docs/latest-v24.x/api/util.html#utilinspectobject-options
 */
function inspect(value, options) {
  let given = options;
  if (arguments.length === 1) {
    const text = briefText(value);
    if (text !== undefined) return text;
  } else if (arguments.length >= 2) {
    // The old form: inspect(value, showHidden, depth, colors).
    if (typeof options === 'boolean' || arguments.length > 2) {
      given = typeof options === 'object' && options !== null ? { ...options } : {};
      if (arguments.length > 2) {
        if (arguments[2] !== undefined) given.depth = arguments[2];
        if (arguments.length > 3 && arguments[3] !== undefined) given.colors = arguments[3];
      }
      if (typeof options === 'boolean') given.showHidden = options;
    }
  }
  return new Printer(given).print(value, 0);
}

inspect.custom = inspectCustom;

Object.defineProperty(inspect, 'defaultOptions', {
  get() {
    return defaults;
  },
  set(options) {
    const { validateObject } = require('runtime/validators');
    validateObject(options, 'options');
    Object.assign(defaults, options);
  },
});

inspect.colors = {
  __proto__: null,
  reset: [0, 0],
  bold: [1, 22],
  dim: [2, 22],
  italic: [3, 23],
  underline: [4, 24],
  blink: [5, 25],
  inverse: [7, 27],
  hidden: [8, 28],
  strikethrough: [9, 29],
  doubleunderline: [21, 24],
  black: [30, 39],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  blue: [34, 39],
  magenta: [35, 39],
  cyan: [36, 39],
  white: [37, 39],
  bgBlack: [40, 49],
  bgRed: [41, 49],
  bgGreen: [42, 49],
  bgYellow: [43, 49],
  bgBlue: [44, 49],
  bgMagenta: [45, 49],
  bgCyan: [46, 49],
  bgWhite: [47, 49],
  framed: [51, 54],
  overlined: [53, 55],
  gray: [90, 39],
  redBright: [91, 39],
  greenBright: [92, 39],
  yellowBright: [93, 39],
  blueBright: [94, 39],
  magentaBright: [95, 39],
  cyanBright: [96, 39],
  whiteBright: [97, 39],
  bgGray: [100, 49],
  bgRedBright: [101, 49],
  bgGreenBright: [102, 49],
  bgYellowBright: [103, 49],
  bgBlueBright: [104, 49],
  bgMagentaBright: [105, 49],
  bgCyanBright: [106, 49],
  bgWhiteBright: [107, 49],
};

// Other names of the same colors: they follow what is assigned to either name.
const aliases = {
  gray: ['grey', 'blackBright'],
  bgGray: ['bgGrey', 'bgBlackBright'],
  dim: ['faint'],
  strikethrough: ['crossedout', 'strikeThrough', 'crossedOut'],
  hidden: ['conceal'],
  inverse: ['swapColors', 'swapcolors'],
  doubleunderline: ['doubleUnderline'],
};
for (const [name, others] of Object.entries(aliases)) {
  for (const alias of others) {
    Object.defineProperty(inspect.colors, alias, {
      configurable: true,
      enumerable: false,
      get() {
        return this[name];
      },
      set(color) {
        this[name] = color;
      },
    });
  }
}

inspect.styles = Object.assign(Object.create(null), {
  special: 'cyan',
  number: 'yellow',
  bigint: 'yellow',
  boolean: 'yellow',
  undefined: 'grey',
  null: 'bold',
  string: 'green',
  symbol: 'green',
  date: 'magenta',
  regexp: 'red',
  module: 'underline',
});

module.exports = {
  Printer,
  getStringWidth,
  inspect,
  stripVTControlCharacters,
  get format() {
    return require('modules/util/format').format;
  },
  get formatWithOptions() {
    return require('modules/util/format').formatWithOptions;
  },
};
