const list = [];
for (let i = 0; i < 3; i++) {
  try { if (i === 1) throw i; list.push(() => 'ok ' + i); }
  catch (error) { list.push(() => 'caught ' + error + i); }
}
say(list.map((f) => f()).join());
