function tail(first) {
    var rest = [];
    for (var _i = 1; _i < arguments.length; _i++) {
        rest[_i - 1] = arguments[_i];
    }
    return first + ':' + rest.join() + ':' + rest.length;
}
say(tail(1), tail(1, 2), tail(1, 2, 3), (function () {
    var all = [];
    for (var _i = 0; _i < arguments.length; _i++) {
        all[_i] = arguments[_i];
    }
    return all.length;
})(), tail());
