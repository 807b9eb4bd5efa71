class Counter {
  static made = 0;
  value = 1;
  names = ['x'];
  constructor(by) { Counter.made++; this.by = by; }
  add() { this.value += this.by; return this; }
}
say(new Counter(2).add().add().value, new Counter(1).names.length, Counter.made, Object.keys(new Counter(0)).join());
