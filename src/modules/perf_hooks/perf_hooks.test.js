'use strict';

const assert = require('node:assert');
const { test } = require('node:test');
const {
  PerformanceObserver,
  constants,
  createHistogram,
  performance,
  timerify,
} = require('node:perf_hooks');

test('a measure spans two marks', () => {
  performance.mark('from', { startTime: 5 });
  performance.mark('to', { startTime: 12 });
  const { startTime, duration } = performance.measure('span', 'from', 'to');
  assert.deepEqual([startTime, duration], [5, 7]);
  performance.clearMarks('from');
  assert.throws(() => performance.measure('span', 'from'), { name: 'SyntaxError' });
});

test('entries come in the order of their start', () => {
  performance.clearMarks();
  performance.clearMeasures();
  performance.mark('late', { startTime: 20 });
  performance.mark('early', { startTime: 10 });
  assert.deepEqual(
    performance.getEntries().map(({ name }) => name),
    ['early', 'late'],
  );
});

test('an observer is told of the types that it asked for', async () => {
  const names = await new Promise((resolve) => {
    const observer = new PerformanceObserver((list) => {
      observer.disconnect();
      resolve(list.getEntries().map(({ name }) => name));
    });
    observer.observe({ entryTypes: ['mark'] });
    performance.measure('unseen');
    performance.mark('seen');
  });
  assert.deepEqual(names, ['seen']);
});

test('timerify keeps result, receiver and construction', () => {
  const histogram = createHistogram();
  const timed = timerify(
    function add(a, b) {
      return this.base + a + b;
    },
    { histogram },
  );
  assert.equal(timed.call({ base: 1 }, 2, 3), 6);
  assert.equal(timed.name, 'timerified add');
  assert.equal(timed.length, 2);
  assert.equal(histogram.count, 1);
});

test('a histogram tells of its values to three digits', () => {
  const histogram = createHistogram();
  for (const value of [123456, 5, 1000000, 77777, 77777, 3]) histogram.record(value);
  assert.equal(histogram.count, 6);
  assert.equal(histogram.min, 3);
  assert.equal(histogram.max, 1000447);
  assert.equal(histogram.mean, 213212);
  assert.equal(histogram.percentile(50), 77823);
  assert.deepEqual([...histogram.percentiles.keys()], [0, 50, 75, 87.5, 100]);
  histogram.reset();
  assert.equal(histogram.count, 0);
});

test('a value above the range counts as exceeding', () => {
  const histogram = createHistogram({ highest: 100, figures: 1 });
  histogram.record(1000);
  assert.deepEqual([histogram.count, histogram.exceeds], [0, 1]);
});

test('an observer keeps to one form of observe()', () => {
  const observer = new PerformanceObserver(() => {});
  observer.observe({ type: 'mark' });
  assert.throws(() => observer.observe({ entryTypes: ['mark'] }), {
    name: 'InvalidModificationError',
    message: 'PerformanceObserver can not change to multiple observations',
  });
  observer.disconnect();
});

test('a histogram with a half-life keeps moving averages', () => {
  const histogram = createHistogram({ halfLife: 1, threshold: 15 });
  for (const value of [10, 20, 40]) histogram.record(value);
  assert.strictEqual(histogram.ewmaMean, 27.5);
  assert.strictEqual(Math.round(histogram.ewmaStddev ** 2 * 100), 16875);
  assert.strictEqual(histogram.ewmaErrorRate, 0.75);
  assert.strictEqual(histogram.burnRate(0.5), 1.5);
  assert.throws(() => histogram.burnRate(1), { code: 'ERR_OUT_OF_RANGE' });
  histogram.reset();
  assert.strictEqual(histogram.ewmaMean, 0);
  const plain = createHistogram();
  plain.record(5);
  assert.strictEqual(plain.ewmaMean, 0);
});

test('constants of entries and milestones are there, but not listed', () => {
  assert.strictEqual(constants.NODE_PERFORMANCE_ENTRY_TYPE_HTTP, 1);
  assert.strictEqual(constants.NODE_PERFORMANCE_MILESTONE_BOOTSTRAP_COMPLETE, 7);
  assert.ok(!Object.keys(constants).some((name) => /ENTRY_TYPE|MILESTONE/.test(name)));
});

test('the loop idles while it waits, and only then', async () => {
  const { eventLoopUtilization, nodeTiming } = performance;
  const immediate = () => new Promise((resolve) => setImmediate(resolve));
  await immediate();
  const before = eventLoopUtilization();
  for (let i = 0; i < 100; i++) await immediate();
  const busy = eventLoopUtilization(before);
  assert.equal(busy.idle, 0);
  assert.equal(busy.utilization, 1);
  assert.ok(busy.active > 0);

  // On a busy machine the time may be over before there was a wait.
  let waited;
  do {
    await new Promise((resolve) => setTimeout(resolve, 20));
    waited = eventLoopUtilization(before);
  } while (waited.idle === 0);
  assert.ok(waited.utilization < 1);
  assert.ok(nodeTiming.idleTime >= waited.idle);
});
