'use strict';
// The keys under which sessions, streams and messages keep what is not a program's.

module.exports = {
  kBound: Symbol('bound session'),
  kDetach: Symbol('detach'),
  kHandle: Symbol('handle'),
  kInit: Symbol('init'),
  kMaybeDestroy: Symbol('maybeDestroy'),
  kOptions: Symbol('options'),
  kProceed: Symbol('proceed'),
  kProxy: Symbol('proxySocket'),
  kServer: Symbol('server'),
  kSession: Symbol('session'),
  kSessions: Symbol('sessions'),
  kSocket: Symbol('socket'),
  kState: Symbol('state'),
  kTimer: Symbol('timeout'),
};
