'use strict';

// postMessageToThread(): each thread has an inbox, a broadcast channel by the name of its number.

const {
  ERR_WORKER_MESSAGING_ERRORED,
  ERR_WORKER_MESSAGING_FAILED,
  ERR_WORKER_MESSAGING_SAME_THREAD,
  ERR_WORKER_MESSAGING_TIMEOUT,
} = require('runtime/errors');
const { validateNumber } = require('runtime/validators');
const { MessageChannel, kOwner } = require('web/messaging/port');
const { transferOf } = require('web/messaging/transfer');
const { joinBroadcast } = native('messaging');
const { threadId } = native('worker');
const { clearTimeout, setTimeout } = require('runtime/timers');

const inboxName = (id) => `\0thread ${id}`;
let inbox;

function onRequest({ value, source, reply }) {
  let outcome = 'done';
  try {
    if (!process.emit('workerMessage', value, source)) outcome = 'unheard';
  } catch {
    outcome = 'failed';
  }
  reply.postMessage(outcome);
  reply.close();
}

/** Opens this thread's inbox, which keeps nothing alive. */
function listen() {
  if (inbox === undefined) adopt(joinBroadcast(inboxName(threadId)));
}

/** Takes a port for this thread's inbox: a worker's was opened before the worker began. */
function adopt(port) {
  inbox = port;
  inbox[kOwner] = inbox;
  inbox.onmessage = onRequest;
  inbox.onclose = () => {};
  inbox.start();
}

/** https://nodejs.org/api/worker_threads.html#worker_threadspostmessagetothreadthreadid-value-transferlist-timeout */
async function postMessageToThread(id, value, transferList, timeout) {
  if (typeof transferList === 'number' && timeout === undefined) {
    timeout = transferList;
    transferList = [];
  }
  if (timeout !== undefined) validateNumber(timeout, 'timeout', 0);
  if (id === threadId) throw new ERR_WORKER_MESSAGING_SAME_THREAD();
  const { port1, port2 } = new MessageChannel();
  const outbox = joinBroadcast(inboxName(id));
  try {
    const transfer = transferOf([...(transferList ?? []), port2]);
    const sent = outbox.postMessage({ value, source: threadId, reply: port2 }, transfer);
    if (!sent) throw new ERR_WORKER_MESSAGING_FAILED();
  } catch (error) {
    port1.close();
    throw error;
  } finally {
    outbox.shut();
  }
  const outcome = await new Promise((resolve) => {
    const timer = timeout === undefined ? undefined : setTimeout(() => resolve('late'), timeout);
    const settle = (result) => {
      clearTimeout(timer);
      resolve(result);
    };
    port1.once('message', settle);
    port1.once('close', () => settle('unheard'));
  });
  port1.close();
  if (outcome === 'failed') throw new ERR_WORKER_MESSAGING_ERRORED();
  if (outcome === 'late') throw new ERR_WORKER_MESSAGING_TIMEOUT();
  if (outcome === 'unheard') throw new ERR_WORKER_MESSAGING_FAILED();
}

module.exports = { adopt, listen, postMessageToThread };
