'use strict';

const { ERR_ILLEGAL_CONSTRUCTOR, ERR_INVALID_THIS } = require('runtime/errors');
const { PerformanceEntry, inspectAs, kCreate, tag } = require('web/performance/entry');

/** https://w3c.github.io/resource-timing/#sec-performanceresourcetiming */
class PerformanceResourceTiming extends PerformanceEntry {
  #url;
  #initiatorType;
  #timing;
  #cacheMode;
  #responseStatus;
  #deliveryType;

  constructor(token = undefined, resource = undefined) {
    if (token !== kCreate) throw new ERR_ILLEGAL_CONSTRUCTOR();
    const { timing } = resource;
    super(kCreate, resource.url, 'resource', timing.startTime, timing.endTime - timing.startTime);
    this.#url = resource.url;
    this.#timing = timing;
    this.#initiatorType = resource.initiatorType;
    this.#cacheMode = resource.cacheMode;
    this.#responseStatus = resource.responseStatus;
    this.#deliveryType = resource.deliveryType;
  }

  static #timingOf(value) {
    if (typeof value !== 'object' || value === null || !(#timing in value)) {
      throw new ERR_INVALID_THIS('PerformanceResourceTiming');
    }
    return value.#timing;
  }

  get name() {
    PerformanceResourceTiming.#timingOf(this);
    return this.#url;
  }

  get startTime() {
    return PerformanceResourceTiming.#timingOf(this).startTime;
  }

  get duration() {
    const timing = PerformanceResourceTiming.#timingOf(this);
    return timing.endTime - timing.startTime;
  }

  get initiatorType() {
    PerformanceResourceTiming.#timingOf(this);
    return this.#initiatorType;
  }

  get workerStart() {
    return PerformanceResourceTiming.#timingOf(this).finalServiceWorkerStartTime;
  }

  get redirectStart() {
    return PerformanceResourceTiming.#timingOf(this).redirectStartTime;
  }

  get redirectEnd() {
    return PerformanceResourceTiming.#timingOf(this).redirectEndTime;
  }

  get fetchStart() {
    return PerformanceResourceTiming.#timingOf(this).postRedirectStartTime;
  }

  get domainLookupStart() {
    return PerformanceResourceTiming.#timingOf(this).finalConnectionTimingInfo
      ?.domainLookupStartTime;
  }

  get domainLookupEnd() {
    return PerformanceResourceTiming.#timingOf(this).finalConnectionTimingInfo?.domainLookupEndTime;
  }

  get connectStart() {
    return PerformanceResourceTiming.#timingOf(this).finalConnectionTimingInfo?.connectionStartTime;
  }

  get connectEnd() {
    return PerformanceResourceTiming.#timingOf(this).finalConnectionTimingInfo?.connectionEndTime;
  }

  get secureConnectionStart() {
    return PerformanceResourceTiming.#timingOf(this).finalConnectionTimingInfo
      ?.secureConnectionStartTime;
  }

  get nextHopProtocol() {
    return PerformanceResourceTiming.#timingOf(this).finalConnectionTimingInfo
      ?.ALPNNegotiatedProtocol;
  }

  get requestStart() {
    return PerformanceResourceTiming.#timingOf(this).finalNetworkRequestStartTime;
  }

  get responseStart() {
    return PerformanceResourceTiming.#timingOf(this).finalNetworkResponseStartTime;
  }

  get responseEnd() {
    return PerformanceResourceTiming.#timingOf(this).endTime;
  }

  get encodedBodySize() {
    return PerformanceResourceTiming.#timingOf(this).encodedBodySize;
  }

  get decodedBodySize() {
    return PerformanceResourceTiming.#timingOf(this).decodedBodySize;
  }

  // https://w3c.github.io/resource-timing/#dom-performanceresourcetiming-transfersize
  get transferSize() {
    const timing = PerformanceResourceTiming.#timingOf(this);
    if (this.#cacheMode === 'local') return 0;
    if (this.#cacheMode === 'validated') return 300;
    return timing.encodedBodySize + 300;
  }

  get deliveryType() {
    PerformanceResourceTiming.#timingOf(this);
    return this.#deliveryType;
  }

  get responseStatus() {
    PerformanceResourceTiming.#timingOf(this);
    return this.#responseStatus;
  }

  toJSON() {
    PerformanceResourceTiming.#timingOf(this);
    const json = { name: this.name, entryType: 'resource' };
    for (const name of ['startTime', 'duration', ...kMembers]) json[name] = this[name];
    return json;
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth, options) {
    return inspectAs(this, this.toJSON(), depth, options);
  }
}

// In the order in which toJSON() and inspect() show them.
const kMembers = [
  'initiatorType',
  'nextHopProtocol',
  'workerStart',
  'redirectStart',
  'redirectEnd',
  'fetchStart',
  'domainLookupStart',
  'domainLookupEnd',
  'connectStart',
  'connectEnd',
  'secureConnectionStart',
  'requestStart',
  'responseStart',
  'responseEnd',
  'transferSize',
  'encodedBodySize',
  'decodedBodySize',
  'deliveryType',
  'responseStatus',
];

tag(PerformanceResourceTiming, [...kMembers, 'toJSON']);

module.exports = { PerformanceResourceTiming };
