
// __assign
var base = { a: 1, nested: { b: 2 } };
var copy = __assign(__assign(__assign(__assign(__assign({ zero: 0 }, base), { a: 3 }), undefined), null), { c: 4 });
copy.nested.b = 5;
say(JSON.stringify(base), JSON.stringify(copy));
