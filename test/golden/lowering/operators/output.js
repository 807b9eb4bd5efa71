var n = 2;
n = Math.pow(n, 3);
say(n, Math.pow(2, -1), Math.pow((-2), 2), 1000000, 5, 15, 0xff, -1 >>> 0, 1 << 31, ~5, typeof undeclared, void 0);
