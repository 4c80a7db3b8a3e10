'use strict';

// What each kind of object looks like to inspect: its prefix, its braces and what they hold.

const { constructorName, functionTitle, prefix, tagOf } = require('modules/util/inspect_names');
const { dateText, formatBigint, formatNumber } = require('modules/util/inspect_text');

const types = native('types');
const { getConstructorName, getOwnNonIndexProperties, getPromiseDetails, previewEntries } =
  native('util');

const {
  kDataOnly,
  kDate,
  kError,
  kFunction,
  kKindMask,
  kObject,
  kOnlyIndices,
  kPacked,
  kStringKeys,
} = native('shapes');
const kPlainElements = kDataOnly | kPacked;

const noEntries = () => [];
const noKeys = [];

const typedArrayPrototype = Object.getPrototypeOf(Uint8Array.prototype);
const typedArrayName = Object.getOwnPropertyDescriptor(typedArrayPrototype, Symbol.toStringTag).get;
const typedArrayLength = Object.getOwnPropertyDescriptor(typedArrayPrototype, 'length').get;
const setSize = Object.getOwnPropertyDescriptor(Set.prototype, 'size').get;
const mapSize = Object.getOwnPropertyDescriptor(Map.prototype, 'size').get;

/** Own keys to show: enumerable ones, or all with showHidden; `facts` are those of shapeOf(). */
function ownKeys(value, showHidden, facts) {
  if ((facts & kStringKeys) !== 0 && !showHidden) return Object.keys(value);
  const symbols = Object.getOwnPropertySymbols(value);
  if (showHidden) {
    const keys = Object.getOwnPropertyNames(value);
    keys.push(...symbols);
    return keys;
  }
  let keys;
  try {
    keys = Object.keys(value);
  } catch {
    // A module namespace throws while a binding has no value yet.
    keys = Object.getOwnPropertyNames(value);
  }
  for (const symbol of symbols) {
    if (Object.prototype.propertyIsEnumerable.call(value, symbol)) keys.push(symbol);
  }
  return keys;
}

// The same for what has indices, which are no keys to show.
function ownNonIndexKeys(value, showHidden, facts) {
  if ((facts & kOnlyIndices) !== 0 && !showHidden) return noKeys;
  return getOwnNonIndexProperties(value, !showHidden);
}

/** What is to be written for an object, and what is known of it on the way to that. */
class Shape {
  title = '';
  braces = ['{', '}'];
  keys = noKeys;
  isList = false;
  entries = noEntries;

  constructor(printer, value, depth, inTypedArray, inherited, constructorName, tag, facts) {
    this.printer = printer;
    this.value = value;
    this.depth = depth;
    this.inTypedArray = inTypedArray;
    this.inherited = inherited;
    this.ctor = this.constructorName = constructorName;
    this.tag = tag;
    this.facts = facts;
    // Whether all of `keys` are known to be enumerable and no accessors.
    this.areData = (facts & kDataOnly) !== 0 && !printer.options.showHidden;
  }

  name() {
    return prefix(this.ctor, this.tag, fallbackName(this.value, this.tag));
  }

  isBare() {
    return this.keys.length === 0 && this.inherited === undefined;
  }
}

/** What is to be written for an object: a string if that is all, else a Shape. */
function describe(printer, value, depth, inTypedArray, facts) {
  let inherited;
  if (printer.options.showHidden && !printer.isTooDeep(depth)) inherited = [];
  const ctor = constructorName(printer, value, depth, inherited);
  if (inherited !== undefined && inherited.length === 0) inherited = undefined;
  const tag = tagOf(printer, value, ctor);
  const shape = new Shape(printer, value, depth, inTypedArray, inherited, ctor, tag, facts);
  const done = describeAtOnce(shape) ?? describeIterable(shape) ?? describeOther(shape);
  return done === '' ? shape : done;
}

// The commonest kinds that are none of those which would have to be asked for before them.
function describeAtOnce(shape) {
  const { value, ctor, facts, printer } = shape;
  const kind = facts & kKindMask;
  if (ctor === 'Object' || ctor === null) return undefined;
  if (kind !== kObject && kind !== kDate && kind !== kError && kind !== kFunction) return undefined;
  shape.keys = ownKeys(value, printer.options.showHidden, facts);
  if (kind === kFunction) return describeFunction(shape);
  if (kind === kDate) return describeDate(shape);
  return isErrorObject(value) ? describeError(shape) : describePlain(shape);
}

