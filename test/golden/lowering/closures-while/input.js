const list = [];
let n = 0;
while (n < 3) {
  const own = n * n;
  list.push(() => own);
  n++;
}
say(list.map((f) => f()).join());
