'use strict';

const { after, describe, test } = require('node:test');
const assert = require('node:assert');
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { SourceMap, setSourceMapsSupport } = require('node:module');

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'gyre-map-')));
after(() => fs.rmSync(root, { recursive: true }));

// Line 0, columns 0 and 10 of the generated code are line 0, column 0 and line 1, column 4.
const payload = {
  version: 3,
  sources: ['a.ts'],
  names: ['first'],
  mappings: 'AAAAA,UACI',
};

describe('SourceMap', () => {
  test('findEntry gives the mapping at or before a place', () => {
    const map = new SourceMap(payload);
    assert.deepStrictEqual(map.findEntry(0, 3), {
      generatedLine: 0,
      generatedColumn: 0,
      originalSource: 'a.ts',
      originalLine: 0,
      originalColumn: 0,
      name: 'first',
    });
    assert.strictEqual(map.findEntry(0, 12).originalLine, 1);
    assert.strictEqual(map.findEntry(5, 0).originalColumn, 4);
  });

  test('findOrigin counts from one, as stack traces do', () => {
    const { fileName, lineNumber, columnNumber } = new SourceMap(payload).findOrigin(1, 11);
    assert.deepStrictEqual(
      { fileName, lineNumber, columnNumber },
      { fileName: 'a.ts', lineNumber: 2, columnNumber: 5 },
    );
    assert.deepStrictEqual(new SourceMap({ ...payload, mappings: ';;;' }).findOrigin(1, 1), {});
  });

  test('the payload is a copy', () => {
    const map = new SourceMap(payload);
    assert.deepStrictEqual(map.payload, payload);
    assert.notStrictEqual(map.payload, payload);
  });

  test('sections are maps that begin elsewhere', () => {
    const map = new SourceMap({
      version: 3,
      sections: [{ offset: { line: 2, column: 0 }, map: payload }],
    });
    assert.deepStrictEqual(map.findEntry(1, 0), {});
    assert.strictEqual(map.findEntry(2, 10).originalLine, 1);
  });
});

test('--enable-source-maps shows the places of the sources', () => {
  const map = {
    version: 3,
    sources: ['src.ts'],
    names: [],
    mappings: 'AAEA',
    sourcesContent: ['//\n//\nthrow new Error("mapped");'],
  };
  const data = Buffer.from(JSON.stringify(map)).toString('base64');
  const program = path.join(root, 'out.js');
  fs.writeFileSync(
    program,
    `throw new Error("mapped")\n//# sourceMappingURL=data:application/json;base64,${data}`,
  );
  const { stderr } = spawnSync(process.execPath, ['--enable-source-maps', program], {
    encoding: 'utf8',
  });
  assert.ok(
    stderr.startsWith(`${path.join(root, 'src.ts')}:3\nthrow new Error("mapped");\n^\n`),
    stderr,
  );
  assert.match(stderr, /at Object\.<anonymous> \(.*src\.ts:3:\d+\)/);
});

test('setSourceMapsSupport checks its arguments', () => {
  assert.throws(() => setSourceMapsSupport(1), { code: 'ERR_INVALID_ARG_TYPE' });
  assert.throws(() => setSourceMapsSupport(true, { nodeModules: 1 }), {
    code: 'ERR_INVALID_ARG_TYPE',
  });
});
