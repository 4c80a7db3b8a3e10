'use strict';

// Numbers of the WASI preview 1 ABI.
// https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md

const kErrorNames = (
  'SUCCESS 2BIG ACCES ADDRINUSE ADDRNOTAVAIL AFNOSUPPORT AGAIN ALREADY BADF BADMSG BUSY CANCELED ' +
  'CHILD CONNABORTED CONNREFUSED CONNRESET DEADLK DESTADDRREQ DOM DQUOT EXIST FAULT FBIG ' +
  'HOSTUNREACH IDRM ILSEQ INPROGRESS INTR INVAL IO ISCONN ISDIR LOOP MFILE MLINK MSGSIZE MULTIHOP ' +
  'NAMETOOLONG NETDOWN NETRESET NETUNREACH NFILE NOBUFS NODEV NOENT NOEXEC NOLCK NOLINK NOMEM ' +
  'NOMSG NOPROTOOPT NOSPC NOSYS NOTCONN NOTDIR NOTEMPTY NOTRECOVERABLE NOTSOCK NOTSUP NOTTY NXIO ' +
  'OVERFLOW OWNERDEAD PERM PIPE PROTO PROTONOSUPPORT PROTOTYPE RANGE ROFS SPIPE SRCH STALE ' +
  'TIMEDOUT TXTBSY XDEV NOTCAPABLE'
).split(' ');

/** errno.NOENT is 44, and so on. */
const errno = Object.fromEntries(kErrorNames.map((name, number) => [name, number]));

const kRightNames = (
  'fd_datasync fd_read fd_seek fd_fdstat_set_flags fd_sync fd_tell fd_write fd_advise fd_allocate ' +
  'path_create_directory path_create_file path_link_source path_link_target path_open fd_readdir ' +
  'path_readlink path_rename_source path_rename_target path_filestat_get path_filestat_set_size ' +
  'path_filestat_set_times fd_filestat_get fd_filestat_set_size fd_filestat_set_times path_symlink ' +
  'path_remove_directory path_unlink_file poll_fd_readwrite sock_shutdown'
).split(' ');

/** rights.fd_read is 2n, and so on. */
const rights = Object.fromEntries(kRightNames.map((name, bit) => [name, 1n << BigInt(bit)]));

const union = (names) => names.reduce((sum, name) => sum | rights[name], 0n);
const kDirectoryRights = union(
  kRightNames
    .filter((name) => name.startsWith('path_'))
    .concat([
      ...['fd_fdstat_set_flags', 'fd_sync', 'fd_advise', 'fd_readdir', 'fd_filestat_get'],
      ...['fd_filestat_set_times', 'poll_fd_readwrite'],
    ]),
);
const kFileRights = union(
  kRightNames
    .filter((name) => name.startsWith('fd_') && name !== 'fd_readdir')
    .concat(['poll_fd_readwrite']),
);
// What may be asked for in a directory.
const kInheritableRights = kDirectoryRights | kFileRights;
const kStreamRights = kFileRights & ~(rights.fd_seek | rights.fd_tell);

const filetype = {
  UNKNOWN: 0,
  BLOCK_DEVICE: 1,
  CHARACTER_DEVICE: 2,
  DIRECTORY: 3,
  REGULAR_FILE: 4,
  SOCKET_STREAM: 6,
  SYMBOLIC_LINK: 7,
};
const oflags = { CREAT: 1, DIRECTORY: 2, EXCL: 4, TRUNC: 8 };
const fdflags = { APPEND: 1, DSYNC: 2, NONBLOCK: 4, RSYNC: 8, SYNC: 16 };
const fstflags = { ATIM: 1, ATIM_NOW: 2, MTIM: 4, MTIM_NOW: 8 };
const clock = { REALTIME: 0, MONOTONIC: 1, PROCESS_CPUTIME: 2, THREAD_CPUTIME: 3 };
const whence = { SET: 0, CUR: 1, END: 2 };
const eventtype = { CLOCK: 0, FD_READ: 1, FD_WRITE: 2 };
const kSymlinkFollow = 1;
const kAbsoluteTime = 1;
const kHangup = 1;

/** A call that cannot be done: `code` is the errno that the program gets. */
class WasiError extends Error {
  constructor(code) {
    super(`WASI error ${code}`);
    this.errno = code;
  }
}

/** The errno for an error of node:fs and its like. */
function errnoOf(error) {
  if (error instanceof WasiError) return error.errno;
  // A pointer that leads out of the program's memory.
  if (error instanceof RangeError && error.code !== 'ERR_OUT_OF_RANGE') return errno.OVERFLOW;
  const name = typeof error?.code === 'string' ? error.code.replace(/^E/, '') : '';
  return errno[name] ?? (error?.code === 'ERR_ACCESS_DENIED' ? errno.ACCES : errno.INVAL);
}

module.exports = {
  WasiError,
  clock,
  errno,
  errnoOf,
  eventtype,
  fdflags,
  filetype,
  fstflags,
  kAbsoluteTime,
  kDirectoryRights,
  kFileRights,
  kHangup,
  kInheritableRights,
  kStreamRights,
  kSymlinkFollow,
  oflags,
  rights,
  whence,
};
