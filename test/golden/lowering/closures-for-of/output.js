var list = [];
var _loop_1 = function (word) {
    list.push(function () { return word.length + list.length; });
};
for (var _i = 0, _a = ['a', 'bb', 'ccc']; _i < _a.length; _i++) {
    var word = _a[_i];
    _loop_1(word);
}
say(list.map(function (f) { return f(); }).join());
