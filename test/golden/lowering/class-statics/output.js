var Registry = /** @class */ (function () {
    function Registry(name) {
        this.name = name;
    }
    Registry.of = function () {
        var _this = this;
        var names = [];
        for (var _i = 0; _i < arguments.length; _i++) {
            names[_i] = arguments[_i];
        }
        return names.map(function (name) { return new _this(name); });
    };
    Registry.count = 3;
    return Registry;
}());
say(Registry.of('a', 'b').map(function (_a) {
    var name = _a.name;
    return name;
}).join(), Registry.count);
