const { x, y: { z: [first, ...rest] }, w = 'none', ...others } = { x: 1, y: { z: [2, 3, 4] }, p: 5, q: 6 };
say(x, first, rest.join(), w, JSON.stringify(others));
let a = 1, b = 2;
[a, b] = [b, a];
({ a, b: a } = { a: 10, b: 20 });
say(a, b);
for (const [key, { n }] of Object.entries({ k: { n: 1 }, l: { n: 2 } })) say(key, n);
