
// __values
// __read
// __rest
var _a, _b, e_1, _c;
var _d = { x: 1, y: { z: [2, 3, 4] }, p: 5, q: 6 }, x = _d.x, _e = __read(_d.y.z), first = _e[0], rest = _e.slice(1), _f = _d.w, w = _f === void 0 ? 'none' : _f, others = __rest(_d, ["x", "y", "w"]);
say(x, first, rest.join(), w, JSON.stringify(others));
var a = 1, b = 2;
_a = __read([b, a], 2), a = _a[0], b = _a[1];
(_b = { a: 10, b: 20 }, a = _b.a, a = _b.b);
say(a, b);
try {
    for (var _g = __values(Object.entries({ k: { n: 1 }, l: { n: 2 } })), _h = _g.next(); !_h.done; _h = _g.next()) {
        var _j = __read(_h.value, 2), key = _j[0], n = _j[1].n;
        say(key, n);
    }
}
catch (e_1_1) { e_1 = { error: e_1_1 }; }
finally {
    try {
        if (_h && !_h.done && (_c = _g.return)) _c.call(_g);
    }
    finally { if (e_1) throw e_1.error; }
}
