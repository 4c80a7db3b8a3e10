'use strict';

// The calls that are not about files: arguments, clocks, chance, waiting, the end.

const { constants: osConstants } = require('node:os');
const {
  WasiError,
  clock,
  errno,
  eventtype,
  filetype,
  kAbsoluteTime,
  kHangup,
  rights,
} = require('modules/wasi/constants');

const kSubscriptionSize = 48;
const kEventSize = 32;
const kSignalNames = (
  'NONE HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM CHLD CONT STOP TSTP ' +
  'TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH POLL PWR SYS'
).split(' ');

// Nanoseconds.
function timeOf(id) {
  switch (id) {
    case clock.REALTIME: {
      const { performance } = require('node:perf_hooks');
      return BigInt(Math.round((performance.timeOrigin + performance.now()) * 1e3)) * 1000n;
    }
    case clock.MONOTONIC:
      return process.hrtime.bigint();
    case clock.PROCESS_CPUTIME:
    case clock.THREAD_CPUTIME: {
      const { user, system } =
        id === clock.PROCESS_CPUTIME ? process.cpuUsage() : process.threadCpuUsage();
      return BigInt(user + system) * 1000n;
    }
    default:
      throw new WasiError(errno.INVAL);
  }
}

function readSubscription({ descriptors, memory }, pointer) {
  const userdata = memory.u64(pointer);
  const type = memory.u8(pointer + 8);
  if (type === eventtype.CLOCK) {
    const id = memory.u32(pointer + 16);
    const timeout = memory.u64(pointer + 24);
    const isAbsolute = (memory.u16(pointer + 40) & kAbsoluteTime) !== 0;
    const wait = isAbsolute ? timeout - timeOf(id) : timeout;
    return { userdata, type, wait: wait < 0n ? 0 : Number(wait) / 1e6 };
  }
  if (type !== eventtype.FD_READ && type !== eventtype.FD_WRITE) throw new WasiError(errno.INVAL);
  try {
    return {
      userdata,
      type,
      file: descriptors.get(memory.u32(pointer + 16), rights.poll_fd_readwrite),
    };
  } catch (error) {
    if (!(error instanceof WasiError)) throw error;
    return { userdata, type, error: error.errno };
  }
}

// Waits for the first of the subscriptions; gives the events of all that are due.
function wait(subscriptions) {
  const failed = subscriptions.filter(({ error }) => error !== undefined);
  if (failed.length > 0) return failed;
  const files = subscriptions.filter(({ file }) => file !== undefined);
  const clocks = subscriptions.filter(({ type }) => type === eventtype.CLOCK);
  const timeout = clocks.reduce(
    (least, each) => Math.min(least, each.wait),
    Number.POSITIVE_INFINITY,
  );
  const ready = native('wasi').poll(
    files.map(({ file }) => file.fd),
    files.map(({ type }) => Number(type === eventtype.FD_WRITE)),
    Number.isFinite(timeout) ? Math.ceil(timeout) : -1,
  );
  const events = files.filter((each, i) => {
    each.flags = (ready[i] & 2) !== 0 ? kHangup : 0;
    return ready[i] !== 0;
  });
  return events.length > 0 ? events : clocks.filter((each) => each.wait <= timeout);
}

function writeEvent(memory, pointer, { userdata, type, error = errno.SUCCESS, file, flags = 0 }) {
  memory.setU64(pointer, userdata);
  memory.setU64(pointer + 8, 0n);
  memory.setU16(pointer + 8, error);
  memory.setU8(pointer + 10, type);
  const isFile = file?.type === filetype.REGULAR_FILE && file.position !== null;
  const left = isFile ? require('node:fs').fstatSync(file.fd).size - file.position : 1;
  memory.setU64(pointer + 16, type === eventtype.CLOCK ? 0 : Math.max(left, 0));
  memory.setU64(pointer + 24, 0n);
  memory.setU16(pointer + 24, flags);
}

// There are no sockets among the descriptors that a program can get.
function refuseSocket({ descriptors }, fd) {
  descriptors.get(fd);
  throw new WasiError(errno.NOTSOCK);
}

module.exports = {
  args_get({ memory, args }, array, text) {
    memory.setStrings(array, text, args);
  },
  args_sizes_get({ memory, args }, count, size) {
    memory.setSizes(count, size, args);
  },
  environ_get({ memory, env }, array, text) {
    memory.setStrings(array, text, env);
  },
  environ_sizes_get({ memory, env }, count, size) {
    memory.setSizes(count, size, env);
  },

  clock_res_get({ memory }, id, pointer) {
    timeOf(id);
    memory.setU64(pointer, id === clock.MONOTONIC ? 1 : 1000);
  },
  clock_time_get({ memory }, id, _precision, pointer) {
    memory.setU64(pointer, timeOf(id));
  },

  poll_oneoff(wasi, subscriptions, events, count, pointer) {
    if (count === 0) throw new WasiError(errno.INVAL);
    const list = [];
    for (let i = 0; i < count; i++) {
      list.push(readSubscription(wasi, (subscriptions >>> 0) + i * kSubscriptionSize));
    }
    const due = wait(list);
    due.forEach((event, i) => writeEvent(wasi.memory, (events >>> 0) + i * kEventSize, event));
    wasi.memory.setU32(pointer, due.length);
  },

  proc_exit(wasi, code) {
    wasi.exit(code);
  },
  proc_raise(_wasi, signal) {
    const number = osConstants.signals[`SIG${kSignalNames[signal]}`];
    if (number === undefined) throw new WasiError(errno.INVAL);
    process.kill(process.pid, number);
  },

  random_get({ memory }, pointer, length) {
    require('node:crypto').randomFillSync(memory.bytes(pointer, length));
  },
  sched_yield() {},

  sock_accept(wasi, fd, _flags, _pointer) {
    refuseSocket(wasi, fd);
  },
  sock_recv(wasi, fd, _vectors, _count, _flags, _sizePointer, _flagsPointer) {
    refuseSocket(wasi, fd);
  },
  sock_send(wasi, fd, _vectors, _count, _flags, _sizePointer) {
    refuseSocket(wasi, fd);
  },
  sock_shutdown(wasi, fd, _how) {
    refuseSocket(wasi, fd);
  },
};
