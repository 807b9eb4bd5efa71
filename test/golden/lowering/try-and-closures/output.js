var list = [];
var _loop_1 = function (i) {
    try {
        if (i === 1)
            throw i;
        list.push(function () { return 'ok ' + i; });
    }
    catch (error) {
        list.push(function () { return 'caught ' + error + i; });
    }
};
for (var i = 0; i < 3; i++) {
    _loop_1(i);
}
say(list.map(function (f) { return f(); }).join());