function fallbackName(value, tag) {
  const name = getConstructorName(value);
  return name === tag ? 'Object' : name;
}

function hasIterator(value) {
  try {
    return Symbol.iterator in value;
  } catch {
    return false;
  }
}

// The describeX functions return undefined for what they are not about, the whole text of a value
// that has nothing inside, and '' once the shape is filled in.

function describeIterable(shape) {
  const { value, ctor, tag, printer, facts } = shape;
  if (ctor !== null && !hasIterator(value)) return undefined;
  const { showHidden } = printer.options;

  if (Array.isArray(value)) {
    const start =
      ctor === 'Array' && tag === '' ? '' : prefix(ctor, tag, 'Array', `(${value.length})`);
    shape.keys = ownNonIndexKeys(value, showHidden, facts);
    shape.braces = [`${start}[`, ']'];
    if (value.length === 0 && shape.isBare()) return `${start}[]`;
    shape.isList = true;
    shape.entries = arrayEntries;
    return '';
  }
  if (types.isSet(value)) {
    const size = setSize.call(value);
    const start = prefix(ctor, tag, 'Set', `(${size})`);
    shape.keys = ownKeys(value, showHidden, facts);
    if (size === 0 && shape.isBare()) return `${start}{}`;
    shape.braces = [`${start}{`, '}'];
    shape.entries = setEntries;
    return '';
  }
  if (types.isMap(value)) {
    const size = mapSize.call(value);
    const start = prefix(ctor, tag, 'Map', `(${size})`);
    shape.keys = ownKeys(value, showHidden, facts);
    if (size === 0 && shape.isBare()) return `${start}{}`;
    shape.braces = [`${start}{`, '}'];
    shape.entries = mapEntries;
    return '';
  }
  if (types.isTypedArray(value)) {
    shape.keys = ownNonIndexKeys(value, showHidden, facts);
    const size = typedArrayLength.call(value);
    const start = prefix(ctor, tag, ctor === null ? typedArrayName.call(value) : '', `(${size})`);
    shape.braces = [`${start}[`, ']'];
    if (size === 0 && shape.keys.length === 0 && !showHidden) return `${start}[]`;
    shape.isList = true;
    shape.entries = (...args) => typedArrayEntries(size, ...args);
    return '';
  }
  if (types.isMapIterator(value)) return describeIterator(shape, 'Map');
  if (types.isSetIterator(value)) return describeIterator(shape, 'Set');
  return undefined;
}

function describeIterator(shape, kind) {
  const { printer, value, tag } = shape;
  shape.keys = ownKeys(value, printer.options.showHidden);
  const [entries, isKeyValue] = previewEntries(value);
  const own = `${kind} ${isKeyValue ? 'Entries' : 'Iterator'}`;
  const isPlain = tag === '' || tag === `${kind} Iterator`;
  shape.braces = [isPlain ? `[${own}] {` : `[${tag}] [${own}] {`, '}'];
  shape.entries = (p, _value, depth) =>
    isKeyValue ? pairEntries(p, entries, depth) : previewed(p, entries, depth);
  return '';
}

function describeOther(shape) {
  const { printer, value, ctor, tag, facts } = shape;
  const { showHidden } = printer.options;
  if (types.isModuleNamespaceObject(value)) {
    shape.keys = ownKeys(value, showHidden, facts);
    shape.braces = [`${prefix(ctor, tag, 'Module')}{`, '}'];
    const { keys } = shape;
    shape.keys = [];
    shape.entries = (p, namespace, depth) => namespaceEntries(p, namespace, depth, keys);
    return '';
  }
  shape.keys = ownKeys(value, showHidden, facts);

  if (typeof value === 'function') return describeFunction(shape);
  if (ctor === 'Object') {
    if (types.isArgumentsObject(value)) shape.braces[0] = '[Arguments] {';
    else if (tag !== '') shape.braces[0] = `${prefix(ctor, tag, 'Object')}{`;
    return shape.isBare() ? `${shape.braces[0]}}` : '';
  }
  return describeByType(shape) ?? describePlain(shape);
}

