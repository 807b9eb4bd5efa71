var _a;
var key = 'b';
var a = 1;
var made = (_a = { a: a }, _a[key + 1] = 2, _a.method = function () { return this.a + this.b1; }, _a);
var level = { n: 3, get sum() { return this.n * 10; }, set sum(v) { this.n = v; } };
say(made.method(), Object.keys(made).join(), level.sum, Object.keys(level).join());
level.sum = 5;
say(level.sum);
