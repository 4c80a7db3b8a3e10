'use strict';

// node:cluster in the process that forks the workers and owns their listening sockets.

const { EventEmitter } = require('node:events');
const { relative } = require('node:path');
const { ERR_SOCKET_BAD_PORT } = require('runtime/errors');
const { validatePort } = require('runtime/validators');
const { receiver, send } = require('modules/cluster/messages');
const { RoundRobinHandle } = require('modules/cluster/round_robin');
const { SharedHandle } = require('modules/cluster/shared_handle');
const { Worker } = require('modules/cluster/worker');

const SCHED_NONE = 1;
const SCHED_RR = 2;

const cluster = new EventEmitter();
module.exports = cluster;

// Announces internally that a worker has gone, for disconnect().
const changes = new EventEmitter();

const handles = new Map();
let ids = 0;
let isSetUp = false;
let policy;
let inspectPortOffset = 1;

cluster.isWorker = false;
cluster.isMaster = true; // deprecated: the old name of isPrimary
cluster.isPrimary = true;
cluster.Worker = Worker;
cluster.workers = {};
cluster.settings = {};
cluster.SCHED_NONE = SCHED_NONE;
cluster.SCHED_RR = SCHED_RR;

const { NODE_CLUSTER_SCHED_POLICY: chosenPolicy } = process.env;
cluster.schedulingPolicy = chosenPolicy === 'none' ? SCHED_NONE : SCHED_RR;

cluster.setupPrimary = function (options) {
  const settings = {
    args: process.argv.slice(2),
    exec: process.argv[1],
    execArgv: process.execArgv,
    silent: false,
    ...cluster.settings,
    ...options,
  };
  cluster.settings = settings;
  process.nextTick(() => cluster.emit('setup', settings));
  if (isSetUp) return;
  isSetUp = true;
  policy = cluster.schedulingPolicy;
};

// The name before v16.
cluster.setupMaster = cluster.setupPrimary;

const INSPECT_OPTION = /--inspect(?:-brk|-port)?|--debug-port/;

/** The option that gives a worker an inspector port of its own. */
function inspectPortOption(execArgv) {
  if (!execArgv.some((arg) => INSPECT_OPTION.test(arg))) return [];
  let { inspectPort } = cluster.settings;
  if (typeof inspectPort === 'function') inspectPort = inspectPort();
  if (inspectPort == null) {
    inspectPort = process.debugPort + inspectPortOffset;
    if (inspectPort > 65535) inspectPort = inspectPort - 65535 + 1024;
    inspectPortOffset++;
  } else {
    try {
      validatePort(inspectPort);
    } catch (error) {
      if (error.code !== 'ERR_SOCKET_BAD_PORT') throw error;
      throw new ERR_SOCKET_BAD_PORT('Port', inspectPort, true);
    }
  }
  return [`--inspect-port=${inspectPort}`];
}

function startProcess(id, env) {
  const { settings } = cluster;
  const execArgv = [...settings.execArgv, ...inspectPortOption(settings.execArgv)];
  return require('node:child_process').fork(settings.exec, settings.args, {
    cwd: settings.cwd,
    env: { ...process.env, ...env, NODE_UNIQUE_ID: `${id}` },
    serialization: settings.serialization,
    silent: settings.silent,
    windowsHide: settings.windowsHide,
    execArgv,
    stdio: settings.stdio,
    gid: settings.gid,
    uid: settings.uid,
  });
}

function removeWorker(worker) {
  delete cluster.workers[worker.id];
  if (Object.keys(cluster.workers).length === 0) changes.emit('disconnect');
}

function removeHandlesOf(worker) {
  for (const [key, handle] of handles) {
    if (handle.remove(worker)) handles.delete(key);
  }
}

cluster.fork = function (env) {
  cluster.setupPrimary();
  const id = ++ids;
  const worker = new Worker({ id, process: startProcess(id, env) });
  worker.on('message', function (message, handle) {
    cluster.emit('message', this, message, handle);
  });
  worker.process.once('exit', (code, signal) => {
    // Before the channel is closed too, someone may still want to look at the worker.
    if (!worker.isConnected()) {
      removeHandlesOf(worker);
      removeWorker(worker);
    }
    worker.exitedAfterDisconnect = Boolean(worker.exitedAfterDisconnect);
    worker.state = 'dead';
    worker.emit('exit', code, signal);
    cluster.emit('exit', worker, code, signal);
  });
  worker.process.once('disconnect', () => {
    removeHandlesOf(worker);
    if (worker.isDead()) removeWorker(worker);
    worker.exitedAfterDisconnect = Boolean(worker.exitedAfterDisconnect);
    worker.state = 'disconnected';
    worker.emit('disconnect');
    cluster.emit('disconnect', worker);
  });
  worker.process.on(
    'internalMessage',
    receiver((message) => onMessage(worker, message)),
  );
  process.nextTick(() => cluster.emit('fork', worker));
  cluster.workers[id] = worker;
  return worker;
};

cluster.disconnect = function (callback) {
  const workers = Object.values(cluster.workers);
  if (workers.length === 0) process.nextTick(() => changes.emit('disconnect'));
  for (const worker of workers) {
    if (worker.isConnected()) worker.disconnect();
  }
  if (typeof callback === 'function') changes.once('disconnect', callback);
};

const actions = {
  __proto__: null,
  online(worker) {
    worker.state = 'online';
    worker.emit('online');
    cluster.emit('online', worker);
  },
  queryServer,
  listening(worker, { addressType, address, port, fd }) {
    const info = { addressType, address, port, fd };
    worker.state = 'listening';
    worker.emit('listening', info);
    cluster.emit('listening', worker, info);
  },
  exitedAfterDisconnect(worker, message) {
    worker.exitedAfterDisconnect = true;
    send(worker.process, { ack: message.seq });
  },
  close(worker, { key }) {
    const handle = handles.get(key);
    if (handle?.remove(worker)) handles.delete(key);
  },
};

function onMessage(worker, message) {
  actions[message.act]?.(worker, message);
}

/** A worker wants to listen: give it a socket, or a share in one. */
function queryServer(worker, message) {
  // A worker that is on its way out gets none.
  if (worker.exitedAfterDisconnect) return;
  const { addressType, fd, index, port } = message;
  const key = `${message.address}:${port}:${addressType}:${fd}:${index}`;
  let handle = handles.get(key);
  if (handle === undefined) {
    let { address } = message;
    if (port < 0 && typeof address === 'string') {
      // Paths of sockets have a small limit: take the shorter form.
      const shorter = relative(process.cwd(), address);
      if (shorter.length < address.length) address = shorter;
    }
    const isDatagram = addressType === 'udp4' || addressType === 'udp6';
    const Kind = policy !== SCHED_RR || isDatagram ? SharedHandle : RoundRobinHandle;
    handle = new Kind(key, address, message);
    handles.set(key, handle);
  }
  handle.data ||= message.data;
  handle.add(worker, (errno, reply, shared) => {
    const { data } = handles.get(key) ?? {};
    if (errno) handles.delete(key);
    send(worker.process, { errno, key, ack: message.seq, data, ...reply }, shared);
  });
}

Worker.prototype.disconnect = function () {
  this.exitedAfterDisconnect = true;
  send(this.process, { act: 'disconnect' });
  removeHandlesOf(this);
  removeWorker(this);
  return this;
};

Worker.prototype.destroy = function (signal) {
  this.process.kill(signal || 'SIGTERM');
};
