var list = [];
var n = 0;
var _loop_1 = function () {
    var own = n * n;
    list.push(function () { return own; });
    n++;
};
while (n < 3) {
    _loop_1();
}
say(list.map(function (f) { return f(); }).join());
