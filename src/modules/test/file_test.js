'use strict';

// A test file as a test: its own process, whose tests take its place in the report.

const { failure, kinds } = require('modules/test/failure');
const { Test } = require('modules/test/test_case');

const kBuffered = new Set(['test:start', 'test:pass', 'test:fail', 'test:plan', 'test:diagnostic']);
const kCancelled = new Set([kinds.aborted, kinds.cancelledByParent, kinds.timeout]);

class FileTest extends Test {
  #reports = [];
  #hasSubtests = false;
  #failedSubtests = 0;
  #file;

  constructor(options, parent, run) {
    super(options, parent, run);
    this.#file = options.file;
  }

  get isFile() {
    return true;
  }

  async runBody() {
    const { code, signal, error } = await this.#runProcess();
    if (error !== undefined) throw error;
    if (code === 0 && signal === null) return;
    const kind = this.#failedSubtests > 0 ? kinds.subtests : kinds.testCode;
    throw Object.assign(failure('test failed', kind), { exitCode: code, signal });
  }

  #runProcess() {
    const { spawn } = require('node:child_process');
    const { args, env, cwd } = this.run_.settings.child;
    const { Reader } = require('modules/test/wire');
    const workerId = this.run_.takeWorkerId();
    const child = spawn(process.execPath, args(this.#file), {
      cwd,
      env: {
        ...env,
        ...coverageOf(this.run_),
        NODE_TEST_CONTEXT: 'child-v8',
        NODE_TEST_WORKER_ID: String(workerId),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#killOnAbort(child);
    const reader = new Reader(
      (type, data) => this.#receive(type, data),
      (message) => this.#say('test:stdout', message),
    );
    child.stdout.on('data', (chunk) => reader.push(chunk));
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (message) => this.#say('test:stderr', message));
    return new Promise((resolve) => {
      child.on('error', (error) => resolve({ error }));
      child.on('close', (code, signal) => {
        reader.end();
        this.run_.returnWorkerId(workerId);
        resolve({ code, signal });
      });
    });
  }

  #killOnAbort(child) {
    this.signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
    this.run_.children.add(child);
    child.on('close', () => this.run_.children.delete(child));
  }

  #say(type, message) {
    this.emit(type, { file: this.location.file, message, entryFile: this.location.file });
  }

  // What the file's own root says of its totals is left out: they are part of ours.
  #receive(type, data) {
    data.entryFile = this.location.file;
    if (type === 'test:summary') {
      this.run_.emit(type, { ...data, file: this.location.file });
      return;
    }
    const isOfRoot = data.nesting === 0 && data.file === undefined;
    if (isOfRoot && (type === 'test:plan' || (type === 'test:diagnostic' && isTotal(data.message))))
      return;
    if (!kBuffered.has(type)) {
      this.run_.emit(type, data);
      return;
    }
    if (type === 'test:pass' || type === 'test:fail') this.#count(type, data);
    this.#reports.push([type, data]);
    this.run_.root.drainReports();
  }

  #count(type, data) {
    const { run_: run } = this;
    this.#hasSubtests = true;
    const { error } = data.details;
    run.countOutcome({
      passed: type === 'test:pass',
      isTodo: data.todo !== undefined && data.todo !== false,
      isSkipped: data.skip !== undefined && data.skip !== false,
      isSuite: data.details.type === 'suite',
      cancelled: kCancelled.has(error?.failureType),
      isTopLevel: data.nesting === 0,
    });
    if (type === 'test:fail' && !data.todo) this.#failedSubtests++;
  }

  #flush() {
    for (const [type, data] of this.#reports.splice(0)) {
      // The top-level tests of all files are counted through.
      if (data.nesting === 0 && (type === 'test:pass' || type === 'test:fail')) {
        data.testNumber = this.parent.nextReportNumber();
      }
      this.run_.emit(type, data);
    }
  }

  get standsForItself() {
    return !this.#hasSubtests || (this.error !== null && this.error.failureType !== kinds.subtests);
  }

  drainReports() {
    this.#flush();
    if (this.finalReports === null || this.isReported) return;
    if (!this.standsForItself) {
      this.isReported = true;
      return;
    }
    for (const [, data] of this.finalReports) data.testNumber = this.parent.nextReportNumber();
    super.drainReports();
  }
}

// Also of processes that are given an environment of their own.
function coverageOf({ settings }) {
  const { NODE_V8_COVERAGE } = process.env;
  return settings.coverage && NODE_V8_COVERAGE !== undefined ? { NODE_V8_COVERAGE } : {};
}

function isTotal(message) {
  return /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(message);
}

module.exports = { FileTest };
