var _a, _b;
var a, b = 0, c = 'x';
a !== null && a !== void 0 ? a : (a = 3);
b || (b = 4);
c && (c = c + 'y');
var o = { n: null, get g() { say('read'); return 1; } };
(_a = o.n) !== null && _a !== void 0 ? _a : (o.n = 5);
(_b = o.g) !== null && _b !== void 0 ? _b : (o.g = 6);
say(a, b, c, o.n, 0 !== null && 0 !== void 0 ? 0 : 1, '' !== null && '' !== void 0 ? '' : 'no', null !== null && null !== void 0 ? null : 'yes');
