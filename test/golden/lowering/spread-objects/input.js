const base = { a: 1, nested: { b: 2 } };
const copy = { zero: 0, ...base, a: 3, ...undefined, ...null, c: 4 };
copy.nested.b = 5;
say(JSON.stringify(base), JSON.stringify(copy));
