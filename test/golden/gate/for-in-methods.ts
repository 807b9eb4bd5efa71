class Point {
  x = 1;
  move() {}
}
export const names: string[] = [];
for (const name in new Point()) names.push(name);
for (const name in { x: 1 }) names.push(name);
