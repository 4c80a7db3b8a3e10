'use strict';
// net.BlockList and net.SocketAddress.
// https://nodejs.org/api/net.html#class-netblocklist

const errors = require('runtime/errors');
const { validateInt32, validateObject, validatePort, validateString, validateUint32 } =
  require('runtime/validators');
const { ipVersion } = native('net');
const { inspect: kInspect } = require('runtime/symbols');

function parse4(text) {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

// An IPv6 address as 128 bits.
function parse6(text) {
  const zone = text.indexOf('%');
  if (zone !== -1) text = text.slice(0, zone);
  const dotted = /(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  if (dotted) {
    const four = parse4(dotted[1]);
    text = `${text.slice(0, -dotted[1].length)}${(four >> 16n).toString(16)}:${(four & 0xffffn).toString(16)}`;
  }
  const [head, tail] = text.split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const gap = tail === undefined ? 0 : 8 - left.length - right.length;
  const groups = [...left, ...new Array(gap).fill('0'), ...right];
  return groups.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

const kMapped = 0xffffn << 32n; // ::ffff:0:0/96

class SocketAddress {
  #address;
  #family;
  #port;
  #flowlabel;

  constructor(options = {}) {
    validateObject(options, 'options');
    let { family = 'ipv4' } = options;
    if (typeof family?.toLowerCase === 'function') family = family.toLowerCase();
    if (family !== 'ipv4' && family !== 'ipv6') {
      throw new errors.ERR_INVALID_ARG_VALUE('options.family', options.family);
    }
    const { address = family === 'ipv4' ? '127.0.0.1' : '::', port = 0, flowlabel = 0 } = options;
    validateString(address, 'options.address');
    validatePort(port, 'options.port');
    validateUint32(flowlabel, 'options.flowlabel', false);
    if (ipVersion(address) !== (family === 'ipv4' ? 4 : 6)) throw new errors.ERR_INVALID_ADDRESS();
    this.#address = address;
    this.#family = family;
    this.#port = port | 0;
    this.#flowlabel = flowlabel;
  }

  static isSocketAddress(value) {
    return value !== null && typeof value === 'object' && #address in value;
  }

  /** The address that a text such as '1.2.3.4:80' or '[::1]:80' names, or undefined. */
  static parse(input) {
    validateString(input, 'input');
    try {
      const { hostname, port } = new URL(`http://${input}`);
      if (hostname.startsWith('[')) {
        return new SocketAddress({
          address: hostname.slice(1, -1),
          port: port | 0,
          family: 'ipv6',
        });
      }
      return new SocketAddress({ address: hostname, port: port | 0 });
    } catch {
      return undefined;
    }
  }

  get address() {
    return this.#address;
  }
  get port() {
    return this.#port;
  }
  get family() {
    return this.#family;
  }
  get flowlabel() {
    return this.#family === 'ipv4' ? 0 : this.#flowlabel;
  }

  toJSON() {
    return {
      address: this.address,
      port: this.port,
      family: this.family,
      flowlabel: this.flowlabel,
    };
  }

  [kInspect](depth, options, inspect) {
    if (depth < 0) return this;
    return `SocketAddress ${inspect(this.toJSON(), { ...options, depth: options.depth === null ? null : options.depth - 1 })}`;
  }
}

function valueOf(address) {
  return address.family === 'ipv4' ? parse4(address.address) : parse6(address.address);
}

function toAddress(address, family, name) {
  if (SocketAddress.isSocketAddress(address)) return address;
  validateString(address, name);
  validateString(family, 'family');
  family = family.toLowerCase();
  return new SocketAddress({ address, family });
}

class BlockList {
  #rules = [];

  static isBlockList(value) {
    return value !== null && typeof value === 'object' && #rules in value;
  }

  addAddress(address, family = 'ipv4') {
    const at = toAddress(address, family, 'address');
    this.#rules.unshift({
      kind: 'address',
      family: at.family,
      from: valueOf(at),
      text: `Address: ${label(at)}`,
      json: at,
    });
  }

  addRange(start, end, family = 'ipv4') {
    const from = toAddress(start, family, 'start');
    const to = toAddress(end, family, 'end');
    if (from.family !== to.family || valueOf(from) > valueOf(to)) {
      throw new errors.ERR_INVALID_ARG_VALUE('start', start, 'must come before end');
    }
    this.#rules.unshift({
      kind: 'range',
      family: from.family,
      from: valueOf(from),
      to: valueOf(to),
      text: `Range: ${family_(from)} ${from.address}-${to.address}`,
    });
  }

  addSubnet(network, prefix, family = 'ipv4') {
    const net = toAddress(network, family, 'network');
    const bits = net.family === 'ipv4' ? 32 : 128;
    validateInt32(prefix, 'prefix', 0, bits);
    const shift = BigInt(bits - prefix);
    this.#rules.unshift({
      kind: 'subnet',
      family: net.family,
      from: valueOf(net) >> shift,
      shift,
      text: `Subnet: ${label(net)}/${prefix}`,
    });
  }

  check(address, family = 'ipv4') {
    let at;
    if (SocketAddress.isSocketAddress(address)) {
      at = address;
    } else {
      validateString(address, 'address');
      validateString(family, 'family');
      try {
        at = new SocketAddress({ address, family });
      } catch {
        return false;
      }
    }
    const value = valueOf(at);
    for (const rule of this.#rules) {
      if (matches(rule, at.family, value)) return true;
      // An IPv4-mapped IPv6 address is that IPv4 address, and the other way round.
      if (at.family === 'ipv6' && rule.family === 'ipv4' && value >> 32n === 0xffffn) {
        if (matches(rule, 'ipv4', value & 0xffffffffn)) return true;
      } else if (at.family === 'ipv4' && rule.family === 'ipv6') {
        if (matches(rule, 'ipv6', kMapped | value)) return true;
      }
    }
    return false;
  }

  get rules() {
    return this.#rules.map((rule) => rule.text);
  }

  toJSON() {
    return this.rules;
  }

  fromJSON(data) {
    if (typeof data === 'string') data = JSON.parse(data);
    if (!Array.isArray(data))
      throw new errors.ERR_INVALID_ARG_TYPE('data', ['string', 'array'], data);
    for (const rule of data) {
      if (typeof rule !== 'string') throw new errors.ERR_INVALID_ARG_VALUE('data', rule);
      let match;
      if ((match = /^Address: (IPv[46]) (\S+)$/.exec(rule))) {
        this.addAddress(match[2], match[1].toLowerCase());
      } else if ((match = /^Range: (IPv[46]) ([^\s-]+)-(\S+)$/.exec(rule))) {
        this.addRange(match[2], match[3], match[1].toLowerCase());
      } else if ((match = /^Subnet: (IPv[46]) (\S+)\/(\d+)$/.exec(rule))) {
        this.addSubnet(match[2], Number(match[3]), match[1].toLowerCase());
      }
    }
  }

  [kInspect](depth, options, inspect) {
    if (depth < 0) return this;
    return `BlockList ${inspect({ rules: this.rules }, { ...options, depth: options.depth === null ? null : options.depth - 1 })}`;
  }
}

const family_ = (address) => (address.family === 'ipv4' ? 'IPv4' : 'IPv6');
const label = (address) => `${family_(address)} ${address.address}`;

function matches(rule, family, value) {
  if (rule.family !== family) return false;
  if (rule.kind === 'address') return rule.from === value;
  if (rule.kind === 'range') return rule.from <= value && value <= rule.to;
  return value >> rule.shift === rule.from;
}

module.exports = { BlockList, SocketAddress };
