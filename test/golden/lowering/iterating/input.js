for (const key in { a: 1, b: 2 }) say(key);
for (const byte of new Uint8Array([5, 6])) say(byte);
for (const c of 'hi') say(c);
let i = 0;
do { i++; } while (i < 3);
for (var x = 0, y = 9; x < y; x += 3, y -= 3);
say(i, x, y);
