
// __values
// __read
// __spreadArray
var sum = function () {
    var list = [];
    for (var _i = 0; _i < arguments.length; _i++) {
        list[_i] = arguments[_i];
    }
    return list.reduce(function (x, y) { return x + y; }, 0);
};
var owner = { base: 10, add: function () {
        var list = [];
        for (var _i = 0; _i < arguments.length; _i++) {
            list[_i] = arguments[_i];
        }
        return this.base + sum.apply(void 0, list);
    } };
say(sum.apply(void 0, __spreadArray(__spreadArray(__spreadArray([], [1, 2], false), [3], false), [4], false)), owner.add.apply(owner, [1, 2]), Math.max.apply(Math, [3, 9, 2]));
var Pair = /** @class */ (function () {
    function Pair(a, b) {
        this.text = a + '/' + b;
    }
    return Pair;
}());
say(new (Pair.bind.apply(Pair, __spreadArray([void 0], ['x', 'y'], false)))().text);
