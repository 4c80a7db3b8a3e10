'use strict';
// net.BlockList and net.SocketAddress.
// https://nodejs.org/api/net.html#class-netblocklist

const errors = require('runtime/errors');
const { validateInt32, validateObject, validatePort, validateString, validateUint32 } =
  require('runtime/validators');
const { ipVersion } = native('net');
const { Rules } = native('block_list');
const { inspect: kInspect, kClone } = require('runtime/symbols');

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

  // Structured cloning: see web/messaging/transfer.js.
  [kClone]() {
    if (!SocketAddress.isSocketAddress(this)) return undefined;
    return { deserializeInfo: 'modules/net/block_list:receiveSocketAddress', data: this.toJSON() };
  }

  [kInspect](depth, options, inspect) {
    if (depth < 0) return '[SocketAddress]';
    return `SocketAddress ${inspect(this.toJSON(), { ...options, depth: options.depth === null ? null : options.depth - 1 })}`;
  }
}

function toAddress(address, family, name) {
  if (SocketAddress.isSocketAddress(address)) return address;
  validateString(address, name);
  validateString(family, 'family');
  family = family.toLowerCase();
  return new SocketAddress({ address, family });
}

// A BlockList over rules that another one has; set inside the class.
let listOf;

class BlockList {
  // A clone shares them, in whichever thread it is.
  #rules = new Rules();

  static {
    listOf = (rules) => {
      const list = new BlockList();
      list.#rules = rules;
      return list;
    };
  }

  static isBlockList(value) {
    return value !== null && typeof value === 'object' && #rules in value;
  }

  addAddress(address, family = 'ipv4') {
    const at = toAddress(address, family, 'address');
    this.#rules.addAddress(at.address, isV6(at));
  }

  addRange(start, end, family = 'ipv4') {
    const from = toAddress(start, family, 'start');
    const to = toAddress(end, family, 'end');
    if (from.family !== to.family || !this.#rules.addRange(from.address, to.address, isV6(from))) {
      throw new errors.ERR_INVALID_ARG_VALUE('start', start, 'must come before end');
    }
  }

  addSubnet(network, prefix, family = 'ipv4') {
    const at = toAddress(network, family, 'network');
    validateInt32(prefix, 'prefix', 0, isV6(at) ? 128 : 32);
    this.#rules.addSubnet(at.address, prefix, isV6(at));
  }

  check(address, family = 'ipv4') {
    let at = address;
    if (!SocketAddress.isSocketAddress(address)) {
      validateString(address, 'address');
      validateString(family, 'family');
      try {
        at = new SocketAddress({ address, family });
      } catch {
        return false;
      }
    }
    return this.#rules.covers(at.address, isV6(at));
  }

  get rules() {
    return this.#rules.texts();
  }

  toJSON() {
    return this.rules;
  }

  fromJSON(data) {
    if (typeof data === 'string') data = JSON.parse(data);
    if (!Array.isArray(data))
      throw new errors.ERR_INVALID_ARG_TYPE('data', ['string', 'string[]'], data);
    for (const rule of data) {
      if (typeof rule !== 'string')
        throw new errors.ERR_INVALID_ARG_TYPE('data', ['string', 'string[]'], data);
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

  [kClone]() {
    if (!BlockList.isBlockList(this)) return undefined;
    return { deserializeInfo: 'modules/net/block_list:receiveBlockList', data: this.#rules };
  }

  [kInspect](depth, options, inspect) {
    if (depth < 0) return '[BlockList]';
    return `BlockList ${inspect({ rules: this.rules }, { ...options, depth: options.depth === null ? null : options.depth - 1 })}`;
  }
}

const isV6 = (address) => address.family === 'ipv6';

module.exports = {
  BlockList,
  SocketAddress,
  receiveBlockList: listOf,
  receiveSocketAddress: (shape) => new SocketAddress(shape),
};