function describeByType(shape) {
  const { printer, value, ctor, tag, depth } = shape;
  if (types.isRegExp(value)) {
    const source = RegExp.prototype.toString.call(ctor === null ? new RegExp(value) : value);
    shape.title = withPrefix(prefix(ctor, tag, 'RegExp'), 'RegExp ', source);
    return shape.isBare() || printer.isTooDeep(depth) ? printer.style(shape.title, 'regexp') : '';
  }
  if (types.isDate(value)) return describeDate(shape);
  if (isErrorObject(value)) return describeError(shape);
  if (types.isAnyArrayBuffer(value)) {
    const kind = types.isArrayBuffer(value) ? 'ArrayBuffer' : 'SharedArrayBuffer';
    const start = prefix(ctor, tag, kind);
    const { inTypedArray } = shape;
    if (inTypedArray && shape.isBare()) {
      return `${start}{ [byteLength]: ${formatNumber(printer, value.byteLength)} }`;
    }
    shape.braces[0] = `${start}{`;
    shape.entries = inTypedArray ? byteLengthEntry : bufferEntries;
    return '';
  }
  if (types.isDataView(value)) {
    shape.braces[0] = `${prefix(ctor, tag, 'DataView')}{`;
    shape.entries = dataViewEntries;
    return '';
  }
  if (types.isPromise(value)) {
    shape.braces[0] = `${prefix(ctor, tag, 'Promise')}{`;
    shape.entries = promiseEntries;
    return '';
  }
  if (types.isWeakSet(value) || types.isWeakMap(value)) {
    const isSet = types.isWeakSet(value);
    shape.braces[0] = `${prefix(ctor, tag, isSet ? 'WeakSet' : 'WeakMap')}{`;
    if (!printer.options.showHidden) shape.entries = unknownEntries;
    else shape.entries = isSet ? weakSetEntries : weakMapEntries;
    return '';
  }
  if (types.isBoxedPrimitive(value)) {
    const { title, style } = boxedTitle(shape);
    if (shape.isBare()) return printer.style(title, style);
    shape.title = title;
    return '';
  }
  return undefined;
}

function describeFunction(shape) {
  const { printer, value, ctor, tag } = shape;
  shape.title = functionTitle(printer, value, ctor, tag);
  return shape.isBare() ? printer.style(shape.title, 'special') : '';
}

function describeDate(shape) {
  const { printer, value, ctor, tag, depth } = shape;
  const text = dateText(value);
  shape.title = withPrefix(prefix(ctor, tag, 'Date'), 'Date ', text);
  return shape.isBare() || printer.isTooDeep(depth) ? printer.style(shape.title, 'date') : '';
}

function describeError(shape) {
  const { printer, value, ctor, tag } = shape;
  const { formatError } = require('modules/util/inspect_errors');
  shape.title = formatError(printer, value, ctor, tag, shape.keys);
  // What it adds to the keys may be hidden.
  shape.areData = false;
  return shape.isBare() ? shape.title : '';
}

// The module of URLs is there if there are any.
function isURL(value) {
  return require('web/url').isURL(value);
}

function describePlain(shape) {
  const { printer, value, ctor, tag, depth } = shape;
  if (value[Symbol.toStringTag] === 'URL' && isURL(value) && !printer.isTooDeep(depth)) {
    shape.title = value.href;
    return shape.isBare() ? shape.title : '';
  }
  if (shape.isBare() && types.isExternal(value)) {
    return `[External: ${native('util').getExternalAddress(value)}]`;
  }
  const start = prefix(ctor, tag, fallbackName(value, tag));
  if (shape.isBare()) return `${start}{}`;
  shape.braces[0] = `${start}{`;
  return '';
}

function isErrorObject(value) {
  return types.isNativeError(value) || Error.prototype.isPrototypeOf(value);
}

function withPrefix(start, expected, text) {
  return start === expected ? text : `${start}${text}`;
}

// Of each box: how to open it, and the style of what is inside.
const boxes = {
  Number: [Number.prototype.valueOf, 'number'],
  String: [String.prototype.valueOf, 'string'],
  Boolean: [Boolean.prototype.valueOf, 'boolean'],
  BigInt: [BigInt.prototype.valueOf, 'bigint'],
  Symbol: [Symbol.prototype.valueOf, 'symbol'],
};

function boxName(value) {
  if (types.isNumberObject(value)) return 'Number';
  if (types.isStringObject(value)) return 'String';
  if (types.isBooleanObject(value)) return 'Boolean';
  return types.isBigIntObject(value) ? 'BigInt' : 'Symbol';
}

