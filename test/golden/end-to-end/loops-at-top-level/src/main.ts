console.log('busy');

let turns = 0;
for (;;) {
  turns++;
  if (turns < 0) console.log(turns);
}
