const name = 'outer';
export function greet(who = name, say = () => name, { mark = name } = {}) {
  const name = 'inner';
  return say() + who + name + mark;
}
export const fine = (name: string, who = name) => {
  const other = name;
  return who + other;
};
