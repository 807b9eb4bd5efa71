function f(a, b = a + 1, { c = 3, d } = {}, [e = 5] = []) { return [a, b, c, d, e].join(); }
say(f(1), f(1, undefined, { d: 4 }), f(1, 2, { c: 0 }, [9]), f(1, null));
