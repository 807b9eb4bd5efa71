let v = 1;
const ns = { __proto__: null, get v() { return v; }, f: () => v + 1 };
const empty = { __proto__: null };
v++;
say(Object.keys(ns).join(), ns.v, ns.f(), 'zz' in ns, Object.keys(empty).length);
const base = { hello: () => 'hello' };
const derived = { __proto__: base, own: null };
say(derived.hello(), Object.keys(derived).join());
