
// __values
// __read
var e_1, _a, _b, _c;
var _d = __read(['xyz'], 1), _e = __read(_d[0]), a = _e[0], b = _e.slice(1);
say(a, b.join());
var ends = function (_a) {
    var _b = __read(_a), first = _b[0], rest = _b.slice(1);
    return first + rest.length;
};
say(ends('hello'), ends(new Uint8Array(4)), ends([7]));
try {
    for (var _f = __values(['k12', 'm34']), _g = _f.next(); !_g.done; _g = _f.next()) {
        var _h = __read(_g.value), k = _h[0], v = _h.slice(1);
        say(k, v.join());
    }
}
catch (e_1_1) { e_1 = { error: e_1_1 }; }
finally {
    try {
        if (_g && !_g.done && (_a = _f.return)) _a.call(_f);
    }
    finally { if (e_1) throw e_1.error; }
}
var c, d;
say((_b = 'uvw', _c = __read(_b), c = _c[0], d = _c.slice(1), _b), d.join());
