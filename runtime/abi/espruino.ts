/**
 * What Espruino 2v29 has of the language's library: measured with its Linux build where a program depends on it, else read
 * in its reference (espruino.com/Reference). What is not named here counts as missing, for the build's gate and for the
 * simulated core alike: a name that some build has after all costs an author a detour, one that it lacks costs a board.
 */

const words = (text: string): readonly string[] => text.split(' ');

/** Names that programs find without a property access. */
export const ESPRUINO_GLOBALS: readonly string[] = words(
  'Array ArrayBuffer Boolean DataView Date E Error Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array ' +
    'InternalError JSON Math NaN Number Object Promise ReferenceError RegExp String SyntaxError TypeError Uint16Array ' +
    'Uint24Array Uint32Array Uint8Array Uint8ClampedArray arguments atob btoa changeInterval clearInterval clearTimeout ' +
    'clearWatch console decodeURIComponent encodeURIComponent eval getTime global globalThis isFinite isNaN load parseFloat ' +
    'parseInt peek16 peek32 peek8 poke16 poke32 poke8 print process require reset setInterval setTime setTimeout setWatch ' +
    'undefined',
);

/** What the runtime adds to them: firmware finds the names, whatever the engine has. */
export const ESPRUINO_ADDED: readonly string[] = words('RangeError');

/** Properties of constructors and of the objects that hold functions. */
export const ESPRUINO_STATICS: { readonly [owner: string]: readonly string[] } = {
  Array: words('isArray'),
  Date: words('now parse'),
  JSON: words('parse stringify'),
  Math: words(
    'E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2 abs acos asin atan atan2 ceil cos exp floor log max min pow random round sign sin ' +
      'sqrt tan',
  ),
  Number: words('MAX_VALUE MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY'),
  Object: words(
    'assign create defineProperties defineProperty entries getOwnPropertyDescriptor getOwnPropertyNames getPrototypeOf keys ' +
      'setPrototypeOf values',
  ),
  Promise: words('all race reject resolve'),
  String: words('fromCharCode'),
};

const VIEW = words(
  'buffer byteLength byteOffset every fill filter find findIndex forEach includes indexOf join length map reduce reverse set ' +
    'slice sort subarray',
);
const ERROR = words('message name stack toString');

/** Properties of values, by the constructor that made them; every one also has those of Object. */
export const ESPRUINO_MEMBERS: { readonly [owner: string]: readonly string[] } = {
  Array: words(
    'concat every fill filter find findIndex forEach includes indexOf join length map pop push reduce reverse shift slice some ' +
      'sort splice unshift',
  ),
  ArrayBuffer: words('byteLength'),
  Boolean: [],
  DataView: words(
    'buffer byteLength byteOffset getFloat32 getFloat64 getInt16 getInt32 getInt8 getUint16 getUint32 getUint8 setFloat32 ' +
      'setFloat64 setInt16 setInt32 setInt8 setUint16 setUint32 setUint8',
  ),
  Date: words(
    'getDate getDay getFullYear getHours getMilliseconds getMinutes getMonth getSeconds getTime getTimezoneOffset setDate ' +
      'setFullYear setHours setMilliseconds setMinutes setMonth setSeconds setTime toISOString toJSON toUTCString',
  ),
  Function: words('apply bind call length name prototype'),
  Number: words('toFixed'),
  Object: words('constructor hasOwnProperty toString valueOf'),
  // The runtime's own, whatever the engine has.
  Promise: words('catch finally then'),
  RegExp: words('exec lastIndex test'),
  String: words(
    'charAt charCodeAt concat endsWith includes indexOf lastIndexOf length match padEnd padStart repeat replace replaceAll slice ' +
      'split startsWith substr substring toLowerCase toUpperCase trim',
  ),
};
for (const name of ['Error', 'InternalError', 'RangeError', 'ReferenceError', 'SyntaxError', 'TypeError']) {
  (ESPRUINO_MEMBERS as { [owner: string]: readonly string[] })[name] = ERROR;
}
for (const kind of [
  'Int8',
  'Uint8',
  'Uint8Clamped',
  'Int16',
  'Uint16',
  'Int32',
  'Uint32',
  'Float32',
  'Float64',
]) {
  (ESPRUINO_MEMBERS as { [owner: string]: readonly string[] })[`${kind}Array`] = VIEW;
}

/** The global object by which an Espruino build with a C hook offers the doorbell; what it has is in runtime/hal/espruino.ts. */
export const ESPRUINO_HOOK = 'RProc';
