
// __setFunctionName
var _a, _b;
var Made = (_a = /** @class */ (function () {
        function class_1() {
        }
        class_1.next = function () { return ++this.count; };
        return class_1;
    }()),
    __setFunctionName(_a, "Made"),
    _a.count = 1,
    _a);
say(Made.next(), Made.name);
var kinds = { Small: (_b = /** @class */ (function () {
            function class_2() {
            }
            return class_2;
        }()),
        __setFunctionName(_b, "Small"),
        _b.size = 1,
        _b) };
say(kinds.Small.size, kinds.Small.name);
