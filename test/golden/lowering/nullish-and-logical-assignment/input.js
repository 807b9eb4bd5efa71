let a, b = 0, c = 'x';
a ??= 3; b ||= 4; c &&= c + 'y';
const o = { n: null, get g() { say('read'); return 1; } };
o.n ??= 5; o.g ??= 6;
say(a, b, c, o.n, 0 ?? 1, '' ?? 'no', null ?? 'yes');
