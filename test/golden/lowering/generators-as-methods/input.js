class Range {
  constructor(from, to) { this.from = from; this.to = to; }
  *each() { for (let i = this.from; i < this.to; i++) yield i; }
}
const object = { *pair() { yield 1; yield 2; } };
say([...new Range(2, 5).each()].join(), [...object.pair()].join());
