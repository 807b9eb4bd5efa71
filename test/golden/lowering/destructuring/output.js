
// __rest
var _a, _b;
var _c = { x: 1, y: { z: [2, 3, 4] }, p: 5, q: 6 }, x = _c.x, _d = _c.y.z, first = _d[0], rest = _d.slice(1), _e = _c.w, w = _e === void 0 ? 'none' : _e, others = __rest(_c, ["x", "y", "w"]);
say(x, first, rest.join(), w, JSON.stringify(others));
var a = 1, b = 2;
_a = [b, a], a = _a[0], b = _a[1];
(_b = { a: 10, b: 20 }, a = _b.a, a = _b.b);
say(a, b);
for (var _i = 0, _f = Object.entries({ k: { n: 1 }, l: { n: 2 } }); _i < _f.length; _i++) {
    var _g = _f[_i], key = _g[0], n = _g[1].n;
    say(key, n);
}
