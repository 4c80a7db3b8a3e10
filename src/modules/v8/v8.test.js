'use strict';

const { test, describe } = require('node:test');
const assert = require('node:assert');
const v8 = require('node:v8');

describe('serialization', () => {
  test('keeps collections, dates, views and cycles', () => {
    const value = {
      map: new Map([[1, new Set(['a'])]]),
      date: new Date(5),
      views: [new Uint16Array([1, 2]), new DataView(new ArrayBuffer(2)), Buffer.from('xyz')],
      big: 2n ** 70n,
      error: new RangeError('wrong'),
    };
    value.self = value;
    const copy = v8.deserialize(v8.serialize(value));
    assert.deepStrictEqual(copy.map, value.map);
    assert.deepStrictEqual(copy.views, value.views);
    assert.equal(copy.big, value.big);
    assert.equal(copy.self, copy);
    assert.equal(copy.error.name, 'RangeError');
  });

  test('writes the format that other processes read', () => {
    assert.equal(v8.serialize({ a: 1 }).toString('hex'), 'ff0f6f22016149027b01');
    assert.equal(v8.serialize(Buffer.from('ab')).toString('hex'), 'ff0f5c0a026162');
    assert.equal(v8.serialize(new Float64Array(1)).toString('hex'), 'ff0f5c08080000000000000000');
  });

  test('only the part of a buffer that a view shows is written', () => {
    const whole = new Uint8Array(10_000);
    assert.ok(v8.serialize(whole.subarray(5, 8)).length < 20);
  });

  test('refuses functions', () => {
    assert.throws(() => v8.serialize(() => {}), /could not be cloned/);
  });

  test('a subclass writes its own kinds of objects', () => {
    class Writer extends v8.Serializer {
      _writeHostObject(object) {
        this.writeUint32(object.length);
        this.writeRawBytes(object);
      }
    }
    class Reader extends v8.Deserializer {
      _readHostObject() {
        return { bytes: this.readRawBytes(this.readUint32()) };
      }
    }
    const writer = new Writer();
    writer._setTreatArrayBufferViewsAsHostObjects(true);
    writer.writeHeader();
    writer.writeValue([Buffer.from('own')]);
    const reader = new Reader(writer.releaseBuffer());
    assert.equal(reader.readHeader(), true);
    assert.equal(reader.readValue()[0].bytes.toString(), 'own');
  });
});

test('queryObjects counts what inherits from a prototype', () => {
  class Unique {}
  const kept = [new Unique(), new (class extends Unique {})()];
  // The prototype of the subclass inherits, too.
  assert.equal(v8.queryObjects(Unique), kept.length + 1);
});

test('a string with a character beyond Latin-1 takes two bytes each', () => {
  assert.equal(v8.isStringOneByteRepresentation('\u00ff'), true);
  assert.equal(v8.isStringOneByteRepresentation('\u0100'), false);
});

test('promise hooks see promises until they are stopped', () => {
  const seen = [];
  const stop = v8.promiseHooks.onInit((promise) => seen.push(promise));
  const made = Promise.resolve();
  stop();
  Promise.resolve();
  assert.deepEqual(seen, [made]);
});

test('a heap snapshot is JSON', async () => {
  let text = '';
  for await (const chunk of v8.getHeapSnapshot()) text += chunk;
  assert.ok(JSON.parse(text).snapshot.node_count > 0);
});

test('a CPU profile ends once', () => {
  const handle = v8.startCpuProfile();
  assert.ok(JSON.parse(handle.stop()).nodes.length > 0);
  assert.equal(handle.stop(), undefined);
});
