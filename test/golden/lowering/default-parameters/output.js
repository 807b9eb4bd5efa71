function f(a, b, _a, _b) {
    if (b === void 0) { b = a + 1; }
    var _c = _a === void 0 ? {} : _a, _d = _c.c, c = _d === void 0 ? 3 : _d, d = _c.d;
    var _e = _b === void 0 ? [] : _b, _f = _e[0], e = _f === void 0 ? 5 : _f;
    return [a, b, c, d, e].join();
}
say(f(1), f(1, undefined, { d: 4 }), f(1, 2, { c: 0 }, [9]), f(1, null));
