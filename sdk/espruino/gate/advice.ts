/** What to write instead of what Espruino lacks, by the name under which a finding reports it. */

const OBJECT_TABLE = 'use a plain object for text keys, or an array of pairs';
const LOOP = 'write the loop out';

const advice: { readonly [name: string]: string } = {
  Map: OBJECT_TABLE,
  Set: 'use a plain object with the members as keys, or an array and indexOf',
  WeakMap: 'keep the value in a field of the object itself',
  WeakSet: 'keep a flag in a field of the object itself',
  WeakRef: 'keep the object itself, and drop it by hand',
  FinalizationRegistry: 'give the object a method that ends it, and call it',
  Symbol:
    'use a text key with a name that nobody else uses; arrays and generators can be iterated as they are',
  Proxy: 'use accessors (get, set) for the fields that need them',
  Reflect: 'use the methods of Object and Function.prototype.apply',
  BigInt: 'keep 64-bit values as two 32-bit halves',
  BigInt64Array: 'use a Uint32Array and two elements a value',
  BigUint64Array: 'use a Uint32Array and two elements a value',
  SharedArrayBuffer: 'use ArrayBuffer; nothing runs beside the program',
  Atomics: 'use plain accesses; nothing runs beside the program',
  Intl: 'format by hand',
  EvalError: 'throw an Error',
  URIError: 'throw an Error',
  AggregateError: 'throw an Error with a list in a field',
  TextEncoder: 'use encodeText of rproc-sdk/runtime',
  TextDecoder: 'use decodeText of rproc-sdk/runtime',
  eval: 'give the code to the build: text that is run later is not lowered',
  Function: 'give the code to the build: text that is run later is not lowered',
  encodeURI: 'use encodeURIComponent on the parts',
  decodeURI: 'use decodeURIComponent on the parts',
  escape: 'use encodeURIComponent',
  unescape: 'use decodeURIComponent',
  queueMicrotask: 'use Promise.resolve().then(...)',
  structuredClone: 'copy the fields that matter',
  'Array.from': 'use slice or map on arrays, and a loop for everything else',
  'Array.of': 'write the array out: [a, b]',
  'Array.prototype.flat': 'use [].concat(a, b) for one level',
  'Array.prototype.flatMap': 'map, then [].concat the results',
  'Array.prototype.at': 'index from the length: list[list.length - 1]',
  'Array.prototype.lastIndexOf': 'write a loop that counts down',
  'Array.prototype.reduceRight': 'reverse a copy, then reduce',
  'Array.prototype.copyWithin': LOOP,
  'Array.prototype.findLast': 'write a loop that counts down',
  'Array.prototype.findLastIndex': 'write a loop that counts down',
  'Array.prototype.entries': 'use forEach((value, index) => ...) or a counting loop',
  'Array.prototype.keys': 'use a counting loop',
  'Array.prototype.values': 'iterate the array itself',
  'Array.prototype.toSorted': 'use slice().sort(...)',
  'Array.prototype.toReversed': 'use slice().reverse()',
  'Array.prototype.toSpliced': 'use slice() and splice(...)',
  'Array.prototype.with': 'use slice() and assign the element',
  'Object.freeze': 'leave it out: nothing is frozen on Espruino; TypeScript has readonly',
  'Object.isFrozen': 'leave it out: nothing is frozen on Espruino',
  'Object.seal': 'leave it out: nothing is sealed on Espruino',
  'Object.preventExtensions': 'leave it out: every object can be extended on Espruino',
  'Object.fromEntries': 'assign to a new object in a loop',
  'Object.is': 'use ===, and isNaN for NaN',
  'Object.hasOwn': 'use object.hasOwnProperty(name)',
  'Object.groupBy': 'assign to a new object in a loop',
  'Object.getOwnPropertySymbols': 'leave it out: there are no symbols',
  'Math.imul': 'use (a * b) | 0 where the product stays below 2 ** 53, else multiply the 16-bit halves',
  'Math.clz32': 'shift and count in a loop',
  'Math.trunc': 'use x | 0 for 32-bit numbers, else x < 0 ? Math.ceil(x) : Math.floor(x)',
  'Math.hypot': 'use Math.sqrt(x * x + y * y)',
  'Math.cbrt': 'use Math.pow(x, 1 / 3), with the sign by hand',
  'Math.log2': 'use Math.log(x) / Math.LN2',
  'Math.log10': 'use Math.log(x) / Math.LN10',
  'Math.fround': 'store in a Float32Array and read it back',
  'Number.isInteger': 'use Math.floor(x) === x',
  'Number.isSafeInteger': 'use Math.floor(x) === x && Math.abs(x) < 9007199254740992',
  'Number.isNaN': 'use x !== x',
  'Number.isFinite': 'use isFinite(x)',
  'Number.parseInt': 'use parseInt(text, radix)',
  'Number.parseFloat': 'use parseFloat(text)',
  'Number.EPSILON': 'write 2.220446049250313e-16',
  'Number.MAX_SAFE_INTEGER': 'write 9007199254740991',
  'Number.MIN_SAFE_INTEGER': 'write -9007199254740991',
  'Number.prototype.toPrecision': 'use toFixed(digits)',
  'Number.prototype.toExponential': 'use toFixed(digits)',
  'Number.prototype.toLocaleString': 'use toString() or toFixed(digits)',
  'String.raw': 'write the text with its backslashes doubled',
  'String.fromCodePoint': 'write the bytes of the character as UTF-8',
  'String.prototype.codePointAt': 'use charCodeAt: strings hold bytes',
  'String.prototype.normalize': 'leave it out: strings hold bytes',
  'String.prototype.localeCompare': 'compare with < and >',
  'String.prototype.matchAll': 'call exec of a regular expression with the flag g in a loop',
  'String.prototype.search': 'use exec(text) and its index',
  'String.prototype.at': 'index from the length: text[text.length - 1]',
  'String.prototype.trimStart': "use replace(/^\\s+/, '')",
  'String.prototype.trimEnd': "use replace(/\\s+$/, '')",
  'Promise.allSettled': 'catch each promise, then Promise.all',
  'Promise.any': 'use Promise.race',
  'Promise.withResolvers': 'use new Promise((resolve, reject) => ...)',
  'Object.prototype.isPrototypeOf': 'use instanceof',
  'Object.prototype.propertyIsEnumerable': 'use Object.keys(object).indexOf(name) >= 0',
  'Object.prototype.toLocaleString': 'use toString()',
};

/** What to write instead of `name`: `Map`, `Array.from`, `Array.prototype.flat`. */
export function insteadOf(name: string): string {
  const [owner, , member] = name.split('.');
  if (Object.hasOwn(advice, name)) return advice[name];
  if (member !== undefined && /Array$/.test(owner)) {
    const onArray = `Array.prototype.${member}`;
    if (Object.hasOwn(advice, onArray)) return advice[onArray];
    if (member === 'copyWithin') return 'use set with a subarray; copies that overlap need a loop';
  }
  if (member === undefined && /Array\.(from|of)$/.test(name)) return 'use new with an array of the numbers';
  if (owner === 'Math') return 'write it with the functions that Espruino has, see docs/firmware/espruino.md';
  if (owner === 'Date')
    return 'use getTime() and the getters of local time, which is UTC on a core without a time zone';
  return member === undefined ? 'write a function of your own' : LOOP;
}
