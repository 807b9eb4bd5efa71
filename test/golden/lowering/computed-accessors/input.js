const key = 'p';
let held = 1;
const object = {
  a: 1,
  get [key]() { return held; },
  set [key](value) { held = value * 2; },
  [key + '2']: 3,
  get q() { return 4; },
};
object.p = 5;
say(Object.keys(object).join(), JSON.stringify(object));
const other = {};
Object.defineProperty(other, 'x', { get: function () { return 1; }, enumerable: false, configurable: true });
Object.defineProperty(other, 'x', { value: 2, enumerable: false, configurable: true });
say(other.x, Object.keys(other).length, delete other.x, other.x);
