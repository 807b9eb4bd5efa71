let n = 2;
n **= 3;
say(n, 2 ** -1, (-2) ** 2, 1_000_000, 0b101, 0o17, 0xff, -1 >>> 0, 1 << 31, ~5, typeof undeclared, void 0);
