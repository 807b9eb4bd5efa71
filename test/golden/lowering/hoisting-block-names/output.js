function outer() {
    return 'outer';
}
function pick(early) {
    function which() {
        return 'first';
    }
    if (early) {
        var which_1 = function (n) {
            return n ? 'second ' + which_1(n - 1) : 'end';
        };
        say(which_1(2));
    }
    return which();
}function shadowed(x) {
    if (x) {
        var x_1 = function () { };
        say(typeof x_1);
    }
    return typeof x;
}{
    var outer_1 = function () {
        return 'inner';
    };
    say(outer_1());
}
say(outer());

say(pick(true), pick(false));

say(shadowed(1));
var kept = [];
var _loop_1 = function (n) {
    var twice = function () {
        return n * 2;
    };
    kept.push(twice);
};
for (var _i = 0, _a = [1, 2, 3]; _i < _a.length; _i++) {
    var n = _a[_i];
    _loop_1(n);
}
say(kept.map(function (f) { return f(); }).join());
