const object = { n: 1, later() { return [1, 2].map((x) => x + this.n).join(); }, args() { return (() => arguments[0])(); } };
say(object.later(), object.args('first'), ((a) => ({ a }))(1).a);
