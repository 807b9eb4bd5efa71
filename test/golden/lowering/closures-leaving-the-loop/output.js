function find(list, wanted) {
    var _loop_1 = function (item) {
        var matches = function () { return item === wanted; };
        if (item < 0)
            return "continue";
        if (item > 100)
            return "break";
        if (matches())
            return { value: 'found ' + item };
    };
    for (var _i = 0, list_1 = list; _i < list_1.length; _i++) {
        var item = list_1[_i];
        var state_1 = _loop_1(item);
        if (typeof state_1 === "object")
            return state_1.value;
        if (state_1 === "break")
            break;
    }
    return 'nothing';
}
say(find([-1, 5, 7], 7), find([101, 7], 7), find([-7], -7));
