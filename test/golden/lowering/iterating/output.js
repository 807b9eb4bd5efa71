for (var key in { a: 1, b: 2 })
    say(key);
for (var _i = 0, _a = new Uint8Array([5, 6]); _i < _a.length; _i++) {
    var byte = _a[_i];
    say(byte);
}
for (var _b = 0, _c = 'hi'; _b < _c.length; _b++) {
    var c = _c[_b];
    say(c);
}
var i = 0;
do {
    i++;
} while (i < 3);
for (var x = 0, y = 9; x < y; x += 3, y -= 3)
    ;
say(i, x, y);
