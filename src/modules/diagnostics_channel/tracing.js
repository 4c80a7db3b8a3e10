'use strict';

const { ERR_INVALID_ARG_TYPE } = require('runtime/errors');
const { validateFunction } = require('runtime/validators');
const { Channel, channel } = require('node:diagnostics_channel');

const kEvents = ['start', 'end', 'asyncStart', 'asyncEnd', 'error'];

function channelFor(nameOrChannels, event) {
  if (typeof nameOrChannels === 'string') return channel(`tracing:${nameOrChannels}:${event}`);
  if (typeof nameOrChannels !== 'object' || nameOrChannels === null) {
    throw new ERR_INVALID_ARG_TYPE(
      'nameOrChannels',
      ['string', 'object', 'TracingChannel'],
      nameOrChannels,
    );
  }
  const given = nameOrChannels[event];
  if (Object.getPrototypeOf(given) !== Channel.prototype) {
    throw new ERR_INVALID_ARG_TYPE(`nameOrChannels.${event}`, ['Channel'], given);
  }
  return given;
}

/** https://nodejs.org/api/diagnostics_channel.html#class-tracingchannel */
class TracingChannel {
  constructor(nameOrChannels) {
    for (const event of kEvents) {
      Object.defineProperty(this, event, {
        __proto__: null,
        value: channelFor(nameOrChannels, event),
      });
    }
  }

  get hasSubscribers() {
    return kEvents.some((event) => this[event].hasSubscribers);
  }

  subscribe(handlers) {
    for (const event of kEvents) {
      if (handlers[event]) this[event].subscribe(handlers[event]);
    }
  }

  unsubscribe(handlers) {
    let done = true;
    for (const event of kEvents) {
      if (handlers[event] && !this[event].unsubscribe(handlers[event])) done = false;
    }
    return done;
  }

  /** Notes an error in the context and publishes it. */
  #fail(context, err) {
    context.error = err;
    this.error.publish(context);
  }

  traceSync(fn, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    return this.start.runStores(context, () => {
      try {
        const result = Reflect.apply(fn, thisArg, args);
        context.result = result;
        return result;
      } catch (err) {
        this.#fail(context, err);
        throw err;
      } finally {
        this.end.publish(context);
      }
    });
  }

  tracePromise(fn, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    const settle = () => {
      this.asyncStart.publish(context);
      this.asyncEnd.publish(context);
    };
    return this.start.runStores(context, () => {
      try {
        let promise = Reflect.apply(fn, thisArg, args);
        // A thenable of another kind becomes a promise of ours.
        if (!(promise instanceof Promise)) promise = Promise.resolve(promise);
        return promise.then(
          (result) => {
            context.result = result;
            settle();
            return result;
          },
          (err) => {
            this.#fail(context, err);
            settle();
            return Promise.reject(err);
          },
        );
      } catch (err) {
        this.#fail(context, err);
        throw err;
      } finally {
        this.end.publish(context);
      }
    });
  }

  traceCallback(fn, position = -1, context = {}, thisArg, ...args) {
    if (!this.hasSubscribers) return Reflect.apply(fn, thisArg, args);
    const callback = args.at(position);
    validateFunction(callback, 'callback');

    const trace = this;
    function wrappedCallback(...passed) {
      const [err, result] = passed;
      if (err) trace.#fail(context, err);
      else context.result = result;
      return trace.asyncStart.runStores(context, () => {
        try {
          return Reflect.apply(callback, this, passed);
        } finally {
          trace.asyncEnd.publish(context);
        }
      });
    }
    args.splice(position, 1, wrappedCallback);

    return this.start.runStores(context, () => {
      try {
        return Reflect.apply(fn, thisArg, args);
      } catch (err) {
        this.#fail(context, err);
        throw err;
      } finally {
        this.end.publish(context);
      }
    });
  }
}

module.exports = { TracingChannel };
