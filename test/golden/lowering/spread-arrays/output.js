
// __values
// __read
// __spreadArray
var a = [1, 2];
var b = __spreadArray(__spreadArray([0], a, true), __spreadArray([3], a, true), true);
say(b.join(), __spreadArray([], 'xyz', true).join(), __spreadArray([], new Uint8Array([7, 8]), true).join(), a.length);
