const key = 'b';
const a = 1;
const made = { a, [key + 1]: 2, method() { return this.a + this.b1; } };
const level = { n: 3, get sum() { return this.n * 10; }, set sum(v) { this.n = v; } };
say(made.method(), Object.keys(made).join(), level.sum, Object.keys(level).join());
level.sum = 5;
say(level.sum);
