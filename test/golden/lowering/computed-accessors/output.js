var _a;
var key = 'p';
var held = 1;
var object = (_a = {
        a: 1
    },
    Object.defineProperty(_a, key, {
        get: function () { return held; },
        enumerable: true,
        configurable: true
    }),
    Object.defineProperty(_a, key, {
        set: function (value) { held = value * 2; },
        enumerable: true,
        configurable: true
    }),
    _a[key + '2'] = 3,
    Object.defineProperty(_a, "q", {
        get: function () { return 4; },
        enumerable: true,
        configurable: true
    }),
    _a);
object.p = 5;
say(Object.keys(object).join(), JSON.stringify(object));
var other = {};
Object.defineProperty(other, 'x', { get: function () { return 1; }, enumerable: false, configurable: true });
Object.defineProperty(other, 'x', { value: 2, enumerable: false, configurable: true });
say(other.x, Object.keys(other).length, delete other.x, other.x);
