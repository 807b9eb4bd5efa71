const kept: number[][] = [];

setInterval(() => {
  kept.push(new Array(100000).fill(kept.length));
}, 1);
