const list = [];
for (let i = 0; i < 3; i++) list.push(() => i++ * 10);
say(list.map((f) => f()).join(), list.map((f) => f()).join());
