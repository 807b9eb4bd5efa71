function* count(to) {
  let by = 1;
  for (let i = 0; i < to; i += by) by = (yield i) ?? by;
  return 'done';
}
say([...count(4)].join());
const steps = count(10);
steps.next();
say(JSON.stringify(steps.next(4)), JSON.stringify(steps.next()), JSON.stringify(steps.next(9)), JSON.stringify(steps.next()));
