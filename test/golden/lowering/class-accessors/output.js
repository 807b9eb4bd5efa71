var Level = /** @class */ (function () {
    function Level() {
        this.raw = 1;
    }
var Level_prototype = Level.prototype;
    Object.defineProperty(Level_prototype, "value", {
        get: function () { return this.raw; },
        set: function (next) { this.raw = next < 0 ? 0 : next; }
    });
    Object.defineProperty(Level_prototype, "double", {
        get: function () { return this.value * 2; }
    });
    return Level;
}());
var level = new Level();
level.value = -5;
say(level.value, level.double);
level.value = 21;
say(level.double, 'value' in level, Object.keys(level).join());
