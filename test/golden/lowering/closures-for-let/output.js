var list = [];
var _loop_1 = function (i) {
    list.push(function () { return i++ * 10; });
    out_i_1 = i;
};
var out_i_1;
for (var i = 0; i < 3; i++) {
    _loop_1(i);
    i = out_i_1;
}
say(list.map(function (f) { return f(); }).join(), list.map(function (f) { return f(); }).join());
