const list = [];
for (let i = 0; i < 2; i++) {
  for (let j = 0; j < 2; j++) {
    let sum = i * 10 + j;
    list.push(() => sum++);
    sum += 100;
  }
}
say(list.map((f) => f()).join(), list.map((f) => f()).join());
