async function collect() {
  const kept = [];
  for (const x of [1, 2, 3]) {
    try {
      await Promise.reject(x);
    } catch (error) {
      kept.push(() => error);
    }
  }
  return kept.map((f) => f()).join();
}
function* turns() {
  const kept = [];
  let n = 0;
  while (n < 2) {
    try {
      throw n++;
    } catch (error) {
      yield error;
      kept.push(() => error);
    }
  }
  yield kept.map((f) => f()).join();
}
collect().then((text) => say(text));
say([...turns()].join(';'));
