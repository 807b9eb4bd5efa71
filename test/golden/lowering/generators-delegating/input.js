function* inner() { const got = yield 'i1'; say('got ' + got); return 'result'; }
function* outer() { yield 'o1'; const r = yield* inner(); yield r; yield* ['x', 'y']; yield* 'z'; }
const g = outer();
say(g.next().value, g.next().value, g.next('sent').value, [...g].join());
