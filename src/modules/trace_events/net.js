'use strict';
// Trace events of node.net.native: connections that sockets make.

const { Socket } = require('node:net');
const { isEnabled, nextId, trace } = require('modules/trace_events/state');
const { normalizeConnect } = require('modules/net/arguments');

const kGroup = 'node,node.net,node.net.native';

function describe(options) {
  const { path, host, port } = options;
  if (!path) return { ip: host ?? 'localhost', port: Number(port) };
  const isAbstract = path.startsWith('\0');
  return {
    path_type: isAbstract ? 'abstract socket' : 'file',
    pipe_path: isAbstract ? path.slice(1) : path,
  };
}

let installed = false;
function install() {
  if (installed) return;
  installed = true;
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (...args) {
    if (!isEnabled(kGroup)) return connect.apply(this, args);
    const [options] = normalizeConnect(args);
    const id = nextId();
    trace('b', kGroup, 'connect', id, describe(options));
    let isOver = false;
    const end = (status) => {
      if (isOver) return;
      isOver = true;
      trace('e', kGroup, 'connect', id, { status });
    };
    this.once('connect', () => end(0));
    this.once('close', () => end(this.errored?.errno ?? 0));
    return connect.apply(this, args);
  };
}

module.exports = { install };
