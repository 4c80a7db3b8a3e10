'use strict';
// Measures small operations the same way on every runtime.
//
// Figures go to standard error, one JSON line each, so that a program may measure what it writes to
// standard output. Nothing here is particular to one runtime. BENCH_ONLY=REGEXP picks figures by name.
const fs = require('node:fs');

const kSampleNs = 5e6;
const kSamples = 12;
const kBudgetMs = 2000;

// Processor time, of all threads: on a busy machine the clock tells what the others do.
function now() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1e3;
}
const only = process.env.BENCH_ONLY ? new RegExp(process.env.BENCH_ONLY) : null;

function print(figure) {
  fs.writeSync(2, `${JSON.stringify(figure)}\n`);
}

// The best sample counts: the others had collections or compilations in them that it had not.
// Says how often to repeat (`count`, 0 when it is over) and keeps the best time of one call: first
// finds how many calls make a sample, then takes samples until there are enough or time is up.
class Sampler {
  count = 1;
  best = Infinity;
  #samples = 0;
  #started = Date.now();

  note(took) {
    const isOver = Date.now() - this.#started > kBudgetMs;
    // A sample can become too short when the code gets faster, or was thought long enough because a
    // compiler worked beside it: then it says nothing, and the next ones are longer.
    if (took >= kSampleNs / 2 || isOver) {
      this.best = Math.min(this.best, took / this.count);
      if (++this.#samples >= kSamples || isOver) this.count = 0;
      return;
    }
    const growth = Math.min(10, Math.max(1.5, kSampleNs / Math.max(took, 1)));
    this.count = Math.ceil(this.count * growth);
  }
}

// What the measured function returns is kept, so that no compiler drops the work.
let kept;

function run(fn, count) {
  for (let i = 0; i < count; i++) kept = fn();
}

async function runAsync(fn, count) {
  for (let i = 0; i < count; i++) kept = await fn();
}

// The loop sees many functions before the first figure, so it inlines none: the first figure is
// measured like the last.
for (const fn of [() => 1, () => 'a', () => null, () => ({}), () => [], () => 2n]) run(fn, 10_000);

function lacks(name, error) {
  print({ name, missing: true, why: String(error?.message ?? error).slice(0, 200) });
}

/**
 * Measures `fn`, which does `batch` operations a call, and prints the nanoseconds of one. An `fn`
 * whose first call throws stands for something that the runtime lacks.
 */
function measure(name, fn, { batch = 1 } = {}) {
  if (only && !only.test(name)) return;
  try {
    run(fn, 1);
  } catch (error) {
    lacks(name, error);
    return;
  }
  const sampler = new Sampler();
  while (sampler.count > 0) {
    const began = now();
    run(fn, sampler.count);
    sampler.note(now() - began);
  }
  print({ name, ns: sampler.best / batch });
}

/** The same for an `fn` that returns a promise: calls follow each other. */
async function measureAsync(name, fn, { batch = 1 } = {}) {
  if (only && !only.test(name)) return;
  try {
    await runAsync(fn, 1);
  } catch (error) {
    lacks(name, error);
    return;
  }
  const sampler = new Sampler();
  while (sampler.count > 0) {
    const began = now();
    await runAsync(fn, sampler.count);
    sampler.note(now() - began);
  }
  print({ name, ns: sampler.best / batch });
}

module.exports = { measure, measureAsync, kept: () => kept };
