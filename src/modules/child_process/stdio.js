'use strict';

// The `stdio` option: what each descriptor of a child is connected with.

const {
  ERR_INVALID_ARG_VALUE,
  ERR_INVALID_SYNC_FORK_INPUT,
  ERR_IPC_ONE_PIPE,
  ERR_IPC_SYNC_FORK,
} = require('runtime/errors');
const { IPC, Pipe, SOCKET } = native('net');

/** The array that a word stands for; `channel`, if given, is the entry behind the three. */
function toArray(stdio, channel) {
  const entries = [];
  switch (stdio) {
    case 'ignore':
    case 'overlapped':
    case 'pipe':
      entries.push(stdio, stdio, stdio);
      break;
    case 'inherit':
      entries.push(0, 1, 2);
      break;
    default:
      throw new ERR_INVALID_ARG_VALUE('stdio', stdio);
  }
  if (channel) entries.push(channel);
  return entries;
}

/** The handle with a descriptor behind a stream or a handle. */
function descriptorOf(value) {
  if (typeof value === 'number') return value;
  if (typeof value.fd === 'number' && value.fd >= 0) return value.fd;
  const handle = value._handle ?? value.handle;
  if (handle != null && typeof handle.fd === 'number' && handle.fd >= 0) return handle.fd;
  return undefined;
}

/**
 * { stdio, ipc, ipcFd }: entries { type: 'pipe' | 'ignore' | 'fd', handle?, fd?, input? } and the
 * channel, if one is asked for.
 */
function toStdio(stdio, isSync) {
  if (typeof stdio === 'string') stdio = toArray(stdio);
  else if (!Array.isArray(stdio)) throw new ERR_INVALID_ARG_VALUE('stdio', stdio);
  stdio = stdio.slice();
  while (stdio.length < 3) stdio.push(undefined);

  let ipc;
  let ipcFd;
  const closeAll = (entries) => {
    for (const entry of entries) entry.handle?.close();
  };
  const entries = [];
  for (const [index, value] of stdio.entries()) {
    const word = value ?? (index < 3 ? 'pipe' : 'ignore');
    if (word === 'ignore') {
      entries.push({ type: 'ignore' });
    } else if (word === 'pipe' || word === 'overlapped' || (typeof word === 'number' && word < 0)) {
      const entry = { type: 'pipe', writable: index !== 0 };
      if (!isSync) entry.handle = new Pipe(SOCKET);
      entries.push(entry);
    } else if (word === 'ipc') {
      if (isSync || ipc !== undefined) {
        closeAll(entries);
        if (!isSync) throw new ERR_IPC_ONE_PIPE();
        throw new ERR_IPC_SYNC_FORK();
      }
      ipc = new Pipe(IPC);
      ipcFd = index;
      entries.push({ type: 'pipe', handle: ipc, ipc: true });
    } else if (word === 'inherit') {
      entries.push({ type: 'fd', fd: index });
    } else if (
      typeof word === 'number' ||
      (typeof word === 'object' && descriptorOf(word) !== undefined)
    ) {
      entries.push({ type: 'fd', fd: descriptorOf(word), stream: word });
    } else if (typeof word === 'string' || ArrayBuffer.isView(word)) {
      if (!isSync) {
        closeAll(entries);
        const { inspect } = require('node:util');
        throw new ERR_INVALID_SYNC_FORK_INPUT(inspect(word));
      }
      entries.push({ type: 'pipe', input: word });
    } else {
      closeAll(entries);
      throw new ERR_INVALID_ARG_VALUE('stdio', word);
    }
  }
  return { stdio: entries, ipc, ipcFd };
}

module.exports = { toArray, toStdio };
