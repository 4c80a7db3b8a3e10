// node:diagnostics_channel
'use strict';

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateFunction } = require('runtime/validators');

require('modules/diagnostics_channel/state').loaded = true;

// Channels by name. Nobody can tell a channel without subscribers that was collected from the new
// one that the next request makes, so those are held weakly; the others are held by `subscribed`.
const channels = new Map();
const collected = new FinalizationRegistry((name) => {
  if (channels.get(name)?.deref() === undefined) channels.delete(name);
});
const subscribed = new Set();

function throwLater(err) {
  process.nextTick(() => {
    throw err;
  });
}

/** https://nodejs.org/api/diagnostics_channel.html#class-channel */
class Channel {
  // Undefined while there are none: publishing is then one comparison.
  #subscribers = undefined;
  #stores = undefined;

  constructor(name) {
    this.name = name;
    channels.set(name, new WeakRef(this));
    collected.register(this, name);
  }

  #update() {
    if (this.hasSubscribers) subscribed.add(this);
    else subscribed.delete(this);
  }

  subscribe(subscription) {
    validateFunction(subscription, 'subscription');
    // A new array each time: a publication may be walking the old one.
    this.#subscribers = [...(this.#subscribers ?? []), subscription];
    this.#update();
  }

  unsubscribe(subscription) {
    const index = this.#subscribers?.indexOf(subscription) ?? -1;
    if (index === -1) return false;
    this.#subscribers = this.#subscribers.toSpliced(index, 1);
    if (this.#subscribers.length === 0) this.#subscribers = undefined;
    this.#update();
    return true;
  }

  bindStore(store, transform) {
    this.#stores ??= new Map();
    this.#stores.set(store, transform);
    this.#update();
  }

  unbindStore(store) {
    if (!this.#stores?.delete(store)) return false;
    if (this.#stores.size === 0) this.#stores = undefined;
    this.#update();
    return true;
  }

  get hasSubscribers() {
    return this.#subscribers !== undefined || this.#stores !== undefined;
  }

  publish(data) {
    const subscribers = this.#subscribers;
    if (subscribers === undefined) return;
    for (const onMessage of subscribers) {
      try {
        onMessage(data, this.name);
      } catch (err) {
        // A subscriber must not disturb what it watches.
        throwLater(err);
      }
    }
  }

  runStores(data, fn, thisArg, ...args) {
    let run = () => {
      this.publish(data);
      return Reflect.apply(fn, thisArg, args);
    };
    for (const [store, transform] of this.#stores ?? []) run = runIn(store, data, run, transform);
    return run();
  }
}

/** A function that calls `next` with the data, or what `transform` makes of it, in the store. */
function runIn(store, data, next, transform) {
  return () => {
    let context = data;
    try {
      if (transform !== undefined) context = transform(data);
    } catch (err) {
      throwLater(err);
      return next();
    }
    return store.run(context, next);
  };
}

/** https://nodejs.org/api/diagnostics_channel.html#diagnostics_channelchannelname */
function channel(name) {
  const known = channels.get(name)?.deref();
  if (known !== undefined) return known;
  if (typeof name !== 'string' && typeof name !== 'symbol') {
    throw new ERR_INVALID_ARG_TYPE('channel', ['string', 'symbol'], name);
  }
  return new Channel(name);
}

function subscribe(name, subscription) {
  channel(name).subscribe(subscription);
}

function unsubscribe(name, subscription) {
  return channel(name).unsubscribe(subscription);
}

function hasSubscribers(name) {
  return channels.get(name)?.deref()?.hasSubscribers ?? false;
}

/** https://nodejs.org/api/diagnostics_channel.html#diagnostics_channeltracingchannelnameorchannels */
function tracingChannel(nameOrChannels) {
  const { TracingChannel } = require('modules/diagnostics_channel/tracing');
  return new TracingChannel(nameOrChannels);
}

module.exports = { channel, hasSubscribers, subscribe, tracingChannel, unsubscribe, Channel };
