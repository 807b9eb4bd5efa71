var _a, _b, _c, _d, _e, _f, _g, _h, _j, _k, _l, _m;
var full = { deep: { call: function (n) { return n + 1; }, list: [1, 2] } };
var none = {};
var calls = 0;
var side = function () { calls++; return full; };
say((_b = (_a = full.deep) === null || _a === void 0 ? void 0 : _a.call) === null || _b === void 0 ? void 0 : _b.call(_a, 1), (_d = (_c = none.deep) === null || _c === void 0 ? void 0 : _c.call) === null || _d === void 0 ? void 0 : _d.call(_c, 1), (_f = (_e = full.deep) === null || _e === void 0 ? void 0 : _e.list) === null || _f === void 0 ? void 0 : _f[1], (_h = (_g = none.deep) === null || _g === void 0 ? void 0 : _g.list) === null || _h === void 0 ? void 0 : _h[calls++], (_j = side()) === null || _j === void 0 ? void 0 : _j.deep.list.length, calls);
say((_l = (_k = none.deep) === null || _k === void 0 ? void 0 : _k.call) !== null && _l !== void 0 ? _l : 'nothing', (_m = (null)) === null || _m === void 0 ? void 0 : _m.x, (undefined === null || undefined === void 0 ? void 0 : undefined[0]) === undefined, none === null || none === void 0 ? true : delete none.x);
