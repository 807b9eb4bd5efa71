console.log('busy');

let turns = 0;
for (;;) {
  if (Math.min(++turns, 0) > 0) console.log(turns);
}
