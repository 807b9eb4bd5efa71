var list = [];
for (var i = 0; i < 2; i++) {
    var _loop_1 = function (j) {
        var sum = i * 10 + j;
        list.push(function () { return sum++; });
        sum += 100;
    };
    for (var j = 0; j < 2; j++) {
        _loop_1(j);
    }
}
say(list.map(function (f) { return f(); }).join(), list.map(function (f) { return f(); }).join());
