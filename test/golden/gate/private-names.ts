class Counter {
  #value = 0;
  add() {
    return ++this.#value;
  }
}
new Counter().add();
