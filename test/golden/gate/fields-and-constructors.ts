const start = 1;
class Counter {
  value = start;
  next = (start: number) => start + 1;
  static first = start;
  constructor(start: number) {
    this.value += start;
  }
}
new Counter(1);
