
// __values
// __read
function others() {
    var _a = __read(arguments), given = _a.slice(1);
    return given.join('/');
}var _a;
var _b = __read('text'), head = _b[0], tail = _b.slice(1);
say(head, tail.join('-'));
var _c = __read(new Uint8Array([1, 2, 3])), large = _c.slice(1);
say(large.map(function (x) { return x * 300; }).join());
var first, rest;
_a = __read('xyz'), first = _a[0], rest = _a.slice(1);
say(first, rest.join());

say(others(1, 2, 3));
var _d = 'a b c'.split(' '), word = _d[0], words = _d.slice(1);
words.push('d');
say(word, words.join());
