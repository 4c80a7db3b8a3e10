'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const domain = require('node:domain');
const EventEmitter = require('node:events');

test('an error thrown in a callback goes to the domain it was made in', async () => {
  const d = domain.create();
  const err = new Error('x');
  const caught = await new Promise((resolve) => {
    d.on('error', resolve);
    d.run(() => {
      setTimeout(() => {
        throw err;
      }, 1);
    });
  });
  assert.equal(caught, err);
  assert.equal(caught.domain, d);
  assert.equal(caught.domainThrown, true);
});

test('an error event without a listener goes to the domain of the emitter', () => {
  const d = domain.create();
  const emitter = new EventEmitter();
  const errors = [];
  d.on('error', (err) => errors.push([err.domainEmitter, process.domain]));
  d.add(emitter);
  emitter.emit('error', new Error('x'));
  assert.deepEqual(errors, [[emitter, null]]);
  d.remove(emitter);
  assert.throws(() => emitter.emit('error', new Error('x')));
});

test('exit() leaves the domains that were entered inside', () => {
  const [a, b] = [domain.create(), domain.create()];
  a.enter();
  b.enter();
  assert.deepEqual(domain._stack.slice(-2), [a, b]);
  a.exit();
  assert.ok(!domain._stack.includes(b));
});

test('intercept() gives an error argument to the domain and drops it otherwise', () => {
  const d = domain.create();
  const errors = [];
  d.on('error', (err) => errors.push(err));
  const bound = d.intercept((value) => value);
  const err = new Error('x');
  assert.equal(bound(err), undefined);
  assert.deepEqual(errors, [err]);
  assert.equal(bound(null, 7), 7);
});

test('members is a name of the prototype, too', () => {
  assert.ok('members' in domain.Domain.prototype);
  assert.ok(Object.keys(domain.Domain.prototype).includes('run'));
});