function boxedTitle(shape) {
  const { printer, value, ctor, tag } = shape;
  const kind = boxName(value);
  const [valueOf, style] = boxes[kind];
  const primitive = valueOf.call(value);
  // The characters of a string are not properties worth showing.
  if (kind === 'String') shape.keys.splice(0, primitive.length);
  let title = `[${kind}`;
  if (ctor === null) title += ' (null prototype)';
  else if (ctor !== kind) title += ` (${ctor})`;
  const { inspect } = require('modules/util/inspect');
  const text = inspect(primitive, { ...printer.options, stylize: (each) => each, colors: false });
  title += `: ${text}]`;
  if (tag !== '' && tag !== ctor) title += ` [${tag}]`;
  return { title, style };
}

const more = (count) => `... ${count} more item${count > 1 ? 's' : ''}`;

/** How many of `length` entries to show. */
function shownCount(printer, length) {
  return Math.min(Math.max(0, printer.options.maxArrayLength), length);
}

function arrayEntries(printer, value, depth, shape) {
  const shown = shownCount(printer, value.length);
  const isPlain = (shape & kPlainElements) === kPlainElements;
  const entries = [];
  for (let i = 0; i < shown; i++) {
    if (isPlain && value[i] !== undefined) {
      entries.push(printer.element(value[i], depth));
      continue;
    }
    // A hole anywhere means that the rest goes by keys.
    if (!Object.hasOwn(value, i)) return sparseEntries(printer, value, depth, entries, i);
    entries.push(printer.property(value, depth, i, 'element'));
  }
  const remaining = value.length - shown;
  if (remaining > 0) entries.push(more(remaining));
  return entries;
}

/** Goes on at index `from` of an array with holes: each run of holes is one entry. */
function sparseEntries(printer, value, depth, entries, from) {
  const limit = shownCount(printer, value.length);
  const keys = Object.keys(value);
  let next = from;
  for (let i = from; i < keys.length && entries.length < limit; i++) {
    const key = keys[i];
    const index = Number(key);
    // Only array indices, which come first and in order.
    if (`${index}` !== key || index >>> 0 !== index || index === 2 ** 32 - 1) break;
    if (next !== index) {
      entries.push(holes(printer, index - next));
      next = index;
      if (entries.length === limit) break;
    }
    entries.push(printer.property(value, depth, key, 'element'));
    next++;
  }
  const remaining = value.length - next;
  if (entries.length < limit) {
    if (remaining > 0) entries.push(holes(printer, remaining));
  } else if (remaining > 0) {
    entries.push(more(remaining));
  }
  return entries;
}

function holes(printer, count) {
  return printer.style(`<${count} empty item${count > 1 ? 's' : ''}>`, 'undefined');
}

function typedArrayEntries(length, printer, value, depth) {
  const shown = shownCount(printer, length);
  const entries = [];
  const format = length > 0 && typeof value[0] === 'bigint' ? formatBigint : formatNumber;
  for (let i = 0; i < shown; i++) entries.push(format(printer, value[i]));
  if (length > shown) entries.push(more(length - shown));
  if (printer.options.showHidden) {
    printer.indentation += 2;
    for (const key of ['BYTES_PER_ELEMENT', 'length', 'byteLength', 'byteOffset', 'buffer']) {
      entries.push(extra(printer, key, printer.print(value[key], depth, true)));
    }
    printer.indentation -= 2;
  }
  return entries;
}

/** A line about something that is not an own property: its name in brackets. */
function extra(printer, key, text) {
  return `${printer.style(`[${key}]`, 'string')}: ${text}`;
}

function setEntries(printer, value, depth) {
  const shown = shownCount(printer, setSize.call(value));
  const entries = [];
  printer.indentation += 2;
  for (const element of Set.prototype.values.call(value)) {
    if (entries.length >= shown) break;
    entries.push(printer.print(element, depth));
  }
  printer.indentation -= 2;
  const remaining = setSize.call(value) - shown;
  if (remaining > 0) entries.push(more(remaining));
  return entries;
}

function mapEntries(printer, value, depth) {
  const shown = shownCount(printer, mapSize.call(value));
  const entries = [];
  printer.indentation += 2;
  for (const [key, element] of Map.prototype.entries.call(value)) {
    if (entries.length >= shown) break;
    entries.push(`${printer.print(key, depth)} => ${printer.print(element, depth)}`);
  }
  printer.indentation -= 2;
  const remaining = mapSize.call(value) - shown;
  if (remaining > 0) entries.push(more(remaining));
  return entries;
}

