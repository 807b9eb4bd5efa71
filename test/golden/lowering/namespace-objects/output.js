var v = 1;
var ns = { get v() { return v; }, f: function () { return v + 1; } };
var empty = {};
v++;
say(Object.keys(ns).join(), ns.v, ns.f(), 'zz' in ns, Object.keys(empty).length);
var base = { hello: function () { return 'hello'; } };
var derived = { __proto__: base, own: null };
say(derived.hello(), Object.keys(derived).join());
