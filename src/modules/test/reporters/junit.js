'use strict';

// JUnit's XML.

const { inspectError } = require('modules/test/reporters/format');
const { hostname } = require('node:os');

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

function escapeContent(text) {
  return text.replace(/[&<>]/g, (c) => entities[c]);
}

function escapeAttribute(text) {
  return escapeContent(String(text).replace(/\n/g, '')).replaceAll('"', '&quot;');
}

function escapeComment(text) {
  return text.replaceAll('--', '&#45;&#45;');
}

function toXml(node) {
  const indent = '\t'.repeat(node.nesting + 1);
  if (node.comment !== undefined) return `${indent}<!-- ${escapeComment(node.comment)} -->\n`;
  if (typeof node.text === 'string') return `${escapeContent(node.text)}\n`;
  const attributes = Object.entries(node.attributes)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}="${escapeAttribute(value)}"`)
    .join(' ');
  if (node.children.length === 0) return `${indent}<${node.tag} ${attributes}/>\n`;
  const inner = node.children.map(toXml).join('');
  return `${indent}<${node.tag} ${attributes}>\n${inner}${indent}</${node.tag}>\n`;
}

function isFailure(node) {
  return node.children?.some((child) => child.tag === 'failure') || node.attributes?.failures > 0;
}

function isSkipped(node) {
  return node.children?.some((child) => child.tag === 'skipped') || node.attributes?.skipped > 0;
}

function seconds(milliseconds) {
  return (milliseconds / 1000).toFixed(6);
}

/** A function that turns events into XML; suites are written when they end. */
function createJunit() {
  let current = null;
  const roots = [];
  let started = false;
  let closed = false;

  function open(data) {
    const parent = current;
    current = {
      tag: 'testcase',
      attributes: { name: data.name },
      nesting: data.nesting,
      parent,
      startTime: Date.now(),
      children: [],
    };
    if (parent === null) roots.push(current);
    else parent.children.push(current);
  }

  function close(type, data) {
    if (
      current === null ||
      current.attributes.name !== data.name ||
      current.nesting !== data.nesting
    ) {
      open(data);
    }
    const node = current;
    node.attributes.time = seconds(data.details.duration_ms);
    const tests = node.children.filter((child) => child.comment === undefined);
    if (tests.length > 0) {
      node.tag = 'testsuite';
      Object.assign(node.attributes, {
        disabled: 0,
        errors: 0,
        tests: tests.length,
        failures: node.children.filter(isFailure).length,
        skipped: node.children.filter(isSkipped).length,
        timestamp: new Date(node.startTime).toISOString(),
        hostname: hostname(),
      });
    } else {
      describeCase(node, type, data);
    }
    current = node.parent;
    return node.parent === null ? toXml(node) : '';
  }

  return (type, data) => {
    let text = started ? '' : '<?xml version="1.0" encoding="utf-8"?>\n<testsuites>\n';
    started = true;
    if (type === 'test:start') open(data);
    else if (type === 'test:pass' || type === 'test:fail') text += close(type, data);
    else if (type === 'test:diagnostic') {
      const node = { nesting: data.nesting, comment: data.message };
      if (current === null) text += toXml(node);
      else current.children.push(node);
    } else if (type === 'test:summary' && data.file === undefined && !closed) {
      closed = true;
      text += '</testsuites>\n';
    }
    return text;
  };
}

function describeCase(node, type, data) {
  node.attributes.classname = 'test';
  node.attributes.file = data.file;
  const { nesting } = data;
  const child = (tag, attributes, children = []) =>
    node.children.push({ tag, attributes, nesting: nesting + 1, children });
  if (data.skip !== undefined) child('skipped', { type: 'skipped', message: data.skip });
  if (data.todo !== undefined) child('skipped', { type: 'todo', message: data.todo });
  if (type !== 'test:fail') return;
  const { error } = data.details;
  const message = error?.message ?? '';
  child('failure', { type: error?.failureType ?? error?.code, message }, [
    { text: inspectError(error, { breakLength: 80 }), nesting },
  ]);
  node.attributes.failure = message;
}

/** The reporter for streams: an async generator over events. */
async function* junit(source) {
  const format = createJunit();
  let ended = false;
  for await (const { type, data } of source) {
    ended ||= type === 'test:summary' && data.file === undefined;
    yield format(type, data);
  }
  if (!ended) yield format('test:summary', {});
}

module.exports = { createJunit, junit };