function previewed(printer, list, depth) {
  const shown = shownCount(printer, list.length);
  const entries = [];
  printer.indentation += 2;
  for (let i = 0; i < shown; i++) entries.push(printer.print(list[i], depth));
  printer.indentation -= 2;
  if (list.length > shown) entries.push(more(list.length - shown));
  return entries;
}

/** Entries of a key-value iterator: each pair is written as an array of two. */
function pairEntries(printer, list, depth) {
  const pairs = list.length / 2;
  const shown = shownCount(printer, pairs);
  const entries = [];
  printer.indentation += 2;
  for (let i = 0; i < shown; i++) {
    const pair = [printer.print(list[i * 2], depth), printer.print(list[i * 2 + 1], depth)];
    const { layOut } = require('modules/util/inspect_layout');
    entries.push(layOut(printer, pair, '', '[', ']', true, depth, list));
  }
  printer.indentation -= 2;
  if (pairs > shown) entries.push(more(pairs - shown));
  return entries;
}

function unknownEntries(printer) {
  return [printer.style('<items unknown>', 'special')];
}

// The order in a weak collection is not defined, so it is sorted by text.

function weakSetEntries(printer, value, depth) {
  const [list] = previewEntries(value);
  const shown = shownCount(printer, list.length);
  const entries = [];
  printer.indentation += 2;
  for (let i = 0; i < shown; i++) entries.push(printer.print(list[i], depth));
  entries.sort();
  printer.indentation -= 2;
  if (list.length > shown) entries.push(more(list.length - shown));
  return entries;
}

function weakMapEntries(printer, value, depth) {
  const [list] = previewEntries(value);
  const pairs = list.length / 2;
  const shown = shownCount(printer, pairs);
  const entries = [];
  printer.indentation += 2;
  for (let i = 0; i < shown; i++) {
    entries.push(
      `${printer.print(list[i * 2], depth)} => ${printer.print(list[i * 2 + 1], depth)}`,
    );
  }
  entries.sort();
  printer.indentation -= 2;
  if (pairs > shown) entries.push(more(pairs - shown));
  return entries;
}

function isDetached(buffer) {
  return buffer.detached === true;
}

function bufferEntries(printer, value, depth) {
  if (isDetached(value)) {
    return [printer.style('(detached)', 'special'), ...byteLengthEntry(printer, value, depth)];
  }
  const bytes = new Uint8Array(value);
  const shown = Math.min(Math.max(0, printer.options.maxArrayLength), bytes.length);
  let text = '';
  for (let i = 0; i < shown; i++) {
    text += `${i === 0 ? '' : ' '}${bytes[i].toString(16).padStart(2, '0')}`;
  }
  const remaining = bytes.length - shown;
  if (remaining > 0) text += ` ... ${remaining} more byte${remaining > 1 ? 's' : ''}`;
  return [
    `${printer.style('[Uint8Contents]', 'special')}: <${text}>`,
    ...byteLengthEntry(printer, value, depth),
  ];
}

function byteLengthEntry(printer, value, depth) {
  return [extra(printer, 'byteLength', printer.print(value.byteLength, depth))];
}

/** What a getter gives, or undefined where it throws, as that of a view on a detached buffer does. */
function tryGet(value, key) {
  try {
    return value[key];
  } catch {
    return undefined;
  }
}

function dataViewEntries(printer, value, depth) {
  printer.indentation += 2;
  const entries = ['byteLength', 'byteOffset', 'buffer'].map((key) =>
    extra(printer, key, printer.print(tryGet(value, key), depth)),
  );
  printer.indentation -= 2;
  return entries;
}

const kPending = 0;
const kRejected = 2;

function promiseEntries(printer, value, depth) {
  const [state, result] = getPromiseDetails(value);
  if (state === kPending) return [printer.style('<pending>', 'special')];
  printer.indentation += 2;
  const text = printer.print(result, depth);
  printer.indentation -= 2;
  return [state === kRejected ? `${printer.style('<rejected>', 'special')} ${text}` : text];
}

function namespaceEntries(printer, namespace, depth, keys) {
  return keys.map((key) => {
    try {
      return printer.property(namespace, depth, key, 'key');
    } catch (error) {
      if (!(error instanceof ReferenceError)) throw error;
      // The binding exists and has no value yet.
      const { propertyName } = require('modules/util/inspect_names');
      return `${propertyName(printer, key, true)}: ${printer.style('<uninitialized>', 'special')}`;
    }
  });
}

module.exports = { arrayEntries, describe, ownKeys };
