/** Numbers, text, collections, bytes. */
import type { Case } from './cases.js';

export const dataCases: { [name: string]: Case } = {
  integers(say) {
    say(0x7fffffff + 1, (0x7fffffff + 1) | 0, -1 >>> 0, -1 >>> 28, 1 << 31, ~5, 7 % -3, -7 % 3, 5 / 2);
    say(Math.imul(0x12345678, 0x9abcdef0), Math.clz32(1), 2 ** 31, 2 ** -1, Math.trunc(-1.7), Math.sign(-0));
    say(Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER, (255).toString(16), (255).toString(2));
    say(Number.parseInt('12px', 10), 0xff, Number('0x1f'), Number(' 12 '), Number('1e3'));
  },
  'floating point'(say) {
    say(0.1 + 0.2, 1 / 3, 1e21, 1e-7, 123456789.123, 5e-324, 1.7976931348623157e308, -0, 1 / -0);
    say((1.005).toFixed(2), (1234.5678).toFixed(1), (0.000123).toPrecision(2), (12345.6789).toExponential(3));
    // C libraries differ in the last digit of these; square roots are exact everywhere.
    const near = [Math.sin(1), Math.cos(1), Math.exp(1), Math.log(10), 2 ** 0.5, Math.atan2(1, 2)];
    say(Math.sqrt(2), near.map((value) => value.toFixed(13)).join());
    say(
      Math.round(2.5),
      Math.round(-2.5),
      Math.floor(-0.5),
      Math.ceil(0.2),
      Math.max(),
      Math.min(1, Number.NaN),
    );
    say(Math.fround(0.1), Math.hypot(3, 4), Math.cbrt(27), Number.EPSILON, Number.isInteger(5.0));
    let sum = 0;
    for (let i = 1; i <= 1000; i++) sum += 1 / i;
    say(sum);
  },
  'big integers'(say) {
    const factorial = (n: number): bigint => (n < 2 ? BigInt(1) : BigInt(n) * factorial(n - 1));
    say(factorial(30), BigInt.asUintN(32, BigInt(-1)), BigInt(7) / BigInt(2), BigInt(1) << BigInt(70));
  },
  text(say) {
    const text = 'Grüße, 世界 🙂';
    say(text.length, [...text].length, text.toUpperCase(), text.slice(-4, -1), text.indexOf('世'));
    say(
      text.charCodeAt(2),
      text.codePointAt(text.length - 2),
      String.fromCodePoint(0x1f600),
      '\u00e9' === 'é',
    );
    say(
      'a-b-c'.split('-').join('+'),
      ' trim '.trim(),
      'x'.padStart(3, '.') + 'y'.padEnd(3, '.'),
      'ab'.repeat(3),
    );
    say('abc'.includes('b'), 'abc'.startsWith('ab'), 'abc'.endsWith('bc'), 'b' < 'a', 'abc'.at(-1));
    say('one two two'.replace('two', '2'), 'one two two'.lastIndexOf('two'), encodeURIComponent('a b&ü'));
  },
  arrays(say) {
    const list = [5, 3, 9, 1, 7];
    say(
      list
        .slice()
        .sort((a, b) => a - b)
        .join(),
      list.slice().sort().reverse().join(),
      [10, 9, 1].sort().join(),
    );
    say(
      list
        .map((n) => n * 2)
        .filter((n) => n > 6)
        .reduce((a, b) => a + b, 0),
      list.findIndex((n) => n > 5),
    );
    say(
      list.some((n) => n > 8),
      list.every((n) => n > 0),
      list.includes(9),
      list.indexOf(4),
      Array.from('abc').join(),
    );
    const copy = list.slice();
    say(
      copy.splice(1, 2, 8, 8, 8).join(),
      copy.join(),
      copy.concat([[1, 2]] as never).length,
      [1, [2, [3]]].flat().length,
    );
    say(Array.from({ length: 4 }, (_, i) => i * i).join(), [...'xyz'].entries().next().value!.join());
    say(
      [1, 2, 3, 4].copyWithin(0, 2).join(),
      new Array(3).fill(0).join(),
      Array.isArray([]),
      [3, 1, 2].join('-'),
    );
  },
  'maps and sets'(say) {
    const map = new Map<unknown, string>([
      [1, 'number'],
      ['1', 'text'],
      [Number.NaN, 'nan'],
    ]);
    map.set(map, 'itself').delete('1');
    say(map.size, map.get(Number.NaN), map.get('1'), [...map.values()].join());
    const set = new Set([3, 1, 3, 2]);
    set.add(1).delete(3);
    say([...set].join(), set.has(2), set.size);
    const visited: string[] = [];
    const growing = new Map([['a', 1]]);
    for (const [key, depth] of growing) {
      visited.push(key);
      if (depth < 4) growing.set(key + depth, depth + 1);
    }
    say(visited.join());
  },
  objects(say) {
    const base = { a: 1, nested: { b: 2 } };
    const copy = { ...base, c: 3, ['d' + 4]: 4 };
    copy.nested.b = 5;
    say(
      JSON.stringify(base),
      JSON.stringify(copy),
      Object.entries(copy).length,
      'a' in copy,
      delete (copy as any).a,
    );
    const frozen = Object.freeze({ fixed: 1 });
    try {
      (frozen as { fixed: number }).fixed = 2;
      say('no error', frozen.fixed);
    } catch (error) {
      say(error instanceof TypeError, frozen.fixed);
    }
    say(Object.keys({ 2: 0, 1: 0, b: 0, a: 0 }).join(), Object.assign({}, { x: 1 }, { y: 2 }).y);
    const hidden = Object.defineProperty({}, 'secret', { value: 1, enumerable: false });
    say(
      Object.keys(hidden).length,
      Object.getOwnPropertyNames(hidden).join(),
      Object.fromEntries([['k', 1]]).k,
    );
  },
  json(say) {
    const value = {
      text: 'a"b\\\n\u2028',
      list: [1, null, undefined, () => 1],
      when: { toJSON: () => 'now' },
      n: Number.NaN,
    };
    say(JSON.stringify(value), JSON.stringify({ a: [1, { b: 2 }] }, null, 1));
    say(JSON.stringify(JSON.parse('{"a":[1,2,{"b":"\\u00fc"}],"c":-1.5e2}')));
    say(
      JSON.stringify({ a: 1, b: 2, c: 3 }, ['c', 'a']),
      JSON.stringify({ a: 1 }, (_k, v) => (v === 1 ? 'one' : v)),
    );
    try {
      JSON.parse('{"a":');
    } catch (error) {
      say(error instanceof SyntaxError);
    }
  },
  bytes(say) {
    const buffer = new ArrayBuffer(16);
    const view = new DataView(buffer);
    const words = new Uint32Array(buffer);
    const bytes = new Uint8Array(buffer);
    words[0] = 0x12345678;
    view.setUint16(4, 0xabcd, false);
    view.setInt8(6, -2);
    view.setFloat32(8, 1.5, true);
    say(
      [...bytes].join(),
      view.getUint32(0, true).toString(16),
      view.getInt16(4, false),
      view.getFloat32(8, true),
    );
    view.setFloat64(8, Math.PI, true);
    say(view.getFloat64(8, true), new Float64Array(buffer, 8, 1)[0], view.getUint16(5, true));
    bytes.copyWithin(0, 4, 8);
    bytes.set([9, 8], 14);
    say(
      bytes.subarray(12).join(),
      bytes.slice(0, 4).join(),
      bytes.indexOf(9),
      Uint8Array.from([300, -1, 1.9]).join(),
    );
    say(new Uint8ClampedArray([300, -5, 1.5]).join(), new Int16Array([40000])[0], new Float32Array([0.1])[0]);
    try {
      view.getUint32(13);
    } catch (error) {
      say(error instanceof RangeError);
    }
  },
  'sorted by many'(say) {
    const people = Array.from({ length: 50 }, (_, i) => ({ name: 'p' + ((i * 37) % 50), age: (i * 7) % 5 }));
    people.sort((a, b) => a.age - b.age || (a.name < b.name ? -1 : 1));
    say(people.map(({ name, age }) => name + age).join());
  },
  'a sum over everything'(say) {
    let hash = 0;
    for (let i = 0; i < 2000; i++)
      hash = (Math.imul(hash ^ i, 0x01000193) + (i * 0.5 > hash / 7 ? 1 : 0)) | 0;
    say(hash);
  },
};
