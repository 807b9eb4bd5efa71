function* naturals() { let n = 0; try { for (;;) yield n++; } finally { say('closed at ' + n); } }
for (const n of naturals()) { if (n > 3) break; if (n % 2) continue; say(n); }
const [a, b] = naturals();
say(a, b, Math.max(...(function* () { yield 3; yield 8; })()));
