let ticks = 0;

setInterval(() => {
  ticks++;
  console.log(`tick ${ticks}`);
  if (ticks === 3) throw new TypeError('three is enough');
}, 100);
